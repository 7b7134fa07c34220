/* The journal: what was seen, when, and what was done about it. One SQLite file, which several programs may have open
 * at once; only src/journal knows how it is stored.
 *
 * Observations are never edited: one that finds nothing new extends the newest, another is added. Each field of a case
 * has the time when it was set, and notes stay with the notes that they replaced, so that two journals can be merged in
 * any order without loss. All text in it is clean.
 *
 * All functions may be called in the console's loop: they take microseconds to milliseconds, unless they say "Slow". */
#ifndef JOURNAL_H
#define JOURNAL_H

#include "base/fault.h"
#include "base/resource.h"
#include "base/uuid.h"
#include "base/vec.h"
#include "journal/access.h"
#include "journal/cases.h"
#include "journal/observation.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- opening ---- */

/* How long to wait while another program writes, ms; 0 also means not to wait while it is opened, which else takes up
 * to JOURNAL_WAIT_OPEN_MS. The console, and a check with a deadline, wait for a moment only, because they try again. */
enum { JOURNAL_WAIT_CONSOLE_MS = 5, JOURNAL_WAIT_OPEN_MS = 2000, JOURNAL_WAIT_MS = 30 * 1000 };

/* Opens the file, following symbolic links; NULL with a fault. `usual` says that the path is the usual one, not one
 * that the user named.
 *
 * A damaged journal, by its header or at the usual place, is renamed (*notice says to what), and a new one is begun; so
 * is a file at the usual place that is not a database. Any other file is refused and left alone: a database of another
 * program, a folder, a pipe. Nothing is renamed when the file can only be read, or with JOURNAL_CHANGES. An older file
 * is migrated; one that can only be read is served from a migrated copy. *notice is "" when there is none. */
struct journal *journal_open(const char *path, bool usual, enum journal_access, int wait_ms, struct fault *notice,
                             struct fault *);
/* Opens an empty journal that lives as long as the program. */
struct journal *journal_open_memory(struct fault *);
void journal_close(struct journal *); /* NULL is fine */

const char *journal_path(const struct journal *); /* "in memory" without a file */
bool journal_is_in_memory(const struct journal *);
bool journal_is_read_only(const struct journal *);

/* Returns whether another program has changed it since the last call. */
bool journal_has_changed(struct journal *);

/* ---- observations ---- */

/* Stores an observation: extends the newest of its address if that is the same, else adds one with a uuid of its own;
 * *changed (may be NULL) says which. Outside of journal_begin, JOURNAL_DONE means that it survives the death of this
 * program. */
enum journal_result journal_observe(struct journal *, const struct observation *, bool *changed, struct fault *);

typedef VEC(struct observation) journal_observations;
void journal_observations_fini(journal_observations *);

/* Reads the newest of an address; false: none, or a fault. */
bool journal_newest(struct journal *, const struct addr *, struct observation *out, struct fault *);

/* ---- neighbours ---- */

/* An address that was seen on level 1. */
struct journal_neighbour {
    uint32_t address;
    int64_t first_ms, last_ms; /* seen listed */
    int64_t absent_ms;         /* last seen not listed; 0 = never. Later than last_ms: it has left */
};
typedef VEC(struct journal_neighbour) journal_neighbours;

/* Stores a look at a whole prefix, at the time of a zone's serial or of a sweep: `listed` are the listed addresses.
 * `asked`: only these were answered, as in a sweep that was stopped; NULL = all. Both are sorted. */
enum journal_result journal_neighbours_add(struct journal *, const struct prefix *, int64_t at_ms,
                                           const uint32_t *listed, size_t listed_count, const uint32_t *asked,
                                           size_t asked_count, struct fault *);
/* Reads those of a prefix, in order. */
bool journal_neighbours_of(struct journal *, const struct prefix *, journal_neighbours *out, struct fault *);

/* ---- counts ---- */

/* Listed addresses of a prefix or an AS that the user looked at, when a zone was made. */
struct journal_count {
    struct resource resource;
    int64_t at_ms; /* the time of the zone's serial */
    uint32_t serial;
    int64_t listed;  /* addresses on level 1 */
    int64_t impacts; /* of a prefix: published, -1 = none; of an AS: the estimate */
    double limit;    /* impacts needed to be listed */
};
typedef VEC(struct journal_count) journal_counts;

/* Stores one count for a resource and zone; a second one changes nothing. */
enum journal_result journal_count_store(struct journal *, const struct journal_count *, struct fault *);
/* Reads the last `most`, oldest first. */
bool journal_counts_of(struct journal *, const struct resource *, size_t most, journal_counts *out, struct fault *);

/* Returns the time of the first look at a prefix, from all its neighbours and counts: those first seen listed then were
 * listed when first checked; since when is not known. 0 = no look. */
int64_t journal_first_look(const journal_neighbours *, const journal_counts *);

/* ---- rejections ---- */

enum { JOURNAL_RECEIVER = 256, JOURNAL_LIST_NAME = 96 };

/* A mail that a receiver refused because of a list. Texts are clean. */
struct journal_rejection {
    struct uuid uuid; /* uuid_of_name of what identifies the message */
    struct addr address;
    int64_t at_ms;                   /* 0 = not known */
    char receiver[JOURNAL_RECEIVER]; /* host or address; "" = not known */
    char zone[LIST_ZONE];            /* "" = none */
    char list[JOURNAL_LIST_NAME];    /* "UCEPROTECT Level 2" */
    unsigned level;                  /* of UCEPROTECT; 0 = none */
};

typedef VEC(struct journal_rejection) journal_rejections;

/* Reads those of an address, newest first. */
bool journal_rejections_of(struct journal *, const struct addr *, journal_rejections *out, struct fault *);
/* Stores one; a second one of the same message changes nothing. */
enum journal_result journal_rejection_store(struct journal *, const struct journal_rejection *, struct fault *);

/* ---- zone files ---- */

/* Reads how many entries the last sound zone file of a list had, and when that was stored; 0 = not known. */
bool journal_zone_entries(struct journal *, const char *zone, int64_t *entries, int64_t *at_ms, struct fault *);
/* Stores it, as of now; part as in struct list, NULL = none. */
enum journal_result journal_zone_entries_store(struct journal *, const char *zone, const char *part, int64_t entries,
                                               struct fault *);

/* ---- totals ---- */

/* Numbers of records in the journal, or of those added, changed or removed. */
struct journal_totals {
    uint64_t observations, cases, notes, contacts, neighbours, counts, rejections;
};
bool journal_totals_read(struct journal *, struct journal_totals *out, struct fault *);

/* Slow work reports its stage and progress about ten times a second; the callback returns false to stop it. Then
 * nothing was changed, unless all was stored already. */
enum journal_stage {
    JOURNAL_STAGE_WAIT,   /* for another program */
    JOURNAL_STAGE_READ,   /* bytes of an import, records of a merge */
    JOURNAL_STAGE_REMOVE, /* resources */
    JOURNAL_STAGE_INDEX,  /* the indexes of words are rebuilt */
    JOURNAL_STAGE_STORE,  /* the transaction is committed */
};
typedef bool journal_progress(void *arg, enum journal_stage, uint64_t done, uint64_t total); /* total 0 = not known */

#endif

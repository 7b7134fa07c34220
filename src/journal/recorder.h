/* Stores results in the journal as they are found, and stays out of the way when it cannot.
 *
 * While another program writes, results wait in a queue of at most RECORDER_QUEUE. If the journal cannot be written at
 * all, that is reported once for each reason, and the program continues without it. */
#ifndef RECORDER_H
#define RECORDER_H

#include "base/loop.h"
#include "density/density.h"
#include "density/ranking.h"
#include "journal/journal.h"
#include "lists/policy.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"
#include "zones/zone_set.h"

struct recorder;

enum { RECORDER_QUEUE = 4096, RECORDER_LEAVING_MS = 2000 };

/* Receives a sentence for the user, clean. */
typedef void recorder_reports(void *arg, const char *sentence);

/* Takes the journal over; the loop must outlive the recorder. `batched`: writes when recorder_flush is called, many
 * results at once; otherwise at once, and what would take long in several steps of the loop. */
struct recorder *recorder_new(struct loop *, struct journal *, bool batched, recorder_reports *, void *arg);
/* Tries again to open the journal of a path, in place of the one in memory that the recorder has: some seconds apart,
 * until it can be opened, for example because another program had locked it. What the one in memory holds is moved. */
void recorder_open_later(struct recorder *, const char *path, bool usual);
/* Limits the wait of recorder_free to a time of clock_now_ms; it tries at least once. */
void recorder_leave_by(struct recorder *, int64_t at_ms);
/* Writes what waits, for up to JOURNAL_WAIT_MS when batched, else RECORDER_LEAVING_MS because the user is leaving;
 * reports what could not be stored, and closes the journal. NULL is fine. */
void recorder_free(struct recorder *);

/* Returns whether results are stored: not after the journal broke, nor if it is read-only. */
bool recorder_stores(const struct recorder *);

/* Returns the journal, for reading and for changes to cases; NULL after it broke. */
struct journal *recorder_journal(struct recorder *);

/* Reads what the journal knows of an address, and adds what waits; empty if nothing. */
void recorder_seen(struct recorder *, const struct addr *, struct seen *out);

/* The newest observation of an address from before this run. */
struct last_look {
    struct observation then;
    bool known; /* there is one */
    bool seen;  /* the user has seen what changed since */
};
/* Returns it; NULL without a journal. It is read when this or, outside of batches, recorder_add is first called for the
 * address, and lives as long as the recorder. */
struct last_look *recorder_last_look(struct recorder *, const struct addr *);

/* Adds a finished investigation, with the neighbours of the zone file, unless it asked nothing (reserved address,
 * offline without zones). */
void recorder_add(struct recorder *, const struct evidence *, const struct verdict *);
/* Add copies for journal_neighbours_add and journal_count_store; ignored if at_ms is not positive. */
void recorder_add_neighbours(struct recorder *, const struct prefix *, int64_t at_ms, const uint32_t *listed,
                             size_t listed_count, const uint32_t *asked, size_t asked_count);
void recorder_add_count(struct recorder *, const struct journal_count *);

/* Add a prefix, with its neighbours, or an AS that the user looked at, from level 1's zone file; nothing without that
 * file or its date. */
void recorder_add_prefix(struct recorder *, const struct zone_set *, const struct policy *, const struct prefix *);
void recorder_add_asn(struct recorder *, const struct zone_set *, const struct asn_density *);

/* Writes what waits now; false when something still waits, or could not be stored. */
bool recorder_flush(struct recorder *);

/* Returns a number that grows with each write, with recorder_touched, which follows a change to a case, and within a
 * second after another program wrote: views read again. */
unsigned recorder_version(struct recorder *);
void recorder_touched(struct recorder *);

#endif

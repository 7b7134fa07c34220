/* The journal: what was seen, when, and what was done about it. One SQLite file, which several programs may have open
 * at once; only src/journal*.c knows how it is stored.
 *
 * Observations are never edited: a look that finds nothing new moves the end of the last one, another adds one. Cases
 * belong to people: each field of a case remembers when it was set, notes are kept with what they replaced, so that two
 * journals can be united in any order without loss. Everything in it is clean text.
 *
 * All functions may be called in the console's loop: they take microseconds to milliseconds, except where told. */
#ifndef JOURNAL_H
#define JOURNAL_H

#include "base/fault.h"
#include "base/filter.h"
#include "base/resource.h"
#include "base/uuid.h"
#include "base/vec.h"
#include "journal/observation.h"
#include "verdict/seen.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct journal;

/* ---- opening ---- */

enum journal_access {
    JOURNAL_READS,  /* never writes, makes no file: a journal that is not there is a fault */
    JOURNAL_WRITES, /* makes the file (0600) where there is none, and at the usual place its folder (0700); when the
                       file may not be written, or a newer version of the program wrote it, it is opened for reading and
                       the notice says so */
    JOURNAL_CHANGES /* the same, for what a user does to his journal: a damaged one is left alone, and a fault */
};

/* How long a program waits while another one writes, ms: the console for a moment only, since it tries again. */
enum { JOURNAL_WAIT_CONSOLE_MS = 5, JOURNAL_WAIT_MS = 30 * 1000 };

/* NULL with a reason. A damaged file that is a journal of ours by its header, or lies at the usual place, is set aside
 * under a name that *notice tells, and a new one is begun; so is a file at the usual place that is no database at all.
 * Any other file is refused and left alone: another program's database wherever it lies, folders, pipes. What may only
 * be read, or is JOURNAL_CHANGES, sets nothing aside. *notice is "" when there is nothing to say. `usual` says that the
 * path is the usual one, not one the user named; symbolic links are followed. */
struct journal *journal_open(const char *path, bool usual, enum journal_access, int wait_ms, struct fault *notice,
                             struct fault *);
void journal_close(struct journal *); /* NULL is fine */

const char *journal_path(const struct journal *);
bool journal_is_read_only(const struct journal *);
bool journal_is_broken(const struct journal *); /* as JOURNAL_BROKEN */

/* Whether another program has changed it since the last call. */
bool journal_has_changed(struct journal *);

enum journal_result {
    JOURNAL_DONE,
    JOURNAL_BUSY,   /* another program writes: nothing was changed, try again */
    JOURNAL_FAILED, /* the fault says why; nothing was changed */
    JOURNAL_BROKEN, /* the same, and the file is damaged (then it was set aside, unless it is only read), or was moved
                       or removed by somebody: the fault tells, and every further call fails in the same way */
};

/* ---- observations ---- */

/* Several changes at once, all or nothing. May not be nested. What the functions between them did is kept only when
 * journal_commit returns JOURNAL_DONE; else it has undone everything: also when one of them had failed half way.
 * journal_undo ends it in the place of journal_commit. */
enum journal_result journal_begin(struct journal *, struct fault *);
enum journal_result journal_commit(struct journal *, struct fault *);
void journal_undo(struct journal *);

/* Keeps a look at an address. When the newest observation of the address is the same it is extended, else this one is
 * added with a uid of its own. *changed (may be NULL) tells which. Once it returns JOURNAL_DONE outside of
 * journal_begin the observation outlives the death of this program. */
enum journal_result journal_observe(struct journal *, const struct observation *, bool *changed, struct fault *);

typedef VEC(struct observation) journal_observations;
void journal_observations_fini(journal_observations *);

/* The newest of an address; false: none, or a fault. */
bool journal_newest(struct journal *, const struct addr *, struct observation *out, struct fault *);

/* ---- cases ---- */

enum case_state { CASE_OPEN, CASE_WAITING, CASE_CLOSED };
const char *case_state_name(enum case_state); /* "open", "waiting", "closed" */
bool case_state_parse(const char *word, enum case_state *out);

struct case_note {
    struct uuid uuid;
    int64_t at_ms;
    char *text;   /* lines parted by \n, each clean */
    bool current; /* nothing has replaced it yet; two current ones: two journals were united that had each changed it */
};

/* Who was told what, and when. */
struct case_contact {
    struct uuid uuid;
    int64_t at_ms;
    char *who, *what; /* what: NULL = not said */
};

struct journal_case {
    struct uuid uuid;
    struct resource resource;
    int64_t opened_ms;
    enum case_state state;
    int64_t state_ms; /* since when; also for the fields below: when they were set, 0 = never */
    char *ticket;     /* NULL = none */
    int64_t ticket_ms;
    char *tags; /* lower case, sorted, parted by one blank; NULL = none */
    int64_t tags_ms;
    int64_t due_ms; /* follow-up, 0 = none */
    int64_t due_set_ms;
    VEC(struct case_note) notes;       /* by time */
    VEC(struct case_contact) contacts; /* by time */
};
void journal_case_fini(struct journal_case *);

/* The case of a matter: the newest that is not closed, else the newest; false: none, or a fault. */
bool journal_case_find(struct journal *, const struct resource *, struct journal_case *out, struct fault *);

/* All cases of a matter in that order: those that are not closed first, then the newest. False with a fault. */
typedef VEC(struct journal_case) journal_cases;
bool journal_cases_of(struct journal *, const struct resource *, journal_cases *out, struct fault *);
void journal_cases_fini(journal_cases *);
/* The number of one of all cases of a matter, from 1 on, that which was opened first. */
size_t journal_case_number(const journal_cases *, size_t at);
/* Whether the word is the beginning of one in its ticket, tags, current notes or tellings, as filters look for it; the
 * first line that has it, which the caller frees. NULL = it is in none. */
char *journal_case_line_with(const struct journal_case *, const char *word);

/* Whether an earlier current note has the same text: two people wrote the same, and one of them is enough to read. */
bool journal_case_note_is_duplicate(const struct journal_case *, size_t at);
/* The current notes as one text, oldest first, parted by a line "----" where there are several; empty ones and those of
 * the same text are left out. */
void journal_case_note_text(const struct journal_case *, struct buf *out);

/* Changes to the case of a matter, which is opened (state open) when there is none that is not closed; set on a
 * closed one: state alone opens it again, the others open a new one. What is so already, and what is taken away where
 * there is none, changes and opens nothing. The first case of a matter is the same one in every journal (and so is the
 * second ...): when two people open it and unite their journals, it is one case with both notes. */
enum journal_result journal_case_set_state(struct journal *, const struct resource *, enum case_state, struct fault *);
enum journal_result journal_case_set_ticket(struct journal *, const struct resource *, const char *ticket,
                                            struct fault *);
/* Words parted by blanks or commas; cleaned, lower case (of ASCII), sorted, no doubles. Too many are a fault. */
enum journal_result journal_case_set_tags(struct journal *, const struct resource *, const char *tags, struct fault *);
enum journal_result journal_case_set_due(struct journal *, const struct resource *, int64_t due_ms, struct fault *);
/* Replaces every note that is current; "" leaves an empty one. Text is cleaned line by line. At most CASE_NOTE_MOST
 * bytes, else a fault. */
enum { CASE_NOTE_MOST = 64 * 1024 };
enum journal_result journal_case_set_note(struct journal *, const struct resource *, const char *text, struct fault *);
/* Somebody must be named; what: NULL = not said. */
enum journal_result journal_case_add_contact(struct journal *, const struct resource *, const char *who,
                                             const char *what, int64_t at_ms, struct fault *);

/* ---- neighbours ---- */

/* An address that was seen on level 1. */
struct journal_neighbour {
    uint32_t address;
    int64_t first_ms, last_ms; /* seen listed */
    int64_t absent_ms;         /* last seen not listed; 0 = never. Later than last_ms: it has left */
};
typedef VEC(struct journal_neighbour) journal_neighbours;

/* All of a prefix was looked at (at_ms: of a zone file the moment of its serial), and these addresses, sorted, were
 * listed. `asked` (NULL = all): only these, sorted, were answered, as in a sweep that was stopped. */
enum journal_result journal_neighbours_add(struct journal *, const struct prefix *, int64_t at_ms,
                                           const uint32_t *listed, size_t listed_count, const uint32_t *asked,
                                           size_t asked_count, struct fault *);
/* Those of a prefix, in order. */
bool journal_neighbours_of(struct journal *, const struct prefix *, journal_neighbours *out, struct fault *);

/* ---- snapshots ---- */

/* What a net or ASN that the user looked at amounted to when a zone was made. */
struct journal_count {
    struct resource resource; /* a net or an ASN */
    int64_t at_ms;            /* the moment of the zone's serial */
    uint32_t serial;
    int64_t listed;  /* addresses on level 1 inside */
    int64_t impacts; /* of a net: published, -1 = none; of an ASN: the estimate */
    double limit;    /* impacts needed to be listed */
};
typedef VEC(struct journal_count) journal_counts;

/* One a matter and zone; a second one changes nothing. */
enum journal_result journal_count_store(struct journal *, const struct journal_count *, struct fault *);
/* Oldest first, the last `most`. */
bool journal_counts_of(struct journal *, const struct resource *, size_t most, journal_counts *out, struct fault *);

/* ---- moving it ---- */

/* What is in the journal, and what was added, changed or removed. */
struct journal_totals {
    uint64_t observations, cases, notes, contacts, neighbours, counts;
};
bool journal_totals_read(struct journal *, struct journal_totals *out, struct fault *);

/* Long work tells what it does and how far it is, about ten times a second; returns false to stop it: then nothing was
 * changed, unless all was kept already. */
enum journal_stage {
    JOURNAL_STAGE_WAIT,   /* another program is at it */
    JOURNAL_STAGE_READ,   /* of an import bytes, of a merge records are taken in */
    JOURNAL_STAGE_REMOVE, /* matters */
    JOURNAL_STAGE_INDEX,  /* the indexes of words are written anew */
    JOURNAL_STAGE_STORE,  /* what was done is made to last */
};
typedef bool journal_progress(void *arg, enum journal_stage, uint64_t done, uint64_t total); /* total 0 = not known */

/* Writes everything as NDJSON, one object a line, in an order that depends on nothing but the content: the same
 * journals give the same bytes. write() returns false to stop. Long. */
typedef bool journal_writer(void *arg, const char *bytes, size_t count);
bool journal_export(struct journal *, journal_writer *, void *arg, struct fault *);

/* Reads such NDJSON and unites it with the journal, all or nothing; the fault names the line. The lines may stand in
 * any order, and several exports behind one another. read() returns how many bytes it put, 0 at the end, -1 on an error
 * that it has told. Long; it takes less than 100 MiB of memory, whatever is read: no line may be longer than
 * JOURNAL_LINE_MOST. */
enum { JOURNAL_LINE_MOST = 1024 * 1024 };
typedef long journal_reader(void *arg, char *room, size_t count);
enum journal_result journal_import(struct journal *, journal_reader *, void *arg, const char *name, journal_progress *,
                                   void *progress_arg, struct journal_totals *added, struct journal_totals *changed,
                                   struct fault *);

/* Unites another journal's content with this one; the other is only read. The same rules as import: what has the same
 * uid is the same thing, the later time wins field by field, of two current notes both stay. Long. */
enum journal_result journal_merge(struct journal *, const char *other_path, journal_progress *, void *progress_arg,
                                  struct journal_totals *added, struct journal_totals *changed, struct fault *);

/* What an import or merge did to a case. */
struct journal_case_change {
    struct resource resource;
    bool is_new;
    enum case_state was, is;            /* `was` means nothing of a new one */
    bool has_ticket, has_tags, has_due; /* they were changed ... */
    char *ticket, *tags;                /* ... and are this now; NULL = none */
    int64_t due_ms;
    uint32_t notes, notes_replaced; /* that came and are current, that were current and are no more */
    uint32_t contacts;              /* tellings that came */
    uint32_t side_by_side;          /* notes that are current, not empty and not the same, when one came to another;
                                       else 0 */
};
typedef VEC(struct journal_case_change) journal_import_report;
void journal_import_report_fini(journal_import_report *);
/* Of the last import or merge that was done with this connection: notes side by side first, then by address, at most
 * `most`; *others is how many more there are. */
bool journal_import_report_of(struct journal *, size_t most, journal_import_report *out, uint64_t *others,
                              struct fault *);
/* How many of them were there before. */
bool journal_import_report_changed(struct journal *, uint64_t *cases, struct fault *);

/* What is to be forgotten: everything of a matter (of a net: everything inside it, too; of an ASN its own case and
 * snapshots), or what was last seen before a moment (closed cases that were not changed since included, open ones
 * kept). Exactly one of the two is given. */
struct journal_purge_scope {
    const struct resource *resource; /* NULL = by time */
    int64_t before_ms;
};
/* What would go, and of an ASN how many addresses stay that it announced or was blamed for. */
bool journal_purge_count(struct journal *, const struct journal_purge_scope *, struct journal_totals *out,
                         uint64_t *stays, struct fault *);
/* What names an address, as its text is written, and stays because it stands in other cases. */
struct journal_mentions {
    uint64_t notes, earlier; /* current ones, and those that were replaced */
    uint64_t contacts;
};
bool journal_purge_mentions(struct journal *, const struct resource *, struct journal_mentions *out, struct fault *);
/* Removes it for good, all or nothing: its bytes are overwritten, too. When it is done and yet the fault is not "",
 * that has to wait for another program that reads the journal just now. Long. */
enum journal_result journal_purge(struct journal *, const struct journal_purge_scope *, journal_progress *,
                                  void *progress_arg, struct journal_totals *out, struct fault *);

#endif

/* Remembers each file that sync fetches, in sync.state, an INI file beside the data. */
#ifndef LEDGER_H
#define LEDGER_H

#include "base/fault.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

/* One file. Texts are clean; NULL = none. Times are wall ms; 0 = never. */
struct ledger_entry {
    char *name;            /* of the feed */
    char *path;            /* of the file */
    char *url;             /* that was asked for last, without a query */
    char *etag, *modified; /* of the content that came from there */
    char *made, *making;   /* identities (place_identity) of the file that sync wrote, and of one that it may have put
                            * in its place */
    char *error;           /* why the last try failed */
    char *skipped;         /* which lines the file lacks, because they could not be parsed */
    int64_t tried_ms, fetched_ms, next_ms;
    int64_t failures;     /* in a row */
    int64_t rows, serial; /* of the file; rows 0 = not known */
    int64_t dated_ms;     /* of the content */
};

struct ledger {
    char *path;
    VEC(struct ledger_entry *) entries;
};

/* Reads the ledger; one that is missing is empty. Returns false with a fault if it
 * cannot be read. */
bool ledger_read(struct ledger *, const char *path, struct fault *);
/* Replaces the file, so that it is whole at any time. Returns false with a fault. */
bool ledger_write(const struct ledger *, struct fault *);
void ledger_fini(struct ledger *);

/* Returns the entry of a feed, a new one if there is none; valid as long as the ledger. */
struct ledger_entry *ledger_entry_of(struct ledger *, const char *name);

/* Sets a text of an entry; NULL = none. */
void ledger_set(char **field, const char *text);

#endif

/* Removing from the journal for good. */
#ifndef PURGE_H
#define PURGE_H

#include "journal/journal.h"

/* The scope: everything of a resource (of a prefix also everything inside it; of an AS its own case and counts), or
 * everything last seen before a date, with closed cases that were not changed since. */
struct journal_purge_scope {
    const struct resource *resource; /* NULL = by date */
    int64_t before_ms;
};
/* Counts the scope; *stays: the addresses of an AS, which remain. */
bool journal_purge_count(struct journal *, const struct journal_purge_scope *, struct journal_totals *out,
                         uint64_t *stays, struct fault *);
/* Counts the texts in other cases that mention an address and remain. */
struct journal_mentions {
    uint64_t notes, earlier; /* current notes, and replaced ones */
    uint64_t contacts;
};
bool journal_purge_mentions(struct journal *, const struct resource *, struct journal_mentions *out, struct fault *);
/* Removes the scope, all or nothing, and overwrites its bytes. JOURNAL_DONE with a fault: bytes remain, for example
 * because another program reads the journal. Slow. */
enum journal_result journal_purge(struct journal *, const struct journal_purge_scope *, journal_progress *,
                                  void *progress_arg, struct journal_totals *out, struct fault *);

#endif

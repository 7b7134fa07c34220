/* Removing from the journal for good. */
#ifndef PURGE_H
#define PURGE_H

#include "journal/journal.h"

/* What goes: everything of a resource (of a prefix also everything inside it; of an AS its own case and counts), or
 * what was last seen before a date, with closed cases that were not changed since. */
struct journal_purge_scope {
    const struct resource *resource; /* NULL = by date */
    int64_t before_ms;
};
/* Counts what would go; *stays: the addresses of an AS, which stay. */
bool journal_purge_count(struct journal *, const struct journal_purge_scope *, struct journal_totals *out,
                         uint64_t *stays, struct fault *);
/* Counts what mentions an address, as its text is written, in cases of others, and stays. */
struct journal_mentions {
    uint64_t notes, earlier; /* current notes, and replaced ones */
    uint64_t contacts;
};
bool journal_purge_mentions(struct journal *, const struct resource *, struct journal_mentions *out, struct fault *);
/* Removes it, all or nothing, and overwrites its bytes. When it is done and yet the fault is not "", the bytes stay
 * until another program ends, which reads the journal just now. Slow. */
enum journal_result journal_purge(struct journal *, const struct journal_purge_scope *, journal_progress *,
                                  void *progress_arg, struct journal_totals *out, struct fault *);

#endif

/* History from outside: when other sources saw a resource on a list, before the journal's first look or beside it.
 * Stays in this journal: export and merge leave it out. */
#ifndef OUTSIDE_H
#define OUTSIDE_H

#include "base/fault.h"
#include "base/resource.h"
#include "base/vec.h"
#include "journal/access.h"
#include "verdict/seen.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All text is clean. */
struct outside_period {
    struct resource resource;
    const char *source; /* a static word: "RIPEstat", "level 3 chart" */
    char *list;         /* "UCEPROTECT Level 1" */
    unsigned level;     /* of UCEPROTECT; 0 = another list */
    int64_t from_ms;    /* first ... */
    int64_t until_ms;   /* ... and last time at which it was listed there; both the same: seen once */
    char *detail;       /* "score 79.7, 427 impacts"; NULL = none */
    int64_t imported_ms;
};
typedef VEC(struct outside_period) outside_periods;
void outside_periods_fini(outside_periods *);

/* Reads an answer of RIPEstat's data call `blocklist` (JSON), or a saved page of the operator's level 3 chart (HTML),
 * and appends its periods. Returns false with a fault if it is neither, or names no resource. */
bool outside_read(const char *bytes, size_t count, outside_periods *out, struct fault *);

/* Stores a period, or prolongs the one that began at the same time. *is_new: it was not there. */
enum journal_result outside_store(struct journal *, const struct outside_period *, bool *is_new, struct fault *);

/* Appends the periods of a resource and, for an address or a prefix, of the prefixes around it, the oldest first. */
bool outside_of(struct journal *, const struct resource *, outside_periods *out, struct fault *);

/* Says of each list of what was seen of an address since when another source had it, if that was before the first
 * look and lasted until then. */
bool outside_add_seen(struct journal *, const struct addr *, struct seen *, struct fault *);

#endif

/* The names of all ASNs in one piece, to be looked through at each key of a filter: the map makes a clean name each
 * time that it is asked for one, which is dear 84,000 times over. Numbers go with it, since a filter may name them too.
 */
#ifndef ROLL_H
#define ROLL_H

#include "asnmap.h"
#include "buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct roll_entry {
    uint32_t name; /* its place in the names */
    uint32_t number;
    uint32_t range_count;
};

/* Zeroed is empty. */
struct roll {
    struct buf names; /* in lower case, NUL-terminated, one behind the other */
    struct roll_entry *entries;
    size_t count;
};

/* One entry for each ASN of the map, in its order. */
void roll_fill(struct roll *, const struct asnmap *);
void roll_fini(struct roll *);

/* As asnmap_matches. */
bool roll_matches(const struct roll *, size_t index, const char *word);

#endif

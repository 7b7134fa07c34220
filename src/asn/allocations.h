/* The blocks that the registries allocated or assigned, from the delegated-extended statistics of the NRO: the block of
 * an address, who holds its registry, since when. */
#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

#include "base/addr.h"
#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct allocations;

/* Begins to read the compact file of asn_build_allocations. Returns NULL with a fault. */
struct allocations *allocations_open(const char *path, struct fault *);

/* Reads a piece. Returns false after the last, or with a fault, which is "" after the last. Finds nothing before. */
bool allocations_step(struct allocations *, struct fault *);
void allocations_free(struct allocations *); /* NULL is fine */

int64_t allocations_dated_ms(const struct allocations *); /* wall time of the statistics */

enum allocation_status { ALLOCATION_ALLOCATED, ALLOCATION_ASSIGNED, ALLOCATION_AVAILABLE, ALLOCATION_RESERVED };

const char *allocation_status_name(enum allocation_status); /* "allocated" */

enum { ALLOCATION_TEXT = 2 * ADDR_TEXT };

struct allocation {
    struct addr first, last;
    const char *registry; /* "RIPE NCC" */
    char country[3];      /* "" = none */
    int64_t since_ms;     /* wall time; 0 = not known */
    enum allocation_status status;
};

/* Finds the block of an address. Returns false if there is none. */
bool allocations_find(const struct allocations *, const struct addr *, struct allocation *out);

/* Returns whether the block is a prefix, and which. */
bool allocation_prefix(const struct allocation *, struct prefix *out);

/* Formats it as a prefix, or as "192.0.2.0 - 192.0.3.127"; returns `out`. */
const char *allocation_text(const struct allocation *, char out[static ALLOCATION_TEXT]);

#endif

/* What a row of a zone file says of an address. */
#ifndef ZONELISTING_H
#define ZONELISTING_H

#include "buf.h"
#include "listing.h"
#include "zonefile.h"

/* Zeroed is empty; to be used again and again. */
struct zonelisting {
    struct buf raw, clean; /* its text as rbldnsd sends it, and clean */
    struct listing listing;
};

void zonelisting_read(struct zonelisting *, const struct zonefile *, const struct zonefile_row *, uint32_t address);
void zonelisting_fini(struct zonelisting *);

#endif

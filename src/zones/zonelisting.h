/* What a row of a zone file says of an address. */
#ifndef ZONELISTING_H
#define ZONELISTING_H

#include "base/buf.h"
#include "lists/listing.h"
#include "zones/zonefile.h"

/* Zeroed is empty; to be used again and again. */
struct zonelisting {
    struct buf raw, clean; /* its text as rbldnsd sends it, and clean */
    struct listing listing;
};

void zonelisting_read(struct zonelisting *, const struct zonefile *, const struct zonefile_row *, uint32_t address);
void zonelisting_fini(struct zonelisting *);

/* The number behind the last "/AS" of a row's text as it is in the file: quickly read, where most rows are of ASNs that
 * are known already. One that is too large wraps to another, and then this and zonelisting_read differ. */
bool zonelisting_last_asn(const struct zonefile_row *, uint32_t *asn);

#endif

/* What a row of a zone file says of an address. */
#ifndef ZONE_LISTING_H
#define ZONE_LISTING_H

#include "base/buf.h"
#include "lists/listing_text.h"
#include "zones/zone_file.h"

/* Zeroed is empty; to be used again and again. */
struct zone_listing {
    struct buf raw, clean; /* its text as rbldnsd sends it, and clean */
    struct listing listing;
};

void zone_listing_read(struct zone_listing *, const struct zone_file *, const struct zone_file_row *, uint32_t address);
void zone_listing_fini(struct zone_listing *);

/* Returns the holder that a row's text names; its asn is 0 where the text names none. */
struct holder zone_listing_holder(const struct zone_file *, const struct zone_file_row *);

/* The number behind the last "/AS" of a row's text as it is in the file: quickly read, where most rows are of ASNs that
 * are known already. One that is too large wraps to another, and then this and zone_listing_read differ. */
bool zone_listing_last_asn(const struct zone_file_row *, uint32_t *asn);

#endif

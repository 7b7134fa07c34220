/* What a row of a zone file says about an address. */
#ifndef ZONE_LISTING_H
#define ZONE_LISTING_H

#include "base/buf.h"
#include "lists/listing_text.h"
#include "zones/zone_file.h"

/* Zero it before use; can be used again and again. */
struct zone_listing {
    struct buf raw, clean; /* the text as rbldnsd sends it, and cleaned */
    struct listing listing;
};

void zone_listing_read(struct zone_listing *, const struct zone_file *, const struct zone_file_row *, uint32_t address);

static inline void
zone_listing_fini(struct zone_listing *listing)
{
    buf_free(&listing->raw);
    buf_free(&listing->clean);
}

/* Returns the holder that a row's text names; its asn is 0 if the text names none. */
struct holder zone_listing_holder(const struct zone_file *, const struct zone_file_row *);

/* Finds the number behind the last "/AS" of a row's text as it is in the file: the quick way to see that a row's ASN is
 * known already. A number that is too large wraps around, unlike that of zone_listing_read. */
bool zone_listing_last_asn(const struct zone_file_row *, uint32_t *asn);

#endif

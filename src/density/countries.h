/* The country of each AS, read from the texts of levels 2 and 3, which name it ("[HANDLE Description, CC]/AS64500").
 * The usual ASN databases do not have it, so an AS without a published net has no country. */
#ifndef COUNTRIES_H
#define COUNTRIES_H

#include "asn/asn_table.h"
#include "lists/listing_text.h"
#include "zones/zone_set.h"

#include <stddef.h>

/* Zeroed is empty. */
struct countries {
    char (*codes)[LISTING_COUNTRY]; /* by place in the ASN table */
    size_t count;
};

/* Replaces the countries by those in the zone files of levels 2 and 3, where present. */
void countries_fill(struct countries *, const struct asn_table *, const struct zone_set *);
void countries_fini(struct countries *);

/* Returns "DE", or "" for unknown. */
static inline const char *
countries_at(const struct countries *countries, size_t asn)
{
    return asn < countries->count ? countries->codes[asn] : "";
}

#endif

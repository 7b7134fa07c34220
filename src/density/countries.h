/* The country of an ASN. No ASN database of the usual kinds has it, but the texts of levels 2 and 3 name the holder's
 * ("[HANDLE Description, CC]/AS64500"): so it is known of ASNs that are or have nets published, and of no others. */
#ifndef COUNTRIES_H
#define COUNTRIES_H

#include "asn/asn_table.h"
#include "lists/listing_text.h"
#include "zones/zone_set.h"

#include <stddef.h>

/* Zeroed is empty. */
struct countries {
    char (*codes)[LISTING_COUNTRY]; /* one for each ASN of the map, in its order */
    size_t count;
};

/* Looks through the files of both levels, as far as there are any. */
void countries_fill(struct countries *, const struct asn_table *, const struct zone_set *);
void countries_fini(struct countries *);

/* "DE"; "" = not known. */
const char *countries_at(const struct countries *, size_t asn);

#endif

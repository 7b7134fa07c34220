/* The ASN of an address by DNS: the answers of Team Cymru's origin service, for when there is no database.
 * https://www.team-cymru.com/ip-asn-mapping */
#ifndef ORIGIN_H
#define ORIGIN_H

#include "base/addr.h"
#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

enum { ORIGIN_ORG = 256, ORIGIN_COUNTRY = 3 };

struct origin {
    uint32_t asn;         /* the first, where several ASNs announce the prefix */
    struct prefix prefix; /* the announced one: BGP, not an allocation */
    char country[ORIGIN_COUNTRY];
};

/* The name to ask for TXT: "77.113.0.203.origin.asn.cymru.com", or nibbles under origin6. */
void origin_name(struct buf *out, const struct addr *);
/* "AS64500.asn.cymru.com" */
void origin_as_name(struct buf *out, uint32_t asn);

/* One text "ASN[ ASN...] | prefix | CC | registry | date"; fields may be empty, but ASN and prefix must be there.
 * Clean text goes in. Of several texts the longest prefix is the right one (origin_is_better). */
bool origin_parse(const char *text, struct origin *out);
bool origin_is_better(const struct origin *candidate, const struct origin *than);

/* One text "ASN | CC | registry | date | NAME, CC": the name without the trailing country. */
bool origin_parse_as(const char *text, char org[static ORIGIN_ORG]);

#endif

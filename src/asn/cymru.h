/* The ASN of an address by DNS: the answers of Team Cymru's origin service, for when there is no database.
 * https://www.team-cymru.com/ip-asn-mapping */
#ifndef CYMRU_H
#define CYMRU_H

#include "base/addr.h"
#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

enum { CYMRU_ORG = 256, CYMRU_COUNTRY = 3 };

struct cymru_origin {
    uint32_t asn;         /* the first, where several ASNs announce the prefix */
    struct prefix prefix; /* the announced one: BGP, not an allocation */
    char country[CYMRU_COUNTRY];
};

/* The name to ask for TXT: "77.113.0.203.origin.asn.cymru.com", or nibbles under origin6. */
void cymru_name(struct buf *out, const struct addr *);
/* "AS64500.asn.cymru.com" */
void cymru_as_name(struct buf *out, uint32_t asn);

/* One text "ASN[ ASN...] | prefix | CC | registry | date"; fields may be empty, but ASN and prefix must be there.
 * Clean text goes in. Of several texts the longest prefix is the right one (cymru_is_better). */
bool cymru_parse(const char *text, struct cymru_origin *out);
bool cymru_is_better(const struct cymru_origin *candidate, const struct cymru_origin *than);

/* One text "ASN | CC | registry | date | NAME, CC": the name without the trailing country. */
bool cymru_parse_as(const char *text, char org[static CYMRU_ORG]);

#endif

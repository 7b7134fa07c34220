/* The AS of an address over DNS: the answers of Team Cymru's origin service, for use without an ASN database.
 * https://www.team-cymru.com/ip-asn-mapping */
#ifndef CYMRU_H
#define CYMRU_H

#include "base/addr.h"
#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

enum { CYMRU_ORG = 256, CYMRU_COUNTRY = 3 };

struct cymru_origin {
    uint32_t asn;         /* the first, if several ASes announce the prefix */
    struct prefix prefix; /* as announced in BGP, not an allocation */
    char country[CYMRU_COUNTRY];
};

/* Appends the name to query for TXT: "77.113.0.203.origin.asn.cymru.com", or nibbles under origin6. */
void cymru_name(struct buf *out, const struct addr *);
/* Appends "AS64500.asn.cymru.com". */
static inline void
cymru_as_name(struct buf *out, uint32_t asn)
{
    buf_format(out, "AS%u.asn.cymru.com", (unsigned)asn);
}

/* Parses a clean text "ASN[ ASN...] | prefix | CC | registry | date". Fields may be empty, but ASN and prefix must be
 * there. Of several texts the one with the longest prefix counts: cymru_is_better. */
bool cymru_parse(const char *text, struct cymru_origin *out);

static inline bool
cymru_is_better(const struct cymru_origin *candidate, const struct cymru_origin *than)
{
    return than->asn == 0 || candidate->prefix.length > than->prefix.length;
}

/* Parses a clean text "ASN | CC | registry | date | NAME, CC": the name without the trailing country. */
bool cymru_parse_as(const char *text, char org[static CYMRU_ORG]);

#endif

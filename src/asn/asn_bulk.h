/* Who announces an address, asked for very many of them: the same answers as asndb_find gives, for IPv4 more than ten
 * times as fast. What was read is kept, up to a bound. */
#ifndef ASN_BULK_H
#define ASN_BULK_H

#include "asn/asndb.h"

#include <stddef.h>
#include <stdint.h>

struct asn_bulk;

struct asn_bulk *asn_bulk_new(const struct asndb *); /* which outlives it */
void asn_bulk_free(struct asn_bulk *);               /* NULL is fine */

struct asn_bulk_record {
    uint32_t asn;    /* 0 = not in the database, or damaged there */
    const char *org; /* clean, "" = none; borrowed until the next question */
    size_t org_count;
};

/* Several addresses at once, at most ASN_BULK_MOST, because the way through the database is one of waiting for memory.
 */
enum { ASN_BULK_MOST = 64 };
void asn_bulk_find(struct asn_bulk *, const struct addr *const *addresses, size_t count, struct asn_bulk_record *out);

#endif

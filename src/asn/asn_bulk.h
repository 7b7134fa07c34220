/* Says for very many addresses which AS announces them: the same answers as asndb_find, for IPv4 more than ten times as
 * fast. Remembers the records that it read, up to a limit. */
#ifndef ASN_BULK_H
#define ASN_BULK_H

#include "asn/asndb.h"

#include <stddef.h>
#include <stdint.h>

struct asn_bulk;

/* The database must outlive it. */
struct asn_bulk *asn_bulk_new(const struct asndb *);
void asn_bulk_free(struct asn_bulk *); /* NULL is fine */

struct asn_bulk_record {
    uint32_t asn;    /* 0 = not in the database, or damaged there */
    const char *org; /* clean, "" = none; borrowed until the next call */
    size_t org_count;
};

/* Finds at most ASN_BULK_MOST addresses at once, so that their waits for memory overlap. */
enum { ASN_BULK_MOST = 64 };
void asn_bulk_find(struct asn_bulk *, const struct addr *const *addresses, size_t count, struct asn_bulk_record *out);

#endif

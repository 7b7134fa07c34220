/* Who announces an address, asked for very many of them: the same answers as asndb_find gives, for IPv4 more than ten
 * times as fast. What was read is kept, up to a bound. */
#ifndef ASNINDEX_H
#define ASNINDEX_H

#include "asn/asndb.h"

#include <stddef.h>
#include <stdint.h>

struct asnindex;

struct asnindex *asnindex_new(const struct asndb *); /* which outlives it */
void asnindex_free(struct asnindex *);               /* NULL is fine */

struct asnindex_record {
    uint32_t asn;    /* 0 = not in the database, or damaged there */
    const char *org; /* clean, "" = none; borrowed until the next question */
    size_t org_count;
};

/* Several addresses at once, at most ASNINDEX_MOST, because the way through the database is one of waiting for memory.
 */
enum { ASNINDEX_MOST = 64 };
void asnindex_find(struct asnindex *, const struct addr *const *addresses, size_t count, struct asnindex_record *out);

#endif

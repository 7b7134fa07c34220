/* What ASes announce as a whole: every IPv4 range, the AS that announces it, and the sum of what each AS announces;
 * IPv6 prefixes, where the source has them.
 *
 * Its sources are the announced prefixes of a routing table (asn_build_announced), nested as they are, or the records
 * of an ASN database, which never nest. Either is a compact file, read in steps into private memory, so that the file
 * may change or go away at any time. A database is walked once, and its compact file kept for the next start. */
#ifndef ASN_TABLE_H
#define ASN_TABLE_H

#include "asn/asndb.h"
#include "base/addr.h"
#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct asn_table;

/* One AS. */
struct asn {
    uint32_t number;
    char org[ASNDB_ORG]; /* clean, "" = none; the first, if the source has several */
    uint64_t addresses;  /* IPv4 addresses of all its ranges, each counted once */
    size_t range_count;  /* of IPv4 */
};

/* Begins with a database, which must outlive the table: with its compact file in the folder `kept` ("/x/"), or by a
 * walk that ends in making that file, and removes those of other databases; NULL = no folder. A file that cannot be
 * used or made is no fault. */
struct asn_table *asn_table_new(const struct asndb *, const char *kept);

/* Begins with a database's compact file in the folder `kept`, without opening the database; path as for asndb_open.
 * Returns NULL if there is none that fits the database. */
struct asn_table *asn_table_kept(const char *path, const char *kept);

/* Begins with a compact file of announced prefixes. Returns NULL with a fault. */
struct asn_table *asn_table_open(const char *path, struct fault *);
void asn_table_free(struct asn_table *); /* NULL is fine */

enum asn_table_progress { ASN_TABLE_WALKING, ASN_TABLE_READY, ASN_TABLE_FAILED };

/* Reads or walks on for about `budget_us` (INT64_MAX: to the end). A damaged file or database (cyclic, truncated, too
 * deep) fails with a fault. Until it is ready, and after a failure, the table is empty. */
enum asn_table_progress asn_table_step(struct asn_table *, int64_t budget_us, struct fault *);

/* Returns its source, once it is ready. Borrowed from the table. */
struct asn_data asn_table_source(const struct asn_table *);

/* ---- ASNs with IPv4 ranges, in order of number ---- */

size_t asn_table_count(const struct asn_table *);
struct asn asn_table_at(const struct asn_table *, size_t index);
/* Return one figure, much faster than all of them. */
uint32_t asn_table_number(const struct asn_table *, size_t index);
uint64_t asn_table_addresses(const struct asn_table *, size_t index);
size_t asn_table_range_count(const struct asn_table *, size_t index);
/* Finds the place of an AS. Returns false if it announces nothing. */
bool asn_table_find(const struct asn_table *, uint32_t number, size_t *index);

/* Returns a range of an AS, in order of address, the wider first; index < range_count. */
struct prefix asn_table_range(const struct asn_table *, size_t asn, size_t index);

/* Whether an AS matches the user's text: its number ("64500", "AS64500") or a part of its name, ignoring case in ASCII.
 * Fastest when called for all in their order. */
bool asn_table_matches(const struct asn_table *, size_t index, const char *text);

/* ---- addresses ---- */

/* Finds the place of the AS that announces an IPv4 address by the most specific range, and the range (may be NULL).
 * Returns false if none does. */
bool asn_table_locate(const struct asn_table *, uint32_t address, size_t *asn, struct prefix *range);

/* Returns the next address for which asn_table_locate may find another range; 2^32 behind the last. */
uint64_t asn_table_next(const struct asn_table *, uint32_t address);

enum { ASN_ORIGINS = 4 };

/* The most specific announced prefix of an address. */
struct asn_announced {
    struct prefix prefix;
    size_t count; /* of ASes that announce it, at most ASN_ORIGINS */
    uint32_t origins[ASN_ORIGINS];
    char org[ASNDB_ORG]; /* name of the first; clean, "" = none */
};

/* Finds it for an address of either family. Returns false if none is announced. */
bool asn_table_announced(const struct asn_table *, const struct addr *, struct asn_announced *);

#endif

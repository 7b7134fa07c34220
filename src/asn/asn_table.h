/* The ASN database as a whole: every IPv4 range, the AS that announces it, and the sum of what each AS announces.
 *
 * A walk of the database's tree, in steps so that the caller stays responsive, gives two flat tables: ranges in order
 * of address, and ASNs in order of number with their ranges. Ranges are the database's own records, not merged; those
 * without an ASN are left out. The walk enters the IPv4 tree once, by the all-zero path, and skips its aliases in IPv6
 * space (::ffff:0:0/96, 2002::/16 ...). */
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
    char org[ASNDB_ORG]; /* clean, "" = none; the first, if the database has several */
    uint64_t addresses;  /* IPv4 addresses of all its ranges */
    size_t range_count;
};

/* Begins the walk of a database, which must outlive the table. */
struct asn_table *asn_table_new(const struct asndb *);
void asn_table_free(struct asn_table *); /* NULL is fine */

enum asn_table_progress { ASN_TABLE_WALKING, ASN_TABLE_READY, ASN_TABLE_FAILED };

/* Walks on for about `budget_us` (INT64_MAX: to the end). A damaged database (cyclic, truncated, too deep) fails with a
 * fault. Until it is ready, and after a failure, the table is empty. */
enum asn_table_progress asn_table_step(struct asn_table *, int64_t budget_us, struct fault *);

/* ---- ASNs, in order of number ---- */

size_t asn_table_count(const struct asn_table *);
struct asn asn_table_at(const struct asn_table *, size_t index);
/* Return one figure, much faster than all of them. */
uint32_t asn_table_number(const struct asn_table *, size_t index);
uint64_t asn_table_addresses(const struct asn_table *, size_t index);
size_t asn_table_range_count(const struct asn_table *, size_t index);
/* Finds the place of an AS. Returns false if it announces nothing. */
bool asn_table_find(const struct asn_table *, uint32_t number, size_t *index);

/* Returns a range of an AS, in order of address; index < range_count. */
struct prefix asn_table_range(const struct asn_table *, size_t asn, size_t index);

/* Whether an AS matches the user's text: its number ("64500", "AS64500") or a part of its name, ignoring case in ASCII.
 * Fastest when called for all in their order. */
bool asn_table_matches(const struct asn_table *, size_t index, const char *text);

/* ---- addresses ---- */

/* Finds the place of the AS that announces an IPv4 address, and the range (may be NULL). Returns false if none does. */
bool asn_table_locate(const struct asn_table *, uint32_t address, size_t *asn, struct prefix *range);

#endif

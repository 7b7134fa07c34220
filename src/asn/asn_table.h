/* The ASN database as a whole: every IPv4 range, the ASN that announces it, and what each ASN has in sum.
 *
 * One walk of the database's tree, done in slices so that nobody waits for it, gives two flat tables: ranges in order
 * of address, and ASNs in order of number with their ranges. The IPv4 tree is entered once, by the all-zero path; its
 * aliases in IPv6 space (::ffff:0:0/96, 2002::/16 ...) are not walked. Ranges are the database's own records, none
 * merged; those without an ASN are left out. After the walk everything is a binary search. */
#ifndef ASN_TABLE_H
#define ASN_TABLE_H

#include "asn/asndb.h"
#include "base/addr.h"
#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct asn_table;

/* One ASN. */
struct asn {
    uint32_t number;
    char org[ASNDB_ORG]; /* clean, "" = none; where the database has several, the first */
    uint64_t addresses;  /* IPv4 addresses of all its ranges */
    size_t range_count;
};

/* Starts the walk of an open database, which outlives the map. */
struct asn_table *asn_table_new(const struct asndb *);
void asn_table_free(struct asn_table *); /* NULL is fine */

enum asn_table_progress { ASN_TABLE_WALKING, ASN_TABLE_READY, ASN_TABLE_FAILED };

/* Walks on for about `budget_us` (INT64_MAX: to the end). A damaged database (cyclic, truncated, too deep) fails with a
 * fault; a map that failed or is not ready is empty. */
enum asn_table_progress asn_table_step(struct asn_table *, int64_t budget_us, struct fault *);

/* ---- ASNs, in order of number ---- */

size_t asn_table_count(const struct asn_table *);
struct asn asn_table_at(const struct asn_table *, size_t index);
/* One figure alone: for all ASNs, much quicker. */
uint32_t asn_table_number(const struct asn_table *, size_t index);
uint64_t asn_table_addresses(const struct asn_table *, size_t index);
size_t asn_table_range_count(const struct asn_table *, size_t index);
/* Place of an ASN; false when it announces nothing. */
bool asn_table_find(const struct asn_table *, uint32_t number, size_t *index);

/* A range of an ASN, in order of address; index < range_count. */
struct prefix asn_table_range(const struct asn_table *, size_t asn, size_t index);

/* Whether an ASN matches what a user typed: its number ("64500", "AS64500") or a part of its name. Case does not matter
 * in ASCII, and nothing else is alike. Asked of all, it is quickest in their order. */
bool asn_table_matches(const struct asn_table *, size_t index, const char *text);

/* ---- addresses ---- */

/* Who announces an IPv4 address: place of the ASN, and the range (NULL = not wanted). False: nobody. */
bool asn_table_locate(const struct asn_table *, uint32_t address, size_t *asn, struct prefix *range);

#endif

/* The ASN database as a whole: every IPv4 range, the ASN that announces it, and what each ASN has in sum.
 *
 * One walk of the database's tree, done in slices so that nobody waits for it, gives two flat tables: ranges in order
 * of address, and ASNs in order of number with their ranges. The IPv4 tree is entered once, by the all-zero path; its
 * aliases in IPv6 space (::ffff:0:0/96, 2002::/16 ...) are not walked. Ranges are the database's own records, none
 * merged; those without an ASN are left out. After the walk everything is a binary search. */
#ifndef ASNMAP_H
#define ASNMAP_H

#include "asn/asndb.h"
#include "base/addr.h"
#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct asnmap;

/* One ASN. */
struct asn {
    uint32_t number;
    char org[ASNDB_ORG]; /* clean, "" = none; where the database has several, the first */
    uint64_t addresses;  /* IPv4 addresses of all its ranges */
    size_t range_count;
};

/* Starts the walk of an open database, which outlives the map. */
struct asnmap *asnmap_new(const struct asndb *);
void asnmap_free(struct asnmap *); /* NULL is fine */

enum asnmap_progress { ASNMAP_WALKING, ASNMAP_READY, ASNMAP_FAILED };

/* Walks on for about `budget_us` (INT64_MAX: to the end). A damaged database (cyclic, truncated, too deep) fails with a
 * fault; a map that failed or is not ready is empty. */
enum asnmap_progress asnmap_step(struct asnmap *, int64_t budget_us, struct fault *);

/* ---- ASNs, in order of number ---- */

size_t asnmap_count(const struct asnmap *);
struct asn asnmap_at(const struct asnmap *, size_t index);
/* One figure alone: for all ASNs, much quicker. */
uint32_t asnmap_number(const struct asnmap *, size_t index);
uint64_t asnmap_addresses(const struct asnmap *, size_t index);
size_t asnmap_range_count(const struct asnmap *, size_t index);
/* Place of an ASN; false when it announces nothing. */
bool asnmap_find(const struct asnmap *, uint32_t number, size_t *index);

/* A range of an ASN, in order of address; index < range_count. */
struct prefix asnmap_range(const struct asnmap *, size_t asn, size_t index);

/* Whether an ASN matches what a user typed: its number ("64500", "AS64500") or a part of its name. Case does not matter
 * in ASCII, and nothing else is alike. Asked of all, it is quickest in their order. */
bool asnmap_matches(const struct asnmap *, size_t index, const char *text);

/* ---- addresses ---- */

/* Who announces an IPv4 address: place of the ASN, and the range (NULL = not wanted). False: nobody. */
bool asnmap_locate(const struct asnmap *, uint32_t address, size_t *asn, struct prefix *range);

#endif

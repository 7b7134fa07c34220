/* Private to asn: the walk of an ASN database, in steps, to the IPv4 ranges of its ASes and their names.
 *
 * Ranges are the database's own records, not merged; those without an ASN are left out. The walk enters the IPv4 tree
 * once, by the all-zero path, and skips its aliases in IPv6 space (::ffff:0:0/96, 2002::/16 ...). */
#ifndef ASN_WALK_H
#define ASN_WALK_H

#include "asn/asn_rows.h"
#include "asn/asndb_tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct asn_walk {
    const struct asndb *db;
    struct asndb_tree tree;
    const char *problem;    /* not NULL: the walk failed */
    uint64_t at;            /* address that the walk has reached */
    uint32_t sides[32 + 1]; /* by length: right side of the last step to the left; at 0, the root */
    uint32_t nodes_left;    /* of the walk; more would be a cycle */

    struct asn_walk_record {
        uint32_t key; /* 1 + offset of the data; 0 = free */
        uint32_t as;  /* in `rows`; UINT32_MAX = it has no ASN */
    } * records;      /* that were read, by open addressing, at most half full */
    size_t room, count;
    struct asn_rows rows;
};

/* The database must outlive it. */
struct asn_walk *asn_walk_new(const struct asndb *);
void asn_walk_free(struct asn_walk *); /* NULL is fine */

/* Walks on for one batch. Returns whether that was the last, or there is a problem. */
bool asn_walk_step(struct asn_walk *);

#endif

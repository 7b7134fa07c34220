#include "asn/asn_walk.h"

#include <stdlib.h>

/* The tree is untrusted: the walk never goes deeper than an address has bits, nor through more nodes than the file has,
 * so that it ends. */

enum {
    IPV4_BITS = 32,
    SEPARATOR = 16, /* bytes between the tree and the data */
    BATCH = 2048,   /* leaves between two looks at the clock */
    FIRST_RECORDS = 1 << 16,
};

static const uint64_t ADDRESSES = UINT64_C(1) << IPV4_BITS;

static const uint32_t NO_AS = UINT32_MAX;

static const char does_not_end[] = "its search tree is damaged (it does not end)";

struct asn_walk *
asn_walk_new(const struct asndb *db)
{
    struct asn_walk *walk = mem_zero(sizeof *walk);
    walk->db = db;
    walk->tree = asndb_tree(db);
    walk->sides[0] = asndb_ipv4_root(&walk->tree);
    walk->nodes_left = walk->tree.node_count;
    walk->room = FIRST_RECORDS;
    walk->records = mem_zero(walk->room * sizeof *walk->records);
    return walk;
}

void
asn_walk_free(struct asn_walk *walk)
{
    if (!walk)
        return;
    asn_rows_free(&walk->rows);
    free(walk->records);
    free(walk);
}

/* Returns the record with this key, or the free one for it. */
static struct asn_walk_record *
record_of(const struct asn_walk *walk, uint32_t key)
{
    size_t at = key * UINT64_C(0x9E3779B97F4A7C15) >> 32 & (walk->room - 1); /* Fibonacci hashing */
    while (walk->records[at].key != 0 && walk->records[at].key != key)
        at = (at + 1) & (walk->room - 1);
    return &walk->records[at];
}

static void
grow(struct asn_walk *walk)
{
    struct asn_walk_record *old = walk->records;
    size_t old_room = walk->room;
    walk->room *= 2;
    walk->records = mem_zero(walk->room * sizeof *walk->records);
    for (size_t i = 0; i < old_room; i++)
        if (old[i].key)
            *record_of(walk, old[i].key) = old[i];
    free(old);
}

/* Adds the range with the data at an offset, each of which is read once. */
static void
add_range(struct asn_walk *walk, const struct prefix *range, uint32_t offset)
{
    struct asn_walk_record *record = record_of(walk, offset + 1);
    struct asndb_value value = {0};
    bool is_new = record->key == 0;
    if (is_new && !asndb_read(walk->db, offset, &value)) {
        walk->problem = "its records are damaged";
        return;
    }
    if (is_new) {
        *record = (struct asn_walk_record){offset + 1, value.asn ? asn_rows_as(&walk->rows, value.asn) : NO_AS};
        walk->count++;
        if (value.asn)
            asn_rows_name(&walk->rows, record->as, value.org, value.org_count);
    }
    if (record->as != NO_AS)
        asn_rows_add(&walk->rows, range, record->as, 0);
    if (2 * walk->count >= walk->room)
        grow(walk);
}

/* Leaves come in order of address, so that the lowest bit of the address where the next one begins shows at which step
 * the walk turns right. */
bool
asn_walk_step(struct asn_walk *walk)
{
    const struct asndb_tree tree = walk->tree;
    uint64_t at = walk->at;
    uint32_t nodes = 0;
    for (int i = 0; i < BATCH && at < ADDRESSES && !walk->problem; i++) {
        unsigned length = at ? IPV4_BITS - (unsigned)__builtin_ctzll(at) : 0;
        uint32_t record = walk->sides[length];
        for (; record < tree.node_count && length < IPV4_BITS; nodes++) {
            struct asndb_node node = asndb_node(&tree, record);
            walk->sides[++length] = node.right;
            record = node.left;
        }
        uint32_t offset = record - tree.node_count - SEPARATOR;
        struct prefix range = {addr_from_v4((uint32_t)at), (uint8_t)length};
        if (offset < tree.data_count)
            add_range(walk, &range, offset);
        else if (record != tree.node_count)
            walk->problem =
                record < tree.node_count ? does_not_end : "its search tree is damaged (it leads out of the file)";
        at += UINT64_C(1) << (IPV4_BITS - length);
    }
    if (nodes > walk->nodes_left)
        walk->problem = does_not_end;
    else if (walk->rows.ipv4.count > ASN_ROWS_MOST)
        walk->problem = "it is larger than an ASN database can be";
    walk->nodes_left -= nodes;
    walk->at = at;
    return at == ADDRESSES || walk->problem;
}

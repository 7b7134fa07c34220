#include "asn/asn_bulk.h"

#include "asn/asndb_tree.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A table leads from the first half of an IPv4 address into the tree; from there all addresses go down it together, a
 * bit at a time, so that the memory serves all of them at once. Each record is read once. Anything unusual is left to
 * asndb_find, because a damaged database must be judged in one place. */

enum {
    HALF_BITS = 16,
    HALVES = 1 << HALF_BITS,
    SEPARATOR = 16,         /* bytes between tree and data */
    SLOTS_FIRST = 1 << 12,  /* a power of 2 */
    RECORDS_MOST = 1 << 17, /* remembered; real databases have two thirds of that */
};

/* What the data at an offset contain. */
struct slot {
    uint32_t key; /* 1 + the offset; 0 = empty */
    uint32_t asn;
    uint32_t org; /* its begin in `orgs` */
    uint32_t org_count;
};

struct asn_bulk {
    const struct asndb *db;
    struct asndb_tree tree;
    uint32_t halves[HALVES]; /* the tree record that the first half of an address leads to */
    struct slot *slots;      /* a hash table, at most half full */
    size_t slot_count;
    size_t kept;     /* records, and names */
    struct buf orgs; /* begins with "", for records without a name */
};

/* Whether it leads to another node. No record may lead back to the first. */
static inline bool
is_branch(const struct asndb_tree *tree, uint32_t record)
{
    return record != 0 && record < tree->node_count;
}

/* Stores the records below `record`, which stands for `count` halves from `first` on. */
static void
fill_halves(struct asn_bulk *bulk, uint32_t record, uint32_t first, uint32_t count)
{
    if (count > 1 && is_branch(&bulk->tree, record)) {
        struct asndb_node node = asndb_node(&bulk->tree, record);
        fill_halves(bulk, node.left, first, count / 2);
        fill_halves(bulk, node.right, first + count / 2, count / 2);
    } else {
        for (uint32_t i = 0; i < count; i++)
            bulk->halves[first + i] = record;
    }
}

struct asn_bulk *
asn_bulk_new(const struct asndb *db)
{
    struct asn_bulk *bulk = mem_zero(sizeof *bulk);
    bulk->db = db;
    bulk->tree = asndb_tree(db);
    bulk->slot_count = SLOTS_FIRST;
    bulk->slots = mem_zero(bulk->slot_count * sizeof *bulk->slots);
    buf_byte(&bulk->orgs, '\0');
    uint32_t record = asndb_ipv4_root(&bulk->tree);
    struct asndb_node both = {record, record};
    if (record < bulk->tree.node_count)
        both = asndb_node(&bulk->tree, record);
    fill_halves(bulk, both.left, 0, HALVES / 2);
    fill_halves(bulk, both.right, HALVES / 2, HALVES / 2);
    return bulk;
}

void
asn_bulk_free(struct asn_bulk *bulk)
{
    if (bulk == NULL)
        return;
    free(bulk->slots);
    buf_free(&bulk->orgs);
    free(bulk);
}

/* ---- records ---- */

static inline size_t
home_of(const struct asn_bulk *bulk, uint32_t key)
{
    return key * UINT64_C(0x9E3779B97F4A7C15) >> 32 & (bulk->slot_count - 1); /* Fibonacci hashing */
}

/* Returns the slot with this key, or the empty one for it. */
static struct slot *
find_slot(const struct asn_bulk *bulk, uint32_t key)
{
    size_t at = home_of(bulk, key);
    while (bulk->slots[at].key != 0 && bulk->slots[at].key != key)
        at = (at + 1) & (bulk->slot_count - 1);
    return &bulk->slots[at];
}

static struct slot
make_slot(struct asn_bulk *bulk, uint32_t key, uint32_t asn, const char *org)
{
    struct slot slot = {key, asn, (uint32_t)bulk->orgs.count, (uint32_t)strlen(org)};
    buf_bytes(&bulk->orgs, org, slot.org_count + 1);
    bulk->kept++;
    return slot;
}

/* Reads a record and stores it; a damaged one is empty. */
static struct slot
read_data(struct asn_bulk *bulk, uint32_t offset)
{
    struct asndb_value value = {0};
    char org[ASNDB_ORG] = "";
    if (asndb_read(bulk->db, offset, &value))
        text_clean_into(org, sizeof org, value.org, value.org_count);
    struct slot slot = make_slot(bulk, offset + 1, value.asn, org);
    if (bulk->kept > bulk->slot_count / 2) {
        struct slot *old = bulk->slots;
        size_t old_count = bulk->slot_count;
        bulk->slot_count *= 2;
        bulk->slots = mem_zero(bulk->slot_count * sizeof *bulk->slots);
        for (size_t i = 0; i < old_count; i++)
            if (old[i].key != 0)
                *find_slot(bulk, old[i].key) = old[i];
        free(old);
    }
    return *find_slot(bulk, offset + 1) = slot;
}

/* ---- addresses ---- */

/* Finds the record that each address leads to. */
static void
descend(const struct asn_bulk *bulk, const uint32_t *numbers, size_t count, uint32_t *records)
{
    const struct asndb_tree tree = bulk->tree;
    size_t under_way[ASN_BULK_MOST], left = 0;
    for (size_t i = 0; i < count; i++) {
        records[i] = bulk->halves[numbers[i] >> HALF_BITS];
        under_way[left] = i;
        left += is_branch(&tree, records[i]);
    }
    for (uint32_t bit = HALVES >> 1; bit != 0 && left > 0; bit >>= 1) {
        size_t stay = 0;
        for (size_t j = 0; j < left; j++) {
            size_t i = under_way[j];
            struct asndb_node node = asndb_node(&tree, records[i]);
            records[i] = numbers[i] & bit ? node.right : node.left;
            under_way[stay] = i;
            stay += is_branch(&tree, records[i]);
        }
        left = stay;
    }
}

/* Returns what the record of an address contains. Record 0, or a damaged one, stands for none: the slow way finds it.
 */
static struct slot
slot_of(struct asn_bulk *bulk, const struct addr *address, uint32_t record)
{
    uint32_t beyond = record - bulk->tree.node_count;
    if (record < bulk->tree.node_count || (beyond > 0 && beyond < SEPARATOR) || beyond >= bulk->tree.data_count) {
        struct asndb_record found;
        struct fault fault;
        asndb_find(bulk->db, address, &found, &fault);
        return make_slot(bulk, 0, found.asn, found.org);
    }
    if (beyond == 0)
        return (struct slot){0};
    struct slot slot = *find_slot(bulk, beyond - SEPARATOR + 1);
    return slot.key ? slot : read_data(bulk, beyond - SEPARATOR);
}

void
asn_bulk_find(struct asn_bulk *bulk, const struct addr *const *addresses, size_t count, struct asn_bulk_record *out)
{
    uint32_t numbers[ASN_BULK_MOST], records[ASN_BULK_MOST];
    struct slot slots[ASN_BULK_MOST];
    assert(count <= ASN_BULK_MOST);
    if (bulk->kept >= RECORDS_MOST) {
        memset(bulk->slots, 0, bulk->slot_count * sizeof *bulk->slots);
        bulk->kept = 0;
        buf_clear(&bulk->orgs);
        buf_byte(&bulk->orgs, '\0');
    }
    for (size_t i = 0; i < count; i++)
        numbers[i] = addresses[i]->family == ADDR_V4 ? addr_to_v4(addresses[i]) : 0;
    descend(bulk, numbers, count, records);
    for (size_t i = 0; i < count; i++)
        __builtin_prefetch(&bulk->slots[home_of(bulk, records[i] - bulk->tree.node_count - SEPARATOR + 1)]);
    for (size_t i = 0; i < count; i++)
        slots[i] = slot_of(bulk, addresses[i], addresses[i]->family == ADDR_V4 ? records[i] : 0);
    for (size_t i = 0; i < count; i++) { /* `orgs` no longer grows */
        out[i] = (struct asn_bulk_record){slots[i].asn, buf_string(&bulk->orgs) + slots[i].org, slots[i].org_count};
        __builtin_prefetch(out[i].org);
    }
}

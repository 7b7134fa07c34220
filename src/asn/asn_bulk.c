/* A table leads from the first half of an IPv4 address into the tree; from there all addresses go down it together, a
 * bit at a time, so that the memory works on all of them at once. What a record says is read once. What does not look
 * as it should is left to asndb_find: a damaged database is judged in one place. */
#include "asn/asn_bulk.h"

#include "base/buf.h"
#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    HALF_BITS = 16,
    HALVES = 1 << HALF_BITS,
    SEPARATOR = 16,         /* bytes between tree and data */
    SLOTS_FIRST = 1 << 12,  /* a power of 2 */
    RECORDS_MOST = 1 << 17, /* that are kept; real databases have two thirds of that */
};

/* What the data at an offset say. */
struct slot {
    uint32_t key; /* the offset, and one; 0 = nothing yet */
    uint32_t asn;
    uint32_t org; /* where it begins in orgs */
    uint32_t org_count;
};

struct asn_bulk {
    const struct asndb *db;
    struct asndb_tree tree;
    uint32_t halves[HALVES]; /* the record of the tree to which the first half of an address leads */
    struct slot *slots;      /* a hash table, at most half full */
    size_t slot_count;
    size_t kept;     /* names, and records */
    struct buf orgs; /* the first is "", of those who have none */
};

/* Whether it leads to another node. Back to the first one nothing may lead. */
static inline bool
is_branch(const struct asndb_tree *tree, uint32_t record)
{
    return record != 0 && record < tree->node_count;
}

/* What a record stands for are `count` halves from `first` on. */
static void
fill_halves(struct asn_bulk *index, uint32_t record, uint32_t first, uint32_t count)
{
    if (count > 1 && is_branch(&index->tree, record)) {
        struct asndb_node node = asndb_node(&index->tree, record);
        fill_halves(index, node.left, first, count / 2);
        fill_halves(index, node.right, first + count / 2, count / 2);
    } else {
        for (uint32_t i = 0; i < count; i++)
            index->halves[first + i] = record;
    }
}

struct asn_bulk *
asn_bulk_new(const struct asndb *db)
{
    struct asn_bulk *index = mem_zero(sizeof *index);
    index->db = db;
    index->tree = asndb_tree(db);
    index->slot_count = SLOTS_FIRST;
    index->slots = mem_zero(index->slot_count * sizeof *index->slots);
    buf_byte(&index->orgs, '\0');
    uint32_t record = 0;
    for (unsigned i = 0; i < index->tree.ipv4_depth && record < index->tree.node_count; i++)
        record = asndb_node(&index->tree, record).left;
    struct asndb_node both = {record, record};
    if (record < index->tree.node_count)
        both = asndb_node(&index->tree, record);
    fill_halves(index, both.left, 0, HALVES / 2);
    fill_halves(index, both.right, HALVES / 2, HALVES / 2);
    return index;
}

void
asn_bulk_free(struct asn_bulk *index)
{
    if (index == NULL)
        return;
    free(index->slots);
    buf_free(&index->orgs);
    free(index);
}

/* ---- records ---- */

static inline size_t
home_of(const struct asn_bulk *index, uint32_t key)
{
    return key * UINT64_C(0x9E3779B97F4A7C15) >> 32 & (index->slot_count - 1); /* Fibonacci hashing */
}

/* The slot with this key, or the empty one where it belongs. */
static struct slot *
find_slot(const struct asn_bulk *index, uint32_t key)
{
    size_t at = home_of(index, key);
    while (index->slots[at].key != 0 && index->slots[at].key != key)
        at = (at + 1) & (index->slot_count - 1);
    return &index->slots[at];
}

static void
grow(struct asn_bulk *index)
{
    struct slot *old = index->slots;
    size_t old_count = index->slot_count;
    index->slot_count *= 2;
    index->slots = mem_zero(index->slot_count * sizeof *index->slots);
    for (size_t i = 0; i < old_count; i++)
        if (old[i].key != 0)
            *find_slot(index, old[i].key) = old[i];
    free(old);
}

static void
forget(struct asn_bulk *index)
{
    memset(index->slots, 0, index->slot_count * sizeof *index->slots);
    index->kept = 0;
    buf_clear(&index->orgs);
    buf_byte(&index->orgs, '\0');
}

static struct slot
make_slot(struct asn_bulk *index, uint32_t key, uint32_t asn, const char *org)
{
    struct slot slot = {key, asn, (uint32_t)index->orgs.count, (uint32_t)strlen(org)};
    buf_bytes(&index->orgs, org, slot.org_count + 1);
    index->kept++;
    return slot;
}

/* What is damaged says nothing. */
static struct slot
read_data(struct asn_bulk *index, uint32_t offset)
{
    struct asndb_value value = {0};
    char org[ASNDB_ORG] = "";
    if (asndb_read(index->db, offset, &value))
        asndb_clean_org(value.org, value.org_count, org);
    struct slot slot = make_slot(index, offset + 1, value.asn, org);
    if (index->kept > index->slot_count / 2)
        grow(index);
    return *find_slot(index, offset + 1) = slot;
}

/* ---- addresses ---- */

/* To what the search for each address leads in the tree. */
static void
descend(const struct asn_bulk *index, const uint32_t *numbers, size_t count, uint32_t *records)
{
    const struct asndb_tree tree = index->tree;
    size_t under_way[ASN_BULK_MOST], left = 0;
    for (size_t i = 0; i < count; i++) {
        records[i] = index->halves[numbers[i] >> HALF_BITS];
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

static struct slot
find_slowly(struct asn_bulk *index, const struct addr *address)
{
    struct asndb_record found;
    struct fault fault;
    asndb_find(index->db, address, &found, &fault);
    return make_slot(index, 0, found.asn, found.org);
}

static struct slot
take_record(struct asn_bulk *index, const struct addr *address, uint32_t record)
{
    uint32_t beyond = record - index->tree.node_count;
    if (record < index->tree.node_count || (beyond > 0 && beyond < SEPARATOR) || beyond >= index->tree.data_count)
        return find_slowly(index, address);
    if (beyond == 0)
        return (struct slot){0};
    struct slot slot = *find_slot(index, beyond - SEPARATOR + 1);
    return slot.key ? slot : read_data(index, beyond - SEPARATOR);
}

void
asn_bulk_find(struct asn_bulk *index, const struct addr *const *addresses, size_t count, struct asn_bulk_record *out)
{
    uint32_t numbers[ASN_BULK_MOST], records[ASN_BULK_MOST];
    struct slot slots[ASN_BULK_MOST];
    assert(count <= ASN_BULK_MOST);
    if (index->kept >= RECORDS_MOST)
        forget(index);
    for (size_t i = 0; i < count; i++)
        numbers[i] = addresses[i]->family == ADDR_V4 ? addr_to_v4(addresses[i]) : 0;
    descend(index, numbers, count, records);
    for (size_t i = 0; i < count; i++)
        __builtin_prefetch(&index->slots[home_of(index, records[i] - index->tree.node_count - SEPARATOR + 1)]);
    for (size_t i = 0; i < count; i++)
        slots[i] = addresses[i]->family == ADDR_V4 ? take_record(index, addresses[i], records[i])
                                                   : find_slowly(index, addresses[i]);
    for (size_t i = 0; i < count; i++) { /* now the names stay where they are */
        out[i] = (struct asn_bulk_record){slots[i].asn, buf_string(&index->orgs) + slots[i].org, slots[i].org_count};
        __builtin_prefetch(out[i].org);
    }
}

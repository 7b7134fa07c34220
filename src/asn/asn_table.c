#include "asn/asn_table.h"

#include "asn/asndb_tree.h"
#include "base/clock.h"
#include "base/sort.h"
#include "base/text.h"
#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

/* The work has stages, each done in batches, between which the clock is read: the walk of the tree; the records that it
 * met, each read once; the ASNs in order of number; each range to its ASN; the lists of ranges. The tree is untrusted:
 * the walk never goes deeper than an address has bits, nor through more nodes than the file has, so that it ends.
 *
 * The result is compact: 8 bytes a range, 4 in its ASN's list, 24 an ASN; names stay in the file. */

enum {
    IPV4_BITS = 32,
    PLACE_BITS = 26,
    PLACES = 1 << PLACE_BITS, /* most ranges and bytes of data; real databases have 1/20 of that */
    BLOCK_BITS = 16,
    BLOCKS = 1 << BLOCK_BITS,
    WORD_BITS = 32,
    SEPARATOR = 16,       /* bytes between the tree and the data */
    FIRST_ROOM = 1 << 20, /* for ranges; real databases have half as many */

    TREE_BATCH = 4096, /* leaves between two looks at the clock ... */
    READ_BATCH = 512,  /* records ... */
    RANGE_BATCH = 16 * 1024,
};

/* Foreign text in the file, `at` bytes from its beginning; it is cleaned when it is needed. */
struct text {
    uint32_t at;
    uint16_t count; /* at most TEXT_CLEAN_MAX */
};

struct range {
    uint32_t start;
    uint32_t place : PLACE_BITS; /* of its owner; at first, of its record in the data */
    uint32_t length : 32 - PLACE_BITS;
};

struct owner {
    uint32_t number;
    uint32_t end; /* of its list: it begins where that of the owner before ends */
    struct text org;
};

/* A set of numbers that knows the place of each of its members. */
struct ranking {
    struct {
        uint32_t members; /* one bit each */
        uint32_t before;  /* members in the words before; set when the set is complete */
    } * words;
    size_t count;
};

/* What the data of a range contain. */
struct record {
    uint32_t number; /* ASN; 0 = none */
    struct text org;
};

struct asn_table {
    const struct asndb *db;
    struct asndb_tree tree;
    size_t data_limit;   /* bytes of data where records are taken from */
    const char *problem; /* not NULL: the walk failed */
    unsigned stage;
    size_t done; /* of the stage's work */
    size_t kept; /* ranges that have an owner */

    uint64_t at;                   /* address that the walk has reached */
    uint32_t sides[IPV4_BITS + 1]; /* by length: right side of the last step to the left; at 0, the root */
    uint32_t nodes_left;           /* of the walk; more would be a cycle */
    struct ranking offsets;        /* of the records */
    VEC(struct record) records;
    uint32_t *holders; /* place of the owner of each record, or NO_OWNER */
    uint32_t *ends;    /* of each owner: number of its ranges, then where its list ends so far */

    VEC(struct range) ranges;
    VEC(struct owner) owners;
    uint64_t *addresses; /* by owner */
    uint32_t *lists;     /* places of ranges, by owner */
    uint32_t *blocks;    /* first range at or after n << BLOCK_BITS; one more at the end */
};

/* A record need not have an ASN. */
static const uint32_t NO_OWNER = UINT32_MAX;

static const uint64_t ADDRESSES = UINT64_C(1) << IPV4_BITS;

/* Returns the place of a member. Counts bits by arithmetic, because not all supported processors have an instruction.
 */
static inline uint32_t
ranking_find(const struct ranking *r, uint32_t number)
{
    uint32_t lower = r->words[number / WORD_BITS].members & ((UINT32_C(1) << number % WORD_BITS) - 1);
    lower -= lower >> 1 & 0x55555555;
    lower = (lower & 0x33333333) + (lower >> 2 & 0x33333333);
    lower = ((lower + (lower >> 4)) & 0x0F0F0F0F) * 0x01010101 >> 24;
    return r->words[number / WORD_BITS].before + lower;
}

static const char does_not_end[] = "its search tree is damaged (it does not end)";

/* Leaves come in order of address, so that the lowest bit of the address where the next one begins shows at which step
 * the walk turns right. The changing values are local, because the compiler must assume that each written range changes
 * the table. */
static bool
walk(struct asn_table *table)
{
    const struct asndb_tree tree = table->tree;
    uint64_t at = table->at;
    uint32_t nodes = 0;
    size_t need = table->ranges.count + TREE_BATCH;
    if (need > table->ranges.room) {
        table->ranges.room = need + need / 2;
        table->ranges.at = mem_grow(table->ranges.at, table->ranges.room * sizeof *table->ranges.at);
    }
    struct range *out = table->ranges.at + table->ranges.count;
    for (int i = 0; i < TREE_BATCH && at < ADDRESSES; i++) {
        unsigned length = at ? IPV4_BITS - (unsigned)__builtin_ctzll(at) : 0;
        uint32_t record = table->sides[length];
        for (; record < tree.node_count && length < IPV4_BITS; nodes++) {
            struct asndb_node node = asndb_node(&tree, record);
            table->sides[++length] = node.right;
            record = node.left;
        }
        uint32_t offset = record - tree.node_count - SEPARATOR;
        if (offset < table->data_limit) {
            table->offsets.words[offset / WORD_BITS].members |= UINT32_C(1) << offset % WORD_BITS;
            *out++ = (struct range){(uint32_t)at, offset & (PLACES - 1), length & 63};
        } else if (record != tree.node_count) {
            table->problem = record < tree.node_count   ? does_not_end
                             : offset < tree.data_count ? "it is larger than an ASN database can be"
                                                        : "its search tree is damaged (it leads out of the file)";
            return true;
        }
        at += UINT64_C(1) << (IPV4_BITS - length);
    }
    if (nodes > table->nodes_left)
        table->problem = does_not_end;
    table->nodes_left -= nodes;
    table->at = at;
    table->ranges.count = (size_t)(out - table->ranges.at);
    return at == ADDRESSES;
}

/* Frees what only building needs. */
static void
free_records(struct asn_table *table)
{
    free(table->offsets.words);
    table->offsets = (struct ranking){0};
    vec_free(&table->records);
    free(table->holders);
    free(table->ends);
    table->holders = table->ends = NULL;
}

static bool
read_records(struct asn_table *table)
{
    struct ranking *r = &table->offsets;
    for (size_t end = table->records.count + READ_BATCH; table->done < r->count && table->records.count < end;
         table->done++) {
        r->words[table->done].before = (uint32_t)table->records.count;
        for (uint32_t word = r->words[table->done].members; word != 0; word &= word - 1) {
            struct asndb_value value;
            if (!asndb_read(table->db, table->done * WORD_BITS + (size_t)__builtin_ctz(word), &value)) {
                table->problem = "its records are damaged";
                return false;
            }
            struct record record = {.number = value.asn};
            if (value.org_count > 0) {
                size_t count = value.org_count < TEXT_CLEAN_MAX ? value.org_count : TEXT_CLEAN_MAX;
                record.org.at = (uint32_t)((const uint8_t *)value.org - table->tree.nodes);
                record.org.count = (uint16_t)count;
            }
            vec_push(&table->records, record);
        }
    }
    return table->done == r->count;
}

/* Returns the places of the records in order of ASN, those of one ASN in the order of the file: a radix sort from the
 * last digit to the first. */
static uint32_t *
sort_records(const struct asn_table *table)
{
    enum { DIGIT = 11, PILES = 1 << DIGIT };
    size_t count = table->records.count;
    const struct record *records = table->records.at;
    uint32_t *from = mem_alloc(count * sizeof *from), *to = mem_alloc(count * sizeof *to);
    uint64_t digits = 0; /* of all numbers, ORed */
    for (size_t i = 0; i < count; i++) {
        from[i] = (uint32_t)i;
        digits |= records[i].number;
    }
    for (unsigned shift = 0; digits >> shift != 0; shift += DIGIT) {
        size_t begins[PILES + 1] = {0};
        for (size_t i = 0; i < count; i++)
            begins[(records[i].number >> shift) % PILES + 1]++;
        for (size_t pile = 0; pile < PILES; pile++)
            begins[pile + 1] += begins[pile];
        for (size_t i = 0; i < count; i++)
            to[begins[(records[from[i]].number >> shift) % PILES]++] = from[i];
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    free(to);
    return from;
}

/* Makes an owner of each ASN, with its first name, and gives each record its owner. Records without an ASN come first.
 */
static bool
find_owners(struct asn_table *table)
{
    uint32_t *sorted = sort_records(table);
    uint32_t last = 0;
    table->holders = mem_alloc(table->records.count * sizeof *table->holders);
    for (size_t i = 0; i < table->records.count; i++) {
        const struct record *record = &table->records.at[sorted[i]];
        if (record->number != last)
            vec_push(&table->owners, ((struct owner){.number = last = record->number}));
        uint32_t place = (uint32_t)table->owners.count - 1;
        table->holders[sorted[i]] = last ? place : NO_OWNER;
        if (last && table->owners.at[place].org.count == 0)
            table->owners.at[place].org = record->org;
    }
    free(sorted);
    vec_free(&table->records);
    table->ends = mem_zero(table->owners.count * sizeof *table->ends);
    table->addresses = mem_zero(table->owners.count * sizeof *table->addresses);
    table->blocks = mem_zero((BLOCKS + 1) * sizeof *table->blocks);
    return true;
}

/* Gives each range its owner, and counts it there and in its block. Ranges without an owner are dropped. */
static bool
give_ranges(struct asn_table *table)
{
    size_t end = table->done + RANGE_BATCH < table->ranges.count ? table->done + RANGE_BATCH : table->ranges.count;
    for (; table->done < end; table->done++) {
        struct range range = table->ranges.at[table->done];
        uint32_t holder = table->holders[ranking_find(&table->offsets, range.place)];
        if (holder == NO_OWNER)
            continue;
        range.place = holder & (PLACES - 1);
        table->ranges.at[table->kept++] = range;
        table->ends[holder]++;
        table->blocks[(range.start >> BLOCK_BITS) + 1]++;
    }
    if (table->done < table->ranges.count)
        return false;
    for (size_t i = 0, begin = 0; i < table->owners.count; i++) {
        uint32_t count = table->ends[i];
        table->ends[i] = (uint32_t)begin;
        begin += count;
    }
    for (size_t i = 0; i < BLOCKS; i++)
        table->blocks[i + 1] += table->blocks[i];
    table->ranges.count = table->ranges.room = table->kept;
    table->ranges.at = mem_grow(table->ranges.at, table->kept * sizeof *table->ranges.at);
    table->lists = mem_large(table->kept * sizeof *table->lists);
    return true;
}

/* A counting sort: each list grows from its begin to its end. */
static bool
list_ranges(struct asn_table *table)
{
    size_t end = table->done + RANGE_BATCH < table->ranges.count ? table->done + RANGE_BATCH : table->ranges.count;
    for (; table->done < end; table->done++) {
        const struct range *range = &table->ranges.at[table->done];
        table->addresses[range->place] += UINT64_C(1) << (IPV4_BITS - range->length);
        table->lists[table->ends[range->place]++] = (uint32_t)table->done;
    }
    if (table->done < table->ranges.count)
        return false;
    for (size_t i = 0; i < table->owners.count; i++)
        table->owners.at[i].end = table->ends[i];
    free_records(table);
    asndb_rest(table->db);
    return true;
}

/* Each handles one batch and returns whether that was its last. */
static bool (*const stages[])(struct asn_table *) = {walk, read_records, find_owners, give_ranges, list_ranges};

enum { STAGES = sizeof stages / sizeof stages[0] };

struct asn_table *
asn_table_new(const struct asndb *db)
{
    struct asn_table *table = mem_zero(sizeof *table);
    table->db = db;
    table->tree = asndb_tree(db);
    table->sides[0] = asndb_ipv4_root(&table->tree);
    table->nodes_left = table->tree.node_count;
    table->data_limit = table->tree.data_count < PLACES ? table->tree.data_count : PLACES;
    table->ranges.room = table->tree.node_count < FIRST_ROOM ? table->tree.node_count + 1 : FIRST_ROOM;
    table->ranges.at = mem_large(table->ranges.room * sizeof *table->ranges.at);
    table->offsets.count = table->data_limit / WORD_BITS + 1;
    table->offsets.words = mem_zero(table->offsets.count * sizeof *table->offsets.words);
    return table;
}

static void
empty(struct asn_table *table)
{
    free_records(table);
    vec_free(&table->ranges);
    vec_free(&table->owners);
    free(table->addresses);
    free(table->lists);
    free(table->blocks);
    table->addresses = NULL;
    table->lists = table->blocks = NULL;
}

void
asn_table_free(struct asn_table *table)
{
    if (table == NULL)
        return;
    empty(table);
    free(table);
}

enum asn_table_progress
asn_table_step(struct asn_table *table, int64_t budget_us, struct fault *fault)
{
    int64_t began = clock_now_us();
    while (table->stage < STAGES && !table->problem) {
        if (stages[table->stage](table)) {
            table->stage++;
            table->done = 0;
        }
        if (table->problem)
            empty(table);
        else if (table->stage < STAGES && clock_now_us() - began >= budget_us)
            return ASN_TABLE_WALKING;
    }
    if (!table->problem)
        return ASN_TABLE_READY;
    fault_set(fault, "cannot use %s: %s; fetch the file again, or name another with --asn-db", asndb_path(table->db),
              table->problem);
    return ASN_TABLE_FAILED;
}

size_t
asn_table_count(const struct asn_table *table)
{
    return table->stage == STAGES ? table->owners.count : 0;
}

static size_t
list_begin(const struct asn_table *table, size_t asn)
{
    return asn > 0 ? table->owners.at[asn - 1].end : 0;
}

static void
clean_org(const struct asn_table *table, size_t index, char out[static ASNDB_ORG])
{
    const struct text *org = &table->owners.at[index].org;
    text_clean_into(out, ASNDB_ORG, (const char *)table->tree.nodes + org->at, org->count);
}

struct asn
asn_table_at(const struct asn_table *table, size_t index)
{
    struct asn asn;
    asn.number = table->owners.at[index].number;
    asn.addresses = table->addresses[index];
    asn.range_count = asn_table_range_count(table, index);
    clean_org(table, index, asn.org);
    return asn;
}

uint32_t
asn_table_number(const struct asn_table *table, size_t index)
{
    return table->owners.at[index].number;
}

uint64_t
asn_table_addresses(const struct asn_table *table, size_t index)
{
    return table->addresses[index];
}

size_t
asn_table_range_count(const struct asn_table *table, size_t index)
{
    return table->owners.at[index].end - list_begin(table, index);
}

bool
asn_table_find(const struct asn_table *table, uint32_t number, size_t *index)
{
    size_t count = asn_table_count(table), place;
    sort_search(place, 0, count, table->owners.at[place].number < number);
    *index = place;
    return place < count && table->owners.at[place].number == number;
}

struct prefix
asn_table_range(const struct asn_table *table, size_t asn, size_t index)
{
    const struct range *range = &table->ranges.at[table->lists[list_begin(table, asn) + index]];
    return (struct prefix){addr_from_v4(range->start), range->length};
}

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
begins_with(const char *text, const char *word)
{
    while (*word != '\0' && lower(*text) == lower(*word)) {
        text++;
        word++;
    }
    return *word == '\0';
}

bool
asn_table_matches(const struct asn_table *table, size_t index, const char *text)
{
    enum { AHEAD = 16 }; /* names are in the order of addresses, so that the next one is far away */
    const char *digits = begins_with(text, "as") ? text + 2 : text;
    char org[ASNDB_ORG];
    if (index + AHEAD < table->owners.count)
        __builtin_prefetch(table->tree.nodes + table->owners.at[index + AHEAD].org.at);
    int64_t number;
    size_t used = text_read_integer(digits, UINT32_MAX, &number);
    if (used > 0 && digits[used] == '\0' && number == asn_table_number(table, index))
        return true;
    clean_org(table, index, org);
    if (index + 1 == table->owners.count)
        asndb_rest(table->db); /* a caller that passes all in order has read all names */
    /* strcasestr takes three times as long in such short names, and a search passes all of them at each key */
    char first = lower(*text);
    for (const char *at = org; *at != '\0'; at++)
        if (lower(*at) == first && begins_with(at, text))
            return true;
    return first == '\0';
}

/* The range of an address is the last one that starts no later: in the address's block, or before it. */
bool
asn_table_locate(const struct asn_table *table, uint32_t address, size_t *asn, struct prefix *range)
{
    if (table->stage < STAGES)
        return false;
    const struct range *ranges = table->ranges.at;
    size_t behind, block = address >> BLOCK_BITS;
    sort_search(behind, table->blocks[block], table->blocks[block + 1], ranges[behind].start <= address);
    if (behind == 0 || (uint64_t)(address - ranges[behind - 1].start) >> (IPV4_BITS - ranges[behind - 1].length) != 0)
        return false;
    *asn = ranges[behind - 1].place;
    if (range != NULL)
        *range = (struct prefix){addr_from_v4(ranges[behind - 1].start), ranges[behind - 1].length};
    return true;
}

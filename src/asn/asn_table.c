#include "asn/asn_table.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

/* The work is done in stages, each in batches, between which the clock is looked at: the walk of the tree; the records
 * that it met, each read once; the ASNs in order of number; each range to its ASN; the lists of ranges. The tree is
 * untrusted: the walk never goes deeper than an address has bits, and never through more nodes than there are, so it
 * ends.
 *
 * What stays is small for what it holds: 8 bytes a range, 4 in its ASN's list, 24 an ASN; names stay in the file. */

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

/* Foreign text in the file, `at` bytes from its beginning; it is cleaned when somebody wants to see it. */
struct text {
    uint32_t at;
    uint16_t count; /* as much of it as may be shown */
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

/* A set of numbers that tells the place of each of its members. */
struct ranking {
    struct {
        uint32_t members; /* one bit each */
        uint32_t before;  /* members in the words before; for the owner to keep */
    } * words;
    size_t count;
};

/* What the data that a range leads to say. */
struct record {
    uint32_t number; /* ASN; 0 = none */
    struct text org;
};

struct asn_table {
    const struct asndb *db;
    struct asndb_tree tree;
    size_t data_limit;   /* bytes of data where records are taken from */
    const char *problem; /* not NULL: the map failed */
    unsigned stage;
    size_t done; /* of the stage's work */
    size_t kept; /* ranges that have an owner */

    uint64_t at;                   /* the address that the walk has come to */
    uint32_t sides[IPV4_BITS + 1]; /* by length: the right side of the last step to the left; at 0, the root */
    uint32_t nodes_left;           /* to be walked through: no more than there are */
    struct ranking offsets;        /* of the records */
    VEC(struct record) records;
    uint32_t *holders; /* for each record the place of its owner, or NOBODY */
    uint32_t *ends;    /* for each owner how many ranges it has, then where its list ends so far */

    VEC(struct range) ranges;
    VEC(struct owner) owners;
    uint64_t *addresses; /* how many, by owner */
    uint32_t *lists;     /* places of ranges, by owner */
    uint32_t *blocks;    /* first range at or after n << BLOCK_BITS; one more at the end */
};

/* No ASN: a record need not name one. */
static const uint32_t NOBODY = UINT32_MAX;

static const uint64_t ADDRESSES = UINT64_C(1) << IPV4_BITS;

static void
ranking_init(struct ranking *r, size_t limit)
{
    r->count = limit / WORD_BITS + 1;
    r->words = mem_zero(r->count * sizeof *r->words);
}

static void
ranking_fini(struct ranking *r)
{
    free(r->words);
    *r = (struct ranking){0};
}

static void
ranking_add(struct ranking *r, uint32_t number)
{
    r->words[number / WORD_BITS].members |= UINT32_C(1) << number % WORD_BITS;
}

/* Not all processors that we run on count bits by themselves. */
static inline uint32_t
count_bits(uint32_t word)
{
    word -= word >> 1 & 0x55555555;
    word = (word & 0x33333333) + (word >> 2 & 0x33333333);
    return ((word + (word >> 4)) & 0x0F0F0F0F) * 0x01010101 >> 24;
}

/* The number must be a member. */
static inline uint32_t
ranking_find(const struct ranking *r, uint32_t number)
{
    uint32_t lower = r->words[number / WORD_BITS].members & ((UINT32_C(1) << number % WORD_BITS) - 1);
    return r->words[number / WORD_BITS].before + count_bits(lower);
}

static const char does_not_end[] = "its search tree is damaged (it does not end)";

/* What is wrong with a record that leads to no data that we take. */
static const char *
problem_of(const struct asn_table *map, uint32_t record)
{
    uint32_t beyond = record - map->tree.node_count;
    if (record < map->tree.node_count)
        return does_not_end;
    if (beyond >= SEPARATOR && beyond - SEPARATOR < map->tree.data_count)
        return "it is larger than an ASN database can be";
    return "its search tree is damaged (it leads out of the file)";
}

/* Where the leaves of a batch go. */
static struct range *
reserve_leaves(struct asn_table *map)
{
    size_t need = map->ranges.count + TREE_BATCH;
    if (need > map->ranges.room) {
        map->ranges.room = need + need / 2;
        map->ranges.at = mem_grow(map->ranges.at, map->ranges.room * sizeof *map->ranges.at);
    }
    return map->ranges.at + map->ranges.count;
}

/* Leaves are met in order of address, so the lowest bit of the address where the next one begins tells at which step
 * the walk turns right. What changes at each step is kept apart from the map: all of the map could be taken to change
 * with each range that is written. */
static bool
walk(struct asn_table *map)
{
    const struct asndb_tree tree = map->tree;
    uint64_t at = map->at;
    uint32_t nodes = 0;
    struct range *out = reserve_leaves(map);
    for (int i = 0; i < TREE_BATCH && at < ADDRESSES; i++) {
        unsigned length = at ? IPV4_BITS - (unsigned)__builtin_ctzll(at) : 0;
        uint32_t record = map->sides[length];
        for (; record < tree.node_count && length < IPV4_BITS; nodes++) {
            struct asndb_node node = asndb_node(&tree, record);
            map->sides[++length] = node.right;
            record = node.left;
        }
        uint32_t offset = record - tree.node_count - SEPARATOR;
        if (offset < map->data_limit) {
            ranking_add(&map->offsets, offset);
            *out++ = (struct range){(uint32_t)at, offset & (PLACES - 1), length & 63};
        } else if (record != tree.node_count) {
            map->problem = problem_of(map, record);
            return true;
        }
        at += UINT64_C(1) << (IPV4_BITS - length);
    }
    if (nodes > map->nodes_left)
        map->problem = does_not_end;
    map->nodes_left -= nodes;
    map->at = at;
    map->ranges.count = (size_t)(out - map->ranges.at);
    return at == ADDRESSES;
}

/* What is needed only on the way to the map. */
static void
forget_records(struct asn_table *map)
{
    ranking_fini(&map->offsets);
    vec_free(&map->records);
    free(map->holders);
    free(map->ends);
    map->holders = map->ends = NULL;
}

static struct text
text_of(const struct asn_table *map, const struct asndb_value *value)
{
    if (value->org_count == 0)
        return (struct text){0};
    size_t count = value->org_count < TEXT_CLEAN_MAX ? value->org_count : TEXT_CLEAN_MAX;
    return (struct text){(uint32_t)((const uint8_t *)value->org - map->tree.nodes), (uint16_t)count};
}

static bool
read_record(struct asn_table *map, size_t offset)
{
    struct asndb_value value;
    if (!asndb_read(map->db, offset, &value)) {
        map->problem = "its records are damaged";
        return false;
    }
    vec_push(&map->records, ((struct record){value.asn, text_of(map, &value)}));
    return true;
}

static bool
read_records(struct asn_table *map)
{
    struct ranking *r = &map->offsets;
    for (size_t end = map->records.count + READ_BATCH; map->done < r->count && map->records.count < end; map->done++) {
        r->words[map->done].before = (uint32_t)map->records.count;
        for (uint32_t word = r->words[map->done].members; word != 0; word &= word - 1)
            if (!read_record(map, map->done * WORD_BITS + (size_t)__builtin_ctz(word)))
                return false;
    }
    return map->done == r->count;
}

/* The places of the records in order of ASN, and those of one ASN in the order of the file: a radix sort from the last
 * digit to the first. */
static uint32_t *
sort_records(const struct asn_table *map)
{
    enum { DIGIT = 11, PILES = 1 << DIGIT };
    size_t count = map->records.count;
    const struct record *records = map->records.at;
    uint32_t *from = mem_alloc(count * sizeof *from), *to = mem_alloc(count * sizeof *to);
    uint64_t digits = 0; /* all that there are, one over the other */
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

/* One owner for each ASN, with the first name that there is for it, and each record its owner. Records without an ASN
 * come first. */
static bool
find_owners(struct asn_table *map)
{
    uint32_t *sorted = sort_records(map);
    uint32_t last = 0;
    map->holders = mem_alloc(map->records.count * sizeof *map->holders);
    for (size_t i = 0; i < map->records.count; i++) {
        const struct record *record = &map->records.at[sorted[i]];
        if (record->number != last)
            vec_push(&map->owners, ((struct owner){.number = last = record->number}));
        uint32_t place = (uint32_t)map->owners.count - 1;
        map->holders[sorted[i]] = last ? place : NOBODY;
        if (last && map->owners.at[place].org.count == 0)
            map->owners.at[place].org = record->org;
    }
    free(sorted);
    vec_free(&map->records);
    map->ends = mem_zero(map->owners.count * sizeof *map->ends);
    map->addresses = mem_zero(map->owners.count * sizeof *map->addresses);
    map->blocks = mem_zero((BLOCKS + 1) * sizeof *map->blocks);
    return true;
}

/* The end of this stage's next batch. */
static size_t
batch_end(const struct asn_table *map)
{
    size_t end = map->done + RANGE_BATCH;
    return end < map->ranges.count ? end : map->ranges.count;
}

static void
begin_lists(struct asn_table *map)
{
    uint32_t begin = 0;
    for (size_t i = 0; i < map->owners.count; i++) {
        uint32_t count = map->ends[i];
        map->ends[i] = begin;
        begin += count;
    }
    for (size_t i = 0; i < BLOCKS; i++)
        map->blocks[i + 1] += map->blocks[i];
    map->ranges.count = map->ranges.room = map->kept;
    map->ranges.at = mem_grow(map->ranges.at, map->kept * sizeof *map->ranges.at);
    map->lists = mem_large(map->kept * sizeof *map->lists);
}

/* Gives each range to its owner and counts it there and in its block. A range without one goes. */
static bool
give_ranges(struct asn_table *map)
{
    for (size_t end = batch_end(map); map->done < end; map->done++) {
        struct range range = map->ranges.at[map->done];
        uint32_t holder = map->holders[ranking_find(&map->offsets, range.place)];
        if (holder == NOBODY)
            continue;
        range.place = holder & (PLACES - 1);
        map->ranges.at[map->kept++] = range;
        map->ends[holder]++;
        map->blocks[(range.start >> BLOCK_BITS) + 1]++;
    }
    if (map->done < map->ranges.count)
        return false;
    begin_lists(map);
    return true;
}

/* A counting sort: each list grows from its beginning to its end. */
static bool
list_ranges(struct asn_table *map)
{
    for (size_t end = batch_end(map); map->done < end; map->done++) {
        const struct range *range = &map->ranges.at[map->done];
        map->addresses[range->place] += UINT64_C(1) << (IPV4_BITS - range->length);
        map->lists[map->ends[range->place]++] = (uint32_t)map->done;
    }
    if (map->done < map->ranges.count)
        return false;
    for (size_t i = 0; i < map->owners.count; i++)
        map->owners.at[i].end = map->ends[i];
    forget_records(map);
    asndb_rest(map->db);
    return true;
}

/* Each does one batch and says whether that was its last. */
static bool (*const stages[])(struct asn_table *) = {walk, read_records, find_owners, give_ranges, list_ranges};

enum { STAGES = sizeof stages / sizeof stages[0] };

static bool
is_ready(const struct asn_table *map)
{
    return map->stage == STAGES;
}

struct asn_table *
asn_table_new(const struct asndb *db)
{
    struct asn_table *map = mem_zero(sizeof *map);
    map->db = db;
    map->tree = asndb_tree(db);
    uint32_t record = 0;
    for (unsigned i = 0; i < map->tree.ipv4_depth && record < map->tree.node_count; i++)
        record = asndb_node(&map->tree, record).left;
    map->sides[0] = record;
    map->nodes_left = map->tree.node_count;
    map->data_limit = map->tree.data_count < PLACES ? map->tree.data_count : PLACES;
    map->ranges.room = map->tree.node_count < FIRST_ROOM ? map->tree.node_count + 1 : FIRST_ROOM;
    map->ranges.at = mem_large(map->ranges.room * sizeof *map->ranges.at);
    ranking_init(&map->offsets, map->data_limit);
    return map;
}

static void
empty(struct asn_table *map)
{
    forget_records(map);
    vec_free(&map->ranges);
    vec_free(&map->owners);
    free(map->addresses);
    free(map->lists);
    free(map->blocks);
    map->addresses = NULL;
    map->lists = map->blocks = NULL;
}

void
asn_table_free(struct asn_table *map)
{
    if (map == NULL)
        return;
    empty(map);
    free(map);
}

static enum asn_table_progress
fail(const struct asn_table *map, struct fault *fault)
{
    char *path = text_clean_copy(asndb_path(map->db), strlen(asndb_path(map->db)));
    fault_set(fault, "cannot use %s: %s; fetch the file again, or name another with --asn-db", path, map->problem);
    free(path);
    return ASN_TABLE_FAILED;
}

enum asn_table_progress
asn_table_step(struct asn_table *map, int64_t budget_us, struct fault *fault)
{
    int64_t began = clock_now_us();
    while (!is_ready(map) && !map->problem) {
        if (stages[map->stage](map)) {
            map->stage++;
            map->done = 0;
        }
        if (map->problem)
            empty(map);
        else if (!is_ready(map) && clock_now_us() - began >= budget_us)
            return ASN_TABLE_WALKING;
    }
    return map->problem ? fail(map, fault) : ASN_TABLE_READY;
}

size_t
asn_table_count(const struct asn_table *map)
{
    return is_ready(map) ? map->owners.count : 0;
}

static size_t
list_begin(const struct asn_table *map, size_t asn)
{
    return asn > 0 ? map->owners.at[asn - 1].end : 0;
}

static void
clean_org(const struct asn_table *map, size_t index, char out[static ASNDB_ORG])
{
    const struct text *org = &map->owners.at[index].org;
    asndb_clean_org((const char *)map->tree.nodes + org->at, org->count, out);
}

struct asn
asn_table_at(const struct asn_table *map, size_t index)
{
    struct asn asn;
    asn.number = map->owners.at[index].number;
    asn.addresses = map->addresses[index];
    asn.range_count = asn_table_range_count(map, index);
    clean_org(map, index, asn.org);
    return asn;
}

uint32_t
asn_table_number(const struct asn_table *map, size_t index)
{
    return map->owners.at[index].number;
}

uint64_t
asn_table_addresses(const struct asn_table *map, size_t index)
{
    return map->addresses[index];
}

size_t
asn_table_range_count(const struct asn_table *map, size_t index)
{
    return map->owners.at[index].end - list_begin(map, index);
}

bool
asn_table_find(const struct asn_table *map, uint32_t number, size_t *index)
{
    size_t low = 0, high = asn_table_count(map);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (map->owners.at[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    *index = low;
    return low < asn_table_count(map) && map->owners.at[low].number == number;
}

static struct prefix
prefix_of(const struct range *range)
{
    return (struct prefix){addr_from_v4(range->start), range->length};
}

struct prefix
asn_table_range(const struct asn_table *map, size_t asn, size_t index)
{
    return prefix_of(&map->ranges.at[map->lists[list_begin(map, asn) + index]]);
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

/* strcasestr takes three times as long in names as short as these, and some look through all of them at each key. */
static bool
holds(const char *text, const char *word)
{
    char first = lower(*word);
    for (; *text != '\0'; text++)
        if (lower(*text) == first && begins_with(text, word))
            return true;
    return first == '\0';
}

bool
asn_table_matches(const struct asn_table *map, size_t index, const char *text)
{
    enum { AHEAD = 16 }; /* names lie in the order of addresses: the next one asked for is far away */
    const char *digits = begins_with(text, "as") ? text + 2 : text;
    char org[ASNDB_ORG];
    if (index + AHEAD < map->owners.count)
        __builtin_prefetch(map->tree.nodes + map->owners.at[index + AHEAD].org.at);
    int64_t number;
    size_t used = text_read_integer(digits, UINT32_MAX, &number);
    if (used > 0 && digits[used] == '\0' && number == asn_table_number(map, index))
        return true;
    clean_org(map, index, org);
    if (index + 1 == map->owners.count)
        asndb_rest(map->db); /* who asks of all, in their order, has read all names */
    return holds(org, text);
}

/* The range that holds the address is the last one that starts no later: it starts in the address's block, or is the
 * last of those before. */
bool
asn_table_locate(const struct asn_table *map, uint32_t address, size_t *asn, struct prefix *range)
{
    if (!is_ready(map))
        return false;
    const struct range *ranges = map->ranges.at;
    size_t low = map->blocks[address >> BLOCK_BITS], high = map->blocks[(address >> BLOCK_BITS) + 1];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ranges[middle].start <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || (uint64_t)(address - ranges[low - 1].start) >> (IPV4_BITS - ranges[low - 1].length) != 0)
        return false;
    *asn = ranges[low - 1].place;
    if (range != NULL)
        *range = prefix_of(&ranges[low - 1]);
    return true;
}

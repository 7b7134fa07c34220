#include "asn/asn_table.h"

#include "asn/asn_bulk.h"
#include "base/buf.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <maxminddb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "real_data.h"
#include "temp_dir.h"

#define FIXTURES TEST_SOURCE_ROOT "/tests/data/"

static struct asndb *
open_good(const char *path)
{
    struct fault fault;
    struct asndb *db = asndb_open(path, &fault);
    if (db == NULL)
        fail_msg("%s", fault.text);
    return db;
}

static struct asn_table *
walk_to_end(const struct asndb *db)
{
    struct fault fault;
    struct asn_table *map = asn_table_new(db, NULL);
    if (asn_table_step(map, INT64_MAX, &fault) != ASN_TABLE_READY)
        fail_msg("%s", fault.text);
    return map;
}

static uint32_t
v4(const char *text)
{
    struct addr addr;
    assert_true(addr_parse(text, &addr));
    return addr_to_v4(&addr);
}

/* The ASN's ranges as one line; "" when it has none. */
static const char *
ranges_of(const struct asn_table *map, uint32_t number)
{
    static char line[1000];
    size_t asn, used = 0;
    line[0] = '\0';
    if (!asn_table_find(map, number, &asn))
        return line;
    for (size_t i = 0; i < asn_table_at(map, asn).range_count; i++) {
        struct prefix range = asn_table_range(map, asn, i);
        char text[PREFIX_TEXT];
        used += (size_t)snprintf(line + used, sizeof line - used, "%s%s", i ? " " : "", prefix_text(&range, text));
    }
    return line;
}

static void
assert_asn(const struct asn_table *map, size_t index, uint32_t number, const char *org, uint64_t addresses)
{
    struct asn asn = asn_table_at(map, index);
    assert_int_equal(asn.number, number);
    assert_string_equal(asn.org, org);
    assert_int_equal(asn.addresses, addresses);
}

static void
assert_located(const struct asn_table *map, const char *address, uint32_t number, const char *range)
{
    size_t asn;
    struct prefix prefix;
    char text[PREFIX_TEXT];
    assert_true(asn_table_locate(map, v4(address), &asn, &prefix));
    assert_int_equal(asn_table_at(map, asn).number, number);
    assert_string_equal(prefix_text(&prefix, text), range);
}

static bool
is_announced(const struct asn_table *map, const char *address)
{
    size_t asn;
    return asn_table_locate(map, v4(address), &asn, NULL);
}

/* Nodes of 24 and 28 bits, IPv6 with aliases and IPv4 alone. */
static void
asn_table_is_ordered_by_number(void **state)
{
    (void)state;
    static const char *const files[] = {FIXTURES "geolite-asn.mmdb", FIXTURES "ipv4-only.mmdb"};
    for (size_t i = 0; i < 2; i++) {
        struct asndb *db = open_good(files[i]);
        struct asn_table *map = walk_to_end(db);
        assert_int_equal(asn_table_count(map), 5);
        assert_asn(map, 0, 64497, "Harbor Net, \"Quay\" & S\xC3\xB6hne", 256);
        assert_asn(map, 1, 64498, "Tideline", 1024);
        assert_asn(map, 2, 64500, "", 64);
        assert_asn(map, 3, 64501, "EVIL?[31m CORP? ?txet?", 128);
        assert_asn(map, 4, 4294967294, "Nimbus Cloud Hosting", 131072 - 1024);
        asn_table_free(map);
        asndb_close(db);
    }
}

static void
ranges_match_database_in_order(void **state)
{
    (void)state;
    struct asndb *db = open_good(FIXTURES "geolite-asn.mmdb");
    struct asn_table *map = walk_to_end(db);
    assert_string_equal(ranges_of(map, 64497), "203.0.113.0/24");
    assert_string_equal(ranges_of(map, 4294967294), "198.18.0.0/17 198.18.128.0/18 198.18.192.0/21 198.18.204.0/22 "
                                                    "198.18.208.0/20 198.18.224.0/19 198.19.0.0/16");
    assert_string_equal(ranges_of(map, 64499), "");
    asn_table_free(map);
    asndb_close(db);
}

static void
address_is_located_in_range(void **state)
{
    (void)state;
    struct asndb *db = open_good(FIXTURES "geolite-asn.mmdb");
    struct asn_table *map = walk_to_end(db);
    assert_located(map, "203.0.113.0", 64497, "203.0.113.0/24");
    assert_located(map, "203.0.113.255", 64497, "203.0.113.0/24");
    assert_located(map, "198.18.199.255", 4294967294, "198.18.192.0/21");
    assert_located(map, "198.18.200.0", 64498, "198.18.200.0/22");
    assert_located(map, "198.19.255.255", 4294967294, "198.19.0.0/16");
    static const char *const gaps[] = {"0.0.0.0",       "192.0.2.128", "198.17.255.255", "198.20.0.0",
                                       "203.0.112.255", "203.0.114.0", "255.255.255.255"};
    for (size_t i = 0; i < sizeof gaps / sizeof gaps[0]; i++)
        assert_false(is_announced(map, gaps[i]));
    assert_false(is_announced(map, "192.0.2.1")); /* a record without an ASN */
    asn_table_free(map);
    asndb_close(db);
}

/* 32-bit nodes, "AS64497"; the other records name no ASN. */
static void
ipinfo_records(void **state)
{
    (void)state;
    struct asndb *db = open_good(FIXTURES "ipinfo-lite.mmdb");
    struct asn_table *map = walk_to_end(db);
    assert_int_equal(asn_table_count(map), 1);
    assert_asn(map, 0, 64497, "Harbor Net", 256);
    assert_false(is_announced(map, "198.18.0.1"));
    asn_table_free(map);
    asndb_close(db);
}

static void
asn_matches_number_or_name(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *numbers;
    } cases[] = {
        {"64500", "64500"}, /* it has no name */
        {"AS64500", "64500"},
        {"as64500", "64500"},
        {"AS4294967294", "4294967294"},
        {"6450", ""},
        {"645000", ""},
        {"64500x", ""},
        {"-64500", ""},
        {"4295031796", ""}, /* 2^32 more */
        {"as", ""},
        {"harbor", "64497"},
        {"HARBOR", "64497"},
        {"r n", "64497"},
        {"i", "64498 64501 4294967294"},
        {"S\xC3\xB6hne", "64497"},
        {"nobody", ""},
        {"", "64497 64498 64500 64501 4294967294"},
    };
    struct asndb *db = open_good(FIXTURES "geolite-asn.mmdb");
    struct asn_table *map = walk_to_end(db);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf numbers = {0};
        for (size_t asn = 0; asn < asn_table_count(map); asn++)
            if (asn_table_matches(map, asn, cases[i].typed))
                buf_format(&numbers, "%s%u", numbers.count > 0 ? " " : "", asn_table_number(map, asn));
        assert_string_equal(buf_string(&numbers), cases[i].numbers);
        buf_free(&numbers);
    }
    char word[2 * ASNDB_ORG];
    memset(word, 'h', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    assert_false(asn_table_matches(map, 0, word));
    asn_table_free(map);
    asndb_close(db);
}

/* ---- databases made by hand ---- */

/* A node's record. */
#define GAP UINT32_C(0xFFFFFF)
#define DATA(offset) (UINT32_C(0x800000) + (offset))

static void
add_number(struct buf *out, uint32_t number, int bytes)
{
    while (bytes-- > 0)
        buf_byte(out, (char)(number >> 8 * bytes));
}

static void
add_key(struct buf *out, const char *name, const char *value, size_t count)
{
    buf_byte(out, (char)(0x40 | strlen(name)));
    buf_text(out, name);
    buf_bytes(out, value, count);
}

/* {"asn": "AS<number>"[, "as_name": org]}. Returns its offset. */
static uint32_t
add_record(struct buf *data, const char *asn, const char *org)
{
    uint32_t offset = (uint32_t)data->count;
    buf_byte(data, org ? '\xe2' : '\xe1');
    add_key(data, "asn", "", 0);
    add_key(data, asn, "", 0);
    if (org) {
        add_key(data, "as_name", "", 0);
        add_key(data, org, "", 0);
    }
    return offset;
}

/* A database with nodes of 24 bits, opened. */
static struct asndb *
make(uint32_t nodes[][2], uint32_t count, const struct buf *data, char ip_version)
{
    struct buf file = {0};
    for (uint32_t i = 0; i < 2 * count; i++) {
        uint32_t record = nodes[i / 2][i % 2];
        add_number(&file, record == GAP ? count : record >= DATA(0) ? record - DATA(0) + count + 16 : record, 3);
    }
    buf_bytes(&file, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    buf_bytes(&file, data->at, data->count);
    buf_bytes(&file, "\xab\xcd\xefMaxMind.com\xe9", 15);
    add_key(&file, "node_count", "\xc4", 1);
    add_number(&file, count, 4);
    add_key(&file, "record_size", "\xa1\x18", 2);
    add_key(&file, "ip_version", (char[]){'\xa1', ip_version}, 2);
    add_key(&file, "database_type", "\x44Test", 5);
    add_key(&file, "binary_format_major_version", "\xa1\x02", 2);
    add_key(&file, "binary_format_minor_version", "\xa0", 1);
    add_key(&file, "build_epoch", "\x01\x02\x01", 3);
    add_key(&file, "description", "\xe0", 1);
    add_key(&file, "languages", "\x00\x04", 2);

    const char *path = temp_dir_put_bytes("made.mmdb", file.at, file.count);
    buf_free(&file);
    return open_good(path);
}

/* More than are kept: each half of each half and so on has a record of its own, which is asked for twice. */
static void
bulk_find_answers_many_at_once(void **state)
{
    (void)state;
    enum { BITS = 18, LEAVES = 1 << BITS };
    struct buf data = {0};
    uint32_t(*nodes)[2] = mem_alloc((LEAVES - 1) * sizeof *nodes);
    for (uint32_t i = 0; i < LEAVES; i++) {
        char asn[16], org[16];
        snprintf(asn, sizeof asn, "AS%u", i + 1);
        snprintf(org, sizeof org, "N%u", i);
        uint32_t place = LEAVES / 2 - 1 + i / 2; /* nodes as in a heap */
        nodes[place][i % 2] = DATA(add_record(&data, asn, org));
    }
    for (uint32_t place = 0; place < LEAVES / 2 - 1; place++)
        for (uint32_t side = 0; side < 2; side++)
            nodes[place][side] = 2 * place + 1 + side;
    struct asndb *db = make(nodes, LEAVES - 1, &data, 4);
    struct asn_bulk *index = asn_bulk_new(db);
    for (uint32_t i = 0; i < 2 * LEAVES; i += ASN_BULK_MOST) {
        struct addr addresses[ASN_BULK_MOST];
        const struct addr *asked[ASN_BULK_MOST];
        struct asn_bulk_record found[ASN_BULK_MOST];
        for (uint32_t j = 0; j < ASN_BULK_MOST; j++) {
            addresses[j] = addr_from_v4((i + j) * 7 % LEAVES << (32 - BITS) | j);
            asked[j] = &addresses[j];
        }
        asn_bulk_find(index, asked, ASN_BULK_MOST, found);
        for (uint32_t j = 0; j < ASN_BULK_MOST; j++) {
            uint32_t leaf = (i + j) * 7 % LEAVES;
            char org[16];
            snprintf(org, sizeof org, "N%u", leaf);
            assert_int_equal(found[j].asn, leaf + 1);
            assert_string_equal(found[j].org, org);
            assert_int_equal(found[j].org_count, strlen(org));
        }
    }
    asn_bulk_free(index);
    asndb_close(db);
    free(nodes);
    buf_free(&data);
}

static void
asn_with_several_records_is_one(void **state)
{
    (void)state;
    struct buf data = {0};
    uint32_t none = add_record(&data, "AS7", NULL), first = add_record(&data, "7", "First");
    uint32_t second = add_record(&data, "AS7", "Second"), zero = add_record(&data, "AS0", "Nobody");
    uint32_t nodes[][2] = {{1, 2}, {DATA(none), DATA(first)}, {DATA(zero), DATA(second)}};
    struct asndb *db = make(nodes, 3, &data, 4);
    struct asn_table *map = walk_to_end(db);
    assert_int_equal(asn_table_count(map), 1);
    assert_asn(map, 0, 7, "First", UINT64_C(3) << 30);
    assert_string_equal(ranges_of(map, 7), "0.0.0.0/2 64.0.0.0/2 192.0.0.0/2");
    assert_false(is_announced(map, "128.0.0.1"));
    size_t index;
    assert_false(asn_table_find(map, 0, &index));
    asn_table_free(map);
    asndb_close(db);
    buf_free(&data);
}

/* The walk fails, says why and in which file, says so again when asked again, and leaves an empty map. */
static void
assert_fails(struct asndb *db, int64_t budget_us, const char *cause)
{
    struct asn_table *map = asn_table_new(db, NULL);
    struct fault fault = {""};
    enum asn_table_progress progress;
    while ((progress = asn_table_step(map, budget_us, &fault)) == ASN_TABLE_WALKING)
        continue;
    assert_int_equal(progress, ASN_TABLE_FAILED);
    fault.text[0] = '\0';
    assert_int_equal(asn_table_step(map, budget_us, &fault), ASN_TABLE_FAILED);
    if (strstr(fault.text, asndb_path(db)) == NULL || strstr(fault.text, cause) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", fault.text, cause);
    size_t asn;
    assert_int_equal(asn_table_count(map), 0);
    assert_false(asn_table_find(map, 7, &asn));
    assert_false(is_announced(map, "0.0.0.1"));
    asn_table_free(map);
    asndb_close(db);
}

static void
add_pointer(struct buf *data, uint32_t target)
{
    buf_byte(data, (char)(0x20 | target >> 8));
    buf_byte(data, (char)target);
}

/* {"asn": asn, "as_name": org}, the keys pointed at. Returns its offset. */
static uint32_t
add_pointing(struct buf *data, uint32_t asn_key, const char *asn, uint32_t org_key, const char *org)
{
    uint32_t offset = (uint32_t)data->count;
    buf_byte(data, '\xe2');
    add_pointer(data, asn_key);
    add_key(data, asn, "", 0);
    add_pointer(data, org_key);
    add_key(data, org, "", 0);
    return offset;
}

/* Keys that are spelt out, pointers to where the first record spells them, and pointers to other places. */
static void
mmdb_keys_by_pointer_are_read(void **state)
{
    (void)state;
    struct buf data = {0};
    uint32_t first = add_record(&data, "AS7", "Seven");
    uint32_t asn_key = first + 1, org_key = asn_key + sizeof "?asn?AS7" - 1;
    uint32_t second = add_pointing(&data, asn_key, "AS8", org_key, "Eight");
    uint32_t again = add_record(&data, "AS9", "Nine");
    uint32_t third = add_pointing(&data, again + 1, "AS10", again + 1 + sizeof "?asn?AS9" - 1, "Ten");
    uint32_t nodes[][2] = {{1, 2}, {DATA(first), DATA(second)}, {DATA(again), DATA(third)}};
    struct asndb *db = make(nodes, 3, &data, 4);
    struct asn_table *map = walk_to_end(db);
    assert_int_equal(asn_table_count(map), 4);
    assert_asn(map, 0, 7, "Seven", UINT64_C(1) << 30);
    assert_asn(map, 1, 8, "Eight", UINT64_C(1) << 30);
    assert_asn(map, 2, 9, "Nine", UINT64_C(1) << 30);
    assert_asn(map, 3, 10, "Ten", UINT64_C(1) << 30);
    asn_table_free(map);
    asndb_close(db);

    uint32_t swapped = add_pointing(&data, org_key, "Eleven", asn_key, "AS11"); /* in another order */
    uint32_t twice[][2] = {{DATA(first), DATA(swapped)}};
    db = make(twice, 1, &data, 4);
    map = walk_to_end(db);
    assert_asn(map, 1, 11, "Eleven", UINT64_C(1) << 31);
    asn_table_free(map);
    asndb_close(db);

    uint32_t nowhere[][2] = {{DATA(first), DATA(add_pointing(&data, asn_key, "AS12", 2000, "x"))}};
    assert_fails(make(nowhere, 1, &data, 4), INT64_MAX, "records are damaged");
    uint32_t no_text[][2] = {{DATA(first), DATA(add_pointing(&data, first, "AS12", org_key, "x"))}};
    assert_fails(make(no_text, 1, &data, 4), INT64_MAX, "records are damaged");
    buf_free(&data);
}

static void
ranges_at_space_ends_are_found(void **state)
{
    (void)state;
    struct buf data = {0};
    uint32_t record = add_record(&data, "AS7", NULL), other = add_record(&data, "AS4294967295", NULL);
    uint32_t nodes[34][2];
    for (uint32_t i = 0; i < 32; i++) { /* to 255.255.255.255, and 0.0.0.0/2 */
        nodes[i][0] = i == 0 ? 32 : GAP;
        nodes[i][1] = i == 31 ? DATA(record) : i + 1;
    }
    nodes[32][0] = DATA(other);
    nodes[32][1] = GAP;
    struct asndb *db = make(nodes, 33, &data, 4);
    struct asn_table *map = walk_to_end(db);
    assert_asn(map, 0, 7, "", 1);
    assert_asn(map, 1, UINT32_MAX, "", 1 << 30);
    assert_located(map, "255.255.255.255", 7, "255.255.255.255/32");
    assert_false(is_announced(map, "255.255.255.254"));
    assert_located(map, "0.0.0.0", UINT32_MAX, "0.0.0.0/2");
    assert_located(map, "63.255.255.255", UINT32_MAX, "0.0.0.0/2");
    assert_false(is_announced(map, "64.0.0.0"));
    asn_table_free(map);
    asndb_close(db);
    buf_free(&data);
}

/* A record above ::/96 holds the whole IPv4 space. */
static void
record_over_all_ipv4_is_found(void **state)
{
    (void)state;
    struct buf data = {0};
    uint32_t nodes[][2] = {{DATA(add_record(&data, "AS7", "All")), GAP}};
    struct asndb *db = make(nodes, 1, &data, 6);
    struct asn_table *map = walk_to_end(db);
    assert_asn(map, 0, 7, "All", UINT64_C(1) << 32);
    assert_located(map, "203.0.113.77", 7, "0.0.0.0/0");
    asn_table_free(map);
    asndb_close(db);
    buf_free(&data);
}

static void
walk_damaged_tree_fails(void **state)
{
    (void)state;
    struct buf data = {0};
    uint32_t good = DATA(add_record(&data, "AS7", NULL));
    uint32_t circle[][2] = {{good, 1}, {good, 0}};
    uint32_t itself[][2] = {{good, 1}, {1, 1}};
    uint32_t beyond[][2] = {{good, DATA((uint32_t)data.count + 500)}};
    uint32_t separator[][2] = {{good, 1 + 15}}; /* between the tree and the data */
    uint32_t middle[][2] = {{good, DATA(1)}};
    assert_fails(make(circle, 2, &data, 4), INT64_MAX, "does not end");
    assert_fails(make(itself, 2, &data, 4), 0, "does not end");
    assert_fails(make(beyond, 1, &data, 4), INT64_MAX, "leads out of the file");
    assert_fails(make(separator, 1, &data, 4), 0, "leads out of the file");
    assert_fails(make(middle, 1, &data, 4), INT64_MAX, "records are damaged");
    buf_free(&data);
}

/* 31 nodes whose two halves both lead to the next: 2^31 ranges when walked to the end. */
static void
walk_exploding_tree_fails(void **state)
{
    (void)state;
    struct buf data = {0};
    uint32_t good = DATA(add_record(&data, "AS7", NULL));
    uint32_t nodes[31][2];
    for (uint32_t i = 0; i < 31; i++)
        nodes[i][0] = nodes[i][1] = i == 30 ? good : i + 1;
    assert_fails(make(nodes, 31, &data, 4), INT64_MAX, "does not end");
    buf_free(&data);
}

/* ---- slices ---- */

/* How many steps a walk takes; each but the last leaves the map empty. */
static size_t
walk_in_slices(struct asn_table *map)
{
    struct fault fault;
    size_t steps = 1;
    enum asn_table_progress progress;
    for (; (progress = asn_table_step(map, 0, &fault)) == ASN_TABLE_WALKING; steps++)
        assert_int_equal(asn_table_count(map), 0);
    assert_int_equal(progress, ASN_TABLE_READY);
    return steps;
}

static void
assert_same(const struct asn_table *a, const struct asn_table *b)
{
    assert_int_equal(asn_table_count(a), asn_table_count(b));
    for (size_t i = 0; i < asn_table_count(a); i++) {
        struct asn x = asn_table_at(a, i), y = asn_table_at(b, i);
        assert_int_equal(x.number, y.number);
        assert_string_equal(x.org, y.org);
        assert_int_equal(x.addresses, y.addresses);
        assert_int_equal(x.range_count, y.range_count);
        assert_int_equal(x.range_count, asn_table_range_count(a, i));
        for (size_t r = 0; r < x.range_count; r++) {
            struct prefix p = asn_table_range(a, i, r), q = asn_table_range(b, i, r);
            if (!prefix_equal(&p, &q))
                fail_msg("AS%u has another range %zu", x.number, r);
        }
    }
}

static void
walk_in_slices_equals_one_go(void **state)
{
    (void)state;
    static const char *const files[] = {FIXTURES "geolite-asn.mmdb", FIXTURES "ipv4-only.mmdb",
                                        FIXTURES "ipinfo-lite.mmdb"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct asndb *db = open_good(files[i]);
        struct asn_table *whole = walk_to_end(db), *sliced = asn_table_new(db, NULL);
        walk_in_slices(sliced);
        assert_same(whole, sliced);
        asn_table_free(whole);
        asn_table_free(sliced);
        asndb_close(db);
    }
}

static void
walk_can_be_abandoned(void **state)
{
    (void)state;
    struct asndb *db = open_good(FIXTURES "geolite-asn.mmdb");
    struct fault fault;
    for (int steps = 0; steps < 5; steps++) {
        struct asn_table *map = asn_table_new(db, NULL);
        for (int i = 0; i < steps; i++)
            asn_table_step(map, 0, &fault);
        asn_table_free(map);
    }
    asn_table_free(NULL);
    asndb_close(db);
}

/* ---- real data ---- */

static void
real_walk_in_slices_equals_one_go(void **state)
{
    (void)state;
    struct asndb *db = open_good(REAL_DATA("asn-2026-06.mmdb"));
    struct asn_table *whole = walk_to_end(db), *sliced = asn_table_new(db, NULL);
    assert_true(walk_in_slices(sliced) > 100);
    assert_same(whole, sliced);
    asn_table_free(whole);
    asn_table_free(sliced);
    asndb_close(db);
}

static void
real_as14061_matches_recount(void **state)
{
    (void)state;
    struct asndb *db = open_good(REAL_DATA("asn-2026-06.mmdb"));
    struct asn_table *map = walk_to_end(db);
    size_t index;
    assert_int_equal(asn_table_count(map), 84159);
    assert_true(asn_table_find(map, 14061, &index));
    struct asn asn = asn_table_at(map, index);
    assert_string_equal(asn.org, "DigitalOcean, LLC");
    assert_int_equal(asn.addresses, 3183616);
    assert_int_equal(asn.range_count, 171); /* and 34 of IPv6 */
    assert_true(asn_table_matches(map, index, "digitalocean"));
    asn_table_free(map);
    asndb_close(db);
}

struct tally {
    uint64_t addresses;
    size_t ranges;
};

/* Asks the library for an address: its ASN, and how many addresses are in its record, or in the gap. */
static uint32_t
ask_library(const MMDB_s *mmdb, uint32_t address, uint64_t *size)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(address)};
    int error;
    MMDB_lookup_result_s found = MMDB_lookup_sockaddr(mmdb, (struct sockaddr *)&in, &error);
    assert_int_equal(error, MMDB_SUCCESS);
    *size = UINT64_C(1) << (128 - found.netmask);
    MMDB_entry_data_s data;
    if (!found.found_entry)
        return 0;
    assert_int_equal(MMDB_get_value(&found.entry, &data, "autonomous_system_number", NULL), MMDB_SUCCESS);
    assert_int_equal(data.type, MMDB_DATA_TYPE_UINT32);
    return data.uint32;
}

/* Counts by single questions, from each record or gap to the one behind it. */
static size_t
count_by_questions(const MMDB_s *mmdb, const struct asn_table *map, struct tally *tallies)
{
    size_t ranges = 0;
    for (uint64_t at = 0, size; at <= UINT32_MAX; at += size) {
        uint32_t number = ask_library(mmdb, (uint32_t)at, &size), last = (uint32_t)(at + size - 1);
        size_t asn, same;
        struct prefix range = {0};
        if (number == 0) {
            assert_false(asn_table_locate(map, (uint32_t)at, &asn, NULL) || asn_table_locate(map, last, &asn, NULL));
            continue;
        }
        assert_true(asn_table_find(map, number, &asn));
        assert_true(asn_table_locate(map, last, &same, NULL) && same == asn);
        assert_true(asn_table_locate(map, (uint32_t)at, &same, &range) && same == asn);
        assert_true(addr_to_v4(&range.addr) == at && prefix_size(&range) == size);
        tallies[asn].addresses += size;
        tallies[asn].ranges++;
        ranges++;
    }
    return ranges;
}

static void
real_sums_equal_independent_count(void **state)
{
    (void)state;
    MMDB_s mmdb;
    struct asndb *db = open_good(REAL_DATA("asn-2026-06.mmdb"));
    struct asn_table *map = walk_to_end(db);
    struct tally *tallies = calloc(asn_table_count(map), sizeof *tallies);
    assert_non_null(tallies);
    assert_int_equal(MMDB_open(asndb_path(db), MMDB_MODE_MMAP, &mmdb), MMDB_SUCCESS);
    assert_int_equal(count_by_questions(&mmdb, map, tallies), 564578);
    for (size_t i = 0; i < asn_table_count(map); i++) {
        struct asn asn = asn_table_at(map, i);
        if (asn.addresses != tallies[i].addresses || asn.range_count != tallies[i].ranges)
            fail_msg("AS%u has other sums", asn.number);
    }
    MMDB_close(&mmdb);
    free(tallies);
    asn_table_free(map);
    asndb_close(db);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asn_table_is_ordered_by_number),    cmocka_unit_test(ranges_match_database_in_order),
        cmocka_unit_test(address_is_located_in_range),       cmocka_unit_test(ipinfo_records),
        cmocka_unit_test(asn_matches_number_or_name),        cmocka_unit_test(bulk_find_answers_many_at_once),
        cmocka_unit_test(asn_with_several_records_is_one),   cmocka_unit_test(mmdb_keys_by_pointer_are_read),
        cmocka_unit_test(ranges_at_space_ends_are_found),    cmocka_unit_test(record_over_all_ipv4_is_found),
        cmocka_unit_test(walk_damaged_tree_fails),           cmocka_unit_test(walk_exploding_tree_fails),
        cmocka_unit_test(walk_in_slices_equals_one_go),      cmocka_unit_test(walk_can_be_abandoned),
        cmocka_unit_test(real_walk_in_slices_equals_one_go), cmocka_unit_test(real_as14061_matches_recount),
        cmocka_unit_test(real_sums_equal_independent_count),
    };
    return cmocka_run_group_tests(tests, temp_dir_make, temp_dir_remove);
}

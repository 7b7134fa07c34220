/* A row that is looked up is the row that an investigation comes to. */
#include "builtin_lists.h"
#include "check/bulk.h"
#include "verdict/explain.h"

#include "base/mem.h"
#include "command/result.h"

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

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define DEMO TEST_SOURCE_ROOT "/data/demo"
#define DEMO_ASNDB DEMO "/asn.mmdb"

struct bench {
    struct engine engine;
    VEC(struct addr) addresses;
};

static void
open_bench(struct bench *b, const char *zones, const char *asndb)
{
    struct fault fault;
    *b = (struct bench){.engine.ask_examples = true};
    policy_default(&b->engine.dataset.policy);
    b->engine.dataset.catalogue = catalogue_builtin();
    if (zones && !(b->engine.dataset.zones = zone_set_open(zones, catalogue_builtin(), &fault)))
        fail_msg("%s", fault.text);
    if (asndb && !(b->engine.dataset.asndb = asndb_open(asndb, &fault)))
        fail_msg("%s", fault.text);
}

static void
close_bench(struct bench *b)
{
    zone_set_close(b->engine.dataset.zones);
    asndb_close(b->engine.dataset.asndb);
    vec_free(&b->addresses);
}

static void
add(struct bench *b, const char *text)
{
    struct addr address;
    assert_true(addr_parse(text, &address));
    vec_push(&b->addresses, address);
}

static void
add_v4(struct bench *b, uint32_t address)
{
    vec_push(&b->addresses, addr_from_v4(address));
}

static void
add_prefix(struct bench *b, const char *text, uint32_t step)
{
    struct prefix prefix;
    assert_true(prefix_parse(text, &prefix, NULL));
    for (uint64_t i = 0; i < prefix_size(&prefix); i += step)
        add_v4(b, (uint32_t)(addr_to_v4(&prefix.addr) + i));
}

/* The same ones in each run. */
static uint32_t
next_random(void)
{
    static uint32_t r = 1;
    r = r * 1664525 + 1013904223;
    return r;
}

static void
add_random(struct bench *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_v4(b, next_random());
}

/* What no list can hold, the ends of the address space, and IPv6. */
static void
add_special(struct bench *b)
{
    static const char *const special[] = {
        "0.0.0.0",     "10.0.0.1",     "127.0.0.1",       "127.0.0.2",     "192.0.0.9",        "192.0.0.8",
        "198.18.0.1",  "203.0.113.77", "223.255.255.255", "224.0.0.1",     "255.255.255.255",  "1.0.0.0",
        "::",          "::1",          "2001:db8::1",     "2a00:1450::25", "::ffff:192.0.2.1", "2002:c000:201::",
        "2001:4860::", "fe80::1",      "2001:db8:25::77",
    };
    for (size_t i = 0; i < COUNT(special); i++)
        add(b, special[i]);
}

/* ---- two ways to a row ---- */

static void
nothing(void *arg)
{
    (void)arg;
}

static void
investigate(struct buf *out, const struct bench *b, const struct addr *address)
{
    char text[ADDR_TEXT];
    struct investigation *inv =
        investigation_new(&b->engine, addr_text(address, text), "a label", address, nothing, NULL);
    struct verdict verdict;
    struct result result = {
        .evidence = investigation_evidence(inv),
        .verdict = &verdict,
        .policy = &b->engine.dataset.policy,
        .database = asndb_source(b->engine.dataset.asndb),
        .target = text,
        .label = "a label",
    };
    verdict_reach(&verdict, result.evidence, result.policy);
    struct summary summary;
    summary_of(&summary, result.evidence);
    assert_int_equal(summary.judgement.state, verdict.state);
    assert_int_equal(summary.judgement.causes, verdict.causes);
    result_csv(out, &result);
    verdict_fini(&verdict);
    investigation_free(inv);
}

static void
put_row(struct buf *out, const struct addr *address, const struct summary *summary)
{
    char text[ADDR_TEXT];
    result_csv_row(out, &(struct result_row){
                            .target = addr_text(address, text), .label = "a label", .error = "", .summary = summary});
}

/* Takes the age out of a row, which goes on meanwhile: the last cell but two. */
static void
drop_age(struct buf *row)
{
    char *cells[3], *end = row->at + row->count;
    for (size_t i = 0; i < COUNT(cells); i++) {
        while (*--end != ',')
            ;
        cells[i] = end;
    }
    memmove(cells[2], cells[1], strlen(cells[1]) + 1);
}

static void
compare(const struct bench *b, const struct addr *address, const struct summary *summary)
{
    struct buf looked_up = {0}, investigated = {0};
    put_row(&looked_up, address, summary);
    investigate(&investigated, b, address);
    drop_age(&looked_up);
    drop_age(&investigated);
    if (strcmp(looked_up.at, investigated.at) != 0)
        fail_msg("looked up:    %s\ninvestigated: %s", looked_up.at, investigated.at);
    buf_free(&looked_up);
    buf_free(&investigated);
}

/* All addresses, in steps of as many as there may be, and fewer. */
static void
compare_all(const struct bench *b)
{
    struct bulk *bulk = bulk_new(&b->engine);
    struct summary found[BULK_MOST];
    const struct addr *asked[BULK_MOST];
    size_t step = BULK_MOST;
    for (size_t from = 0, count; from < b->addresses.count; from += count) {
        count = b->addresses.count - from < step ? b->addresses.count - from : step;
        for (size_t i = 0; i < count; i++)
            asked[i] = &b->addresses.at[from + i];
        bulk_find(bulk, asked, count, found);
        for (size_t i = 0; i < count; i++)
            compare(b, asked[i], &found[i]);
        step = step > 1 ? step - 1 : BULK_MOST;
    }
    bulk_free(bulk);
}

/* ---- the demonstration ---- */

static void
add_demo(struct bench *b)
{
    add_special(b);
    add_prefix(b, "203.0.113.0/24", 1);
    add_prefix(b, "198.51.100.0/24", 1);
    add_prefix(b, "192.0.2.0/24", 1);
    add_prefix(b, "198.18.0.0/15", 61);
    add_random(b, 500);
}

static void
bulk_in_demo_equals_investigation(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, DEMO, DEMO_ASNDB);
    add_demo(&b);
    compare_all(&b);
    close_bench(&b);
}

static void
bulk_barred_addresses_equal_investigation(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, DEMO, DEMO_ASNDB);
    b.engine.ask_examples = false;
    add_demo(&b);
    compare_all(&b);
    close_bench(&b);
}

static void
bulk_without_files_equals_investigation(void **state)
{
    (void)state;
    static const struct {
        const char *zones, *asndb;
    } cases[] = {{NULL, NULL}, {NULL, DEMO_ASNDB}, {DEMO, NULL}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench b;
        open_bench(&b, cases[i].zones, cases[i].asndb);
        add_demo(&b);
        compare_all(&b);
        close_bench(&b);
    }
}

static void
bulk_other_databases_equal_investigation(void **state)
{
    (void)state;
    static const char *const databases[] = {"geolite-asn.mmdb", "ipinfo-lite.mmdb", "ipv4-only.mmdb"};
    for (size_t i = 0; i < COUNT(databases); i++) {
        char path[sizeof TEST_SOURCE_ROOT + 64];
        struct bench b;
        snprintf(path, sizeof path, "%s/tests/data/%s", TEST_SOURCE_ROOT, databases[i]);
        open_bench(&b, TEST_SOURCE_ROOT "/tests/data/zones", path);
        add_demo(&b);
        compare_all(&b);
        close_bench(&b);
    }
}

/* ---- zones as they may be ---- */

#define L2(kind, prefix, impacts)                                                                                      \
    prefix " " kind " " prefix " is UCEPROTECT-Level2 listed because " impacts                                         \
           " impacts are seen from HARBOR Harbor, NL/AS64497 there. See: http://x\n"
#define L3(prefix, score)                                                                                              \
    prefix " Your ISP HARBOR, NL/AS64497 is UCEPROTECT-Level3 listed because of a spamscore of " score                 \
           ". See: http://x?ipr=$\n"

/* Behind an address of 11 characters rbldnsd cuts the last of the words that are needed, behind 10 it does not. */
#define CUT(prefix)                                                                                                    \
    prefix " Your ISP $ " PAD_163 "/AS64497 is UCEPROTECT-Level3 listed because of a spamscore of 375. See\n"
#define PAD_10 "Harbor Net"
#define PAD_163                                                                                                        \
    PAD_10 PAD_10 PAD_10 PAD_10 PAD_10 PAD_10 PAD_10 PAD_10 PAD_10 PAD_10 PAD_10 PAD_10 PAD_10 PAD_10 PAD_10 PAD_10    \
        "..."

static const char *const odd[BUILTIN_LISTS] = {
    [AT_LEVEL1] = ":127.0.0.2:IP $ is UCEPROTECT-Level 1 listed. See http://x\n"
                  "192.0.2.1\n192.0.2.2\n!192.0.2.2\n192.0.2.16/28\n!192.0.2.18\n192.0.2.250-255\n"
                  "255.255.255.255\n198.18.255.255\n",
    [AT_LEVEL2] = ":127.0.0.2:IP $ is UCEPROTECT-Level 2 listed. See http://x\n" L2("Net", "198.18.0.0/15", "150")
        L2("Net", "198.18.0.0/17", "70") L2("NET", "198.18.7.0/24", "19") L2("Net", "198.18.7.128/25", "4")
            L2("Net", "198.18.7.129/32", "1") "!198.18.7.130\n!198.18.7.160/27\n"
                                              "192.0.2.0/25\n192.0.2.9\n192.0.2.11\n"
                                              "203.0.113.0/24 Net 203.0.113.0/24 is UCEPROTECT-Level2 PERMANENT "
                                              "listed -> See: http://x\n" L2("Net", "203.0.113.64/26", "3")
    /* before 2021; a range of several pieces; a text that names another net, and a wider one */
    "198.51.100.0/24 Net 198.51.100.0/24 is UCEPROTECT-Level2 listed because 7 abusers are hosted by HARBOR, "
    "NL/AS64497 there. See: http://x\n"
    "198.51.100.3-198.51.100.77 Net 198.51.100.0/25 is UCEPROTECT-Level2 listed because 8 impacts are seen from "
    "HARBOR, NL/AS64497 there. See: http://x\n"
    "198.51.100.200 Net 192.0.2.0/24 is UCEPROTECT-Level2 listed because 9 impacts are seen from HARBOR, "
    "NL/AS64497 there. See: http://x\n"
    "198.51.100.208/28 Net 198.51.0.0/16 is UCEPROTECT-Level2 listed because 99 impacts are seen from HARBOR, "
    "NL/AS64497 there. See: http://x\n",
    /* The score may stand behind another text, and the text may be of the address. */
    [AT_LEVEL3] = ":127.0.0.2:IP $ is UCEPROTECT-Level 3 listed. See http://x?ipr=$\n"
                  "198.18.0.0/16\n" L3("198.18.0.0/16", "79.7") L3("198.18.7.0/24", "50.0") L3("192.0.2.0/26", "$")
                      CUT("192.0.2.64/26") L3("192.0.2.128/27", "375") L3("192.0.2.128/26", "0.25")
                          L3("192.0.2.192/26", "123456789.96") L3("198.51.100.0/25", "1000000.05")
                              L3("198.51.100.128/25", "0.049") "203.0.113.0/24 Your "
                                                               "ISP HARBOR, NL/AS64497 is UCEPROTECT-Level3 listed "
                                                               "for hosting a total of 61 abusers. See: http://x\n",
    [AT_EXEMPTION] = ":127.0.0.2:IP $ is WHITELISTED at ips.whitelisted.org. See http://x\n"
                     "192.0.2.9\n198.18.7.0/28\n",
    [AT_BACKSCATTERER] = ":127.0.0.2:Sorry $ is blacklisted at http://www.backscatterer.org/?ip=$\n"
                         "192.0.2.10\n192.0.2.11\n203.0.113.0/30\n",
};

/* Each set of files that there may be. */
static void
bulk_odd_zones_equal_investigation(void **state)
{
    (void)state;
    for (unsigned set = 1; set < 1U << BUILTIN_LISTS; set++) {
        struct bench b;
        assert_int_equal(temp_dir_make(NULL), 0);
        for (size_t id = 0; id < BUILTIN_LISTS; id++)
            if (set & 1U << id)
                temp_dir_put(LIST_AT(id)->zone, odd[id]);
        open_bench(&b, temp_dir_folder(), DEMO_ASNDB);
        assert_int_equal(temp_dir_remove(NULL), 0);
        bool all = set + 1 == 1U << BUILTIN_LISTS;
        add_special(&b);
        add_prefix(&b, "192.0.2.0/24", all ? 1 : 3);
        add_prefix(&b, "198.51.100.0/24", all ? 1 : 5);
        add_prefix(&b, "203.0.113.0/24", all ? 1 : 7);
        add_prefix(&b, "198.18.7.0/24", all ? 1 : 3);
        add_prefix(&b, "198.18.0.0/15", all ? 97 : 9973);
        compare_all(&b);
        close_bench(&b);
    }
}

static void
bulk_row_prints_as_csv(void **state)
{
    (void)state;
    struct bench b;
    struct addr address;
    const struct addr *asked = &address;
    struct summary found;
    struct buf row = {0};
    open_bench(&b, DEMO, DEMO_ASNDB);
    assert_true(addr_parse("203.0.113.77", &address));
    struct bulk *bulk = bulk_new(&b.engine);
    bulk_find(bulk, &asked, 1, &found);
    assert_true(found.has_age && found.age_s > 0);
    found.age_s = 26;
    put_row(&row, &address, &found);
    assert_string_equal(row.at, "203.0.113.77,a label,collateral,allocation,clear,listed,clear,clear,clear,64497,"
                                "HARBOR-NET Harbor Net,203.0.113.0/24,19,4,,,26,,0\r\n");
    buf_free(&row);
    bulk_free(bulk);
    close_bench(&b);
}

/* ---- real data ---- */

static void
bulk_real_zones_equal_investigation(void **state)
{
    (void)state;
    char zones[PATH_MAX];
    struct bench b;
    size_t count;
    snprintf(zones, sizeof zones, "%s", REAL_DATA("uceprotect-2026-07-06"));
    open_bench(&b, zones, REAL_DATA("asn-2026-06.mmdb"));
    add_special(&b);
    add_random(&b, 3000);
    for (size_t id = 0; id < BUILTIN_LISTS; id++) {
        const struct zone_file *file = zone_set_at(b.engine.dataset.zones, LIST_AT(id));
        const uint32_t *listed = file ? zone_file_addresses(file, &count) : NULL;
        for (size_t i = 0; listed && i < count; i += 97) {
            add_v4(&b, listed[i]);
            add_v4(&b, listed[i] + 1);
        }
        count = file ? zone_file_row_count(file) : 0;
        for (size_t i = 0; i < count; i += 13) {
            struct prefix prefix = zone_file_row_at(file, i).prefix;
            add_v4(&b, addr_to_v4(&prefix.addr) - 1);
            add_v4(&b, addr_to_v4(&prefix.addr) + next_random() % (uint32_t)prefix_size(&prefix));
        }
    }
    assert_true(b.addresses.count > 5000);
    compare_all(&b);
    close_bench(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bulk_in_demo_equals_investigation),
        cmocka_unit_test(bulk_barred_addresses_equal_investigation),
        cmocka_unit_test(bulk_without_files_equals_investigation),
        cmocka_unit_test(bulk_other_databases_equal_investigation),
        cmocka_unit_test(bulk_odd_zones_equal_investigation),
        cmocka_unit_test(bulk_row_prints_as_csv),
        cmocka_unit_test(bulk_real_zones_equal_investigation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

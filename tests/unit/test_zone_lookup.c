#include "../screen/fake_resolver.h"
#include "asn/asn_build.h"
#include "base/clock.h"
#include "builtin_lists.h"
#include "check/investigation.h"
#include "check/zone_lookup.h"
#include "journal/observation.h"
#include "temp_dir.h"
#include "verdict/explain.h"
#include "verdict/verdict.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOW_MS = 1000000 };
#define WALL_MS INT64_C(1783361580000) /* 2026-07-06T18:13:00Z */

#define HEAD(serial)                                                                                                   \
    "$SOA 3600 ns.example hostmaster.example " serial " 3600 3600 86400 120\n127.0.0.2 :127.0.0.2:Test\n!127.0.0.1\n"
#define NET(kind, prefix, impacts)                                                                                     \
    kind " " prefix " is UCEPROTECT-Level2 listed because " impacts                                                    \
         " impacts are seen from HARBOR Harbor Net, NL/AS64497 there. See: http://x"

static const char level1[] =
    HEAD("2026070618") ":127.0.0.2:IP $ is UCEPROTECT-Level 1 listed. See http://x?ip=$\n"
                       "203.0.112.4\n203.0.113.9\n203.0.113.77\n203.0.113.200\n203.0.115.255\n203.0.116.0\n";
static const char level2[] =
    HEAD("2026070518") ":127.0.0.2:IP $ is UCEPROTECT-Level 2 listed. See http://x\n"
                       "!203.0.113.25\n"
                       "203.0.0.0/16 " NET("Net", "203.0.0.0/16",
                                           "120") "\n"
                                                  "203.0.112.0/22 " NET("Net", "203.0.112.0/22",
                                                                        "23") "\n"
                                                                              "203.0.113.0/24 " NET(
                                                                                  "NET", "203.0.113.0/24", "19") "\n";
static const char exempt[] = HEAD("2026070618") ":127.0.0.2:IP $ is WHITELISTED at ips.whitelisted.org. See http://x\n"
                                                "203.0.113.25\n203.0.113.200\n";
static const char backscatterer[] =
    HEAD("2026070618") ":127.0.0.2:Sorry $ is blacklisted at http://www.backscatterer.org/?ip=$\n203.0.113.9\n";
static const char level3[] = HEAD("2026070618") ":127.0.0.2:IP $ is UCEPROTECT-Level 3 listed. See http://x\n"
                                                "198.51.100.0/24\n";

struct bench {
    struct engine engine;
    struct investigation *inv;
    struct zone_set *zones; /* lent to the engine by show_zones */
    unsigned changes;
};

static void
on_change(void *arg)
{
    struct bench *b = arg;
    b->changes++;
}

/* Nobody has read it yet. */
static void
write_zone(size_t id, const char *content)
{
    temp_dir_put(LIST_AT(id)->zone, content);
}

static void
remove_zone(size_t id)
{
    assert_int_equal(unlink(temp_dir_path(LIST_AT(id)->zone)), 0);
}

static void
show_zones(struct bench *b)
{
    struct fault fault;
    b->zones = zone_set_open(temp_dir_folder(), catalogue_builtin(), &fault);
    if (!b->zones)
        fail_msg("%s", fault.text);
    b->engine.dataset.zones = b->zones;
}

static void
open_offline(struct bench *b)
{
    *b = (struct bench){.engine.ask_examples = true};
    assert_int_equal(temp_dir_make(NULL), 0);
    clock_fake(NOW_MS, WALL_MS);
    policy_default(&b->engine.dataset.policy);
    b->engine.dataset.catalogue = catalogue_builtin();
    b->engine.loop = loop_new();
    write_zone(AT_LEVEL1, level1);
    write_zone(AT_LEVEL2, level2);
    write_zone(AT_EXEMPTION, exempt);
    write_zone(AT_BACKSCATTERER, backscatterer);
}

static void
open_online(struct bench *b, const char *script)
{
    open_offline(b);
    b->engine.resolver = fake_resolver_new(b->engine.loop);
    fake_resolver_hold(b->engine.resolver);
    fake_resolver_say(b->engine.resolver, script);
    b->engine.health = health_new(b->engine.loop, b->engine.resolver, catalogue_builtin());
}

static void
close_bench(struct bench *b)
{
    investigation_free(b->inv);
    health_free(b->engine.health);
    resolver_free(b->engine.resolver);
    zone_set_close(b->zones);
    assert_int_equal(temp_dir_remove(NULL), 0);
    assert_false(loop_turn(b->engine.loop, INT64_MIN)); /* no timer is left */
    loop_free(b->engine.loop);
    clock_real();
}

static const struct evidence *
start(struct bench *b, const char *target)
{
    struct addr address;
    assert_true(addr_parse(target, &address));
    investigation_free(b->inv);
    b->inv = investigation_new(&b->engine, target, NULL, &address, on_change, b);
    return investigation_evidence(b->inv);
}

static const struct evidence *
finish(struct bench *b, const char *target)
{
    const struct evidence *e = start(b, target);
    fake_resolver_deliver_all(b->engine.resolver);
    assert_false(evidence_is_pending(e));
    return e;
}

/* ---- what is expected ---- */

/* "203.0.113.0/24 19 zone, ...": prefix, impacts, and who knows it. */
static void
assert_nets(const struct evidence *e, const char *expected)
{
    struct buf found = {0};
    for (size_t i = 0; i < e->nets.count; i++) {
        const struct listed_net *net = &e->nets.at[i];
        char prefix[PREFIX_TEXT];
        buf_format(&found, "%s%s %lld %s", i ? ", " : "", prefix_text(&net->prefix, prefix), (long long)net->impacts,
                   net->stale       ? "stale"
                   : net->from_zone ? "zone"
                                    : "dns");
    }
    assert_string_equal(buf_string(&found), expected);
    buf_free(&found);
}

static void
assert_found(const struct evidence *e, size_t id, enum list_state state, uint32_t serial)
{
    assert_string_equal(list_state_name(e->lists.at[id].state), list_state_name(state));
    assert_int_equal(e->lists.at[id].source, SOURCE_ZONE);
    assert_int_equal(e->lists.at[id].serial, serial);
    assert_null(e->lists.at[id].detail);
    assert_false(e->lists.at[id].pending);
}

static void
assert_unasked(const struct evidence *e, size_t id)
{
    assert_string_equal(list_state_name(e->lists.at[id].state), "unasked");
    assert_int_equal(e->lists.at[id].source, SOURCE_NONE);
    assert_string_equal(e->lists.at[id].detail, "there is no zone file of it");
}

static void
assert_verdict(const struct bench *b, enum verdict_state state)
{
    struct verdict v;
    verdict_reach(&v, investigation_evidence(b->inv), &b->engine.dataset.policy);
    assert_string_equal(verdict_state_name(v.state), verdict_state_name(state));
    verdict_fini(&v);
}

/* The note that begins so; the caller frees. NULL: there is none. */
static char *
note_of(const struct bench *b, const char *beginning)
{
    struct verdict v;
    char *found = NULL;
    verdict_reach(&v, investigation_evidence(b->inv), &b->engine.dataset.policy);
    for (size_t i = 0; i < v.notes.count; i++)
        if (strncmp(v.notes.at[i], beginning, strlen(beginning)) == 0 && !found)
            found = mem_copy(v.notes.at[i]);
    verdict_fini(&v);
    return found;
}

static void
assert_note(const struct bench *b, const char *beginning, const char *expected)
{
    char *found = note_of(b, beginning);
    if (expected && found)
        assert_string_equal(found, expected);
    else
        assert_ptr_equal(found, expected);
    free(found);
}

/* ---- offline ---- */

static void
lookup_offline_answers_from_files(void **state)
{
    (void)state;
    struct bench b;
    open_offline(&b);
    show_zones(&b);
    const struct evidence *e = start(&b, "203.0.113.77");
    assert_int_equal(b.changes, 0);
    assert_int_not_equal(e->finished_ms, 0);
    assert_found(e, AT_LEVEL1, STATE_LISTED, 2026070618);
    assert_int_equal(e->lists.at[AT_LEVEL1].txt.count, 1);
    assert_string_equal(e->lists.at[AT_LEVEL1].txt.at[0],
                        "IP 203.0.113.77 is UCEPROTECT-Level 1 listed. See http://x?ip=203.0.113.77");
    assert_int_equal(e->lists.at[AT_LEVEL1].texts.at[0].form, LISTING_L1);
    assert_found(e, AT_LEVEL2, STATE_LISTED, 2026070518);
    assert_found(e, AT_EXEMPTION, STATE_CLEAR, 2026070618);
    assert_found(e, AT_BACKSCATTERER, STATE_CLEAR, 2026070618);
    assert_int_equal(e->lists.at[AT_EXEMPTION].txt.count, 0);
    assert_int_equal(e->exchanges.count, 0);
    assert_verdict(&b, VERDICT_DIRECT);
    close_bench(&b);
}

static void
lookup_nets_come_narrowest_first(void **state)
{
    (void)state;
    struct bench b;
    open_offline(&b);
    show_zones(&b);
    const struct evidence *e = start(&b, "203.0.113.77");
    assert_nets(e, "203.0.113.0/24 19 zone, 203.0.112.0/22 23 zone, 203.0.0.0/16 120 zone");
    assert_int_equal(e->nets.at[0].kind, NET_SLASH24);
    assert_int_equal(e->nets.at[0].limit, 4);
    assert_int_equal(e->nets.at[1].limit, 9);
    assert_int_equal(e->nets.at[2].limit, 96);
    assert_int_equal(e->nets.at[2].holder.asn, 64497);
    assert_int_equal(e->lists.at[AT_LEVEL2].txt.count, 2); /* the texts are those that the DNS would show */
    assert_note(&b, "Wider nets", NULL);
    assert_nets(start(&b, "203.0.114.1"), "203.0.112.0/22 23 zone, 203.0.0.0/16 120 zone");
    assert_verdict(&b, VERDICT_COLLATERAL);
    close_bench(&b);
}

static void
lookup_without_level3_is_not_clear(void **state)
{
    (void)state;
    struct bench b;
    open_offline(&b);
    show_zones(&b);
    const struct evidence *e = start(&b, "198.51.100.1");
    assert_found(e, AT_LEVEL1, STATE_CLEAR, 2026070618);
    assert_found(e, AT_LEVEL2, STATE_CLEAR, 2026070518);
    assert_unasked(e, AT_LEVEL3);
    assert_nets(e, "");
    assert_verdict(&b, VERDICT_UNKNOWN);
    close_bench(&b);
}

static void
lookup_with_three_levels_is_clear(void **state)
{
    (void)state;
    struct bench b;
    open_offline(&b);
    write_zone(AT_LEVEL3, level3);
    show_zones(&b);
    assert_found(start(&b, "198.51.101.1"), AT_LEVEL3, STATE_CLEAR, 2026070618);
    assert_verdict(&b, VERDICT_CLEAR);
    assert_found(start(&b, "198.51.100.1"), AT_LEVEL3, STATE_LISTED, 2026070618);
    assert_verdict(&b, VERDICT_COLLATERAL);
    close_bench(&b);
}

static void
lookup_excluded_is_clear(void **state)
{
    (void)state;
    struct bench b;
    open_offline(&b);
    show_zones(&b);
    const struct evidence *e = start(&b, "203.0.113.25");
    assert_found(e, AT_LEVEL2, STATE_CLEAR, 2026070518);
    assert_found(e, AT_EXEMPTION, STATE_LISTED, 2026070618);
    assert_string_equal(e->lists.at[AT_EXEMPTION].txt.at[0],
                        "IP 203.0.113.25 is WHITELISTED at ips.whitelisted.org. See http://x");
    assert_nets(e, "");
    assert_verdict(&b, VERDICT_CLEAR); /* levels 2 and 3 do not apply, and level 1 is clear */
    close_bench(&b);
}

static void
lookup_without_files_is_unasked(void **state)
{
    (void)state;
    struct bench b;
    open_offline(&b);
    const struct evidence *e = start(&b, "203.0.113.77");
    for (size_t id = 0; id < BUILTIN_LISTS; id++)
        assert_int_equal(e->lists.at[id].state, STATE_UNASKED);
    assert_false(e->has_density);
    assert_false(evidence_has_zone_file(e));
    assert_verdict(&b, VERDICT_UNKNOWN);
    close_bench(&b);
}

static void
lookup_reserved_address_is_skipped(void **state)
{
    (void)state;
    struct bench b;
    open_offline(&b);
    show_zones(&b);
    assert_false(evidence_has_zone_file(start(&b, "2001:db8::1")));
    assert_false(evidence_has_zone_file(start(&b, "192.168.0.1")));
    assert_verdict(&b, VERDICT_UNKNOWN);
    close_bench(&b);
}

/* ---- around the address ---- */

static void
assert_rung(const struct evidence *e, size_t i, const char *prefix, size_t listed, int64_t impacts, int64_t limit)
{
    char text[PREFIX_TEXT];
    const struct rung *rung = &e->ladder.rungs.at[i];
    assert_string_equal(prefix_text(&rung->prefix, text), prefix);
    assert_int_equal(rung->listed, listed);
    assert_int_equal(rung->impacts, impacts);
    assert_int_equal(rung->published, impacts != LISTING_UNKNOWN);
    assert_int_equal(rung->limit, limit);
}

static void
ladder_leads_outwards(void **state)
{
    (void)state;
    struct bench b;
    open_offline(&b);
    show_zones(&b);
    const struct evidence *e = start(&b, "203.0.113.77");
    assert_true(e->has_density);
    assert_int_equal(e->ladder.rungs.count, 4);
    assert_rung(e, 0, "203.0.113.77/32", 1, LISTING_UNKNOWN, 1);
    assert_rung(e, 1, "203.0.113.0/24", 3, 19, 4);
    assert_rung(e, 2, "203.0.112.0/22", 5, 23, 9);
    assert_rung(e, 3, "203.0.0.0/16", 6, 120, 96);
    close_bench(&b);
}

static void
ladder_includes_database_record(void **state)
{
    (void)state;
    struct bench b;
    struct fault fault;
    open_offline(&b);
    show_zones(&b);
    b.engine.dataset.asndb = asndb_open(TEST_SOURCE_ROOT "/tests/data/geolite-asn.mmdb", &fault);
    assert_non_null(b.engine.dataset.asndb);
    const struct evidence *e = start(&b, "203.0.113.77");
    assert_true(e->network.has_record);
    unsigned announced = 0;
    for (size_t i = 0; i < e->ladder.rungs.count; i++)
        if (e->ladder.rungs.at[i].announced) {
            announced++;
            assert_true(prefix_equal(&e->ladder.rungs.at[i].prefix, &e->network.record));
        }
    assert_int_equal(announced, 1);
    asndb_close(b.engine.dataset.asndb);
    close_bench(&b);
}

/* The limit of the net that would be listed next is that of the announced prefix. */
static void
ladder_includes_announced_prefix(void **state)
{
    (void)state;
    struct bench b;
    struct asn_built built;
    struct fault fault;
    open_offline(&b);
    show_zones(&b);
    b.engine.dataset.asndb = asndb_open(TEST_SOURCE_ROOT "/tests/data/geolite-asn.mmdb", &fault);
    const char *dump = temp_dir_put("dump", "64500\t203.0.112.0/21\t300\n64501\t203.0.114.0/23\t300\n");
    const char *to = temp_dir_path("announced.asn");
    assert_true(asn_build_announced(&dump, 1, NULL, to, &built, &fault));
    struct asn_table *table = asn_table_open(to, &fault);
    assert_int_equal(asn_table_step(table, INT64_MAX, &fault), ASN_TABLE_READY);
    dataset_set_announced(&b.engine.dataset, table);
    const struct evidence *e = start(&b, "203.0.113.77");
    assert_int_equal(e->network.asn, 64500);
    assert_int_equal(e->network.record_asn, 64497);
    const struct rung *rung = &e->ladder.rungs.at[3];
    char text[PREFIX_TEXT];
    assert_string_equal(prefix_text(&rung->prefix, text), "203.0.112.0/21");
    assert_true(rung->announced && !rung->published);
    assert_int_equal(rung->limit, 15);
    dataset_set_announced(&b.engine.dataset, NULL);
    asndb_close(b.engine.dataset.asndb);
    close_bench(&b);
}

static void
neighbours_are_of_slash24(void **state)
{
    (void)state;
    struct bench b;
    open_offline(&b);
    show_zones(&b);
    const struct evidence *e = start(&b, "203.0.113.1");
    static const struct {
        uint32_t address;
        bool exempt, backscatterer;
    } expected[] = {{0xCB007109, false, true}, {0xCB00714D, false, false}, {0xCB0071C8, true, false}};
    assert_int_equal(e->neighbours.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(e->neighbours.at[i].address, expected[i].address);
        assert_int_equal(e->neighbours.at[i].exempt, expected[i].exempt);
        assert_int_equal(e->neighbours.at[i].backscatterer, expected[i].backscatterer);
    }
    close_bench(&b);
}

static void
neighbours_without_level1_are_unknown(void **state)
{
    (void)state;
    struct bench b;
    open_offline(&b);
    remove_zone(AT_LEVEL1);
    show_zones(&b);
    const struct evidence *e = start(&b, "203.0.113.77");
    assert_unasked(e, AT_LEVEL1);
    assert_false(e->has_density);
    assert_int_equal(e->ladder.rungs.count, 0);
    assert_int_equal(e->neighbours.count, 0);
    close_bench(&b);
}

/* Each rung "PREFIX published IMPACTS", "PREFIX not published" or "PREFIX unknown". */
static void
assert_published(const struct evidence *e, const char *expected)
{
    struct buf seen = {0};
    char text[PREFIX_TEXT];
    for (size_t i = 0; i < e->ladder.rungs.count; i++) {
        const struct rung *rung = &e->ladder.rungs.at[i];
        assert_false(rung->published && rung->unknown);
        buf_format(&seen, "%s%s ", i ? ", " : "", prefix_text(&rung->prefix, text));
        if (rung->published)
            buf_format(&seen, "published %lld", (long long)rung->impacts);
        else
            buf_text(&seen, rung->unknown ? "unknown" : "not published");
    }
    assert_string_equal(buf_string(&seen), expected);
    buf_free(&seen);
}

static void
ladder_without_level2_is_unpublished_unknown(void **state)
{
    (void)state;
    struct bench b;
    open_offline(&b);
    remove_zone(AT_LEVEL2);
    show_zones(&b);
    assert_published(start(&b, "203.0.113.77"), "203.0.113.77/32 unknown, 203.0.113.0/24 unknown");
    close_bench(&b);
}

/* ---- beside the DNS ---- */

#define L2_A "77.113.0.203.dnsbl-2.uceprotect.net A data 127.0.0.2\n"
#define L2_TXT "77.113.0.203.dnsbl-2.uceprotect.net TXT data "
#define DNS_24 "\"" NET("NET", "203.0.113.0/24", "21") "\""
#define DNS_22 "\"" NET("Net", "203.0.112.0/22", "25") "\""

static void
hidden_net_is_added_and_marked(void **state)
{
    (void)state;
    struct bench b;
    open_online(&b, L2_A L2_TXT DNS_24 " " DNS_22 "\n");
    show_zones(&b);
    const struct evidence *e = finish(&b, "203.0.113.77");
    assert_nets(e, "203.0.113.0/24 21 dns, 203.0.112.0/22 25 dns, 203.0.0.0/16 120 stale");
    assert_int_equal(e->lists.at[AT_LEVEL2].source, SOURCE_DNS);
    close_bench(&b);
}

/* The zone file of level 2 with another serial. */
static void
write_level2(const char *serial)
{
    char *content = mem_copy(level2);
    memcpy(strstr(content, "2026070518"), serial, strlen(serial));
    write_zone(AT_LEVEL2, content);
    free(content);
}

/* "A, B": what there is to say of it now, and what there is not. */
static void
assert_said(const struct bench *b, const char *wanted, const char *unwanted)
{
    struct verdict v;
    struct buf said = {0};
    verdict_reach(&v, investigation_evidence(b->inv), &b->engine.dataset.policy);
    buf_format(&said, "%s\n", v.headline);
    for (size_t i = 0; i < v.ends.count; i++)
        buf_format(&said, "%s\n", v.ends.at[i].text);
    for (size_t i = 0; i < v.advice.count; i++)
        buf_format(&said, "%s\n", v.advice.at[i].text);
    if (!strstr(buf_string(&said), wanted) || (unwanted && strstr(buf_string(&said), unwanted)))
        fail_msg("%s is missing, or %s is there:\n%s", wanted, unwanted ? unwanted : "nothing", buf_string(&said));
    buf_free(&said);
    verdict_fini(&v);
}

#define OLD_DNS                                                                                                        \
    "probe-*.dnsbl-2.uceprotect.net A nxdomain serial 2026070517\n"                                                    \
    "1.0.0.127.dnsbl-2.uceprotect.net A nxdomain serial 2026070517\n"
#define STALE_FILE "Stale: the zone file of level 2 is "
#define MAY_BE                                                                                                         \
    ": nets and neighbours that only it shows may be outdated and do not count here; fetch it again: whylisted sync."

/* It is shown, but no sentence goes by it: not the headline, nor the complaint, nor the forecast. */
static void
net_of_stale_file_alone_does_not_count(void **state)
{
    (void)state;
    static const struct {
        const char *serial; /* of the file */
        const char *rule;   /* of the DNS, its zone */
        bool counts;
        const char *note;
    } cases[] = {
        {"2026070618", "", true, NULL}, /* 2 h 13 min */
        {"2026070617", "", false, STALE_FILE "3 h 13 min old, though the zones are rebuilt hourly" MAY_BE},
        {"2026021418", "", false, STALE_FILE "142 d 1 h old, though the zones are rebuilt hourly" MAY_BE},
        {"2026070517", OLD_DNS, true, NULL},
        {"2026070516", OLD_DNS, false, STALE_FILE "1 d 4 h old, though the zones are rebuilt hourly" MAY_BE},
        {"0000000001", "", false,
         STALE_FILE "6 h 13 min old by its file time, though the zones are rebuilt hourly" MAY_BE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bench b;
        struct buf script = {0};
        buf_format(&script, "%s" L2_A L2_TXT DNS_24 "\n", cases[i].rule);
        open_online(&b, buf_string(&script));
        write_level2(cases[i].serial);
        const struct timespec noon[2] = {{.tv_sec = WALL_MS / 1000 - 6 * 3600 - 13 * 60},
                                         {.tv_sec = WALL_MS / 1000 - 6 * 3600 - 13 * 60}};
        assert_int_equal(utimensat(AT_FDCWD, temp_dir_path(LIST_AT(AT_LEVEL2)->zone), noon, 0), 0);
        show_zones(&b);
        const struct evidence *e = finish(&b, "203.0.113.77");
        assert_nets(e, cases[i].counts ? "203.0.113.0/24 21 dns, 203.0.0.0/16 120 zone"
                                       : "203.0.113.0/24 21 dns, 203.0.0.0/16 120 stale");
        assert_note(&b, "Stale: the zone file", cases[i].note);
        if (cases[i].counts)
            assert_note(&b, "Wider nets", NULL);
        if (cases[i].counts)
            assert_said(&b, "203.0.113.0/24 (21 impacts in 7 days, limit 4) and 1 other net", NULL);
        else
            assert_said(&b, "level 2 lists 203.0.113.0/24 (21 impacts in 7 days, limit 4)", "203.0.0.0/16");
        buf_free(&script);
        close_bench(&b);
    }
}

static void
look(struct bench *b, struct observation *out)
{
    struct verdict v;
    const struct evidence *e = finish(b, "203.0.113.77");
    verdict_reach(&v, e, &b->engine.dataset.policy);
    observation_make(out, e, &v);
    verdict_fini(&v);
}

/* Nobody saw it then: the journal has the DNS's nets alone, and calls nothing gone that the file knew when it was new.
 */
static void
net_of_stale_file_alone_is_not_recorded(void **state)
{
    (void)state;
    struct observation looks[2];
    static const char *const serials[] = {"2026070618", "2026070518"};
    for (size_t i = 0; i < 2; i++) {
        struct bench b;
        open_online(&b, L2_A L2_TXT DNS_24 "\n");
        write_level2(serials[i]);
        show_zones(&b);
        look(&b, &looks[i]);
        close_bench(&b);
    }
    assert_int_equal(looks[0].nets.count, 2);
    assert_int_equal(looks[1].nets.count, 1);
    assert_int_equal(looks[1].nets.at[0].impacts, 21);
    assert_null(strstr(looks[1].headline, "203.0.0.0/16"));
    assert_true(observation_same(&looks[0], &looks[1]));
    observation_fini(&looks[0]);
    observation_fini(&looks[1]);
}

/* That a /16 is not hidden now an old file does not know. */
static void
hidden_nets_with_stale_file_are_possible(void **state)
{
    (void)state;
    struct bench b;
    open_online(&b, L2_A L2_TXT DNS_24 "\n");
    write_level2("2026070517");
    show_zones(&b);
    finish(&b, "203.0.113.77");
    assert_note(&b, "Wider nets",
                "Wider nets (/16 or larger) may be listed too: the DNS shows only the most specific "
                "rows and hides the rest; a fresh zone file has them all.");
    close_bench(&b);
}

static void
hidden_nets_without_file_are_possible(void **state)
{
    (void)state;
    struct bench b;
    open_online(&b, L2_A L2_TXT DNS_24 " " DNS_22 "\n");
    assert_nets(finish(&b, "203.0.113.77"), "203.0.113.0/24 21 dns, 203.0.112.0/22 25 dns");
    char *note = note_of(&b, "Wider nets (/16 or larger) may be listed too");
    assert_non_null(note);
    free(note);
    close_bench(&b);
}

/* rbldnsd would have shown the /22 beside the /24, so it is listed no more. */
static void
net_dns_would_show_is_expired(void **state)
{
    (void)state;
    struct bench b;
    open_online(&b, L2_A L2_TXT DNS_24 "\n");
    show_zones(&b);
    assert_nets(finish(&b, "203.0.113.77"), "203.0.113.0/24 21 dns, 203.0.0.0/16 120 stale");
    close_bench(&b);
}

/* A text that names no net may stand for any. */
static void
net_without_dns_text_comes_from_file(void **state)
{
    (void)state;
    struct bench b;
    open_online(&b, L2_A L2_TXT "\"IP 203.0.113.77 is UCEPROTECT-Level 2 listed. See http://x\"\n");
    show_zones(&b);
    assert_nets(finish(&b, "203.0.113.77"), "203.0.113.0/24 19 stale, 203.0.112.0/22 23 stale, 203.0.0.0/16 120 stale");
    investigation_again(b.inv);
    fake_resolver_deliver_all(b.engine.resolver);
    assert_int_equal(investigation_evidence(b.inv)->nets.count, 3);
    close_bench(&b);
}

/* The DNS shows the nets of one key, and hides what is wider. */
static void
ladder_without_file_uses_dns_nets(void **state)
{
    (void)state;
    struct bench b;
    open_online(&b, L2_A L2_TXT DNS_22 "\n"
                                       "1.112.0.203.dnsbl-2.uceprotect.net A data 127.0.0.2\n"
                                       "1.112.0.203.dnsbl-2.uceprotect.net TXT data \"Net 203.0.0.0/16 is "
                                       "UCEPROTECT-Level2 PERMANENT listed -> See: http://x\"\n"
                                       "2.112.0.203.dnsbl-2.uceprotect.net A timeout\n"
                                       "3.112.0.203.ips.whitelisted.org A data 127.0.0.2\n");
    remove_zone(AT_LEVEL2);
    show_zones(&b);
    const struct evidence *e = finish(&b, "203.0.113.77");
    assert_published(e, "203.0.113.77/32 not published, 203.0.113.0/24 not published, 203.0.112.0/22 published 25");
    assert_int_equal(e->ladder.rungs.at[2].listed, 5);
    assert_published(finish(&b, "203.0.112.1"),
                     "203.0.112.1/32 not published, 203.0.112.0/24 not published, 203.0.0.0/16 published -1");
    assert_published(finish(&b, "203.0.112.2"), "203.0.112.2/32 unknown, 203.0.112.0/24 unknown");
    assert_published(finish(&b, "203.0.112.3"), "203.0.112.3/32 unknown, 203.0.112.0/24 unknown"); /* exempt */
    assert_published(finish(&b, "203.0.112.4"), "203.0.112.4/32 not published, 203.0.112.0/24 not published");
    close_bench(&b);
}

static void
ladder_gets_late_announced_prefix(void **state)
{
    (void)state;
    struct bench b;
    open_online(&b, "*.origin.asn.cymru.com TXT data \"64500 | 203.0.112.0/21 | DE | ripencc | 2020-01-01\"\n");
    show_zones(&b);
    assert_published(finish(&b, "203.0.113.77"), "203.0.113.77/32 not published, 203.0.113.0/24 published 19, "
                                                 "203.0.112.0/22 published 23, 203.0.112.0/21 not published, "
                                                 "203.0.0.0/16 published 120");
    close_bench(&b);
}

static void
old_file_never_overrides_dns_clear(void **state)
{
    (void)state;
    struct bench b;
    open_online(&b, "");
    show_zones(&b);
    const struct evidence *e = finish(&b, "203.0.113.77");
    assert_int_equal(e->lists.at[AT_LEVEL1].state, STATE_CLEAR);
    assert_int_equal(e->lists.at[AT_LEVEL1].source, SOURCE_DNS);
    assert_int_equal(e->lists.at[AT_LEVEL1].file.state, STATE_LISTED);
    assert_int_equal(e->lists.at[AT_LEVEL2].file.state, STATE_LISTED);
    assert_nets(e, "");
    assert_verdict(&b, VERDICT_CLEAR);
    close_bench(&b);
}

static void
difference_names_both_ages(void **state)
{
    (void)state;
    struct bench b;
    open_online(&b, "1.113.0.203.dnsbl-1.uceprotect.net A data serial 2026070620 127.0.0.2\n");
    show_zones(&b);
    finish(&b, "203.0.113.77");
    assert_note(&b, "dnsbl-1",
                "dnsbl-1.uceprotect.net: the DNS says clear (data 13 min old), the zone file says "
                "listed (2 h 13 min old).");
    assert_note(&b, "dnsbl-2",
                "dnsbl-2.uceprotect.net: the DNS says clear (data 13 min old), the zone file says "
                "listed (1 d 2 h old).");
    assert_note(&b, "ips.", NULL);
    finish(&b, "203.0.113.1");
    assert_note(&b, "dnsbl-1",
                "dnsbl-1.uceprotect.net: the DNS says listed (data 13 min old), the zone file says "
                "clear (2 h 13 min old).");
    close_bench(&b);
}

/* What the DNS says of one net, with the note on it; NULL = none. */
static void
assert_nets_note(const char *texts, const char *expected)
{
    struct bench b;
    struct buf script = {0};
    open_online(&b, "");
    buf_format(&script, L2_A L2_TXT "%s\n*.dnsbl-2.uceprotect.net A nxdomain serial 2026070620\n" L2_A, texts);
    fake_resolver_say(b.engine.resolver, buf_string(&script));
    fake_resolver_say(b.engine.resolver, "2.0.0.127.dnsbl-2.uceprotect.net A data 127.0.0.2\n");
    show_zones(&b);
    finish(&b, "203.0.113.77");
    assert_note(&b, "dnsbl-2", expected);
    buf_free(&script);
    close_bench(&b);
}

#define DIFFER "dnsbl-2.uceprotect.net: the DNS (data 13 min old) and the zone file (1 d 2 h old) differ. "
#define FILE_24 "\"" NET("NET", "203.0.113.0/24", "19") "\""
#define FILE_22 "\"" NET("Net", "203.0.112.0/22", "23") "\""
#define DNS_26 "\"" NET("Net", "203.0.113.64/26", "1") "\""
#define DNS_17 "\"" NET("Net", "203.0.0.0/17", "70") "\""

static void
difference_names_each_net(void **state)
{
    (void)state;
    assert_nets_note(FILE_24 " " FILE_22, NULL); /* the /16 is hidden, and that is no disagreement */
    assert_nets_note(DNS_24 " " FILE_22, DIFFER "203.0.113.0/24: 21 impacts in the DNS, 19 impacts in the file.");
    assert_nets_note(FILE_24, DIFFER "203.0.112.0/22: 23 impacts in the file, not in the DNS.");
    assert_nets_note(DNS_24 " " FILE_22 " " DNS_17, DIFFER
                     "203.0.113.0/24: 21 impacts in the DNS, 19 impacts in the file; 203.0.0.0/17: 70 impacts in "
                     "the DNS, not in the file.");
    /* rbldnsd answers from the narrowest key, and hides the rest */
    assert_nets_note(DNS_26, DIFFER "203.0.113.64/26: 1 impact in the DNS, not in the file.");
    assert_nets_note("\"Net 203.0.112.0/22 is UCEPROTECT-Level2 PERMANENT listed -> See: http://x\" " FILE_24,
                     DIFFER "203.0.112.0/22: listed by hand, no expiry in the DNS, 23 impacts in the file.");
    /* what is not understood may be any net */
    assert_nets_note("\"IP 203.0.113.77 is UCEPROTECT-Level 2 listed. See http://x\"", NULL);
    assert_nets_note(FILE_24 " \"something else\"", NULL);
}

static void
silence_is_no_difference(void **state)
{
    (void)state;
    struct bench b;
    open_online(&b, "77.113.0.203.dnsbl-1.uceprotect.net A timeout\n");
    show_zones(&b);
    const struct evidence *e = finish(&b, "203.0.113.77");
    assert_string_equal(list_state_name(e->lists.at[AT_LEVEL1].state), "timeout");
    assert_note(&b, "dnsbl-1", NULL);
    assert_verdict(&b, VERDICT_UNKNOWN);
    close_bench(&b);
}

/* ---- files that come later ---- */

static void
late_files_answer_unasked(void **state)
{
    (void)state;
    struct bench b;
    struct fault fault;
    open_offline(&b);
    const struct evidence *e = start(&b, "198.51.100.1");
    investigation_zones_changed(b.inv); /* nothing has come */
    assert_int_equal(b.changes, 0);
    show_zones(&b);
    investigation_zones_changed(b.inv);
    assert_int_equal(b.changes, 1);
    assert_found(e, AT_LEVEL1, STATE_CLEAR, 2026070618);
    assert_unasked(e, AT_LEVEL3);
    write_zone(AT_LEVEL3, level3);
    assert_true(zone_set_reload(b.zones, &fault));
    investigation_zones_changed(b.inv);
    assert_int_equal(b.changes, 2);
    assert_found(e, AT_LEVEL3, STATE_LISTED, 2026070618);
    assert_int_equal(e->lists.at[AT_LEVEL3].txt.count, 1);
    assert_verdict(&b, VERDICT_COLLATERAL);
    close_bench(&b);
}

static void
late_files_show_hidden_nets(void **state)
{
    (void)state;
    struct bench b;
    open_online(&b, L2_A L2_TXT DNS_24 " " DNS_22 "\n");
    const struct evidence *e = finish(&b, "203.0.113.77");
    fake_resolver_asked(b.engine.resolver);
    unsigned before = b.changes;
    show_zones(&b);
    investigation_zones_changed(b.inv);
    assert_int_equal(b.changes, before + 1);
    assert_string_equal(fake_resolver_asked(b.engine.resolver), "");
    assert_nets(e, "203.0.113.0/24 21 dns, 203.0.112.0/22 25 dns, 203.0.0.0/16 120 stale");
    assert_int_equal(e->neighbours.count, 3);
    investigation_zones_changed(b.inv); /* the same once more adds nothing */
    assert_int_equal(e->nets.count, 3);
    assert_int_equal(e->ladder.rungs.count, 4);
    assert_int_equal(e->neighbours.count, 3);
    close_bench(&b);
}

static void
early_files_wait_for_answers(void **state)
{
    (void)state;
    struct bench b;
    open_online(&b, L2_A L2_TXT DNS_24 " " DNS_22 "\n");
    const struct evidence *e = start(&b, "203.0.113.77");
    show_zones(&b);
    investigation_zones_changed(b.inv);
    assert_string_equal(list_state_name(e->lists.at[AT_LEVEL2].state), "unasked");
    assert_true(e->lists.at[AT_LEVEL2].pending);
    assert_nets(e, "");
    assert_int_equal(e->neighbours.count, 3);
    fake_resolver_deliver_all(b.engine.resolver);
    assert_nets(e, "203.0.113.0/24 21 dns, 203.0.112.0/22 25 dns, 203.0.0.0/16 120 stale");
    close_bench(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lookup_offline_answers_from_files),
        cmocka_unit_test(lookup_nets_come_narrowest_first),
        cmocka_unit_test(lookup_without_level3_is_not_clear),
        cmocka_unit_test(lookup_with_three_levels_is_clear),
        cmocka_unit_test(lookup_excluded_is_clear),
        cmocka_unit_test(lookup_without_files_is_unasked),
        cmocka_unit_test(lookup_reserved_address_is_skipped),
        cmocka_unit_test(ladder_leads_outwards),
        cmocka_unit_test(ladder_includes_announced_prefix),
        cmocka_unit_test(ladder_includes_database_record),
        cmocka_unit_test(neighbours_are_of_slash24),
        cmocka_unit_test(neighbours_without_level1_are_unknown),
        cmocka_unit_test(ladder_without_level2_is_unpublished_unknown),
        cmocka_unit_test(hidden_net_is_added_and_marked),
        cmocka_unit_test(net_of_stale_file_alone_does_not_count),
        cmocka_unit_test(net_of_stale_file_alone_is_not_recorded),
        cmocka_unit_test(hidden_nets_with_stale_file_are_possible),
        cmocka_unit_test(hidden_nets_without_file_are_possible),
        cmocka_unit_test(net_dns_would_show_is_expired),
        cmocka_unit_test(net_without_dns_text_comes_from_file),
        cmocka_unit_test(ladder_without_file_uses_dns_nets),
        cmocka_unit_test(ladder_gets_late_announced_prefix),
        cmocka_unit_test(old_file_never_overrides_dns_clear),
        cmocka_unit_test(difference_names_both_ages),
        cmocka_unit_test(difference_names_each_net),
        cmocka_unit_test(silence_is_no_difference),
        cmocka_unit_test(late_files_answer_unasked),
        cmocka_unit_test(late_files_show_hidden_nets),
        cmocka_unit_test(early_files_wait_for_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

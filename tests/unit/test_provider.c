#include "asn/asn_build.h"
#include "builtin_lists.h"
#include "density/provider.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "temp_dir.h"

/* Of the ASN database of tests/data: AS4294967294 announces 198.18.0.0/17, 198.18.128.0/18, 198.18.192.0/21,
 * 198.18.204.0/22, 198.18.208.0/20, 198.18.224.0/19 and 198.19.0.0/16; AS64500 192.0.2.64/26; AS64497 203.0.113.0/24.
 */
#define DATABASE TEST_SOURCE_ROOT "/tests/data/geolite-asn.mmdb"

enum { CLOUD = 4294967294, SLICE = 64500, HARBOR = 64497 };

#define SOA "$SOA 3600 a.example b.example 2026070618 3600 3600 86400 120\n"
#define NET(kind, prefix, impacts)                                                                                     \
    prefix " " kind " " prefix " is UCEPROTECT-Level2 listed because " #impacts                                        \
           " impacts are seen from NAME, ZZ/AS4294967294 there. See: http://x\n"

struct ground {
    struct policy policy;
    struct zone_set *zones;
    struct asndb *db;
    struct asn_table *map;
    struct ranking *ranking;
    struct provider provider;
};

static void
put_zone(size_t id, const char *rows)
{
    struct buf text = {0};
    buf_format(&text, SOA "127.0.0.2 :127.0.0.2:Test\n%s", rows);
    temp_dir_put(LIST_AT(id)->zone, buf_string(&text));
    buf_free(&text);
}

/* Rows of the three zones; NULL = no such file. */
static void
open_ground(struct ground *g, const char *level1, const char *level2, const char *level3)
{
    struct fault fault;
    *g = (struct ground){0};
    assert_int_equal(temp_dir_make(NULL), 0);
    policy_default(&g->policy);
    put_zone(AT_LEVEL1, level1);
    put_zone(AT_LEVEL2, level2);
    if (level3)
        put_zone(AT_LEVEL3, level3);
    g->zones = zone_set_open(temp_dir_folder(), catalogue_builtin(), &fault);
    g->db = asndb_open(DATABASE, &fault);
    assert_true(g->zones && g->db);
    g->map = asn_table_new(g->db, NULL);
    assert_int_equal(asn_table_step(g->map, INT64_MAX, &fault), ASN_TABLE_READY);
    g->ranking = ranking_of(g->zones, g->map, &g->policy);
}

static void
close_ground(struct ground *g)
{
    provider_fini(&g->provider);
    ranking_free(g->ranking);
    asn_table_free(g->map);
    asndb_close(g->db);
    zone_set_close(g->zones);
    assert_int_equal(temp_dir_remove(NULL), 0);
}

static void
gather(struct ground *g, uint32_t asn)
{
    provider_gather(&g->provider, asn, g->map, g->ranking, g->zones, &g->policy);
}

/* Counts by announced prefixes instead. */
static void
announce(struct ground *g, const char *rows)
{
    const char *dump = temp_dir_put("dump", rows), *to = temp_dir_path("announced.asn");
    struct asn_built built;
    struct fault fault;
    assert_true(asn_build_announced(&dump, 1, NULL, to, &built, &fault));
    ranking_free(g->ranking);
    asn_table_free(g->map);
    g->map = asn_table_open(to, &fault);
    assert_non_null(g->map);
    assert_int_equal(asn_table_step(g->map, INT64_MAX, &fault), ASN_TABLE_READY);
    g->ranking = ranking_of(g->zones, g->map, &g->policy);
}

/* An address counts once, for the AS with the most specific prefix. */
static void
nested_prefixes_are_counted_once(void **state)
{
    (void)state;
    struct ground g;
    size_t place;
    open_ground(&g, "198.18.7.7\n198.18.9.9\n", "", "198.18.0.0/15 no name\n");
    announce(&g, "64500\t198.18.0.0/15\t300\n64500\t198.18.0.0/16\t300\n64501\t198.18.7.0/24\t300\n"
                 "64502\t198.18.7.0/24\t20\n");
    assert_true(asn_table_find(g.map, 64500, &place));
    struct asn_density d = ranking_at(g.ranking, place);
    assert_int_equal(d.addresses, 131072);
    assert_int_equal(d.level3_addresses, 131072 - 256);
    assert_int_equal(d.listed, 1);
    assert_true(asn_table_find(g.map, 64501, &place));
    d = ranking_at(g.ranking, place);
    assert_int_equal(d.addresses, 256);
    assert_int_equal(d.level3_addresses, 256);
    assert_int_equal(d.listed, 1);
    gather(&g, 64500);
    assert_int_equal(g.provider.ranges.count, 2);
    close_ground(&g);
}

/* Gathers the provider; "" = there is no answer. */
static void
assert_another(struct ground *g, uint32_t asn, bool helps, const char *expected)
{
    struct buf text = {0};
    gather(g, asn);
    assert_int_equal(provider_another(&g->provider, LEVEL3_UNKNOWN, &text), helps);
    assert_string_equal(buf_string(&text), expected);
    buf_free(&text);
}

static void
assert_cleanest(const struct ground *g, const char *expected)
{
    enum { ROOM = 16 };
    struct buf text = {0};
    char prefix[PREFIX_TEXT];
    size_t places[ROOM], count = provider_cleanest(&g->provider, places, ROOM);
    for (size_t i = 0; i < count; i++)
        buf_format(&text, "%s%s", i ? " " : "", prefix_text(&g->provider.ranges.at[places[i]].prefix, prefix));
    assert_string_equal(buf_string(&text), expected);
    assert_int_equal(provider_cleanest(&g->provider, places, 0), count);
    buf_free(&text);
}

#define ISP(prefix, asn)                                                                                               \
    prefix " Your ISP NAME, ZZ/AS" #asn " is UCEPROTECT-Level3 listed because of a spamscore of 80.0. See: http://x\n"

static void
assert_stands(struct ground *g, uint32_t asn, const char *expected)
{
    struct buf text = {0};
    gather(g, asn);
    provider_stands(&g->provider, &text);
    assert_string_equal(buf_string(&text), expected);
    buf_free(&text);
}

static const char level1[] = "198.18.0.1\n192.0.2.1\n";
static const char level2[] = NET("Net", "198.18.128.0/18", 50) NET("NET", "198.18.225.0/24", 9);
#define ON_ALL " clean on all levels: an address there helps"
#define BUT_QUIET                                                                                                      \
    ": another address there does not help, only another provider's, though levels 1 and 2 list nothing in "

#define BUT_QUIET_ALL                                                                                                  \
    ": another address there does not help, only another provider's, though levels 1 and 2 list nothing there"
#define ELSEWHERE ", only another provider's"

static void
country_is_that_of_own_listings(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, level1, level2, ISP("203.0.113.0/24", 64497) ISP("192.0.2.64/26", 64999));
    gather(&g, CLOUD); /* a net of level 2 names it, ... */
    assert_string_equal(g.provider.country, "ZZ");
    gather(&g, HARBOR); /* ... or level 3 */
    assert_string_equal(g.provider.country, "ZZ");
    gather(&g, SLICE); /* the text is about another AS */
    assert_string_equal(g.provider.country, "");
    close_ground(&g);
}

static void
clean_ranges_are_cleanest(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, level1, level2, "198.18.192.0/21\n198.18.208.0/20\n");
    assert_another(&g, CLOUD, true, "2 of 7 ranges of AS4294967294 are" ON_ALL);
    assert_cleanest(&g, "198.19.0.0/16 198.18.204.0/22");
    close_ground(&g);
}

static void
level3_on_everything_advises_no_address(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, level1, level2, "198.18.0.0/15\n");
    assert_another(&g, CLOUD, false, "Level 3 lists all of AS4294967294" BUT_QUIET "4 of its 7 ranges");
    assert_cleanest(&g, "");
    close_ground(&g);
}

static void
level3_on_nothing_advises_clean_range(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, "198.51.100.1\n", "", "198.51.100.0/24\n");
    assert_another(&g, CLOUD, true, "All 7 ranges of AS4294967294 are" ON_ALL);
    assert_another(&g, HARBOR, true, "The only range of AS64497 is" ON_ALL);
    assert_cleanest(&g, "203.0.113.0/24");
    close_ground(&g);
}

/* A row counts for the ASN that its text names; one without a name for whoever announces it. */
static void
level3_counts_for_named_asn(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, level1, level2, ISP("203.0.113.0/24", 64511) ISP("198.18.0.0/17", 4294967294));
    assert_stands(&g, HARBOR, "Not on level 3 itself: its only range is inside level 3 listings of AS64511.");
    assert_int_equal(g.provider.density.level3, LEVEL3_ABSENT);
    assert_stands(&g, CLOUD, "On level 3: 1 of its 7 ranges; it may not know the others.");
    assert_int_equal(g.provider.density.level3, LEVEL3_OWN);
    assert_stands(&g, SLICE, "Not on level 3.");
    close_ground(&g);
    open_ground(&g, level1, level2,
                ISP("198.18.0.0/17", 64511) ISP("198.18.128.0/18", 64512) ISP("198.19.0.0/16", 4294967294));
    assert_stands(&g, CLOUD,
                  "On level 3: 1 of its 7 ranges; 2 of its 7 ranges are inside level 3 listings of "
                  "several ASes, first AS64511.");
    close_ground(&g);
    open_ground(&g, level1, level2, "203.0.113.0/24\n" ISP("192.0.2.0/24", 4294967294));
    assert_stands(&g, HARBOR, "On level 3, its only range.");
    assert_stands(&g, CLOUD, "On level 3, but with ranges that the ASN database assigns to other ASes.");
    close_ground(&g);
    open_ground(&g, level1, level2, NULL);
    assert_stands(&g, HARBOR, "");
    assert_int_equal(g.provider.density.level3, LEVEL3_UNKNOWN);
    close_ground(&g);
}

/* Old texts count addresses, and some rows have no text of their own: neither publishes impacts. */
static void
unpublished_impacts_are_at_least_listed(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, "203.0.113.1\n203.0.113.2\n198.18.0.1\n198.18.0.2\n198.18.128.9\n",
                "203.0.113.0/24 Net 203.0.113.0/24 is UCEPROTECT-Level2 listed because 25 abusers are hosted by NAME, "
                "ZZ/AS64497 there. See: http://x\n198.18.0.0/24\n",
                NULL);
    gather(&g, HARBOR);
    assert_int_equal(g.provider.density.impacts, 25);
    assert_true(g.provider.density.at_least);
    assert_string_equal(call_name(g.provider.density.call), "unknown");
    assert_another(&g, HARBOR, false, "Level 2 lists all of AS64497: another address there does not help" ELSEWHERE);
    assert_another(&g, CLOUD, true,
                   "5 of 7 ranges of AS4294967294 are clean on levels 1 and 2: an address there helps against "
                   "these; level 3 is not known, nor all impacts of AS4294967294");
    assert_int_equal(g.provider.density.impacts, 3);
    assert_true(g.provider.density.at_least);
    close_ground(&g);
}

static void
levels_on_everything_are_named(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, level1, NET("Net", "203.0.113.0/24", 9) NET("Net", "198.18.0.0/16", 900),
                "203.0.113.0/24\n198.19.0.0/16\n");
    assert_another(&g, HARBOR, false,
                   "Levels 2 and 3 list all of AS64497: another address there does not help" ELSEWHERE);
    assert_another(&g, CLOUD, false, "Levels 2 and 3 together list all of AS4294967294" BUT_QUIET "1 of its 7 ranges");
    close_ground(&g);
}

/* A customer inside a carrier's listing is not accused of it. */
static void
level3_of_others_is_told_as_theirs(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, level1, "", ISP("203.0.113.0/24", 64511));
    assert_another(&g, HARBOR, false, "Level 3 lists all of AS64497, because of other ASes" BUT_QUIET_ALL);
    close_ground(&g);
}

/* The first address of a range says nothing about the rest of it. */
static void
level3_on_parts_is_not_clean(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, "", "", "198.18.127.0/24\n198.18.128.0/19\n198.18.160.0/19\n198.18.192.0/24\n203.0.113.128/25\n");
    gather(&g, CLOUD);
    assert_int_equal(g.provider.ranges.at[0].level3, COVER_PARTS);
    assert_int_equal(g.provider.ranges.at[1].level3, COVER_WHOLE);
    assert_int_equal(g.provider.ranges.at[2].level3, COVER_PARTS);
    assert_int_equal(g.provider.ranges.at[3].level3, COVER_NONE);
    assert_cleanest(&g, "198.19.0.0/16 198.18.224.0/19 198.18.208.0/20 198.18.204.0/22");
    assert_stands(&g, CLOUD, "On level 3: 3 of its 7 ranges (2 in parts).");
    assert_another(&g, CLOUD, true, "4 of 7 ranges of AS4294967294 are" ON_ALL);
    assert_stands(&g, HARBOR, "On level 3, parts of its only range.");
    assert_another(&g, HARBOR, true,
                   "The only range of AS64497 is not clean, with 0 listed addresses: another address there helps "
                   "outside the parts that level 3 lists");
    assert_cleanest(&g, "");
    close_ground(&g);
}

static void
ratio_below_one_prints_below_one(void **state)
{
    (void)state;
    assert_true(ranking_ratio_shown(.997) == .99 && ranking_ratio_shown(.9949) == .99);
    assert_true(ranking_ratio_shown(1) == 1 && ranking_ratio_shown(1.006) == 1.01);
}

static void
level3_without_zone_is_estimate(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, level1, level2, NULL);
    assert_another(&g, CLOUD, true,
                   "4 of 7 ranges of AS4294967294 are clean on levels 1 and 2: an address there helps against "
                   "these; our estimate cannot tell whether level 3 lists AS4294967294");
    close_ground(&g);
}

/* Without the zone file of level 3 an answer of the DNS goes before the estimate. */
static void
level3_told_by_dns_replaces_estimate(void **state)
{
    (void)state;
    struct ground g;
    struct buf text = {0};
    open_ground(&g, level1, level2, NULL);
    gather(&g, CLOUD);
    assert_false(provider_another(&g.provider, LEVEL3_OWN, &text));
    assert_string_equal(buf_string(&text),
                        "By a DNS answer level 3 lists AS4294967294, by its rule with all ranges" BUT_QUIET
                        "4 of its 7 ranges");
    buf_clear(&text);
    assert_true(provider_another(&g.provider, LEVEL3_ABSENT, &text));
    assert_string_equal(buf_string(&text), "4 of 7 ranges of AS4294967294 are clean on levels 1 and 2: an address "
                                           "there helps against these; by a DNS answer level 3 does not list "
                                           "AS4294967294");
    buf_clear(&text);
    assert_false(provider_another(&(struct provider){.asn = 64500}, LEVEL3_OWN, &text));
    assert_string_equal(buf_string(&text), "By a DNS answer level 3 lists AS64500, by its rule with all ranges: "
                                           "another address there does not help" ELSEWHERE);
    buf_clear(&text);
    assert_false(provider_another(&(struct provider){.asn = 64500}, LEVEL3_ABSENT, &text));
    assert_int_equal(text.count, 0);
    buf_free(&text);
    close_ground(&g);
}

/* The 24 around a longer range counts, too: its addresses make a bare /24 listed. */
static void
near_share_of_long_range_is_counted(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, level1, level2, NULL);
    gather(&g, SLICE);
    assert_int_equal(g.provider.ranges.at[0].listed, 0);
    assert_int_equal(g.provider.ranges.at[0].near, 1);
    assert_int_equal(g.provider.clean, 0);
    assert_another(&g, SLICE, true,
                   "The only range of AS64500 is not clean, with 1 listed address in the /24 around it: another "
                   "address there helps; by our estimate level 3 does not list AS64500");
    assert_cleanest(&g, "");
    close_ground(&g);
}

static void
cleanest_when_none_is_clean_is_least_listed(void **state)
{
    (void)state;
    struct ground g;
    static const char everywhere[] = "198.18.0.1\n198.18.128.1\n198.18.192.1\n198.18.204.1\n198.18.208.1\n"
                                     "198.18.224.1\n198.19.0.1\n198.19.0.2\n203.0.113.1\n";
    open_ground(&g, everywhere, NET("NET", "198.18.3.0/24", 9) NET("Net", "203.0.113.0/24", 9), NULL);
    assert_another(&g, CLOUD, true, /* parts of the /17 are published, so the /16 with 2 in 65,536 it is */
                   "No range of AS4294967294 is clean; the least listed is 198.19.0.0/16, with 2 listed addresses: "
                   "another address there helps; by our estimate level 3 does not list AS4294967294");
    assert_another(&g, HARBOR, false, "Level 2 lists all of AS64497: another address there does not help" ELSEWHERE);
    close_ground(&g);
}

/* A range that is published itself counts as a net, and so does what a net around it lists. */
static void
cover_of_range_by_level2_is_known(void **state)
{
    (void)state;
    static const struct {
        enum cover cover;
        size_t nets;
        int64_t impacts;
    } expected[] = {{COVER_WHOLE, 2, 500},
                    {COVER_PARTS, 2, 70},
                    {COVER_WHOLE, 0, LISTING_UNKNOWN},
                    {COVER_NONE, 0, LISTING_UNKNOWN}};
    struct ground g;
    open_ground(&g, "198.18.0.1\n",
                NET("Net", "198.18.0.0/17", 500) NET("Net", "198.18.7.0/24", 40) NET("Net", "198.18.130.0/23", 70)
                    NET("NET", "198.18.131.0/24", 60) NET("Net", "198.18.192.0/19", 90),
                NULL);
    gather(&g, CLOUD);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct provider_range *range = &g.provider.ranges.at[i < 3 ? i : 6];
        assert_int_equal(range->level2, expected[i].cover);
        assert_int_equal(range->nets, expected[i].nets);
        assert_int_equal(range->impacts, expected[i].impacts);
    }
    char around[PREFIX_TEXT];
    assert_string_equal(prefix_text(&g.provider.ranges.at[2].around, around), "198.18.192.0/19");
    assert_int_equal(g.provider.ranges.at[0].around.addr.family, ADDR_NONE); /* the net is the range itself */
    close_ground(&g);
}

static void
unknown_levels_give_no_advice(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, level1, level2, NULL);
    provider_gather(&g.provider, CLOUD, g.map, NULL, NULL, &g.policy);
    assert_int_equal(g.provider.ranges.count, 7);
    assert_false(g.provider.counted);
    struct buf text = {0};
    assert_false(provider_another(&g.provider, LEVEL3_UNKNOWN, &text));
    assert_cleanest(&g, "");
    provider_gather(&g.provider, CLOUD, NULL, NULL, NULL, &g.policy);
    assert_false(g.provider.announces);
    gather(&g, 65551);
    assert_false(g.provider.announces);
    assert_false(provider_another(&g.provider, LEVEL3_UNKNOWN, &text));
    assert_int_equal(text.count, 0);
    close_ground(&g);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nested_prefixes_are_counted_once),
        cmocka_unit_test(country_is_that_of_own_listings),
        cmocka_unit_test(clean_ranges_are_cleanest),
        cmocka_unit_test(level3_on_everything_advises_no_address),
        cmocka_unit_test(level3_on_nothing_advises_clean_range),
        cmocka_unit_test(level3_counts_for_named_asn),
        cmocka_unit_test(unpublished_impacts_are_at_least_listed),
        cmocka_unit_test(levels_on_everything_are_named),
        cmocka_unit_test(level3_of_others_is_told_as_theirs),
        cmocka_unit_test(level3_on_parts_is_not_clean),
        cmocka_unit_test(ratio_below_one_prints_below_one),
        cmocka_unit_test(level3_without_zone_is_estimate),
        cmocka_unit_test(level3_told_by_dns_replaces_estimate),
        cmocka_unit_test(near_share_of_long_range_is_counted),
        cmocka_unit_test(cleanest_when_none_is_clean_is_least_listed),
        cmocka_unit_test(cover_of_range_by_level2_is_known),
        cmocka_unit_test(unknown_levels_give_no_advice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

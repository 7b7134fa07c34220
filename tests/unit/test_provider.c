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
    g->map = asn_table_new(g->db);
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

static void
assert_answers(const struct ground *g, const char *on_level3, const char *on_ranges)
{
    struct buf text = {0};
    provider_on_level3(&g->provider, &text);
    assert_string_equal(buf_string(&text), on_level3);
    buf_clear(&text);
    provider_on_ranges(&g->provider, &text);
    assert_string_equal(buf_string(&text), on_ranges);
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

static const char level1[] = "198.18.0.1\n192.0.2.1\n";
static const char level2[] = NET("Net", "198.18.128.0/18", 50) NET("NET", "198.18.225.0/24", 9);
#define LIST_NOTHING "Levels 1 and 2 list nothing in "

static void
clean_ranges_are_cleanest(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, level1, level2, "198.18.192.0/21\n198.18.208.0/20\n");
    gather(&g, CLOUD);
    assert_answers(&g, "2 of 7 ranges are on level 3; pick an address from the other 5.",
                   LIST_NOTHING "4 of its 7 ranges; 2 of these are not on level 3 either.");
    assert_cleanest(&g, "198.19.0.0/16 198.18.204.0/22");
    close_ground(&g);
}

static void
level3_on_everything_advises_no_address(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, level1, level2, "198.18.0.0/15\n");
    gather(&g, CLOUD);
    assert_answers(&g, "Level 3 lists all of it; another address here does not help.",
                   LIST_NOTHING "4 of its 7 ranges.");
    assert_cleanest(&g, "198.19.0.0/16 198.18.208.0/20 198.18.192.0/21 198.18.204.0/22");
    close_ground(&g);
}

static void
level3_on_nothing_advises_clean_range(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, "198.51.100.1\n", "", "198.51.100.0/24\n");
    gather(&g, CLOUD);
    assert_answers(&g, "Level 3 lists none of its ranges.", LIST_NOTHING "any of its ranges.");
    gather(&g, HARBOR);
    assert_answers(&g, "Level 3 lists none of its ranges.", LIST_NOTHING "its only range.");
    assert_cleanest(&g, "203.0.113.0/24");
    close_ground(&g);
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

/* A row counts for the ASN that its text names; one without a name for whoever announces it. */
static void
level3_counts_for_named_asn(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, level1, level2, ISP("203.0.113.0/24", 64511) ISP("198.18.0.0/17", 4294967294));
    assert_stands(&g, HARBOR, "Not on level 3 itself: its only range is inside level 3 listings of AS64511.");
    assert_int_equal(g.provider.density.level3, LEVEL3_ABSENT);
    assert_stands(&g, CLOUD, "On level 3 in part, 1 of its 7 ranges.");
    assert_int_equal(g.provider.density.level3, LEVEL3_OWN);
    assert_stands(&g, SLICE, "Not on level 3.");
    close_ground(&g);
    open_ground(&g, level1, level2,
                ISP("198.18.0.0/17", 64511) ISP("198.18.128.0/18", 64512) ISP("198.19.0.0/16", 4294967294));
    assert_stands(&g, CLOUD,
                  "On level 3 in part, 1 of its 7 ranges: 2 of its 7 ranges are inside level 3 listings of "
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
    assert_answers(&g, "No estimate for level 3: some of its impacts are not published.",
                   "Level 2 lists all of it; another address here does not help.");
    gather(&g, CLOUD);
    assert_int_equal(g.provider.density.impacts, 3);
    assert_true(g.provider.density.at_least);
    close_ground(&g);
}

static void
advice_is_not_repeated(void **state)
{
    (void)state;
    struct ground g;
    struct buf text = {0};
    open_ground(&g, level1, NET("Net", "203.0.113.0/24", 9), "203.0.113.0/24\n");
    gather(&g, HARBOR);
    provider_advice(&g.provider, &text);
    assert_string_equal(buf_string(&text), "Levels 2 and 3 list all of it; another address here does not help.");
    buf_free(&text);
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
    gather(&g, CLOUD);
    assert_answers(&g, "By this estimate, level 3 may list all of it or nothing.", LIST_NOTHING "4 of its 7 ranges.");
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
    assert_answers(&g, "By this estimate, level 3 does not list it.",
                   "Its only range is 192.0.2.64/26: 1 listed address in the /24 around it, no published net.");
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
    gather(&g, CLOUD); /* of the /17 a part is published, so the /16 with 2 in 65,536 it is */
    assert_answers(&g, "By this estimate, level 3 does not list it.",
                   "Every range has listings; the cleanest is 198.19.0.0/16: 2 listed addresses, no "
                   "published net.");
    gather(&g, HARBOR);
    assert_answers(&g, "By this estimate, level 3 does not list it.",
                   "Level 2 lists all of it; another address here does not help.");
    close_ground(&g);
}

/* A range that is published itself counts as a net, and so does what a net around it lists. */
static void
cover_of_range_by_level2_is_known(void **state)
{
    (void)state;
    static const struct {
        enum provider_cover cover;
        size_t nets;
        int64_t impacts;
    } expected[] = {{PROVIDER_WHOLE, 2, 500},
                    {PROVIDER_PARTS, 2, 70},
                    {PROVIDER_WHOLE, 0, LISTING_UNKNOWN},
                    {PROVIDER_FREE, 0, LISTING_UNKNOWN}};
    struct ground g;
    open_ground(&g, "198.18.0.1\n",
                NET("Net", "198.18.0.0/17", 500) NET("Net", "198.18.7.0/24", 40) NET("Net", "198.18.130.0/23", 70)
                    NET("NET", "198.18.131.0/24", 60) NET("Net", "198.18.192.0/19", 90),
                NULL);
    gather(&g, CLOUD);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct provider_range *range = &g.provider.ranges.at[i < 3 ? i : 6];
        assert_int_equal(range->cover, expected[i].cover);
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
    assert_answers(&g, "", "");
    assert_cleanest(&g, "");
    provider_gather(&g.provider, CLOUD, NULL, NULL, NULL, &g.policy);
    assert_false(g.provider.announces);
    gather(&g, 65551);
    assert_false(g.provider.announces);
    assert_answers(&g, "", "");
    close_ground(&g);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_ranges_are_cleanest),
        cmocka_unit_test(level3_on_everything_advises_no_address),
        cmocka_unit_test(level3_on_nothing_advises_clean_range),
        cmocka_unit_test(level3_counts_for_named_asn),
        cmocka_unit_test(unpublished_impacts_are_at_least_listed),
        cmocka_unit_test(advice_is_not_repeated),
        cmocka_unit_test(ratio_below_one_prints_below_one),
        cmocka_unit_test(level3_without_zone_is_estimate),
        cmocka_unit_test(near_share_of_long_range_is_counted),
        cmocka_unit_test(cleanest_when_none_is_clean_is_least_listed),
        cmocka_unit_test(cover_of_range_by_level2_is_known),
        cmocka_unit_test(unknown_levels_give_no_advice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

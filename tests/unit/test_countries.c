#include "builtin_lists.h"
#include "density/countries.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "real_data.h"
#include "temp_dir.h"

#define SOA "$SOA 3600 a.example b.example 2026070618 3600 3600 86400 120\n127.0.0.2 :127.0.0.2:Test\n"
#define NET(prefix, holder)                                                                                            \
    prefix " Net " prefix " is UCEPROTECT-Level2 listed because 9 impacts are seen from " holder                       \
           " there. See: http://x/AS/y?ipr=$\n"
#define ISP(prefix, holder)                                                                                            \
    prefix " Your ISP " holder " is UCEPROTECT-Level3 listed because of a spamscore of 79.7. See: http://x/\n"

static struct asndb *db;
static struct asn_table *map;

static int
setup(void **state)
{
    struct fault fault;
    (void)state;
    db = asndb_open(TEST_SOURCE_ROOT "/tests/data/geolite-asn.mmdb", &fault);
    map = db ? asn_table_new(db, NULL) : NULL;
    return map && asn_table_step(map, INT64_MAX, &fault) == ASN_TABLE_READY ? 0 : -1;
}

static int
teardown(void **state)
{
    (void)state;
    asn_table_free(map);
    asndb_close(db);
    return 0;
}

static void
put_zone(size_t id, const char *rows)
{
    struct buf text = {0};
    buf_format(&text, SOA "%s", rows);
    temp_dir_put(LIST_AT(id)->zone, buf_string(&text));
    buf_free(&text);
}

/* Rows of both levels, NULL = no such file; and "ASN:CC" of those that are known. */
static void
assert_countries(const char *level2, const char *level3, const char *expected)
{
    struct fault fault;
    struct countries countries = {0};
    struct buf seen = {0};
    assert_int_equal(temp_dir_make(NULL), 0);
    put_zone(AT_LEVEL1, "");
    if (level2)
        put_zone(AT_LEVEL2, level2);
    if (level3)
        put_zone(AT_LEVEL3, level3);
    struct zone_set *zones = zone_set_open(temp_dir_folder(), catalogue_builtin(), &fault);
    assert_non_null(zones);
    countries_fill(&countries, map, zones);
    countries_fill(&countries, map, zones); /* anew */
    assert_int_equal(countries.count, asn_table_count(map));
    for (size_t i = 0; i < countries.count; i++)
        if (*countries_at(&countries, i))
            buf_format(&seen, "%s%u:%s", seen.count ? " " : "", asn_table_number(map, i), countries_at(&countries, i));
    assert_string_equal(buf_string(&seen), expected);
    countries_fini(&countries);
    assert_string_equal(countries_at(&countries, 0), "");
    zone_set_close(zones);
    buf_free(&seen);
    assert_int_equal(temp_dir_remove(NULL), 0);
}

static void
country_comes_from_both_levels(void **state)
{
    (void)state;
    assert_countries(NET("203.0.113.0/24", "HARBOR Harbor Net, NL/AS64497"),
                     ISP("198.18.200.0/22", "TIDE, Line, DE/AS64498"), "64497:NL 64498:DE");
    assert_countries(NET("203.0.113.0/24", "HARBOR Harbor Net, NL/AS64497"), NULL, "64497:NL");
    assert_countries(NULL, ISP("198.18.200.0/22", "TIDE, Line, DE/AS64498"), "64498:DE");
    assert_countries(NULL, NULL, "");
}

/* Some texts were cut, or never had one; another row of the same ASN may tell. */
static void
country_without_text_is_unknown(void **state)
{
    (void)state;
    assert_countries(NET("203.0.113.0/25", "HARBOR Harbor .../AS64497") NET("203.0.113.0/24", "Harbor, NL/AS64497")
                         NET("192.0.2.64/26", "/AS64500"),
                     NULL, "64497:NL");
    assert_countries("203.0.113.0/24\n", ISP("198.18.0.0/15", "no holder at all"), "");
    assert_countries(NET("203.0.113.0/24", "ELSEWHERE, NL/AS65551"), NULL, ""); /* the map has no such ASN */
}

static void
country_from_odd_text_is_unknown(void **state)
{
    (void)state;
    assert_countries(NET("203.0.113.0/24", "HARBOR, NL/AS4295031793"), NULL, ""); /* 64497, were it 32 bits wide */
    assert_countries(NET("203.0.113.0/24", "A, DE/AS64498 B, NL/AS64497"), NULL, "64497:NL");
    assert_countries("203.0.113.0/24 Harbor, NL/AS64497\n", NULL, ""); /* of a form that is not known */
    assert_countries("203.0.113.0/24 /AS\n203.0.113.0/25 /\n203.0.113.0/26 /A\n203.0.113.0/27 /AS6\n", NULL, "");
    assert_countries(NET("203.0.113.0/24", "HARBOR, nl/AS64497"), NULL, "");
    assert_countries("!203.0.113.0/24\n", NULL, "");
}

static void
real_texts_give_countries(void **state)
{
    (void)state;
    struct fault fault;
    struct countries countries = {0};
    size_t known = 0, place;
    struct asndb *real_db = asndb_open(REAL_DATA("asn-2026-06.mmdb"), &fault);
    struct zone_set *zones = zone_set_open(REAL_DATA("uceprotect-2026-07-06"), catalogue_builtin(), &fault);
    assert_true(real_db && zones);
    struct asn_table *real_map = asn_table_new(real_db, NULL);
    assert_int_equal(asn_table_step(real_map, INT64_MAX, &fault), ASN_TABLE_READY);
    countries_fill(&countries, real_map, zones);
    for (size_t i = 0; i < countries.count; i++)
        known += *countries_at(&countries, i) != '\0';
    assert_int_equal(known, 2239); /* of 2,241 that a recount with sed found; two announce nothing */
    assert_true(asn_table_find(real_map, 14061, &place));
    assert_string_equal(countries_at(&countries, place), "US");
    countries_fini(&countries);
    asn_table_free(real_map);
    asndb_close(real_db);
    zone_set_close(zones);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(country_comes_from_both_levels),
        cmocka_unit_test(country_without_text_is_unknown),
        cmocka_unit_test(country_from_odd_text_is_unknown),
        cmocka_unit_test(real_texts_give_countries),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

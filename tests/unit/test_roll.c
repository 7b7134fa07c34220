/* Names looked through at each key: the same answers as the map itself gives. */

#include "console/roll.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct asndb *db;
static struct asnmap *map;
static struct roll roll;

static int
setup(void **state)
{
    struct fault fault;
    (void)state;
    db = asndb_open(TEST_SOURCE_ROOT "/tests/data/geolite-asn.mmdb", &fault);
    map = db ? asnmap_new(db) : NULL;
    if (!map || asnmap_step(map, INT64_MAX, &fault) != ASNMAP_READY)
        return -1;
    roll_fill(&roll, map);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    roll_fini(&roll);
    asnmap_free(map);
    asndb_close(db);
    return 0;
}

/* The numbers of the ASNs that match, parted by blanks. */
static void
assert_matching(const char *word, const char *expected)
{
    struct buf numbers = {0};
    for (size_t i = 0; i < roll.count; i++)
        if (roll_matches(&roll, i, word))
            buf_format(&numbers, "%s%u", numbers.count > 0 ? " " : "", roll.entries[i].number);
    assert_string_equal(buf_string(&numbers), expected);
    buf_free(&numbers);
}

static void
test_names_and_numbers(void **state)
{
    (void)state;
    assert_matching("harbor", "64497");
    assert_matching("HARBOR", "64497");
    assert_matching("i", "64498 64501 4294967294");
    assert_matching("64500", "64500"); /* it has no name */
    assert_matching("as64500", "64500");
    assert_matching("AS4294967294", "4294967294");
    assert_matching("6450", "");
    assert_matching("as", "");
    assert_matching("S\xC3\xB6hne", "64497");
    assert_matching("nobody", "");
    assert_matching("", "64497 64498 64500 64501 4294967294");
}

static void
test_as_the_map_has_it(void **state)
{
    (void)state;
    static const char *const words[] = {"nimbus", "net", "AS", "as64498", "64498", "\"quay\"", "cloud h", "?", "x"};
    for (size_t i = 0; i < roll.count; i++)
        for (size_t n = 0; n < sizeof words / sizeof words[0]; n++) {
            struct asn asn = asnmap_at(map, i);
            assert_int_equal(roll_matches(&roll, i, words[n]), asnmap_matches(&asn, words[n]));
            assert_int_equal(roll.entries[i].range_count, asn.range_count);
        }
}

static void
test_long_words_match_nothing(void **state)
{
    (void)state;
    char word[2 * ASNDB_ORG];
    memset(word, 'h', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    assert_matching(word, "");
}

static void
test_nothing_is_no_trouble(void **state)
{
    (void)state;
    struct fault fault;
    struct asnmap *unread = asnmap_new(db);
    struct roll empty = {0};
    roll_fill(&empty, unread);
    assert_int_equal(empty.count, 0);
    roll_fini(&empty);
    asnmap_step(unread, INT64_MAX, &fault);
    roll_fill(&empty, unread);
    assert_int_equal(empty.count, roll.count);
    roll_fill(&empty, unread); /* once more */
    assert_int_equal(empty.count, roll.count);
    roll_fini(&empty);
    asnmap_free(unread);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_and_numbers),
        cmocka_unit_test(test_as_the_map_has_it),
        cmocka_unit_test(test_long_words_match_nothing),
        cmocka_unit_test(test_nothing_is_no_trouble),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

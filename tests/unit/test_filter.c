/* What a user types to see fewer rows. */

#include "console/filter.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const names[] = {"listed", NULL, "impacts", "ratio"};

enum { NAMES = sizeof names / sizeof names[0] };

/* One row to try filters on. */
struct row {
    const char *text;
    double figures[NAMES];
    const char *prefix;
};

static const struct row harbor = {"HARBOR-NET Harbor Net AS64497", {3, 99, 19, NAN}, "203.0.113.0/24"};

static double
figure(void *self, size_t item, size_t column)
{
    (void)item;
    return ((const struct row *)self)->figures[column];
}

static bool
matches(void *self, size_t item, const char *word)
{
    (void)item;
    return strcasestr(((const struct row *)self)->text, word);
}

static bool
touches(void *self, size_t item, const struct prefix *prefix)
{
    struct prefix own;
    (void)item;
    assert_true(prefix_parse(((const struct row *)self)->prefix, &own, NULL));
    return prefix_covers(&own, prefix) || prefix_covers(prefix, &own);
}

static const struct filter_eye eye = {figure, matches, touches};

static bool
passes(const char *text)
{
    struct filter filter = {0};
    struct fault fault;
    struct row row = harbor;
    if (!filter_parse(&filter, text, names, NAMES, &fault))
        fail_msg("\"%s\": %s", text, fault.text);
    bool result = filter_passes(&filter, &eye, &row, 0);
    filter_fini(&filter);
    return result;
}

static void
assert_refused(const char *text, const char *why)
{
    struct filter filter = {0};
    struct fault fault;
    assert_true(filter_parse(&filter, "harbor listed>2", names, NAMES, &fault));
    assert_false(filter_parse(&filter, text, names, NAMES, &fault));
    assert_string_equal(fault.text, why);
    struct row row = harbor;
    assert_int_equal(filter.terms.count, 2); /* what was there is still there */
    assert_true(filter_passes(&filter, &eye, &row, 0));
    filter_fini(&filter);
}

static void
test_nothing_passes_everything(void **state)
{
    (void)state;
    assert_true(passes(""));
    assert_true(passes("   "));
}

static void
test_words(void **state)
{
    (void)state;
    assert_true(passes("harbor"));
    assert_true(passes("harbor net"));
    assert_true(passes("  net   HARBOR "));
    assert_true(passes("as64497"));
    assert_false(passes("harbor nimbus"));
    assert_true(passes("-net")); /* no sign of ours */
}

static void
test_figures(void **state)
{
    (void)state;
    assert_true(passes("listed>2"));
    assert_false(passes("listed>3"));
    assert_true(passes("listed>=3"));
    assert_true(passes("listed=3"));
    assert_false(passes("listed!=3"));
    assert_true(passes("listed<=3"));
    assert_false(passes("listed<3"));
    assert_true(passes("impacts<19.5"));
    assert_true(passes("LISTED>0 Impacts>=19"));
    assert_false(passes("listed>0 impacts>19"));
    assert_false(passes("listed>3 impacts>1"));
}

static void
test_a_figure_that_is_not_known_passes_no_comparison(void **state)
{
    (void)state;
    static const char *const comparisons[] = {"ratio>0", "ratio<9", "ratio>=0", "ratio<=9", "ratio=0", "ratio!=0"};
    for (size_t i = 0; i < sizeof comparisons / sizeof comparisons[0]; i++)
        assert_false(passes(comparisons[i]));
}

static void
test_prefixes(void **state)
{
    (void)state;
    assert_true(passes("in:203.0.113.0/24"));
    assert_true(passes("in:203.0.113.128/25"));
    assert_true(passes("in:203.0.0.0/16"));
    assert_true(passes("in:203.0.113.7"));
    assert_true(passes("IN:203.0.113.7 harbor"));
    assert_false(passes("in:203.0.114.0/24"));
    assert_true(passes("in:0.0.0.0/0"));
}

static void
test_mistakes_are_explained(void **state)
{
    (void)state;
    assert_refused("lsted>0", "there is no figure \"lsted\" here, only listed, impacts, ratio");
    assert_refused("listed>", "listed> wants a number behind it, such as listed>100");
    assert_refused("listed>=many", "listed>= wants a number behind it, such as listed>=100");
    assert_refused("listed>1,000", "listed> wants a number behind it, such as listed>100");
    assert_refused("listed>-1", "listed> wants a number behind it, such as listed>100");
    assert_refused("in:", "in: wants an IPv4 prefix behind it, such as in:203.0.113.0/24");
    assert_refused("in:2001:db8::/32", "in: wants an IPv4 prefix behind it, such as in:203.0.113.0/24");
    assert_refused("in:203.0.113.7/24", "203.0.113.7/24 has bits set beyond its length; perhaps in:203.0.113.0/24");
    assert_refused("harbor listed>0 in:x", "in: wants an IPv4 prefix behind it, such as in:203.0.113.0/24");
}

static void
test_long_words(void **state)
{
    (void)state;
    char word[1001], sum[1001];
    memset(word, 'x', 1000);
    word[1000] = '\0';
    assert_refused(word, "a word of more than 255 characters is in no row");
    memset(sum, 'y', 1000);
    memcpy(sum + 200, "y>1 z", 5);
    sum[255] = '\0';
    struct filter filter = {0};
    struct fault fault;
    assert_false(filter_parse(&filter, sum, names, NAMES, &fault));
    filter_fini(&filter);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_passes_everything),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_figures),
        cmocka_unit_test(test_a_figure_that_is_not_known_passes_no_comparison),
        cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_mistakes_are_explained),
        cmocka_unit_test(test_long_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What a user types to see fewer rows. */

#include "base/clock.h"
#include "base/filter.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const figures[] = {"listed", NULL, "impacts", "ratio"};
static const char *const states[] = {"open", "closed"};

enum { FIGURES = sizeof figures / sizeof figures[0], EVERY_KIND = (1 << FILTER_KINDS) - 1 };

static const struct filter_language everything = {
    .kinds = EVERY_KIND,
    .figures = figures,
    .figure_count = FIGURES,
    .states = states,
    .state_count = sizeof states / sizeof states[0],
};

/* 2026-07-06T18:13:00Z */
static const int64_t now_ms = 1783361580000;

/* One row to try filters on. */
struct row {
    const char *text;
    double figures[FIGURES];
    const char *prefix;
    uint32_t asn;
    unsigned level;
    size_t state;
    const char *tag;
    int64_t seen_ms;
    const char *country;
};

static const struct row harbor = {
    .text = "HARBOR-NET Harbor Net AS64497",
    .figures = {3, 99, 19, NAN},
    .prefix = "203.0.113.0/24",
    .asn = 64497,
    .level = 2,
    .state = 1,
    .tag = "vip",
    .seen_ms = 1783296000000, /* 2026-07-06T00:00:00Z */
    .country = "NL",
};

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

static bool
is_of(void *self, size_t item, uint32_t asn)
{
    (void)item;
    return ((const struct row *)self)->asn == asn;
}

static bool
on_level(void *self, size_t item, unsigned level)
{
    (void)item;
    return ((const struct row *)self)->level == level;
}

static bool
is_state(void *self, size_t item, size_t state)
{
    (void)item;
    return ((const struct row *)self)->state == state;
}

static bool
has_tag(void *self, size_t item, const char *tag)
{
    (void)item;
    return strcmp(((const struct row *)self)->tag, tag) == 0;
}

static int64_t
seen_ms(void *self, size_t item)
{
    (void)item;
    return ((const struct row *)self)->seen_ms;
}

static bool
in_country(void *self, size_t item, const char *code)
{
    (void)item;
    return strcmp(((const struct row *)self)->country, code) == 0;
}

static const struct filter_reader eye = {figure,   matches, touches, is_of,      on_level,
                                         is_state, has_tag, seen_ms, in_country, NULL};

static bool
row_passes(struct row row, const char *text)
{
    struct filter filter = {0};
    struct fault fault;
    if (!filter_parse(&filter, text, &everything, &fault))
        fail_msg("\"%s\": %s", text, fault.text);
    bool result = filter_passes(&filter, &eye, &row, 0);
    filter_fini(&filter);
    return result;
}

static bool
passes(const char *text)
{
    return row_passes(harbor, text);
}

static void
assert_refused_in(const struct filter_language *language, const char *text, const char *why)
{
    struct filter filter = {0};
    struct fault fault;
    assert_true(filter_parse(&filter, "harbor listed>2", &everything, &fault));
    assert_false(filter_parse(&filter, text, language, &fault));
    assert_string_equal(fault.text, why);
    struct row row = harbor;
    assert_int_equal(filter.terms.count, 2); /* what was there is still there */
    assert_true(filter_passes(&filter, &eye, &row, 0));
    filter_fini(&filter);
}

static void
assert_refused(const char *text, const char *why)
{
    assert_refused_in(&everything, text, why);
}

static void
empty_filter_passes_everything(void **state)
{
    (void)state;
    assert_true(passes(""));
    assert_true(passes("   "));
}

static void
word_filter_matches_words(void **state)
{
    (void)state;
    assert_true(passes("harbor"));
    assert_true(passes("harbor net"));
    assert_true(passes("  net   HARBOR "));
    assert_true(passes("as64497"));
    assert_false(passes("harbor nimbus"));
    assert_true(passes("harbor-net")); /* a sign only in front */
    assert_false(passes("http://harbor"));
}

static void
figure_filter_compares(void **state)
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
unknown_figure_passes_no_comparison(void **state)
{
    (void)state;
    static const char *const comparisons[] = {"ratio>0", "ratio<9", "ratio>=0", "ratio<=9", "ratio=0", "ratio!=0"};
    for (size_t i = 0; i < sizeof comparisons / sizeof comparisons[0]; i++)
        assert_false(passes(comparisons[i]));
}

static void
prefix_filter_matches_inside(void **state)
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
negated_term_excludes(void **state)
{
    (void)state;
    assert_false(passes("-harbor"));
    assert_false(passes("!HARBOR"));
    assert_true(passes("-nimbus !tideline"));
    assert_false(passes("-nimbus !net"));
    assert_false(passes("-listed>2"));
    assert_true(passes("-listed>3"));
    assert_true(passes("!listed!=3"));
    assert_true(passes("-ratio>0")); /* not known to be */
    assert_false(passes("-in:203.0.113.7"));
    assert_true(passes("-in:203.0.114.0/24 -as:1 -level:none -state:open -tag:x -before:1y"));
    assert_false(passes("--net")); /* the word "-net" */
    assert_refused("-", "- needs a word to exclude, for example -hosting");
    assert_refused("harbor !", "! needs a word to exclude, for example !hosting");
    assert_refused("blah:3", "blah: cannot be used here; use words, in:, as:, level:, state:, tag:, ticket:, contact:, "
                             "due:, country:, list:, since:, before: and the figures listed, impacts, ratio");
    assert_false(passes("dead:beef"));
    assert_false(passes("http://harbor.example"));
    assert_refused("-lsted>0", "unknown figure \"lsted\"; use listed, impacts, ratio");
}

static void
as_filter_matches_asn(void **state)
{
    (void)state;
    assert_true(passes("as:64497"));
    assert_true(passes("AS:as64497"));
    assert_false(passes("as:6449"));
    static const char *const wrong[] = {"as:", "as:AS", "as:0", "as:4294967296", "as:64497x", "as:harbor", "as:-1"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_refused(wrong[i], "as: needs an AS number, for example as:64500");
}

static void
level_filter_matches_level(void **state)
{
    (void)state;
    struct row clear = harbor;
    clear.level = 0;
    assert_true(passes("level:2"));
    assert_false(passes("level:1"));
    assert_false(passes("level:none"));
    assert_true(row_passes(clear, "Level:None"));
    static const char *const wrong[] = {"level:", "level:0", "level:4", "level:22", "level:no"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_refused(wrong[i], "level: needs 1, 2, 3 or none");
}

static void
state_filter_matches_state(void **state)
{
    (void)state;
    assert_true(passes("state:closed"));
    assert_true(passes("state:CLOSED"));
    assert_false(passes("state:open"));
    assert_refused("state:", "state: needs one of open, closed");
    assert_refused("state:waiting", "state: needs one of open, closed");
}

static void
tag_filter_matches_tag(void **state)
{
    (void)state;
    assert_true(passes("tag:vip"));
    assert_true(passes("tag:VIP"));
    assert_false(passes("tag:vi"));
    assert_refused("tag:", "tag: needs a value, for example tag:customer");
    assert_refused("tag:a,b", "a tag contains no comma; for two tags write tag:customer tag:vip");
}

static void
country_filter_matches_country(void **state)
{
    (void)state;
    struct row nowhere = harbor;
    nowhere.country = "";
    assert_true(passes("country:NL"));
    assert_true(passes("Country:nl"));
    assert_false(passes("country:DE"));
    assert_false(passes("-country:nl"));
    assert_false(row_passes(nowhere, "country:NL"));
    assert_true(row_passes(nowhere, "-country:NL")); /* not known to be */
    static const char *const wrong[] = {"country:", "country:N", "country:NLD", "country:1L", "country:N1"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_refused(wrong[i], "country: needs two letters, for example country:DE");
}

static void
date_filter_compares_times(void **state)
{
    (void)state;
    struct row never = harbor;
    never.seen_ms = 0;
    clock_fake(0, now_ms);
    assert_true(passes("since:2026-07-06"));
    assert_false(passes("before:2026-07-06"));
    assert_false(passes("since:2026-07-07"));
    assert_true(passes("before:2026-07-07"));
    assert_true(passes("since:19h"));
    assert_false(passes("since:18h"));
    assert_true(passes("before:18h"));
    assert_true(passes("since:1093min before:1092min")); /* 18:13 */
    assert_true(passes("since:1d before:0d"));
    assert_true(passes("since:1w"));
    assert_true(passes("since:1Y"));
    assert_false(row_passes(never, "since:1000y"));
    assert_false(row_passes(never, "before:1d"));
    clock_real();
    static const char *const wrong[] = {"since:",     "since:30",         "since:d",        "since:30x",
                                        "since:-1d",  "since:2026-02-30", "since:2026-7-6", "since:2026-07-06x",
                                        "since:1.5d", "since:0000-00-00", "since:26-07-06", "since:9999999999d"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_refused(wrong[i], "since: needs a span or a day, for example since:12h, since:30d or "
                                 "since:2026-11-01");
    assert_refused("before:x", "before: needs a span or a day, for example before:12h, before:30d or "
                               "before:2026-11-01");
}

static void
unknown_field_is_refused(void **state)
{
    (void)state;
    const struct filter_reader plain = {.figure = figure, .matches = matches, .touches = touches};
    struct filter_language language = everything;
    language.kinds = filter_reader_kinds(&plain);
    assert_refused_in(&language, "as:64500",
                      "as: cannot be used here; use words, in: and the figures listed, impacts, ratio");
    assert_refused_in(&language, "-since:3d",
                      "since: cannot be used here; use words, in: and the figures listed, impacts, ratio");
    language = (struct filter_language){.kinds = filter_reader_kinds(&eye)};
    assert_refused_in(&language, "listed>0", "unknown figure \"listed\"");
    language.kinds = 0;
    assert_refused_in(&language, "harbor state:open", "state: cannot be used here; use words");
}

static struct prefix
prefix_of(void *self, size_t item)
{
    struct prefix own;
    (void)item;
    assert_true(prefix_parse(((const struct row *)self)->prefix, &own, NULL));
    return own;
}

static void
row_with_prefix_matches_text_and_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool passes;
    } cases[] = {{"113.0/2", true},
                 {"in:203.0.113.7", true},
                 {"in:203.0.0.0/16", true},
                 {"harbor", false},
                 {"in:203.0.114.0/24", false}};
    const struct filter_reader bare = {.figure = figure, .prefix = prefix_of};
    const struct filter_language language = {.kinds = filter_reader_kinds(&bare)};
    struct row row = {.text = "harbor", .prefix = "203.0.113.0/24"};
    assert_int_equal(language.kinds, 1u << FILTER_IN);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct filter filter = {0};
        struct fault fault;
        assert_true(filter_parse(&filter, cases[i].text, &language, &fault));
        assert_int_equal(filter_passes(&filter, &bare, &row, 0), cases[i].passes);
        filter_fini(&filter);
    }
}

static void
ipv6_prefix_filter_matches_inside(void **state)
{
    (void)state;
    struct filter_language language = everything;
    struct filter filter = {0};
    struct fault fault;
    char prefix[PREFIX_TEXT];
    language.ipv6 = true;
    assert_true(filter_parse(&filter, "in:2001:db8::/32", &language, &fault));
    assert_string_equal(prefix_text(&filter.terms.at[0].prefix, prefix), "2001:db8::/32");
    assert_true(filter_parse(&filter, "in:2001:db8::1", &language, &fault));
    assert_string_equal(prefix_text(&filter.terms.at[0].prefix, prefix), "2001:db8::1/128");
    assert_true(filter_parse(&filter, "in:::ffff:203.0.113.7", &everything, &fault));
    assert_string_equal(prefix_text(&filter.terms.at[0].prefix, prefix), "203.0.113.7/32");
    assert_refused_in(&language, "in:x", "in: needs a prefix, for example in:203.0.113.0/24");
    filter_fini(&filter);
}

static void
mistake_is_explained(void **state)
{
    (void)state;
    assert_refused("lsted>0", "unknown figure \"lsted\"; use listed, impacts, ratio");
    assert_refused("listed>", "listed> needs a number, for example listed>100");
    assert_refused("listed>=many", "listed>= needs a number, for example listed>=100");
    assert_refused("listed>1,000", "listed> needs a number, for example listed>100");
    assert_refused("listed>-1", "listed> needs a number, for example listed>100");
    assert_refused("in:", "in: needs an IPv4 prefix, for example in:203.0.113.0/24");
    assert_refused("in:2001:db8::/32", "in: needs an IPv4 prefix, for example in:203.0.113.0/24");
    assert_refused("in:203.0.113.7/24", "203.0.113.7/24 has bits set beyond its length; try in:203.0.113.0/24");
    assert_refused("harbor listed>0 in:x", "in: needs an IPv4 prefix, for example in:203.0.113.0/24");
}

static void
long_word_is_bounded(void **state)
{
    (void)state;
    char word[1001], sum[1001];
    memset(word, 'x', 1000);
    word[1000] = '\0';
    assert_refused(word, "a word of more than 255 characters matches no row");
    memset(sum, 'y', 1000);
    memcpy(sum + 200, "y>1 z", 5);
    sum[255] = '\0';
    struct filter filter = {0};
    struct fault fault;
    assert_false(filter_parse(&filter, sum, &everything, &fault));
    filter_fini(&filter);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_filter_passes_everything),
        cmocka_unit_test(word_filter_matches_words),
        cmocka_unit_test(figure_filter_compares),
        cmocka_unit_test(unknown_figure_passes_no_comparison),
        cmocka_unit_test(prefix_filter_matches_inside),
        cmocka_unit_test(negated_term_excludes),
        cmocka_unit_test(as_filter_matches_asn),
        cmocka_unit_test(level_filter_matches_level),
        cmocka_unit_test(state_filter_matches_state),
        cmocka_unit_test(tag_filter_matches_tag),
        cmocka_unit_test(country_filter_matches_country),
        cmocka_unit_test(date_filter_compares_times),
        cmocka_unit_test(unknown_field_is_refused),
        cmocka_unit_test(ipv6_prefix_filter_matches_inside),
        cmocka_unit_test(mistake_is_explained),
        cmocka_unit_test(long_word_is_bounded),
        cmocka_unit_test(row_with_prefix_matches_text_and_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

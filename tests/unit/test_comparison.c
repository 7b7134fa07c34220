#include "builtin_lists.h"
#include "check/comparison.h"
#include "journal_fixture.h"
#include "pages/compare_page.h"
#include "targets/target.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "temp_dir.h"

/* Of the ASN database of tests/data: AS4294967294 announces 198.18.0.0/17, 198.18.128.0/18, 198.18.192.0/21,
 * 198.18.204.0/22, 198.18.208.0/20, 198.18.224.0/19 and 198.19.0.0/16; AS64497 203.0.113.0/24. */
#define DATABASE TEST_SOURCE_ROOT "/tests/data/geolite-asn.mmdb"
#define SOA "$SOA 3600 a.example b.example 2026070618 3600 3600 86400 120\n127.0.0.2 :127.0.0.2:Test\n"
#define NET(kind, prefix, impacts)                                                                                     \
    prefix " " kind " " prefix " is UCEPROTECT-Level2 listed because " #impacts                                        \
           " impacts are seen from NAME, ZZ/AS4294967294 there. See: http://x\n"

struct ground {
    struct engine engine;
    struct comparison comparison;
};

static const char level1[] = SOA "198.18.0.1\n198.18.5.1\n203.0.113.9\n";
static const char level2[] = SOA NET("Net", "198.18.128.0/18", 50) NET("NET", "198.18.225.0/24", 9);
static const char level3[] = SOA "198.18.192.0/21\n198.18.208.0/20\n";

/* Level 3's zone file may be NULL; without `zones` there is none of any level. */
static void
open_ground(struct ground *g, bool zones, const char *with_level3)
{
    struct fault fault;
    struct dataset *dataset = &g->engine.dataset;
    *g = (struct ground){0};
    assert_int_equal(temp_dir_make(NULL), 0);
    temp_dir_put(LIST_AT(AT_LEVEL1)->zone, level1);
    temp_dir_put(LIST_AT(AT_LEVEL2)->zone, level2);
    if (with_level3)
        temp_dir_put(LIST_AT(AT_LEVEL3)->zone, with_level3);
    g->engine.loop = loop_new();
    dataset_init(dataset, g->engine.loop, catalogue_builtin());
    dataset->asndb = asndb_open(DATABASE, &fault);
    assert_non_null(dataset->asndb);
    assert_true(dataset_read_asn_table(dataset, NULL, &fault));
    if (zones) {
        dataset->zones = zone_set_open(temp_dir_folder(), catalogue_builtin(), &fault);
        assert_non_null(dataset->zones);
        assert_true(dataset_count_ranking(dataset));
    }
}

static void
close_ground(struct ground *g)
{
    comparison_fini(&g->comparison);
    struct zone_set *zones = g->engine.dataset.zones;
    dataset_fini(&g->engine.dataset);
    zone_set_close(zones);
    asndb_close(g->engine.dataset.asndb);
    loop_free(g->engine.loop);
    assert_int_equal(temp_dir_remove(NULL), 0);
}

static void
gather(struct ground *g, const char *text)
{
    struct targets targets = {0};
    struct resource resources[COMPARISON_MOST];
    struct fault fault;
    assert_int_equal(targets_read(&targets, text, strlen(text), catalogue_builtin(), &fault), TARGET_FOUND);
    for (size_t i = 0; i < targets.list.count; i++)
        resources[i] = targets.list.at[i].resource;
    comparison_gather(&g->comparison, &g->engine, resources, targets.list.count);
    targets_fini(&targets);
}

/* Looks for a row of the page with blanks squeezed, as it is on a screen so many columns wide. */
static bool
shows(struct ground *g, int cols, const char *row)
{
    struct page page = {0};
    bool found = false;
    page_begin(&page, cols);
    compare_page(&page, &g->comparison, &g->engine.dataset, 0);
    for (size_t i = 0; i < page.rows.count; i++) {
        const struct page_row *at = &page.rows.at[i];
        struct buf text = {0};
        for (size_t n = at->first; n < at->first + at->count; n++) {
            const struct page_piece *piece = &page.pieces.at[n];
            assert_true(piece->col < cols);
            buf_format(&text, "%s%s", text.count > 0 ? " " : "",
                       piece->text == PAGE_NONE ? "*" : page.texts.at + piece->text);
        }
        found = found || strcmp(buf_string(&text), row) == 0;
        buf_free(&text);
    }
    page_fini(&page);
    return found;
}

static void
providers_are_counted_over_all_ranges(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, true, level3);
    gather(&g, "AS4294967294 AS64497");
    assert_true(shows(&g, 80, "addresses 130,048 256"));
    assert_true(shows(&g, 80, "listed on level 1 2 1"));
    assert_true(shows(&g, 80, "  per 100,000 * 1.5 390.6"));
    assert_true(shows(&g, 80, "impacts ~61 ~1"));
    assert_true(shows(&g, 80, "level 2 2 of 7 * none"));
    assert_true(shows(&g, 80, "level 3 2 of 7 * none"));
    assert_true(shows(&g, 80, "clean ranges 2 of 7 0 of 1"));
    assert_true(shows(&g, 80, "  largest * 198.19.0.0/16 none"));
    close_ground(&g);
}

static void
clean_parts_of_a_prefix_are_whole_blocks(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, true, level3);
    gather(&g, "198.18.0.0/21 198.18.192.0/20 203.0.113.0/24");
    assert_true(shows(&g, 80, "clean ranges 6 of 8 /24s 8 of 16 /24s 0 of 1 /24s"));
    assert_true(shows(&g, 80, "  addresses 1,536 * 2,048 0"));
    assert_true(shows(&g, 80, "  largest 198.18.2.0/23 * 198.18.200.0/21 none"));
    assert_true(shows(&g, 80, "level 3 * none parts * none"));
    close_ground(&g);
}

static void
impacts_are_of_the_net_that_lists_the_address(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, true, level3);
    gather(&g, "198.18.130.7 203.0.113.9");
    assert_true(shows(&g, 80, "impacts 50 -"));
    assert_true(shows(&g, 80, "  limit 45 -"));
    assert_true(shows(&g, 80, "  of the limit 1.11x -"));
    gather(&g, "198.18.130.7 198.18.225.7 203.0.113.9"); /* none beside figures: these are not the best */
    assert_true(isnan(comparison_best(&g.comparison, COMPARISON_OVER)));
    gather(&g, "198.18.130.7 198.18.225.7");
    assert_false(isnan(comparison_best(&g.comparison, COMPARISON_OVER)));
    gather(&g, "198.18.130.7 203.0.113.9");
    assert_true(shows(&g, 80, "  of the net 198.18.128.0/18 not published"));
    assert_true(shows(&g, 80, "level 2 whole * none"));
    close_ground(&g);
}

static void
figures_that_look_equal_are_equally_good(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, true, level3);
    gather(&g, "AS64496 AS64497 AS64498");
    static const double values[] = {27.31, 27.29, 30};
    for (size_t i = 0; i < 3; i++)
        g.comparison.subjects.at[i].figures[COMPARISON_DENSITY] =
            (struct comparison_figure){.kind = FIGURE_EXACT, .value = values[i]};
    assert_true(comparison_is_best(&g.comparison, &g.comparison.subjects.at[0], COMPARISON_DENSITY));
    assert_true(comparison_is_best(&g.comparison, &g.comparison.subjects.at[1], COMPARISON_DENSITY));
    assert_false(comparison_is_best(&g.comparison, &g.comparison.subjects.at[2], COMPARISON_DENSITY));
    close_ground(&g);
}

/* Nothing is 0, clean or best without the files that say so. */
static void
figures_without_files_are_unknown(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, false, NULL);
    gather(&g, "AS4294967294 203.0.113.9 AS64496");
    assert_true(shows(&g, 80, "listed on level 1 ? - ?"));
    assert_true(shows(&g, 80, "clean ranges 1-2 ? - ?"));
    assert_true(shows(&g, 80, "level 3 ? - ?"));
    for (enum comparison_row row = 0; row < COMPARISON_ROWS; row++)
        assert_true(isnan(comparison_best(&g.comparison, row)));
    close_ground(&g);
    open_ground(&g, true, NULL);
    gather(&g, "AS4294967294 AS64497");
    assert_true(shows(&g, 80, "level 3 ? ?"));
    assert_true(shows(&g, 80, "clean ranges 1-2 4 of 7 0 of 1"));
    close_ground(&g);
}

/* Level 2 never lists a prefix that nobody announces, however many of its addresses are listed. */
static void
limit_is_of_announced_prefixes(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, true, level3);
    gather(&g, "198.18.0.0/15 198.18.0.0/17 198.18.0.0/18 198.18.5.0/24");
    assert_true(shows(&g, 100, "198.18.0.0/15 spans several providers"));
    assert_true(shows(&g, 100, "  limit - 66 - 4"));
    assert_true(shows(&g, 100, "  of the limit - >=0.03x - >=0.25x"));
    close_ground(&g);
}

static void
many_subjects_continue_below(void **state)
{
    (void)state;
    struct ground g;
    open_ground(&g, true, level3);
    gather(&g, "AS4294967294 AS64497 198.18.0.0/21 198.18.192.0/20");
    assert_true(shows(&g, 120, "addresses 130,048 256 2,048 4,096"));
    assert_true(shows(&g, 56, "addresses 130,048 256"));
    assert_true(shows(&g, 56, "addresses 2,048 4,096"));
    assert_true(shows(&g, 40, "addresses 130,048"));
    close_ground(&g);
}

static void
trend_is_then_and_now_of_the_journal(void **state)
{
    (void)state;
    enum { DAY_MS = 24 * 60 * 60 * 1000 };
    struct ground g;
    struct fault fault;
    open_ground(&g, true, level3);
    gather(&g, "AS4294967294 AS64497");
    struct journal *journal = journal_fixture_new("trend.db");
    struct journal_count count = {
        .resource = resource_of_asn(4294967294), .at_ms = DAY_MS, .serial = 1, .listed = 7, .impacts = 90, .limit = 64};
    DONE(journal_count_store(journal, &count, &journal_fixture_fault));
    assert_true(comparison_recall(&g.comparison, journal, &g.engine.dataset, &fault));
    assert_true(shows(&g, 80, "journal, first 1970-01-02 "));
    assert_false(shows(&g, 80, "  last 1970-01-02 "));
    count = (struct journal_count){resource_of_asn(4294967294), 3 * DAY_MS, 2, 2, 61, 64};
    DONE(journal_count_store(journal, &count, &journal_fixture_fault));
    assert_true(comparison_recall(&g.comparison, journal, &g.engine.dataset, &fault));
    assert_true(shows(&g, 80, "  last 1970-01-04 "));
    assert_true(shows(&g, 80, "  listed 7 -> 2 "));
    assert_true(shows(&g, 80, "  impacts ~90 -> 61 "));
    journal_close(journal);
    close_ground(&g);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(providers_are_counted_over_all_ranges),
        cmocka_unit_test(clean_parts_of_a_prefix_are_whole_blocks),
        cmocka_unit_test(impacts_are_of_the_net_that_lists_the_address),
        cmocka_unit_test(figures_that_look_equal_are_equally_good),
        cmocka_unit_test(figures_without_files_are_unknown),
        cmocka_unit_test(limit_is_of_announced_prefixes),
        cmocka_unit_test(many_subjects_continue_below),
        cmocka_unit_test(trend_is_then_and_now_of_the_journal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Order, filter and search of rows, as keys and prompts use them. */

#include "base/mem.h"
#include "console/widgets/table.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *name;
    double listed, score;
} providers[] = {
    {"nimbus", 35, 375.7}, {"harbor", 6, NAN}, {"tideline", 0, 0},
    {"pear", 2, 12},       {"meadow", 6, 1},   {"quarry", 2, NAN},
};

enum { NAME, LISTED, SCORE, PROVIDERS = sizeof providers / sizeof providers[0] };

static const struct table_column columns[] = {
    {{"name", 10, 10, 0, false}, NULL, NULL, false, NULL, TABLE_INTEGER},
    {{"listed", 6, 6, 1, true}, "listed", "listed, most first", true, NULL, TABLE_INTEGER},
    {{"score", 6, 6, 2, true}, "score", "score, smallest first", false, NULL, TABLE_INTEGER},
};

static double
figure(void *self, size_t item, size_t column)
{
    (void)self;
    return column == LISTED ? providers[item].listed : providers[item].score;
}

static bool
matches(void *self, size_t item, const char *word)
{
    (void)self;
    return strstr(providers[item].name, word);
}

static bool
touches(void *self, size_t item, const struct prefix *prefix)
{
    (void)self, (void)prefix;
    return item % 2 == 0;
}

static uint64_t
key(void *self, size_t item)
{
    (void)self;
    return item + 1;
}

static enum role
cell(void *self, size_t item, size_t column, struct buf *out)
{
    (void)self;
    if (column == NAME)
        buf_text(out, providers[item].name);
    else
        buf_format(out, "%g", figure(self, item, column));
    return ROLE_PLAIN;
}

static const struct table_model model = {
    .thing = "provider",
    .things = "providers",
    .filter_label = "Filter",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .eye = {.figure = figure, .matches = matches, .touches = touches},
    .key = key,
    .cell = cell,
};

static struct table table;

static int
setup(void **state)
{
    (void)state;
    table_init(&table, &model, NULL, NULL, LISTED);
    table_fill(&table, PROVIDERS);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    table_fini(&table);
    return 0;
}

static void
assert_rows(const char *expected)
{
    struct buf names = {0};
    for (size_t row = 0; row < table.row_count; row++)
        buf_format(&names, "%s%s", row > 0 ? " " : "", providers[table_item(&table, row)].name);
    assert_string_equal(buf_string(&names), expected);
    buf_free(&names);
}

static void
filter(const char *text)
{
    struct fault fault;
    if (!table_filter(&table, text, &fault))
        fail_msg("%s", fault.text);
}

static void
assert_status(const char *expected)
{
    struct buf status = {0};
    table_status(&table, &status);
    assert_string_equal(buf_string(&status), expected);
    buf_free(&status);
}

static void
equal_rows_are_in_order_of_the_tie(void **state)
{
    (void)state;
    struct table_model tied = model;
    uint32_t order[PROVIDERS];
    tied.tie = SCORE;
    table_model_order(&tied, NULL, PROVIDERS, LISTED, false, order);
    struct buf names = {0};
    for (size_t i = 0; i < PROVIDERS; i++)
        buf_format(&names, "%s%s", i > 0 ? " " : "", providers[order[i]].name);
    assert_string_equal(buf_string(&names), "nimbus meadow harbor pear quarry tideline"); /* unknown scores come last */
    buf_free(&names);
}

static void
bars_end_at_the_largest_figure_or_the_limit(void **state)
{
    (void)state;
    struct table_model barred = model;
    barred.bar = NAME;
    assert_true(table_model_scale(&barred, NULL, NULL, PROVIDERS) == 0); /* none */
    barred.bar = barred.bar_of = LISTED;
    double scale = table_model_scale(&barred, NULL, NULL, PROVIDERS);
    assert_true(scale == 35 && table_model_bar(&barred, NULL, 0, scale).share == 1);
    assert_true(table_model_bar(&barred, NULL, 0, scale).limit < 0);
    barred.bar_limit = 70;
    scale = table_model_scale(&barred, NULL, NULL, PROVIDERS);
    assert_true(scale == 70 && table_model_bar(&barred, NULL, 0, scale).limit == 1);
    assert_true(table_model_scale(&barred, NULL, (const size_t[]){3, 4}, 2) == 70); /* of some items */
    barred.bar_limit = 1;
    assert_true(table_model_scale(&barred, NULL, (const size_t[]){3, 4}, 2) == 6);
    barred.bar_of = SCORE;
    assert_true(table_model_bar(&barred, NULL, 1, 7).share == 0); /* unknown */
}

static void
rows_sort_by_column(void **state)
{
    (void)state;
    assert_rows("nimbus harbor meadow pear quarry tideline"); /* equals stay as they came */
    assert_status("6 providers by listed");
    table_sort(&table, LISTED, true);
    assert_rows("tideline pear quarry harbor meadow nimbus");
    table_sort(&table, SCORE, false);
    assert_rows("tideline meadow pear nimbus harbor quarry");
    assert_status("6 providers by score");
}

static void
unknown_sorts_last_both_ways(void **state)
{
    (void)state;
    table_sort(&table, SCORE, true);
    assert_rows("nimbus pear meadow tideline harbor quarry");
}

static void
filter_keeps_order(void **state)
{
    (void)state;
    filter("a");
    assert_rows("harbor meadow pear quarry");
    assert_status("4 of 6 providers by listed");
    table_sort(&table, LISTED, true);
    assert_rows("pear quarry harbor meadow");
    filter("listed>2 a");
    assert_rows("harbor meadow");
    filter("");
    assert_rows("tideline pear quarry harbor meadow nimbus");
    assert_status("6 providers by listed");
}

static void
bad_filter_changes_nothing(void **state)
{
    (void)state;
    struct fault fault;
    filter("listed>5");
    assert_false(table_filter(&table, "listed>", &fault));
    assert_rows("nimbus harbor meadow");
    assert_status("3 of 6 providers by listed");
    assert_string_equal(table.filter_text, "listed>5");
}

static void
filter_and_order_survive_refill(void **state)
{
    (void)state;
    filter("a");
    table_sort(&table, LISTED, true);
    table_fill(&table, 4);
    assert_rows("pear harbor");
    table_fill(&table, 0);
    assert_rows("");
    table_fill(&table, PROVIDERS);
    assert_rows("pear quarry harbor meadow");
}

static void
filter_in_prefix_matches_rows(void **state)
{
    (void)state;
    filter("in:203.0.113.0/24");
    assert_rows("nimbus meadow tideline");
}

static void
search(const char *text)
{
    struct fault fault;
    if (!table_search(&table, text, &fault))
        fail_msg("%s", fault.text);
}

static void
assert_found(size_t from, bool backwards, const char *expected)
{
    size_t row;
    assert_true(table_find(&table, from, backwards, &row));
    assert_string_equal(providers[table_item(&table, row)].name, expected);
}

static void
search_wraps_around(void **state)
{
    (void)state;
    search("ar"); /* nimbus harbor meadow pear quarry tideline */
    assert_found(0, false, "harbor");
    assert_found(1, false, "pear");
    assert_found(3, false, "quarry");
    assert_found(4, false, "harbor");
    assert_found(1, true, "quarry");
    assert_found(0, true, "quarry");
    search("tideline");
    assert_found(5, false, "tideline"); /* itself, when there is no other */
    search("listed=2 y");
    assert_found(0, false, "quarry");
}

static void
search_covers_visible_rows_only(void **state)
{
    (void)state;
    size_t row;
    search("pear");
    filter("o");
    assert_rows("harbor meadow");
    assert_false(table_find(&table, 0, false, &row));
    table_fill(&table, 0);
    assert_false(table_find(&table, 0, true, &row));
}

static void
keys_offer_possible_actions(void **state)
{
    (void)state;
    assert_true(table.pane.type->can(&table.pane, ACTION_FILTER));
    assert_true(table.pane.type->can(&table.pane, ACTION_SORT));
    assert_true(table.pane.type->can(&table.pane, ACTION_SEARCH));
    assert_false(table.pane.type->can(&table.pane, ACTION_NEXT)); /* nothing was searched for yet */
    assert_false(table.pane.type->can(&table.pane, ACTION_OPEN));
    search("a");
    assert_true(table.pane.type->can(&table.pane, ACTION_NEXT));
    filter("nobody");
    assert_false(table.pane.type->can(&table.pane, ACTION_SEARCH));
    assert_false(table.pane.type->can(&table.pane, ACTION_PREVIOUS));
    assert_true(table.pane.type->can(&table.pane, ACTION_FILTER)); /* or there would be no way back */
}

static void
row_prints_as_text(void **state)
{
    (void)state;
    struct buf text = {0};
    table_row_text(&table, 0, &text);
    assert_string_equal(buf_string(&text), "nimbus 35 375.7");
    buf_free(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_sort_by_column, setup, teardown),
        cmocka_unit_test(equal_rows_are_in_order_of_the_tie),
        cmocka_unit_test(bars_end_at_the_largest_figure_or_the_limit),
        cmocka_unit_test_setup_teardown(unknown_sorts_last_both_ways, setup, teardown),
        cmocka_unit_test_setup_teardown(filter_keeps_order, setup, teardown),
        cmocka_unit_test_setup_teardown(bad_filter_changes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(filter_and_order_survive_refill, setup, teardown),
        cmocka_unit_test_setup_teardown(filter_in_prefix_matches_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(search_wraps_around, setup, teardown),
        cmocka_unit_test_setup_teardown(search_covers_visible_rows_only, setup, teardown),
        cmocka_unit_test_setup_teardown(keys_offer_possible_actions, setup, teardown),
        cmocka_unit_test_setup_teardown(row_prints_as_text, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The console's tables as the command line prints them: as rows of a page, as CSV and as JSON. */

#include "command/parts_json.h"
#include "command/records.h"
#include "draw/dump.h"
#include "pages/table_page.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *name, *words;
    double listed;
} nets[] = {{"harbor", "announced by a long name", 1250}, {"pear", "", 2}, {"quarry", "by hand", NAN}};

enum { NAME, WORDS, NOTHING, LISTED, SURE, NETS = sizeof nets / sizeof nets[0] };

static const struct table_column columns[] = {
    [NAME] = {{"net", 18, 18, 0, false}, NULL, NULL, false, "name", TABLE_TEXT},
    [WORDS] = {{"kind", 26, 9, 4, false}, NULL, NULL, false, "kind", TABLE_TEXT},
    [NOTHING] = {{"nothing", 9, 9, 1, false}, NULL, NULL, false, NULL, TABLE_TEXT},
    [LISTED] = {{"listed", 6, 6, 2, true}, "listed", NULL, true, "listed", TABLE_TENTHS},
    [SURE] = {{"", 0, 0, 9, false}, "sure", NULL, false, "sure", TABLE_BOOL},
};

static double
figure(void *self, size_t item, size_t column)
{
    (void)self;
    return column == SURE ? item == 0 : nets[item].listed;
}

static enum role
cell(void *self, size_t item, size_t column, struct buf *out)
{
    if (column == LISTED)
        return table_model_number(out, figure(self, item, column), ROLE_PLAIN);
    buf_text(out, column == NAME ? nets[item].name : column == WORDS ? nets[item].words : "");
    return ROLE_PLAIN;
}

static const size_t records[] = {NAME, LISTED, SURE, WORDS};

static const struct table_model model = {
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .records = records,
    .record_count = sizeof records / sizeof records[0],
    .eye.figure = figure,
    .cell = cell,
};

static void
assert_rows_of(int cols, bool bounded, const size_t *items, size_t count, const char *expected)
{
    struct page page = {.bounded = bounded};
    struct grid grid = {0};
    struct buf text = {0};
    page_begin(&page, cols);
    table_page(&page, &model, NULL, items, count);
    grid_resize(&grid, (int)page.rows.count, cols);
    struct canvas canvas = canvas_of(&grid);
    page_draw(&page, &canvas);
    dump_grid(&text, &grid, false);
    assert_string_equal(buf_string(&text), expected);
    buf_free(&text);
    grid_free(&grid);
    page_fini(&page);
}

static void
assert_rows(int cols, const size_t *items, size_t count, const char *expected)
{
    assert_rows_of(cols, false, items, count, expected);
}

/* A terminal has no columns beyond, so the last words go on below. */
static void
bounded_page_wraps_last_words(void **state)
{
    (void)state;
    assert_rows_of(34, true, NULL, 1,
                   "   net     listed  kind\n"
                   "   harbor   1,250  announced by a\n"
                   "                   long name\n");
}

static void
wide_page_shows_words_last_and_no_empty_column(void **state)
{
    (void)state;
    assert_rows(60, NULL, NETS,
                "   net     listed  kind\n"
                "   harbor   1,250  announced by a long name\n"
                "   pear         2\n"
                "   quarry       -  by hand\n");
}

static void
given_items_show_in_their_order(void **state)
{
    (void)state;
    const size_t items[] = {2, 1};
    assert_rows(60, items, 2,
                "   net     listed  kind\n"
                "   quarry       -  by hand\n"
                "   pear         2\n");
}

static void
narrow_page_drops_the_least_important_column(void **state)
{
    (void)state;
    assert_rows(20, NULL, 2,
                "   net     listed\n"
                "   harbor   1,250\n"
                "   pear         2\n");
}

static void
bars_show_figures_on_one_scale_with_the_limit(void **state)
{
    (void)state;
    static struct table_column barred_columns[sizeof columns / sizeof columns[0]];
    struct table_model barred = model;
    struct page page = {0};
    struct grid grid = {.ascii = true};
    struct buf text = {0};
    memcpy(barred_columns, columns, sizeof columns);
    barred_columns[NOTHING].look = (struct column){"bar", 30, 11, 1, false};
    barred.columns = barred_columns;
    barred.bar = NOTHING;
    barred.bar_of = LISTED;
    barred.bar_limit = 500;
    page_begin(&page, 60);
    table_page(&page, &barred, NULL, NULL, NETS);
    grid_resize(&grid, (int)page.rows.count, 60);
    struct canvas canvas = canvas_of(&grid);
    page_draw(&page, &canvas);
    dump_grid(&text, &grid, false);
    assert_string_equal(buf_string(&text), "   net     bar          listed  kind\n"
                                           "   harbor  ####|######   1,250  announced by a long name\n"
                                           "   pear    -   |             2\n"
                                           "   quarry      |             -  by hand\n");
    buf_free(&text);
    grid_free(&grid);
    page_fini(&page);
}

static void
csv_has_keys_decimals_and_empty_cells_for_unknown(void **state)
{
    (void)state;
    struct buf out = {0};
    records_csv(&out, &model, NULL, (const size_t[]){0, 2}, 2);
    assert_string_equal(buf_string(&out), "name,listed,sure,kind\r\n"
                                          "harbor,1250.0,true,announced by a long name\r\n"
                                          "quarry,,false,by hand\r\n");
    buf_free(&out);
}

static void
json_has_keys_and_null_for_unknown(void **state)
{
    (void)state;
    struct buf out = {0};
    parts_json_print(&out, records_json(&model, NULL, 1), false);
    parts_json_print(&out, records_json(&model, NULL, 2), false);
    assert_string_equal(buf_string(&out),
                        "{\"name\":\"pear\",\"listed\":2.0,\"sure\":false,\"kind\":null}\n"
                        "{\"name\":\"quarry\",\"listed\":null,\"sure\":false,\"kind\":\"by hand\"}\n");
    buf_free(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounded_page_wraps_last_words),
        cmocka_unit_test(wide_page_shows_words_last_and_no_empty_column),
        cmocka_unit_test(given_items_show_in_their_order),
        cmocka_unit_test(narrow_page_drops_the_least_important_column),
        cmocka_unit_test(bars_show_figures_on_one_scale_with_the_limit),
        cmocka_unit_test(csv_has_keys_decimals_and_empty_cells_for_unknown),
        cmocka_unit_test(json_has_keys_and_null_for_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Where things are: the parts of the screen, columns, and what of a list shows. */

#include "console/app/layout.h"
#include "draw/columns.h"
#include "draw/cursor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { BIG = 130 };

static void
assert_inside(struct rect inner, struct rect outer)
{
    assert_true(inner.rows >= 0 && inner.cols >= 0);
    assert_true(inner.row >= outer.row && inner.col >= outer.col);
    assert_true(inner.row + inner.rows <= outer.row + outer.rows);
    assert_true(inner.col + inner.cols <= outer.col + outer.cols);
}

static void
areas_are_on_screen(void **state)
{
    (void)state;
    static const enum layout layouts[] = {LAYOUT_PAGE, LAYOUT_BOX, LAYOUT_LINE, LAYOUT_SIDE, LAYOUT_PAPER};
    for (int rows = 0; rows < 60; rows++)
        for (int cols = 0; cols < BIG; cols++)
            for (size_t i = 0; i < 5; i++)
                for (int wanted = 0; wanted < 80; wanted += 13) {
                    struct rect body = layout_body(rows, cols);
                    struct area place = layout_place(layouts[i], rows, cols, wanted);
                    assert_inside(body, (struct rect){0, 0, rows, cols});
                    assert_inside(place.outer, body);
                    assert_inside(place.inner, place.outer);
                    assert_int_equal(place.inner.cols, layout_cols(layouts[i], rows, cols));
                }
}

static void
head_and_foot_are_reserved(void **state)
{
    (void)state;
    struct rect body = layout_body(24, 80);
    assert_int_equal(body.row, 2); /* below the title and its rule */
    assert_int_equal(body.rows, 21);
    assert_int_equal(layout_body(15, 80).row, 1);
    assert_int_equal(layout_body(15, 80).rows, 13);
    assert_int_equal(layout_foot_row(24), 23);
    assert_int_equal(layout_foot_row(2), -1);
    assert_int_equal(layout_foot_row(3), 2);
    assert_int_equal(layout_body(1, 1).rows, 0);
    assert_int_equal(layout_body(2, 1).rows, 1);
}

static void
line_layout_is_at_bottom(void **state)
{
    (void)state;
    struct area place = layout_place(LAYOUT_LINE, 24, 80, 2);
    assert_true(place.framed);
    assert_int_equal(place.inner.row, 21);
    assert_int_equal(place.inner.rows, 2);
    assert_int_equal(place.outer.row, 20);
    assert_int_equal(layout_place(LAYOUT_LINE, 3, 80, 5).inner.rows, 1);
}

static void
side_layout_leaves_page_its_columns(void **state)
{
    (void)state;
    struct area place = layout_place(LAYOUT_SIDE, 24, 80, 9);
    assert_int_equal(layout_cols_under(LAYOUT_SIDE, 80), 40);
    assert_int_equal(place.outer.col, 40);
    assert_int_equal(place.inner.cols, 38);
    assert_int_equal(layout_cols_under(LAYOUT_SIDE, 200), 136);
    assert_int_equal(layout_cols_under(LAYOUT_BOX, 80), 80);
    assert_int_equal(layout_cols_under(LAYOUT_SIDE, 60), 60); /* below */
    assert_int_equal(layout_place(LAYOUT_SIDE, 24, 60, 9).inner.rows, 9);
}

static void
box_layout_is_as_high_as_needed(void **state)
{
    (void)state;
    struct area place = layout_place(LAYOUT_BOX, 40, 120, 10);
    assert_int_equal(place.inner.rows, 10);
    assert_int_equal(place.outer.rows, 12);
    assert_true(place.outer.col > 10);
    assert_int_equal(layout_place(LAYOUT_BOX, 24, 80, 100).outer.rows, 21);
    assert_int_equal(layout_place(LAYOUT_BOX, 24, 80, 100).outer.cols, 80);
    assert_false(layout_place(LAYOUT_BOX, 8, 20, 100).framed);
}

/* ---- columns ---- */

static const struct column columns[] = {
    {"prefix", 18, 18, 0, false},
    {"listed", 9, 9, 1, true},
    {"holder", 40, 8, 2, false},
    {"country", 7, 7, 3, false},
};

static void
assert_widths(int cols, int a, int b, int c, int d)
{
    int widths[4], expected[4] = {a, b, c, d};
    columns_fit(columns, 4, cols, widths);
    for (int i = 0; i < 4; i++)
        assert_int_equal(widths[i], expected[i]);
}

static void
columns_fit_width(void **state)
{
    (void)state;
    assert_widths(200, 18, 9, 40, 7);
    assert_widths(80, 18, 9, 40, 7);
    assert_widths(70, 18, 9, 30, 7);
    assert_widths(48, 18, 9, 8, 7);
    assert_widths(47, 18, 9, 16, 0);
    assert_widths(38, 18, 9, 0, 0);
    assert_widths(28, 18, 0, 0, 0);
    assert_widths(17, 0, 0, 0, 0);
    assert_widths(0, 0, 0, 0, 0);
}

/* A column to spare shows only where the others have some ease. */
static void
columns_share_spare_width(void **state)
{
    (void)state;
    static const struct column spare[] = {
        {"ASN", 8, 8, 0, false},
        {"name", 30, 10, 1, false},
        {"addresses", 10, 10, COLUMNS_SPARE, true},
    };
    static const struct {
        int cols, widths[3];
    } cases[] = {{60, {8, 30, 10}}, {42, {8, 20, 10}}, {41, {8, 30, 0}}, {32, {8, 22, 0}}, {20, {8, 10, 0}}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int widths[3];
        columns_fit(spare, 3, cases[i].cols, widths);
        for (int column = 0; column < 3; column++)
            assert_int_equal(widths[column], cases[i].widths[column]);
    }
}

static void
columns_never_overflow(void **state)
{
    (void)state;
    for (int cols = 0; cols < BIG; cols++) {
        int widths[4], sum = 0;
        columns_fit(columns, 4, cols, widths);
        for (int i = 0; i < 4; i++) {
            assert_true(widths[i] == 0 || (widths[i] >= columns[i].least && widths[i] <= columns[i].width));
            if (widths[i] > 0)
                sum += widths[i] + (sum > 0 ? COLUMNS_GAP : 0);
        }
        assert_true(sum <= cols);
    }
}

/* ---- the cursor ---- */

static void
assert_cursor(const struct cursor *cursor, size_t row, size_t scroll)
{
    assert_int_equal(cursor->row, row);
    assert_int_equal(cursor->scroll, scroll);
}

static void
cursor_moves(void **state)
{
    (void)state;
    struct cursor cursor = {0};
    cursor_move(&cursor, MOVE_UP, 100, 10);
    assert_cursor(&cursor, 0, 0);
    cursor_move(&cursor, MOVE_DOWN, 100, 10);
    assert_cursor(&cursor, 1, 0);
    cursor_move(&cursor, MOVE_PAGE_DOWN, 100, 10);
    assert_cursor(&cursor, 10, 9); /* one row stays in sight */
    cursor_move(&cursor, MOVE_PAGE_UP, 100, 10);
    assert_cursor(&cursor, 1, 0);
    cursor_move(&cursor, MOVE_LAST, 100, 10);
    assert_cursor(&cursor, 99, 90);
    cursor_move(&cursor, MOVE_DOWN, 100, 10);
    cursor_move(&cursor, MOVE_PAGE_DOWN, 100, 10);
    assert_cursor(&cursor, 99, 90);
    cursor_move(&cursor, MOVE_PAGE_UP, 100, 10);
    assert_cursor(&cursor, 90, 81);
    cursor_move(&cursor, MOVE_FIRST, 100, 10);
    assert_cursor(&cursor, 0, 0);
}

static void
cursor_stays_when_rows_vanish(void **state)
{
    (void)state;
    struct cursor cursor = {.row = 99, .scroll = 90};
    cursor_fit(&cursor, 50, 10);
    assert_cursor(&cursor, 49, 40);
    cursor_fit(&cursor, 0, 10);
    assert_cursor(&cursor, 0, 0);
    cursor_move(&cursor, MOVE_LAST, 0, 10);
    cursor_move(&cursor, MOVE_DOWN, 0, 10);
    assert_cursor(&cursor, 0, 0);
}

static void
cursor_in_tiny_area_stays_inside(void **state)
{
    (void)state;
    struct cursor cursor = {0};
    for (int i = 0; i < 5; i++)
        cursor_move(&cursor, MOVE_PAGE_DOWN, 100, 1);
    assert_cursor(&cursor, 5, 5);
    cursor_move(&cursor, MOVE_DOWN, 100, 0);
    assert_int_equal(cursor.row, 6);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(areas_are_on_screen),
        cmocka_unit_test(head_and_foot_are_reserved),
        cmocka_unit_test(line_layout_is_at_bottom),
        cmocka_unit_test(side_layout_leaves_page_its_columns),
        cmocka_unit_test(box_layout_is_as_high_as_needed),
        cmocka_unit_test(columns_fit_width),
        cmocka_unit_test(columns_share_spare_width),
        cmocka_unit_test(columns_never_overflow),
        cmocka_unit_test(cursor_moves),
        cmocka_unit_test(cursor_stays_when_rows_vanish),
        cmocka_unit_test(cursor_in_tiny_area_stays_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

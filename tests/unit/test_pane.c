/* Pages side by side, and the cursor that visits only what opens. */

#include "console/app/pane.h"
#include "draw/dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ROWS = 8, LEFT = 10, RIGHT = 12, OVER = 1, MAP, FIRST, SECOND, BELOW };

/* A row over both columns, a target at the left, two at the right, one far below. */
static void
make(struct page_pane *pane)
{
    static const char *const words[] = {"left row 0", "left row 1", "left row 2"};
    struct page parts[2] = {0};
    struct page *p = &pane->page;
    *pane = (struct page_pane){.pane = {.type = &page_pane_type}};
    page_begin(p, LEFT + PAGE_COLUMN_GAP + RIGHT);
    page_row(p, OVER);
    page_text(p, 0, 0, ROLE_PLAIN, "over both");
    page_target(p, OVER, 0, p->cols);
    page_begin(&parts[0], LEFT);
    for (size_t i = 0; i < 3; i++) {
        page_row(&parts[0], 0);
        page_text(&parts[0], 0, 0, ROLE_PLAIN, words[i]);
    }
    page_target(&parts[0], MAP, 0, LEFT);
    page_begin(&parts[1], RIGHT);
    page_row(&parts[1], 0);
    page_text(&parts[1], 0, 0, ROLE_PLAIN, "right, but too long");
    page_target(&parts[1], FIRST, 0, RIGHT);
    page_row(&parts[1], 0);
    page_text(&parts[1], 0, 0, ROLE_PLAIN, "second");
    page_target(&parts[1], SECOND, 0, RIGHT);
    page_columns(p, parts, 2);
    page_fini(&parts[0]);
    page_fini(&parts[1]);
    for (size_t i = 0; i < 2 * ROWS; i++)
        page_row(p, 0);
    page_target(p, BELOW, 0, p->cols);
}

static uint64_t
moved(struct page_pane *pane, enum move move)
{
    pane_move(&pane->pane, move, pane->page.rows.count, ROWS);
    return page_pane_key(pane, pane->pane.cursor.row);
}

static uint64_t
acted(struct page_pane *pane, enum action action)
{
    assert_true(pane->pane.type->can(&pane->pane, action));
    pane->pane.type->act(&pane->pane, NULL, action);
    pane_fit(&pane->pane, pane->page.rows.count, ROWS);
    return page_pane_key(pane, pane->pane.cursor.row);
}

static void
columns_stand_side_by_side(void **state)
{
    (void)state;
    struct page_pane pane;
    struct buf text = {0};
    make(&pane);
    pane_dump(&pane.pane, 0, 4, pane.page.cols, false, &text);
    assert_string_equal(buf_string(&text), "over both\n"
                                           "left row 0\xE2\x94\x82 right, but\xE2\x80\xA6\n"
                                           "left row 1\xE2\x94\x82 second\n"
                                           "left row 2\xE2\x94\x82\n");
    buf_free(&text);
    page_fini(&pane.page);
}

static void
cursor_visits_targets_alone(void **state)
{
    (void)state;
    struct page_pane pane;
    make(&pane);
    pane_fit(&pane.pane, pane.page.rows.count, ROWS);
    assert_int_equal(page_pane_key(&pane, 0), OVER);
    assert_int_equal(moved(&pane, MOVE_DOWN), FIRST);
    assert_int_equal(moved(&pane, MOVE_DOWN), SECOND);
    assert_int_equal(acted(&pane, ACTION_LEFT), MAP);
    assert_int_equal(acted(&pane, ACTION_PANE), SECOND);
    assert_false(pane.pane.type->can(&pane.pane, ACTION_RIGHT));
    assert_int_equal(moved(&pane, MOVE_UP), FIRST);
    assert_int_equal(moved(&pane, MOVE_UP), OVER);
    page_fini(&pane.page);
}

/* Where no target is near, the page scrolls, and no row is selected. */
static void
page_scrolls_where_nothing_opens(void **state)
{
    (void)state;
    struct page_pane pane;
    int col = 0, cols = 0;
    make(&pane);
    pane_fit(&pane.pane, pane.page.rows.count, ROWS);
    moved(&pane, MOVE_DOWN);
    moved(&pane, MOVE_DOWN);
    assert_int_equal(moved(&pane, MOVE_DOWN), 0);
    assert_int_equal(pane.pane.cursor.scroll, ROWS - 1);
    assert_true(page_pane_type.span(&pane.pane, &col, &cols));
    assert_int_equal(cols, 0);
    assert_int_equal(moved(&pane, MOVE_LAST), BELOW);
    assert_int_equal(moved(&pane, MOVE_FIRST), OVER);
    assert_int_equal(pane.pane.cursor.scroll, 0);
    page_fini(&pane.page);
}

/* A page that is laid out again keeps the cursor on its target. */
static void
target_keeps_cursor_when_rows_come(void **state)
{
    (void)state;
    struct page_pane pane;
    make(&pane);
    pane_fit(&pane.pane, pane.page.rows.count, ROWS);
    moved(&pane, MOVE_DOWN);
    assert_int_equal(moved(&pane, MOVE_DOWN), SECOND);
    for (size_t i = 0; i < pane.page.targets.count; i++)
        pane.page.targets.at[i].row += i > 0;
    pane_fit(&pane.pane, pane.page.rows.count + 1, ROWS);
    assert_int_equal(pane.pane.cursor.row, 3);
    assert_int_equal(page_pane_key(&pane, 3), SECOND);
    page_fini(&pane.page);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_stand_side_by_side),
        cmocka_unit_test(cursor_visits_targets_alone),
        cmocka_unit_test(page_scrolls_where_nothing_opens),
        cmocka_unit_test(target_keeps_cursor_when_rows_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

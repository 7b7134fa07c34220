#include "base/text.h"
#include "draw/canvas.h"
#include "draw/dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct grid grid;

static struct canvas
fresh(int rows, int cols)
{
    grid_resize(&grid, rows, cols);
    return canvas_of(&grid);
}

static int
teardown(void **state)
{
    (void)state;
    grid_free(&grid);
    grid = (struct grid){0};
    return 0;
}

static void
assert_grid(const char *expected)
{
    struct buf text = {0};
    dump_grid(&text, &grid, false);
    assert_string_equal(buf_string(&text), expected);
    buf_free(&text);
}

/* Each wide character has its right half, and no half stands alone. */
static void
assert_whole(void)
{
    for (int row = 0; row < grid.rows; row++)
        for (int col = 0; col < grid.cols; col++) {
            const struct cell *cell = grid_at(&grid, row, col);
            bool half_follows = col + 1 < grid.cols && grid_at(&grid, row, col + 1)->width == 0;
            assert_int_equal(cell->width == 2, half_follows);
        }
}

static void
assert_text(int columns, const char *text, const char *expected)
{
    struct canvas c = fresh(1, 40);
    canvas_text(&c, 0, 0, columns, ROLE_PLAIN, text);
    struct buf shown = {0};
    dump_grid(&shown, &grid, false);
    if (shown.count > 0)
        shown.at[--shown.count] = '\0';
    assert_string_equal(buf_string(&shown), expected);
    buf_free(&shown);
    assert_whole();
}

static void
text_too_wide_is_cut_with_dots(void **state)
{
    (void)state;
    assert_text(5, "abcde", "abcde");
    assert_text(5, "abcdef", "abcd\xE2\x80\xA6");
    assert_text(1, "abcdef", "\xE2\x80\xA6");
    assert_text(0, "abcdef", "");
    assert_text(-3, "abcdef", "");
    assert_text(9, "your neighbours", "your nei\xE2\x80\xA6");
    assert_text(6, "your neighbours", "your\xE2\x80\xA6"); /* no blank before the sign */
}

static void
number_is_never_cut(void **state)
{
    (void)state;
    assert_text(8, "hits 1,234,567", "hits\xE2\x80\xA6");
    assert_text(8, "1,234,567", "\xE2\x80\xA6");
    assert_text(9, "1,234,567", "1,234,567");
    assert_text(12, "net 203.0.112.0/22", "net\xE2\x80\xA6");
    assert_text(10, "impacts 23 and more", "impacts\xE2\x80\xA6");
    assert_text(11, "impacts 23 and more", "impacts 23\xE2\x80\xA6");
    struct canvas c = fresh(1, 20);
    canvas_text_right(&c, 0, 5, 8, ROLE_PLAIN, "1,234,567");
    assert_grid("            \xE2\x80\xA6\n");
    canvas_text_right(&c, 0, 5, 9, ROLE_PLAIN, "1,234,567");
    assert_grid("     1,234,567\n");
}

static void
wide_character_is_never_halved(void **state)
{
    (void)state;
    assert_text(4, "\xE4\xB8\xAD\xE6\x96\x87", "\xE4\xB8\xAD\xE6\x96\x87");
    assert_text(3, "\xE4\xB8\xAD\xE6\x96\x87", "\xE4\xB8\xAD\xE2\x80\xA6");
    assert_text(2, "\xE4\xB8\xAD\xE6\x96\x87", "\xE2\x80\xA6");
    struct canvas c = fresh(1, 10);
    for (int col = -3; col < 10; col++) {
        canvas_text(&c, 0, col, CANVAS_REST, ROLE_PLAIN, "\xE4\xB8\xAD\xE6\x96\x87");
        assert_whole();
        canvas_text(&c, 0, col + 1, CANVAS_REST, ROLE_PLAIN, "x");
        assert_whole();
    }
}

static void
wide_character_over_edge_is_blanked(void **state)
{
    (void)state;
    struct canvas c = fresh(1, 9);
    canvas_text(&c, 0, 0, CANVAS_REST, ROLE_PLAIN, "abcdefghi");
    struct canvas part = canvas_part(&c, 0, 2, 1, 5);
    struct canvas shifted = canvas_part(&part, 0, -1, 1, 7);
    canvas_text(&shifted, 0, 0, CANVAS_REST, ROLE_PLAIN,
                "\xE4\xB8\xAD"
                "xy\xE6\x96\x87z");
    assert_grid("ab xy\xE6\x96\x87hi\n");
    assert_whole();
}

static void
combining_mark_joins_character(void **state)
{
    (void)state;
    struct canvas c = fresh(1, 10);
    assert_int_equal(canvas_text(&c, 0, 0, CANVAS_REST, ROLE_PLAIN, "e\xCC\x81xa"), 3);
    assert_string_equal(grid_at(&grid, 0, 0)->bytes, "e\xCC\x81");
    assert_string_equal(grid_at(&grid, 0, 1)->bytes, "x");
    assert_int_equal(canvas_text(&c, 0, 0, CANVAS_REST, ROLE_PLAIN, "\xCC\x81x"), 1); /* nothing to join */
    struct buf many = {0};
    buf_text(&many, "a");
    for (int i = 0; i < 100; i++)
        buf_text(&many, "\xCC\x81");
    assert_int_equal(canvas_text(&c, 0, 0, CANVAS_REST, ROLE_PLAIN, buf_string(&many)), 1);
    assert_in_range(strlen(grid_at(&grid, 0, 0)->bytes), 3, CELL_BYTES - 1);
    buf_free(&many);
}

static void
unclean_text_is_harmless(void **state)
{
    (void)state;
    struct canvas c = fresh(1, 40);
    canvas_text(&c, 0, 0, CANVAS_REST, ROLE_PLAIN,
                "a\033[31mb\x07\x7F\xC2\x9B"
                "c\xFF\xE2\x80\xAE"
                "d\xE2\x80\x8B"
                "e");
    struct buf text = {0};
    dump_grid(&text, &grid, false);
    for (size_t i = 0; i + 1 < text.count; i++)
        assert_true((unsigned char)text.at[i] >= 0x20 && (unsigned char)text.at[i] < 0x7F);
    assert_non_null(strstr(text.at, "[31mb"));
    buf_free(&text);
}

static void
ascii_replaces_glyphs(void **state)
{
    (void)state;
    grid.ascii = true;
    assert_text(20, "Telef\xC3\xB3nica \xE4\xB8\xAD.", "Telef?nica ??.");
    assert_text(4, "abcdef", "abc~");
    struct canvas c = fresh(GLYPH_COUNT, 2);
    for (enum glyph glyph = 0; glyph < GLYPH_COUNT; glyph++)
        canvas_glyph(&c, (int)glyph, 0, ROLE_PLAIN, glyph);
    for (int row = 0; row < GLYPH_COUNT; row++)
        assert_in_range(grid_at(&grid, row, 0)->bytes[0], 0x20, 0x7E);
}

static void
glyph_is_one_column(void **state)
{
    (void)state;
    for (enum glyph glyph = 0; glyph < GLYPH_COUNT; glyph++) {
        assert_int_equal(text_width(glyph_text(glyph, false)), 1);
        assert_int_equal(strlen(glyph_text(glyph, true)), 1);
    }
}

static void
states_differ_without_colour(void **state)
{
    (void)state;
    static const enum glyph states[] = {GLYPH_LISTED,  GLYPH_CLEAR,  GLYPH_WARN,
                                        GLYPH_UNKNOWN, GLYPH_ASKING, GLYPH_EXEMPT};
    for (int ascii = 0; ascii < 2; ascii++)
        for (size_t a = 0; a < sizeof states / sizeof states[0]; a++)
            for (size_t b = 0; b < a; b++)
                assert_string_not_equal(glyph_text(states[a], ascii), glyph_text(states[b], ascii));
}

static void
canvas_clips(void **state)
{
    (void)state;
    struct canvas c = fresh(4, 10), part = canvas_part(&c, 1, 2, 2, 4);
    for (int row = -3; row < 8; row++)
        canvas_repeat(&part, row, -3, 40, ROLE_PLAIN, GLYPH_BULLET);
    canvas_frame(&part, ROLE_LINE, "a long title");
    canvas_select(&part, 9, -5, 100);
    canvas_cursor(&part, 9, 9);
    struct canvas nothing = canvas_part(&part, 5, 5, -1, -1);
    canvas_blank(&nothing);
    canvas_frame(&nothing, ROLE_LINE, "x");
    canvas_text(&nothing, 0, 0, CANVAS_REST, ROLE_PLAIN, "abc");
    assert_int_equal(grid.cursor_row, 0);
    struct buf text = {0};
    dump_grid(&text, &grid, false);
    assert_non_null(strstr(buf_string(&text), "\n  \xE2\x94\x8C"));
    assert_int_not_equal(buf_string(&text)[0], ' '); /* the first row is empty */
    buf_free(&text);
    for (int row = 0; row < 4; row++)
        for (int col = 0; col < 10; col++)
            if (row < 1 || row > 2 || col < 2 || col > 5)
                assert_string_equal(grid_at(&grid, row, col)->bytes, " ");
}

static void
canvas_part_scrolls(void **state)
{
    (void)state;
    struct canvas c = fresh(4, 6), body = canvas_part(&c, 1, 0, 2, 6), page = canvas_part(&body, -3, 0, 10, 6);
    int first, end;
    canvas_visible(&page, &first, &end);
    assert_int_equal(first, 3);
    assert_int_equal(end, 5);
    for (int row = 0; row < 10; row++)
        canvas_format(&page, row, 0, CANVAS_REST, ROLE_PLAIN, "row %d", row);
    assert_grid("\nrow 3\nrow 4\n");
}

static void
text_wraps(void **state)
{
    (void)state;
    struct canvas c = fresh(8, 12);
    assert_int_equal(canvas_wrap(&c, 0, 2, 10, ROLE_PLAIN, "one two three  four averyveryverylongword x"), 6);
    assert_grid("  one two\n  three\n  four\n  averyveryv\n  erylongwor\n  d x\n");
    assert_int_equal(canvas_wrap(NULL, 0, 0, 10, ROLE_PLAIN, "one two three  four averyveryverylongword x"), 6);
    assert_int_equal(canvas_wrap(NULL, 0, 0, 10, ROLE_PLAIN, ""), 1);
    assert_int_equal(canvas_wrap(NULL, 0, 0, 1, ROLE_PLAIN, "\xE4\xB8\xAD\xE6\x96\x87"), 2);
    assert_int_equal(canvas_wrap(NULL, 0, 0, -5, ROLE_PLAIN, "abc"), 3);
    assert_int_equal(canvas_wrap(NULL, 0, 0, 3, ROLE_PLAIN, "abc def "), 2);
}

static void
assert_bar(bool ascii, double share, double limit, const char *expected)
{
    struct canvas c = fresh(1, 10);
    grid.ascii = ascii;
    canvas_bar(&c, 0, 0, 10, ROLE_HEAT_2, share, limit);
    assert_grid(expected);
}

static void
bar_fills_its_share(void **state)
{
    (void)state;
    assert_bar(true, 0, -1, "");
    assert_bar(true, 0.001, -1, "-\n"); /* little is not nothing */
    assert_bar(true, 0.5, -1, "#####\n");
    assert_bar(true, 0.55, -1, "#####=\n");
    assert_bar(true, 0.999, -1, "#########=\n"); /* and not yet all is not all */
    assert_bar(true, 1, -1, "##########\n");
    assert_bar(true, 7, -1, "#########>\n");
    assert_bar(true, 0.5, 0.75, "#####  |\n");
    assert_bar(true, 0.9, 0.5, "#####|###\n");
    assert_bar(true, 0.5, 1, "#####    |\n");
    assert_bar(false, 0.001, -1, "▏\n");
    assert_bar(false, 0.56, -1, "█████▌\n");
}

static void
bar_beyond_its_limit_is_red(void **state)
{
    (void)state;
    struct canvas c = fresh(1, 10);
    struct buf roles = {0};
    canvas_bar(&c, 0, 0, 10, ROLE_HEAT_2, 0.9, 0.5);
    dump_grid(&roles, &grid, true);
    assert_string_equal(buf_string(&roles), "22222SLLL\n");
    buf_free(&roles);
}

static void
selected_bar_keeps_its_colour(void **state)
{
    (void)state;
    struct canvas c = fresh(1, 6);
    struct buf roles = {0};
    canvas_text(&c, 0, 0, CANVAS_REST, ROLE_PLAIN, "9 ");
    canvas_bar(&c, 0, 2, 4, ROLE_HEAT_2, 0.5, -1);
    canvas_select(&c, 0, 0, CANVAS_REST);
    dump_grid(&roles, &grid, true);
    assert_string_equal(buf_string(&roles), "##22##\n");
    buf_free(&roles);
}

static void
dump_prints_roles(void **state)
{
    (void)state;
    struct canvas c = fresh(2, 8);
    canvas_text(&c, 0, 0, CANVAS_REST, ROLE_LISTED, "ab");
    canvas_text(&c, 0, 3, CANVAS_REST, ROLE_PLAIN, "cd");
    canvas_text(&c, 1, 0, CANVAS_REST, ROLE_PLAIN, "cd");
    canvas_select(&c, 1, 0, CANVAS_REST);
    struct buf roles = {0};
    dump_grid(&roles, &grid, true);
    assert_string_equal(buf_string(&roles), "LL ..\n########\n");
    buf_free(&roles);
}

static void
role_letters_differ(void **state)
{
    (void)state;
    for (enum role a = 0; a < ROLE_COUNT; a++) {
        assert_int_not_equal(role_look(a, DEPTH_MONO).letter, 0);
        assert_int_not_equal(role_look(a, DEPTH_MONO).letter, '#'); /* selected cells */
        for (enum role b = 0; b < a; b++)
            assert_int_not_equal(role_look(a, DEPTH_MONO).letter, role_look(b, DEPTH_MONO).letter);
    }
}

static void
role_stays_in_palette(void **state)
{
    (void)state;
    for (enum role role = 0; role < ROLE_COUNT; role++) {
        assert_int_equal(role_look(role, DEPTH_MONO).colour, -1);
        assert_in_range(role_look(role, DEPTH_16).colour + 1, 0, 7); /* 8 colours are enough */
        assert_in_range(role_look(role, DEPTH_256).colour + 1, 0, 256);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(text_too_wide_is_cut_with_dots, teardown),
        cmocka_unit_test_teardown(number_is_never_cut, teardown),
        cmocka_unit_test_teardown(wide_character_is_never_halved, teardown),
        cmocka_unit_test_teardown(wide_character_over_edge_is_blanked, teardown),
        cmocka_unit_test_teardown(combining_mark_joins_character, teardown),
        cmocka_unit_test_teardown(unclean_text_is_harmless, teardown),
        cmocka_unit_test_teardown(ascii_replaces_glyphs, teardown),
        cmocka_unit_test_teardown(glyph_is_one_column, teardown),
        cmocka_unit_test_teardown(states_differ_without_colour, teardown),
        cmocka_unit_test_teardown(canvas_clips, teardown),
        cmocka_unit_test_teardown(canvas_part_scrolls, teardown),
        cmocka_unit_test_teardown(text_wraps, teardown),
        cmocka_unit_test_teardown(bar_fills_its_share, teardown),
        cmocka_unit_test_teardown(bar_beyond_its_limit_is_red, teardown),
        cmocka_unit_test_teardown(selected_bar_keeps_its_colour, teardown),
        cmocka_unit_test_teardown(dump_prints_roles, teardown),
        cmocka_unit_test_teardown(role_letters_differ, teardown),
        cmocka_unit_test_teardown(role_stays_in_palette, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

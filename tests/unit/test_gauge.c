#include "draw/dump.h"
#include "draw/gauge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* In ASCII, so that a column is a byte: the signs of the scale are "^". */
static char *
drawn(int cols, double value, double needed)
{
    struct grid grid = {.ascii = true};
    struct buf out = {0};
    char value_words[40], needed_words[40];
    snprintf(value_words, sizeof value_words, "~%.0f impacts", value);
    snprintf(needed_words, sizeof needed_words, "%.1f needed", needed);
    struct gauge gauge = {value, needed, value_words, needed_words, ROLE_LISTED};
    grid_resize(&grid, GAUGE_ROWS, cols);
    struct canvas canvas = canvas_of(&grid);
    gauge_draw(&gauge, &canvas, 0);
    dump_grid(&out, &grid, false);
    grid_free(&grid);
    return buf_take(&out);
}

static void
assert_drawn(int cols, double value, double needed, const char *expected)
{
    char *text = drawn(cols, value, needed);
    assert_string_equal(text, expected);
    free(text);
}

static void
gauge_scale_fits_both_ends(void **state)
{
    (void)state;
    assert_drawn(80, 341, 50, /* over */
                 "#######|########################################\n"
                 "0      ^ 50.0 needed                           ^ ~341 impacts\n");
    assert_drawn(80, 105, 1619.1, /* under */
                 "###                                            |\n"
                 "0 ^ ~105 impacts                               ^ 1619.1 needed\n");
    assert_drawn(80, 2874, 1591.8, /* the words of the left one stand before it where they have room */
                 "##########################|#####################\n"
                 "0           1591.8 needed ^                    ^ ~2874 impacts\n");
    assert_drawn(80, 0, 50, /* nothing */
                 "                                                |\n"
                 "^ ~0 impacts                                    ^ 50.0 needed\n");
    assert_drawn(80, 50, 50, /* just so many: one mark */
                 "################################################|\n"
                 "0                                               ^ 50.0 needed\n");
}

/* Far over, the mark stands where it belongs: at the very beginning. */
static void
gauge_far_over_limit_fits(void **state)
{
    (void)state;
    assert_drawn(80, 10900, 50,
                 "|###############################################\n"
                 "^ 50.0 needed                                  ^ ~10900 impacts\n");
}

static void
gauge_narrow_fits(void **state)
{
    (void)state;
    assert_drawn(40, 341, 50,
                 "####|###########################\n"
                 "0   ^ 50.0 needed ~341 impacts ^\n");
}

/* Whatever the figures and the place, each sign stands under the end of the bar or under the mark, and nothing is cut.
 */
static void
gauge_signs_are_in_place(void **state)
{
    (void)state;
    static const double figures[] = {0, 1, 3, 49, 50, 51, 75, 341, 10900, 1e7};
    enum { FIGURES = sizeof figures / sizeof figures[0] };
    for (int cols = 1; cols <= 100; cols++)
        for (size_t i = 0; i < FIGURES; i++) {
            char *text = drawn(cols, figures[i], 50), *line = strchr(text, '\n') + 1;
            const char *mark = strchr(text, '|');
            assert_non_null(mark);
            bool at_mark = false;
            for (char *sign = strchr(line, '^'); sign; sign = strchr(sign + 1, '^')) {
                char above = text[sign - line], behind = text[sign - line + 1];
                at_mark |= above == '|';
                assert_true(above == '|' || sign == line || ((above == '#' || above == '=') && behind != '#'));
            }
            assert_true(at_mark);
            if (cols >= 40)
                assert_non_null(strstr(line, "50.0 needed"));
            free(text);
        }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gauge_scale_fits_both_ends),
        cmocka_unit_test(gauge_far_over_limit_fits),
        cmocka_unit_test(gauge_narrow_fits),
        cmocka_unit_test(gauge_signs_are_in_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

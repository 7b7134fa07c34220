/* The map of a prefix: what its cells stand for, and where keys lead. */

#include "draw/dump.h"
#include "draw/heatmap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct heatmap
heatmap_of(const char *text)
{
    struct prefix prefix;
    struct heatmap map;
    assert_true(prefix_parse(text, &prefix, NULL));
    heatmap_init(&map, &prefix, NULL);
    return map;
}

static void
assert_cell(const struct heatmap *map, int cell, const char *expected)
{
    struct prefix prefix = heatmap_prefix(map, cell);
    char text[PREFIX_TEXT];
    assert_string_equal(prefix_text(&prefix, text), expected);
}

static void
cells_divide_prefix(void **state)
{
    (void)state;
    static const struct {
        const char *prefix;
        int count, rows;
        const char *second, *last;
    } cases[] = {
        {"203.0.113.0/24", 256, 16, "203.0.113.1/32", "203.0.113.255/32"},
        {"203.0.113.128/25", 128, 8, "203.0.113.129/32", "203.0.113.255/32"},
        {"203.0.113.8/30", 4, 1, "203.0.113.9/32", "203.0.113.11/32"},
        {"198.18.0.0/16", 256, 16, "198.18.1.0/24", "198.18.255.0/24"},
        {"198.18.64.0/18", 64, 4, "198.18.65.0/24", "198.18.127.0/24"},
        {"198.18.4.0/23", 2, 1, "198.18.5.0/24", "198.18.5.0/24"},
        {"198.18.0.0/15", 256, 16, "198.18.2.0/23", "198.19.254.0/23"},
        {"10.0.0.0/8", 256, 16, "10.1.0.0/16", "10.255.0.0/16"},
        {"0.0.0.0/0", 256, 16, "1.0.0.0/8", "255.0.0.0/8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct heatmap map = heatmap_of(cases[i].prefix);
        assert_int_equal(map.count, cases[i].count);
        assert_int_equal(heatmap_rows(&map), cases[i].rows);
        assert_cell(&map, 1, cases[i].second);
        assert_cell(&map, map.count - 1, cases[i].last);
    }
}

static void
assert_compact(struct heatmap *map, const char *expected)
{
    struct page page = {0};
    struct grid grid = {0};
    struct buf text = {0};
    page_begin(&page, HEATMAP_COMPACT_COLS);
    heatmap_compact(map, &page, 0, 1);
    grid_resize(&grid, (int)page.rows.count, HEATMAP_COMPACT_COLS);
    struct canvas canvas = canvas_of(&grid);
    page_draw(&page, &canvas);
    dump_grid(&text, &grid, false);
    assert_string_equal(buf_string(&text), expected);
    buf_free(&text);
    grid_free(&grid);
    page_fini(&page);
}

static void
fill(struct heatmap *map, size_t count)
{
    for (int i = 0; i < map->count; i++)
        map->cells[i] = heatmap_count_cell(map, i == map->count - 1 ? count : 0);
}

static void
compact_map_has_32_cells_in_a_row(void **state)
{
    (void)state;
    struct addr you;
    struct prefix net;
    struct heatmap map;
    assert_true(addr_parse("198.18.65.9", &you) && prefix_parse("198.18.64.0/18", &net, NULL));
    heatmap_init(&map, &net, &you);
    fill(&map, 3);
    assert_compact(&map, " 64 ·◆······························\n"
                         " 96 ·······························░\n"
                         "· 0  ░ 1-3  ◆ you\n");
    fill(&map, 64);
    assert_compact(&map, " 64 ·◆······························\n"
                         " 96 ·······························█\n"
                         "· 0  █ 64+  ◆ you\n");
    map = heatmap_of("203.0.113.192/26");
    fill(&map, 1);
    assert_compact(&map, "192 ································\n"
                         "224 ·······························✗\n"
                         "· not listed  ✗ listed\n");
}

/* Of a wide prefix each octet is named once, and all signs keep to one row. */
static void
compact_map_of_wide_prefix_names_each_octet_once(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 4, 16, 64};
    struct addr you;
    struct prefix net;
    struct heatmap map;
    assert_true(addr_parse("198.17.0.9", &you) && prefix_parse("198.16.0.0/14", &net, NULL));
    heatmap_init(&map, &net, &you);
    for (int i = 0; i < map.count; i++)
        map.cells[i] = heatmap_count_cell(&map, i % 32 < 5 ? counts[i % 32] : 0);
    assert_compact(&map, " 16 ·░▒▓█···························\n"
                         "    ·░▒▓█···························\n"
                         " 17 ◆░▒▓█···························\n"
                         "    ·░▒▓█···························\n"
                         " 18 ·░▒▓█···························\n"
                         "    ·░▒▓█···························\n"
                         " 19 ·░▒▓█···························\n"
                         "    ·░▒▓█···························\n"
                         "· 0 ░ 1-3 ▒ 4-15 ▓ 16-63 █ 64+ ◆ you\n");
}

static void
single_address_is_one_cell(void **state)
{
    (void)state;
    struct heatmap map = heatmap_of("203.0.113.77/32");
    assert_int_equal(map.count, 1);
    assert_cell(&map, 0, "203.0.113.77/32");
    heatmap_move(&map, MOVE_RIGHT);
    heatmap_move(&map, MOVE_LAST);
    assert_int_equal(map.at, 0);
}

static void
init_with_address_marks_its_cell(void **state)
{
    (void)state;
    static const struct {
        uint32_t address;
        int cell;
    } cases[] = {
        {0xC6120000, 0},
        {0xC61301FF, 128},
        {0xC613FFFF, 255},
        {0xC6140000, HEATMAP_NOWHERE},
        {0xC611FFFF, HEATMAP_NOWHERE},
    };
    struct prefix prefix;
    assert_true(prefix_parse("198.18.0.0/15", &prefix, NULL));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct addr address = addr_from_v4(cases[i].address);
        struct heatmap map;
        heatmap_init(&map, &prefix, &address);
        assert_int_equal(map.here, cases[i].cell);
    }
}

static void
walk(struct heatmap *map, enum move move, int expected)
{
    assert_true(heatmap_move(map, move));
    assert_int_equal(map->at, expected);
}

static void
keys_walk_cells(void **state)
{
    (void)state;
    struct heatmap map = heatmap_of("203.0.113.0/24");
    walk(&map, MOVE_LEFT, 0); /* stays inside */
    walk(&map, MOVE_UP, 0);
    walk(&map, MOVE_RIGHT, 1);
    walk(&map, MOVE_DOWN, 17);
    walk(&map, MOVE_PAGE_DOWN, 81);
    walk(&map, MOVE_LAST, 255);
    walk(&map, MOVE_DOWN, 255);
    walk(&map, MOVE_RIGHT, 255);
    walk(&map, MOVE_UP, 239);
    walk(&map, MOVE_PAGE_UP, 175);
    walk(&map, MOVE_FIRST, 0);
    assert_false(heatmap_move(&map, MOVE_NONE));
}

static void
assert_drawn(const struct heatmap *map, int rows, const char *expected)
{
    struct grid grid = {.ascii = true};
    struct buf text = {0};
    grid_resize(&grid, rows, HEATMAP_COLS);
    struct canvas canvas = canvas_of(&grid);
    heatmap_draw(map, &canvas, true);
    dump_grid(&text, &grid, false);
    assert_string_equal(buf_string(&text), expected);
    assert_true(grid.cursor_row >= 0 && grid.cursor_row < rows);
    assert_true(grid_at(&grid, grid.cursor_row, grid.cursor_col)->selected);
    buf_free(&text);
    grid_free(&grid);
}

static void
map_is_drawn(void **state)
{
    (void)state;
    struct heatmap map = heatmap_of("203.0.113.192/26");
    for (int i = 0; i < map.count; i++)
        map.cells[i] = (struct heatmap_cell){i % 5 ? GLYPH_HEAT_0 : GLYPH_LISTED, ROLE_PLAIN};
    map.here = 37;
    assert_drawn(&map, 4,
                 ".192 X . . . . X . . . . X . . . . X\n"
                 ".208 . . . . X . . . . X . . . . X .\n"
                 ".224 . . . X .[.]. . X . . . . X . .\n"
                 ".240 . . X . . . . X . . . . X . . .\n");
    map.at = 63; /* too few rows: the cursor's shows */
    assert_drawn(&map, 2,
                 ".224 . . . X .[.]. . X . . . . X . .\n"
                 ".240 . . X . . . . X . . . . X . . .\n");
    map.at = 20;
    assert_drawn(&map, 2,
                 ".192 X . . . . X . . . . X . . . . X\n"
                 ".208 . . . . X . . . . X . . . . X .\n");
}

static void
labels_show_changing_octet(void **state)
{
    (void)state;
    static const struct {
        const char *prefix, *second;
    } cases[] = {{"198.18.0.0/16", ".16"}, {"198.18.0.0/15", ".32"}, {"198.16.0.0/12", ".17"}, {"0.0.0.0/0", ".16"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct heatmap map = heatmap_of(cases[i].prefix);
        struct grid grid = {.ascii = true};
        struct buf text = {0};
        grid_resize(&grid, 16, HEATMAP_COLS);
        struct canvas canvas = canvas_of(&grid);
        heatmap_draw(&map, &canvas, false);
        dump_grid(&text, &grid, false);
        const char *second = strchr(buf_string(&text), '\n') + 1;
        assert_memory_equal(second, cases[i].second, strlen(cases[i].second));
        buf_free(&text);
        grid_free(&grid);
    }
}

static void
legend_explains_cells(void **state)
{
    (void)state;
    static const struct heatmap_sign signs[] = {{{GLYPH_LISTED, ROLE_LISTED}, "listed"},
                                                {{GLYPH_HEAT_0, ROLE_HEAT_0}, "not on level 1"},
                                                {{GLYPH_EXEMPT, ROLE_EXEMPT}, "exempt"}};
    assert_int_equal(heatmap_legend(NULL, 0, 0, 80, signs, 3), 1);
    assert_int_equal(heatmap_legend(NULL, 0, 0, 30, signs, 3), 2);
    assert_int_equal(heatmap_legend(NULL, 0, 0, 5, signs, 3), 3);
    struct grid grid = {.ascii = true};
    struct buf text = {0};
    grid_resize(&grid, 3, 30);
    struct canvas canvas = canvas_of(&grid);
    heatmap_legend(&canvas, 1, 2, 28, signs, 3);
    dump_grid(&text, &grid, false);
    assert_string_equal(buf_string(&text), "\n  X listed  . not on level 1\n  o exempt\n");
    buf_free(&text);
    grid_free(&grid);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_divide_prefix),
        cmocka_unit_test(compact_map_has_32_cells_in_a_row),
        cmocka_unit_test(compact_map_of_wide_prefix_names_each_octet_once),
        cmocka_unit_test(single_address_is_one_cell),
        cmocka_unit_test(init_with_address_marks_its_cell),
        cmocka_unit_test(keys_walk_cells),
        cmocka_unit_test(map_is_drawn),
        cmocka_unit_test(labels_show_changing_octet),
        cmocka_unit_test(legend_explains_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

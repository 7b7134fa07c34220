#include "draw/heatmap.h"

#include "base/text.h"

#include <assert.h>
#include <stdio.h>

enum { ACROSS_BITS = 4, CELL_BITS = 8, ADDRESS_BITS = 32, BLOCK = 24, SIGN_GAP = 2 };

void
heatmap_init(struct heatmap *map, const struct prefix *prefix, const struct addr *here)
{
    unsigned length = prefix->length;
    unsigned cell_length = length >= BLOCK ? ADDRESS_BITS : length >= BLOCK - CELL_BITS ? BLOCK : length + CELL_BITS;
    *map = (struct heatmap){.prefix = *prefix, .cell_length = cell_length, .here = HEATMAP_NOWHERE};
    map->count = 1 << (map->cell_length - prefix->length);
    if (here && prefix_holds(prefix, here))
        map->here = (int)((addr_to_v4(here) - addr_to_v4(&prefix->addr)) >> (ADDRESS_BITS - cell_length));
}

struct prefix
heatmap_prefix(const struct heatmap *map, int cell)
{
    uint32_t first = addr_to_v4(&map->prefix.addr);
    struct addr start = addr_from_v4(first + ((uint32_t)cell << (ADDRESS_BITS - map->cell_length)));
    return prefix_around(&start, map->cell_length);
}

bool
heatmap_move(struct heatmap *map, enum move move)
{
    static const int steps[] = {
        [MOVE_LEFT] = -1,
        [MOVE_RIGHT] = 1,
        [MOVE_UP] = -HEATMAP_ACROSS,
        [MOVE_DOWN] = HEATMAP_ACROSS,
        [MOVE_PAGE_UP] = -HEATMAP_ACROSS * 4,
        [MOVE_PAGE_DOWN] = HEATMAP_ACROSS * 4,
    };
    if (move == MOVE_FIRST)
        map->at = 0;
    else if (move == MOVE_LAST)
        map->at = map->count - 1;
    else if (map->at + steps[move] >= 0 && map->at + steps[move] < map->count)
        map->at += steps[move];
    return move != MOVE_NONE;
}

void
heatmap_draw(const struct heatmap *map, const struct canvas *canvas, bool focus)
{
    int row_at = map->at / HEATMAP_ACROSS, rows = heatmap_rows(map);
    int hidden = rows - canvas->rows, above = row_at - canvas->rows / 2;
    int scroll = hidden <= 0 || above < 0 ? 0 : above < hidden ? above : hidden;
    struct canvas all = canvas_part(canvas, -scroll, 0, rows, canvas->cols);
    for (int row = 0; row < rows; row++) { /* labelled with the octet that changes from row to row: ".16" */
        struct prefix first = heatmap_prefix(map, row * HEATMAP_ACROSS);
        unsigned row_length = map->cell_length - ACROSS_BITS;
        canvas_format(&all, row, 0, HEATMAP_LABEL, ROLE_DIM, ".%u", first.addr.bytes[(row_length - 1) / 8]);
    }
    for (int cell = 0; cell < map->count; cell++) {
        int row = cell / HEATMAP_ACROSS, col = HEATMAP_LABEL + cell % HEATMAP_ACROSS * 2;
        canvas_glyph(&all, row, col, map->cells[cell].role, map->cells[cell].glyph);
        if (cell == map->here) {
            canvas_text(&all, row, col - 1, 1, ROLE_STRONG, "[");
            canvas_text(&all, row, col + 1, 1, ROLE_STRONG, "]");
        }
    }
    if (focus) {
        int col = HEATMAP_LABEL + map->at % HEATMAP_ACROSS * 2;
        canvas_select(&all, row_at, col, 1);
        canvas_cursor(&all, row_at, col);
    }
}

struct heatmap_cell
heatmap_count_cell(const struct heatmap *map, size_t count)
{
    enum { HEATS = 5 };
    static const size_t heats[HEATS] = {0, 1, 4, 16, 64};
    unsigned heat = 0;
    if (map->cell_length == ADDRESS_BITS && count > 0)
        return (struct heatmap_cell){GLYPH_LISTED, ROLE_HEAT_2};
    while (heat + 1 < HEATS && count >= heats[heat + 1])
        heat++;
    return (struct heatmap_cell){(enum glyph)(GLYPH_HEAT_0 + heat), (enum role)(ROLE_HEAT_0 + heat)};
}

size_t
heatmap_signs(const struct heatmap *map, struct heatmap_sign out[static HEATMAP_SIGNS])
{
    bool by_address = map->cell_length == ADDRESS_BITS;
    const struct heatmap_sign signs[] = {
        {{GLYPH_HEAT_0, ROLE_PLAIN}, by_address ? "not listed" : "0"},
        {{GLYPH_HEAT_1, ROLE_PLAIN}, "1-3"},
        {{GLYPH_HEAT_2, ROLE_PLAIN}, "4-15"},
        {{GLYPH_HEAT_3, ROLE_PLAIN}, "16-63"},
        {{GLYPH_HEAT_4, ROLE_PLAIN}, "64+"},
        {{GLYPH_LISTED, ROLE_PLAIN}, "listed"},
        {{GLYPH_EXEMPT, ROLE_PLAIN}, "exempt"},
        {{GLYPH_BACKSCATTER, ROLE_PLAIN}, "backscatterer"},
        {{GLYPH_ASKING, ROLE_PLAIN}, "asking"},
        {{GLYPH_WARN, ROLE_PLAIN}, "no answer"},
        {{GLYPH_UNKNOWN, ROLE_PLAIN}, "not asked"},
        {{GLYPH_BULLET, ROLE_PLAIN}, "only in the zone file"},
        {{GLYPH_HERE, ROLE_STRONG}, map->here_name ? map->here_name : "you"},
    };
    static_assert(sizeof signs / sizeof signs[0] == HEATMAP_SIGNS, "each sign has room");
    bool has[GLYPH_COUNT] = {[GLYPH_HERE] = map->here != HEATMAP_NOWHERE};
    enum role roles[GLYPH_COUNT] = {[GLYPH_HERE] = ROLE_STRONG};
    size_t count = 0;
    for (int cell = 0; cell < map->count; cell++) {
        has[map->cells[cell].glyph] = true;
        roles[map->cells[cell].glyph] = map->cells[cell].role;
    }
    for (size_t i = 0; i < HEATMAP_SIGNS; i++)
        if (has[signs[i].cell.glyph]) {
            out[count] = signs[i];
            out[count++].cell.role = roles[signs[i].cell.glyph];
        }
    return count;
}

/* Adds the signs that the map has, in as few rows as hold them. */
static void
compact_legend(const struct heatmap *map, struct page *page, int col)
{
    struct heatmap_sign signs[HEATMAP_SIGNS];
    size_t count = heatmap_signs(map, signs);
    int all = -SIGN_GAP, at = 0;
    for (size_t i = 0; i < count; i++)
        all += 2 + text_width(signs[i].meaning) + SIGN_GAP;
    int gap = all > HEATMAP_COMPACT_COLS ? 1 : SIGN_GAP;
    page_row(page, 0);
    for (size_t i = 0; i < count; i++) {
        int width = 2 + text_width(signs[i].meaning);
        if (at + width > HEATMAP_COMPACT_COLS) {
            page_row(page, 0);
            at = 0;
        }
        page_glyph(page, col + at, signs[i].cell.role, signs[i].cell.glyph);
        page_text(page, col + at + 2, 0, ROLE_DIM, signs[i].meaning);
        at += width + gap;
    }
}

int
heatmap_label(const struct heatmap *map, int cell)
{
    unsigned octet = map->prefix.length / 8;
    return heatmap_prefix(map, cell).addr.bytes[octet < 4 ? octet : 3];
}

/* A row has a label where that changes. */
void
heatmap_compact(const struct heatmap *map, struct page *page, int col, uint64_t key)
{
    int label = HEATMAP_NOWHERE;
    for (int cell = 0; cell < map->count; cell++) {
        int place = cell % HEATMAP_COMPACT_ACROSS;
        if (place == 0) {
            int first = heatmap_label(map, cell);
            char text[4] = "";
            page_row(page, key);
            if (first != label)
                snprintf(text, sizeof text, "%d", first);
            page_right(page, col, HEATMAP_COMPACT_LABEL - 1, ROLE_DIM, text);
            label = first;
        }
        bool here = cell == map->here;
        page_glyph(page, col + HEATMAP_COMPACT_LABEL + place, here ? ROLE_STRONG : map->cells[cell].role,
                   here ? GLYPH_HERE : map->cells[cell].glyph);
    }
    compact_legend(map, page, col);
}

int
heatmap_legend(const struct canvas *canvas, int row, int col, int columns, const struct heatmap_sign *signs,
               size_t count)
{
    int rows = 1, at = 0;
    for (size_t i = 0; i < count; i++) {
        int width = 2 + text_width(signs[i].meaning);
        if (at > 0 && at + width > columns) {
            at = 0;
            rows++;
        }
        if (canvas) {
            canvas_glyph(canvas, row + rows - 1, col + at, signs[i].cell.role, signs[i].cell.glyph);
            canvas_text(canvas, row + rows - 1, col + at + 2, columns - at - 2, ROLE_DIM, signs[i].meaning);
        }
        at += width + SIGN_GAP;
    }
    return rows;
}

#include "pages/range_panel.h"

#include "base/text.h"
#include "check/ptr_cache.h"
#include "pages/figure.h"
#include "pages/range.h"
#include "pages/range_tables.h"
#include "verdict/phrases.h"

enum {
    HEATS = 5,
    WORDS_GAP = 2,
    WORDS_COLS = 26, /* least columns of the words beside the map; with fewer they are below it */
    BESIDE_COLS = HEATMAP_COLS + WORDS_GAP + WORDS_COLS,
    STATUS_ROWS = 2,   /* least rows of the words about the cell, so that the map does not jump */
    HEATMAP_LEAST = 3, /* least rows of the map */
    SIGNS = 8
};

/* Each step of the shading begins with so many listed addresses. */
static const size_t heats[HEATS] = {0, 1, 4, 16, 64};

/* ---- the map ---- */

static struct heatmap_cell
look_of_address(const struct range_spot *spot)
{
    enum list_state state = range_spot_state(spot);
    if (spot->asking)
        return (struct heatmap_cell){GLYPH_ASKING, ROLE_ASKING};
    if (spot->listed)
        return (struct heatmap_cell){GLYPH_LISTED, ROLE_LISTED};
    if (spot->local == STATE_LISTED)
        return (struct heatmap_cell){GLYPH_BULLET, ROLE_WARN};
    if (state == STATE_UNASKED)
        return (struct heatmap_cell){GLYPH_UNKNOWN, ROLE_UNKNOWN};
    if (state != STATE_CLEAR)
        return (struct heatmap_cell){GLYPH_WARN, ROLE_WARN};
    if (spot->exempt)
        return (struct heatmap_cell){GLYPH_EXEMPT, ROLE_EXEMPT};
    if (spot->backscatterer)
        return (struct heatmap_cell){GLYPH_BACKSCATTER, ROLE_WARN};
    return (struct heatmap_cell){GLYPH_HEAT_0, ROLE_HEAT_0};
}

static struct heatmap_cell
look_of_count(size_t listed)
{
    int heat = 0;
    while (heat + 1 < HEATS && listed >= heats[heat + 1])
        heat++;
    return (struct heatmap_cell){(enum glyph)(GLYPH_HEAT_0 + heat), (enum role)(ROLE_HEAT_0 + heat)};
}

void
range_panel_map(struct heatmap *map, const struct range_summary *range)
{
    int at = prefix_equal(&map->prefix, &range->prefix) ? map->at : HEATMAP_NOWHERE;
    heatmap_init(map, &range->prefix, range->has_here ? &range->here : NULL);
    if (at != HEATMAP_NOWHERE)
        map->at = at;
    else if (map->here != HEATMAP_NOWHERE)
        map->at = map->here;
    for (int i = 0; i < map->count; i++)
        if (range->by_address)
            map->cells[i] = look_of_address(&range->cells[i]);
        else if (range->source == RANGE_ZONES)
            map->cells[i] = look_of_count(range->cells[i].listed);
}

/* ---- words ---- */

static void
put_address(struct buf *out, const struct range_summary *range, const struct range_spot *spot)
{
    char address[ADDR_TEXT];
    buf_format(out, "%s: ", addr_text(&spot->prefix.addr, address));
    if (spot->asking)
        buf_text(out, "asking ...");
    else if (spot->state == STATE_UNASKED)
        buf_text(out, range->source == RANGE_SWEEP ? "not asked yet" : "unknown");
    else if (list_state_is_known(spot->state))
        buf_text(out, spot->state == STATE_LISTED ? "on level 1" : "not on level 1");
    else
        buf_format(out, "no believable answer (%s)", list_state_name(spot->state));
    if (range->source == RANGE_SWEEP && list_state_is_known(spot->local) && spot->local != spot->state) {
        buf_text(out, spot->local == STATE_LISTED ? "; listed in the zone file, " : "; not listed in the zone file, ");
        figure_age(out, range->filed_date);
    }
    if (spot->exempt)
        buf_text(out, ", registered as exempt from levels 2 and 3");
    if (spot->backscatterer)
        buf_text(out, ", a backscatterer");
}

/* Draws the words about the cell under the cursor. This and draw_legend return their rows; with canvas NULL they only
 * count them. */
static int
draw_status(const struct range_summary *range, const struct heatmap *map, const struct canvas *canvas, int row, int col,
            int cols, bool focus)
{
    const struct range_spot *spot = &range->cells[map->at];
    struct buf text = {0};
    char prefix[PREFIX_TEXT];
    if (range->by_address) {
        put_address(&text, range, spot);
    } else {
        buf_format(&text, "%s: ", prefix_text(&spot->prefix, prefix));
        figure_count(&text, (int64_t)spot->listed, "listed address", "listed addresses");
        if (spot->net) {
            buf_text(&text, ", ");
            phrases_net(&text, spot->net);
            buf_text(&text, spot->net->permanent ? "" : " published");
            range_limit(&text, range->cell_limit);
        } else if (range->knows_nets) {
            range_unpublished(&text, range->cell_length, range->cell_limit, spot->least);
        }
    }
    if (map->at == map->here)
        buf_text(&text, "; you are here");
    int rows = canvas_wrap(canvas, row, col, cols, focus ? ROLE_STRONG : ROLE_PLAIN, buf_string(&text));
    buf_free(&text);
    return rows;
}

/* Draws the unit of the cells, and the meaning of the signs on the map. */
static int
draw_legend(const struct range_summary *range, const struct heatmap *map, const struct canvas *canvas, int row, int col,
            int cols)
{
    static const struct heatmap_sign addresses[SIGNS] = {
        {{GLYPH_LISTED, ROLE_LISTED}, "listed"},          {{GLYPH_HEAT_0, ROLE_HEAT_0}, "not on level 1"},
        {{GLYPH_EXEMPT, ROLE_EXEMPT}, "exempt"},          {{GLYPH_BACKSCATTER, ROLE_WARN}, "backscatterer"},
        {{GLYPH_ASKING, ROLE_ASKING}, "asking"},          {{GLYPH_WARN, ROLE_WARN}, "no believable answer"},
        {{GLYPH_UNKNOWN, ROLE_UNKNOWN}, "not asked yet"}, {{GLYPH_BULLET, ROLE_WARN}, "only in the zone file"},
    };
    static const char *const counts[HEATS] = {"none", "1-3", "4-15", "16-63", "64 and more"};
    enum { ALWAYS = 2 };
    struct heatmap_sign signs[SIGNS];
    size_t count = 0;
    struct buf caption = {0};
    bool shown[GLYPH_COUNT] = {false};
    for (int i = 0; i < map->count; i++)
        shown[map->cells[i].glyph] = true;
    for (size_t i = 0; range->by_address && i < SIGNS; i++)
        if (i < ALWAYS || shown[addresses[i].cell.glyph])
            signs[count++] = addresses[i];
    for (; !range->by_address && count < HEATS; count++)
        signs[count] = (struct heatmap_sign){look_of_count(heats[count]), counts[count]};
    if (range->by_address)
        buf_text(&caption, map->here != HEATMAP_NOWHERE ? "[ ] you are here" : "");
    else if (range->cell_length == RANGE_BLOCK)
        buf_text(&caption, "listed addresses in each /24");
    else
        buf_format(&caption, "listed addresses in each /%u (%u /24s)", range->cell_length,
                   1u << (RANGE_BLOCK - range->cell_length));
    int rows = caption.count == 0 ? 0 : canvas_wrap(canvas, row, col, cols, ROLE_DIM, buf_string(&caption));
    buf_free(&caption);
    return rows + heatmap_legend(canvas, row + rows, col, cols, signs, count);
}

/* ---- both ---- */

int
range_panel_rows(const struct range_summary *range, const struct heatmap *map, int cols)
{
    int rows = heatmap_rows(map);
    bool below = cols < BESIDE_COLS;
    int words_cols = below ? cols : cols - HEATMAP_COLS - WORDS_GAP;
    int status = draw_status(range, map, NULL, 0, 0, words_cols, false);
    int legend = draw_legend(range, map, NULL, 0, 0, words_cols);
    if (below)
        return rows + (status > STATUS_ROWS ? status : STATUS_ROWS) + legend;
    return status + 1 + legend > rows ? status + 1 + legend : rows;
}

void
range_panel_draw(const struct range_summary *range, const struct heatmap *map, const struct canvas *canvas, bool focus)
{
    int rows = heatmap_rows(map), cols = canvas->cols, status = draw_status(range, map, NULL, 0, 0, cols, false);
    if (cols >= BESIDE_COLS) {
        int col = HEATMAP_COLS + WORDS_GAP;
        struct canvas part = canvas_part(canvas, 0, 0, canvas->rows, HEATMAP_COLS);
        heatmap_draw(map, &part, focus);
        int row = draw_status(range, map, canvas, 0, col, cols - col, focus) + 1;
        draw_legend(range, map, canvas, row, col, cols - col);
        return;
    }
    status = status > STATUS_ROWS ? status : STATUS_ROWS;
    bool all = rows + status + draw_legend(range, map, NULL, 0, 0, cols) <= canvas->rows;
    if (rows + STATUS_ROWS > canvas->rows)
        rows = canvas->rows - STATUS_ROWS > HEATMAP_LEAST ? canvas->rows - STATUS_ROWS : HEATMAP_LEAST;
    struct canvas part = canvas_part(canvas, 0, 0, rows, cols);
    heatmap_draw(map, &part, focus);
    draw_status(range, map, canvas, rows, 0, cols, focus);
    if (all)
        draw_legend(range, map, canvas, rows + status, 0, cols);
}

/* ---- beside a table ---- */

enum { LINE_COL = 1, SIDE_COL = 3, RUN_LEAST = 3, LABEL = 9, AGE = 6 };

/* Draws a rule with a title from the line at the left on. */
static void
side_rule(const struct canvas *canvas, int row, const char *title)
{
    canvas_glyph(canvas, row, LINE_COL, ROLE_LINE, GLYPH_BRANCH);
    canvas_repeat(canvas, row, LINE_COL + 1, CANVAS_REST, ROLE_LINE, GLYPH_LINE_H);
    canvas_format(canvas, row, SIDE_COL, CANVAS_REST, ROLE_TITLE, " %s ", title);
}

/* Whether two neighbours look alike: consecutive, of one age, their names the same but for the figures in them. */
static bool
is_alike(const struct range_summary *block, const struct range_spot *a, const struct range_spot *b)
{
    struct buf texts[2] = {{0}, {0}}, ages[2] = {{0}, {0}};
    const struct range_spot *const spots[] = {a, b};
    for (int i = 0; i < 2; i++) {
        struct buf name = {0};
        range_table_name(&name, block->names, addr_to_v4(&spots[i]->prefix.addr));
        for (const char *at = buf_string(&name); *at; at++)
            if (*at < '0' || *at > '9')
                buf_byte(&texts[i], *at);
        range_table_age(&ages[i], block, spots[i]);
        buf_free(&name);
    }
    bool alike = addr_to_v4(&a->prefix.addr) + 1 == addr_to_v4(&b->prefix.addr) &&
                 strcmp(buf_string(&texts[0]), buf_string(&texts[1])) == 0 &&
                 strcmp(buf_string(&ages[0]), buf_string(&ages[1])) == 0;
    for (int i = 0; i < 2; i++) {
        buf_free(&texts[i]);
        buf_free(&ages[i]);
    }
    return alike;
}

/* Draws a run of addresses in one row. */
static void
draw_run(const struct range_summary *block, size_t first, size_t count, const struct canvas *canvas, int row)
{
    const struct range_spot *spot = &block->rows.at[first];
    unsigned low = spot->prefix.addr.bytes[3];
    struct buf text = {0};
    int cols = canvas->cols - LABEL - AGE - 1;
    if (count > 1)
        canvas_format(canvas, row, 0, LABEL, ROLE_PLAIN, ".%u-.%u", low, low + (unsigned)count - 1);
    else
        canvas_format(canvas, row, 0, LABEL, ROLE_PLAIN, ".%u", low);
    enum role role = count > 1 ? ROLE_PLAIN : range_table_name(&text, block->names, addr_to_v4(&spot->prefix.addr));
    if (count > 1)
        buf_format(&text, "%zu addresses alike", count);
    else if (block->names && text.count == 0)
        canvas_glyph(canvas, row, LABEL + 1, ROLE_DIM, GLYPH_ASKING);
    canvas_text(canvas, row, LABEL + 1, cols, role, buf_string(&text));
    buf_clear(&text);
    if (spot->has_seen) {
        role = range_table_age(&text, block, spot);
        canvas_text_right(canvas, row, canvas->cols - AGE, AGE, role, buf_string(&text));
    }
    buf_free(&text);
}

/* Returns how many addresses from this one on go into one row. */
static size_t
run_of(const struct range_summary *block, size_t first)
{
    size_t count = 1;
    while (first + count < block->listed &&
           is_alike(block, &block->rows.at[first + count - 1], &block->rows.at[first + count]))
        count++;
    return count < RUN_LEAST ? 1 : count;
}

static void
draw_more(const struct canvas *canvas, int row, size_t count)
{
    canvas_format(canvas, row, 0, CANVAS_REST, ROLE_DIM, "%zu more", count);
}

/* Draws the listed addresses of a block, a run in a row, and how many have no room. Returns how many have. */
static size_t
draw_block(const struct range_summary *block, const struct canvas *canvas)
{
    size_t at = 0;
    for (int row = 0; at < block->listed; row++) {
        size_t count = run_of(block, at);
        if (row == canvas->rows - 1 && at + count < block->listed) {
            draw_more(canvas, row, block->listed - at);
            break;
        }
        draw_run(block, at, count, canvas, row);
        at += count;
    }
    return at;
}

/* Draws addresses of which nothing else is known, side by side. */
static void
draw_bare_block(const struct range_summary *block, const struct canvas *canvas)
{
    enum { GAP = 2 };
    int row = 0, col = 0;
    for (size_t at = 0, count; at < block->listed; at += count) {
        struct buf text = {0};
        unsigned low = block->rows.at[at].prefix.addr.bytes[3];
        count = run_of(block, at);
        buf_format(&text, ".%u", low);
        if (count > 1)
            buf_format(&text, "-.%u", low + (unsigned)count - 1);
        int cols = text_width(buf_string(&text));
        if (col + cols > canvas->cols) {
            row++;
            col = 0;
        }
        bool last = row >= canvas->rows - 1 && at + count < block->listed;
        if (last)
            draw_more(canvas, row, block->listed - at);
        else
            canvas_text(canvas, row, col, CANVAS_REST, ROLE_PLAIN, buf_string(&text));
        col += cols + GAP;
        buf_free(&text);
        if (last)
            return;
    }
}

static void
draw_nets(const struct range_summary *range, const struct canvas *canvas)
{
    enum { PREFIX_COLS = 19 };
    size_t rows = (size_t)canvas->rows, shown = range->nets.count > rows ? rows - 1 : range->nets.count;
    if (shown < range->nets.count)
        draw_more(canvas, (int)shown, range->nets.count - shown);
    for (size_t i = 0; i < shown; i++) {
        const struct listed_net *net = &range->nets.at[i];
        char prefix[PREFIX_TEXT];
        struct buf text = {0};
        phrases_net(&text, net);
        if (listed_net_times(net) > 0) {
            buf_text(&text, "  ");
            figure_times(&text, listed_net_times(net));
        }
        canvas_text(canvas, (int)i, 0, PREFIX_COLS, net == range->own ? ROLE_STRONG : ROLE_PLAIN,
                    prefix_text(&net->prefix, prefix));
        canvas_text(canvas, (int)i, PREFIX_COLS, CANVAS_REST, ROLE_PLAIN, buf_string(&text));
        buf_free(&text);
    }
}

size_t
range_panel_side(const struct range_summary *range, const struct heatmap *map, const struct prefix *selected,
                 const struct range_summary *block, const struct canvas *canvas,
                 uint32_t names[static RANGE_PANEL_NAMES])
{
    struct page page = {0};
    struct canvas side = canvas_part(canvas, 0, SIDE_COL, canvas->rows, canvas->cols - SIDE_COL);
    size_t count = 0;
    for (int row = 0; row < canvas->rows; row++)
        canvas_glyph(canvas, row, LINE_COL, ROLE_LINE, GLYPH_LINE_V);
    page_begin(&page, side.cols);
    heatmap_compact(map, &page, 0, 0);
    page_draw(&page, &side);
    int row = (int)page.rows.count;
    page_fini(&page);
    if (selected && prefix_covers(&range->prefix, selected)) {
        int cell = (int)((addr_to_v4(&selected->addr) - addr_to_v4(&range->prefix.addr)) >> (32 - map->cell_length));
        canvas_select(&side, cell / HEATMAP_COMPACT_ACROSS, HEATMAP_COMPACT_LABEL + cell % HEATMAP_COMPACT_ACROSS, 1);
    }
    struct canvas rest = canvas_part(&side, row + 1, 0, canvas->rows - row - 1, side.cols);
    if (rest.rows < 1)
        return 0;
    struct buf title = {0};
    char prefix[PREFIX_TEXT];
    if (block) {
        buf_format(&title, "%s: %zu of 256", prefix_text(&block->prefix, prefix), block->listed);
        bool bare = !block->names && block->seen.count == 0;
        size_t shown = bare ? 0 : draw_block(block, &rest);
        if (bare)
            draw_bare_block(block, &rest);
        for (; count < shown && count < RANGE_PANEL_NAMES; count++)
            names[count] = addr_to_v4(&block->rows.at[count].prefix.addr);
    } else if (range->nets.count > 0) {
        figure_count(&title, (int64_t)range->nets.count, "published net", "published nets");
        draw_nets(range, &rest);
    }
    if (title.count > 0)
        side_rule(canvas, row, buf_string(&title));
    buf_free(&title);
    return count;
}

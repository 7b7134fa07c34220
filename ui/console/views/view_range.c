/* Two tables, of which one is visible and Tab shows the other; beside it, where there is room, a small map and what
 * there is of the selected row; m shows a large map in place of all. Gathers the range again when the engine or the
 * journal reports a change, not for each frame. */
#include "console/views/routes.h"

#include "base/text.h"
#include "check/ptr_cache.h"
#include "check/sweep_store.h"
#include "console/overlays/confirm.h"
#include "console/views/range_export.h"
#include "console/views/range_header.h"
#include "console/widgets/table.h"
#include "draw/dump.h"
#include "pages/figure.h"
#include "pages/range.h"
#include "pages/range_panel.h"
#include "pages/range_tables.h"
#include "verdict/phrases.h"

enum range_pane { PANE_SPOTS, PANE_NETS, PANE_COUNT };

enum {
    BESIDE = 78, /* from so many columns on the small map is beside the table, ... */
    WIDE = 120,  /* ... and from so many it has more room than it needs: WIDE_PART of the columns */
    WIDE_PART = 45,
    ROOMY = 60 /* columns from which names are whole */
};

struct range_view {
    struct nav *nav;
    struct prefix prefix;
    struct resource resource; /* the same, or the address of a /32 */
    bool has_here;
    struct addr here; /* the user comes from this address */
    struct range_summary range;
    struct heatmap map;
    struct related_headline a_case;
    struct last_count last; /* what changed since is in the header */
    bool outdated;
    unsigned journal_version;
    struct header top;
    struct range_level level2, level3;
    int lines;             /* rows of the levels: 1, or 2 on narrow screens */
    enum range_pane table; /* the visible one, ... */
    bool on_map;           /* ... unless the large map is */
    bool chosen;           /* by the user */
    bool wide;             /* there is room for the small map, ... */
    bool beside;           /* ... and it is beside the table */
    int side;              /* its columns */
    int room;              /* rows below the head */
    struct range_table spots;
    range_spots clean; /* blocks without a listed address; shown in place of the listed ones if ... */
    bool shows_clean;
    size_t clean_blocks; /* /24s in them */
    struct table tables[PANE_COUNT];
    bool awaited;               /* the user started a sweep here, and waits for its results */
    struct ptr_cache *names;    /* of the range, or of the block; NULL = names are not asked for */
    bool named;                 /* some have arrived that a filter has not seen */
    struct range_summary block; /* of the selected row; of no family: none */
};

static struct sweep *
sweep_of(const struct range_view *v)
{
    return sweep_store_find(v->nav->engine, &v->prefix);
}

static bool
has_pane(const struct range_view *v, enum range_pane pane)
{
    return pane == PANE_NETS ? v->range.nets.count > 0 : v->range.source != RANGE_UNKNOWN || v->range.rows.count > 0;
}

static bool
has_map(const struct range_view *v)
{
    return v->range.source != RANGE_UNKNOWN;
}

static bool
shows_table(const struct range_view *v)
{
    return has_pane(v, v->table) && !v->on_map;
}

/* Reads the prefix of a row, or under the map's cursor; false when there is none. */
static bool
find_prefix(struct range_view *v, size_t row, struct prefix *out)
{
    if (v->on_map)
        *out = heatmap_prefix(&v->map, v->map.at);
    else if (row >= v->tables[v->table].row_count)
        return false;
    else if (v->table == PANE_NETS)
        *out = v->range.nets.at[table_item(&v->tables[v->table], row)].prefix;
    else
        *out = v->spots.spots->at[table_item(&v->tables[v->table], row)].prefix;
    return true;
}

static bool
is_visible(void *arg)
{
    const struct range_view *v = arg;
    return app_shows(v->nav->app, v);
}

static void
on_name(void *arg)
{
    struct range_view *v = arg;
    v->named = true;
    app_touch(v->nav->app);
}

/* ---- gathering ---- */

static void
refresh(struct range_view *v)
{
    struct fault ignored;
    unsigned journal_version = navigator_journal_version(v->nav);
    bool recall = v->range.by_address && v->journal_version != journal_version;
    if (v->named && v->range.by_address && !v->outdated && !recall)
        table_fill(&v->tables[PANE_SPOTS], v->range.rows.count); /* a filter may see the names */
    v->named = false;
    if (!v->outdated && !recall)
        return;
    v->outdated = false;
    v->journal_version = journal_version;
    range_summary_gather(&v->range, v->nav->engine, &v->prefix, v->has_here ? &v->here : NULL, sweep_of(v));
    range_panel_map(&v->map, &v->range);
    if (v->range.by_address && navigator_journal(v->nav))
        range_summary_recall(&v->range, navigator_journal(v->nav), &ignored);
    v->clean_blocks = !v->range.by_address && has_map(v) ? range_summary_clean(&v->range, &v->clean) : 0;
    v->shows_clean = v->clean_blocks > 0 && (v->chosen ? v->shows_clean : v->range.rows.count == 0);
    if (!v->range.by_address)
        range_table_blocks(&v->spots, &v->range);
    v->spots.spots = v->shows_clean ? &v->clean : &v->range.rows;
    table_fill(&v->tables[PANE_SPOTS], v->spots.spots->count);
    table_fill(&v->tables[PANE_NETS], v->range.nets.count);
    v->block.prefix = (struct prefix){0};
    buf_free(&v->level2.words);
    buf_free(&v->level3.words);
    range_level2(&v->range, &v->level2);
    range_level3(&v->range, &v->level3);
    if (!v->chosen) /* the addresses if any is listed; else the nets */
        v->table = v->range.rows.count > 0 || v->range.nets.count == 0 ? PANE_SPOTS : PANE_NETS;
    if (!has_pane(v, v->table) && has_pane(v, PANE_NETS - v->table))
        v->table = PANE_NETS - v->table; /* the other one */
    v->on_map = v->on_map && has_map(v);
    /* The awaited sweep has ended: show its results, unless the user went elsewhere or sees them on the map. */
    if (!v->awaited || (sweep_of(v) && sweep_is_open(sweep_of(v))))
        return;
    v->awaited = false;
    if (v->range.listed == 0)
        return;
    struct buf count = {0};
    v->table = PANE_SPOTS;
    figure_count(&count, (int64_t)v->range.listed, "listed address", "listed addresses");
    app_message(v->nav->app, "the sweep found %s%s", buf_string(&count), v->on_map ? "; m shows the list" : "");
    buf_free(&count);
}

/* Gathers the /24 of the selected row, with what the journal knows of it. */
static void
refresh_block(struct range_view *v)
{
    struct fault ignored;
    const struct table *table = &v->tables[PANE_SPOTS];
    size_t row = table->pane.cursor.row;
    struct prefix prefix = {0};
    if (!v->range.by_address && v->beside && !v->on_map && v->table == PANE_SPOTS && row < table->row_count)
        prefix = v->spots.spots->at[table_item(table, row)].prefix;
    if (prefix.length != RANGE_BLOCK)
        prefix = (struct prefix){0};
    if (prefix_equal(&prefix, &v->block.prefix) || v->range.by_address)
        return;
    ptr_cache_free(v->names);
    v->names = NULL;
    if (prefix.addr.family == ADDR_NONE) {
        v->block.prefix = prefix;
        return;
    }
    range_summary_gather(&v->block, v->nav->engine, &prefix, NULL, NULL);
    if (navigator_journal(v->nav))
        range_summary_recall(&v->block, navigator_journal(v->nav), &ignored);
    v->block.names = v->names = ptr_cache_new(v->nav->engine, &prefix, is_visible, on_name, v);
}

static void
changed(void *self, unsigned what)
{
    struct range_view *v = self;
    struct engine *engine = v->nav->engine;
    last_count_read(&v->last, engine->recorder, &v->resource);
    v->outdated |= (what & (CHANGED_ANSWERS | CHANGED_SWEEPS | CHANGED_DATA)) != 0;
    if ((what & CHANGED_ZONES) && engine->recorder && !sweep_of(v) && dataset_level(&engine->dataset, 1)) {
        range_summary_gather(&v->range, engine, &v->prefix, v->has_here ? &v->here : NULL, NULL);
        range_panel_map(&v->map, &v->range);
        /* records the zone files' counts; sweeps record theirs themselves */
        range_summary_record(&v->range, engine->recorder, &engine->dataset);
    }
}

/* ---- drawing ---- */

/* Appends the name of a pane: "28 of 256 /24s listed, 15 with 1". */
static void
put_pane_name(const struct range_view *v, enum range_pane pane, bool roomy, struct buf *out)
{
    if (pane == PANE_SPOTS && !v->shows_clean) {
        range_spots_name(&v->range, roomy, out);
        return;
    }
    buf_text(out, pane == PANE_SPOTS ? "" : roomy ? "published nets " : "nets ");
    text_number(out, (int64_t)(pane == PANE_SPOTS ? v->clean_blocks : v->range.nets.count));
    buf_text(out, pane == PANE_SPOTS ? " /24s with none listed" : "");
}

/* Draws a rule with the names of the panes, the visible one first to see; and, above the small map, its name. */
static void
draw_pane_names(const struct range_view *v, const struct canvas *canvas, int row)
{
    int side = v->beside && !v->on_map ? canvas->cols - v->side : canvas->cols, col = 1;
    canvas_repeat(canvas, row, 0, CANVAS_REST, ROLE_LINE, GLYPH_LINE_H);
    for (enum range_pane pane = 0; pane < PANE_COUNT; pane++) {
        struct buf name = {0};
        if (!has_pane(v, pane))
            continue;
        put_pane_name(v, pane, side >= ROOMY, &name);
        bool is_shown = pane == v->table && !v->on_map;
        int end = canvas_format(canvas, row, col, side - col - 1, is_shown ? ROLE_TITLE : ROLE_DIM, " %s ",
                                buf_string(&name));
        if (!is_shown)
            canvas_click(canvas, row, col, end - col, keymap_press(v->on_map ? ACTION_MAP : ACTION_PANE, SCOPE_VIEW));
        col = end + 1;
        buf_free(&name);
    }
    if (v->beside && !v->on_map) {
        canvas_glyph(canvas, row, side + 1, ROLE_LINE, GLYPH_LINE_TEE);
        canvas_format(canvas, row, side + 3, CANVAS_REST, ROLE_DIM, v->map.cell_length == 32 ? " addresses " : " /%us ",
                      v->map.cell_length);
    }
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct range_view *v = self;
    refresh(v);
    related_headline_read(&v->a_case, v->nav->engine->recorder, &v->resource);
    v->wide = cols >= BESIDE;
    v->beside = v->wide && has_map(v);
    v->side = cols < WIDE ? RANGE_PANEL_COLS + 1 : cols * WIDE_PART / 100;
    range_header_write(&v->top, cols, v->nav->engine, &v->range, sweep_of(v), &v->a_case, &v->last, false);
    bool any = has_pane(v, PANE_SPOTS) || has_pane(v, PANE_NETS);
    bool barred = range_header_barred(v->nav->engine, &v->range) && v->range.listed == 0 && v->range.nets.count == 0;
    v->lines = barred ? 0 : range_header_level_rows(&v->level2, &v->level3, cols);
    struct table *table = &v->tables[v->table];
    table_panes(table, &v->top, rows, v->lines + any, out);
    if (table->items == 0 && any && shows_table(v)) /* its titles stand even so */
        out->head += table_head_rows(table);
    if (!shows_table(v))
        out->head = v->top.rows + v->lines + any;
    v->room = rows > out->head ? rows - out->head : 0;
    out->side = v->on_map ? cols : v->beside ? v->side : 0;
    out->in_side = v->on_map;
}

static void
draw_side(struct range_view *v, const struct canvas *canvas)
{
    uint32_t names[RANGE_PANEL_NAMES];
    const struct table *table = &v->tables[v->table];
    struct prefix selected;
    refresh_block(v);
    bool has_selected = find_prefix(v, table->pane.cursor.row, &selected);
    size_t count = range_panel_side(&v->range, &v->map, has_selected ? &selected : NULL,
                                    v->block.prefix.addr.family == ADDR_NONE ? NULL : &v->block, canvas, names);
    if (v->names && !v->range.by_address)
        ptr_cache_show(v->names, names, count);
}

static void
draw(void *self, enum part part, const struct canvas *canvas)
{
    struct range_view *v = self;
    if (part == PART_SIDE) {
        if (v->on_map)
            range_panel_draw(&v->range, &v->map, canvas, true);
        else
            draw_side(v, canvas);
        return;
    }
    if (v->lines > 0)
        range_header_draw_levels(&v->level2, &v->level3, canvas);
    struct canvas below = canvas_part(canvas, v->lines, 0, canvas->rows - v->lines, canvas->cols);
    header_draw(&v->top, &below);
    if (has_pane(v, PANE_SPOTS) || has_pane(v, PANE_NETS))
        draw_pane_names(v, &below, v->top.rows);
    if (shows_table(v)) {
        int cols = canvas->cols - (v->beside ? v->side : 0), row = v->top.rows + 1;
        struct canvas table = canvas_part(&below, row, 0, below.rows - row, cols);
        table_head(&v->tables[v->table], &table, 0, true);
        for (int titles = 0; v->beside && titles < table.rows; titles++)
            canvas_glyph(&below, row + titles, cols + 1, ROLE_LINE, GLYPH_LINE_V);
    }
    if (v->names && v->range.by_address) { /* asks for the visible names, and no others */
        uint32_t addresses[PTR_CACHE_MOST];
        const struct table *table = &v->tables[v->table];
        size_t count = 0, first = table->pane.cursor.scroll;
        if (v->table == PANE_SPOTS && shows_table(v) && table->widths[RANGE_COLUMN_NAME] > 0)
            for (size_t i = first; i < first + (size_t)v->room && i < table->row_count; i++)
                addresses[count++] = addr_to_v4(&v->range.rows.at[table_item(table, i)].prefix.addr);
        ptr_cache_show(v->names, addresses, count);
    }
}

/* Writes all panes, visible or not; a filtered table stays filtered. */
static void
report(void *self, int cols, bool ascii, struct buf *out)
{
    struct range_view *v = self;
    struct grid grid = {.ascii = ascii};
    refresh(v);
    range_header_write(&v->top, cols, v->nav->engine, &v->range, sweep_of(v), &v->a_case, &v->last, true);
    header_fit(&v->top, CANVAS_REST, true);
    grid_resize(&grid, v->top.rows, cols);
    struct canvas canvas = canvas_of(&grid);
    header_draw(&v->top, &canvas);
    dump_grid(out, &grid, false);
    for (enum range_pane pane = 0; pane < PANE_COUNT; pane++)
        if (v->tables[pane].items > 0) {
            buf_byte(out, '\n');
            if (pane == PANE_SPOTS && v->range.by_address)
                range_export_addresses(&v->tables[PANE_SPOTS], &v->spots, cols, ascii, out);
            else
                table_dump(&v->tables[pane], cols, ascii, out);
        }
    if (has_map(v)) {
        buf_byte(out, '\n');
        grid_resize(&grid, range_panel_rows(&v->range, &v->map, cols), cols);
        canvas = canvas_of(&grid);
        range_panel_draw(&v->range, &v->map, &canvas, false);
        dump_grid(out, &grid, false);
    }
    grid_free(&grid);
}

/* ---- the view ---- */

static void
close_range(void *self)
{
    struct range_view *v = self;
    if (sweep_of(v))
        sweep_stop(sweep_of(v));
    ptr_cache_free(v->names);
    for (enum range_pane pane = 0; pane < PANE_COUNT; pane++)
        table_fini(&v->tables[pane]);
    range_summary_fini(&v->range);
    range_summary_fini(&v->block);
    vec_free(&v->clean);
    buf_free(&v->level2.words);
    buf_free(&v->level3.words);
    related_headline_fini(&v->a_case);
    header_fini(&v->top);
    free(v);
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    struct range_view *v = self;
    struct prefix prefix;
    char text[PREFIX_TEXT];
    if (out->title) {
        buf_text(out->title, prefix_text(&v->prefix, text));
        if (v->range.announced)
            phrases_holder(out->detail, v->range.record.asn, v->range.record.org, "");
        table_put_marks(&v->tables[v->table], out->status);
        figure_zones(out->status, v->nav->engine->dataset.zones);
    }
    out->resource = v->resource;
    if (!out->copy || !find_prefix(v, row, &prefix))
        return;
    buf_text(out->copy, prefix.length == 32 ? addr_text(&prefix.addr, text) : prefix_text(&prefix, text));
}

/* Starts it on the map, if no map is beside the table. */
static void
start_sweep(void *arg, bool yes)
{
    struct range_view *v = arg;
    if (!yes)
        return;
    v->on_map = v->on_map || !(v->wide || has_pane(v, PANE_SPOTS) || has_pane(v, PANE_NETS));
    v->chosen = v->awaited = true;
    sweep_store_start(v->nav->engine, &v->prefix);
}

static void
ask_for_sweep(struct range_view *v)
{
    static const char *const questions[] = {[RANGE_ZONES] = "The zone file already has this. Query DNS anyway: ",
                                            [RANGE_SWEEP] = "Query level 1 over DNS again: ",
                                            [RANGE_UNKNOWN] = "Query level 1 over DNS: "};
    struct buf question = {0};
    buf_text(&question, questions[v->range.source]);
    figure_count(&question, (int64_t)prefix_size(&v->prefix), "question", "questions");
    buf_format(&question, ", %d a second?", SWEEP_PER_SECOND);
    confirm_open(v->nav->app, buf_string(&question), start_sweep, v);
    buf_free(&question);
}

/* Goes to the next narrower or wider net that is published or announced, or the /24, around the user's address, else
 * around the row: in place of this view, as on the map of an address. */
static void
step(struct range_view *v, size_t row, bool wider)
{
    struct prefix at = v->prefix, found;
    bool has_row = find_prefix(v, row, &at);
    if (v->has_here && (!has_row || prefix_holds(&v->prefix, &v->here)))
        at = prefix_around(&v->here, 32);
    found = range_step(&v->range, &at.addr, wider);
    if (found.addr.family == ADDR_NONE) {
        app_message(v->nav->app,
                    wider ? "no wider net around %s is published or announced"
                          : "%s is narrow already: maps are of a /24 or wider",
                    prefix_text(&v->prefix, (char[PREFIX_TEXT]){0}));
        return;
    }
    struct place place = {PLACE_RANGE, .resource = resource_of_net(&found)};
    if (v->has_here)
        place.came_from = resource_of_address(&v->here);
    else if (wider)
        place.came_from = v->resource;
    navigate(v->nav, &place);
    app_close(v->nav->app, v);
}

static bool
can(void *self, enum action action, size_t row)
{
    struct range_view *v = self;
    struct prefix prefix;
    switch (action) {
    case ACTION_OPEN:
        if (row == VIEW_ANY_ROW)
            return has_map(v) || has_pane(v, PANE_NETS);
        return find_prefix(v, row, &prefix) && (prefix.length == 32 || !prefix_equal(&prefix, &v->prefix));
    case ACTION_WIDER:
    case ACTION_MAP_NARROWER:
    case ACTION_MAP_WIDER:
        return true;
    case ACTION_COMPARE:
        return !v->on_map && v->tables[v->table].row_count > 0;
    case ACTION_PANE:
        return has_pane(v, PANE_NETS) && has_pane(v, PANE_SPOTS) && !v->on_map;
    case ACTION_MAP:
        return has_map(v);
    case ACTION_CLEAN:
        return v->clean_blocks > 0;
    case ACTION_AGAIN:
        return v->nav->engine->resolver && v->range.by_address && !range_header_barred(v->nav->engine, &v->range);
    case ACTION_HOLD:
    case ACTION_STOP:
        return sweep_of(v) && sweep_is_open(sweep_of(v));
    case ACTION_LEFT:
    case ACTION_RIGHT:
        return v->on_map;
    default:
        return v->on_map && keymap_is_row_move(action);
    }
}

static void
open_row(struct range_view *v, size_t row)
{
    struct prefix prefix;
    struct place place;
    if (!find_prefix(v, row, &prefix))
        return;
    if (prefix.length == 32)
        place = (struct place){PLACE_ADDRESS, .resource = resource_of_address(&prefix.addr)};
    else
        place = (struct place){PLACE_RANGE, .resource = resource_of_net(&prefix)};
    if (v->has_here && prefix_holds(&prefix, &v->here))
        place.came_from = resource_of_address(&v->here);
    navigate(v->nav, &place);
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct range_view *v = self;
    (void)app;
    struct sweep_counts counts;
    switch (action) {
    case ACTION_OPEN:
        open_row(v, row);
        break;
    case ACTION_WIDER:
        navigator_up(v->nav, &v->prefix, v->has_here ? &v->here : NULL);
        break;
    case ACTION_MAP_NARROWER:
    case ACTION_MAP_WIDER:
        step(v, row, action == ACTION_MAP_WIDER);
        break;
    case ACTION_COMPARE:
        navigator_compare_rows(v->nav, &v->tables[v->table], RESOURCE_NET);
        break;
    case ACTION_PANE:
        v->chosen = true;
        v->awaited = false;
        v->table = PANE_NETS - v->table;
        break;
    case ACTION_MAP:
        v->chosen = true;
        v->awaited = false;
        v->on_map = !v->on_map;
        break;
    case ACTION_CLEAN:
        v->chosen = true;
        v->table = PANE_SPOTS;
        v->on_map = false;
        v->shows_clean = !v->shows_clean;
        v->spots.spots = v->shows_clean ? &v->clean : &v->range.rows;
        v->tables[PANE_SPOTS].pane.cursor = (struct cursor){0};
        table_fill(&v->tables[PANE_SPOTS], v->spots.spots->count);
        break;
    case ACTION_AGAIN:
        ask_for_sweep(v);
        break;
    case ACTION_HOLD:
        sweep_counts(sweep_of(v), &counts);
        sweep_pause(sweep_of(v), counts.phase == SWEEP_ASKING);
        break;
    case ACTION_STOP:
        sweep_stop(sweep_of(v));
        v->outdated = true;
        break;
    default:
        heatmap_move(&v->map, keymap_move(action));
        break;
    }
}

static const enum action hints[] = {ACTION_AGAIN, ACTION_STOP,     ACTION_MAP,  ACTION_CLEAN, ACTION_PANE,
                                    ACTION_HOLD,  ACTION_PROVIDER, ACTION_SORT, ACTION_NONE};

static const struct view range_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .hints = hints,
    .again = "sweep",
    .close = close_range,
    .changed = changed,
    .panes = panes,
    .draw = draw,
    .subject = subject,
    .can = can,
    .act = act,
    .report = report,
};

void
view_range_open(struct nav *nav, const struct place *place)
{
    struct range_view *v = mem_zero(sizeof *v);
    const struct resource *from = &place->came_from;
    v->nav = nav;
    v->prefix = place->resource.prefix;
    v->has_here = from->kind == RESOURCE_ADDRESS;
    v->here = from->prefix.addr;
    v->resource = v->prefix.length == 32 ? resource_of_address(&v->prefix.addr) : resource_of_net(&v->prefix);
    bool by_address = v->prefix.length >= RANGE_BLOCK;
    if (by_address)
        v->range.names = v->names = ptr_cache_new(nav->engine, &v->prefix, is_visible, on_name, v);
    if (by_address)
        range_table_addresses(&v->spots, &v->range, nav->engine->recorder || nav->engine->journal_awaited, v->names);
    else
        range_table_blocks(&v->spots, &v->range);
    table_init(&v->tables[PANE_SPOTS], &v->spots.model, &v->spots, nav->app, by_address ? 0 : RANGE_COLUMN_LISTED);
    table_init(&v->tables[PANE_NETS], &range_table_nets, &v->range, nav->app, 0);
    for (enum range_pane pane = 0; pane < PANE_COUNT && from->kind != RESOURCE_NONE; pane++)
        table_come_from(&v->tables[pane], &from->prefix);
    changed(v, CHANGED_ZONES);
    app_push(nav->app, &range_view, v);
}

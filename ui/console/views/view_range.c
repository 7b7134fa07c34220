/* Two tables and a map share the view: beside each other where there is room, else one at a time, and Tab goes round.
 * Each has its own cursor. Gathers the range again when the engine or the journal reports a change, not for each frame.
 */
#include "console/views/routes.h"

#include "base/text.h"
#include "check/ptr_cache.h"
#include "check/sweep_store.h"
#include "console/overlays/confirm.h"
#include "console/views/range_header.h"
#include "console/widgets/table.h"
#include "draw/dump.h"
#include "pages/figure.h"
#include "pages/range_panel.h"
#include "pages/range_tables.h"

enum range_pane { PANE_SPOTS, PANE_NETS, PANE_MAP, PANE_COUNT };

enum {
    WIDE = 100, /* from so many columns on the map is beside the table */
    SIDE_COLS = HEATMAP_COLS + 4,
    SIDE_LEFT = 3, /* columns between the line at its left and the map */
    ROOMY = 60,    /* columns from which names are whole */
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
    bool outdated;
    unsigned journal_version;
    struct header top;
    enum range_pane table; /* the visible one, ... */
    bool on_map;           /* ... or the map has the cursor */
    bool chosen;           /* by the user */
    bool beside;           /* the map is beside the table */
    int room;              /* rows below the head */
    struct range_table addresses;
    struct table tables[PANE_MAP];
    bool awaited;            /* the user started a sweep here, and waits for its results */
    struct ptr_cache *names; /* NULL = names are not asked for */
    bool named;              /* some have arrived that a filter has not seen */
};

static struct sweep *
sweep_of(const struct range_view *v)
{
    return sweep_store_find(v->nav->engine, &v->prefix);
}

static bool
has_pane(const struct range_view *v, enum range_pane pane)
{
    bool known = v->range.source != RANGE_UNKNOWN;
    return pane == PANE_NETS ? v->range.nets.count > 0 : known || (pane == PANE_SPOTS && v->range.rows.count > 0);
}

static bool
shows_table(const struct range_view *v)
{
    return has_pane(v, v->table) && (v->beside || !v->on_map);
}

/* ---- gathering ---- */

static void
refresh(struct range_view *v)
{
    struct fault ignored;
    unsigned journal_version = navigator_journal_version(v->nav);
    bool recall = v->range.by_address && v->journal_version != journal_version;
    if (v->named && !v->outdated && !recall)
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
    table_fill(&v->tables[PANE_SPOTS], v->range.rows.count);
    table_fill(&v->tables[PANE_NETS], v->range.nets.count);
    if (!v->chosen) { /* the addresses if any is listed; else the nets; without any, the map */
        bool listed = v->range.rows.count > 0, nets = v->range.nets.count > 0;
        v->table = listed || !nets ? PANE_SPOTS : PANE_NETS;
        v->on_map = !listed && !nets;
    }
    if (!has_pane(v, v->table) && has_pane(v, PANE_NETS - v->table))
        v->table = PANE_NETS - v->table; /* the other one */
    v->on_map = v->on_map && has_pane(v, PANE_MAP);
    /* The awaited sweep has ended: show its results, unless the user went elsewhere or sees them on the map. */
    if (!v->awaited || (sweep_of(v) && sweep_is_open(sweep_of(v))))
        return;
    v->awaited = false;
    if (v->range.listed == 0)
        return;
    struct buf count = {0};
    v->table = PANE_SPOTS;
    figure_count(&count, (int64_t)v->range.listed, "listed address", "listed addresses");
    app_message(v->nav->app, "the sweep found %s; Tab shows %s", buf_string(&count),
                v->on_map                ? "the list"
                : has_pane(v, PANE_NETS) ? "the nets and the map"
                                         : "the map");
    buf_free(&count);
}

static void
changed(void *self, unsigned what)
{
    struct range_view *v = self;
    struct engine *engine = v->nav->engine;
    v->outdated |= (what & (CHANGED_ANSWERS | CHANGED_SWEEPS | CHANGED_DATA)) != 0;
    if ((what & CHANGED_ZONES) && engine->recorder && !sweep_of(v) && dataset_level(&engine->dataset, 1)) {
        range_summary_gather(&v->range, engine, &v->prefix, v->has_here ? &v->here : NULL, NULL);
        range_panel_map(&v->map, &v->range);
        /* records the zone files' counts; sweeps record theirs themselves */
        range_summary_record(&v->range, engine->recorder, &engine->dataset);
    }
}

/* ---- drawing ---- */

/* Draws the names of the panes in one row, and marks the one with the cursor. */
static void
draw_pane_names(const struct range_view *v, const struct canvas *canvas, int row)
{
    static const char *const names[PANE_COUNT][2] = {
        {"listed", "listed addresses"}, {"nets", "published nets"}, {"map", "map"}};
    static const char *const blocks[] = {"blocks", "/24 blocks with listed addresses"}, *const journal[] = {
                                                                                            "journal",
                                                                                            "addresses in the journal"};
    bool roomy = canvas->cols >= ROOMY, known = v->range.source != RANGE_UNKNOWN;
    int col = 0;
    for (enum range_pane pane = 0; pane < PANE_COUNT; pane++) {
        struct buf name = {0};
        bool here = v->on_map ? pane == PANE_MAP : pane == v->table;
        bool addresses = pane == PANE_SPOTS && v->range.by_address && known;
        if (!has_pane(v, pane))
            continue;
        if (here)
            canvas_glyph(canvas, row, col, ROLE_KEY, GLYPH_INTO);
        buf_text(&name, (pane != PANE_SPOTS || addresses ? names[pane]
                         : v->range.by_address           ? journal
                                                         : blocks)[roomy]);
        if (pane != PANE_MAP) {
            buf_byte(&name, ' ');
            text_number(&name, (int64_t)(addresses ? v->range.listed : v->tables[pane].items));
        }
        if (addresses && v->range.left > 0) {
            buf_text(&name, ", left ");
            text_number(&name, (int64_t)v->range.left);
        }
        col = canvas_text(canvas, row, col + 2, CANVAS_REST, here ? ROLE_TITLE : ROLE_DIM, buf_string(&name)) + 2;
        buf_free(&name);
    }
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct range_view *v = self;
    refresh(v);
    related_headline_read(&v->a_case, v->nav->engine->recorder, &v->resource);
    v->beside = cols >= WIDE && has_pane(v, PANE_MAP);
    range_header_write(&v->top, cols, v->nav->engine, &v->range, sweep_of(v), &v->a_case);
    bool any = has_pane(v, PANE_SPOTS) || has_pane(v, PANE_NETS);
    int titles = shows_table(v) ? table_head_rows(&v->tables[v->table]) : 0;
    int rest = !any ? 0 : shows_table(v) ? header_table_rows(rows) : range_panel_rows(&v->range, &v->map, cols);
    header_fit(&v->top, rows - any - titles - rest, shows_table(v) || !any);
    out->head = v->top.rows + any + titles;
    v->room = rows > out->head ? rows - out->head : 0;
    out->side = v->beside ? SIDE_COLS : v->on_map ? cols : 0;
    out->in_side = v->on_map;
    out->body = &v->tables[v->table].pane;
    out->rows = v->tables[v->table].row_count;
}

static void
draw(void *self, enum part part, const struct canvas *canvas)
{
    struct range_view *v = self;
    if (part == PART_SIDE) {
        int left = v->beside ? SIDE_LEFT : 0;
        struct canvas map = canvas_part(canvas, 0, left, canvas->rows, canvas->cols - left);
        for (int row = 0; v->beside && row < canvas->rows; row++)
            canvas_glyph(canvas, row, 1, ROLE_LINE, GLYPH_LINE_V);
        range_panel_draw(&v->range, &v->map, &map, v->on_map);
        return;
    }
    header_draw(&v->top, canvas);
    if (has_pane(v, PANE_SPOTS) || has_pane(v, PANE_NETS))
        draw_pane_names(v, canvas, v->top.rows);
    if (shows_table(v)) {
        int cols = canvas->cols - (v->beside ? SIDE_COLS : 0), row = v->top.rows + 1;
        struct canvas table = canvas_part(canvas, row, 0, canvas->rows - row, cols);
        table_head(&v->tables[v->table], &table, 0, true);
    }
    if (v->names) { /* asks for the visible names, and no others */
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
    range_header_write(&v->top, cols, v->nav->engine, &v->range, sweep_of(v), &v->a_case);
    header_fit(&v->top, CANVAS_REST, true);
    grid_resize(&grid, v->top.rows, cols);
    struct canvas canvas = canvas_of(&grid);
    header_draw(&v->top, &canvas);
    dump_grid(out, &grid, false);
    for (enum range_pane pane = 0; pane < PANE_MAP; pane++)
        if (v->tables[pane].items > 0) {
            buf_byte(out, '\n');
            table_dump(&v->tables[pane], cols, ascii, out);
        }
    if (has_pane(v, PANE_MAP)) {
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
    for (enum range_pane pane = 0; pane < PANE_MAP; pane++)
        table_fini(&v->tables[pane]);
    range_summary_fini(&v->range);
    related_headline_fini(&v->a_case);
    header_fini(&v->top);
    free(v);
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
        *out = v->range.rows.at[table_item(&v->tables[v->table], row)].prefix;
    return true;
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    struct range_view *v = self;
    struct prefix prefix;
    char text[PREFIX_TEXT];
    if (out->title) {
        buf_text(out->title, prefix_text(&v->prefix, text));
        if (shows_table(v) && !v->on_map)
            table_status(&v->tables[v->table], out->status);
    }
    out->resource = v->resource;
    if (!out->copy || !find_prefix(v, row, &prefix))
        return;
    buf_text(out->copy, prefix.length == 32 ? addr_text(&prefix.addr, text) : prefix_text(&prefix, text));
}

/* Starts it on the map, unless another pane is visible already. */
static void
start_sweep(void *arg, bool yes)
{
    struct range_view *v = arg;
    if (!yes)
        return;
    v->on_map = v->on_map || !(has_pane(v, PANE_SPOTS) || has_pane(v, PANE_NETS));
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

static bool
can(void *self, enum action action, size_t row)
{
    struct range_view *v = self;
    struct prefix prefix;
    switch (action) {
    case ACTION_OPEN:
        if (row == VIEW_ANY_ROW)
            return has_pane(v, PANE_MAP) || has_pane(v, PANE_NETS);
        return find_prefix(v, row, &prefix) && (prefix.length == 32 || !prefix_equal(&prefix, &v->prefix));
    case ACTION_WIDER:
        return true;
    case ACTION_PANE:
        return has_pane(v, PANE_MAP);
    case ACTION_AGAIN:
        if (!v->nav->engine->resolver)
            return v->nav->engine->reread != NULL;
        return v->range.by_address && !range_header_barred(v->nav->engine, &v->range);
    case ACTION_HOLD:
    case ACTION_STOP:
        return sweep_of(v) && sweep_is_open(sweep_of(v));
    case ACTION_LEFT:
    case ACTION_RIGHT:
        return v->on_map || (row == VIEW_ANY_ROW && has_pane(v, PANE_MAP));
    default:
        return v->on_map && keymap_is_row_move(action);
    }
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct range_view *v = self;
    struct sweep_counts counts;
    struct prefix prefix;
    struct place place;
    enum range_pane pane = v->on_map ? PANE_MAP : v->table;
    switch (action) {
    case ACTION_OPEN:
        if (!find_prefix(v, row, &prefix))
            break;
        if (prefix.length == 32)
            place = (struct place){PLACE_ADDRESS, .resource = resource_of_address(&prefix.addr)};
        else
            place = (struct place){PLACE_RANGE, .resource = resource_of_net(&prefix)};
        if (v->has_here && prefix_holds(&prefix, &v->here))
            place.came_from = resource_of_address(&v->here);
        navigate(v->nav, &place);
        break;
    case ACTION_WIDER:
        navigator_up(v->nav, &v->prefix, v->has_here ? &v->here : NULL);
        break;
    case ACTION_PANE:
        v->chosen = true;
        v->awaited = false;
        do
            pane = (pane + 1) % PANE_COUNT;
        while (!has_pane(v, pane));
        v->on_map = pane == PANE_MAP;
        v->table = v->on_map ? v->table : pane;
        break;
    case ACTION_AGAIN:
        if (v->nav->engine->resolver) {
            ask_for_sweep(v);
            break;
        }
        v->nav->engine->reread(v->nav->engine->reread_arg);
        app_message(app, "reading the files again, if they have changed");
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

static const enum action hints[] = {ACTION_AGAIN, ACTION_HOLD, ACTION_STOP,    ACTION_WIDER,
                                    ACTION_PANE,  ACTION_WORLD, ACTION_HISTORY, ACTION_NONE};

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
    range_table_addresses(&v->addresses, nav->engine->recorder || nav->engine->journal_awaited, v->names);
    table_init(&v->tables[PANE_SPOTS], by_address ? &v->addresses.model : &range_table_blocks, &v->range, nav->app,
               by_address ? 0 : RANGE_COLUMN_CAUSE);
    table_init(&v->tables[PANE_NETS], &range_table_nets, &v->range, nav->app, 0);
    for (enum range_pane pane = 0; pane < PANE_MAP && from->kind != RESOURCE_NONE; pane++)
        table_come_from(&v->tables[pane], &from->prefix);
    changed(v, CHANGED_ZONES);
    app_push(nav->app, &range_view, v);
}

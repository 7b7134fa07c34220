/* Two tables and a map share the place: beside each other where there is room, else one at a time, and Tab goes round.
 * Each table and the map have their own cursor. The range is gathered anew when the dataset or the sweep has changed,
 * not for each frame. */
#include "console/views/routes.h"

#include "base/clock.h"
#include "base/text.h"
#include "check/investigation.h"
#include "check/sweep_store.h"
#include "console/overlays/confirm.h"
#include "console/widgets/table.h"
#include "draw/dump.h"
#include "draw/header.h"
#include "pages/figure.h"
#include "pages/range_panel.h"
#include "pages/range_seen.h"
#include "pages/range_tables.h"
#include "pages/related_cases.h"

enum range_pane { PANE_SPOTS, PANE_NETS, PANE_MAP, PANE_COUNT };

enum {
    WIDE = 100, /* from so many columns on the map is beside the table */
    SIDE_COLS = HEATMAP_COLS + 4,
    SIDE_LEFT = 3, /* the map's distance from the line at its left */
    ROOMY = 60,    /* columns from which names are whole */
    MINUTE_MS = 60 * 1000,
};

struct range_view {
    struct nav *nav;
    struct prefix prefix;
    bool has_here;
    struct addr here;
    struct range range;
    bool outdated;
    unsigned version;         /* of the atlas */
    unsigned journal_version; /* ... and of the journal */
    bool kept;                /* what the zone files of this version say is in the journal */
    struct header top;
    enum range_pane table; /* the one that shows */
    bool on_map;
    bool chosen;                  /* these two by the user */
    bool beside;                  /* the map is beside the table */
    int room;                     /* rows below the head */
    struct range_table addresses; /* the model of the first of these, if it is by address */
    struct table tables[PANE_MAP];
    bool awaited;            /* it was started here, and the user waits for what it finds */
    unsigned changes;        /* of the engine */
    struct ptr_cache *names; /* NULL = nobody is asked for them */
    bool named;              /* there are more of them than the sheet knows of */
    struct related_headline a_case;
};

static const struct addr *
here_of(const struct range_view *v)
{
    return v->has_here ? &v->here : NULL;
}

static const struct policy *
policy_of(const struct range_view *v)
{
    return &v->nav->engine->dataset.policy;
}

static struct table *
table_of(struct range_view *v)
{
    return &v->tables[v->table];
}

static bool
has_pane(const struct range_view *v, enum range_pane pane)
{
    bool known = v->range.source != RANGE_UNKNOWN;
    return pane == PANE_NETS ? v->range.nets.count > 0 : known || (pane == PANE_SPOTS && v->range.rows.count > 0);
}

/* Until the user chooses: what is listed; where nothing is, the nets; where there is none, the map. */
static void
choose_pane(struct range_view *v)
{
    bool listed = v->range.rows.count > 0, nets = v->range.nets.count > 0;
    v->table = listed || !nets ? PANE_SPOTS : PANE_NETS;
    v->on_map = !listed && !nets;
}

/* ---- the journal ---- */

static struct sweep *
sweep_of(const struct range_view *v)
{
    return sweep_store_find(v->nav->engine, &v->prefix);
}

static bool
is_sweeping(const struct range_view *v)
{
    return sweep_of(v) && sweep_is_open(sweep_of(v));
}

/* What was found shows, unless the user went elsewhere meanwhile; on the map it does already. */
static void
show_found(struct range_view *v)
{
    if (!v->awaited || is_sweeping(v))
        return;
    v->awaited = false;
    if (v->range.listed == 0)
        return;
    v->table = PANE_SPOTS;
    struct buf words = {0};
    figure_count(&words, (int64_t)v->range.listed, "listed address", "listed addresses");
    app_message(v->nav->app, "the sweep found %s; Tab shows %s", buf_string(&words),
                v->on_map                ? "the list"
                : has_pane(v, PANE_NETS) ? "the nets and the map"
                                         : "the map");
    buf_free(&words);
}

/* What is handed to it is in the journal when the next frame is drawn. */
static void
keep(struct range_view *v)
{
    if (!v->nav->engine->recorder || sweep_of(v) || v->kept || v->range.source != RANGE_ZONES)
        return;
    range_seen_keep_zones(v->nav->engine->recorder, &v->range, v->nav->engine->dataset.zones, policy_of(v));
    v->kept = true;
    app_touch(v->nav->app);
}

static bool
is_outdated(struct range_view *v)
{
    unsigned version = v->nav->engine->dataset.revision;
    unsigned journal_version = navigator_journal_version(v->nav);
    bool outdated = v->outdated || v->version != version || v->changes != v->nav->changes ||
                    (v->prefix.length >= RANGE_BLOCK && v->journal_version != journal_version);
    v->kept = v->kept && v->version == version;
    v->outdated = false;
    v->version = version;
    v->journal_version = journal_version;
    v->changes = v->nav->changes;
    return outdated;
}

static void
on_name(void *arg)
{
    struct range_view *v = arg;
    v->named = true;
    app_touch(v->nav->app);
}

static void
refresh(struct range_view *v)
{
    bool outdated = is_outdated(v), named = v->named;
    v->named = false;
    if (named && !outdated)
        table_fill(&v->tables[PANE_SPOTS], v->range.rows.count); /* a filter may see it */
    if (!outdated)
        return;
    range_gather(&v->range, v->nav->engine, &v->prefix, here_of(v), sweep_of(v));
    keep(v);
    range_seen_recall(&v->range, navigator_journal(v->nav));
    table_fill(&v->tables[PANE_SPOTS], v->range.rows.count);
    table_fill(&v->tables[PANE_NETS], v->range.nets.count);
    if (!v->chosen)
        choose_pane(v);
    if (!has_pane(v, v->table) && has_pane(v, PANE_NETS - v->table))
        v->table = PANE_NETS - v->table; /* the other one */
    v->on_map = v->on_map && has_pane(v, PANE_MAP);
    show_found(v);
}

/* ---- what stands on top ---- */

static void
put_progress(struct buf *out, const struct sweep *sweep)
{
    static const char *const phases[] = {[SWEEP_PAUSED] = ", paused", [SWEEP_STOPPED] = ", stopped", [SWEEP_DONE] = ""};
    struct sweep_counts c;
    sweep_counts(sweep, &c);
    int64_t age_ms = clock_now_ms() - c.changed_ms;
    buf_format(out, "Sweep of level 1 over DNS: %zu of %zu answered", c.answered, c.total);
    if (c.phase != SWEEP_ASKING) {
        buf_text(out, phases[c.phase]);
    } else {
        if (c.per_second > 0)
            buf_format(out, ", %.0f a second", c.per_second);
        buf_text(out, ", ");
        text_duration(out, c.left_ms);
        buf_text(out, " left");
    }
    if (age_ms >= MINUTE_MS && !sweep_is_open(sweep)) {
        buf_text(out, ", ");
        text_duration(out, age_ms);
        buf_text(out, " ago");
    }
    if (sweep_problem(sweep))
        buf_format(out, "%s%s", c.answered > 0 ? "; level 1 is not believed: " : ": ", sweep_problem(sweep));
}

/* Why no list can hold its addresses, or NULL. */
static const char *
barred(const struct range_view *v)
{
    const struct engine *engine = v->nav->engine;
    if (!investigation_barred(engine, &v->prefix.addr))
        return NULL;
    if (v->range.by_address)
        return addr_reserved(&v->prefix.addr);
    return v->range.listed == 0 && v->range.nets.count == 0 ? prefix_reserved(&v->prefix) : NULL;
}

static void
put_offer(const struct range_view *v, struct buf *out)
{
    if (barred(v) || sweep_of(v) || v->range.source != RANGE_UNKNOWN || !v->nav->engine->resolver)
        return;
    if (v->range.by_address) {
        buf_text(out, "Without them, r asks level 1 over DNS about each address: ");
        figure_count(out, (int64_t)prefix_size(&v->prefix), "question", "questions");
        buf_format(out, ", %d a second.", SWEEP_PER_SECOND);
    } else {
        buf_text(out, "Over DNS only a /24 at a time is asked about: i opens one.");
    }
}

static void
write_top(struct range_view *v, int cols)
{
    const struct dataset *dataset = &v->nav->engine->dataset;
    struct buf line = {0};
    header_begin(&v->top, cols);
    range_sentence(&v->range, policy_of(v), &line);
    header_add(&v->top, ROLE_STRONG, &line);
    related_headline_put(&v->a_case, &v->top);
    if (barred(v)) {
        buf_format(&line, "These addresses are not routable (%s): no DNSBL can list them.", barred(v));
        header_add(&v->top, ROLE_PLAIN, &line);
    } else if (sweep_of(v)) {
        put_progress(&line, sweep_of(v));
        header_add(&v->top, ROLE_ASKING, &line);
    } else {
        buf_text(&line, dataset_lacks_zones(dataset));
        header_add(&v->top, ROLE_WARN, &line);
    }
    range_difference(&v->range, &line);
    header_add(&v->top, ROLE_WARN, &line);
    range_contradicted(&v->range, &line);
    header_add(&v->top, ROLE_PLAIN, &line);
    put_offer(v, &line);
    header_add(&v->top, ROLE_PLAIN, &line);
    range_nets_source(&v->range, &line);
    header_add(&v->top, ROLE_PLAIN, &line);
    range_holder(&v->range, &line);
    header_add(&v->top, ROLE_PLAIN, &line);
    bool fresh = figure_sources(&line, dataset->zones, NULL);
    header_add(&v->top, fresh ? ROLE_DIM : ROLE_WARN, &line);
    buf_free(&line);
}

/* Of addresses those that are listed, and those that were. */
static void
put_count(struct buf *out, const struct range_view *v, enum range_pane pane)
{
    bool known = v->range.source != RANGE_UNKNOWN, spots = pane == PANE_SPOTS && v->range.by_address;
    text_number(out, (int64_t)(spots && known ? v->range.listed : v->tables[pane].items));
    if (spots && known && v->range.left > 0) {
        buf_text(out, ", left ");
        text_number(out, (int64_t)v->range.left);
    }
}

static const char *
pane_name(const struct range_view *v, enum range_pane pane, bool roomy)
{
    static const char *const names[2][PANE_COUNT] = {{"listed", "nets", "map"},
                                                     {"listed addresses", "published nets", "map"}};
    static const char *const blocks[2] = {"blocks", "/24 blocks with listed addresses"};
    static const char *const recalled[2] = {"journal", "addresses in the journal"};
    if (pane == PANE_SPOTS && !v->range.by_address)
        return blocks[roomy];
    return pane == PANE_SPOTS && v->range.source == RANGE_UNKNOWN ? recalled[roomy] : names[roomy][pane];
}

/* Which parts there are, and where the cursor is. */
static void
draw_panes(const struct range_view *v, const struct canvas *canvas, int row)
{
    bool roomy = canvas->cols >= ROOMY;
    int col = 0;
    for (enum range_pane pane = 0; pane < PANE_COUNT; pane++) {
        if (!has_pane(v, pane))
            continue;
        bool here = v->on_map ? pane == PANE_MAP : pane == v->table;
        const char *name = pane_name(v, pane, roomy);
        enum role role = here ? ROLE_TITLE : ROLE_DIM;
        if (here)
            canvas_glyph(canvas, row, col, ROLE_KEY, GLYPH_INTO);
        col = canvas_text(canvas, row, col + 2, CANVAS_REST, role, name);
        if (pane < PANE_MAP) {
            struct buf count = {0};
            put_count(&count, v, pane);
            col = canvas_text(canvas, row, col + 1, CANVAS_REST, role, buf_string(&count));
            buf_free(&count);
        }
        col += 2;
    }
}

/* ---- the parts ---- */

static bool
shows_table(const struct range_view *v)
{
    return has_pane(v, v->table) && (v->beside || !v->on_map);
}

/* Asks for the names that the table shows, and for no others. */
static void
show_names(struct range_view *v)
{
    const struct table *table = table_of(v);
    uint32_t addresses[PTR_CACHE_MOST];
    size_t count = 0, first = table->pane.cursor.scroll;
    if (v->table == PANE_SPOTS && shows_table(v) && table->widths[range_table_names()] > 0)
        for (size_t row = first; row < first + (size_t)v->room && row < table->row_count; row++)
            addresses[count++] = addr_to_v4(&v->range.rows.at[table_item(table, row)].prefix.addr);
    ptr_cache_show(v->names, addresses, count);
}

static struct resource
resource_of_range(const struct range_view *v)
{
    return v->prefix.length == 32 ? resource_of_address(&v->prefix.addr) : resource_of_net(&v->prefix);
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct range_view *v = self;
    struct resource about = resource_of_range(v);
    refresh(v);
    related_headline_read(&v->a_case, v->nav->engine->recorder, &about);
    v->beside = cols >= WIDE && has_pane(v, PANE_MAP);
    write_top(v, cols);
    bool any = has_pane(v, PANE_SPOTS) || has_pane(v, PANE_NETS);
    int titles = shows_table(v) ? table_head_rows(table_of(v)) : 0;
    int rest = !any ? 0 : shows_table(v) ? header_table_rows(rows) : range_panel_rows(&v->range, policy_of(v), cols);
    header_fit(&v->top, rows - any - titles - rest, shows_table(v) || !any);
    out->head = v->top.rows + any + titles;
    v->room = rows > out->head ? rows - out->head : 0;
    out->side = v->beside ? SIDE_COLS : v->on_map ? cols : 0;
    out->in_side = v->on_map;
    out->body = &table_of(v)->pane;
}

static void
draw_side(const struct range_view *v, const struct canvas *canvas)
{
    int left = v->beside ? SIDE_LEFT : 0;
    struct canvas place = canvas_part(canvas, 0, left, canvas->rows, canvas->cols - left);
    for (int row = 0; v->beside && row < canvas->rows; row++)
        canvas_glyph(canvas, row, 1, ROLE_LINE, GLYPH_LINE_V);
    range_panel_draw(&v->range, policy_of(v), &place, v->on_map);
}

static void
draw(void *self, enum part part, const struct canvas *canvas)
{
    struct range_view *v = self;
    if (part == PART_SIDE) {
        draw_side(v, canvas);
        return;
    }
    header_draw(&v->top, canvas);
    if (has_pane(v, PANE_SPOTS) || has_pane(v, PANE_NETS))
        draw_panes(v, canvas, v->top.rows);
    if (shows_table(v)) {
        int cols = canvas->cols - (v->beside ? SIDE_COLS : 0), row = v->top.rows + 1;
        struct canvas table = canvas_part(canvas, row, 0, canvas->rows - row, cols);
        table_head(table_of(v), &table, 0);
    }
    if (v->names)
        show_names(v);
}

/* Everything, whatever shows: a table that is filtered as it is filtered. */
static void
report(void *self, int cols, bool ascii, struct buf *out)
{
    struct range_view *v = self;
    struct grid grid = {.ascii = ascii};
    refresh(v);
    write_top(v, cols);
    header_fit(&v->top, CANVAS_REST, true);
    grid_resize(&grid, v->top.rows, cols);
    struct canvas canvas = canvas_of(&grid);
    header_draw(&v->top, &canvas);
    dump_text(out, &grid);
    for (enum range_pane pane = 0; pane < PANE_MAP; pane++)
        if (v->tables[pane].items > 0) {
            buf_byte(out, '\n');
            table_dump(&v->tables[pane], cols, ascii, out);
        }
    if (has_pane(v, PANE_MAP)) {
        buf_byte(out, '\n');
        grid_resize(&grid, range_panel_rows(&v->range, policy_of(v), cols), cols);
        canvas = canvas_of(&grid);
        range_panel_draw(&v->range, policy_of(v), &canvas, false);
        dump_text(out, &grid);
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
    range_fini(&v->range);
    related_headline_fini(&v->a_case);
    header_fini(&v->top);
    free(v);
}

static void
title(void *self, struct buf *out, struct buf *status)
{
    struct range_view *v = self;
    char prefix[PREFIX_TEXT];
    buf_text(out, prefix_text(&v->prefix, prefix));
    if (shows_table(v) && !v->on_map)
        table_status(table_of(v), status);
}

/* The address or prefix of a row, or under the map's cursor; false where there is none. */
static bool
find_subject(struct range_view *v, size_t row, struct prefix *out)
{
    if (v->on_map)
        *out = heatmap_prefix(&v->range.map, v->range.map.at);
    else if (row >= table_of(v)->row_count)
        return false;
    else if (v->table == PANE_NETS)
        *out = v->range.nets.at[table_item(table_of(v), row)].prefix;
    else
        *out = v->range.rows.at[table_item(table_of(v), row)].prefix;
    return true;
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    struct range_view *v = self;
    struct prefix prefix;
    char text[PREFIX_TEXT];
    out->resource = resource_of_range(v);
    if (!out->copy || !find_subject(v, row, &prefix))
        return;
    if (prefix.length == 32)
        buf_text(out->copy, addr_text(&prefix.addr, text));
    else
        buf_text(out->copy, prefix_text(&prefix, text));
}

/* ---- keys ---- */

static bool
can_open(struct range_view *v, size_t row)
{
    struct prefix prefix;
    if (row == VIEW_ANY_ROW)
        return has_pane(v, PANE_MAP) || has_pane(v, PANE_NETS);
    return find_subject(v, row, &prefix) && (prefix.length == 32 || !prefix_equal(&prefix, &v->prefix));
}

static void
open_row(struct range_view *v, size_t row)
{
    struct prefix prefix;
    if (!find_subject(v, row, &prefix))
        return;
    if (prefix.length == 32)
        navigate(v->nav, &(struct place){PLACE_ADDRESS, .resource = resource_of_address(&prefix.addr)});
    else
        navigate(v->nav, &(struct place){PLACE_RANGE, .resource = resource_of_net(&prefix),
                                         .came_from = v->has_here && prefix_holds(&prefix, &v->here)
                                                          ? resource_of_address(&v->here)
                                                          : (struct resource){0}});
}

/* It shows on the map; where something shows already, that stays. */
static void
start_sweep(void *arg, bool yes)
{
    struct range_view *v = arg;
    bool shows = has_pane(v, PANE_SPOTS) || has_pane(v, PANE_NETS);
    if (!yes)
        return;
    sweep_store_start(v->nav->engine, &v->prefix);
    v->on_map = shows ? v->on_map : true;
    v->chosen = v->awaited = true;
}

static void
ask_for_sweep(struct range_view *v)
{
    struct buf question = {0};
    if (v->range.source == RANGE_ZONES)
        buf_text(&question, "The zone file tells which are listed. All the same ask");
    else
        buf_text(&question, v->range.source == RANGE_SWEEP ? "Once more ask" : "Ask");
    buf_text(&question, " level 1 over DNS about each address: ");
    figure_count(&question, (int64_t)prefix_size(&v->prefix), "question", "questions");
    buf_format(&question, ", %d a second?", SWEEP_PER_SECOND);
    confirm_open(v->nav->app, buf_string(&question), start_sweep, v);
    buf_free(&question);
}

/* To the next part that there is. */
static void
go_round(struct range_view *v)
{
    enum range_pane pane = v->on_map ? PANE_MAP : v->table;
    v->chosen = true;
    v->awaited = false;
    do
        pane = (pane + 1) % PANE_COUNT;
    while (!has_pane(v, pane));
    v->on_map = pane == PANE_MAP;
    if (!v->on_map)
        v->table = pane;
}

static bool
can(void *self, enum action action, size_t row)
{
    struct range_view *v = self;
    switch (action) {
    case ACTION_OPEN:
        return can_open(v, row);
    case ACTION_WIDER:
        return true;
    case ACTION_PANE:
        return has_pane(v, PANE_MAP);
    case ACTION_AGAIN:
        return v->nav->engine->resolver && v->range.by_address && !barred(v);
    case ACTION_PAUSE:
    case ACTION_STOP:
        return is_sweeping(v);
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
    (void)app;
    switch (action) {
    case ACTION_OPEN:
        open_row(v, row);
        break;
    case ACTION_WIDER:
        navigator_up(v->nav, &v->prefix, here_of(v));
        break;
    case ACTION_PANE:
        go_round(v);
        break;
    case ACTION_AGAIN:
        ask_for_sweep(v);
        break;
    case ACTION_PAUSE:
        sweep_counts(sweep_of(v), &counts);
        sweep_pause(sweep_of(v), counts.phase == SWEEP_ASKING);
        v->outdated = true;
        break;
    case ACTION_STOP:
        sweep_stop(sweep_of(v));
        v->outdated = true;
        break;
    default:
        heatmap_move(&v->range.map, keymap_move(action));
        break;
    }
}

static const enum action hints[] = {ACTION_AGAIN, ACTION_PAUSE, ACTION_STOP,    ACTION_WIDER,
                                    ACTION_PANE,  ACTION_WORLD, ACTION_HISTORY, ACTION_NONE};

static const struct view range_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .hints = hints,
    .again = "sweep",
    .close = close_range,
    .title = title,
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

void
view_range_open(struct nav *nav, const struct place *place)
{
    struct range_view *v = mem_zero(sizeof *v);
    const struct resource *from = &place->came_from;
    v->nav = nav;
    v->prefix = place->resource.prefix;
    v->has_here = from->kind == RESOURCE_ADDRESS;
    v->here = from->prefix.addr;
    v->outdated = true;
    bool by_address = v->prefix.length >= RANGE_BLOCK;
    if (by_address)
        v->range.names = v->names = ptr_cache_new(nav->engine, &v->prefix, is_visible, on_name, v);
    range_table_addresses(&v->addresses, nav->engine->recorder, v->names);
    table_init(&v->tables[PANE_SPOTS], by_address ? &v->addresses.model : range_table_blocks(), &v->range, nav->app,
               by_address ? 0 : range_table_blocks_order());
    table_init(&v->tables[PANE_NETS], range_table_nets(), &v->range, nav->app, 0);
    for (enum range_pane pane = 0; pane < PANE_MAP && from->kind != RESOURCE_NONE; pane++)
        table_come_from(&v->tables[pane], &from->prefix);
    app_push(nav->app, &range_view, v);
}

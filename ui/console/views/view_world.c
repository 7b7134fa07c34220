#include "console/views/routes.h"

#include "base/text.h"
#include "console/widgets/table.h"
#include "pages/figure.h"
#include "pages/world_table.h"

#include <math.h>

enum {
    SELECTED_FROM = 7 /* rows of the view from which it shows a row about the selected AS */
};

struct world_view {
    struct table table;
    struct nav *nav;
    struct header top;
    struct world_table world;
    size_t over; /* ASes with a ratio of 1 or more */
    size_t rank; /* by ratio, of the AS from which the user comes; 0 = not known */
    bool has_selected;
    bool outdated;
};

static uint32_t
number_at(const struct world_view *v, size_t item)
{
    return asn_table_number(dataset_asn_table(v->world.dataset), item);
}

static void
fill(struct world_view *v)
{
    struct dataset *dataset = &v->nav->engine->dataset;
    const struct asn_table *asns = dataset_asn_table(dataset);
    bool counted = dataset_ranking(dataset) || *dataset_lacks_zones(dataset);
    v->outdated = false;
    countries_fini(&v->world.countries);
    if (!v->table.chosen)
        v->table.sort = world_table_order(dataset);
    v->table.model = world_table(dataset);
    table_fill(&v->table, asns && counted ? asn_table_count(asns) : 0);
    const struct ranking *ranking = dataset_ranking(dataset);
    size_t items = ranking ? v->table.items : 0;
    double home = NAN;
    v->over = v->rank = 0;
    for (size_t i = 0; i < items && isnan(home); i++)
        if (number_at(v, i) == v->table.home_asn)
            home = ranking_at(ranking, i).ratio;
    for (size_t i = 0; i < items; i++) {
        double ratio = ranking_at(ranking, i).ratio;
        v->over += ratio >= 1;
        v->rank += ratio > home;
    }
    v->rank += !isnan(home);
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct world_view *v = self;
    const struct dataset *dataset = &v->nav->engine->dataset;
    struct buf line = {0};
    if (v->outdated)
        fill(v);
    header_begin(&v->top, cols);
    buf_text(&line, dataset_lacks_asn_table(dataset));
    header_add(&v->top, ROLE_WARN, &line);
    buf_text(&line, dataset_lacks_zones(dataset));
    header_add(&v->top, ROLE_WARN, &line);
    if (*dataset_lacks_zones(dataset) && v->table.items > 0) {
        buf_text(&line, "Listed addresses and ratios are unknown.");
        buf_text(&line, v->table.chosen ? "" : " ASNs are sorted by number.");
        header_add(&v->top, ROLE_PLAIN, &line);
    }
    buf_text(&line, dataset_lacks_ranking(dataset));
    header_add(&v->top, ROLE_WARN, &line);
    struct buf sources = {0};
    struct asn_data asns = dataset_asn_source(dataset);
    bool fresh = figure_sources(&sources, dataset->zones, &asns);
    if (!fresh)
        header_add(&v->top, ROLE_WARN, &sources);
    header_need(&v->top);
    if (v->table.items > 0 && !*dataset_lacks_zones(dataset)) {
        text_number(&line, (int64_t)v->over);
        buf_text(&line, " of ");
        figure_count(&line, (int64_t)v->table.items, "ASN", "ASNs");
        buf_text(&line, v->over == 1 ? " reaches" : " reach");
        buf_text(&line, " level 3's limit (estimate)");
        if (v->rank > 0) {
            buf_format(&line, "; AS%u is number ", v->table.home_asn);
            text_number(&line, (int64_t)v->rank);
        }
        buf_byte(&line, '.');
        header_add(&v->top, ROLE_PLAIN, &line);
        buf_text(&line, "~ratio: impacts (estimate) divided by that limit, which is 1 for ");
        text_number(&line, (int64_t)(100000 / dataset->policy.score));
        buf_format(&line, " addresses, at least %lld.", (long long)dataset->policy.impacts);
        header_add(&v->top, ROLE_DIM, &line);
    }
    header_add(&v->top, ROLE_DIM, &sources);
    buf_free(&sources);
    buf_free(&line);
    v->has_selected = v->table.items > 0 && rows >= SELECTED_FROM;
    table_panes(&v->table, &v->top, rows, v->has_selected, out);
}

static void
draw(void *self, enum part part, const struct canvas *canvas)
{
    struct world_view *v = self;
    (void)part;
    size_t at = v->table.pane.cursor.row;
    table_draw_head(&v->table, &v->top, canvas, v->has_selected);
    if (!v->has_selected || at >= v->table.row_count)
        return;
    /* The selected AS in full: also the columns that have no room, and the name that is cut. */
    struct buf line = {0};
    world_table_words(&v->world, table_item(&v->table, at), &line);
    canvas_glyph(canvas, v->top.rows, 0, ROLE_KEY, GLYPH_INTO);
    canvas_text(canvas, v->top.rows, 2, CANVAS_REST, ROLE_STRONG, buf_string(&line));
    buf_free(&line);
}

/* ---- the view ---- */

static void
close_world(void *self)
{
    struct world_view *v = self;
    table_fini(&v->table);
    header_fini(&v->top);
    countries_fini(&v->world.countries);
    free(v);
}

static void
changed(void *self, unsigned what)
{
    struct world_view *v = self;
    v->outdated |= what & CHANGED_DATA;
}

/* Each row is an AS; the view itself is about all addresses. */
static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct world_view *v = self;
    if (out->title) {
        buf_text(out->title, "world");
        table_status(&v->table, out->status);
    }
    out->about = (struct prefix){.addr = addr_from_v4(0)};
    if (v->table.row_count == 0 || (row != VIEW_ANY_ROW && row >= v->table.row_count))
        return;
    uint32_t asn = number_at(self, table_item(&v->table, row == VIEW_ANY_ROW ? 0 : row));
    out->resource = resource_of_asn(asn);
    if (out->copy)
        buf_format(out->copy, "AS%u", asn);
}

static bool
can(void *self, enum action action, size_t row)
{
    const struct world_view *v = self;
    return (action == ACTION_OPEN || action == ACTION_COMPARE) && v->table.row_count > 0 &&
           (row == VIEW_ANY_ROW || row < v->table.row_count);
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct world_view *v = self;
    (void)app;
    if (action == ACTION_COMPARE) {
        navigator_compare_rows(v->nav, &v->table, RESOURCE_ASN);
        return;
    }
    uint32_t asn = number_at(v, table_item(&v->table, row));
    navigate(v->nav, &(struct place){PLACE_PROVIDER, .resource = resource_of_asn(asn)});
}

static const enum action hints[] = {ACTION_FILTER, ACTION_SORT, ACTION_MARK, ACTION_COMPARE,
                                    ACTION_SEARCH, ACTION_OWN,  ACTION_NONE};

static const struct view world_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .here = ACTION_WORLD,
    .hints = hints,
    .close = close_world,
    .changed = changed,
    .panes = panes,
    .draw = draw,
    .subject = subject,
    .can = can,
    .act = act,
};

void
view_world_open(struct nav *nav, const struct place *place)
{
    struct world_view *v = mem_zero(sizeof *v);
    v->nav = nav;
    v->outdated = true;
    v->world.dataset = &nav->engine->dataset;
    table_init(&v->table, world_table(v->world.dataset), &v->world, nav->app, world_table_order(v->world.dataset));
    struct fault fault;
    if (place->filter && !table_filter(&v->table, place->filter, &fault))
        app_message(nav->app, "%s", fault.text);
    v->table.home_asn = place->came_from.asn;
    app_push(nav->app, &world_view, v);
}

#include "console/views/routes.h"

#include "base/text.h"
#include "console/widgets/table.h"
#include "draw/gauge.h"
#include "pages/figure.h"
#include "pages/provider_table.h"
#include "pages/related_cases.h"

enum { ROOMY = 16 /* rows of the view from which it shows a gauge */ };

struct provider_view {
    struct table table;
    struct nav *nav;
    struct header top;
    uint32_t asn;
    struct provider provider;
    bool has_gauge;
    struct related_headline a_case;
};

/* Gathers the provider, and hands the counts to the recorder when they are new. */
static void
changed(void *self, unsigned what)
{
    struct provider_view *v = self;
    if (!(what & CHANGED_DATA))
        return;
    struct engine *engine = v->nav->engine;
    struct dataset *dataset = &engine->dataset;
    provider_gather(&v->provider, v->asn, dataset_asn_table(dataset), dataset_ranking(dataset), dataset->zones,
                    &dataset->policy);
    table_fill(&v->table, v->provider.ranges.count);
    if (engine->recorder && v->provider.counted)
        recorder_add_asn(engine->recorder, dataset->zones, &v->provider.density);
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    static const enum role calls[] = {[CALL_UNDER] = ROLE_CLEAR,
                                      [CALL_BORDERLINE] = ROLE_ESTIMATE,
                                      [CALL_OVER] = ROLE_LISTED,
                                      [CALL_UNKNOWN] = ROLE_ESTIMATE};
    struct provider_view *v = self;
    const struct dns_facts *facts = &v->nav->engine->dns_facts;
    const struct dataset *dataset = &v->nav->engine->dataset;
    const struct provider *provider = &v->provider;
    struct resource resource = resource_of_asn(v->asn);
    struct buf line = {0};
    related_headline_read(&v->a_case, v->nav->engine->recorder, &resource);
    header_begin(&v->top, cols);
    buf_format(&line, "AS%u%s%s", v->asn, provider->org && *provider->org ? " " : "",
               provider->org ? provider->org : "");
    header_add(&v->top, ROLE_TITLE, &line);
    related_headline_put(&v->a_case, &v->top);
    if (!provider->announces && !*dataset_lacks_asn_table(dataset))
        buf_format(&line, "The ASN database has no range of AS%u.", v->asn);
    else
        buf_text(&line, dataset_lacks_asn_table(dataset));
    header_add(&v->top, ROLE_WARN, &line);
    buf_text(&line, dataset_lacks_zones(dataset));
    header_add(&v->top, ROLE_WARN, &line);
    buf_text(&line, dataset_lacks_ranking(dataset));
    header_add(&v->top, ROLE_WARN, &line);
    if (!provider->knows_level3)
        dns_facts_provider_sentence(facts, v->asn, &line);
    const struct dns_facts_provider *fact = dns_facts_provider(facts, v->asn);
    header_add(&v->top, fact && fact->listed ? ROLE_LISTED : ROLE_PLAIN, &line);
    provider_table_sentence(provider, &line);
    bool listed = provider->level3[COVER_NONE] < provider->ranges.count;
    enum role role = listed ? ROLE_LISTED : ROLE_CLEAR;
    header_add(&v->top, provider->knows_level3 ? role : calls[provider->density.call], &line);
    provider_another(provider, dns_facts_level3(facts, v->asn), &line);
    buf_text(&line, line.count > 0 ? "." : "");
    if (provider->clean > 0 && provider->clean < provider->ranges.count &&
        (v->table.sort != PROVIDER_COLUMN_CLEANEST || v->table.reversed))
        buf_text(&line, " Sorted by cleanest, they come first.");
    header_add(&v->top, ROLE_STRONG, &line);
    if (provider->announces)
        provider_table_figures(provider, &dataset->policy, &line);
    header_add(&v->top, ROLE_PLAIN, &line);
    bool fresh = figure_sources(&line, dataset->zones, dataset->asndb);
    header_add(&v->top, fresh ? ROLE_DIM : ROLE_WARN, &line);
    buf_free(&line);
    v->has_gauge = v->provider.counted && rows >= ROOMY;
    table_panes(&v->table, &v->top, rows, v->has_gauge ? GAUGE_ROWS : 0, true, out);
}

static void
draw(void *self, enum part part, const struct canvas *canvas)
{
    struct provider_view *v = self;
    const struct asn_density *d = &v->provider.density;
    struct buf impacts = {0}, needed = {0};
    (void)part;
    table_draw_head(&v->table, &v->top, canvas, v->has_gauge ? GAUGE_ROWS : 0);
    if (!v->has_gauge)
        return;
    buf_text(&impacts, d->at_least ? "at least " : "~");
    figure_count(&impacts, d->impacts, "impact", "impacts");
    text_decimal(&needed, d->needed);
    buf_text(&needed, " needed");
    struct gauge gauge = {.value = (double)d->impacts,
                          .needed = d->needed,
                          .value_words = buf_string(&impacts),
                          .needed_words = buf_string(&needed),
                          .role = d->call == CALL_UNDER     ? ROLE_CLEAR
                                  : d->call == CALL_UNKNOWN ? ROLE_ESTIMATE
                                                            : ROLE_LISTED};
    gauge_draw(&gauge, canvas, v->top.rows);
    buf_free(&impacts);
    buf_free(&needed);
}

/* ---- the view ---- */

static void
close_provider(void *self)
{
    struct provider_view *v = self;
    table_fini(&v->table);
    header_fini(&v->top);
    provider_fini(&v->provider);
    related_headline_fini(&v->a_case);
    free(v);
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct provider_view *v = self;
    char prefix[PREFIX_TEXT];
    if (out->title) {
        buf_format(out->title, "AS%u", v->asn);
        table_status(&v->table, out->status);
    }
    out->resource = resource_of_asn(v->asn);
    if (out->copy && row < v->table.row_count)
        buf_text(out->copy, prefix_text(&v->provider.ranges.at[table_item(&v->table, row)].prefix, prefix));
}

static bool
can(void *self, enum action action, size_t row)
{
    const struct provider_view *v = self;
    bool exists = v->table.row_count > 0 && (row == VIEW_ANY_ROW || row < v->table.row_count);
    return action == ACTION_WIDER || (action == ACTION_OPEN && exists);
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct provider_view *v = self;
    struct place place = {PLACE_WORLD, .came_from = resource_of_asn(v->asn)};
    (void)app;
    if (action == ACTION_OPEN) {
        const struct provider_range *range = &v->provider.ranges.at[table_item(&v->table, row)];
        place = (struct place){PLACE_RANGE, .resource = resource_of_net(&range->prefix)};
    }
    navigate(v->nav, &place);
}

static const enum action hints[] = {ACTION_WIDER,   ACTION_FILTER,  ACTION_SORT, ACTION_WORLD,
                                    ACTION_HISTORY, ACTION_JOURNAL, ACTION_NONE};

static const struct view provider_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .here = ACTION_PROVIDER,
    .hints = hints,
    .close = close_provider,
    .changed = changed,
    .panes = panes,
    .draw = draw,
    .subject = subject,
    .can = can,
    .act = act,
};

void
view_provider_open(struct nav *nav, const struct place *place)
{
    uint32_t asn = place->resource.asn;
    struct provider_view *v = mem_zero(sizeof *v);
    v->asn = asn;
    v->nav = nav;
    table_init(&v->table, &provider_table, &v->provider, nav->app, 0);
    if (place->came_from.kind != RESOURCE_NONE) {
        nav->came_asn = asn;
        nav->came_from = place->came_from.prefix;
    }
    if (nav->came_asn == asn && nav->came_from.addr.family != ADDR_NONE)
        table_come_from(&v->table, &nav->came_from);
    changed(v, CHANGED_DATA);
    app_push(nav->app, &provider_view, v);
}

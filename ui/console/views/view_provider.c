#include "console/views/routes.h"

#include "base/text.h"
#include "check/complaints.h"
#include "console/widgets/table.h"
#include "pages/changes.h"
#include "pages/figure.h"
#include "pages/provider_table.h"
#include "pages/related_cases.h"

#include <math.h>

enum {
    ROOMY = 14,   /* rows of the view from which a rule parts header and table */
    BAR_LEAST = 6 /* columns of the bar of level 3 */
};

struct provider_view {
    struct table table;
    struct nav *nav;
    struct header top;
    uint32_t asn;
    struct provider provider;
    int line; /* rows of the line about level 3 and of the rule: 1 or 2; 0 = nothing is counted */
    struct related_headline a_case;
    struct complaints complaints;
    struct last_count last; /* what changed since is in the header */
};

/* Gathers the provider, and hands the counts to the recorder when they are new. */
static void
changed(void *self, unsigned what)
{
    struct provider_view *v = self;
    struct resource resource = resource_of_asn(v->asn);
    struct recorder *recorder = v->nav->engine->recorder;
    struct journal *journal = recorder ? recorder_journal(recorder) : NULL;
    struct fault ignored;
    last_count_read(&v->last, recorder, &resource);
    if (journal && what & (CHANGED_JOURNAL | CHANGED_DATA))
        complaints_read(&v->complaints, journal, &v->nav->engine->dataset, &resource, &ignored);
    if (!(what & CHANGED_DATA))
        return;
    struct engine *engine = v->nav->engine;
    struct dataset *dataset = &engine->dataset;
    provider_gather(&v->provider, v->asn, dataset_asn_table(dataset), dataset_ranking(dataset), dataset->zones,
                    &dataset->policy);
    v->table.is_uncounted = !v->provider.counted && *dataset_lacks_zones(dataset);
    table_fill(&v->table, v->provider.ranges.count);
    if (engine->recorder && v->provider.counted)
        recorder_add_asn(engine->recorder, dataset->zones, &v->provider.density);
}

/* Returns what level 3 says of the AS, or the estimate where its zone file is missing. */
static struct table_sign
level_sign(const struct provider_view *v)
{
    static const struct table_sign calls[] = {[CALL_UNDER] = {GLYPH_CLEAR, ROLE_CLEAR},
                                              [CALL_BORDERLINE] = {GLYPH_UNKNOWN, ROLE_UNKNOWN},
                                              [CALL_OVER] = {GLYPH_LISTED, ROLE_LISTED},
                                              [CALL_UNKNOWN] = {GLYPH_UNKNOWN, ROLE_UNKNOWN}};
    const struct provider *provider = &v->provider;
    enum level3 level3 =
        provider->knows_level3 ? provider->density.level3 : dns_facts_level3(&v->nav->engine->dns_facts, v->asn);
    if (level3 == LEVEL3_UNKNOWN)
        return calls[provider->density.call];
    if (level3 == LEVEL3_OWN)
        return calls[CALL_OVER];
    return provider->level3[COVER_NONE] < provider->ranges.count ? (struct table_sign){GLYPH_WARN, ROLE_WARN}
                                                                 : calls[CALL_UNDER];
}

/* Writes the paragraphs below that line, the most important first. */
static void
write_header(struct provider_view *v, int cols)
{
    const struct dns_facts *facts = &v->nav->engine->dns_facts;
    const struct dataset *dataset = &v->nav->engine->dataset;
    const struct provider *provider = &v->provider;
    struct header *top = &v->top;
    struct buf line = {0}, sources = {0};
    struct asn_data asns = dataset_asn_source(dataset);
    bool fresh = figure_sources(&sources, dataset->zones, &asns);
    header_begin(top, cols);
    related_headline_put(&v->a_case, top);
    complaints_words(&line, &v->complaints);
    header_add(top, ROLE_PLAIN, &line);
    const struct zone_file *level1 = dataset->zones ? zone_set_level(dataset->zones, 1) : NULL;
    if (provider->counted && level1)
        last_count_changes(&v->last, zone_file_serial(level1), (int64_t)provider->density.listed,
                           provider->density.impacts, &line);
    header_add(top, ROLE_STRONG, &line);
    if (!provider->announces && !*dataset_lacks_asn_table(dataset))
        buf_format(&line, "The ASN database has no range of AS%u.", v->asn);
    else
        buf_text(&line, dataset_lacks_asn_table(dataset));
    header_add(top, ROLE_WARN, &line);
    buf_text(&line, dataset_lacks_zones(dataset));
    header_add(top, ROLE_WARN, &line);
    buf_text(&line, dataset_lacks_ranking(dataset));
    header_add(top, ROLE_WARN, &line);
    if (!provider->knows_level3)
        dns_facts_provider_sentence(facts, v->asn, &line);
    header_add(top, ROLE_PLAIN, &line);
    provider_another(provider, dns_facts_level3(facts, v->asn), &line);
    buf_text(&line, line.count > 0 ? "." : "");
    header_add(top, ROLE_STRONG, &line);
    if (!fresh)
        header_add(top, ROLE_WARN, &sources);
    if (provider->others == 0) /* else the sign of level 3 needs its reason */
        header_need(top);
    provider_stands(provider, &line);
    header_add(top, ROLE_PLAIN, &line);
    if (provider->others > 0)
        header_need(top);
    if (provider->announces)
        provider_table_figures(provider, &dataset->policy, &line);
    header_add(top, ROLE_PLAIN, &line);
    header_add(top, ROLE_DIM, &sources);
    buf_free(&sources);
    buf_free(&line);
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct provider_view *v = self;
    struct resource resource = resource_of_asn(v->asn);
    related_headline_read(&v->a_case, v->nav->engine->recorder, &resource);
    write_header(v, cols);
    v->line = v->provider.counted + (v->provider.counted && rows >= ROOMY);
    table_panes(&v->table, &v->top, rows, v->line, out);
}

/* Draws in one row the score, and the impacts with a bar: both must reach their limits. */
static void
draw_level(const struct provider_view *v, const struct canvas *canvas)
{
    const struct asn_density *d = &v->provider.density;
    struct table_sign sign = level_sign(v);
    struct buf left = {0}, right = {0};
    double scale = d->ratio > 1 ? d->ratio : 1;
    buf_format(&left, "level 3  score %s", d->at_least ? ">=" : "~");
    text_decimal(&left, d->score);
    buf_format(&left, ", limit %g", v->nav->engine->dataset.policy.score);
    figure_times(&right, ranking_ratio_shown(d->ratio));
    buf_text(&right, d->at_least ? "  >=" : "  ~");
    figure_count(&right, d->impacts, "impact", "impacts");
    buf_text(&right, ", limit ");
    text_number(&right, (int64_t)ceil(d->needed));
    canvas_glyph(canvas, 0, 0, sign.role, sign.glyph);
    int col = canvas_text(canvas, 0, 2, CANVAS_REST, ROLE_STRONG, buf_string(&left)) + COLUMNS_GAP;
    int cols = text_width(buf_string(&right)), room = canvas->cols - cols - COLUMNS_GAP - col;
    if (room >= BAR_LEAST)
        canvas_bar(canvas, 0, col, room, ROLE_HEAT_2, d->ratio / scale, 1 / scale);
    if (room + COLUMNS_GAP >= 0)
        canvas_text(canvas, 0, canvas->cols - cols, cols, ROLE_PLAIN, buf_string(&right));
    buf_free(&left);
    buf_free(&right);
}

static void
draw(void *self, enum part part, const struct canvas *canvas)
{
    struct provider_view *v = self;
    bool counted = v->line > 0;
    (void)part;
    if (counted)
        draw_level(v, canvas);
    struct canvas below = canvas_part(canvas, counted, 0, canvas->rows - counted, canvas->cols);
    table_draw_head(&v->table, &v->top, &below, v->line > 1);
    if (v->line > 1)
        canvas_repeat(&below, v->top.rows, 0, CANVAS_REST, ROLE_LINE, GLYPH_LINE_H);
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
    complaints_fini(&v->complaints);
    free(v);
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct provider_view *v = self;
    char prefix[PREFIX_TEXT];
    if (out->title) {
        buf_format(out->title, "AS%u", v->asn);
        buf_format(out->detail, "%s%s%s", v->provider.org ? v->provider.org : "", *v->provider.country ? "  " : "",
                   v->provider.country);
        table_put_marks(&v->table, out->status);
        if (v->provider.announces) {
            figure_count(out->status, (int64_t)v->provider.density.addresses, "address", "addresses");
            buf_text(out->status, "  ");
        }
        figure_zones(out->status, v->nav->engine->dataset.zones);
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
    return action == ACTION_WIDER || ((action == ACTION_OPEN || action == ACTION_COMPARE) && exists);
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct provider_view *v = self;
    struct place place = {PLACE_WORLD, .came_from = resource_of_asn(v->asn)};
    (void)app;
    if (action == ACTION_COMPARE) {
        navigator_compare_rows(v->nav, &v->table, RESOURCE_NET);
        return;
    }
    if (action == ACTION_OPEN) {
        const struct provider_range *range = &v->provider.ranges.at[table_item(&v->table, row)];
        place = (struct place){PLACE_RANGE, .resource = resource_of_net(&range->prefix)};
    }
    navigate(v->nav, &place);
}

static const enum action hints[] = {ACTION_CLEAN,  ACTION_MARK, ACTION_SORT,  ACTION_COMPARE,
                                    ACTION_FILTER, ACTION_OWN,  ACTION_WORLD, ACTION_NONE};

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
    table_init(&v->table, &provider_table, &v->provider, nav->app, PROVIDER_COLUMN_IMPACTS);
    if (place->came_from.kind != RESOURCE_NONE) {
        nav->came_asn = asn;
        nav->came_from = place->came_from.prefix;
    }
    if (nav->came_asn == asn && nav->came_from.addr.family != ADDR_NONE)
        table_come_from(&v->table, &nav->came_from);
    changed(v, CHANGED_DATA);
    app_push(nav->app, &provider_view, v);
}

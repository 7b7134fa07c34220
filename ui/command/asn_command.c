#include "command/asn_command.h"

#include "base/sort.h"
#include "base/text.h"
#include "check/complaints.h"
#include "command/output.h"
#include "command/parts_json.h"
#include "command/range_command.h"
#include "command/records.h"
#include "density/provider.h"
#include "pages/figure.h"
#include "pages/provider_table.h"
#include "pages/report_page.h"
#include "pages/table_page.h"
#include "pages/world_table.h"
#include "session/exit_status.h"
#include "session/session.h"

#include <stdlib.h>
#include <string.h>

enum { COL = 1, COL_DEEP = 3, CLEANEST = 12 /* ranges named as such */ };

/* What both commands count in. */
struct ground {
    struct engine engine;
    struct world_table world;
};

struct asn_target {
    uint32_t number;
    struct addr address; /* family ADDR_NONE: the number was given */
};

static bool
read_asn(const struct options *o, const struct catalogue *catalogue, struct asn_target *out, struct fault *fault)
{
    struct target target;
    if (!session_read_target(o->targets, o->target_count, catalogue, &target, fault))
        return false;
    bool is_address = target.resource.kind == RESOURCE_ADDRESS;
    *out = (struct asn_target){target.resource.asn, is_address ? target.resource.prefix.addr : (struct addr){0}};
    return target.resource.kind == RESOURCE_ASN || out->address.family == ADDR_V4 ||
           fault_set(fault, "'%.60s' is not an AS number or IPv4 address; write AS64500 or 203.0.113.77", target.text);
}

/* Also reads the target, unless it is NULL. */
static bool
ground_open(struct ground *g, const struct options *o, unsigned levels, const char *command, struct asn_target *target,
            int *status)
{
    struct options offline = *o;
    struct fault fault;
    struct dataset *dataset = &g->engine.dataset;
    offline.offline = true; /* counted in files: nothing is asked */
    if (!session_open(&g->engine, &offline, &fault, NULL, status)) {
        exit_status_report(fault.text, *status);
        return false;
    }
    *status = STATUS_USAGE;
    bool has_zones = (!target || read_asn(o, dataset->catalogue, target, &fault)) &&
                     session_open_zones(&g->engine, o, levels, command, &fault, status);
    if (has_zones)
        session_keep_journal(&g->engine, o);
    has_zones = has_zones && range_command_has_zone(dataset->zones, command, 1, &fault) &&
                range_command_has_zone(dataset->zones, command, 2, &fault);
    if (!has_zones || !session_open_map(&g->engine, o, command, &fault, status)) {
        exit_status_report(fault.text, *status);
        session_close(&g->engine);
        return false;
    }
    session_report_zones(&g->engine, o->format == FORMAT_CSV);
    dataset_count_ranking(dataset);
    g->world = (struct world_table){.dataset = dataset};
    return true;
}

/* ---- asn ---- */

struct asn_result {
    struct ground *ground;
    const struct dataset *dataset;
    struct journal *journal; /* NULL = none */
    struct provider provider;
    struct complaints complaints;
    size_t asn;  /* its item of the world */
    size_t most; /* ranges shown as text */
};

static void
wrap(struct page *p, int col, enum role role, struct buf *text)
{
    if (text->count == 0)
        return;
    page_row(p, 0);
    page_wrap(p, col, role, buf_string(text));
    buf_clear(text);
}

static void
advice_section(struct page *p, const struct provider *provider)
{
    size_t cleanest[CLEANEST], count = provider_cleanest(provider, cleanest, CLEANEST);
    struct buf text = {0};
    page_heading(p, "Would another address here help?");
    provider_another(provider, LEVEL3_UNKNOWN, &text);
    buf_byte(&text, '.');
    wrap(p, COL_DEEP, ROLE_STRONG, &text);
    for (size_t i = 0; i < count && i < CLEANEST; i++) {
        char prefix[PREFIX_TEXT];
        buf_format(&text, "%s%s",
                   i ? ", " : "Cleanest: ", prefix_text(&provider->ranges.at[cleanest[i]].prefix, prefix));
    }
    if (count > CLEANEST) {
        buf_text(&text, " and ");
        text_number(&text, (int64_t)(count - CLEANEST));
        buf_text(&text, " more");
    }
    buf_text(&text, count > 0 ? "." : "");
    wrap(p, COL_DEEP, ROLE_PLAIN, &text);
    buf_free(&text);
}

static void
print_text(struct page *p, void *arg)
{
    struct asn_result *r = arg;
    const struct provider *provider = &r->provider;
    size_t count = provider->ranges.count, shown = count < r->most ? count : r->most;
    uint32_t *worst = mem_alloc(count * sizeof *worst + 1);
    size_t *order = mem_alloc(shown * sizeof *order + 1);
    struct buf text = {0};
    page_row(p, 0);
    page_format(p, COL, 0, ROLE_TITLE, "AS%u %s%s%s", provider->asn, provider->org, *provider->country ? "  " : "",
                provider->country);
    provider_table_sentence(provider, &text);
    wrap(p, COL, ROLE_ESTIMATE, &text);
    provider_table_figures(provider, &r->dataset->policy, &text);
    wrap(p, COL, ROLE_PLAIN, &text);
    complaints_words(&text, &r->complaints);
    wrap(p, COL, ROLE_PLAIN, &text);
    struct asn_data asns = dataset_asn_source(r->dataset);
    bool fresh = figure_sources(&text, r->dataset->zones, &asns);
    wrap(p, COL, fresh ? ROLE_DIM : ROLE_WARN, &text);
    advice_section(p, provider);
    page_heading(p, "Ranges, the most impacts first");
    table_model_order(&provider_table, &r->provider, count, PROVIDER_COLUMN_IMPACTS, false, worst);
    for (size_t i = 0; i < shown; i++)
        order[i] = worst[i];
    table_page(p, &provider_table, &r->provider, order, shown);
    if (count > shown) {
        buf_text(&text, "... and ");
        text_number(&text, (int64_t)(count - shown));
        buf_format(&text, " more (-n %zu shows them)", count);
        wrap(p, COL_DEEP, ROLE_DIM, &text);
    }
    free(worst);
    free(order);
    buf_free(&text);
}

static void
print_csv(struct buf *out, void *arg, bool pretty)
{
    struct asn_result *r = arg;
    (void)pretty;
    records_csv(out, world_table(r->dataset), &r->ground->world, &r->asn, 1);
}

static struct json_t *
range_json(const struct asn_result *r, const struct provider_range *range, density_nets *nets)
{
    struct json_t *o = parts_json_object(), *array = parts_json_array();
    bool unsure = range->clean && !r->provider.knows_level3;
    provider_nets(nets, r->dataset->zones, &r->dataset->policy, &range->prefix);
    for (size_t i = 0; i < nets->count; i++)
        parts_json_push(array, parts_json_zone_net(&nets->at[i], r->dataset->zones, &r->dataset->policy));
    parts_json_set(o, "prefix", parts_json_prefix(&range->prefix));
    parts_json_set(o, "addresses", parts_json_number((int64_t)prefix_size(&range->prefix), true));
    parts_json_set(o, "listed", parts_json_number((int64_t)range->listed, true));
    parts_json_set(o, "impacts", parts_json_number(range->impacts, range->impacts != LISTING_UNKNOWN));
    parts_json_set(o, "clean", unsure ? parts_json_text(NULL) : parts_json_bool(range->clean));
    parts_json_set(o, "nets", array);
    parts_json_set(o, "level2", parts_json_string(cover_name(range->level2)));
    parts_json_set(o, "level3", parts_json_text(r->provider.knows_level3 ? cover_name(range->level3) : NULL));
    parts_json_set(o, "level3_asn", parts_json_number(range->other, range->other != 0));
    return o;
}

static void
print_json(struct buf *out, void *arg, bool pretty)
{
    struct asn_result *r = arg;
    const struct provider *provider = &r->provider;
    struct json_t *o = records_json(world_table(r->dataset), &r->ground->world, r->asn);
    struct json_t *advice = parts_json_array(), *cleanest = parts_json_array(), *ranges = parts_json_array();
    size_t *places = mem_alloc(provider->ranges.count * sizeof *places + 1);
    size_t clean = provider_cleanest(provider, places, provider->ranges.count);
    density_nets nets = {0};
    struct buf text = {0};
    provider_another(provider, LEVEL3_UNKNOWN, &text);
    buf_byte(&text, '.');
    parts_json_push(advice, parts_json_string(buf_string(&text)));
    buf_free(&text);
    for (size_t i = 0; i < clean; i++)
        parts_json_push(cleanest, parts_json_prefix(&provider->ranges.at[places[i]].prefix));
    for (size_t i = 0; i < provider->ranges.count; i++)
        parts_json_push(ranges, range_json(r, &provider->ranges.at[i], &nets));
    vec_free(&nets);
    free(places);
    parts_json_set(o, "advice", advice);
    parts_json_set(o, "cleanest", cleanest);
    parts_json_set(o, "ranges", ranges);
    parts_json_set_zones(o, r->dataset->zones);
    parts_json_print(out, o, pretty);
}

static void
print_html(struct buf *out, void *arg, bool pretty)
{
    const struct asn_result *r = arg;
    struct timeline timeline = {0};
    struct resource resource = {.kind = RESOURCE_ASN, .asn = r->provider.asn};
    struct fault fault;
    (void)pretty;
    bool was_read = r->journal && timeline_gather(&timeline, r->journal, &resource, REPORT_LOOKS, &fault);
    if (r->journal && !was_read)
        exit_status_report(fault.text, 0);
    report_page_provider(out, &r->provider, r->dataset, &r->complaints, was_read ? &timeline : NULL);
    timeline_fini(&timeline);
}

static const struct output_format formats[] = {[FORMAT_TEXT] = {.page = print_text},
                                               [FORMAT_JSON] = {.print = print_json},
                                               [FORMAT_CSV] = {.print = print_csv},
                                               [FORMAT_HTML] = {.print = print_html}};

int
asn_command_run(const struct options *o)
{
    struct ground g;
    struct asn_target target;
    struct fault fault;
    struct asn_result r = {.ground = &g, .dataset = &g.engine.dataset, .most = o->number};
    int status = STATUS_USAGE;
    if (o->target_count == 0)
        return exit_status_report("asn needs one AS number or address, such as AS64500", status);
    if (!ground_open(&g, o, ZONE_SET_ALL, "asn", &target, &status))
        return status;
    const struct asn_table *table = r.dataset->asn_table;
    const char *database = dataset_asn_source(r.dataset).path;
    char address[ADDR_TEXT];
    bool found = target.address.family == ADDR_NONE
                     ? asn_table_find(table, target.number, &r.asn) ||
                           fault_set(&fault, "AS%u announces nothing (%s)", target.number, database)
                     : asn_table_locate(table, addr_to_v4(&target.address), &r.asn, NULL) ||
                           fault_set(&fault, "%s is not announced (%s)", addr_text(&target.address, address), database);
    if (found) {
        struct asn_density density = ranking_at(r.dataset->ranking, r.asn);
        if (g.engine.recorder) {
            recorder_add_asn(g.engine.recorder, r.dataset->zones, &density);
            recorder_flush(g.engine.recorder);
            r.journal = recorder_journal(g.engine.recorder);
        }
        struct resource resource = resource_of_asn(asn_table_number(table, r.asn));
        if (r.journal && !complaints_read(&r.complaints, r.journal, &g.engine.dataset, &resource, &fault))
            exit_status_report(fault.text, 0);
        provider_gather(&r.provider, asn_table_number(table, r.asn), table, r.dataset->ranking, r.dataset->zones,
                        &r.dataset->policy);
        status = output_result(o, formats, &r, 0);
        provider_fini(&r.provider);
        complaints_fini(&r.complaints);
    } else {
        status = exit_status_report(fault.text, STATUS_UNKNOWN);
    }
    countries_fini(&g.world.countries);
    session_close(&g.engine);
    return status;
}

/* ---- top ---- */

struct top_result {
    struct ground *ground;
    const struct table_model *model;
    size_t *order; /* ASNs, highest first */
    size_t count;
};

static void
print_top_text(struct page *p, void *arg)
{
    struct top_result *r = arg;
    const struct dataset *dataset = &r->ground->engine.dataset;
    struct buf sources = {0};
    struct asn_data asns = dataset_asn_source(dataset);
    bool fresh = figure_sources(&sources, dataset->zones, &asns);
    wrap(p, COL, fresh ? ROLE_DIM : ROLE_WARN, &sources);
    page_row(p, 0);
    page_text(p, COL, 0, ROLE_DIM, "Impacts, score and ratio are estimates from the level 1 and level 2 zone files.");
    page_row(p, 0);
    page_text(p, COL, 0, ROLE_DIM,
              "Level 3 lists from a ratio of 1 on; between 0.67 and 1.5 the estimate cannot tell.");
    table_page(p, r->model, &r->ground->world, r->order, r->count);
    buf_free(&sources);
}

static void
print_top_csv(struct buf *out, void *arg, bool pretty)
{
    struct top_result *r = arg;
    (void)pretty;
    records_csv(out, r->model, &r->ground->world, r->order, r->count);
}

static void
print_top_json(struct buf *out, void *arg, bool pretty)
{
    struct top_result *r = arg;
    struct json_t *array = parts_json_array();
    for (size_t i = 0; i < r->count; i++) {
        struct json_t *o = records_json(r->model, &r->ground->world, r->order[i]);
        parts_json_set_zones(o, r->ground->engine.dataset.zones);
        parts_json_push(array, o);
    }
    parts_json_print(out, array, pretty);
}

static const struct output_format top_formats[] = {[FORMAT_TEXT] = {.page = print_top_text},
                                                   [FORMAT_JSON] = {.print = print_top_json},
                                                   [FORMAT_CSV] = {.print = print_top_csv}};

/* Ranks the highest first and, among equals, the smaller AS number, so that two
 * runs agree. Leaves out ASNs without a listed address. */
static void
rank_all(struct top_result *r, const struct dataset *dataset, const struct options *o)
{
    VEC(struct sort_item) all = {0};
    for (size_t i = 0; i < asn_table_count(dataset->asn_table); i++) {
        struct asn_density d = ranking_at(dataset->ranking, i);
        const double figures[] = {[RANK_RATIO] = d.ratio,
                                  [RANK_SCORE] = d.score,
                                  [RANK_IMPACTS] = (double)d.impacts,
                                  [RANK_LISTED] = (double)d.listed};
        if (d.impacts > 0 || d.listed > 0)
            vec_push(&all, ((struct sort_item){-figures[o->rank], (uint32_t)i}));
    }
    sort_by_figure(all.at, all.count);
    r->count = all.count < o->number ? all.count : o->number;
    r->order = mem_alloc(r->count * sizeof *r->order + 1);
    for (size_t i = 0; i < r->count; i++)
        r->order[i] = all.at[i].item;
    vec_free(&all);
}

int
asn_command_run_top(const struct options *o)
{
    struct ground g;
    struct top_result r = {.ground = &g};
    int status = STATUS_USAGE;
    if (o->target_count > 0)
        return exit_status_report("top takes no target; -n N says how many rows, --sort KEY by what", status);
    unsigned levels = ZONE_SET_LEVEL(1) | ZONE_SET_LEVEL(2) | ZONE_SET_LEVEL(3);
    if (!ground_open(&g, o, levels, "top", NULL, &status))
        return status;
    r.model = world_table(&g.engine.dataset);
    rank_all(&r, &g.engine.dataset, o);
    status = output_result(o, top_formats, &r, 0);
    free(r.order);
    countries_fini(&g.world.countries);
    session_close(&g.engine);
    return status;
}

#include "command/asn_command.h"

#include "base/sort.h"
#include "base/text.h"
#include "command/density_report.h"
#include "command/output.h"
#include "session/exit_status.h"
#include "session/session.h"
#include "targets/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What both commands work with. */
struct ground {
    struct engine engine;
    struct world *world;
    struct output output;
    struct buf out;
};

static bool
ground_open(struct ground *g, const struct options *o, unsigned levels, const char *command, int *status)
{
    struct options offline = *o;
    struct fault fault, warning;
    *g = (struct ground){0};
    offline.offline = true; /* counted in files: nothing is asked */
    output_init(&g->output, o);
    if (!session_open(&g->engine, &offline, &fault, &warning, status)) {
        exit_status_report(fault.text, *status);
        return false;
    }
    bool has_zones = session_open_zones(&g->engine, o, levels, command, &fault, status) &&
                     density_report_can(g->engine.dataset.zones, command, 1, &fault) &&
                     density_report_can(g->engine.dataset.zones, command, 2, &fault);
    if (!has_zones || !session_open_map(&g->engine, command, &fault, status)) {
        bool bad_database = has_zones && !g->engine.dataset.asndb && *warning.text;
        exit_status_report(bad_database ? warning.text : fault.text, *status);
        session_close(&g->engine);
        return false;
    }
    session_report_zones(&g->engine);
    g->world = density_world(g->engine.dataset.zones, g->engine.dataset.asn_table, &g->engine.dataset.policy);
    return true;
}

static int
ground_close(struct ground *g)
{
    output_flush(&g->output, &g->out);
    density_world_free(g->world);
    session_close(&g->engine);
    buf_free(&g->out);
    return output_status(&g->output, 0);
}

/* ---- asn ---- */

struct asn_target {
    uint32_t number;
    struct addr address; /* family ADDR_NONE: the number was given */
};

static bool
read_asn(const struct options *o, struct asn_target *out, struct fault *fault)
{
    struct target target;
    struct fault ignored;
    int64_t number;
    if (o->target_count != 1)
        return fault_set(fault, "asn needs one AS number or address, such as AS64500");
    const char *text = o->targets[0];
    *out = (struct asn_target){0};
    const char *digits = strncasecmp(text, "AS", 2) == 0 ? text + 2 : text;
    size_t used = text_read_integer(digits, UINT32_MAX, &number);
    if (used > 0 && digits[used] == '\0') {
        out->number = (uint32_t)number;
        return true;
    }
    if (!target_parse(text, &target, &ignored) || target.address.family != ADDR_V4)
        return fault_set(fault, "'%.60s' is not an AS number or IPv4 address; write AS64500 or 203.0.113.77", text);
    out->address = target.address;
    return true;
}

static bool
find_asn(const struct ground *g, const struct asn_target *target, size_t *asn, struct fault *fault)
{
    char address[ADDR_TEXT];
    if (target->address.family == ADDR_NONE)
        return asn_table_find(g->engine.dataset.asn_table, target->number, asn) ||
               fault_set(fault, "AS%u announces nothing according to %s", target->number,
                         asndb_path(g->engine.dataset.asndb));
    return asn_table_locate(g->engine.dataset.asn_table, addr_to_v4(&target->address), asn, NULL) ||
           fault_set(fault, "%s is announced by nobody according to %s", addr_text(&target->address, address),
                     asndb_path(g->engine.dataset.asndb));
}

static void
print_asn(struct ground *g, const struct options *o, size_t asn)
{
    struct page page = {0};
    struct asn known = asn_table_at(g->engine.dataset.asn_table, asn);
    struct asn_report report = {.zones = g->engine.dataset.zones, .policy = &g->engine.dataset.policy};
    provider_gather(&report.provider, known.number, g->engine.dataset.asn_table, g->world, report.zones, report.policy);
    if (o->format == FORMAT_JSON) {
        density_report_asn_json(&g->out, &report, g->output.terminal);
    } else if (o->format == FORMAT_CSV) {
        density_report_asn_csv_head(&g->out);
        density_report_asn_csv(&g->out, &known, &report.provider.density);
    } else {
        page_begin(&page, g->output.columns);
        density_report_asn_text(&page, &report, o->number);
        output_page(&g->output, &g->out, &page);
    }
    page_fini(&page);
    provider_fini(&report.provider);
}

static void
keep_asn(struct ground *g, size_t asn)
{
    struct asn_density density = density_world_at(g->world, asn);
    recorder_add_asn(g->engine.recorder, g->engine.dataset.zones, &density);
    recorder_flush(g->engine.recorder);
}

int
asn_command_run(const struct options *o)
{
    struct ground g;
    struct asn_target target;
    struct fault fault;
    size_t asn;
    int status = STATUS_USAGE;
    if (!read_asn(o, &target, &fault))
        return exit_status_report(fault.text, status);
    if (!ground_open(&g, o, ZONE_SET_ALL, "asn", &status))
        return status;
    status = STATUS_UNKNOWN;
    if (!find_asn(&g, &target, &asn, &fault)) {
        ground_close(&g);
        return exit_status_report(fault.text, status);
    }
    session_keep_journal(&g.engine, o);
    if (g.engine.recorder)
        keep_asn(&g, asn);
    print_asn(&g, o, asn);
    return ground_close(&g);
}

/* ---- top ---- */

enum { COUNTED = ZONE_SET_LEVEL(1) | ZONE_SET_LEVEL(2) };

static double
rank_of(const struct asn_density *d, enum rank rank)
{
    switch (rank) {
    case RANK_RATIO:
        return d->ratio;
    case RANK_SCORE:
        return d->score;
    case RANK_IMPACTS:
        return (double)d->impacts;
    case RANK_LISTED:
        return (double)d->listed;
    }
    return 0;
}

/* Highest first; the smaller AS number first among equals, so that two runs agree. ASNs without any listed address are
 * no ranking. */
static size_t *
rank_all(const struct ground *g, const struct options *o, size_t *count)
{
    VEC(struct sort_item) all = {0};
    for (size_t i = 0; i < asn_table_count(g->engine.dataset.asn_table); i++) {
        struct asn_density d = density_world_at(g->world, i);
        if (d.impacts > 0 || d.listed > 0)
            vec_push(&all, ((struct sort_item){-rank_of(&d, o->rank), (uint32_t)i}));
    }
    sort_by_figure(all.at, all.count);
    *count = all.count < o->number ? all.count : o->number;
    size_t *order = mem_alloc(*count * sizeof *order);
    for (size_t i = 0; i < *count; i++)
        order[i] = all.at[i].item;
    vec_free(&all);
    return order;
}

static void
print_top(struct ground *g, const struct options *o, const size_t *order, size_t count)
{
    struct page page = {0};
    if (o->format == FORMAT_JSON) {
        density_report_top_json(&g->out, g->engine.dataset.asn_table, g->world, order, count, g->output.terminal);
    } else if (o->format == FORMAT_CSV) {
        density_report_asn_csv_head(&g->out);
        for (size_t i = 0; i < count; i++) {
            struct asn asn = asn_table_at(g->engine.dataset.asn_table, order[i]);
            struct asn_density density = density_world_at(g->world, order[i]);
            density_report_asn_csv(&g->out, &asn, &density);
        }
    } else {
        page_begin(&page, g->output.columns);
        density_report_top_text(&page, g->engine.dataset.asn_table, g->world, order, count);
        output_page(&g->output, &g->out, &page);
    }
    page_fini(&page);
}

int
asn_command_run_top(const struct options *o)
{
    struct ground g;
    size_t count;
    int status = STATUS_USAGE;
    if (o->target_count > 0)
        return exit_status_report("top takes no target; -n N says how many rows, --sort KEY by what", status);
    unsigned levels = o->format == FORMAT_TEXT ? COUNTED : COUNTED | ZONE_SET_LEVEL(3); /* only these tell of it */
    if (!ground_open(&g, o, levels, "top", &status))
        return status;
    size_t *order = rank_all(&g, o, &count);
    print_top(&g, o, order, count);
    free(order);
    return ground_close(&g);
}

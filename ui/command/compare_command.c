#include "command/compare_command.h"

#include "base/clock.h"
#include "base/csv.h"
#include "base/text.h"
#include "check/comparison.h"
#include "command/output.h"
#include "command/parts_json.h"
#include "command/range_command.h"
#include "pages/compare_page.h"
#include "session/exit_status.h"
#include "session/session.h"

#include <string.h>

enum { COL = 1 };

struct compare_result {
    struct comparison comparison;
    const struct dataset *dataset;
};

static const char *const kinds[] = {[RESOURCE_ADDRESS] = "address", [RESOURCE_NET] = "prefix", [RESOURCE_ASN] = "asn"};
static const char *const marks[] = {[FIGURE_ESTIMATE] = "estimate", [FIGURE_AT_LEAST] = "at least"};

/* "" = has none, or it is not known. */
static const char *
net_text(const struct comparison_subject *s, char out[static PREFIX_TEXT])
{
    return s->published ? prefix_text(&s->net, out) : "";
}

static bool
is_known(const struct comparison_figure *figure)
{
    return figure->kind != FIGURE_UNKNOWN && figure->kind != FIGURE_NONE;
}

/* ---- text and CSV ---- */

static void
print_text(struct page *p, void *arg)
{
    const struct compare_result *r = arg;
    compare_page(p, &r->comparison, r->dataset, COL);
}

static void
put_figure(struct buf *out, const struct comparison_subject *s, enum comparison_row row)
{
    const struct comparison_figure *figure = &s->figures[row];
    char prefix[PREFIX_TEXT];
    buf_byte(out, ',');
    if (!is_known(figure))
        return;
    switch (compare_rows[row].kind) {
    case COMPARE_COVER:
        buf_text(out, cover_name((enum cover)figure->value));
        break;
    case COMPARE_RANGE:
        buf_text(out, s->best.addr.family == ADDR_NONE ? "none" : prefix_text(&s->best, prefix));
        break;
    case COMPARE_TIMES:
        buf_format(out, "%.2f", ranking_ratio_shown(figure->value));
        break;
    default:
        buf_format(out, compare_rows[row].kind == COMPARE_INTEGER ? "%.0f" : "%.1f", figure->value);
        break;
    }
}

static void
put_look(struct buf *out, const struct comparison_look *look, bool is_address)
{
    char time[CLOCK_TEXT] = "";
    if (look->at_ms != 0)
        clock_rfc3339(look->at_ms, time);
    buf_format(out, ",%s,", time);
    if (look->at_ms != 0 && look->listed >= 0)
        buf_format(out, "%lld", (long long)look->listed);
    buf_byte(out, ',');
    if (look->at_ms != 0 && look->impacts != LISTING_UNKNOWN)
        buf_format(out, "%lld", (long long)look->impacts);
    buf_format(out, ",%s", look->at_ms != 0 && is_address ? verdict_state_name(look->verdict) : "");
}

/* The days are one cell, apart by blanks. */
static void
put_complaints(struct buf *out, const struct complaints *c)
{
    if (c->count == 0) {
        buf_text(out, ",0,,,,");
        return;
    }
    buf_format(out, ",%zu,%zu,%zu,%zu,", c->count, c->ended.count, c->again, c->listed);
    for (size_t i = 0; i < c->ended.count; i++)
        buf_format(out, "%s%lld", i > 0 ? " " : "", complaints_days(c->ended.at[i]));
}

static void
print_csv(struct buf *out, void *arg, bool pretty)
{
    const struct compare_result *r = arg;
    (void)pretty;
    buf_text(out, "target,kind,asn,org,net");
    for (enum comparison_row row = 0; row < COMPARISON_ROWS; row++)
        buf_format(out, ",%s", compare_rows[row].what);
    buf_text(out, ",impacts_mark,levels_seen,then,then_listed,then_impacts,then_verdict,now,now_listed,now_impacts,"
                  "now_verdict,complaints,complaints_ended,complaints_listed_again,complaints_still_listed,"
                  "complaints_ended_days\r\n");
    for (size_t i = 0; i < r->comparison.subjects.count; i++) {
        const struct comparison_subject *s = &r->comparison.subjects.at[i];
        const char *mark = marks[s->figures[COMPARISON_IMPACTS].kind % (sizeof marks / sizeof marks[0])];
        char name[RESOURCE_TEXT], net[PREFIX_TEXT], time[CLOCK_TEXT] = "";
        buf_format(out, "%s,%s,", resource_text(&s->resource, name), kinds[s->resource.kind]);
        if (s->asn > 0)
            buf_format(out, "%u", s->asn);
        buf_byte(out, ',');
        csv_cell(out, s->org);
        buf_format(out, ",%s", net_text(s, net));
        for (enum comparison_row row = 0; row < COMPARISON_ROWS; row++)
            put_figure(out, s, row);
        if (s->told_ms != 0)
            clock_rfc3339(s->told_ms, time);
        buf_format(out, ",%s,%s", mark ? mark : "", time);
        put_look(out, &s->then, s->resource.kind == RESOURCE_ADDRESS);
        put_look(out, &s->now, s->resource.kind == RESOURCE_ADDRESS);
        put_complaints(out, &s->complaints);
        buf_text(out, "\r\n");
    }
}

/* ---- JSON ---- */

static struct json_t *
figure_json(const struct comparison_subject *s, enum comparison_row row)
{
    const struct comparison_figure *figure = &s->figures[row];
    if (!is_known(figure))
        return parts_json_text(NULL);
    switch (compare_rows[row].kind) {
    case COMPARE_INTEGER:
        return parts_json_number((int64_t)figure->value, true);
    case COMPARE_TENTHS:
        return parts_json_decimal(figure->value, 10);
    case COMPARE_TIMES:
        return parts_json_decimal(ranking_ratio_shown(figure->value), 100);
    case COMPARE_COVER:
        return parts_json_string(cover_name((enum cover)figure->value));
    default:
        return s->best.addr.family == ADDR_NONE ? parts_json_string("none") : parts_json_prefix(&s->best);
    }
}

static struct json_t *
row_json(const struct comparison *c, enum comparison_row row)
{
    struct json_t *o = parts_json_object(), *values = parts_json_array(), *all = parts_json_array(),
                  *best = parts_json_array();
    for (size_t i = 0; i < c->subjects.count; i++) {
        const struct comparison_subject *s = &c->subjects.at[i];
        const struct comparison_figure *figure = &s->figures[row];
        bool marked = figure->kind == FIGURE_ESTIMATE || figure->kind == FIGURE_AT_LEAST;
        char name[RESOURCE_TEXT];
        parts_json_push(values, figure_json(s, row));
        parts_json_push(all, parts_json_text(marked ? marks[figure->kind] : NULL));
        if (comparison_is_best(c, s, row))
            parts_json_push(best, parts_json_string(resource_text(&s->resource, name)));
    }
    parts_json_set(o, "what", parts_json_string(compare_rows[row].what));
    parts_json_set(o, "values", values);
    parts_json_set(o, "marks", all);
    parts_json_set(o, "best", best);
    parts_json_set(o, "source", parts_json_string(compare_rows[row].source));
    return o;
}

static struct json_t *
look_json(const struct comparison_look *look, bool is_address)
{
    if (look->at_ms == 0)
        return parts_json_text(NULL);
    struct json_t *o = parts_json_object();
    parts_json_set(o, "time", parts_json_time(look->at_ms));
    parts_json_set(o, "listed", parts_json_number(look->listed, look->listed >= 0));
    parts_json_set(o, "impacts", parts_json_number(look->impacts, look->impacts != LISTING_UNKNOWN));
    parts_json_set(o, "verdict", parts_json_text(is_address ? verdict_state_name(look->verdict) : NULL));
    return o;
}

static struct json_t *
trend_json(const struct comparison *c)
{
    struct json_t *o = parts_json_object(), *values = parts_json_array();
    for (size_t i = 0; i < c->subjects.count; i++) {
        const struct comparison_subject *s = &c->subjects.at[i];
        struct json_t *looks = s->now.at_ms != 0 ? parts_json_object() : parts_json_text(NULL);
        if (s->now.at_ms != 0) {
            parts_json_set(looks, "then", look_json(&s->then, s->resource.kind == RESOURCE_ADDRESS));
            parts_json_set(looks, "now", look_json(&s->now, s->resource.kind == RESOURCE_ADDRESS));
        }
        parts_json_push(values, looks);
    }
    parts_json_set(o, "what", parts_json_string("trend"));
    parts_json_set(o, "values", values);
    parts_json_set(o, "source", parts_json_string("journal"));
    return o;
}

static struct json_t *
complaints_json(const struct comparison *c)
{
    struct json_t *o = parts_json_object(), *values = parts_json_array();
    for (size_t i = 0; i < c->subjects.count; i++) {
        const struct complaints *complaints = &c->subjects.at[i].complaints;
        if (complaints->count == 0) {
            parts_json_push(values, parts_json_text(NULL));
            continue;
        }
        struct json_t *value = parts_json_object(), *days = parts_json_array();
        for (size_t k = 0; k < complaints->ended.count; k++)
            parts_json_push(days, parts_json_number(complaints_days(complaints->ended.at[k]), true));
        parts_json_set(value, "count", parts_json_number((int64_t)complaints->count, true));
        parts_json_set(value, "since", parts_json_time(complaints->first_ms));
        parts_json_set(value, "ended_days", days);
        parts_json_set(value, "listed_again", parts_json_number((int64_t)complaints->again, true));
        parts_json_set(value, "still_listed", parts_json_number((int64_t)complaints->listed, true));
        parts_json_set(value, "unseen", parts_json_number((int64_t)complaints->unseen, true));
        parts_json_push(values, value);
    }
    parts_json_set(o, "what", parts_json_string("complaints"));
    parts_json_set(o, "values", values);
    parts_json_set(o, "source", parts_json_string("journal"));
    return o;
}

static struct json_t *
targets_json(const struct comparison *c)
{
    struct json_t *array = parts_json_array();
    for (size_t i = 0; i < c->subjects.count; i++) {
        const struct comparison_subject *s = &c->subjects.at[i];
        struct json_t *o = parts_json_object();
        char name[RESOURCE_TEXT], net[PREFIX_TEXT];
        parts_json_set(o, "target", parts_json_string(resource_text(&s->resource, name)));
        parts_json_set(o, "kind", parts_json_string(kinds[s->resource.kind]));
        parts_json_set(o, "asn", parts_json_number(s->asn, s->asn > 0));
        parts_json_set(o, "org", parts_json_text(s->org));
        parts_json_set(o, "net", parts_json_text(net_text(s, net)));
        parts_json_set(o, "levels_seen", parts_json_time(s->told_ms));
        parts_json_push(array, o);
    }
    return array;
}

static void
print_json(struct buf *out, void *arg, bool pretty)
{
    const struct compare_result *r = arg;
    struct json_t *o = parts_json_object(), *rows = parts_json_array(), *zones = parts_json_array();
    for (enum comparison_row row = 0; row < COMPARISON_ROWS; row++)
        parts_json_push(rows, row_json(&r->comparison, row));
    parts_json_push(rows, trend_json(&r->comparison));
    parts_json_push(rows, complaints_json(&r->comparison));
    for (unsigned level = 1; level <= LIST_LEVELS; level++) {
        const struct zone_file *file = dataset_level(r->dataset, level);
        struct json_t *zone = parts_json_object();
        parts_json_set(zone, "level", parts_json_number(level, true));
        parts_json_set_zone(zone, file ? zone_file_serial(file) : 0,
                            file ? zone_file_date(file) : (struct data_date){0});
        parts_json_push(zones, zone);
    }
    parts_json_set(o, "schema", parts_json_number(1, true));
    parts_json_set(o, "targets", targets_json(&r->comparison));
    parts_json_set(o, "rows", rows);
    parts_json_set(o, "zones", zones);
    parts_json_set(o, "database_built", parts_json_time(dataset_asn_source(r->dataset).dated_ms));
    parts_json_print(out, o, pretty);
}

/* ---- the command ---- */

static const struct output_format formats[] = {
    [FORMAT_TEXT] = {.page = print_text}, [FORMAT_JSON] = {.print = print_json}, [FORMAT_CSV] = {.print = print_csv}};

/* Opens the files that the targets need. */
static bool
open_files(struct engine *engine, const struct options *o, bool has_asn, const struct fault *warning,
           struct fault *fault, int *status)
{
    struct dataset *dataset = &engine->dataset;
    if (!session_open_zones(engine, o, ZONE_SET_ALL, "compare", fault, status))
        return false;
    session_keep_journal(engine, o);
    if (!range_command_has_zone(dataset->zones, "compare", 1, fault))
        return false;
    if (has_asn && !range_command_has_zone(dataset->zones, "compare", 2, fault))
        return false;
    if (has_asn && !session_open_map(engine, o, "compare", fault, status)) {
        if (!dataset_asn_source(dataset).path && *warning->text)
            *fault = *warning;
        return false;
    }
    if (has_asn)
        dataset_count_ranking(dataset);
    session_report_zones(engine, o->format == FORMAT_CSV);
    return true;
}

static int
run(const struct options *o, struct engine *engine, const struct resource *resources, size_t count)
{
    struct compare_result r = {.dataset = &engine->dataset};
    struct fault fault;
    int status = 0;
    comparison_gather(&r.comparison, engine, resources, count);
    if (engine->recorder)
        recorder_flush(engine->recorder);
    struct journal *journal = engine->recorder ? recorder_journal(engine->recorder) : NULL;
    if (journal && !comparison_recall(&r.comparison, journal, &engine->dataset, &fault))
        exit_status_report(fault.text, 0);
    for (size_t i = 0; i < count; i++) {
        if (!r.comparison.subjects.at[i].unannounced)
            continue;
        fault_set(&fault, "AS%u announces nothing (%s)", resources[i].asn, dataset_asn_source(&engine->dataset).path);
        status = exit_status_report(fault.text, STATUS_UNKNOWN);
    }
    status = output_result(o, formats, &r, status);
    comparison_fini(&r.comparison);
    return status;
}

int
compare_command_run(const struct options *o)
{
    struct engine engine;
    struct options offline = *o;
    struct resource resources[COMPARISON_MOST];
    struct fault fault, warning, note;
    struct buf text = {0};
    bool has_asn = false;
    size_t count;
    int status = STATUS_USAGE;
    offline.offline = true; /* counted in files: nothing is asked */
    if (!session_open(&engine, &offline, &fault, &warning, &status))
        return exit_status_report(fault.text, status);
    status = STATUS_USAGE;
    for (size_t i = 0; i < o->target_count; i++)
        buf_format(&text, "%s%s", i > 0 ? " " : "", o->targets[i]);
    bool ok = comparison_read(buf_string(&text), engine.dataset.catalogue, resources, &count, &note, &fault);
    if (ok && *note.text)
        exit_status_report(note.text, 0);
    for (size_t i = 0; ok && i < count; i++)
        has_asn = has_asn || resources[i].kind == RESOURCE_ASN;
    if (ok && open_files(&engine, o, has_asn, &warning, &fault, &status))
        status = run(o, &engine, resources, count);
    else
        exit_status_report(fault.text, status);
    buf_free(&text);
    session_close(&engine);
    return status;
}

#include "command/range_command.h"

#include "command/density_report.h"
#include "command/output.h"
#include "session/exit_status.h"
#include "session/session.h"
#include "targets/target.h"

#include <stdio.h>
#include <string.h>

/* A prefix, or an address, which stands for its /24. */
static bool
parse_prefix(const char *text, struct prefix *out, struct fault *fault)
{
    struct target target;
    bool host_bits = false;
    char suggestion[PREFIX_TEXT];
    if (strchr(text, '/')) {
        if (prefix_parse(text, out, &host_bits) && out->addr.family == ADDR_V4)
            return true;
        if (host_bits)
            return fault_set(fault, "'%.60s' is no prefix, because bits are set behind it; did you mean %s?", text,
                             prefix_text(out, suggestion));
    } else if (target_parse(text, &target, fault) && target.address.family == ADDR_V4) {
        *out = prefix_around(&target.address, 24);
        return true;
    }
    return fault_set(fault, "'%.60s' is not an IPv4 prefix or address; write 203.0.113.0/24 or 203.0.113.77", text);
}

static bool
read_prefix(const struct options *o, struct prefix *out, struct fault *fault)
{
    if (o->target_count != 1)
        return fault_set(fault, "range needs one prefix or address, such as 203.0.113.0/24");
    return parse_prefix(o->targets[0], out, fault);
}

static void
print(const struct options *o, const struct range_report *report, struct output *output)
{
    struct buf out = {0};
    struct page page = {0};
    if (o->format == FORMAT_JSON) {
        density_report_range_json(&out, report, output->terminal);
    } else if (o->format == FORMAT_CSV) {
        density_report_range_csv(&out, report);
    } else {
        page_begin(&page, output->columns);
        density_report_range_text(&page, report);
        output_page(output, &out, &page);
    }
    output_flush(output, &out);
    page_fini(&page);
    buf_free(&out);
}

static const struct prefix *
find_record(const struct asndb *db, const struct prefix *prefix, struct asndb_record *record)
{
    struct fault ignored;
    return db && asndb_find(db, &prefix->addr, record, &ignored) && record->record.addr.family == ADDR_V4
               ? &record->record
               : NULL;
}

static void
keep_prefix(struct engine *engine, const struct prefix *prefix)
{
    if (!engine->recorder)
        return;
    recorder_add_prefix(engine->recorder, engine->dataset.zones, &engine->dataset.policy, prefix);
    recorder_flush(engine->recorder);
}

int
range_command_run(const struct options *o)
{
    struct engine engine;
    struct options offline = *o;
    struct fault fault, warning;
    struct prefix prefix;
    struct output output;
    int status = STATUS_USAGE;
    if (!read_prefix(o, &prefix, &fault))
        return exit_status_report(fault.text, status);
    offline.offline = true; /* counted in files: nothing is asked */
    if (!session_open(&engine, &offline, &fault, &warning, &status))
        return exit_status_report(fault.text, status);
    output_init(&output, o);
    if (session_open_zones(&engine, o, ZONE_SET_ALL, "range", &fault, &status) &&
        density_report_can(engine.dataset.zones, "range", 1, &fault)) {
        session_report_zones(&engine);
        session_keep_journal(&engine, o);
        keep_prefix(&engine, &prefix);
        struct range_report report;
        struct asndb_record record;
        density_report_range_init(&report, &prefix, engine.dataset.zones, &engine.dataset.policy,
                                  find_record(engine.dataset.asndb, &prefix, &record));
        if (engine.recorder && !density_report_range_seen(&report, recorder_journal(engine.recorder), &fault))
            exit_status_report(fault.text, 0);
        print(o, &report, &output);
        density_report_range_fini(&report);
        status = output_status(&output, 0);
    } else {
        exit_status_report(fault.text, status);
    }
    session_close(&engine);
    return status;
}

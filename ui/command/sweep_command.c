#include "command/sweep_command.h"

#include "base/clock.h"
#include "base/text.h"
#include "check/investigation.h"
#include "check/sweep.h"
#include "command/output.h"
#include "command/range_command.h"
#include "command/sweep_report.h"
#include "session/exit_status.h"
#include "session/interrupt.h"
#include "session/session.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PROGRESS_MS = 200 };

static bool
read_prefix(const struct options *o, struct prefix *out, struct fault *fault)
{
    if (o->target_count != 1)
        return fault_set(fault, "sweep needs one prefix or address, such as 203.0.113.0/24");
    if (!range_command_parse(o->targets[0], out, fault))
        return false;
    if (out->length < SWEEP_WIDEST)
        return fault_set(fault, "%s is too wide to ask for each address; a /%d at most", o->targets[0], SWEEP_WIDEST);
    if (out->length < SWEEP_FREELY && !o->yes)
        return fault_set(fault, "%s means %llu questions to the operator's servers; say --yes if that is what you want",
                         o->targets[0], (unsigned long long)prefix_size(out));
    return true;
}

static bool
is_askable(const struct engine *engine, const struct prefix *prefix, struct fault *fault)
{
    char text[PREFIX_TEXT];
    uint32_t first = addr_to_v4(&prefix->addr);
    for (uint64_t i = 0; i < prefix_size(prefix); i++) {
        struct addr address = addr_from_v4(first + (uint32_t)i);
        struct prefix part = prefix_around(&address, prefix->length < 24 ? 24 : prefix->length);
        const char *block = investigation_barred(engine, &address);
        if (block)
            return fault_set(fault, "%s is not routable (%s): no DNSBL can list it", prefix_text(&part, text), block);
    }
    return true;
}

static void
nothing(void *arg)
{
    (void)arg; /* the counts are looked at after each turn of the loop */
}

static void
show_progress(const struct sweep *sweep, int64_t *due_ms)
{
    struct sweep_counts c;
    struct buf left = {0};
    if (clock_now_ms() < *due_ms)
        return;
    *due_ms = clock_now_ms() + PROGRESS_MS;
    sweep_counts(sweep, &c);
    text_duration(&left, c.left_ms);
    fprintf(stderr, "\r\033[K%zu of %zu answered, %.0f/s, %s left: %zu listed, %zu unknown", c.answered, c.total,
            c.per_second, buf_string(&left), c.listed, c.unknown);
    buf_free(&left);
}

/* Until everything is answered, or the user has had enough: then what there is is printed all the same. */
static void
work(struct engine *engine, const struct sweep *sweep)
{
    bool progress = isatty(STDERR_FILENO);
    int64_t due_ms = 0;
    while (sweep_is_open(sweep) && !interrupt_came()) {
        if (progress)
            show_progress(sweep, &due_ms);
        loop_turn(engine->loop, INT64_MAX);
    }
    if (progress)
        fputs("\r\033[K", stderr);
}

static int
conclude(const struct options *o, const struct sweep *sweep, const struct prefix *prefix)
{
    struct output output;
    struct buf out = {0};
    struct page page = {0};
    output_init(&output, o);
    if (o->format == FORMAT_JSON) {
        sweep_report_json(&out, sweep, prefix, output.terminal);
    } else if (o->format == FORMAT_CSV) {
        sweep_report_csv(&out, sweep, prefix);
    } else if (o->format == FORMAT_NAGIOS) {
        sweep_report_nagios(&out, sweep, prefix);
    } else {
        page_begin(&page, output.columns);
        sweep_report_text(&page, sweep, prefix);
        output_page(&output, &out, &page);
    }
    output_flush(&output, &out);
    buf_free(&out);
    page_fini(&page);
    int status = output_status(&output, interrupt_came() ? STATUS_INTERRUPTED : sweep_report_status(sweep));
    return o->format == FORMAT_NAGIOS ? exit_status_for_monitoring(status) : status;
}

int
sweep_command_run(const struct options *o)
{
    struct engine engine;
    struct fault fault, warning;
    struct prefix prefix;
    int status = STATUS_USAGE;
    if (!read_prefix(o, &prefix, &fault))
        return session_refuse(o, fault.text, status);
    if (o->offline)
        return session_refuse(o, "sweep asks by DNS, which --offline forbids; `whylisted range` counts in zone files",
                              status);
    if (!session_open(&engine, o, &fault, &warning, &status))
        return session_refuse(o, fault.text, status);
    status = STATUS_UNKNOWN;
    if (is_askable(&engine, &prefix, &fault)) {
        session_keep_journal(&engine, o);
        interrupt_watch(engine.loop);
        struct sweep *sweep = sweep_new(&engine, &prefix, nothing, NULL);
        work(&engine, sweep);
        sweep_stop(sweep);
        if (engine.recorder)
            recorder_flush(engine.recorder);
        status = conclude(o, sweep, &prefix);
        sweep_free(sweep);
    } else {
        session_refuse(o, fault.text, status);
    }
    session_close(&engine);
    return status;
}

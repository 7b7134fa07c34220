#include "command/sweep_command.h"

#include "base/clock.h"
#include "base/text.h"
#include "check/investigation.h"
#include "check/sweep.h"
#include "command/output.h"
#include "command/parts_json.h"
#include "command/range_command.h"
#include "session/exit_status.h"
#include "session/interrupt.h"
#include "session/session.h"

#include <stdio.h>
#include <unistd.h>

enum { PROGRESS_MS = 200, COL = 1, COL_LIST = 3 };

/* ---- the result, of which a stopped sweep has only a part ---- */

struct sweep_result {
    const struct sweep *sweep;
    struct sweep_counts counts;
    struct prefix prefix;
    enum exit_status status; /* as far as its counts go */
    struct data_date date;   /* of the data behind the answers */
};

static bool
is_old(const struct sweep_result *r)
{
    return r->date.by != DATED_UNKNOWN && data_date_age(r->date) != DATA_FRESH;
}

static void
put_counts(struct buf *out, const struct sweep_result *r)
{
    const struct sweep_counts *c = &r->counts;
    char name[PREFIX_TEXT];
    buf_format(out, "%s: %zu listed on level 1, %zu clear", prefix_text(&r->prefix, name), c->listed, c->clear);
    if (c->listed + c->clear < c->total)
        buf_format(out, ", %zu not known (%zu of %zu answered)", c->total - c->listed - c->clear, c->answered,
                   c->total);
    if (is_old(r)) {
        buf_text(out, data_date_age(r->date) == DATA_STALE ? " (DNS data up to " : " (DNS data ");
        data_date_put(out, r->date);
        buf_byte(out, ')');
    }
    buf_byte(out, '.');
}

/* Says why nothing is known, if there is a reason. */
static void
put_problem(struct buf *out, const struct sweep_result *r)
{
    if (sweep_problem(r->sweep))
        buf_format(out, "%s: %s.", r->counts.answered > 0 ? "Level 1 is not trusted" : "Cannot tell",
                   sweep_problem(r->sweep));
}

static void
put_listed(struct buf *out, const struct sweep_result *r)
{
    size_t start = out->count;
    for (size_t i = 0; i < r->counts.total && r->counts.listed > 0; i++) {
        struct addr address = addr_from_v4(addr_to_v4(&r->prefix.addr) + (uint32_t)i);
        char name[ADDR_TEXT];
        if (sweep_state(r->sweep, i) == STATE_LISTED)
            buf_format(out, "%s%s", out->count > start ? ", " : "", addr_text(&address, name));
    }
}

/* ---- formats ---- */

static void
print_text(struct page *p, void *arg)
{
    static const struct {
        void (*put)(struct buf *, const struct sweep_result *);
        enum role role;
        int col;
    } rows[] = {{put_counts, ROLE_STRONG, COL}, {put_problem, ROLE_WARN, COL}, {put_listed, ROLE_LISTED, COL_LIST}};
    struct buf text = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        buf_clear(&text);
        rows[i].put(&text, arg);
        if (text.count == 0)
            continue;
        if (rows[i].col == COL_LIST)
            page_gap(p);
        page_row(p, 0);
        page_wrap(p, rows[i].col, rows[i].role, buf_string(&text));
    }
    buf_free(&text);
}

/* One line for the monitoring system; the listed addresses below it. */
static void
print_nagios(struct buf *out, void *arg, bool pretty)
{
    static const char *const words[] = {[STATUS_CLEAR] = "OK",
                                        [STATUS_COLLATERAL] = "WARNING",
                                        [STATUS_DIRECT] = "CRITICAL",
                                        [STATUS_UNKNOWN] = "UNKNOWN"};
    const struct sweep_result *r = arg;
    const struct sweep_counts *c = &r->counts;
    struct buf text = {0};
    (void)pretty;
    put_counts(&text, r);
    buf_text(&text, sweep_problem(r->sweep) ? " " : "");
    put_problem(&text, r);
    buf_format(out, "DNSBL %s - ", words[r->status]);
    output_without_bars(out, buf_string(&text));
    buf_format(out, " | listed=%zu clear=%zu unknown=%zu\n", c->listed, c->clear, c->total - c->listed - c->clear);
    buf_clear(&text);
    put_listed(&text, r);
    if (text.count > 0)
        buf_format(out, "%s\n", buf_string(&text));
    buf_free(&text);
}

static void
print_csv(struct buf *out, void *arg, bool pretty)
{
    const struct sweep_result *r = arg;
    (void)pretty;
    buf_text(out, "address,state\r\n");
    for (size_t i = 0; i < r->counts.total; i++) {
        struct addr address = addr_from_v4(addr_to_v4(&r->prefix.addr) + (uint32_t)i);
        char name[ADDR_TEXT];
        buf_format(out, "%s,%s\r\n", addr_text(&address, name), list_state_name(sweep_state(r->sweep, i)));
    }
}

static void
print_json(struct buf *out, void *arg, bool pretty)
{
    const struct sweep_result *r = arg;
    const struct sweep_counts *c = &r->counts;
    struct json_t *o = parts_json_object(), *listed = parts_json_array();
    for (size_t i = 0; i < c->total; i++)
        if (sweep_state(r->sweep, i) == STATE_LISTED)
            parts_json_push(listed, parts_json_v4(addr_to_v4(&r->prefix.addr) + (uint32_t)i));
    parts_json_set(o, "schema", parts_json_number(1, true));
    parts_json_set(o, "prefix", parts_json_prefix(&r->prefix));
    parts_json_set(o, "addresses", parts_json_number((int64_t)c->total, true));
    parts_json_set(o, "answered", parts_json_number((int64_t)c->answered, true));
    parts_json_set(o, "listed", parts_json_number((int64_t)c->listed, true));
    parts_json_set(o, "clear", parts_json_number((int64_t)c->clear, true));
    parts_json_set(o, "unknown", parts_json_number((int64_t)(c->total - c->listed - c->clear), true));
    parts_json_set(o, "complete", parts_json_bool(c->phase == SWEEP_DONE));
    parts_json_set(o, "problem", parts_json_text(sweep_problem(r->sweep)));
    parts_json_set(o, "neighbours", listed);
    parts_json_set(o, "source", parts_json_string("dns"));
    parts_json_set_zone(o, sweep_serial(r->sweep), r->date);
    parts_json_print(out, o, pretty);
}

static const struct output_format formats[] = {[FORMAT_TEXT] = {.page = print_text},
                                               [FORMAT_JSON] = {.print = print_json},
                                               [FORMAT_CSV] = {.print = print_csv},
                                               [FORMAT_NAGIOS] = {.print = print_nagios}};

/* ---- the command ---- */

static bool
read_prefix(const struct options *o, const struct catalogue *catalogue, struct prefix *out, struct fault *fault)
{
    char text[PREFIX_TEXT];
    if (!range_command_parse(o, catalogue, out, fault))
        return false;
    if (out->length < SWEEP_WIDEST)
        return fault_set(fault, "%s is too wide to ask for each address; a /%d at most", prefix_text(out, text),
                         SWEEP_WIDEST);
    if (out->length < SWEEP_FREELY && !o->yes)
        return fault_set(fault, "%s means %llu questions to the operator's servers; say --yes if that is what you want",
                         prefix_text(out, text), (unsigned long long)prefix_size(out));
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

/* The counts are read after each turn of the loop. */
static void
ignore_change(void *arg)
{
    (void)arg;
}

/* Runs until everything is answered or the user interrupts, and shows progress on a terminal. */
static void
run(struct engine *engine, const struct sweep *sweep)
{
    bool progress = isatty(STDERR_FILENO);
    int64_t due_ms = 0;
    while (sweep_is_open(sweep) && !interrupt_came()) {
        if (progress && clock_now_ms() >= due_ms) {
            struct sweep_counts c;
            struct buf left = {0};
            due_ms = clock_now_ms() + PROGRESS_MS;
            sweep_counts(sweep, &c);
            text_duration(&left, c.left_ms);
            fprintf(stderr, "\r\033[K%zu of %zu answered, %.0f/s, %s left: %zu listed, %zu unknown", c.answered,
                    c.total, c.per_second, buf_string(&left), c.listed, c.unknown);
            if (c.limit > 0)
                fprintf(stderr, "; the resolver takes about %.0f questions/s", c.limit);
            buf_free(&left);
        }
        loop_turn(engine->loop, INT64_MAX);
    }
    if (progress)
        fputs("\r\033[K", stderr);
}

int
sweep_command_run(const struct options *o)
{
    struct engine engine;
    struct fault fault, warning;
    struct sweep_result r = {0};
    int status = STATUS_USAGE;
    if (o->target_count == 0)
        return session_refuse(o, "sweep needs one prefix or address, such as 203.0.113.0/24", status);
    if (o->offline)
        return session_refuse(o, "sweep asks by DNS, which --offline forbids; `whylisted range` counts in zone files",
                              status);
    if (!session_open(&engine, o, &fault, &warning, &status))
        return session_refuse(o, fault.text, status);
    status = STATUS_USAGE;
    if (!read_prefix(o, engine.dataset.catalogue, &r.prefix, &fault)) {
        status = session_refuse(o, fault.text, status);
    } else if (is_askable(&engine, &r.prefix, &fault)) {
        session_keep_journal(&engine, o);
        interrupt_watch(engine.loop);
        struct sweep *sweep = sweep_new(&engine, &r.prefix, ignore_change, NULL);
        run(&engine, sweep);
        sweep_stop(sweep);
        if (engine.recorder)
            recorder_flush(engine.recorder);
        r.sweep = sweep;
        sweep_counts(sweep, &r.counts);
        r.date = data_date_of_serial(sweep_serial(sweep));
        r.status = r.counts.listed > 0                        ? STATUS_DIRECT
                   : r.counts.clear < r.counts.total          ? STATUS_UNKNOWN
                   : o->format == FORMAT_NAGIOS && is_old(&r) ? STATUS_COLLATERAL
                                                              : STATUS_CLEAR;
        status = output_result(o, formats, &r, interrupt_came() ? STATUS_INTERRUPTED : (int)r.status);
        if (o->format == FORMAT_NAGIOS)
            status = exit_status_for_monitoring(status);
        sweep_free(sweep);
    } else {
        status = STATUS_UNKNOWN;
        session_refuse(o, fault.text, status);
    }
    session_close(&engine);
    return status;
}

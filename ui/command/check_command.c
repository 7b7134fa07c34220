/* Investigates a window of targets at a time and prints results in the order of the input, so that the window bounds
 * the memory. A CSV table from local files alone needs no investigations: it looks up a full window in bulk. */
#include "command/check_command.h"

#include "base/clock.h"
#include "base/text.h"
#include "command/bounce_status.h"
#include "command/check_window.h"
#include "session/interrupt.h"
#include "session/session.h"
#include "targets/target_bounce.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OUT_ENOUGH = 64 * 1024, PROGRESS_MS = 200, OPENED = -1 };

/* Bytes of standard input that are counted before anything is asked: some 70,000 addresses. */
enum { PEEK_MOST = 1024 * 1024 };

static void
count_members(const struct check *c, struct batch_size *size)
{
    const struct fleet *fleet = c->fleet->fleet;
    for (size_t i = 0; i < fleet->targets.count; i++)
        batch_size_add_target(size, &c->engine, &fleet->targets.at[i]->address);
}

/* Returns the status of an argument that names no target: that of `bounce` if it is a rejection. */
static int
status_of_bad(const struct check *c, const char *text)
{
    struct target_bounce bounce = {0};
    bool is_bounce = target_bounce_read(text, strlen(text), c->engine.dataset.catalogue, &bounce);
    target_bounce_fini(&bounce);
    return is_bounce ? (int)bounce_status(&bounce.first) : STATUS_USAGE;
}

/* Parses all arguments before anything is queried, and counts the questions. Returns false with the exit status. */
static bool
check_arguments(struct check *c, struct batch_size *size, struct fault *fault, int *status)
{
    const struct options *o = c->options;
    struct addr address;
    char range[TARGET_ROOM];
    *status = STATUS_USAGE;
    c->targets.is_whole = true;
    for (size_t i = 0; i < o->target_count; i++) {
        const char *text = o->targets[i];
        enum target_line kind = targets_read(&c->targets, text, strlen(text), c->engine.dataset.catalogue, fault);
        if (kind == TARGET_EMPTY)
            return fault_set(fault, c->domains ? "'' is not a domain; write one such as example.org"
                                               : "'' is not an address; write one such as 203.0.113.77");
        if (kind == TARGET_BAD) {
            *status = status_of_bad(c, text);
            return false;
        }
        for (size_t j = 0; j < c->targets.list.count; j++) {
            const struct target *target = &c->targets.list.at[j];
            if (targets_range(&c->targets, j, range, fault) > 1 || !check_window_takes(c, target, &address, fault))
                return false;
            char *name = target->is_domain ? survey_name(&c->engine, target->text, fault) : NULL;
            if (target->is_domain && !name)
                return false;
            free(name);
        }
        batch_size_add(size, &c->engine, &c->targets);
    }
    vec_clear(&c->targets.list);
    return true;
}

/* Announces the questions on a terminal, and in any case where they are very many: those need --yes. Counts standard
 * input as far as it is there already. */
static bool
announce(struct check *c, struct batch_size *size, struct fault *fault)
{
    struct buf sentence = {0};
    if (c->lines && c->engine.resolver) {
        size_t count;
        int64_t until_ms = c->options->deadline_ms ? c->started_ms + c->options->deadline_ms : INT64_MAX;
        const char *bytes = lines_peek(c->lines, PEEK_MOST, until_ms, &count);
        batch_size_add_lines(size, &c->engine, bytes, count);
        size->more = !c->lines->eof;
    }
    c->engine.targets = size->more ? SIZE_MAX : batch_size_targets(size);
    c->engine.distinct = c->fleet || (size->distinct && !size->more);
    bool many = !batch_size_is_free(size, c->engine.dataset.catalogue), yes = c->options->yes;
    batch_size_put(size, c->engine.dataset.catalogue, &sentence);
    fault_set(fault, "%s; --yes to go on", buf_string(&sentence));
    if ((many && yes) || (c->several && batch_size_targets(size) > 0 && !many && isatty(STDERR_FILENO)))
        exit_status_report(buf_string(&sentence), 0);
    buf_clear(&sentence);
    if ((!many || yes) && batch_size_put_pace(size, c->engine.dataset.catalogue, c->options->deadline_ms, &sentence))
        exit_status_report(buf_string(&sentence), 0);
    buf_free(&sentence);
    return !many || yes;
}

/* Opens everything, or returns an exit status. Reads the ASN database before the first query, because that takes tens
 * of milliseconds, which would be added to a round trip. */
static int
open_all(struct check *c, struct fault *fault)
{
    const struct options *o = c->options;
    struct batch_size size = {0};
    struct fault warning;
    int status;
    if (o->target_count == 0 && !c->fleet) {
        fault_set(fault, c->domains ? "domain needs a domain, such as example.org, or - to read domains from stdin"
                                    : "check needs a target; give an address, or - to read addresses from stdin");
        return STATUS_USAGE;
    }
    for (size_t i = 0; i < o->target_count && o->target_count > 1 && !c->fleet; i++)
        if (strcmp(o->targets[i], "-") == 0) {
            fault_set(fault, "- reads the targets from stdin; give no other target with it");
            return STATUS_USAGE;
        }
    if (o->spf_check && !addr_parse(o->spf_check, &c->client.address)) {
        fault_set(fault, "--spf-check %s: not an address", o->spf_check);
        return STATUS_USAGE;
    }
    if (c->whole_result && !c->fleet && !(c->receivers = session_load_receivers(fault)))
        return STATUS_FILE;
    if (!session_open(&c->engine, o, fault, &warning, &status))
        return status;
    if (c->fleet)
        count_members(c, &size);
    else if (!c->several && !check_arguments(c, &size, fault, &status)) {
        session_close(&c->engine);
        return status;
    }
    if (*warning.text)
        exit_status_report(warning.text, 0);
    if (!session_open_zones(&c->engine, o, ZONE_SET_ALL, NULL, fault, &status)) {
        session_close(&c->engine);
        return status;
    }
    session_keep_journal(&c->engine, o);
    c->engine.for_anyone = o->format == FORMAT_HTML;
    c->compares = c->engine.recorder && (c->whole_result || o->changed);
    if (c->engine.recorder && o->deadline_ms)
        recorder_leave_by(c->engine.recorder, c->started_ms + o->deadline_ms);
    if (isatty(STDERR_FILENO) && o->format != FORMAT_TEXT) /* the text has it in its notes */
        session_report_zones(&c->engine, false);
    else
        session_report_doubts(&c->engine);
    if (o->format == FORMAT_JSON && !c->fleet && dataset_asn_source(&c->engine.dataset).path &&
        !session_open_map(&c->engine, o, "check", &warning, &status))
        exit_status_report(warning.text, 0);
    if (o->format == FORMAT_CSV && o->offline && !c->engine.recorder && !c->fleet && !c->domains)
        c->bulk = bulk_new(&c->engine);
    c->window = c->bulk ? BULK_MOST : CHECK_WINDOW;
    interrupt_watch(c->engine.loop);
    if (c->several && !c->fleet)
        c->lines = lines_new(c->engine.loop, STDIN_FILENO);
    bool begun = !c->fleet || !c->fleet->begin || c->fleet->begin(c->fleet->arg, &c->engine, fault);
    if (begun && announce(c, &size, fault))
        return OPENED;
    lines_free(c->lines);
    session_close(&c->engine);
    return begun ? STATUS_USAGE : STATUS_FILE;
}

/* Prints nothing before the first target, so that a table without rows has no head either. */
static void
flush_finished(struct check *c)
{
    if (c->finished == 0)
        return;
    if (c->out.count > 0)
        check_window_clear_progress(c);
    output_flush(&c->output, &c->out);
}

/* Says how far it is, and where a limit makes it slow, how long the questions that are put take. */
static void
put_progress(struct check *c, int64_t now)
{
    double seconds = (double)(now - c->started_ms + 1) / 1000;
    const size_t *states = c->counts.by_state;
    struct health_backlog backlog = {.per_second = 0};
    if (!c->progress || now < c->progress_due_ms)
        return;
    if (c->engine.health)
        health_backlog(c->engine.health, &backlog);
    const struct survey *first = c->count > 0 ? c->jobs[c->first].survey : NULL;
    if (c->several ? c->finished == 0 && backlog.left_ms == 0 : !first)
        return;
    c->progress_due_ms = now + PROGRESS_MS;
    if (!c->several) {
        fprintf(stderr, "\r\033[K%zu of %zu addresses judged", survey_judged(first), first->addresses.count);
        return;
    }
    fprintf(stderr, "\r\033[K%zu checked, %.0f/s: %zu direct, %zu collateral, %zu unknown, %zu clear", c->finished,
            (double)c->finished / seconds, states[VERDICT_DIRECT], states[VERDICT_COLLATERAL], states[VERDICT_UNKNOWN],
            states[VERDICT_CLEAR]);
    if (backlog.left_ms > 0)
        fprintf(stderr, "; %zu questions left, about %lld s at %.0f a second", backlog.questions,
                (long long)(backlog.left_ms + 999) / 1000, backlog.per_second);
}

static void
work(struct check *c)
{
    int64_t deadline_ms = c->options->deadline_ms ? c->started_ms + c->options->deadline_ms : INT64_MAX;
    while (!interrupt_came() && !c->output.error) {
        c->late = clock_now_ms() >= deadline_ms;
        check_window_fill(c);
        bool was_full = check_window_is_full(c);
        check_window_finish(c);
        size_t arguments = c->fleet ? c->fleet->fleet->targets.count : c->options->target_count;
        bool all_read =
            c->too_many || (c->lines ? lines_over(c->lines) || (c->late && !was_full) : c->next_argument == arguments);
        bool over = c->count == 0 && all_read && c->next_target == c->targets.list.count;
        bool wait = !was_full || check_window_is_full(c); /* else a full window kept input from being read */
        if (over || wait || c->out.count >= OUT_ENOUGH)
            flush_finished(c);
        put_progress(c, clock_now_ms());
        if (over)
            break;
        if (wait)
            loop_turn(c->engine.loop, deadline_ms);
    }
    if (interrupt_came() && !c->bulk && !c->several) { /* the targets that the user named, as far as they are known */
        c->late = true;
        check_window_finish(c);
    }
    flush_finished(c);
    check_window_clear_progress(c);
}

/* Says why standard input that was not there at the start was read no further. */
static int
refuse_more(const struct check *c)
{
    struct buf sentence = {0};
    struct fault fault;
    batch_size_put(&c->size, c->engine.dataset.catalogue, &sentence);
    fault_set(&fault, "stopped before line %zu: %s; --yes to go on", c->lines->number, buf_string(&sentence));
    buf_free(&sentence);
    return session_refuse(c->options, fault.text, STATUS_USAGE);
}

static int
conclude(struct check *c)
{
    struct fault fault;
    int error = c->lines ? c->lines->error : 0;
    if (error && !interrupt_came()) {
        fault_set(&fault, "cannot read stdin: %s", strerror(error));
        return session_refuse(c->options, fault.text, STATUS_FILE);
    }
    if (c->too_many && !interrupt_came())
        return refuse_more(c);
    if (c->finished == 0 && !interrupt_came() && !c->fleet)
        return session_refuse(c->options, "no target on stdin; write one address per line", STATUS_USAGE);
    if (c->notes > CHECK_NOTES) {
        fault_set(&fault, "%zu more lines were taken otherwise than written", c->notes - CHECK_NOTES);
        exit_status_report(fault.text, 0);
    }
    if (c->cut_short)
        exit_status_report(interrupt_came() ? "interrupted before all answers: what is missing is not known"
                                            : "the deadline (-t) came before all answers: what is missing is not known",
                           0);
    if (c->format->finish)
        c->format->finish(c);
    if (c->output.error && c->output.error != EPIPE)
        return output_status(&c->output, STATUS_FILE);
    if (interrupt_came())
        return STATUS_INTERRUPTED;
    return c->bad_input && c->options->format != FORMAT_NAGIOS ? STATUS_USAGE : (int)c->worst;
}

static int
run(struct check *c)
{
    const struct options *o = c->options;
    struct fault fault;
    int status = open_all(c, &fault);
    if (status != OPENED) {
        targets_fini(&c->targets);
        receivers_free(c->receivers);
        return session_refuse(o, fault.text, status);
    }
    output_init(&c->output, o);
    c->pretty = c->output.terminal && o->target_count == 1 && !c->several;
    c->progress = isatty(STDERR_FILENO);
    if (c->format->begin)
        c->format->begin(&c->out);
    work(c);
    status = conclude(c);
    check_window_drop(c);
    lines_free(c->lines);
    targets_fini(&c->targets);
    bulk_free(c->bulk);
    receivers_free(c->receivers);
    session_close(&c->engine);
    buf_free(&c->out);
    buf_free(&c->nagios_worst);
    buf_free(&c->nagios_said);
    buf_free(&c->nagios_rest);
    prometheus_fini(&c->metrics);
    return o->format == FORMAT_NAGIOS ? exit_status_for_monitoring(status) : status;
}

int
check_command_run(const struct options *o)
{
    struct check c = {
        .options = o,
        .format = check_format_of(o, NULL),
        .domains = o->command == COMMAND_DOMAIN,
        .client = {.from = o->from, .helo = o->helo},
        .several = o->target_count == 1 && strcmp(o->targets[0], "-") == 0,
        .started_ms = clock_now_ms(),
    };
    c.whole_result = o->format == FORMAT_JSON || o->format == FORMAT_HTML || (o->format == FORMAT_TEXT && !c.several);
    return run(&c);
}

int
check_command_run_fleet(const struct options *o, const struct check_fleet *fleet)
{
    struct check c = {
        .options = o,
        .format = check_format_of(o, fleet),
        .fleet = fleet,
        .several = true,
        .whole_result = fleet->whole,
        .started_ms = clock_now_ms(),
    };
    return run(&c);
}

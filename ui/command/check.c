/* A window of targets is under investigation at a time; results leave in the order of the input, so memory is bounded
 * by the window however long the input is. */
#include "command/check.h"

#include "clock.h"
#include "command/lines.h"
#include "command/output.h"
#include "command/result.h"
#include "interrupt.h"
#include "setup.h"
#include "status.h"
#include "target.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* At five lists a target this keeps the resolver's window of 128 questions full. */
enum { WINDOW = 64, PROGRESS_MS = 200 };

struct job {
    struct target target;
    struct investigation *investigation; /* NULL: the line could not be read */
    struct fault error;
};

struct check {
    const struct options *options;
    struct setup setup;
    struct lines *lines; /* NULL: targets come from the command line */
    size_t next_target;
    struct job jobs[WINDOW]; /* a ring */
    size_t first, count;
    bool several; /* one line a target */
    bool pretty, progress;
    struct output output;
    size_t finished, by_state[4];
    bool bad_input;
    enum status worst;
    struct buf out, nagios_rest;
    struct buf nagios_worst;
    int64_t started_ms, progress_due_ms;
};

/* ---- output ---- */

static void
clear_progress(struct check *c)
{
    if (c->progress && c->progress_due_ms)
        fputs("\r\033[K", stderr);
}

static void
show_progress(struct check *c)
{
    int64_t now = clock_now_ms();
    if (!c->progress || now < c->progress_due_ms || c->finished == 0)
        return;
    c->progress_due_ms = now + PROGRESS_MS;
    double seconds = (double)(now - c->started_ms + 1) / 1000;
    fprintf(stderr, "\r\033[K%zu checked, %.0f/s: %zu direct, %zu collateral, %zu unknown, %zu clear", c->finished,
            (double)c->finished / seconds, c->by_state[VERDICT_DIRECT], c->by_state[VERDICT_COLLATERAL],
            c->by_state[VERDICT_UNKNOWN], c->by_state[VERDICT_CLEAR]);
}

static void
print_text(struct check *c, const struct result *r)
{
    if (c->several || !r->evidence) {
        result_line(&c->out, r, c->output.colour);
        return;
    }
    if (c->finished > 0)
        buf_byte(&c->out, '\n');
    result_text(&c->out, r, c->output.columns, c->output.colour, c->output.ascii);
}

/* The plugin's first line is that of the worst target, so nothing can be printed before the last one is in. */
static void
keep_for_nagios(struct check *c, const struct result *r, enum status status)
{
    bool worst = c->nagios_worst.count == 0 || (status != c->worst && status_worse(status, c->worst) == status);
    if (worst)
        buf_clear(&c->nagios_worst);
    if (worst)
        result_nagios(&c->nagios_worst, r);
    result_nagios_line(&c->nagios_rest, r);
}

static void
print(struct check *c, const struct result *r, enum status status)
{
    switch (c->options->format) {
    case FORMAT_TEXT:
        print_text(c, r);
        break;
    case FORMAT_JSON:
        result_json(&c->out, r, c->pretty);
        break;
    case FORMAT_CSV:
        result_csv(&c->out, r);
        break;
    case FORMAT_NAGIOS:
        keep_for_nagios(c, r, status);
        break;
    }
}

static void
finish_job(struct check *c, struct job *job)
{
    struct result result = {
        .policy = &c->setup.engine.policy,
        .asndb = c->setup.asndb,
        .map = c->setup.map,
        .target = job->target.text,
        .label = *job->target.label ? job->target.label : NULL,
        .error = job->error.text,
    };
    struct verdict verdict = {0};
    enum status status = STATUS_UNKNOWN;
    if (job->investigation) {
        result.evidence = investigation_evidence(job->investigation);
        result.error = NULL;
        verdict_reach(&verdict, result.evidence, result.policy);
        result.verdict = &verdict;
        status = status_of(verdict.state);
        c->by_state[verdict.state]++;
    }
    print(c, &result, status);
    c->worst = c->finished == 0 ? status : status_worse(c->worst, status);
    c->finished++;
    verdict_fini(&verdict);
    investigation_free(job->investigation);
}

static bool
is_done(const struct job *job)
{
    return !job->investigation || investigation_evidence(job->investigation)->finished_ms != 0;
}

static void
print_finished(struct check *c)
{
    if (c->count > 0 && is_done(&c->jobs[c->first]))
        clear_progress(c);
    while (c->count > 0 && is_done(&c->jobs[c->first])) {
        finish_job(c, &c->jobs[c->first]);
        c->first = (c->first + 1) % WINDOW;
        c->count--;
    }
    if (c->finished > 0) /* else there may be nothing but the head of a table */
        output_flush(&c->output, &c->out);
}

/* ---- input ---- */

static void
nothing(void *arg)
{
    (void)arg; /* jobs are looked at after each turn of the loop */
}

static struct job *
add_job(struct check *c)
{
    struct job *job = &c->jobs[(c->first + c->count++) % WINDOW];
    *job = (struct job){0};
    return job;
}

static void
start_job(struct check *c, const struct target *target)
{
    struct job *job = add_job(c);
    job->target = *target;
    job->investigation = investigation_new(&c->setup.engine, target->text, *target->label ? target->label : NULL,
                                           &target->address, nothing, c);
}

static void
refuse_line(struct check *c, const struct target *target, const struct fault *fault)
{
    struct job *job = add_job(c);
    job->target = *target;
    job->error = *fault;
    c->bad_input = true;
    struct fault where;
    fault_set(&where, "line %zu: %s", lines_number(c->lines), fault->text);
    clear_progress(c);
    status_complain(where.text, STATUS_USAGE);
}

static void
read_lines(struct check *c)
{
    const char *line;
    size_t count;
    struct target target;
    struct fault fault;
    while (c->count < WINDOW && lines_next(c->lines, &line, &count)) {
        enum target_line kind = target_parse_line(line, count, &target, &fault);
        if (kind == TARGET_FOUND)
            start_job(c, &target);
        else if (kind == TARGET_BAD)
            refuse_line(c, &target, &fault);
    }
}

/* The arguments were all found to be targets before the first question left. */
static void
read_arguments(struct check *c)
{
    struct target target;
    struct fault fault;
    while (c->count < WINDOW && c->next_target < c->options->target_count)
        if (target_parse(c->options->targets[c->next_target++], &target, &fault))
            start_job(c, &target);
}

static bool
input_is_over(const struct check *c)
{
    return c->lines ? lines_over(c->lines) : c->next_target == c->options->target_count;
}

/* ---- the whole ---- */

/* Whether the targets make sense at all, before anything is opened or asked. */
static bool
check_targets(const struct options *o, bool *from_stdin, struct fault *fault)
{
    struct target target;
    *from_stdin = o->target_count == 1 && strcmp(o->targets[0], "-") == 0;
    if (o->target_count == 0)
        return fault_set(fault, "check needs a target: an address, or - to read addresses from stdin");
    for (size_t i = 0; i < o->target_count && !*from_stdin; i++) {
        if (strcmp(o->targets[i], "-") == 0)
            return fault_set(fault, "- (targets from stdin) stands alone");
        if (!target_parse(o->targets[i], &target, fault))
            return false;
    }
    return true;
}

/* Before the first question leaves: the walk takes tens of milliseconds, which no round trip may seem to have taken. */
static void
open_map(struct check *c)
{
    struct fault fault;
    int ignored;
    bool wanted = c->options->format == FORMAT_JSON && c->setup.asndb;
    if (wanted && !setup_open_map(&c->setup, "check", &fault, &ignored))
        status_complain(fault.text, 0);
}

static void
look_around(struct check *c, bool from_stdin)
{
    const struct options *o = c->options;
    output_init(&c->output, o);
    c->several = from_stdin;
    c->pretty = c->output.terminal && o->target_count == 1 && !from_stdin;
    c->progress = from_stdin && isatty(STDERR_FILENO);
    c->started_ms = clock_now_ms();
    if (o->format == FORMAT_CSV)
        result_csv_head(&c->out);
}

static void
work(struct check *c)
{
    while (!interrupt_came() && !c->output.error) {
        if (c->lines)
            read_lines(c);
        else
            read_arguments(c);
        bool was_full = c->count == WINDOW;
        print_finished(c);
        show_progress(c);
        if (c->count == 0 && input_is_over(c))
            break;
        if (!was_full || c->count == WINDOW) /* a full window kept more input from being read */
            loop_turn(c->setup.loop, INT64_MAX);
    }
    clear_progress(c);
}

static void
print_for_nagios(struct check *c)
{
    buf_bytes(&c->out, buf_string(&c->nagios_worst), c->nagios_worst.count);
    if (c->finished > 1)
        buf_bytes(&c->out, buf_string(&c->nagios_rest), c->nagios_rest.count);
    output_flush(&c->output, &c->out);
}

static int
conclude(struct check *c)
{
    struct fault fault;
    int error = c->lines ? lines_error(c->lines) : 0;
    if (error && !interrupt_came()) {
        fault_set(&fault, "cannot read stdin: %s", strerror(error));
        return status_refuse(c->options, fault.text, STATUS_FILE);
    }
    if (c->finished == 0 && !interrupt_came())
        return status_refuse(c->options, "no target on stdin: write an address on each line", STATUS_USAGE);
    bool nagios = c->options->format == FORMAT_NAGIOS;
    if (nagios)
        print_for_nagios(c);
    if (c->output.error && c->output.error != EPIPE) /* a closed pipe: the reader has seen enough */
        return output_status(&c->output, STATUS_FILE);
    if (interrupt_came())
        return STATUS_INTERRUPTED;
    return c->bad_input && !nagios ? STATUS_USAGE : (int)c->worst;
}

static int
check(struct check *c, bool from_stdin)
{
    struct fault fault, warning;
    int status;
    if (!setup_open(&c->setup, c->options, &fault, &warning, &status))
        return status_refuse(c->options, fault.text, status);
    if (*warning.text)
        status_complain(warning.text, 0);
    if (!setup_open_zones(&c->setup, c->options, NULL, &fault, &status)) {
        setup_close(&c->setup);
        return status_refuse(c->options, fault.text, status);
    }
    setup_complain_of_zones(&c->setup);
    open_map(c);
    look_around(c, from_stdin);
    interrupt_watch(c->setup.loop);
    if (from_stdin)
        c->lines = lines_new(c->setup.loop, STDIN_FILENO);
    work(c);
    status = conclude(c);
    for (size_t i = 0; i < c->count; i++)
        investigation_free(c->jobs[(c->first + i) % WINDOW].investigation);
    lines_free(c->lines);
    setup_close(&c->setup);
    buf_free(&c->out);
    buf_free(&c->nagios_worst);
    buf_free(&c->nagios_rest);
    return status;
}

int
check_run(const struct options *o)
{
    struct check c = {.options = o};
    struct fault fault;
    bool from_stdin;
    int status =
        check_targets(o, &from_stdin, &fault) ? check(&c, from_stdin) : status_refuse(o, fault.text, STATUS_USAGE);
    return o->format == FORMAT_NAGIOS ? status_for_monitoring(status) : status;
}

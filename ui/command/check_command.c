/* A window of targets is under investigation at a time; results leave in the order of the input, so memory is bounded
 * by the window however long the input is. Where nothing is asked and a row is all that is told, the targets of a full
 * window are looked up together instead. */
#include "command/check_command.h"

#include "base/clock.h"
#include "base/text.h"
#include "command/lines.h"
#include "command/output.h"
#include "command/result.h"
#include "session/exit_status.h"
#include "session/interrupt.h"
#include "session/session.h"
#include "targets/target.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* At five lists a target this keeps the resolver's window of 128 questions full. */
enum { WINDOW = BULK_MOST, OUT_ENOUGH = 64 * 1024, PROGRESS_MS = 200 };

struct job {
    struct target target;
    struct fault error;                  /* of a line that could not be read; otherwise "" */
    struct investigation *investigation; /* NULL: it could not be read, or needs none */
};

struct check {
    const struct options *options;
    struct engine engine;
    struct bulk *bulk;   /* not NULL: instead of investigations */
    struct lines *lines; /* NULL: targets come from the command line */
    size_t next_target;
    struct job jobs[WINDOW]; /* a ring */
    size_t first, count;
    bool several; /* one line a target */
    bool pretty, progress;
    struct output output;
    size_t finished, by_state[4];
    bool bad_input;
    enum exit_status worst;
    enum verdict_state nagios_state;
    struct buf out, nagios_rest;
    struct buf nagios_worst, nagios_said, nagios_figures; /* of the worst: its line alone, and in parts */
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
keep_for_nagios(struct check *c, const struct result *r, enum exit_status status)
{
    bool worst = c->nagios_worst.count == 0 || (status != c->worst && exit_status_worse(status, c->worst) == status);
    if (worst) {
        buf_clear(&c->nagios_worst);
        buf_clear(&c->nagios_said);
        buf_clear(&c->nagios_figures);
        result_nagios(&c->nagios_worst, r);
        result_nagios_parts(r, &c->nagios_said, &c->nagios_figures);
        c->nagios_state = r->evidence ? r->verdict->state : VERDICT_UNKNOWN;
    }
    result_nagios_line(&c->nagios_rest, r);
}

static void
print(struct check *c, const struct result *r, enum exit_status status)
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
count_target(struct check *c, enum exit_status status)
{
    c->worst = c->finished == 0 ? status : exit_status_worse(c->worst, status);
    c->finished++;
}

/* Whether more than a line is told of a target. */
static bool
tells_all(const struct check *c)
{
    return c->options->format == FORMAT_JSON || (c->options->format == FORMAT_TEXT && !c->several);
}

/* False: there is none, or nobody would be told of it. */
static bool
find_case(struct check *c, const struct addr *address, struct journal_case *out)
{
    struct journal *journal = c->engine.recorder && tells_all(c) ? recorder_journal(c->engine.recorder) : NULL;
    struct resource resource = resource_of_address(address);
    struct fault fault = {""};
    bool found = journal && journal_case_find(journal, &resource, out, &fault);
    if (*fault.text)
        exit_status_report(fault.text, 0);
    return found;
}

static void
finish_job(struct check *c, struct job *job)
{
    struct result result = {
        .policy = &c->engine.dataset.policy,
        .asndb = c->engine.dataset.asndb,
        .map = c->engine.dataset.asn_table,
        .target = job->target.text,
        .label = *job->target.label ? job->target.label : NULL,
        .error = job->error.text,
    };
    struct verdict verdict = {0};
    struct journal_case a_case = {0};
    enum exit_status status = STATUS_UNKNOWN;
    if (job->investigation) {
        investigation_remember(job->investigation);
        result.evidence = investigation_evidence(job->investigation);
        result.error = NULL;
        if (tells_all(c))
            verdict_reach(&verdict, result.evidence, result.policy);
        else
            verdict_reach_headline(&verdict, result.evidence, result.policy);
        result.verdict = &verdict;
        result.a_case = find_case(c, &job->target.address, &a_case) ? &a_case : NULL;
        status = exit_status_of(verdict.state);
        c->by_state[verdict.state]++;
    }
    print(c, &result, status);
    count_target(c, status);
    verdict_fini(&verdict);
    if (result.a_case)
        journal_case_fini(&a_case);
    investigation_free(job->investigation);
}

static bool
is_done(const struct job *job)
{
    return !job->investigation || investigation_evidence(job->investigation)->finished_ms != 0;
}

/* What is printed has been kept. */
static void
finish_investigated(struct check *c)
{
    if (c->engine.recorder)
        recorder_flush(c->engine.recorder);
    while (c->count > 0 && is_done(&c->jobs[c->first])) {
        finish_job(c, &c->jobs[c->first]);
        c->first = (c->first + 1) % WINDOW;
        c->count--;
    }
}

/* A target's row, or that of a line that is none. */
static void
print_row(struct check *c, const struct job *job, const struct summary *summary)
{
    enum exit_status status = STATUS_UNKNOWN;
    if (summary) {
        status = exit_status_of(summary->judgement.state);
        c->by_state[summary->judgement.state]++;
    }
    result_csv_row(&c->out, &(struct result_row){.target = job->target.text,
                                                 .label = job->target.label,
                                                 .error = job->error.text,
                                                 .summary = summary});
    count_target(c, status);
}

static void
finish_looked_up(struct check *c)
{
    const struct addr *addresses[WINDOW];
    struct summary found[WINDOW], *next = found;
    size_t count = 0;
    for (size_t i = 0; i < c->count; i++)
        if (!*c->jobs[i].error.text)
            addresses[count++] = &c->jobs[i].target.address;
    bulk_find(c->bulk, addresses, count, found);
    for (size_t i = 0; i < c->count; i++)
        print_row(c, &c->jobs[i], *c->jobs[i].error.text ? NULL : next++);
    c->count = 0;
}

static void
finish_jobs(struct check *c)
{
    if (c->bulk)
        finish_looked_up(c);
    else
        finish_investigated(c);
}

static void
print_finished(struct check *c)
{
    if (c->finished == 0) /* there may be nothing but the head of a table */
        return;
    if (c->out.count > 0)
        clear_progress(c);
    output_flush(&c->output, &c->out);
}

/* ---- input ---- */

static void
nothing(void *arg)
{
    (void)arg; /* jobs are looked at after each turn of the loop */
}

/* Where the next job is made; it is none before it is counted. */
static struct job *
next_job(struct check *c)
{
    struct job *job = &c->jobs[(c->first + c->count) % WINDOW];
    job->error.text[0] = '\0';
    job->investigation = NULL;
    return job;
}

static void
start_job(struct check *c, struct job *job)
{
    const struct target *target = &job->target;
    c->count++;
    if (!c->bulk)
        job->investigation = investigation_new(&c->engine, target->text, *target->label ? target->label : NULL,
                                               &target->address, nothing, c);
}

static void
refuse_line(struct check *c, const struct job *job)
{
    struct fault where;
    c->count++;
    c->bad_input = true;
    fault_set(&where, "line %zu: %s", lines_number(c->lines), job->error.text);
    clear_progress(c);
    exit_status_report(where.text, STATUS_USAGE);
}

static void
read_lines(struct check *c)
{
    const char *line;
    size_t count;
    while (c->count < WINDOW && lines_next(c->lines, &line, &count)) {
        struct job *job = next_job(c);
        enum target_line kind = target_parse_line(line, count, &job->target, &job->error);
        if (kind == TARGET_FOUND)
            start_job(c, job);
        else if (kind == TARGET_BAD)
            refuse_line(c, job);
    }
}

/* The arguments were all found to be targets before the first question left. */
static void
read_arguments(struct check *c)
{
    while (c->count < WINDOW && c->next_target < c->options->target_count) {
        struct job *job = next_job(c);
        if (target_parse(c->options->targets[c->next_target++], &job->target, &job->error))
            start_job(c, job);
    }
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
    bool wanted = c->options->format == FORMAT_JSON && c->engine.dataset.asndb;
    if (wanted && !session_open_map(&c->engine, "check", &fault, &ignored))
        exit_status_report(fault.text, 0);
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
    if (o->format == FORMAT_CSV && o->offline && !c->engine.recorder)
        c->bulk = bulk_new(&c->engine);
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
        finish_jobs(c);
        bool over = c->count == 0 && input_is_over(c);
        bool wait = !was_full || c->count == WINDOW; /* a full window kept more input from being read */
        if (over || wait || c->out.count >= OUT_ENOUGH)
            print_finished(c);
        show_progress(c);
        if (over)
            break;
        if (wait)
            loop_turn(c->engine.loop, INT64_MAX);
    }
    print_finished(c);
    clear_progress(c);
}

static void
print_for_nagios(struct check *c)
{
    struct result_counts counts = {.targets = c->finished, .bad = c->finished};
    for (size_t i = 0; i < sizeof c->by_state / sizeof c->by_state[0]; i++) {
        counts.by_state[i] = c->by_state[i];
        counts.bad -= c->by_state[i];
    }
    if (c->finished > 1) {
        result_nagios_several(&c->out, c->nagios_state, &counts, buf_string(&c->nagios_said),
                              buf_string(&c->nagios_figures));
        buf_bytes(&c->out, buf_string(&c->nagios_rest), c->nagios_rest.count);
    } else {
        buf_bytes(&c->out, buf_string(&c->nagios_worst), c->nagios_worst.count);
    }
    output_flush(&c->output, &c->out);
}

static int
conclude(struct check *c)
{
    struct fault fault;
    int error = c->lines ? lines_error(c->lines) : 0;
    if (error && !interrupt_came()) {
        fault_set(&fault, "cannot read stdin: %s", strerror(error));
        return session_refuse(c->options, fault.text, STATUS_FILE);
    }
    if (c->finished == 0 && !interrupt_came())
        return session_refuse(c->options, "no target on stdin: write an address on each line", STATUS_USAGE);
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
    if (!session_open(&c->engine, c->options, &fault, &warning, &status))
        return session_refuse(c->options, fault.text, status);
    if (*warning.text)
        exit_status_report(warning.text, 0);
    if (!session_open_zones(&c->engine, c->options, ZONE_SET_ALL, NULL, &fault, &status)) {
        session_close(&c->engine);
        return session_refuse(c->options, fault.text, status);
    }
    session_keep_journal(&c->engine, c->options);
    if (isatty(STDERR_FILENO) && c->options->format != FORMAT_TEXT) /* the text has it among its notes */
        session_report_zones(&c->engine);
    open_map(c);
    look_around(c, from_stdin);
    interrupt_watch(c->engine.loop);
    if (from_stdin)
        c->lines = lines_new(c->engine.loop, STDIN_FILENO);
    work(c);
    status = conclude(c);
    for (size_t i = 0; i < c->count; i++)
        investigation_free(c->jobs[(c->first + i) % WINDOW].investigation);
    lines_free(c->lines);
    bulk_free(c->bulk);
    session_close(&c->engine);
    buf_free(&c->out);
    buf_free(&c->nagios_worst);
    buf_free(&c->nagios_said);
    buf_free(&c->nagios_figures);
    buf_free(&c->nagios_rest);
    return status;
}

int
check_command_run(const struct options *o)
{
    struct check c = {.options = o};
    struct fault fault;
    bool from_stdin;
    int status =
        check_targets(o, &from_stdin, &fault) ? check(&c, from_stdin) : session_refuse(o, fault.text, STATUS_USAGE);
    return o->format == FORMAT_NAGIOS ? exit_status_for_monitoring(status) : status;
}

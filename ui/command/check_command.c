/* Investigates a window of targets at a time and prints results in the order of the input, so that the window bounds
 * the memory. A CSV table from local files alone needs no investigations: it looks up a full window in bulk. */
#include "command/check_command.h"

#include "base/clock.h"
#include "base/text.h"
#include "command/batch_size.h"
#include "command/domain_command.h"
#include "command/judged.h"
#include "command/lines.h"
#include "command/output.h"
#include "command/prometheus.h"
#include "session/exit_status.h"
#include "session/interrupt.h"
#include "session/session.h"
#include "targets/target.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* This window keeps that of a server full while answers wait for the next self-test of their list. */
enum { WINDOW = 256, OUT_ENOUGH = 64 * 1024, PROGRESS_MS = 200, NOTES_MOST = 10 };

/* Bytes of standard input that are counted before anything is asked: some 70,000 addresses. */
enum { PEEK_MOST = 1024 * 1024 };

/* Bytes of the lines for a monitoring system about clear targets, and about all. */
enum { CLEAR_ENOUGH = 64 * 1024, REST_ENOUGH = 1024 * 1024 };

struct job {
    struct target target;
    const struct fleet_target *member; /* of the fleet; NULL without one */
    struct addr address;
    struct fault error;                  /* why the line is no target, "" = it is one */
    bool late;                           /* the deadline came before it was asked about */
    struct investigation *investigation; /* NULL: not a target, late, or looked up in bulk */
};

struct check {
    const struct options *options;
    const struct check_format *format;
    struct engine engine;
    struct receivers *receivers;     /* NULL: the output does not show them */
    struct bulk *bulk;               /* not NULL: instead of investigations */
    struct lines *lines;             /* NULL: targets come from the command line, or from the fleet */
    const struct check_fleet *fleet; /* NULL = none */
    size_t next_argument;            /* or member of the fleet */
    struct targets targets;          /* of the last line or argument */
    size_t next_target;              /* of them */
    size_t notes;                    /* how often it was said what was taken */
    struct job jobs[WINDOW];         /* a ring */
    size_t first, count, window;     /* of them: WINDOW, or as many as are looked up in bulk */
    bool several;                    /* targets come from stdin, and text has one line a target */
    bool whole_result;               /* the output has more than one line or row a target */
    bool compares;                   /* with the last look in the journal */
    bool pretty, progress;
    bool late;              /* the deadline has come ... */
    bool cut_short;         /* ... before all answers */
    struct batch_size size; /* of the addresses that were read */
    bool too_many;          /* they would need more questions than are asked without --yes */
    struct output output;
    size_t finished, by_state[4];
    bool bad_input;
    enum exit_status worst;
    enum verdict_state nagios_state;
    size_t nagios_left_out; /* lines */
    struct buf out, nagios_rest;
    struct buf nagios_worst, nagios_said, nagios_figures; /* of the worst target: its line, and the parts of it */
    struct prometheus metrics;
    int64_t started_ms, progress_due_ms;
};

/* ---- formats ---- */

static void
put_text(struct check *c, const struct result *r, enum exit_status status)
{
    (void)status;
    if (c->several || !r->evidence) {
        result_line(&c->out, r, c->output.colour);
        return;
    }
    if (c->finished > 0)
        buf_byte(&c->out, '\n');
    result_text(&c->out, r, c->output.columns, c->output.colour, c->output.ascii);
}

static void
put_json(struct check *c, const struct result *r, enum exit_status status)
{
    (void)status;
    result_json(&c->out, r, c->pretty);
}

static void
put_csv(struct check *c, const struct result *r, enum exit_status status)
{
    (void)status;
    result_csv(&c->out, r);
}

/* Prints nothing yet, because the first line is about the worst target. Leaves lines out when there are very many,
 * those about clear targets first: monitoring systems cut such output anyway. */
static void
put_nagios(struct check *c, const struct result *r, enum exit_status status)
{
    bool worst = c->nagios_worst.count == 0 || (status != c->worst && exit_status_worse(status, c->worst) == status);
    if (worst) {
        buf_clear(&c->nagios_worst);
        buf_clear(&c->nagios_said);
        buf_clear(&c->nagios_figures);
        result_nagios(&c->nagios_worst, r);
        result_nagios_parts(r, &c->nagios_said, &c->nagios_figures);
        c->nagios_state = result_nagios_state(r);
    }
    if (c->nagios_rest.count < (status == STATUS_CLEAR ? CLEAR_ENOUGH : REST_ENOUGH))
        result_nagios_line(&c->nagios_rest, r, c->options->verbose);
    else
        c->nagios_left_out++;
}

static void
finish_nagios(struct check *c)
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
        if (c->nagios_left_out > 0)
            buf_format(&c->out, "and %zu more\n", c->nagios_left_out);
    } else {
        buf_bytes(&c->out, buf_string(&c->nagios_worst), c->nagios_worst.count);
        buf_text(&c->out, c->options->verbose ? buf_string(&c->nagios_rest) : "");
    }
    output_flush(&c->output, &c->out);
}

static void
put_prometheus(struct check *c, const struct result *r, enum exit_status status)
{
    (void)status;
    prometheus_add(&c->metrics, r);
}

static void
finish_prometheus(struct check *c)
{
    prometheus_put(&c->metrics, clock_wall_ms(), &c->out);
    output_flush(&c->output, &c->out);
}

static void
put_fleet(struct check *c, const struct result *r, enum exit_status status)
{
    (void)status;
    c->fleet->take(c->fleet->arg, c->jobs[c->first].member, r);
}

static void
finish_fleet(struct check *c)
{
    if (!interrupt_came() || c->fleet->whole)
        c->fleet->finish(c->fleet->arg, &c->engine, &c->out);
    output_flush(&c->output, &c->out);
}

static const struct check_format {
    void (*begin)(struct buf *); /* NULL: nothing to do */
    void (*put)(struct check *, const struct result *, enum exit_status);
    void (*finish)(struct check *); /* NULL: nothing to do */
} formats[] = {
    [FORMAT_TEXT] = {NULL, put_text, NULL},
    [FORMAT_JSON] = {NULL, put_json, NULL},
    [FORMAT_CSV] = {result_csv_head, put_csv, NULL},
    [FORMAT_NAGIOS] = {NULL, put_nagios, finish_nagios},
    [FORMAT_PROMETHEUS] = {NULL, put_prometheus, finish_prometheus},
};

static const struct check_format fleet_format = {NULL, put_fleet, finish_fleet};

/* ---- output ---- */

static void
clear_progress(const struct check *c)
{
    if (c->progress && c->progress_due_ms)
        fputs("\r\033[K", stderr);
}

static void
finish_job(struct check *c, struct job *job)
{
    struct judged judged;
    enum exit_status status = STATUS_UNKNOWN;
    unsigned parts =
        (c->whole_result ? JUDGED_WHOLE | (c->fleet ? 0 : JUDGED_CASE) : 0) | (c->compares ? JUDGED_CHANGES : 0);
    if (job->investigation && investigation_evidence(job->investigation)->finished_ms == 0)
        investigation_stop(job->investigation,
                           interrupt_came() ? "the run was interrupted" : "the deadline came first");
    judged_make(&judged, &c->engine, job->investigation, c->options, c->receivers, parts);
    struct result *result = &judged.result;
    result->target = job->target.text;
    result->label = *job->target.label ? job->target.label : NULL;
    result->error = job->investigation ? NULL : job->error.text;
    result->late = job->late;
    if (job->investigation) {
        enum verdict_state state = judged.verdict.state, reported = state;
        if (c->options->format == FORMAT_NAGIOS)
            reported = result_nagios_state(result);
        else if (c->options->command == COMMAND_WATCH && evidence_is_unlistable(result->evidence))
            reported = VERDICT_CLEAR;
        status = exit_status_of(reported);
        c->by_state[reported == VERDICT_CLEAR ? reported : state]++;
    }
    c->cut_short = c->cut_short || job->late || (result->evidence && result->evidence->finished_ms == 0);
    if (!c->options->changed || result_is_changed(result))
        c->format->put(c, result, status);
    c->worst = c->finished++ == 0 ? status : exit_status_worse(c->worst, status);
    judged_fini(&judged);
    investigation_free(job->investigation);
}

/* Prints the targets at the front of the window that are finished, after the journal has recorded them. */
static void
finish_investigated(struct check *c)
{
    if (c->engine.recorder)
        recorder_flush(c->engine.recorder);
    for (; c->count > 0; c->count--) {
        struct job *job = &c->jobs[c->first];
        if (job->investigation && investigation_evidence(job->investigation)->finished_ms == 0 && !c->late)
            break;
        finish_job(c, job);
        c->first = (c->first + 1) % c->window;
    }
}

static void
finish_bulk(struct check *c)
{
    const struct addr *addresses[BULK_MOST];
    struct summary found[BULK_MOST], *next = found;
    size_t count = 0;
    for (size_t i = 0; i < c->count; i++)
        if (!*c->jobs[i].error.text)
            addresses[count++] = &c->jobs[i].address;
    bulk_find(c->bulk, addresses, count, found);
    for (size_t i = 0; i < c->count; i++) {
        const struct job *job = &c->jobs[i];
        const struct summary *summary = *job->error.text ? NULL : next++;
        if (summary)
            c->by_state[summary->judgement.state]++;
        result_csv_row(&c->out, &(struct result_row){.target = job->target.text,
                                                     .label = job->target.label,
                                                     .error = job->error.text,
                                                     .summary = summary});
        enum exit_status status = summary ? exit_status_of(summary->judgement.state) : STATUS_UNKNOWN;
        c->worst = c->finished++ == 0 ? status : exit_status_worse(c->worst, status);
    }
    c->count = 0;
}

/* Prints nothing before the first target, so that a table without rows has no head either. */
static void
flush_finished(struct check *c)
{
    if (c->finished == 0)
        return;
    if (c->out.count > 0)
        clear_progress(c);
    output_flush(&c->output, &c->out);
}

/* ---- input ---- */

/* Does nothing, because `work` looks at the jobs after each turn of the loop. */
static void
on_progress(void *arg)
{
    (void)arg;
}

/* Reports a sentence with the number of its line; stops after so many, because a file may be full of them. */
static void
report_note(struct check *c)
{
    struct fault where;
    if (c->notes++ >= NOTES_MOST)
        return;
    if (c->lines)
        fault_set(&where, "line %zu: %s", c->lines->number, c->targets.note.text);
    clear_progress(c);
    exit_status_report(c->lines ? where.text : c->targets.note.text, 0);
}

/* Returns the next place of the window. Copies the texts alone, because most of their room is empty. */
static struct job *
next_job(struct check *c, const char *text, const char *label)
{
    struct job *job = &c->jobs[(c->first + c->count++) % c->window];
    strcpy(job->target.text, text);
    strcpy(job->target.label, label);
    job->error.text[0] = '\0';
    job->investigation = NULL;
    job->member = NULL;
    job->late = false;
    return job;
}

/* Asks about the address of a job. */
static void
start_job(struct check *c, struct job *job)
{
    const struct target *target = &job->target;
    if (c->late) {
        job->late = true;
        fault_set(&job->error, "%s was not asked about: the deadline came first", target->text);
        c->by_state[VERDICT_UNKNOWN]++;
    } else if (!c->bulk) {
        job->investigation = investigation_new(&c->engine, target->text, *target->label ? target->label : NULL,
                                               &job->address, on_progress, c);
        if (c->compares) /* before this look is one */
            recorder_last_look(c->engine.recorder, &job->address);
    }
}

/* Adds the next target of the last line or argument to the window. */
static void
add_job(struct check *c, enum target_line kind, const struct fault *fault)
{
    const struct target *read = &c->targets.list.at[c->next_target++];
    struct job *job = next_job(c, read->text, read->label);
    if (kind != TARGET_BAD && target_address(read, &job->address, &job->error)) {
        start_job(c, job);
        return;
    }
    struct fault where;
    if (kind == TARGET_BAD)
        job->error = *fault;
    c->bad_input = true;
    fault_set(&where, "line %zu: %s", c->lines->number, job->error.text);
    clear_progress(c);
    exit_status_report(where.text, STATUS_USAGE);
}

static void
add_member(struct check *c)
{
    const struct fleet_target *member = c->fleet->fleet->targets.at[c->next_argument++];
    struct job *job = next_job(c, member->text, member->label);
    job->member = member;
    job->address = member->address;
    if (member->address.family != ADDR_NONE)
        start_job(c, job);
    else
        fault_set(&job->error, "'%s' is a domain. Try: whylisted domain %s", member->text, member->text);
}

/* Fills the window with targets from standard input, or from the arguments, which check_arguments has parsed before. */
static void
read_targets(struct check *c)
{
    const struct options *o = c->options;
    enum target_line kind = TARGET_FOUND;
    struct fault fault;
    while (c->fleet && c->count < c->window && c->next_argument < c->fleet->fleet->targets.count)
        add_member(c);
    while (!c->fleet && c->count < c->window && !c->too_many) {
        const char *line;
        size_t count;
        if (c->next_target < c->targets.list.count) {
            add_job(c, kind, &fault);
            continue;
        }
        if (c->lines ? !lines_next(c->lines, &line, &count) : c->next_argument == o->target_count)
            break;
        if (!c->lines) {
            line = o->targets[c->next_argument++];
            count = strlen(line);
        }
        c->next_target = 0;
        kind = targets_read(&c->targets, line, count, c->engine.dataset.catalogue, &fault);
        batch_size_add(&c->size, &c->engine, &c->targets);
        c->too_many = !o->yes && !batch_size_is_free(&c->size, c->engine.dataset.catalogue);
        if (c->too_many)
            vec_clear(&c->targets.list);
        if (*c->targets.note.text)
            report_note(c);
    }
}

/* ---- the command ---- */

static void
count_members(const struct check *c, struct batch_size *size)
{
    const struct fleet *fleet = c->fleet->fleet;
    for (size_t i = 0; i < fleet->targets.count; i++)
        if (fleet->targets.at[i]->address.family != ADDR_NONE)
            batch_size_add_address(size, &c->engine, &fleet->targets.at[i]->address);
}

/* Parses all arguments before anything is queried, and counts the questions. */
static bool
check_arguments(struct check *c, struct batch_size *size, struct fault *fault)
{
    const struct options *o = c->options;
    struct addr address;
    for (size_t i = 0; i < o->target_count; i++) {
        const char *text = o->targets[i];
        enum target_line kind = targets_read(&c->targets, text, strlen(text), c->engine.dataset.catalogue, fault);
        if (kind == TARGET_EMPTY)
            return fault_set(fault, "'' is not an address; write one such as 203.0.113.77");
        if (kind == TARGET_BAD)
            return false;
        for (size_t j = 0; j < c->targets.list.count; j++) {
            if (target_address(&c->targets.list.at[j], &address, fault))
                continue;
            if (c->targets.list.count > 1 && *c->targets.note.text) /* the nets of one range */
                fault_set(fault, "%s, but check takes addresses alone. Try: whylisted range, for each net",
                          c->targets.note.text);
            return false;
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
    c->engine.targets = size->more ? SIZE_MAX : size->addresses;
    bool many = !batch_size_is_free(size, c->engine.dataset.catalogue), yes = c->options->yes;
    batch_size_put(size, c->engine.dataset.catalogue, &sentence);
    fault_set(fault, "%s; --yes to go on", buf_string(&sentence));
    if ((many && yes) || (c->several && size->addresses > 0 && !many && isatty(STDERR_FILENO)))
        exit_status_report(buf_string(&sentence), 0);
    buf_clear(&sentence);
    if ((!many || yes) && batch_size_put_pace(size, c->engine.dataset.catalogue, c->options->deadline_ms, &sentence))
        exit_status_report(buf_string(&sentence), 0);
    buf_free(&sentence);
    return !many || yes;
}

/* Opens everything. Reads the ASN database before the first query, because that takes tens of milliseconds, which would
 * be added to a round trip. */
static int
open_all(struct check *c, struct fault *fault)
{
    const struct options *o = c->options;
    struct batch_size size = {0};
    struct fault warning;
    int status;
    if (o->target_count == 0 && !c->fleet) {
        fault_set(fault, "check needs a target; give an address, or - to read addresses from stdin");
        return STATUS_USAGE;
    }
    for (size_t i = 0; i < o->target_count && o->target_count > 1 && !c->fleet; i++)
        if (strcmp(o->targets[i], "-") == 0) {
            fault_set(fault, "- reads the targets from stdin; give no other target with it");
            return STATUS_USAGE;
        }
    if (c->whole_result && !c->fleet && !(c->receivers = session_load_receivers(fault)))
        return STATUS_FILE;
    if (!session_open(&c->engine, o, fault, &warning, &status))
        return status;
    if (c->fleet)
        count_members(c, &size);
    else if (!c->several && !check_arguments(c, &size, fault)) {
        session_close(&c->engine);
        return STATUS_USAGE;
    }
    if (*warning.text)
        exit_status_report(warning.text, 0);
    if (!session_open_zones(&c->engine, o, ZONE_SET_ALL, NULL, fault, &status)) {
        session_close(&c->engine);
        return status;
    }
    session_keep_journal(&c->engine, o);
    c->compares = c->engine.recorder && (c->whole_result || o->changed);
    if (c->engine.recorder && o->deadline_ms)
        recorder_leave_by(c->engine.recorder, c->started_ms + o->deadline_ms);
    if (isatty(STDERR_FILENO) && o->format != FORMAT_TEXT) /* the text has it in its notes */
        session_report_zones(&c->engine, false);
    else
        session_report_doubts(&c->engine);
    if (o->format == FORMAT_JSON && !c->fleet && c->engine.dataset.asndb &&
        !session_open_map(&c->engine, "check", &warning, &status))
        exit_status_report(warning.text, 0);
    if (o->format == FORMAT_CSV && o->offline && !c->engine.recorder && !c->fleet)
        c->bulk = bulk_new(&c->engine);
    c->window = c->bulk ? BULK_MOST : WINDOW;
    interrupt_watch(c->engine.loop);
    if (c->several && !c->fleet)
        c->lines = lines_new(c->engine.loop, STDIN_FILENO);
    bool begun = !c->fleet || !c->fleet->begin || c->fleet->begin(c->fleet->arg, &c->engine, fault);
    if (begun && announce(c, &size, fault))
        return 0;
    lines_free(c->lines);
    session_close(&c->engine);
    return begun ? STATUS_USAGE : STATUS_FILE;
}

/* Says how far it is, and where a limit makes it slow, how long the questions that are put take. */
static void
put_progress(struct check *c, int64_t now)
{
    double seconds = (double)(now - c->started_ms + 1) / 1000;
    struct health_backlog backlog = {.per_second = 0};
    if (!c->progress || now < c->progress_due_ms)
        return;
    if (c->engine.health)
        health_backlog(c->engine.health, &backlog);
    if (c->finished == 0 && backlog.left_ms == 0)
        return;
    c->progress_due_ms = now + PROGRESS_MS;
    fprintf(stderr, "\r\033[K%zu checked, %.0f/s: %zu direct, %zu collateral, %zu unknown, %zu clear", c->finished,
            (double)c->finished / seconds, c->by_state[VERDICT_DIRECT], c->by_state[VERDICT_COLLATERAL],
            c->by_state[VERDICT_UNKNOWN], c->by_state[VERDICT_CLEAR]);
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
        read_targets(c);
        bool was_full = c->count == c->window;
        if (c->bulk)
            finish_bulk(c);
        else
            finish_investigated(c);
        size_t arguments = c->fleet ? c->fleet->fleet->targets.count : c->options->target_count;
        bool all_read =
            c->too_many || (c->lines ? lines_over(c->lines) || (c->late && !was_full) : c->next_argument == arguments);
        bool over = c->count == 0 && all_read && c->next_target == c->targets.list.count;
        bool wait = !was_full || c->count == c->window; /* else a full window kept input from being read */
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
        finish_investigated(c);
    }
    flush_finished(c);
    clear_progress(c);
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
    if (c->notes > NOTES_MOST) {
        fault_set(&fault, "%zu more lines were taken otherwise than written", c->notes - NOTES_MOST);
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
    if (status != 0) {
        targets_fini(&c->targets);
        receivers_free(c->receivers);
        return session_refuse(o, fault.text, status);
    }
    output_init(&c->output, o);
    c->pretty = c->output.terminal && o->target_count == 1 && !c->several;
    c->progress = c->several && isatty(STDERR_FILENO);
    if (c->format->begin)
        c->format->begin(&c->out);
    work(c);
    status = conclude(c);
    for (size_t i = 0; i < c->count; i++)
        investigation_free(c->jobs[(c->first + i) % c->window].investigation);
    lines_free(c->lines);
    targets_fini(&c->targets);
    bulk_free(c->bulk);
    receivers_free(c->receivers);
    session_close(&c->engine);
    buf_free(&c->out);
    buf_free(&c->nagios_worst);
    buf_free(&c->nagios_said);
    buf_free(&c->nagios_figures);
    buf_free(&c->nagios_rest);
    prometheus_fini(&c->metrics);
    return o->format == FORMAT_NAGIOS ? exit_status_for_monitoring(status) : status;
}

int
check_command_run(const struct options *o)
{
    struct check c = {
        .options = o,
        .format = &formats[o->format],
        .several = o->target_count == 1 && strcmp(o->targets[0], "-") == 0,
        .started_ms = clock_now_ms(),
    };
    if (domain_command_takes(o))
        return domain_command_run(o);
    c.whole_result = o->format == FORMAT_JSON || (o->format == FORMAT_TEXT && !c.several);
    return run(&c);
}

int
check_command_run_fleet(const struct options *o, const struct check_fleet *fleet)
{
    struct check c = {
        .options = o,
        .format = fleet->take ? &fleet_format : &formats[o->format],
        .fleet = fleet,
        .several = true,
        .whole_result = fleet->whole,
        .started_ms = clock_now_ms(),
    };
    return run(&c);
}

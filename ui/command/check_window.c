/* The window of check: targets come in, are asked about side by side, and leave in the order of the input. */
#include "command/check_window.h"

#include "base/text.h"
#include "command/judged.h"
#include "session/interrupt.h"

#include <stdio.h>
#include <string.h>

/* ---- output ---- */

void
check_window_clear_progress(const struct check *c)
{
    if (c->progress && c->progress_due_ms)
        fputs("\r\033[K", stderr);
}

/* Returns whether answers are awaited. */
static bool
is_open(const struct job *job)
{
    return job->survey ? survey_is_open(job->survey)
                       : job->investigation && investigation_evidence(job->investigation)->finished_ms == 0;
}

static void
free_job(struct check *c, struct job *job)
{
    c->surveys -= job->survey != NULL;
    investigation_free(job->investigation);
    survey_free(job->survey);
}

static void
finish_job(struct check *c, struct job *job)
{
    struct judged judged;
    enum exit_status status = STATUS_UNKNOWN;
    unsigned parts = (c->whole_result ? JUDGED_WHOLE | JUDGED_CASE : 0) | (c->compares ? JUDGED_CHANGES : 0);
    const char *why = interrupt_came() ? "the run was interrupted" : "the deadline came first";
    if (job->investigation && is_open(job))
        investigation_stop(job->investigation, why);
    if (job->survey && is_open(job))
        survey_stop(job->survey, why);
    judged_make(&judged, &c->engine, job->investigation, c->options, c->receivers, parts);
    struct result *result = &judged.result;
    if (job->survey)
        judged_set_survey(&judged, job->survey);
    result->target = job->target.text;
    result->label = *job->target.label ? job->target.label : NULL;
    result->error = result->evidence ? NULL : job->error.text;
    result->late = job->late;
    if (result->evidence) {
        bool monitors = c->options->format == FORMAT_NAGIOS, unlistable = c->fleet && result_is_unlistable(result);
        status = exit_status_of(monitors     ? result_nagios_state(result)
                                : unlistable ? VERDICT_CLEAR
                                             : judged.verdict.state);
    }
    result_nagios_count(&c->counts, result);
    c->cut_short = c->cut_short || job->late || (result->evidence && result->evidence->finished_ms == 0);
    if (!c->options->changed || result_is_changed(result))
        c->format->put(c, result, status);
    c->worst = c->finished++ == 0 ? status : exit_status_worse(c->worst, status);
    judged_fini(&judged);
    free_job(c, job);
}

/* Prints targets after the journal has recorded them. */
static void
finish_investigated(struct check *c)
{
    if (c->engine.recorder)
        recorder_flush(c->engine.recorder);
    for (; c->count > 0; c->count--) {
        struct job *job = &c->jobs[c->first];
        if (is_open(job) && !c->late)
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
            c->counts.by_state[summary->judgement.state]++;
        result_csv_row(&c->out, &(struct result_row){.target = job->target.text,
                                                     .label = job->target.label,
                                                     .error = job->error.text,
                                                     .summary = summary});
        enum exit_status status = summary ? exit_status_of(summary->judgement.state) : STATUS_UNKNOWN;
        c->worst = c->finished++ == 0 ? status : exit_status_worse(c->worst, status);
    }
    c->count = 0;
}

void
check_window_finish(struct check *c)
{
    if (c->bulk)
        finish_bulk(c);
    else
        finish_investigated(c);
}

void
check_window_drop(struct check *c)
{
    for (size_t i = 0; i < c->count; i++)
        free_job(c, &c->jobs[(c->first + i) % c->window]);
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
    if (c->notes++ >= CHECK_NOTES)
        return;
    if (c->lines)
        fault_set(&where, "line %zu: %s", c->lines->number, c->targets.note.text);
    check_window_clear_progress(c);
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
    job->survey = NULL;
    job->member = NULL;
    job->late = false;
    return job;
}

/* Surveys a domain, as far as that is possible. */
static void
start_survey(struct check *c, struct job *job)
{
    const struct survey_client *client = c->client.address.family != ADDR_NONE ? &c->client : NULL;
    job->survey = survey_new(&c->engine, job->target.text, client, on_progress, c, &job->error);
    c->surveys += job->survey != NULL;
    if (job->survey && c->compares)
        survey_compare(job->survey);
    job->late = !job->survey && !c->engine.resolver;
    c->bad_input |= !job->survey && !job->late;
}

/* Asks about the address or domain of a job. */
static void
start_job(struct check *c, struct job *job)
{
    const struct target *target = &job->target;
    if (c->late) {
        job->late = true;
        fault_set(&job->error, "%s was not asked about: the deadline came first", target->text);
    } else if (job->address.family == ADDR_NONE) {
        start_survey(c, job);
    } else if (!c->bulk) {
        job->investigation = investigation_new(&c->engine, target->text, *target->label ? target->label : NULL,
                                               &job->address, on_progress, c);
        if (c->compares) /* before this look is one */
            recorder_last_look(c->engine.recorder, &job->address);
    }
}

bool
check_window_takes(const struct check *c, const struct target *target, struct addr *address, struct fault *fault)
{
    *address = (struct addr){0};
    if (c->domains)
        return target->is_domain ||
               fault_set(fault, "%s is not a domain. Try: whylisted check %s", target->text, target->text);
    return target->is_domain || target_address(target, address, fault);
}

/* Adds the next target of the last line or argument to the window. */
static void
add_job(struct check *c, enum target_line kind, const struct fault *fault)
{
    const struct target *read = &c->targets.list.at[c->next_target];
    struct job *job = next_job(c, read->text, read->label);
    if (c->lines) { /* which may be those of a fleet */
        struct buf label = {0}, tags = {0};
        struct fault no_tags;
        int64_t silent_until_ms;
        if (fleet_split_label(kind == TARGET_BAD ? read->label : buf_string(&c->targets.rest), &label, &tags,
                              &silent_until_ms, &no_tags))
            text_clean_into(job->target.label, sizeof job->target.label, buf_string(&label), label.count);
        buf_free(&label);
        buf_free(&tags);
    }
    size_t parts = kind == TARGET_BAD ? 1 : targets_range(&c->targets, c->next_target, job->target.text, &job->error);
    c->next_target += parts;
    if (kind == TARGET_BAD)
        job->error = *fault;
    else if (parts == 1 && check_window_takes(c, read, &job->address, &job->error))
        start_job(c, job);
    if (!*job->error.text || job->late)
        return;
    struct fault where;
    c->bad_input = true;
    if (c->lines)
        fault_set(&where, "line %zu: %s", c->lines->number, job->error.text);
    check_window_clear_progress(c);
    exit_status_report(c->lines ? where.text : job->error.text, STATUS_USAGE);
}

static void
add_member(struct check *c)
{
    const struct fleet_target *member = c->fleet->fleet->targets.at[c->next_argument++];
    struct job *job = next_job(c, member->text, member->label);
    job->member = member;
    job->address = member->address;
    start_job(c, job);
}

void
check_window_fill(struct check *c)
{
    const struct options *o = c->options;
    enum target_line kind = TARGET_FOUND;
    struct fault fault;
    while (c->fleet && !check_window_is_full(c) && c->next_argument < c->fleet->fleet->targets.count)
        add_member(c);
    while (!c->fleet && !check_window_is_full(c) && !c->too_many) {
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
        if (*c->targets.note.text && kind == TARGET_FOUND && c->targets.list.at[0].range == 0)
            report_note(c);
    }
}

#include "command/doctor_command.h"

#include "base/clock.h"
#include "base/csv.h"
#include "command/batch_size.h"
#include "command/output.h"
#include "command/parts_json.h"
#include "pages/doctor_page.h"
#include "session/exit_status.h"
#include "session/interrupt.h"
#include "session/session.h"

#include <stdio.h>
#include <unistd.h>

enum { PROGRESS_MS = 200 };

static const char *const use_names[DOCTOR_USES] = {"usable", "refused", "silent", "failed", "untested"};

static void
print_text(struct page *p, void *doctor)
{
    doctor_page(p, doctor);
}

static void
print_csv(struct buf *out, void *doctor, bool pretty)
{
    (void)pretty;
    buf_text(out, "server,fit,harms,what,proof,cure\r\n");
    for (size_t i = 0; i < doctor_count(doctor); i++) {
        const struct doctor_server *s = doctor_at(doctor, i);
        for (size_t f = 0; f < s->findings.count; f++) {
            const struct doctor_finding *finding = &s->findings.at[f];
            char name[ENDPOINT_TEXT];
            buf_format(out, "%s,%s,%s", endpoint_text(&s->endpoint, name), s->fit ? "true" : "false",
                       finding->harms ? "true" : "false");
            for (size_t c = 0; c < 3; c++) {
                buf_byte(out, ',');
                csv_cell(out, c == 0 ? finding->what : c == 1 ? finding->proof : finding->cure);
            }
            buf_text(out, "\r\n");
        }
    }
}

static struct json_t *
state_json(enum doctor_state state)
{
    return state == DOCTOR_UNASKED ? parts_json_text(NULL) : parts_json_bool(state == DOCTOR_YES);
}

struct json_t *
doctor_command_json(const struct doctor_server *s)
{
    struct json_t *o = parts_json_object(), *findings = parts_json_array(), *lists = parts_json_object();
    char name[ENDPOINT_TEXT], asker[ADDR_TEXT];
    for (size_t i = 0; i < s->findings.count; i++) {
        struct json_t *f = parts_json_object();
        parts_json_set(f, "what", parts_json_string(s->findings.at[i].what));
        parts_json_set(f, "proof", parts_json_string(s->findings.at[i].proof));
        parts_json_set(f, "cure", parts_json_text(s->findings.at[i].cure));
        parts_json_set(f, "harms", parts_json_bool(s->findings.at[i].harms));
        parts_json_push(findings, f);
    }
    for (size_t use = 0; use < DOCTOR_USES; use++) {
        struct json_t *zones = parts_json_array();
        for (size_t i = 0; i < s->lists[use].count; i++)
            parts_json_push(zones, parts_json_string(s->lists[use].at[i]->zone));
        parts_json_set(lists, use_names[use], zones);
    }
    parts_json_set(o, "address", parts_json_string(endpoint_text(&s->endpoint, name)));
    parts_json_set(o, "udp", state_json(s->udp));
    parts_json_set(o, "tcp", state_json(s->tcp));
    parts_json_set(o, "edns", state_json(s->edns));
    parts_json_set(o, "size", parts_json_number(s->size, s->size > 0));
    parts_json_set(o, "kind", parts_json_text(s->kind));
    parts_json_set(o, "asks_from", parts_json_text(s->asker.family ? addr_text(&s->asker, asker) : NULL));
    parts_json_set(o, "fit", parts_json_bool(s->fit));
    parts_json_set(o, "findings", findings);
    parts_json_set(o, "lists", lists);
    return o;
}

static void
print_json(struct buf *out, void *doctor, bool pretty)
{
    struct json_t *o = parts_json_object(), *servers = parts_json_array();
    for (size_t i = 0; i < doctor_count(doctor); i++)
        parts_json_push(servers, doctor_command_json(doctor_at(doctor, i)));
    parts_json_set(o, "schema", parts_json_number(1, true));
    parts_json_set(o, "servers", servers);
    parts_json_print(out, o, pretty);
}

static const struct output_format formats[] = {
    [FORMAT_TEXT] = {.page = print_text}, [FORMAT_JSON] = {.print = print_json}, [FORMAT_CSV] = {.print = print_csv}};

/* The counts are read after each turn of the loop. */
static void
ignore_change(void *arg)
{
    (void)arg;
}

struct doctor *
doctor_command_examine(struct engine *engine, int64_t deadline_ms)
{
    struct doctor *doctor = doctor_new(engine, ignore_change, NULL);
    bool progress = isatty(STDERR_FILENO);
    int64_t due_ms = 0;
    batch_size_report_self_tests(engine->dataset.catalogue, deadline_ms);
    int64_t end_ms = deadline_ms ? clock_now_ms() + deadline_ms : INT64_MAX;
    while (doctor_is_open(doctor) && !interrupt_came() && clock_now_ms() < end_ms) {
        if (progress && clock_now_ms() >= due_ms) {
            size_t done, all;
            due_ms = clock_now_ms() + PROGRESS_MS;
            doctor_progress(doctor, &done, &all);
            fprintf(stderr, "\r\033[K%zu of %zu self-tests of lists done", done, all);
        }
        loop_turn(engine->loop, end_ms);
    }
    if (progress)
        fputs("\r\033[K", stderr);
    return doctor;
}

int
doctor_command_run(const struct options *o)
{
    struct engine engine;
    struct fault fault, warning;
    int status = STATUS_USAGE;
    if (o->target_count > 0)
        return exit_status_report("doctor takes no target; name the servers to examine with --resolver ADDRESS",
                                  status);
    if (o->offline)
        return exit_status_report("doctor asks by DNS, which --offline forbids", status);
    if (!session_open(&engine, o, &fault, &warning, &status))
        return exit_status_report(fault.text, status);
    interrupt_watch(engine.loop);
    struct doctor *doctor = doctor_command_examine(&engine, o->deadline_ms);
    status = STATUS_CLEAR;
    for (size_t i = 0; i < doctor_count(doctor); i++)
        if (!doctor_at(doctor, i)->fit)
            status = STATUS_UNKNOWN;
    status = output_result(o, formats, doctor, interrupt_came() ? STATUS_INTERRUPTED : status);
    doctor_free(doctor);
    session_close(&engine);
    return status;
}

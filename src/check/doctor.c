/* A server is first asked for the test point of level 1. Only one that answers is asked the rest, so that a dead one
 * takes no longer than one question. doctor_server.c judges the answers. */
#include "check/doctor.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { AGAIN_MS = 1200 /* until an answer that lives that short is asked for again */ };

struct exam {
    struct doctor_exam facts;
    struct doctor *doctor;
    struct doctor_server server;
    struct resolver *first, *by_tcp; /* for the test point of level 1 */
    struct resolver *resolver;       /* for the rest: refusals mean more once a server has answered */
    size_t awaited;                  /* answers of probes */
    bool begun;                      /* the self-tests are under way */
    struct timer again;
};

/* The argument of a question. */
struct asked {
    struct exam *exam;
    enum doctor_probe probe;
};

struct doctor {
    const struct engine *engine;
    void (*changed)(void *arg);
    void *arg;
    size_t count;
    struct exam *exams;
    struct asked asked[RESOLVER_SERVERS][DOCTOR_PROBES];
};

static void on_probe(void *arg, const struct answer *answer);

static void
ask(struct exam *exam, enum doctor_probe probe, struct resolver *resolver, const char *name, enum record_type type)
{
    struct doctor_question *q = &exam->facts.questions[probe];
    struct asked *asked = &exam->doctor->asked[exam - exam->doctor->exams][probe];
    *asked = (struct asked){exam, probe};
    snprintf(q->name, sizeof q->name, "%s", name);
    q->type = type;
    exam->awaited++;
    resolver_ask(resolver, name, type, RESOLVER_FRESH | RESOLVER_FORGET, on_probe, asked);
}

/* The test point of level 1, which lists it. */
static void
ask_test_point(struct exam *exam, enum doctor_probe probe, struct resolver *resolver)
{
    const struct list *level1 = catalogue_level(exam->facts.engine->dataset.catalogue, 1);
    char reversed[ADDR_REVERSED_TEXT], name[HEALTH_QUESTION];
    size_t p = 0;
    while (p + 1 < level1->points.count && !level1->points.at[p].listed)
        p++;
    snprintf(name, sizeof name, "%s.%s", addr_reversed(&level1->points.at[p].address, reversed), level1->zone);
    ask(exam, probe, resolver, name, RECORD_A);
}

/* Asks the rest of a server that answers. */
static void
begin(struct exam *exam)
{
    const struct catalogue *catalogue = exam->facts.engine->dataset.catalogue;
    uint64_t dice = 0;
    char missing[48];
    if (getentropy(&dice, sizeof dice) != 0)
        dice = (uint64_t)clock_now_us();
    snprintf(missing, sizeof missing, "probe-%012llx.example", (unsigned long long)(dice & 0xFFFFFFFFFFFF));
    exam->begun = true;
    ask(exam, DOCTOR_PROBE_MISSING, exam->resolver, missing, RECORD_A);
    ask(exam, DOCTOR_PROBE_VERSION, exam->resolver, "version.bind", RECORD_CHAOS_TXT);
    ask(exam, DOCTOR_PROBE_ASKER, exam->resolver, "whoami.akamai.net", RECORD_A);
    ask(exam, DOCTOR_PROBE_ASKER_TOO, exam->resolver, "o-o.myaddr.l.google.com", RECORD_TXT);
    for (size_t i = 0; i < catalogue_count(catalogue); i++)
        if (doctor_server_asks(catalogue_list(catalogue, i)))
            health_ask(exam->facts.health, catalogue_list(catalogue, i), false);
}

static bool
has_ended(const struct exam *exam)
{
    const struct catalogue *catalogue = exam->facts.engine->dataset.catalogue;
    bool ended = exam->awaited == 0 && !loop_timer_is_set(&exam->again);
    for (size_t i = 0; i < catalogue_count(catalogue) && exam->begun; i++)
        if (doctor_server_asks(catalogue_list(catalogue, i)))
            ended = ended && !health_at(exam->facts.health, catalogue_list(catalogue, i))->pending;
    return ended;
}

static void
proceed(struct exam *exam)
{
    if (has_ended(exam) && exam->server.pending) {
        resolver_counts(exam->resolver, &exam->facts.counts);
        exam->server.pending = false;
        doctor_server_judge(&exam->facts, &exam->server);
    }
    exam->doctor->changed(exam->doctor->arg);
}

/* Errors may be those of a moment, because the server limits its clients. */
static void
on_health(void *arg, const struct list *list)
{
    struct exam *exam = arg;
    if (!health_repeat(exam->facts.health, list))
        proceed(exam);
}

static void
ask_again(void *arg)
{
    struct exam *exam = arg;
    ask_test_point(exam, DOCTOR_PROBE_AGAIN, exam->first);
}

static void
on_probe(void *arg, const struct answer *answer)
{
    const struct asked *asked = arg;
    struct exam *exam = asked->exam;
    exam->facts.questions[asked->probe].answer = answer_copy(answer);
    exam->awaited--;
    if (asked->probe == DOCTOR_PROBE_FIRST && answer->server.addr.family != ADDR_NONE)
        begin(exam);
    if (asked->probe == DOCTOR_PROBE_FIRST && answer->outcome == OUTCOME_DATA && answer->ttl > 0 &&
        answer->ttl <= ANSWER_STALE_TTL)
        loop_timer_set(exam->facts.engine->loop, &exam->again, clock_now_ms() + AGAIN_MS);
    proceed(exam);
}

struct doctor *
doctor_new(const struct engine *engine, void (*changed)(void *arg), void *arg)
{
    struct doctor *doctor = mem_zero(sizeof *doctor);
    const struct endpoint *servers = resolver_servers(engine->resolver, &doctor->count);
    doctor->engine = engine;
    doctor->changed = changed;
    doctor->arg = arg;
    doctor->exams = mem_zero(doctor->count * sizeof *doctor->exams);
    for (size_t i = 0; i < doctor->count; i++) {
        struct exam *exam = &doctor->exams[i];
        exam->doctor = doctor;
        exam->server = (struct doctor_server){.endpoint = servers[i], .pending = true};
        exam->again = (struct timer){.fire = ask_again, .arg = exam};
        exam->first = resolver_alone(engine->resolver, i, false);
        exam->resolver = resolver_alone(engine->resolver, i, false);
        exam->facts.engine = engine;
        exam->facts.health = health_new(engine->loop, exam->resolver, engine->dataset.catalogue);
        health_listen(exam->facts.health, on_health, exam);
        ask_test_point(exam, DOCTOR_PROBE_FIRST, exam->first);
        if (servers[i].tcp)
            continue;
        exam->by_tcp = resolver_alone(engine->resolver, i, true);
        ask_test_point(exam, DOCTOR_PROBE_TCP, exam->by_tcp);
    }
    return doctor;
}

void
doctor_free(struct doctor *doctor)
{
    if (!doctor)
        return;
    for (size_t i = 0; i < doctor->count; i++) {
        struct exam *exam = &doctor->exams[i];
        loop_timer_clear(doctor->engine->loop, &exam->again);
        for (size_t probe = 0; probe < DOCTOR_PROBES; probe++) {
            resolver_forget(exam->first, &doctor->asked[i][probe]);
            resolver_forget(exam->resolver, &doctor->asked[i][probe]);
            if (exam->by_tcp)
                resolver_forget(exam->by_tcp, &doctor->asked[i][probe]);
            free(exam->facts.questions[probe].answer);
        }
        health_free(exam->facts.health);
        resolver_free(exam->first);
        resolver_free(exam->resolver);
        resolver_free(exam->by_tcp);
        doctor_server_fini(&exam->server);
    }
    free(doctor->exams);
    free(doctor);
}

size_t
doctor_count(const struct doctor *doctor)
{
    return doctor->count;
}

const struct doctor_server *
doctor_at(const struct doctor *doctor, size_t place)
{
    return &doctor->exams[place].server;
}

bool
doctor_is_open(const struct doctor *doctor)
{
    bool open = false;
    for (size_t i = 0; i < doctor->count; i++)
        open = open || doctor->exams[i].server.pending;
    return open;
}

void
doctor_progress(const struct doctor *doctor, size_t *done, size_t *all)
{
    const struct catalogue *catalogue = doctor->engine->dataset.catalogue;
    *done = *all = 0;
    for (size_t i = 0; i < doctor->count; i++)
        for (size_t l = 0; l < catalogue_count(catalogue) && doctor->exams[i].begun; l++)
            if (doctor_server_asks(catalogue_list(catalogue, l))) {
                *done += health_at(doctor->exams[i].facts.health, catalogue_list(catalogue, l))->done;
                ++*all;
            }
}

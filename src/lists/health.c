/* The questions of a list's self-test are asked once a run, for all its targets. The answers are judged together when
 * the last one has come, the most calling defect first. */
#include "lists/health.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Receives the answer of one test point. */
struct waiter {
    struct trial *trial;
    size_t point;
};

/* The self-test of one list. */
struct trial {
    struct health *health;
    const struct list *list;
    struct list_health list_health;
    VEC(struct waiter) waiters; /* one a point */
    size_t left;                /* answers still to come */
};

struct listener {
    health_changed *changed;
    void *arg;
};

struct health {
    struct resolver *resolver;
    char label[24];           /* the random one, the same for all lists of a run */
    VEC(struct trial) trials; /* by place in the catalogue */
    VEC(struct listener) listeners;
    bool calling; /* listeners that leave meanwhile are only marked */
};

/* `point` NULL: the random label. */
static void
add_point(struct trial *trial, const struct test_point *point)
{
    struct health_point added = {.point = point, .wanted = point && point->listed ? STATE_LISTED : STATE_CLEAR};
    char address[ADDR_TEXT], reversed[ADDR_REVERSED_TEXT];
    if (point)
        snprintf(added.name, sizeof added.name, "test point %s", addr_text(&point->address, address));
    else
        snprintf(added.name, sizeof added.name, "a random label");
    snprintf(added.question, sizeof added.question, "%s.%s",
             point ? addr_reversed(&point->address, reversed) : trial->health->label, trial->list->zone);
    vec_push(&trial->waiters, ((struct waiter){trial, trial->list_health.points.count}));
    vec_push(&trial->list_health.points, added);
}

struct health *
health_new(struct resolver *resolver, const struct catalogue *catalogue)
{
    struct health *health = mem_zero(sizeof *health);
    uint64_t dice = 0;
    if (getentropy(&dice, sizeof dice) != 0)
        dice = (uint64_t)clock_now_us();
    health->resolver = resolver;
    snprintf(health->label, sizeof health->label, "probe-%012llx", (unsigned long long)(dice & 0xFFFFFFFFFFFF));
    for (size_t i = 0; i < catalogue_count(catalogue); i++)
        vec_push(&health->trials, ((struct trial){.health = health, .list = catalogue_list(catalogue, i)}));
    for (size_t i = 0; i < health->trials.count; i++) {
        struct trial *trial = &health->trials.at[i];
        for (size_t p = 0; p < trial->list->points.count; p++)
            add_point(trial, &trial->list->points.at[p]);
        add_point(trial, NULL);
    }
    return health;
}

void
health_free(struct health *health)
{
    if (!health)
        return;
    for (size_t i = 0; i < health->trials.count; i++) {
        struct trial *trial = &health->trials.at[i];
        for (size_t p = 0; p < trial->waiters.count; p++)
            resolver_forget(health->resolver, &trial->waiters.at[p]);
        vec_free(&trial->waiters);
        vec_free(&trial->list_health.points);
    }
    vec_free(&health->trials);
    vec_free(&health->listeners);
    free(health);
}

const struct list_health *
health_at(const struct health *health, const struct list *list)
{
    return &health->trials.at[list->index].list_health;
}

static void
conclude(struct list_health *list_health, enum list_state state, const char *subject, const char *detail)
{
    list_health->state = state;
    snprintf(list_health->detail, sizeof list_health->detail, "%s%s%s", subject, *detail ? ": " : "", detail);
}

/* Returns the first test point that has the wrong state; NULL = none. */
static const struct health_point *
find_point(const struct list_health *list_health, enum list_state wanted, enum list_state state)
{
    for (size_t p = 0; p + 1 < list_health->points.count; p++)
        if (list_health->points.at[p].wanted == wanted && list_health->points.at[p].state == state)
            return &list_health->points.at[p];
    return NULL;
}

/* The most calling defect first: a list that answers a random label answers everything, so its other answers prove
 * nothing, and foreign addresses come from the resolver rather than from the list. */
static void
judge(struct list_health *list_health)
{
    const struct health_point *points = list_health->points.at, *point;
    size_t count = list_health->points.count;
    char subject[HEALTH_SUBJECT];
    for (size_t p = 0; p < count; p++)
        if (points[p].state == STATE_REFUSED || points[p].state == STATE_INVALID) {
            conclude(list_health, points[p].state, points[p].name, points[p].detail);
            return;
        }
    conclude(list_health, STATE_CLEAR, "", "");
    if (points[count - 1].state == STATE_LISTED) {
        conclude(list_health, STATE_UNHEALTHY, "everything is listed, even a random label", "");
    } else if ((point = find_point(list_health, STATE_CLEAR, STATE_LISTED))) {
        snprintf(subject, sizeof subject, "the negative %s is listed", point->name);
        conclude(list_health, STATE_UNHEALTHY, subject, "");
    } else if ((point = find_point(list_health, STATE_LISTED, STATE_CLEAR))) {
        snprintf(subject, sizeof subject, "the %s is not listed", point->name);
        conclude(list_health, STATE_UNHEALTHY, subject, "");
    }
    for (size_t p = 0; p < count && list_health->state == STATE_CLEAR; p++)
        if (!list_state_is_known(points[p].state))
            conclude(list_health, points[p].state, points[p].name, points[p].detail);
}

static void
drop_marked(struct health *health)
{
    size_t kept = 0;
    for (size_t i = 0; i < health->listeners.count; i++)
        if (health->listeners.at[i].changed)
            health->listeners.at[kept++] = health->listeners.at[i];
    health->listeners.count = kept;
}

static void
finish(struct trial *trial)
{
    struct health *health = trial->health;
    judge(&trial->list_health);
    trial->list_health.pending = false;
    trial->list_health.done = true;
    trial->list_health.at_ms = clock_now_ms();
    health->calling = true;
    for (size_t i = 0; i < health->listeners.count; i++) /* by index, because a listener may join in its callback */
        if (health->listeners.at[i].changed)
            health->listeners.at[i].changed(health->listeners.at[i].arg, trial->list);
    health->calling = false;
    drop_marked(health);
}

static bool
is_expected(const struct test_point *point, const struct answer *answer)
{
    for (size_t i = 0; i < answer->count && point->answer.family; i++)
        if (addr_equal(&answer->records[i].addr, &point->answer))
            return true;
    return !point->answer.family;
}

static void
answered(void *arg, const struct answer *answer)
{
    const struct waiter *waiter = arg;
    struct trial *trial = waiter->trial;
    struct health_point *point = &trial->list_health.points.at[waiter->point];
    struct buf detail = {0};

    point->state = health_read(trial->list, answer, &detail, &trial->list_health.foreign);
    if (point->state == STATE_LISTED && point->point && !is_expected(point->point, answer)) {
        point->state = STATE_INVALID;
        buf_text(&detail, "not the answer that it documents");
    }
    snprintf(point->detail, sizeof point->detail, "%s", buf_string(&detail));
    buf_free(&detail);
    if (answer->serial)
        trial->list_health.serial = answer->serial;
    if (--trial->left == 0)
        finish(trial);
}

void
health_ask(struct health *health, const struct list *list, bool again)
{
    struct trial *trial = &health->trials.at[list->index];
    int64_t valid_ms = trial->list_health.state == STATE_CLEAR ? HEALTH_VALID_MS : HEALTH_FAILED_MS;
    bool fresh = trial->list_health.done && clock_now_ms() - trial->list_health.at_ms < valid_ms;
    if (trial->list_health.pending || (fresh && !again))
        return;
    trial->list_health.pending = true;
    trial->list_health.foreign = (struct addr){0};
    trial->left = trial->waiters.count;
    for (size_t p = 0; p < trial->waiters.count; p++)
        resolver_ask(health->resolver, trial->list_health.points.at[p].question, RECORD_A, RESOLVER_FRESH, answered,
                     &trial->waiters.at[p]);
}

void
health_listen(struct health *health, health_changed *changed, void *arg)
{
    vec_push(&health->listeners, ((struct listener){changed, arg}));
}

void
health_unlisten(struct health *health, void *arg)
{
    for (size_t i = 0; i < health->listeners.count; i++)
        if (health->listeners.at[i].arg == arg)
            health->listeners.at[i].changed = NULL;
    if (!health->calling)
        drop_marked(health);
}

enum list_state
health_read(const struct list *list, const struct answer *answer, struct buf *detail, struct addr *foreign)
{
    static const enum list_state states[] = {
        [OUTCOME_NODATA] = STATE_CLEAR,      [OUTCOME_NXDOMAIN] = STATE_CLEAR,    [OUTCOME_SERVFAIL] = STATE_ERROR,
        [OUTCOME_REFUSED] = STATE_ERROR,     [OUTCOME_FORMERR] = STATE_ERROR,     [OUTCOME_RCODE] = STATE_ERROR,
        [OUTCOME_TIMEOUT] = STATE_TIMEOUT,   [OUTCOME_UNREACHABLE] = STATE_ERROR, [OUTCOME_MALFORMED] = STATE_INVALID,
        [OUTCOME_CANCELLED] = STATE_UNASKED,
    };
    if (answer->outcome != OUTCOME_DATA) {
        enum list_state state = states[answer->outcome];
        if (state != STATE_CLEAR) {
            char server[ENDPOINT_TEXT];
            buf_text(detail, outcome_name(answer->outcome));
            if (answer->server.addr.family)
                buf_format(detail, " by %s", endpoint_text(&answer->server, server));
        }
        return state;
    }
    struct addr answers[ANSWER_RECORDS] = {0};
    size_t count = 0;
    for (size_t i = 0; i < answer->count; i++)
        answers[count++] = answer->records[i].addr;
    enum list_state state = code_meaning_state(return_codes_judge(&list->codes, answers, count));
    return_codes_explain(&list->codes, detail, answers, count);
    for (size_t i = 0; i < count; i++)
        if (!addr_is_loopback(&answers[i]))
            *foreign = answers[i];
    return state;
}

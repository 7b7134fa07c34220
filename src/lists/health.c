/* Three questions a list, asked once a run and shared by all its targets. The three answers are kept apart until the
 * last has come; then they are judged together, the most telling defect first. */
#include "lists/health.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum point { POINT_POSITIVE, POINT_NEGATIVE, POINT_RANDOM };

static const struct {
    const char *name, *label; /* no label: the random one of the run */
    enum list_state wanted;
} points[HEALTH_POINTS] = {
    [POINT_POSITIVE] = {"test point 127.0.0.2", "2.0.0.127", STATE_LISTED},
    [POINT_NEGATIVE] = {"test point 127.0.0.1", "1.0.0.127", STATE_CLEAR},
    [POINT_RANDOM] = {"a random label", NULL, STATE_CLEAR},
};

/* Who waits for the answer of one test point. */
struct waiter {
    struct trial *trial;
    enum point point;
};

/* One list on trial. */
struct trial {
    struct health *health;
    enum list_id id;
    struct list_health list_health;
    struct waiter waiters[HEALTH_POINTS];
    unsigned left; /* answers still to come */
};

struct listener {
    health_changed *changed;
    void *arg;
};

struct health {
    struct resolver *resolver;
    char label[24]; /* the random one, the same for all lists of a run */
    struct trial trials[LIST_COUNT];
    VEC(struct listener) listeners;
    bool telling; /* listeners who leave meanwhile are only struck out */
};

static void
trial_init(struct trial *trial, struct health *health, enum list_id id)
{
    trial->health = health;
    trial->id = id;
    for (size_t p = 0; p < HEALTH_POINTS; p++) {
        struct health_point *point = &trial->list_health.points[p];
        point->name = points[p].name;
        point->wanted = points[p].wanted;
        snprintf(point->question, sizeof point->question, "%s.%s", points[p].label ? points[p].label : health->label,
                 catalogue_at(id)->zone);
        trial->waiters[p] = (struct waiter){trial, (enum point)p};
    }
}

struct health *
health_new(struct resolver *resolver)
{
    struct health *health = mem_zero(sizeof *health);
    uint64_t dice = 0;
    if (getrandom(&dice, sizeof dice, 0) != (ssize_t)sizeof dice)
        dice = (uint64_t)clock_now_us();
    health->resolver = resolver;
    snprintf(health->label, sizeof health->label, "probe-%012llx", (unsigned long long)(dice & 0xFFFFFFFFFFFF));
    for (size_t i = 0; i < LIST_COUNT; i++)
        trial_init(&health->trials[i], health, (enum list_id)i);
    return health;
}

void
health_free(struct health *health)
{
    if (!health)
        return;
    for (size_t i = 0; i < LIST_COUNT; i++)
        for (size_t p = 0; p < HEALTH_POINTS; p++)
            resolver_forget(health->resolver, &health->trials[i].waiters[p]);
    vec_free(&health->listeners);
    free(health);
}

const struct list_health *
health_at(const struct health *health, enum list_id id)
{
    return &health->trials[id].list_health;
}

static void
conclude(struct list_health *list_health, enum list_state state, const char *subject, const char *detail)
{
    list_health->state = state;
    snprintf(list_health->detail, sizeof list_health->detail, "%s%s%s", subject, *detail ? ": " : "", detail);
}

/* The most telling defect first: who answers to everything proves nothing by his other answers, and foreign addresses
 * speak of the resolver rather than of the list. */
static void
judge(struct list_health *list_health)
{
    const struct health_point *positive = &list_health->points[POINT_POSITIVE],
                              *negative = &list_health->points[POINT_NEGATIVE];
    const struct health_point *random = &list_health->points[POINT_RANDOM];
    for (size_t p = 0; p < HEALTH_POINTS; p++)
        if (list_health->points[p].state == STATE_REFUSED || list_health->points[p].state == STATE_INVALID) {
            conclude(list_health, list_health->points[p].state, list_health->points[p].name,
                     list_health->points[p].detail);
            return;
        }
    if (random->state == STATE_LISTED)
        conclude(list_health, STATE_UNHEALTHY, "everything is listed, even a random label", "");
    else if (negative->state == STATE_LISTED)
        conclude(list_health, STATE_UNHEALTHY, "the negative test point 127.0.0.1 is listed", "");
    else if (positive->state == STATE_CLEAR)
        conclude(list_health, STATE_UNHEALTHY, "the test point 127.0.0.2 is not listed", "");
    else
        conclude(list_health, STATE_CLEAR, "", "");
    for (size_t p = 0; p < HEALTH_POINTS && list_health->state == STATE_CLEAR; p++)
        if (!list_state_is_known(list_health->points[p].state))
            conclude(list_health, list_health->points[p].state, list_health->points[p].name,
                     list_health->points[p].detail);
}

static void
drop_struck_out(struct health *health)
{
    size_t kept = 0;
    for (size_t i = 0; i < health->listeners.count; i++)
        if (health->listeners.at[i].changed)
            health->listeners.at[kept++] = health->listeners.at[i];
    health->listeners.count = kept;
}

/* By index, because a listener may join or leave while it is told. */
static void
tell(struct health *health, enum list_id id)
{
    health->telling = true;
    for (size_t i = 0; i < health->listeners.count; i++)
        if (health->listeners.at[i].changed)
            health->listeners.at[i].changed(health->listeners.at[i].arg, id);
    health->telling = false;
    drop_struck_out(health);
}

static void
finish(struct trial *trial)
{
    struct health *health = trial->health;
    judge(&trial->list_health);
    trial->list_health.pending = false;
    trial->list_health.done = true;
    trial->list_health.at_ms = clock_now_ms();
    tell(health, trial->id);
}

static void
answered(void *arg, const struct answer *answer)
{
    const struct waiter *waiter = arg;
    struct trial *trial = waiter->trial;
    struct health_point *point = &trial->list_health.points[waiter->point];
    struct buf detail = {0};

    point->state = health_read(answer, &detail, &trial->list_health.foreign);
    snprintf(point->detail, sizeof point->detail, "%s", buf_string(&detail));
    buf_free(&detail);
    if (answer->serial)
        trial->list_health.serial = answer->serial;
    if (--trial->left == 0)
        finish(trial);
}

static bool
is_fresh(const struct list_health *list_health)
{
    int64_t valid_ms = list_health->state == STATE_CLEAR ? HEALTH_VALID_MS : HEALTH_FAILED_MS;
    return list_health->done && clock_now_ms() - list_health->at_ms < valid_ms;
}

void
health_ask(struct health *health, enum list_id id, bool again)
{
    struct trial *trial = &health->trials[id];
    if (trial->list_health.pending || (is_fresh(&trial->list_health) && !again))
        return;
    trial->list_health.pending = true;
    trial->list_health.foreign = (struct addr){0};
    trial->left = HEALTH_POINTS;
    for (size_t p = 0; p < HEALTH_POINTS; p++)
        resolver_ask(health->resolver, trial->list_health.points[p].question, RECORD_A, RESOLVER_FRESH, answered,
                     &trial->waiters[p]);
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
    if (!health->telling)
        drop_struck_out(health);
}

enum list_state
health_read(const struct answer *answer, struct buf *detail, struct addr *foreign)
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
    enum list_state state = listing_judge(answers, count);
    if (state != STATE_LISTED)
        listing_explain(detail, answers, count);
    for (size_t i = 0; i < count; i++)
        if (!addr_is_loopback(&answers[i]))
            *foreign = answers[i];
    return state;
}

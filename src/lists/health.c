/* Each run asks the questions of a list's self-test once, for all targets, and judges the answers together after the
 * last one, the most serious defect first. */
#include "lists/health.h"

#include "base/clock.h"
#include "base/mem.h"
#include "lists/data_date.h"
#include "lists/list_questions.h"
#include "lists/pace.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Questions that fail in a row before a list rests, because one in three may fail for the moment; self-tests in a row
 * that are repeated for that. */
enum { ERRORS_REST = 8, ERRORS_REPEATED = 3, SHORTLY_MS = 10000 };

enum { POINTS = 3 /* one of each kind, and the random label */ };

static_assert((int)HEALTH_CONFIRMED == (int)LIST_QUESTION_CONFIRMED, "one flag");

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
    struct waiter waiters[POINTS];
    size_t left;      /* answers still to come */
    int64_t valid_ms; /* of a passed one: for as long as the answers of its test points are */
    bool repeated;    /* the self-test under way repeats one that failed */
    int64_t begun_ms; /* of the first of the self-tests in a row that failed; monotonic */
    bool alone;       /* others passed theirs at that time */
    unsigned errors;  /* self-tests in a row that failed by errors */
    struct list_questions *questions;
};

struct listener {
    health_changed *changed;
    void *arg;
};

/* The self-tests of one family of addresses. */
struct health {
    struct health *base, *six; /* those of IPv4, which has the paces, and of IPv6 */
    struct loop *loop;         /* this and the next two: of the base */
    struct resolver *resolver;
    const struct catalogue *catalogue;
    VEC(struct trial) trials; /* by place in the catalogue */
    VEC(struct pace *) paces; /* one an operator */
    int64_t passed_ms;        /* when a list passed last, monotonic; 0 = none has; of the base */
    VEC(struct listener) listeners;
    bool calling; /* listeners that leave meanwhile are only marked */
};

/* Adds a question; `point` NULL = the random label. */
static void
add_point(struct trial *trial, const struct test_point *point)
{
    struct health_point added = {.point = point, .wanted = point && point->listed ? STATE_LISTED : STATE_CLEAR};
    char address[ADDR_TEXT], reversed[ADDR_REVERSED_TEXT];
    if (point) {
        bool named = *point->name;
        snprintf(added.name, sizeof added.name, "test point %.*s", TEST_POINT_NAME - 1,
                 named ? point->name : addr_text(&point->address, address));
        snprintf(added.question, sizeof added.question, "%.*s.%s", TEST_POINT_NAME - 1,
                 named ? point->name : addr_reversed(&point->address, reversed), trial->list->shown);
    } else {
        snprintf(added.name, sizeof added.name, "a random label");
    }
    trial->waiters[trial->list_health.points.count] = (struct waiter){trial, trial->list_health.points.count};
    vec_push(&trial->list_health.points, added);
}

/* Adds the first test point of each kind, because more questions would prove little more. A server may know those of
 * one family alone; names go with the first. */
static void
add_points(struct trial *trial, unsigned family)
{
    bool have[2] = {false};
    for (size_t p = 0; p < trial->list->points.count; p++) {
        const struct test_point *point = &trial->list->points.at[p];
        if ((*point->name ? ADDR_V4 : point->address.family) != family)
            continue;
        if (!have[point->listed])
            add_point(trial, point);
        have[point->listed] = true;
    }
}

static void answered(void *arg, const struct answer *answer);

/* Asks about all test points and, unless `label` is false, about a new random label. */
static void
begin(struct trial *trial, bool label_too)
{
    struct list_health *result = &trial->list_health;
    struct health_point *label = &result->points.at[result->points.count - 1];
    uint64_t dice = 0;
    if (getentropy(&dice, sizeof dice) != 0)
        dice = (uint64_t)clock_now_us();
    snprintf(label->question, sizeof label->question, "probe-%012llx.%s", (unsigned long long)(dice & 0xFFFFFFFFFFFF),
             trial->list->shown);
    result->pending = true;
    result->foreign = (struct addr){0};
    trial->left = result->points.count - !label_too;
    trial->valid_ms = HEALTH_VALID_MOST_MS;
    if (!result->done || result->state == STATE_CLEAR)
        trial->begun_ms = clock_now_ms();
    list_questions_begin_proof(trial->questions, label_too);
    for (size_t p = 0, count = trial->left; p < count; p++) {
        const struct health_point *point = &result->points.at[p];
        unsigned role = point->wanted == STATE_LISTED ? LIST_QUESTION_LISTED : LIST_QUESTION_UNLISTED;
        list_questions_put(trial->questions, point->question, RECORD_A,
                           RESOLVER_FRESH | (point == label ? LIST_QUESTION_LABEL : role), answered,
                           &trial->waiters[p]);
    }
}

/* Confirms answers that wait. A list that passed before is asked for a random label only if one of them is a listing: a
 * wildcard denies nothing. */
static void
confirm(void *arg)
{
    struct trial *trial = arg;
    const struct list_health *result = &trial->list_health;
    begin(trial, !result->done || result->state != STATE_CLEAR || list_questions_hold_listing(trial->questions));
}

/* Returns the pace of a list's operator; of the list alone if its operator has no name. */
static struct pace *
pace_of(struct health *health, const struct list *list)
{
    const char *name = *list->run_by ? list->run_by : list->zone;
    size_t i = 0;
    while (i < health->paces.count && strcmp(pace_name(health->paces.at[i]), name) != 0)
        i++;
    if (i == health->paces.count)
        vec_push(&health->paces, pace_new(health->loop, name));
    pace_limit(health->paces.at[i], list->pace);
    pace_limit_daily(health->paces.at[i], list->daily);
    return health->paces.at[i];
}

/* Most lists of the catalogue are not asked in a run. */
static void
prepare(struct trial *trial)
{
    const struct health *base = trial->health->base;
    struct resolver *asked = trial->list->asker ? trial->list->asker : base->resolver;
    const char *listed = "";
    trial->list_health.points.room = POINTS;
    trial->list_health.points.at = mem_alloc(POINTS * sizeof trial->list_health.points.at[0]);
    add_points(trial, trial->health == base ? ADDR_V4 : ADDR_V6);
    for (size_t p = 0; p < trial->list_health.points.count; p++)
        if (trial->list_health.points.at[p].wanted == STATE_LISTED)
            listed = trial->list_health.points.at[p].question;
    trial->questions = list_questions_new(base->loop, asked, pace_of(trial->health->base, trial->list), base->catalogue,
                                          trial->list, listed, confirm, trial);
    add_point(trial, NULL);
}

/* Returns the list's self-test of the family; of the only one that it knows. */
static struct trial *
trial_of(const struct health *health, const struct list *list)
{
    bool six = list->families[1] && (health != health->base || !list->families[0]);
    assert(list->index < health->trials.count);
    struct trial *trial = &(six ? health->base->six : health->base)->trials.at[list->index];
    if (!trial->questions)
        prepare(trial);
    return trial;
}

static struct health *
new_face(const struct catalogue *catalogue, struct health *base)
{
    struct health *health = mem_zero(sizeof *health);
    health->base = base ? base : health;
    health->trials.room = catalogue_asked(catalogue);
    health->trials.at = mem_alloc(health->trials.room * sizeof health->trials.at[0]);
    for (size_t i = 0; i < health->trials.room; i++)
        vec_push(&health->trials, ((struct trial){.health = health, .list = catalogue_list(catalogue, i)}));
    return health;
}

struct health *
health_new(struct loop *loop, struct resolver *resolver, const struct catalogue *catalogue)
{
    struct health *health = new_face(catalogue, NULL);
    health->loop = loop;
    health->resolver = resolver;
    health->catalogue = catalogue;
    health->six = new_face(catalogue, health);
    return health;
}

struct health *
health_of_family(struct health *health, unsigned family)
{
    return health && family == ADDR_V6 ? health->six : health;
}

void
health_free(struct health *health)
{
    if (!health)
        return;
    health_free(health->six);
    for (size_t i = 0; i < health->trials.count; i++) {
        struct trial *trial = &health->trials.at[i];
        list_questions_free(trial->questions);
        vec_free(&trial->list_health.points);
    }
    for (size_t i = 0; i < health->paces.count; i++)
        pace_free(health->paces.at[i]);
    vec_free(&health->paces);
    vec_free(&health->trials);
    vec_free(&health->listeners);
    free(health);
}

const struct list_health *
health_at(const struct health *health, const struct list *list)
{
    static const struct list_health unasked;
    return list->index < health->trials.count ? &trial_of(health, list)->list_health : &unasked;
}

/* The most serious defect first: a list that answers a random label answers everything, so its other answers prove
 * nothing, and foreign addresses come from the resolver rather than from the list. */
static void
judge(struct list_health *health)
{
    const struct health_point *label = &health->points.at[health->points.count - 1];
    const struct health_point *refused = NULL, *unanswered = NULL, *listed = NULL, *unlisted = NULL;
    for (size_t p = health->points.count; p-- > 0;) { /* backwards, to end with the first one of each kind */
        const struct health_point *point = &health->points.at[p];
        if (point->state == STATE_REFUSED || point->state == STATE_INVALID)
            refused = point;
        else if (!list_state_is_known(point->state))
            unanswered = point;
        else if (point != label && point->wanted == STATE_CLEAR && point->state == STATE_LISTED)
            listed = point;
        else if (point != label && point->wanted == STATE_LISTED && point->state == STATE_CLEAR)
            unlisted = point;
    }
    health->state = STATE_UNHEALTHY;
    health->unserved = unanswered && unanswered->unserved;
    if (!refused && label->state == STATE_LISTED) {
        snprintf(health->detail, sizeof health->detail, "everything is listed, even a random label");
    } else if (!refused && listed) {
        snprintf(health->detail, sizeof health->detail, "the negative %s is listed", listed->name);
    } else if (!refused && unlisted) {
        snprintf(health->detail, sizeof health->detail, "the %s is not listed", unlisted->name);
    } else {
        const struct health_point *cause = refused ? refused : unanswered;
        health->state = cause ? cause->state : STATE_CLEAR;
        snprintf(health->detail, sizeof health->detail, "%s%s%s", cause ? cause->name : "",
                 cause && *cause->detail ? ": " : "", cause ? cause->detail : "");
    }
}

/* Returns whether a filter against DNS rebinding is on the way: the list denies the random label, but its test points
 * come without records and without the zone's SOA (unbound, dnsmasq), or as a failure (BIND, dnscrypt-proxy). */
static bool
is_filtered(const struct list_health *health)
{
    const struct health_point *label = &health->points.at[health->points.count - 1];
    bool filtered = label->state == STATE_CLEAR, found = false;
    for (size_t p = 0; p < health->points.count && filtered; p++) {
        const struct health_point *point = &health->points.at[p];
        if (point->wanted != STATE_LISTED)
            continue;
        found = true;
        if (point->state == STATE_CLEAR)
            filtered = !point->has_serial && (label->has_serial || point->outcome != label->outcome);
        else
            filtered = point->outcome == OUTCOME_REFUSED || point->outcome == OUTCOME_SERVFAIL;
    }
    return filtered && found;
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

/* Notes which lists fail alone: a list that passes shows that of those that failed shortly before. */
static void
find_alone(struct trial *trial)
{
    struct health *base = trial->health->base;
    trial->alone = base->passed_ms >= trial->begun_ms;
    if (trial->list_health.state != STATE_CLEAR)
        return;
    base->passed_ms = clock_now_ms();
    for (size_t i = 0; i < base->trials.count; i++) {
        struct trial *trials[] = {&base->trials.at[i], &base->six->trials.at[i]};
        for (size_t face = 0; face < 2; face++)
            trials[face]->alone |= base->passed_ms - trials[face]->list_health.at_ms < SHORTLY_MS;
    }
}

/* Listeners of IPv4 also hear of a list that knows IPv6 alone. */
static void
tell(struct health *health, const struct list *list)
{
    if (health != health->base && !list->families[0])
        tell(health->base, list);
    health->calling = true;
    for (size_t i = 0; i < health->listeners.count; i++) /* by index, because a listener may join in its callback */
        if (health->listeners.at[i].changed)
            health->listeners.at[i].changed(health->listeners.at[i].arg, list);
    health->calling = false;
    drop_marked(health);
}

/* Judges the self-test, unless it failed where another had passed: then it is repeated once. */
static void
conclude(struct trial *trial)
{
    struct list_health *result = &trial->list_health;
    bool had_passed = result->done && result->state == STATE_CLEAR;
    judge(result);
    result->filtered = is_filtered(result);
    if (had_passed && result->state != STATE_CLEAR && !trial->repeated) {
        trial->repeated = true;
        result->state = STATE_CLEAR;
        begin(trial, true);
        return;
    }
    trial->errors = result->state == STATE_ERROR ? trial->errors + 1 : 0;
    trial->repeated = false;
    result->pending = false;
    result->done = true;
    result->at_ms = clock_now_ms();
    find_alone(trial);
    list_questions_end_proof(trial->questions, result->state == STATE_CLEAR);
    tell(trial->health, trial->list);
}

/* Returns whether a blocklist answers that the address is known as good, or only informs. */
static bool
is_praise(const struct list *list, const struct answer *answer)
{
    bool praise = list->scope != SCOPE_ALLOW;
    for (size_t i = 0; i < answer->count && praise; i++)
        praise = return_codes_judge(&list->codes, &answer->records[i].addr, 1) <= CODE_ALLOW;
    return praise;
}

static void
answered(void *arg, const struct answer *answer)
{
    const struct waiter *waiter = arg;
    struct trial *trial = waiter->trial;
    struct list_health *result = &trial->list_health;
    struct health_point *point = &result->points.at[waiter->point];
    const struct addr *wanted = point->point && point->point->answer.family ? &point->point->answer : NULL;
    bool found = !wanted;
    struct buf detail = {0}, raw = {0};

    point->state = health_read(trial->list, answer, &detail, &result->foreign);
    if (point->wanted == STATE_CLEAR && point->point && point->state == STATE_LISTED && is_praise(trial->list, answer))
        point->state = STATE_CLEAR;
    point->outcome = answer->outcome;
    point->answer = answer->count > 0 ? answer->records[0].addr : (struct addr){0};
    point->unserved = answer->unserved;
    point->has_serial = answer->serial != 0;
    for (size_t i = 0; i < answer->count; i++) {
        char text[ADDR_TEXT];
        buf_format(&raw, "%s%s", i > 0 ? ", " : "", addr_text(&answer->records[i].addr, text));
        found = found || addr_equal(&answer->records[i].addr, wanted);
    }
    snprintf(point->raw, sizeof point->raw, "%s", raw.count > 0 ? buf_string(&raw) : outcome_name(answer->outcome));
    buf_free(&raw);
    if (point->state == STATE_LISTED && !found) {
        char text[ADDR_TEXT];
        point->state = STATE_UNHEALTHY;
        buf_format(&detail, "answered %s", addr_text(&answer->records[0].addr, text));
        buf_format(&detail, ", not %s", addr_text(wanted, text));
    } else if (point->state == STATE_LISTED && point->wanted == STATE_LISTED &&
               !list_questions_prove(trial->list, answer, &detail)) {
        point->state = STATE_UNHEALTHY;
    }
    snprintf(point->detail, sizeof point->detail, "%s", buf_string(&detail));
    buf_free(&detail);
    if (answer->serial > result->serial)
        result->serial = answer->serial;
    int64_t valid_ms = (int64_t)answer->ttl * 1000;
    if (point->point && valid_ms < trial->valid_ms)
        trial->valid_ms = valid_ms > HEALTH_VALID_MS ? valid_ms : HEALTH_VALID_MS;
    if (--trial->left == 0)
        conclude(trial);
}

void
health_ask(struct health *health, const struct list *list, bool again)
{
    struct trial *trial = trial_of(health, list);
    const struct list_health *result = &trial->list_health;
    int64_t valid_ms = result->state == STATE_CLEAR ? trial->valid_ms : HEALTH_FAILED_MS;
    bool fresh = result->done && clock_now_ms() - result->at_ms < valid_ms;
    if (!result->pending && (again || !(fresh || health_rests(health, list))))
        begin(trial, true);
}

bool
health_rests(const struct health *health, const struct list *list)
{
    const struct list_health *result = health_at(health, list);
    return result->done && !result->pending && result->state != STATE_CLEAR && trial_of(health, list)->alone &&
           !health_may_pass(health, list) && clock_now_ms() - result->at_ms < HEALTH_REST_MS;
}

bool
health_may_pass(const struct health *health, const struct list *list)
{
    const struct trial *trial = trial_of(health, list);
    return trial->list_health.state == STATE_ERROR && list_questions_failures(trial->questions) < ERRORS_REST;
}

bool
health_repeat(struct health *health, const struct list *list)
{
    struct trial *trial = trial_of(health, list);
    if (!trial->list_health.pending && health_may_pass(health, list) && trial->errors < ERRORS_REPEATED)
        begin(trial, true);
    return trial->list_health.pending;
}

void
health_backlog(const struct health *health, struct health_backlog *out)
{
    struct resolver_counts counts;
    resolver_counts(health->base->resolver, &counts);
    *out = (struct health_backlog){.questions = counts.waiting + counts.in_flight, .per_second = counts.per_second};
    for (size_t i = 0; i < health->base->paces.count; i++)
        out->questions += pace_waiting(health->base->paces.at[i]);
    double seconds = out->per_second > 0 ? (double)out->questions / out->per_second : 0;
    for (size_t i = 0; i < health->base->paces.count; i++) {
        double rate = pace_per_second(health->base->paces.at[i]),
               waiting = (double)pace_waiting(health->base->paces.at[i]);
        if (rate > 0 && waiting / rate > seconds) {
            seconds = waiting / rate;
            out->per_second = rate;
        }
    }
    out->left_ms = (int64_t)(seconds * 1000);
}

void
health_put(struct health *health, const struct list *list, const char *name, enum record_type type, unsigned flags,
           resolver_done *done, void *arg)
{
    list_questions_put(trial_of(health, list)->questions, name, type, flags, done, arg);
}

void
health_forget(struct health *health, const struct list *list, const void *arg)
{
    list_questions_forget(trial_of(health, list)->questions, arg);
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
    char server[ENDPOINT_TEXT], made[CLOCK_MINUTE];
    if (answer->stale) {
        unsigned labels = 1;
        for (const char *dot = list->zone; (dot = strchr(dot, '.')); dot++)
            labels++;
        bool above = answer->serial && answer->zone_labels < labels;
        buf_text(detail, above ? "denied by a zone above the list's, passed on" : "an expired answer");
        if (!above && data_date_serial_ms(answer->serial) >= 0)
            buf_format(detail, " of %s UTC", clock_minute(data_date_serial_ms(answer->serial), made));
        buf_format(detail, " by %s", endpoint_text(&answer->server, server));
        return STATE_ERROR;
    }
    if (answer->unproven && answer->outcome != OUTCOME_DATA) {
        buf_format(detail, "denied by %s, which does not know the list's test entry",
                   endpoint_text(&answer->server, server));
        return STATE_ERROR;
    }
    if (answer->outcome != OUTCOME_DATA) {
        if (states[answer->outcome] == STATE_CLEAR)
            return STATE_CLEAR;
        buf_text(detail, outcome_name(answer->outcome));
        if (answer->server.addr.family)
            buf_format(detail, " by %s%s", endpoint_text(&answer->server, server),
                       answer->unserved ? ", which serves no zones but its own" : "");
        return states[answer->outcome];
    }
    if (answer->dropped > 0) { /* a refusal may be among those left out */
        buf_format(detail, "answered more than %d records", ANSWER_RECORDS);
        return STATE_INVALID;
    }
    struct addr answers[ANSWER_RECORDS] = {0};
    size_t count = 0;
    for (size_t i = 0; i < answer->count; i++)
        answers[count++] = answer->records[i].addr;
    enum list_state state = code_meaning_state(return_codes_judge(&list->codes, answers, count));
    if (answer->unproven && state == STATE_LISTED) {
        buf_format(detail, "listed by %s, which does not deny a random label", endpoint_text(&answer->server, server));
        return STATE_ERROR;
    }
    return_codes_explain(&list->codes, detail, answers, count);
    for (size_t i = 0; i < count; i++)
        if (return_codes_judge(&list->codes, &answers[i], 1) == CODE_INVALID)
            *foreign = answers[i];
    return state;
}

#include "check/fleet_queue.h"

#include "base/clock.h"

#include <stdlib.h>

/* When a target without any answer is asked about again; the shortest time between two looks at one target. */
enum { RETRY_MS = 5 * 60 * 1000, RECHECK_MS = 60 * 1000 };

#define NEVER INT64_MAX

struct member {
    struct fleet_queue *queue;
    struct investigation *investigation; /* NULL = nothing is awaited, or: */
    struct survey *survey;               /* of a domain; NULL = likewise */
    int64_t due_ms;                      /* monotonic; 0 = at once */
    bool known;                          /* its answers were all there once */
};

struct fleet_queue {
    struct engine *engine;
    const struct fleet *fleet;
    struct fleet_listener listener;
    struct member *members; /* by place in the fleet */
    VEC(size_t) shown;
    size_t open, surveys; /* under way; surveys are counted in both */
    size_t left;          /* members that are not known */
    size_t next;          /* member with which the next batch begins */
    bool refused;         /* the listener did not take something */
    int64_t batch_ms;     /* when the next batch begins, */
    size_t batch_left;    /* and how many targets this one still has */
    struct timer timer;   /* for the next few */
    struct timer ended;   /* for surveys, which may not be freed while they report */
};

/* Returns when the first of the answers is to be asked for again. */
static int64_t
due_of(const struct engine *engine, const struct evidence *e)
{
    int64_t due_ms = NEVER, now_ms = clock_now_ms();
    if (!engine->resolver || e->reserved)
        return NEVER;
    for (size_t i = 0; i < e->lists.count; i++) {
        int64_t at_ms = e->lists.at[i].due_ms;
        due_ms = at_ms > 0 && at_ms < due_ms ? at_ms : due_ms;
    }
    return due_ms == NEVER ? now_ms + RETRY_MS : due_ms < now_ms + RECHECK_MS ? now_ms + RECHECK_MS : due_ms;
}

static bool
is_open(const struct member *member)
{
    return member->investigation || member->survey;
}

static bool
is_due(const struct member *member)
{
    return !is_open(member) && member->due_ms <= clock_now_ms();
}

static void
wake(struct fleet_queue *q, int64_t at_ms)
{
    if (!loop_timer_is_set(&q->timer) || q->timer.due_ms > at_ms)
        loop_timer_set(q->engine->loop, &q->timer, at_ms);
}

/* Closes a member that has no answer to come. */
static void
end(struct member *member, int64_t due_ms)
{
    struct fleet_queue *q = member->queue;
    member->due_ms = due_ms;
    q->open -= is_open(member);
    q->surveys -= member->survey != NULL;
    investigation_free(member->investigation);
    survey_free(member->survey);
    member->investigation = NULL;
    member->survey = NULL;
    q->left -= !member->known;
    member->known = true;
    if (due_ms != NEVER)
        wake(q, q->left > 0 ? q->batch_ms : due_ms);
}

/* Passes on what is known, and ends what has no answer to come. */
static void
pass(struct member *member)
{
    struct fleet_queue *q = member->queue;
    struct fleet_look look = {.survey = member->survey};
    look.evidence = member->survey ? survey_evidence(member->survey) : investigation_evidence(member->investigation);
    look.over = look.evidence->finished_ms != 0;
    bool taken = q->listener.take(q->listener.arg, (size_t)(member - q->members), &look);
    if (taken && look.over)
        end(member, due_of(q->engine, look.evidence));
    q->refused |= !taken;
}

static void
on_change(void *arg)
{
    struct member *member = arg;
    struct fleet_queue *q = member->queue;
    bool was_full = q->open == FLEET_QUEUE_WINDOW;
    if (member->survey && !survey_is_open(member->survey)) {
        loop_timer_set(q->engine->loop, &q->ended, clock_now_ms());
        return;
    }
    pass(member);
    if (was_full && q->open < FLEET_QUEUE_WINDOW)
        wake(q, clock_now_ms());
}

/* Passes on what has ended and was not taken. */
static void
pass_ended(void *arg)
{
    struct fleet_queue *q = arg;
    for (size_t i = 0; i < q->fleet->targets.count; i++) {
        struct member *member = &q->members[i];
        bool ended = member->survey
                         ? !survey_is_open(member->survey)
                         : member->investigation && investigation_evidence(member->investigation)->finished_ms != 0;
        if (ended)
            pass(member);
    }
}

static void
begin_survey(struct fleet_queue *q, struct member *member, const char *domain)
{
    struct fault fault;
    member->survey = survey_new(q->engine, domain, NULL, on_change, member, &fault);
    if (member->survey) {
        survey_compare(member->survey);
        q->open++;
        q->surveys++;
    } else if (q->listener.take(q->listener.arg, (size_t)(member - q->members),
                                &(struct fleet_look){.error = fault.text, .over = true})) {
        end(member, NEVER);
    }
}

static void
begin(struct fleet_queue *q, size_t place)
{
    struct member *member = &q->members[place];
    const struct fleet_target *target = q->fleet->targets.at[place];
    q->engine->targets += !member->known;
    if (target->address.family == ADDR_NONE) {
        begin_survey(q, member, target->text);
        return;
    }
    q->open++;
    member->investigation = investigation_new(q->engine, target->text, *target->label ? target->label : NULL,
                                              &target->address, on_change, member);
    if (investigation_evidence(member->investigation)->finished_ms != 0) /* nothing is asked */
        pass(member);
}

/* Whether there is room for it. */
static bool
fits(const struct fleet_queue *q, size_t place)
{
    bool is_domain = q->fleet->targets.at[place]->address.family == ADDR_NONE;
    return q->open < FLEET_QUEUE_WINDOW && (!is_domain || q->surveys < FLEET_QUEUE_SURVEYS);
}

/* Whether asking now would miss files that are about to be read, or a journal that is about to be opened. */
static bool
is_early(const struct engine *engine)
{
    return engine->journal_awaited || (!engine->resolver && engine->dataset.zones_awaited);
}

/* Returns the first target on the screen that is to be asked about now; SIZE_MAX = none. */
static size_t
next_shown(const struct fleet_queue *q)
{
    bool wants = q->listener.wants(q->listener.arg);
    for (size_t i = 0; i < q->shown.count; i++) {
        const struct member *member = &q->members[q->shown.at[i]];
        if (is_due(member) && (wants || !member->known) && fits(q, q->shown.at[i]))
            return q->shown.at[i];
    }
    return SIZE_MAX;
}

/* Begins those that do not show, as many as the batch still has, and returns when the next one is due. */
static int64_t
begin_others(struct fleet_queue *q, size_t most)
{
    size_t count = q->fleet->targets.count, at = q->next, begun = 0;
    int64_t now_ms = clock_now_ms(), earliest_ms = NEVER;
    bool wants = q->listener.wants(q->listener.arg);
    for (size_t i = 0; i < count; i++, at = at + 1 < count ? at + 1 : 0) {
        struct member *member = &q->members[at];
        if (is_open(member) || (member->known && !wants))
            continue;
        if (begun < most && member->due_ms <= now_ms && fits(q, at)) {
            begin(q, at);
            q->next = at + 1 < count ? at + 1 : 0;
            begun++;
        }
        if (!is_open(member) && member->due_ms < earliest_ms)
            earliest_ms = member->due_ms;
    }
    q->batch_left = begun < most ? 0 : q->batch_left - begun;
    return earliest_ms;
}

/* Begins a few, so that keys and answers come in between: those on the screen, then those of the batch. It is full
 * while some were never asked about, else just large enough to spread the fleet over the shortest TTL. */
static void
on_timer(void *arg)
{
    enum { SLICE = 5, SLICE_MS = 10 };
    struct fleet_queue *q = arg;
    size_t shown, begun = 0, spread = q->fleet->targets.count / (RECHECK_MS / FLEET_QUEUE_BATCH_MS) + 1;
    int64_t now_ms = clock_now_ms();
    if (is_early(q->engine))
        return;
    for (; begun < SLICE && (shown = next_shown(q)) != SIZE_MAX; begun++)
        begin(q, shown);
    if (begun == SLICE) {
        wake(q, now_ms);
        return;
    }
    if (now_ms >= q->batch_ms) {
        q->batch_ms = now_ms + (q->engine->resolver ? FLEET_QUEUE_BATCH_MS : 0);
        q->batch_left = q->left > 0 || spread > FLEET_QUEUE_BATCH ? FLEET_QUEUE_BATCH : spread;
    }
    int64_t due_ms = begin_others(q, q->batch_left < SLICE ? q->batch_left : SLICE);
    int64_t next_ms = q->batch_left > 0 ? now_ms + SLICE_MS : q->batch_ms;
    if (due_ms != NEVER)
        wake(q, due_ms > next_ms ? due_ms : next_ms);
}

struct fleet_queue *
fleet_queue_new(struct engine *engine, const struct fleet *fleet, const struct fleet_listener *listener)
{
    struct fleet_queue *q = mem_zero(sizeof *q);
    *q = (struct fleet_queue){.engine = engine, .fleet = fleet, .listener = *listener};
    q->timer = (struct timer){.fire = on_timer, .arg = q};
    q->ended = (struct timer){.fire = pass_ended, .arg = q};
    q->left = fleet->targets.count;
    q->members = mem_zero((fleet->targets.count + 1) * sizeof *q->members);
    for (size_t i = 0; i < fleet->targets.count; i++)
        q->members[i].queue = q;
    return q;
}

void
fleet_queue_free(struct fleet_queue *q)
{
    loop_timer_clear(q->engine->loop, &q->timer);
    loop_timer_clear(q->engine->loop, &q->ended);
    for (size_t i = 0; i < q->fleet->targets.count; i++) {
        investigation_free(q->members[i].investigation);
        survey_free(q->members[i].survey);
    }
    vec_free(&q->shown);
    free(q->members);
    free(q);
}

void
fleet_queue_show(struct fleet_queue *q, const size_t *targets, size_t count)
{
    if (is_early(q->engine))
        return;
    vec_clear(&q->shown);
    for (size_t i = 0; i < count; i++)
        vec_push(&q->shown, targets[i]);
    if (q->refused) {
        q->refused = false;
        pass_ended(q);
    }
    if (next_shown(q) != SIZE_MAX)
        wake(q, clock_now_ms());
    else if (!loop_timer_is_set(&q->timer))
        wake(q, q->batch_ms);
}

void
fleet_queue_again(struct fleet_queue *q)
{
    for (size_t i = 0; i < q->fleet->targets.count; i++)
        q->members[i].due_ms = 0;
    wake(q, clock_now_ms());
}

/* An investigation ends in these calls if it waited for nothing else. */
void
fleet_queue_changed(struct fleet_queue *q, unsigned what)
{
    for (size_t i = 0; i < q->fleet->targets.count; i++) {
        struct member *member = &q->members[i];
        if (member->investigation && what & CHANGED_JOURNAL)
            investigation_journal_opened(member->investigation);
        if (member->investigation && what & CHANGED_WORLD)
            investigation_asndb_changed(member->investigation);
        if (member->investigation && what & CHANGED_ZONES)
            investigation_zones_changed(member->investigation);
        if (member->survey && what & CHANGED_ZONES)
            survey_zones_changed(member->survey);
        if (member->survey && what & CHANGED_WORLD)
            survey_asndb_changed(member->survey);
    }
    if (what & CHANGED_DATA)
        fleet_queue_again(q);
}

size_t
fleet_queue_left(const struct fleet_queue *q)
{
    return q->left;
}

/* A timer lets one question go after the other. At most WINDOW are with the resolver, so that a pause is a pause and
 * memory does not grow with the prefix: one byte an address is kept. What an address answered is kept apart from
 * whether level 1 proved itself. */
#include "check/sweep.h"

#include "base/clock.h"
#include "verdict/phrases.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* A program that was held up makes up for CATCH_UP_MS of it at most. Before MEASURED_MS a rate says nothing. */
enum { WINDOW = RESOLVER_WINDOW, SPACE_MS = 1000 / SWEEP_PER_SECOND, CATCH_UP_MS = 100, MEASURED_MS = 500 };

/* A question that can be under way; its place tells the callback which address it was for. */
struct slot {
    struct sweep *sweep;
    size_t index;
};

struct sweep {
    const struct engine *engine;
    struct prefix prefix;
    sweep_changed *changed;
    void *arg;
    uint8_t *dns_facts; /* enum state of each address, as answered */
    size_t total, asked, ended, answered;
    char silence[HEALTH_DETAIL]; /* why there is no answer at all; "" = there is one, or none is missing yet */
    size_t by_state[STATE_COUNT];
    struct slot slots[WINDOW];
    struct slot *idle[WINDOW];
    size_t idle_count;
    uint32_t serial; /* of the answers */
    bool paused, done;
    int64_t started_ms, working_ms; /* working: before the last pause */
    struct timer timer;             /* set: it lets the next question go at ... */
    int64_t next_ms;                /* ... this time; else that waits for a place in the window, or for ever */
};

static void set_timer(struct sweep *);

/* ---- time ---- */

static int64_t
worked_ms(const struct sweep *s)
{
    return s->working_ms + (s->paused || s->done ? 0 : clock_now_ms() - s->started_ms);
}

/* ---- asking ---- */

static void
check_done(struct sweep *s)
{
    const struct list_health *list_health = health_at(s->engine->health, catalogue_at(LIST_LEVEL1));
    if (s->done || s->ended < s->total || !list_health->done || list_health->pending)
        return;
    s->working_ms = worked_ms(s);
    s->done = true;
}

/* Whether a server said anything; if none ever did, that is about the resolvers and not about the list. */
static bool
mind_silence(struct sweep *s, enum outcome outcome)
{
    if (outcome != OUTCOME_TIMEOUT && outcome != OUTCOME_UNREACHABLE && outcome != OUTCOME_CANCELLED) {
        s->silence[0] = '\0';
        return true;
    }
    if (s->answered == 0 && !s->silence[0]) {
        struct buf text = {0};
        size_t count;
        const struct endpoint *servers = resolver_servers(s->engine->resolver, &count);
        phrases_servers(&text, servers, count, outcome == OUTCOME_TIMEOUT ? RESOLVER_SILENT : RESOLVER_UNREACHABLE);
        snprintf(s->silence, sizeof s->silence, "%s", buf_string(&text));
        buf_free(&text);
    }
    return false;
}

static void
on_answer(void *arg, const struct answer *answer)
{
    struct slot *slot = arg;
    struct sweep *s = slot->sweep;
    struct buf detail = {0};
    struct addr foreign = {0};
    enum list_state state = health_read(catalogue_at(LIST_LEVEL1), answer, &detail, &foreign);
    buf_free(&detail);
    s->dns_facts[slot->index] = (uint8_t)state;
    s->by_state[state]++;
    s->ended++;
    s->answered += mind_silence(s, answer->outcome);
    if (answer->serial > s->serial)
        s->serial = answer->serial;
    s->idle[s->idle_count++] = slot;
    set_timer(s);
    check_done(s);
    s->changed(s->arg);
}

static void
ask(struct sweep *s, size_t index)
{
    struct slot *slot = s->idle[--s->idle_count];
    struct addr address = addr_from_v4(addr_to_v4(&s->prefix.addr) + (uint32_t)index);
    char reversed[ADDR_REVERSED_TEXT], name[128];
    slot->index = index;
    snprintf(name, sizeof name, "%s.%s", addr_reversed(&address, reversed), catalogue_at(LIST_LEVEL1)->zone);
    resolver_ask(s->engine->resolver, name, RECORD_A, RESOLVER_FORGET, on_answer, slot);
}

static void
set_timer(struct sweep *s)
{
    if (!s->paused && s->idle_count > 0 && s->asked < s->total)
        loop_timer_set(s->engine->loop, &s->timer, s->next_ms);
    else
        loop_timer_clear(s->engine->loop, &s->timer);
}

static void
on_time(void *arg)
{
    struct sweep *s = arg;
    int64_t now_ms = clock_now_ms();
    if (s->next_ms < now_ms - CATCH_UP_MS)
        s->next_ms = now_ms - CATCH_UP_MS;
    for (; s->next_ms <= now_ms && s->idle_count > 0 && s->asked < s->total; s->next_ms += SPACE_MS)
        ask(s, s->asked++);
    set_timer(s);
}

static void
on_proof(void *arg, const struct list *list)
{
    struct sweep *s = arg;
    if (list->level != 1)
        return;
    check_done(s);
    s->changed(s->arg);
}

struct sweep *
sweep_new(const struct engine *engine, const struct prefix *prefix, sweep_changed *changed, void *arg)
{
    assert(prefix->addr.family == ADDR_V4 && prefix->length >= SWEEP_WIDEST && engine->resolver);
    struct sweep *s = mem_zero(sizeof *s);
    s->engine = engine;
    s->prefix = *prefix;
    s->changed = changed;
    s->arg = arg;
    s->total = (size_t)prefix_size(prefix);
    s->dns_facts = mem_zero(s->total);
    s->started_ms = s->next_ms = clock_now_ms();
    s->timer = (struct timer){.fire = on_time, .arg = s};
    for (size_t i = 0; i < WINDOW; i++) {
        s->slots[i].sweep = s;
        s->idle[s->idle_count++] = &s->slots[i];
    }
    health_listen(engine->health, on_proof, s);
    health_ask(engine->health, catalogue_at(LIST_LEVEL1), false);
    set_timer(s);
    return s;
}

void
sweep_free(struct sweep *s)
{
    if (!s)
        return;
    health_unlisten(s->engine->health, s);
    loop_timer_clear(s->engine->loop, &s->timer);
    for (size_t i = 0; i < WINDOW; i++)
        resolver_forget(s->engine->resolver, &s->slots[i]);
    free(s->dns_facts);
    free(s);
}

void
sweep_pause(struct sweep *s, bool paused)
{
    if (paused == s->paused || s->done)
        return;
    s->working_ms = worked_ms(s);
    s->started_ms = clock_now_ms();
    s->paused = paused;
    set_timer(s);
}

/* ---- what is known ---- */

static bool
is_proved(const struct sweep *s)
{
    const struct list_health *list_health = health_at(s->engine->health, catalogue_at(LIST_LEVEL1));
    return list_health->done && list_health->state == STATE_CLEAR;
}

enum list_state
sweep_state(const struct sweep *s, size_t index)
{
    const struct list_health *list_health = health_at(s->engine->health, catalogue_at(LIST_LEVEL1));
    enum list_state dns_facts = (enum list_state)s->dns_facts[index];
    if (!list_state_is_known(dns_facts) || is_proved(s))
        return dns_facts;
    return list_health->done ? list_health->state : STATE_UNASKED;
}

uint32_t
sweep_serial(const struct sweep *s)
{
    uint32_t proved = health_at(s->engine->health, catalogue_at(LIST_LEVEL1))->serial;
    return proved > s->serial ? proved : s->serial;
}

const char *
sweep_problem(const struct sweep *s)
{
    const struct list_health *list_health = health_at(s->engine->health, catalogue_at(LIST_LEVEL1));
    if (s->silence[0])
        return s->silence;
    return list_health->done && list_health->state != STATE_CLEAR ? list_health->detail : NULL;
}

void
sweep_counts(const struct sweep *s, struct sweep_counts *out)
{
    int64_t worked = worked_ms(s);
    bool proved = is_proved(s);
    *out = (struct sweep_counts){.total = s->total, .asked = s->asked, .ended = s->ended, .answered = s->answered};
    out->paused = s->paused;
    out->done = s->done;
    out->listed = proved ? s->by_state[STATE_LISTED] : 0;
    out->clear = proved ? s->by_state[STATE_CLEAR] : 0;
    out->unknown = s->ended - out->listed - out->clear;
    out->per_second = worked >= MEASURED_MS ? (double)s->ended * 1000 / (double)worked : 0;
    double rate = out->per_second > 0 && out->per_second < SWEEP_PER_SECOND ? out->per_second : SWEEP_PER_SECOND;
    out->left_ms = (int64_t)((double)(s->total - s->ended) * 1000 / rate);
}

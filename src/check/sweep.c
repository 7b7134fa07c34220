/* A timer spaces the questions. At most WINDOW are with the resolver, so that a pause takes effect at once and memory
 * does not grow with the prefix: each address takes one byte. */
#include "check/sweep.h"

#include "base/clock.h"
#include "base/mem.h"
#include "verdict/phrases.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* Makes up for at most CATCH_UP_MS of a delay. Before MEASURED_MS a rate is noise. */
enum { WINDOW = RESOLVER_WINDOW, SPACE_MS = 1000 / SWEEP_PER_SECOND, CATCH_UP_MS = 100, MEASURED_MS = 500 };

/* A question that can be under way; its place tells the callback which address it was for. */
struct slot {
    struct sweep *sweep;
    size_t index;
};

struct sweep {
    const struct engine *engine;
    const struct list *level1;
    struct prefix prefix;
    sweep_changed *changed;
    void *arg;
    enum sweep_phase phase;
    uint8_t *states; /* enum list_state of each address */
    size_t total, asked, ended, answered;
    char silence[HEALTH_DETAIL]; /* why no server answered; "" = one did, or no answer is missing yet */
    char doubt[HEALTH_DETAIL];   /* why level 1 was not believed; "" = it was */
    size_t by_state[STATE_COUNT];
    struct slot slots[WINDOW];
    struct slot *idle[WINDOW];
    size_t idle_count;
    uint32_t serial;                /* the oldest of the answers */
    bool recorded;                  /* the recorder has it */
    int64_t started_ms, working_ms; /* working: before the last pause */
    int64_t changed_ms;
    struct timer timer; /* set: the next question is sent at ... */
    int64_t next_ms;    /* ... this time; not set: it waits for a free slot, or there is none */
};

static void set_timer(struct sweep *);

static int64_t
worked_ms(const struct sweep *s)
{
    return s->working_ms + (s->phase == SWEEP_ASKING ? clock_now_ms() - s->started_ms : 0);
}

static void
set_phase(struct sweep *s, enum sweep_phase phase)
{
    s->working_ms = worked_ms(s);
    s->started_ms = clock_now_ms();
    s->phase = phase;
    set_timer(s);
}

/* Hands the answers to the recorder, once, with the time of the last one. */
static void
record(struct sweep *s)
{
    VEC(uint32_t) listed = {0}, asked = {0};
    uint32_t first = addr_to_v4(&s->prefix.addr);
    if (s->recorded || !s->engine->recorder)
        return;
    s->recorded = true;
    for (size_t i = 0; i < s->total; i++) {
        enum list_state state = sweep_state(s, i);
        if (state == STATE_LISTED)
            vec_push(&listed, first + (uint32_t)i);
        if (list_state_is_known(state))
            vec_push(&asked, first + (uint32_t)i);
    }
    if (asked.count > 0)
        recorder_add_neighbours(s->engine->recorder, &s->prefix, clock_wall_ms() - (clock_now_ms() - s->changed_ms),
                                listed.at, listed.count, asked.count < s->total ? asked.at : NULL, asked.count);
    vec_free(&listed);
    vec_free(&asked);
}

/* ---- asking ---- */

static void
report_change(struct sweep *s)
{
    const struct list_health *health = health_at(s->engine->health, s->level1);
    s->changed_ms = clock_now_ms();
    if (s->phase != SWEEP_DONE && s->ended == s->total && health->done && !health->pending) {
        set_phase(s, SWEEP_DONE);
        record(s);
    }
    s->changed(s->arg);
}

/* Returns the state that an answer means, as far as level 1 was believed when it came. */
static enum list_state
judge(struct sweep *s, const struct answer *answer)
{
    const struct list_health *health = health_at(s->engine->health, s->level1);
    struct buf detail = {0};
    struct addr foreign = {0};
    enum list_state state = health_read(s->level1, answer, &detail, &foreign);
    struct data_date date = data_date_of_serial(answer->serial ? answer->serial : health->serial);
    bool known = list_state_is_known(state), believed = !known || health->state == STATE_CLEAR;
    if (!believed || answer->stale)
        snprintf(s->doubt, sizeof s->doubt, "%s", answer->stale ? buf_string(&detail) : health->detail);
    buf_clear(&detail);
    if (known && believed && date.by != DATED_UNKNOWN && data_date_exceeds(date, s->engine->max_age_ms, &detail)) {
        snprintf(s->doubt, sizeof s->doubt, "its data are %s", buf_string(&detail));
        state = STATE_UNHEALTHY;
    }
    buf_free(&detail);
    return believed ? state : health->state;
}

/* Notes why no server answers. If none ever did, the resolvers are the problem and not the list. */
static void
note_silence(struct sweep *s, const struct answer *answer)
{
    enum outcome outcome = answer->outcome;
    bool answered = outcome != OUTCOME_TIMEOUT && outcome != OUTCOME_UNREACHABLE && outcome != OUTCOME_CANCELLED;
    if (answered) {
        s->silence[0] = '\0';
    } else if (s->answered == 0) {
        struct buf text = {0};
        char prefix[PREFIX_TEXT];
        bool proved = health_at(s->engine->health, s->level1)->state == STATE_CLEAR;
        struct resolver_report report = {.asked = answer->asked, .agreed = answer->agreed};
        report.servers = resolver_servers(s->engine->resolver, &report.count);
        report.trouble = outcome == OUTCOME_TIMEOUT ? RESOLVER_SILENT : RESOLVER_UNREACHABLE;
        report.about = proved ? prefix_text(&s->prefix, prefix) : NULL;
        phrases_servers(&text, &report);
        snprintf(s->silence, sizeof s->silence, "%s", buf_string(&text));
        buf_free(&text);
    }
    s->answered += answered;
}

static void
on_answer(void *arg, const struct answer *answer)
{
    struct slot *slot = arg;
    struct sweep *s = slot->sweep;
    enum list_state state = judge(s, answer);
    s->states[slot->index] = (uint8_t)state;
    s->by_state[state]++;
    s->ended++;
    note_silence(s, answer);
    if (answer->serial && (s->serial == 0 || answer->serial < s->serial))
        s->serial = answer->serial;
    s->idle[s->idle_count++] = slot;
    set_timer(s);
    report_change(s);
}

static void
set_timer(struct sweep *s)
{
    if (s->phase == SWEEP_ASKING && s->idle_count > 0 && s->asked < s->total)
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
    for (; s->next_ms <= now_ms && s->idle_count > 0 && s->asked < s->total; s->next_ms += SPACE_MS) {
        struct slot *slot = s->idle[--s->idle_count];
        struct addr address = addr_from_v4(addr_to_v4(&s->prefix.addr) + (uint32_t)s->asked);
        char reversed[ADDR_REVERSED_TEXT], name[LIST_ZONE + ADDR_REVERSED_TEXT];
        slot->index = s->asked++;
        snprintf(name, sizeof name, "%s.%s", addr_reversed(&address, reversed), s->level1->shown);
        health_put(s->engine->health, s->level1, name, RECORD_A, RESOLVER_FORGET | HEALTH_CONFIRMED, on_answer, slot);
    }
    set_timer(s);
}

static void
on_proof(void *arg, const struct list *list)
{
    struct sweep *s = arg;
    if (list->level == 1)
        report_change(s);
}

struct sweep *
sweep_new(const struct engine *engine, const struct prefix *prefix, sweep_changed *changed, void *arg)
{
    assert(prefix->addr.family == ADDR_V4 && prefix->length >= SWEEP_WIDEST && engine->resolver);
    struct sweep *s = mem_zero(sizeof *s);
    s->engine = engine;
    s->level1 = catalogue_level(engine->dataset.catalogue, 1);
    s->prefix = *prefix;
    s->changed = changed;
    s->arg = arg;
    s->total = (size_t)prefix_size(prefix);
    s->states = mem_zero(s->total);
    s->started_ms = s->changed_ms = s->next_ms = clock_now_ms();
    s->timer = (struct timer){.fire = on_time, .arg = s};
    for (size_t i = 0; i < WINDOW; i++) {
        s->slots[i].sweep = s;
        s->idle[s->idle_count++] = &s->slots[i];
    }
    health_listen(engine->health, on_proof, s);
    health_ask(engine->health, s->level1, false);
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
        health_forget(s->engine->health, s->level1, &s->slots[i]);
    free(s->states);
    free(s);
}

void
sweep_pause(struct sweep *s, bool paused)
{
    if (s->phase == (paused ? SWEEP_ASKING : SWEEP_PAUSED))
        set_phase(s, paused ? SWEEP_PAUSED : SWEEP_ASKING);
}

void
sweep_stop(struct sweep *s)
{
    if (sweep_is_open(s))
        set_phase(s, SWEEP_STOPPED);
    record(s);
}

/* ---- results ---- */

const struct prefix *
sweep_prefix(const struct sweep *s)
{
    return &s->prefix;
}

bool
sweep_is_open(const struct sweep *s)
{
    return s->phase == SWEEP_ASKING || s->phase == SWEEP_PAUSED;
}

bool
sweep_is_asking(const struct sweep *s, size_t index)
{
    return index < s->asked && s->phase != SWEEP_DONE && sweep_state(s, index) == STATE_UNASKED;
}

enum list_state
sweep_state(const struct sweep *s, size_t index)
{
    return (enum list_state)s->states[index];
}

uint32_t
sweep_serial(const struct sweep *s)
{
    return s->serial ? s->serial : health_at(s->engine->health, s->level1)->serial;
}

const char *
sweep_problem(const struct sweep *s)
{
    const struct list_health *health = health_at(s->engine->health, s->level1);
    if (s->silence[0])
        return s->silence;
    return s->doubt[0] ? s->doubt : health->done && health->state != STATE_CLEAR ? health->detail : NULL;
}

void
sweep_counts(const struct sweep *s, struct sweep_counts *out)
{
    int64_t worked = worked_ms(s);
    *out = (struct sweep_counts){.total = s->total, .asked = s->asked, .ended = s->ended, .answered = s->answered};
    struct resolver_counts counts;
    resolver_counts(s->engine->resolver, &counts);
    out->limit = counts.per_second;
    out->phase = s->phase;
    out->changed_ms = s->changed_ms;
    out->listed = s->by_state[STATE_LISTED];
    out->clear = s->by_state[STATE_CLEAR];
    out->unknown = s->ended - out->listed - out->clear;
    out->per_second = worked >= MEASURED_MS ? (double)s->ended * 1000 / (double)worked : 0;
    double rate = out->per_second > 0 && out->per_second < SWEEP_PER_SECOND ? out->per_second : SWEEP_PER_SECOND;
    out->left_ms = (int64_t)((double)(s->total - s->ended) * 1000 / rate);
}

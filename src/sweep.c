/* At most WINDOW questions are with the resolver, so that a pause is a pause and memory does not grow with the prefix:
 * one byte an address is kept. What an address answered is kept apart from whether level 1 proved itself. */
#include "sweep.h"

#include "clock.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { WINDOW = RESOLVER_WINDOW };

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
    uint8_t *heard; /* enum state of each address, as answered */
    size_t total, asked, answered;
    size_t by_state[STATE_COUNT];
    struct slot slots[WINDOW];
    struct slot *idle[WINDOW];
    size_t idle_count;
    uint32_t serial; /* of the answers */
    bool paused, done;
    int64_t started_ms, working_ms; /* working: before the last pause */
};

static void refill(struct sweep *);

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
    const struct proof *proof = proofs_at(s->engine->proofs, LIST_LEVEL1);
    if (s->done || s->answered < s->total || !proof->done || proof->pending)
        return;
    s->working_ms = worked_ms(s);
    s->done = true;
}

static void
on_answer(void *arg, const struct answer *answer)
{
    struct slot *slot = arg;
    struct sweep *s = slot->sweep;
    struct buf detail = {0};
    struct addr foreign = {0};
    enum state state = proof_read(answer, &detail, &foreign);
    buf_free(&detail);
    s->heard[slot->index] = (uint8_t)state;
    s->by_state[state]++;
    s->answered++;
    if (answer->serial > s->serial)
        s->serial = answer->serial;
    s->idle[s->idle_count++] = slot;
    refill(s);
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
refill(struct sweep *s)
{
    while (!s->paused && s->idle_count > 0 && s->asked < s->total)
        ask(s, s->asked++);
}

static void
on_proof(void *arg, enum list_id id)
{
    struct sweep *s = arg;
    if (id != LIST_LEVEL1)
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
    s->heard = mem_zero(s->total);
    s->started_ms = clock_now_ms();
    for (size_t i = 0; i < WINDOW; i++) {
        s->slots[i].sweep = s;
        s->idle[s->idle_count++] = &s->slots[i];
    }
    proofs_listen(engine->proofs, on_proof, s);
    proofs_ask(engine->proofs, LIST_LEVEL1, false);
    refill(s);
    return s;
}

void
sweep_free(struct sweep *s)
{
    if (!s)
        return;
    proofs_unlisten(s->engine->proofs, s);
    for (size_t i = 0; i < WINDOW; i++)
        resolver_forget(s->engine->resolver, &s->slots[i]);
    free(s->heard);
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
    refill(s);
}

/* ---- what is known ---- */

static bool
is_proved(const struct sweep *s)
{
    const struct proof *proof = proofs_at(s->engine->proofs, LIST_LEVEL1);
    return proof->done && proof->state == STATE_CLEAR;
}

enum state
sweep_state(const struct sweep *s, size_t index)
{
    const struct proof *proof = proofs_at(s->engine->proofs, LIST_LEVEL1);
    enum state heard = (enum state)s->heard[index];
    if (!state_is_known(heard) || is_proved(s))
        return heard;
    return proof->done ? proof->state : STATE_UNASKED;
}

uint32_t
sweep_serial(const struct sweep *s)
{
    uint32_t proved = proofs_at(s->engine->proofs, LIST_LEVEL1)->serial;
    return proved > s->serial ? proved : s->serial;
}

const char *
sweep_problem(const struct sweep *s)
{
    const struct proof *proof = proofs_at(s->engine->proofs, LIST_LEVEL1);
    return proof->done && proof->state != STATE_CLEAR ? proof->detail : NULL;
}

void
sweep_counts(const struct sweep *s, struct sweep_counts *out)
{
    int64_t worked = worked_ms(s);
    bool proved = is_proved(s);
    *out = (struct sweep_counts){.total = s->total, .asked = s->asked, .answered = s->answered, .paused = s->paused};
    out->done = s->done;
    out->listed = proved ? s->by_state[STATE_LISTED] : 0;
    out->clear = proved ? s->by_state[STATE_CLEAR] : 0;
    out->unknown = s->answered - out->listed - out->clear;
    out->per_second = worked > 0 ? (double)s->answered * 1000 / (double)worked : 0;
    out->left_ms = out->per_second > 0 ? (int64_t)((double)(s->total - s->answered) * 1000 / out->per_second) : -1;
}

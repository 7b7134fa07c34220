/* A slot for each address of the prefix. One that shows and is not known is ASKING from its first frame on, so that
 * nothing on the screen changes when its question leaves; if it is gone before that, it is UNASKED again. The timer is
 * set only as long as a question waits for the rest. */
#include "check/names.h"

#include "base/clock.h"
#include "base/mem.h"
#include "check/naming.h"

#include <assert.h>
#include <stdlib.h>

struct slot {
    struct names *names;
    struct ptr ptr;
    bool shown; /* on the screen */
    bool sent;  /* it was asked */
};

struct names {
    const struct engine *engine;
    uint32_t first;
    size_t count;
    struct timer rest;
    struct app *app;
    void *view;
    void (*changed)(void *view);
    struct slot slots[NAMES_MOST];
};

/* ---- questions ---- */

static struct addr
address_of(const struct slot *slot)
{
    return addr_from_v4(slot->names->first + (uint32_t)(slot - slot->names->slots));
}

static void
on_answer(void *arg, const struct answer *answer)
{
    struct slot *slot = arg;
    naming_read(&slot->ptr, answer);
    slot->names->changed(slot->names->view);
}

static bool
is_waiting(const struct slot *slot)
{
    return slot->ptr.state == PTR_ASKING && !slot->sent;
}

static void
ask(struct slot *slot)
{
    struct addr address = address_of(slot);
    char name[NAMING_QUESTION];
    slot->sent = true;
    resolver_ask(slot->names->engine->resolver, naming_question(&address, name), RECORD_PTR, 0, on_answer, slot);
}

static void
on_rest(void *arg)
{
    struct names *names = arg;
    if (!app_shows(names->app, names->view)) {
        names_show(names, NULL, 0);
        return;
    }
    for (size_t i = 0; i < names->count; i++)
        if (is_waiting(&names->slots[i]))
            ask(&names->slots[i]);
}

/* ---- what shows ---- */

static void
mark(struct names *names, const uint32_t *addresses, size_t count)
{
    for (size_t i = 0; i < names->count; i++)
        names->slots[i].shown = false;
    for (size_t i = 0; i < count; i++) {
        assert(addresses[i] - names->first < names->count);
        names->slots[addresses[i] - names->first].shown = true;
    }
}

void
names_show(struct names *names, const uint32_t *addresses, size_t count)
{
    bool any = false, more = false;
    mark(names, addresses, count);
    for (size_t i = 0; i < names->count; i++) {
        struct slot *slot = &names->slots[i];
        struct addr address = address_of(slot);
        if (is_waiting(slot) && !slot->shown) {
            slot->ptr.state = PTR_UNASKED;
        } else if (slot->shown && slot->ptr.state == PTR_UNASKED && !investigation_barred(names->engine, &address)) {
            slot->ptr.state = PTR_ASKING;
            more = true;
        }
        any = any || is_waiting(slot);
    }
    if (more)
        loop_timer_set(names->engine->loop, &names->rest, clock_now_ms() + NAMES_REST_MS);
    else if (!any)
        loop_timer_clear(names->engine->loop, &names->rest);
}

const struct ptr *
names_at(const struct names *names, uint32_t address)
{
    assert(address - names->first < names->count);
    return &names->slots[address - names->first].ptr;
}

bool
names_are_doubted(const struct names *names)
{
    for (size_t i = 0; i < LIST_COUNT; i++) {
        const struct proof *proof = proofs_at(names->engine->proofs, (enum list_id)i);
        if (!proof->done || proof->state == STATE_CLEAR)
            return false;
    }
    return true;
}

/* ---- life ---- */

struct names *
names_new(const struct engine *engine, const struct prefix *prefix, struct app *app, void *view,
          void (*changed)(void *view))
{
    if (!engine->resolver || investigation_barred(engine, &prefix->addr))
        return NULL;
    assert(prefix_size(prefix) <= NAMES_MOST);
    struct names *names = mem_zero(sizeof *names);
    names->engine = engine;
    names->first = addr_to_v4(&prefix->addr);
    names->count = (size_t)prefix_size(prefix);
    names->rest = (struct timer){.fire = on_rest, .arg = names};
    names->app = app;
    names->view = view;
    names->changed = changed;
    for (size_t i = 0; i < names->count; i++)
        names->slots[i].names = names;
    return names;
}

void
names_free(struct names *names)
{
    if (!names)
        return;
    loop_timer_clear(names->engine->loop, &names->rest);
    for (size_t i = 0; i < names->count; i++) {
        struct slot *slot = &names->slots[i];
        if (slot->sent && slot->ptr.state == PTR_ASKING)
            resolver_forget(names->engine->resolver, slot);
        free(slot->ptr.name);
    }
    free(names);
}

/* A slot for each address of the prefix. One that shows and is not known is ASKING from its first frame on, so that
 * nothing on the screen changes when its question leaves; if it is gone before that, it is UNASKED again. The timer is
 * set only as long as a question waits for the rest. */
#include "check/ptr_cache.h"

#include "base/clock.h"
#include "base/mem.h"
#include "check/ptr.h"

#include <assert.h>
#include <stdlib.h>

struct slot {
    struct ptr_cache *names;
    struct ptr ptr;
    bool shown; /* on the screen */
    bool sent;  /* it was asked */
};

struct ptr_cache {
    const struct engine *engine;
    uint32_t first;
    size_t count;
    struct timer rest;
    struct app *app;
    void *view;
    void (*changed)(void *view);
    struct slot slots[PTR_CACHE_MOST];
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
    ptr_read(&slot->ptr, answer);
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
    char name[PTR_QUESTION];
    slot->sent = true;
    resolver_ask(slot->names->engine->resolver, ptr_question(&address, name), RECORD_PTR, 0, on_answer, slot);
}

static void
on_rest(void *arg)
{
    struct ptr_cache *names = arg;
    if (!app_shows(names->app, names->view)) {
        ptr_cache_show(names, NULL, 0);
        return;
    }
    for (size_t i = 0; i < names->count; i++)
        if (is_waiting(&names->slots[i]))
            ask(&names->slots[i]);
}

/* ---- what shows ---- */

static void
mark(struct ptr_cache *names, const uint32_t *addresses, size_t count)
{
    for (size_t i = 0; i < names->count; i++)
        names->slots[i].shown = false;
    for (size_t i = 0; i < count; i++) {
        assert(addresses[i] - names->first < names->count);
        names->slots[addresses[i] - names->first].shown = true;
    }
}

void
ptr_cache_show(struct ptr_cache *names, const uint32_t *addresses, size_t count)
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
        loop_timer_set(names->engine->loop, &names->rest, clock_now_ms() + PTR_CACHE_REST_MS);
    else if (!any)
        loop_timer_clear(names->engine->loop, &names->rest);
}

const struct ptr *
ptr_cache_at(const struct ptr_cache *names, uint32_t address)
{
    assert(address - names->first < names->count);
    return &names->slots[address - names->first].ptr;
}

bool
ptr_cache_are_doubted(const struct ptr_cache *names)
{
    for (size_t i = 0; i < LIST_COUNT; i++) {
        const struct list_health *list_health = health_at(names->engine->health, catalogue_at((enum list_id)i));
        if (!list_health->done || list_health->state == STATE_CLEAR)
            return false;
    }
    return true;
}

/* ---- life ---- */

struct ptr_cache *
ptr_cache_new(const struct engine *engine, const struct prefix *prefix, struct app *app, void *view,
              void (*changed)(void *view))
{
    if (!engine->resolver || investigation_barred(engine, &prefix->addr))
        return NULL;
    assert(prefix_size(prefix) <= PTR_CACHE_MOST);
    struct ptr_cache *names = mem_zero(sizeof *names);
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
ptr_cache_free(struct ptr_cache *names)
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

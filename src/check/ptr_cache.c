/* Each address of the prefix has a slot. A visible address without an answer is ASKING from its first frame on, so that
 * the screen does not change when its question leaves; if it is hidden before, it is UNASKED again. The timer runs only
 * while a question waits. */
#include "check/ptr_cache.h"

#include "base/clock.h"
#include "base/mem.h"
#include "check/investigation.h"
#include "check/ptr.h"
#include "lists/list_key.h"

#include <assert.h>
#include <stdlib.h>

struct slot {
    struct ptr_cache *cache;
    struct ptr ptr;
    bool shown; /* on the screen */
    bool sent;  /* it was asked */
};

struct ptr_cache {
    const struct engine *engine;
    uint32_t first;
    size_t count;
    struct timer rest;
    bool (*is_visible)(void *arg);
    void (*changed)(void *arg);
    void *arg;
    struct slot slots[PTR_CACHE_MOST];
};

static struct addr
address_of(const struct slot *slot)
{
    return addr_from_v4(slot->cache->first + (uint32_t)(slot - slot->cache->slots));
}

static bool
is_waiting(const struct slot *slot)
{
    return slot->ptr.state == PTR_ASKING && !slot->sent;
}

static void
on_answer(void *arg, const struct answer *answer)
{
    struct slot *slot = arg;
    ptr_read(&slot->ptr, answer);
    if (slot->ptr.name)
        list_key_mask_all(slot->cache->engine->dataset.catalogue, slot->ptr.name);
    slot->cache->changed(slot->cache->arg);
}

static void
on_rest(void *arg)
{
    struct ptr_cache *cache = arg;
    if (!cache->is_visible(cache->arg)) {
        ptr_cache_show(cache, NULL, 0);
        return;
    }
    for (size_t i = 0; i < cache->count; i++) {
        struct slot *slot = &cache->slots[i];
        struct addr address = address_of(slot);
        char name[PTR_QUESTION];
        if (!is_waiting(slot))
            continue;
        slot->sent = true;
        resolver_ask(cache->engine->resolver, ptr_question(&address, name), RECORD_PTR, 0, on_answer, slot);
    }
}

void
ptr_cache_show(struct ptr_cache *cache, const uint32_t *addresses, size_t count)
{
    bool any = false, more = false;
    for (size_t i = 0; i < cache->count; i++)
        cache->slots[i].shown = false;
    for (size_t i = 0; i < count; i++) {
        assert(addresses[i] - cache->first < cache->count);
        cache->slots[addresses[i] - cache->first].shown = true;
    }
    for (size_t i = 0; i < cache->count; i++) {
        struct slot *slot = &cache->slots[i];
        struct addr address = address_of(slot);
        if (is_waiting(slot) && !slot->shown) {
            slot->ptr.state = PTR_UNASKED;
        } else if (slot->shown && slot->ptr.state == PTR_UNASKED && !investigation_barred(cache->engine, &address)) {
            slot->ptr.state = PTR_ASKING;
            more = true;
        }
        any = any || is_waiting(slot);
    }
    if (more)
        loop_timer_set(cache->engine->loop, &cache->rest, clock_now_ms() + PTR_CACHE_REST_MS);
    else if (!any)
        loop_timer_clear(cache->engine->loop, &cache->rest);
}

const struct ptr *
ptr_cache_at(const struct ptr_cache *cache, uint32_t address)
{
    assert(address - cache->first < cache->count);
    return &cache->slots[address - cache->first].ptr;
}

bool
ptr_cache_are_doubted(const struct ptr_cache *cache)
{
    const struct catalogue *catalogue = cache->engine->dataset.catalogue;
    for (size_t i = 0; i < catalogue_count(catalogue); i++) {
        const struct list *list = catalogue_list(catalogue, i);
        const struct list_health *health = health_at(cache->engine->health, list);
        if ((list->chosen || list->part) && (!health->done || health->state == STATE_CLEAR))
            return false;
    }
    return true;
}

struct ptr_cache *
ptr_cache_new(const struct engine *engine, const struct prefix *prefix, bool (*is_visible)(void *arg),
              void (*changed)(void *arg), void *arg)
{
    if (!engine->resolver || investigation_barred(engine, &prefix->addr))
        return NULL;
    assert(prefix_size(prefix) <= PTR_CACHE_MOST);
    struct ptr_cache *cache = mem_zero(sizeof *cache);
    cache->engine = engine;
    cache->first = addr_to_v4(&prefix->addr);
    cache->count = (size_t)prefix_size(prefix);
    cache->rest = (struct timer){.fire = on_rest, .arg = cache};
    cache->is_visible = is_visible;
    cache->changed = changed;
    cache->arg = arg;
    for (size_t i = 0; i < cache->count; i++)
        cache->slots[i].cache = cache;
    return cache;
}

void
ptr_cache_free(struct ptr_cache *cache)
{
    if (!cache)
        return;
    loop_timer_clear(cache->engine->loop, &cache->rest);
    for (size_t i = 0; i < cache->count; i++) {
        struct slot *slot = &cache->slots[i];
        if (slot->sent && slot->ptr.state == PTR_ASKING)
            resolver_forget(cache->engine->resolver, slot);
        free(slot->ptr.name);
    }
    free(cache);
}

#include "check/ptr_names.h"

#include "check/investigation.h"
#include "check/ptr.h"
#include "lists/list_key.h"

#include <stdlib.h>

struct slot {
    struct ptr_names *names;
    size_t place;
    bool waits;
};

struct ptr_names {
    const struct engine *engine;
    void (*named)(void *arg, size_t place, const char *name);
    void *arg;
    size_t count, pending;
    struct slot slots[PTR_NAMES_MOST];
};

static void
on_answer(void *arg, const struct answer *answer)
{
    struct slot *slot = arg;
    struct ptr_names *names = slot->names;
    struct ptr ptr = {0};
    slot->waits = false;
    names->pending--;
    ptr_read(&ptr, answer);
    if (ptr.name)
        list_key_mask_all(names->engine->dataset.catalogue, ptr.name);
    names->named(names->arg, slot->place, ptr.name);
    free(ptr.name);
}

struct ptr_names *
ptr_names_new(const struct engine *engine, const uint32_t *addresses, size_t count,
              void (*named)(void *arg, size_t place, const char *name), void *arg)
{
    struct ptr_names *names = mem_zero(sizeof *names);
    *names = (struct ptr_names){.engine = engine, .named = named, .arg = arg};
    size_t most = count < PTR_NAMES_MOST ? count : PTR_NAMES_MOST;
    for (size_t i = 0; i < most && engine->resolver; i++) {
        struct slot *slot = &names->slots[names->count];
        *slot = (struct slot){.names = names, .place = i * count / most, .waits = true};
        struct addr address = addr_from_v4(addresses[slot->place]);
        char question[PTR_QUESTION];
        if (investigation_barred(engine, &address))
            continue;
        names->count++;
        names->pending++;
        resolver_ask(engine->resolver, ptr_question(&address, question), RECORD_PTR, 0, on_answer, slot);
    }
    if (names->count > 0)
        return names;
    free(names);
    return NULL;
}

size_t
ptr_names_pending(const struct ptr_names *names)
{
    return names->pending;
}

void
ptr_names_free(struct ptr_names *names)
{
    for (size_t i = 0; names && i < names->count; i++)
        if (names->slots[i].waits)
            resolver_forget(names->engine->resolver, &names->slots[i]);
    free(names);
}

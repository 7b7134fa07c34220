#include "check/sweep_store.h"

struct sweep *
sweep_store_find(const struct engine *engine, const struct prefix *prefix)
{
    for (size_t i = 0; i < engine->sweeps.count; i++)
        if (prefix_equal(sweep_prefix(engine->sweeps.at[i]), prefix))
            return engine->sweeps.at[i];
    return NULL;
}

static void
on_change(void *arg)
{
    engine_report_change(arg, CHANGED_SWEEPS);
}

void
sweep_store_start(struct engine *engine, const struct prefix *prefix)
{
    struct sweep *old = sweep_store_find(engine, prefix), *sweep = sweep_new(engine, prefix, on_change, engine);
    size_t place = 0;
    while (place < engine->sweeps.count && engine->sweeps.at[place] != old)
        place++;
    if (old) {
        sweep_stop(old);
        sweep_free(old);
        engine->sweeps.at[place] = sweep;
    } else {
        vec_push(&engine->sweeps, sweep);
    }
    engine_report_change(engine, CHANGED_SWEEPS);
}

void
sweep_store_free_all(struct engine *engine)
{
    for (size_t i = 0; i < engine->sweeps.count; i++)
        sweep_free(engine->sweeps.at[i]);
    vec_free(&engine->sweeps);
}

#include "check/sweep_store.h"

#include "base/clock.h"
#include "base/mem.h"
#include "pages/range_seen.h"

#include <stdlib.h>

struct sweep_store *
sweep_store_find(const struct nav *nav, const struct prefix *prefix)
{
    for (size_t i = 0; i < nav->swept.count; i++)
        if (prefix_equal(&nav->swept.at[i]->prefix, prefix))
            return nav->swept.at[i];
    return NULL;
}

static void
on_change(void *arg)
{
    struct sweep_store *s = arg;
    s->version++;
    s->at_ms = clock_now_ms();
    app_touch(s->app);
}

struct sweep_store *
sweep_store_start(struct nav *nav, const struct prefix *prefix, struct fault *fault)
{
    struct sweep_store *old = sweep_store_find(nav, prefix), *s = old ? old : mem_zero(sizeof *s);
    void *sweep = nav->sweeper->start(nav->sweeper->arg, prefix, on_change, s, fault);
    if (!sweep) {
        if (!old)
            free(s);
        return NULL;
    }
    if (old) {
        sweep_store_keep(s, nav);
        s->sweeper->free(s->sweep);
    } else {
        vec_push(&nav->swept, s);
    }
    s->app = nav->app;
    s->sweeper = nav->sweeper;
    s->sweep = sweep;
    s->prefix = *prefix;
    s->version++;
    s->at_ms = clock_now_ms();
    s->kept = false;
    return s;
}

bool
sweep_store_is_asking(const struct sweep_store *s)
{
    enum sweeper_phase phase = s->sweeper->progress(s->sweep).phase;
    return phase == SWEEPER_ASKING || phase == SWEEPER_PAUSED;
}

void
sweep_store_keep(struct sweep_store *s, struct nav *nav)
{
    /* When it was answered, however long it has been looked at since. */
    int64_t at_ms = clock_wall_ms() - (clock_now_ms() - s->at_ms);
    if (!s->kept && nav->recorder)
        range_seen_keep_sweep(nav->recorder, &s->prefix, at_ms, s->sweeper, s->sweep);
    s->kept = true;
}

void
sweep_store_leave(struct sweep_store *s, struct nav *nav)
{
    if (!s)
        return;
    if (sweep_store_is_asking(s))
        s->sweeper->stop(s->sweep);
    sweep_store_keep(s, nav);
}

void
sweep_store_free_all(struct nav *nav)
{
    for (size_t i = 0; i < nav->swept.count; i++) {
        nav->swept.at[i]->sweeper->free(nav->swept.at[i]->sweep);
        free(nav->swept.at[i]);
    }
    vec_free(&nav->swept);
}

#include "check/swept.h"

#include "base/clock.h"
#include "base/mem.h"
#include "pages/range_past.h"

#include <stdlib.h>

struct swept *
swept_find(const struct drill *drill, const struct prefix *prefix)
{
    for (size_t i = 0; i < drill->swept.count; i++)
        if (prefix_equal(&drill->swept.at[i]->prefix, prefix))
            return drill->swept.at[i];
    return NULL;
}

static void
on_change(void *arg)
{
    struct swept *s = arg;
    s->version++;
    s->at_ms = clock_now_ms();
    app_touch(s->app);
}

struct swept *
swept_start(struct drill *drill, const struct prefix *prefix, struct fault *fault)
{
    struct swept *old = swept_find(drill, prefix), *s = old ? old : mem_zero(sizeof *s);
    void *sweep = drill->sweeper->start(drill->sweeper->arg, prefix, on_change, s, fault);
    if (!sweep) {
        if (!old)
            free(s);
        return NULL;
    }
    if (old) {
        swept_keep(s, drill);
        s->sweeper->free(s->sweep);
    } else {
        vec_push(&drill->swept, s);
    }
    s->app = drill->app;
    s->sweeper = drill->sweeper;
    s->sweep = sweep;
    s->prefix = *prefix;
    s->version++;
    s->at_ms = clock_now_ms();
    s->kept = false;
    return s;
}

bool
swept_is_asking(const struct swept *s)
{
    enum sweeper_phase phase = s->sweeper->progress(s->sweep).phase;
    return phase == SWEEPER_ASKING || phase == SWEEPER_PAUSED;
}

void
swept_keep(struct swept *s, struct drill *drill)
{
    /* When it was answered, however long it has been looked at since. */
    int64_t at_ms = clock_wall_ms() - (clock_now_ms() - s->at_ms);
    if (!s->kept && drill->keeper)
        range_past_keep_sweep(drill->keeper, &s->prefix, at_ms, s->sweeper, s->sweep);
    s->kept = true;
}

void
swept_leave(struct swept *s, struct drill *drill)
{
    if (!s)
        return;
    if (swept_is_asking(s))
        s->sweeper->stop(s->sweep);
    swept_keep(s, drill);
}

void
swept_free_all(struct drill *drill)
{
    for (size_t i = 0; i < drill->swept.count; i++) {
        drill->swept.at[i]->sweeper->free(drill->swept.at[i]->sweep);
        free(drill->swept.at[i]);
    }
    vec_free(&drill->swept);
}

/* A minute timer counts as a change where the page shows ages and countdowns, so that an idle console sleeps. */
#include "console/views/watch.h"

#include "base/clock.h"

#include <stdlib.h>

enum { MINUTE_MS = 60 * 1000, LEFT_LEAST_MS = 2000 };

static void
on_change(void *arg)
{
    struct watch *watch = arg;
    struct engine *engine = watch->nav->engine;
    unsigned version = engine->dns_facts.version;
    watch->changes++;
    dns_facts_take(&engine->dns_facts, watch->evidence);
    if (engine->dns_facts.version != version)
        engine_report_change(engine, CHANGED_ANSWERS);
    app_touch(watch->nav->app);
}

static void
on_minute(void *arg)
{
    struct watch *watch = arg;
    on_change(watch);
    loop_timer_set(watch->nav->engine->loop, &watch->minute, clock_now_ms() + MINUTE_MS);
}

/* Whether the lists are to be asked again: not for views below others. */
static bool
shows(void *arg)
{
    const struct watch *watch = arg;
    size_t i = 0;
    while (i < watch->views.count && !app_shows(watch->nav->app, watch->views.at[i]))
        i++;
    return i < watch->views.count;
}

struct watch *
watch_open(struct nav *nav, const struct addr *address, const void *view)
{
    const struct engine *engine = nav->engine;
    char target[ADDR_TEXT];
    for (size_t i = 0; i < nav->watches.count; i++)
        if (addr_equal(&nav->watches.at[i]->evidence->address, address)) {
            vec_push(&nav->watches.at[i]->views, view);
            return nav->watches.at[i];
        }
    struct watch *watch = mem_zero(sizeof *watch);
    watch->nav = nav;
    watch->minute = (struct timer){.fire = on_minute, .arg = watch};
    watch->investigation = investigation_new(engine, addr_text(address, target), NULL, address, on_change, watch);
    watch->evidence = investigation_evidence(watch->investigation);
    investigation_follow(watch->investigation, shows);
    if (engine->resolver && !watch->evidence->reserved && address->family == ADDR_V4)
        loop_timer_set(engine->loop, &watch->minute, clock_now_ms() + MINUTE_MS);
    vec_push(&watch->views, view);
    vec_push(&nav->watches, watch);
    return watch;
}

void
watch_close(struct watch *watch, const void *view)
{
    struct nav *nav = watch->nav;
    size_t at = 0;
    while (watch->views.at[at] != view)
        at++;
    watch->views.at[at] = watch->views.at[--watch->views.count];
    if (watch->views.count > 0)
        return;
    for (at = 0; nav->watches.at[at] != watch; at++)
        ;
    nav->watches.at[at] = nav->watches.at[--nav->watches.count];
    if (nav->watches.count == 0)
        vec_free(&nav->watches);
    loop_timer_clear(nav->engine->loop, &watch->minute);
    investigation_free(watch->investigation);
    vec_free(&watch->views);
    free(watch);
}

void
watch_again(struct watch *watch)
{
    investigation_again(watch->investigation);
    on_change(watch);
}

void
watch_changed(struct watch *watch, const void *view, unsigned what)
{
    if (watch->views.at[0] != view)
        return;
    watch->changes += (what & CHANGED_WORLD) != 0; /* the answer about another address */
    if (what & CHANGED_JOURNAL)
        investigation_journal_opened(watch->investigation);
    if (what & CHANGED_ZONES)
        investigation_zones_changed(watch->investigation);
    if (what & CHANGED_WORLD)
        investigation_asndb_changed(watch->investigation);
}

void
watch_status(const struct watch *watch, struct buf *out)
{
    const struct evidence *e = watch->evidence;
    size_t answered = 0;
    int64_t newest_ms = 0;
    struct data_date date;
    struct health_backlog backlog = {0};
    char at[CLOCK_SECOND];
    if (watch->nav->engine->health)
        health_backlog(watch->nav->engine->health, &backlog);
    for (size_t i = 0; i < e->exchanges.count; i++) {
        const struct exchange *x = &e->exchanges.at[i];
        answered += !x->pending && x->outcome != OUTCOME_TIMEOUT && x->outcome != OUTCOME_UNREACHABLE &&
                    x->outcome != OUTCOME_CANCELLED;
        newest_ms = x->at_ms > newest_ms ? x->at_ms : newest_ms;
    }
    if (e->exchanges.count > 0 && answered < e->exchanges.count) {
        buf_format(out, "%zu of %zu answered", answered, e->exchanges.count);
        if (backlog.left_ms >= LEFT_LEAST_MS)
            buf_format(out, ", about %d s at %.0f a second", (int)((backlog.left_ms + 999) / 1000), backlog.per_second);
    } else if (newest_ms > 0) {
        buf_format(out, "live %s UTC", clock_text(newest_ms, "%H:%M:%S", at, sizeof at));
    } else if (evidence_date(e, SOURCE_ZONE, &date)) {
        buf_text(out, "zones ");
        data_date_put(out, date);
    } else {
        buf_text(out, "nothing asked");
    }
}

#include "console/sweeping.h"

#include "base/mem.h"
#include "check/sweep.h"

#include <stdlib.h>

struct sweeping {
    struct sweep *sweep;
    struct prefix prefix;
    bool stopped;
    void (*changed)(void *arg);
    void *arg;
};

static void
on_change(void *arg)
{
    struct sweeping *s = arg;
    s->changed(s->arg);
}

static void *
start(void *arg, const struct prefix *prefix, void (*changed)(void *changed_arg), void *changed_arg,
      struct fault *fault)
{
    const struct engine *engine = arg;
    const char *block = investigation_barred(engine, &prefix->addr);
    char text[PREFIX_TEXT];
    if (!engine->resolver) {
        fault_set(fault, "a sweep asks by DNS, and --offline forbids that");
        return NULL;
    }
    if (block) {
        fault_set(fault, "%s is not routable (%s): no DNSBL can list it", prefix_text(prefix, text), block);
        return NULL;
    }
    struct sweeping *s = mem_zero(sizeof *s);
    s->prefix = *prefix;
    s->changed = changed;
    s->arg = changed_arg;
    s->sweep = sweep_new(engine, prefix, on_change, s);
    return s;
}

static void
pause(void *sweep, bool paused)
{
    struct sweeping *s = sweep;
    sweep_pause(s->sweep, paused);
}

/* What was sent may still be answered; nothing more is sent. */
static void
stop(void *sweep)
{
    struct sweeping *s = sweep;
    s->stopped = true;
    sweep_pause(s->sweep, true);
}

static void
release(void *sweep)
{
    struct sweeping *s = sweep;
    sweep_free(s->sweep);
    free(s);
}

static struct sweeper_progress
progress(const void *sweep)
{
    const struct sweeping *s = sweep;
    struct sweep_counts c;
    sweep_counts(s->sweep, &c);
    struct sweeper_progress p = {
        .total = c.total, .answered = c.answered, .per_second = c.per_second, .left_ms = c.left_ms};
    p.problem = sweep_problem(s->sweep);
    p.phase = c.done ? SWEEPER_DONE : s->stopped ? SWEEPER_STOPPED : c.paused ? SWEEPER_PAUSED : SWEEPER_ASKING;
    return p;
}

static enum list_state
state(const void *sweep, uint32_t address, bool *asking)
{
    const struct sweeping *s = sweep;
    struct sweep_counts c;
    size_t index = address - addr_to_v4(&s->prefix.addr);
    enum list_state known = sweep_state(s->sweep, index);
    sweep_counts(s->sweep, &c);
    *asking = known == STATE_UNASKED && index < c.asked && !c.done;
    return known;
}

static uint32_t
serial(const void *sweep)
{
    const struct sweeping *s = sweep;
    return sweep_serial(s->sweep);
}

struct sweeper
sweeping_sweeper(const struct engine *engine)
{
    return (struct sweeper){
        .arg = (void *)engine,
        .start = start,
        .pause = pause,
        .stop = stop,
        .free = release,
        .progress = progress,
        .state = state,
        .serial = serial,
    };
}

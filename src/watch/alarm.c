#include "watch/alarm.h"

static uint32_t
last_looks(unsigned count)
{
    return (1U << count) - 1;
}

/* Adds a look to the last ones. */
static void
remember(struct journal_watch *w, bool bit, bool counts)
{
    w->looks = (w->looks << 1 | bit) & last_looks(JOURNAL_LOOKS_MOST);
    w->look_count += counts && w->look_count < JOURNAL_LOOKS_MOST;
}

void
alarm_look(struct journal_watch *w, bool listed, const struct alarm_rules *rules, int64_t now_ms)
{
    uint32_t before = w->looks & last_looks(rules->of > 1 ? rules->of - 1 : 1);
    if (w->listed ? !listed && w->looks & 1 : listed && !before)
        w->since_ms = now_ms;
    remember(w, listed, true);
}

bool
alarm_begins(const struct journal_watch *w, const struct alarm_rules *rules, bool at_once)
{
    unsigned listed = (unsigned)__builtin_popcount(w->looks & last_looks(rules->of));
    return !w->listed && w->looks & 1 && (at_once || listed >= rules->need);
}

bool
alarm_ends(const struct journal_watch *w, const struct alarm_rules *rules)
{
    return w->listed && w->look_count >= rules->need && !(w->looks & last_looks(rules->need));
}

void
alarm_tell(struct journal_watch *w, bool listed, const struct uuid *message)
{
    static const struct uuid none = {{0}};
    if (listed || uuid_compare(&w->thread, &none) == 0)
        w->thread = *message;
    if (!listed)
        w->looks = 0;
    w->listed = listed;
    w->told_ms = 0; /* until a channel has taken it */
}

void
alarm_answer(struct journal_watch *w, bool known, bool counts, int64_t now_ms)
{
    if (known && (w->since_ms == 0 || w->looks & 1))
        w->since_ms = now_ms;
    w->blind = known ? 0 : w->blind + 1;
    remember(w, !known, counts);
}

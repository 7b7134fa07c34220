#include "watch/alarm.h"

/* Adds a look to those that are remembered. */
static void
remember(struct journal_watch *w, bool listed, int64_t now_ms)
{
    enum { MASK = (1 << JOURNAL_LOOKS_MOST) - 1 };
    if (w->look_count == 0 || (w->looks & 1) != listed)
        w->since_ms = now_ms;
    w->looks = (w->looks << 1 | listed) & MASK;
    w->look_count += w->look_count < JOURNAL_LOOKS_MOST;
}

/* Returns how many of the last looks found a listing. */
static unsigned
count_listed(const struct journal_watch *w, unsigned of)
{
    return (unsigned)__builtin_popcount(w->looks & ((1U << of) - 1));
}

static enum alarm_event
tell(struct journal_watch *w, bool listed, enum alarm_event event, int64_t now_ms)
{
    w->listed = listed;
    w->told_ms = now_ms;
    return event;
}

enum alarm_event
alarm_decide(struct journal_watch *w, const struct look *look, const struct alarm_rules *rules, int64_t now_ms)
{
    bool listed = look->state == LOOK_LISTED, first = w->look_count == 0;
    if (look->state == LOOK_UNKNOWN) {
        w->blind++;
        return ALARM_NONE;
    }
    w->blind = 0;
    remember(w, listed, now_ms);
    if (first) {
        w->listed = listed && rules->wanted;
        return ALARM_FIRST;
    }
    if (rules->silent)
        return ALARM_NONE;
    if (!w->listed && listed && rules->wanted && (look->at_once || count_listed(w, rules->of) >= rules->need))
        return tell(w, true, ALARM_LISTED, now_ms);
    if (w->listed && w->look_count >= rules->need && count_listed(w, rules->need) == 0)
        return tell(w, false, ALARM_CLEAR, now_ms);
    return ALARM_NONE;
}

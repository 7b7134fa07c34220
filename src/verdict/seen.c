#include "verdict/seen.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>

void
seen_add_state(struct seen_list *list, enum list_state state, int64_t first_ms, int64_t last_ms)
{
    if (!list_state_is_known(state))
        return;
    if (state != list->state && first_ms >= list->until_ms) {
        list->other_ms = list->until_ms;
        list->other_since_ms = list->since_ms;
        list->state = state;
        list->since_ms = first_ms;
        list->until_ms = last_ms;
        list->listings += state == STATE_LISTED;
    } else if (state == list->state && last_ms > list->until_ms) {
        list->until_ms = last_ms;
    }
}

void
seen_rejections_fini(seen_rejection_groups *groups)
{
    for (size_t i = 0; i < groups->count; i++) {
        free(groups->at[i].receiver);
        free(groups->at[i].zone);
        free(groups->at[i].list);
    }
    vec_free(groups);
}

void
seen_fini(struct seen *seen)
{
    for (size_t i = 0; i < seen->lists.count; i++)
        free(seen->lists.at[i].zone);
    vec_free(&seen->lists);
    seen_rejections_fini(&seen->rejections);
    *seen = (struct seen){0};
}

const struct seen_list *
seen_find(const struct seen *seen, const char *zone)
{
    static const struct seen_list none;
    for (size_t i = 0; i < seen->lists.count; i++)
        if (strcmp(seen->lists.at[i].zone, zone) == 0)
            return &seen->lists.at[i];
    return &none;
}

void
seen_add(struct seen *seen, const char *zone, enum list_state state, int64_t first_ms, int64_t last_ms)
{
    const struct seen_list *found = seen_find(seen, zone);
    size_t place = found->zone ? (size_t)(found - seen->lists.at) : seen->lists.count;
    if (!seen->known || first_ms < seen->first_ms)
        seen->first_ms = first_ms;
    seen->known = true;
    if (place == seen->lists.count)
        vec_push(&seen->lists, ((struct seen_list){.zone = mem_copy(zone)}));
    seen_add_state(&seen->lists.at[place], state, first_ms, last_ms);
}

void
seen_words(struct buf *out, const struct seen_list *list, int64_t first_ms)
{
    char since[CLOCK_MINUTE], from[CLOCK_MINUTE], to[CLOCK_MINUTE];
    uint32_t n = list->listings;
    clock_minute(list->since_ms, since);
    if (list->outside_ms) {
        buf_format(out, "listed since %s UTC (%s), when first checked here %s", clock_minute(list->outside_ms, from),
                   list->outside, since);
        return;
    }
    if (list->other_ms == 0 && list->since_ms == list->until_ms) /* one look */
        return;
    clock_minute(list->other_since_ms, from);
    clock_minute(list->other_ms, to);
    if (list->state == STATE_LISTED && list->other_ms) {
        buf_format(out, "first seen listed %s, last seen clear %s UTC", since, to);
    } else if (list->state == STATE_LISTED) {
        buf_format(out, "listed when first checked, %s UTC", since);
    } else if (list->state == STATE_CLEAR && list->other_ms) {
        /* the listing ended between its last look and the first one after it */
        buf_format(out, "first seen clear %s; listed ", since);
        if (list->other_ms <= list->other_since_ms) {
            buf_format(out, "on %s UTC", from);
        } else {
            buf_format(out, "from %s to %s (", from, to);
            text_duration(out, list->other_ms - list->other_since_ms);
            buf_text(out, ") UTC");
        }
    }
    if (list->state == STATE_LISTED && n > 1)
        buf_format(out, ", for the %u%s time since %.10s", n,
                   n % 100 / 10 == 1 ? "th"
                   : n % 10 == 1     ? "st"
                   : n % 10 == 2     ? "nd"
                   : n % 10 == 3     ? "rd"
                                     : "th",
                   clock_minute(first_ms, since));
}

void
seen_brief_words(struct buf *out, const struct seen_list *list)
{
    char since[CLOCK_MINUTE], clear[CLOCK_MINUTE];
    clock_minute(list->since_ms, since);
    if (list->other_ms)
        buf_format(out, "first seen %s, last clear %s", since, clock_minute(list->other_ms, clear));
    else if (list->since_ms != list->until_ms)
        buf_format(out, "when first checked, %s", since);
}

void
seen_rejections_words(struct buf *out, const struct seen_rejections *r)
{
    enum { DAY_MS = 24 * 60 * 60 * 1000, WEEKDAYS = 6 };
    int64_t days = clock_wall_ms() / DAY_MS - r->first_ms / DAY_MS;
    char day[CLOCK_SECOND] = "today";
    if (r->first_ms == 0) {
        buf_format(out,
                   r->count == 1 ? "once, on a day that the bounce does not tell"
                                 : "%llu times, on days that the bounces do not tell",
                   (unsigned long long)r->count);
        return;
    }
    if (days > 0)
        clock_text(r->first_ms, days <= WEEKDAYS ? "%A" : "%Y-%m-%d", day, sizeof day);
    if (r->count == 1)
        buf_format(out, "once, %s%s", days > 0 ? "on " : "", day);
    else
        buf_format(out, "%llu times%s %s", (unsigned long long)r->count, days > 0 ? " since" : "", day);
}

#include "verdict/seen.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>

static void
begin_run(struct seen_list *list, enum list_state state, int64_t first_ms, int64_t last_ms)
{
    list->other_ms = list->until_ms;
    list->other_since_ms = list->since_ms;
    list->state = state;
    list->since_ms = first_ms;
    list->until_ms = last_ms;
    list->listings += state == STATE_LISTED;
}

void
seen_add_state(struct seen_list *list, enum list_state state, int64_t first_ms, int64_t last_ms)
{
    if (!list_state_is_known(state))
        return;
    if (state != list->state && first_ms >= list->until_ms)
        begin_run(list, state, first_ms, last_ms);
    else if (state == list->state && last_ms > list->until_ms)
        list->until_ms = last_ms;
}

void
seen_fini(struct seen *seen)
{
    for (size_t i = 0; i < seen->lists.count; i++)
        free(seen->lists.at[i].zone);
    vec_free(&seen->lists);
    *seen = (struct seen){0};
}

static size_t
place_of(const struct seen *seen, const char *zone)
{
    size_t i = 0;
    while (i < seen->lists.count && strcmp(seen->lists.at[i].zone, zone) != 0)
        i++;
    return i;
}

void
seen_add(struct seen *seen, const char *zone, enum list_state state, int64_t first_ms, int64_t last_ms)
{
    size_t place = place_of(seen, zone);
    if (!seen->known || first_ms < seen->first_ms)
        seen->first_ms = first_ms;
    seen->known = true;
    if (place == seen->lists.count)
        vec_push(&seen->lists, ((struct seen_list){.zone = mem_copy(zone)}));
    seen_add_state(&seen->lists.at[place], state, first_ms, last_ms);
}

const struct seen_list *
seen_find(const struct seen *seen, const char *zone)
{
    static const struct seen_list none;
    size_t place = place_of(seen, zone);
    return place < seen->lists.count ? &seen->lists.at[place] : &none;
}

static void
put_number_of(struct buf *out, uint32_t listings, int64_t first_ms)
{
    char first[CLOCK_MINUTE];
    if (listings < 2)
        return;
    const char *ending = listings % 100 / 10 == 1 ? "th"
                         : listings % 10 == 1     ? "st"
                         : listings % 10 == 2     ? "nd"
                         : listings % 10 == 3     ? "rd"
                                                  : "th";
    buf_format(out, ", for the %u%s time since %.10s", listings, ending, clock_minute(first_ms, first));
}

static void
listed_words(struct buf *out, const struct seen_list *list, int64_t first_ms)
{
    char since[CLOCK_MINUTE], other[CLOCK_MINUTE];
    buf_format(out, list->other_ms ? "first seen listed %s" : "listed when first checked, %s",
               clock_minute(list->since_ms, since));
    if (list->other_ms)
        buf_format(out, ", last seen clear %s", clock_minute(list->other_ms, other));
    buf_text(out, " UTC");
    put_number_of(out, list->listings, first_ms);
}

/* A listing that is over ended between its last look and the first one after it. */
static void
cleared_words(struct buf *out, const struct seen_list *list)
{
    char since[CLOCK_MINUTE], from[CLOCK_MINUTE], to[CLOCK_MINUTE];
    bool once = list->other_ms <= list->other_since_ms;
    buf_format(out, "first seen clear %s; listed ", clock_minute(list->since_ms, since));
    buf_format(out, "%s %s", once ? "on" : "from", clock_minute(list->other_since_ms, from));
    if (!once) {
        buf_format(out, " to %s (", clock_minute(list->other_ms, to));
        text_duration(out, list->other_ms - list->other_since_ms);
        buf_byte(out, ')');
    }
    buf_text(out, " UTC");
}

void
seen_words(struct buf *out, const struct seen_list *list, int64_t first_ms)
{
    bool one_look = list->other_ms == 0 && list->since_ms == list->until_ms;
    if (list->state == STATE_LISTED && !one_look)
        listed_words(out, list, first_ms);
    else if (list->state == STATE_CLEAR && list->other_ms)
        cleared_words(out, list);
}

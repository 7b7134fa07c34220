/* Checks the dates in records of other journals. */
#include "base/clock.h"
#include "journal/merge.h"

#include <inttypes.h>

enum { AHEAD_MS = 24 * 60 * 60 * 1000 }; /* because clocks may differ */
static const int64_t YEAR_10000_MS = INT64_C(253402300800000);

int64_t
journal_times_latest(void)
{
    return clock_wall_ms() + AHEAD_MS;
}

static bool
came(const char *key, int64_t at_ms, int64_t latest_ms, struct fault *fault)
{
    char text[CLOCK_TEXT] = "";
    if (at_ms > 0 && at_ms <= latest_ms)
        return true;
    if (at_ms <= 0)
        return fault_set(fault, "\"%s\" must be a time since 1970", key);
    if (at_ms < YEAR_10000_MS)
        clock_rfc3339(at_ms, text);
    return fault_set(fault, "\"%s\" must be a time that has come, by the clock here, not \"%s\"", key,
                     *text ? text : "after the year 9999");
}

static bool
span_came(int64_t first_ms, int64_t last_ms, int64_t latest_ms, struct fault *fault)
{
    return came("first", first_ms, latest_ms, fault) && came("last", last_ms, latest_ms, fault) &&
           (first_ms <= last_ms || fault_set(fault, "\"last\" is before \"first\""));
}

bool
journal_times_of_observation(const struct observation *o, int64_t latest_ms, struct fault *fault)
{
    return span_came(o->first_ms, o->last_ms, latest_ms, fault);
}

static bool
item_came(const char *array, size_t at, int64_t at_ms, int64_t latest_ms, struct fault *fault)
{
    struct fault why;
    return came("at", at_ms, latest_ms, &why) || fault_set(fault, "\"%s\", entry %zu: %.300s", array, at + 1, why.text);
}

bool
journal_times_of_case(const struct journal_case *c, int64_t latest_ms, struct fault *fault)
{
    const struct {
        const char *key;
        int64_t at_ms; /* 0 = never */
    } set[] = {
        {"state_set", c->state_ms}, {"tags_set", c->tags_ms}, {"ticket_set", c->ticket_ms}, {"due_set", c->due_set_ms}};
    bool good = came("opened", c->opened_ms, latest_ms, fault);
    for (size_t i = 0; i < sizeof set / sizeof *set && good; i++)
        good = set[i].at_ms == 0 || came(set[i].key, set[i].at_ms, latest_ms, fault);
    if (good && (c->due_ms < 0 || c->due_ms >= YEAR_10000_MS)) /* a follow-up may be in the future */
        good = fault_set(fault, "\"due\" must be a time from 1970 to 9999");
    for (size_t i = 0; i < c->notes.count && good; i++)
        good = item_came("notes", i, c->notes.at[i].at_ms, latest_ms, fault);
    for (size_t i = 0; i < c->contacts.count && good; i++)
        good = item_came("told", i, c->contacts.at[i].at_ms, latest_ms, fault);
    return good;
}

bool
journal_times_of_neighbour(const struct journal_neighbour *n, int64_t latest_ms, struct fault *fault)
{
    return span_came(n->first_ms, n->last_ms, latest_ms, fault) &&
           (n->absent_ms == 0 || came("absent", n->absent_ms, latest_ms, fault));
}

bool
journal_times_of_count(const struct journal_count *s, int64_t latest_ms, struct fault *fault)
{
    return came("at", s->at_ms, latest_ms, fault);
}

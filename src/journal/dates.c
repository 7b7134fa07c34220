/* Checks the dates in records of other journals. */
#include "base/clock.h"
#include "journal/merge.h"

#include <inttypes.h>

enum { AHEAD_MS = 24 * 60 * 60 * 1000 }; /* because clocks may differ */
static const int64_t YEAR_10000_MS = INT64_C(253402300800000);

static bool
came(const char *key, int64_t at_ms, int64_t now_ms, struct fault *fault)
{
    char text[CLOCK_TEXT] = "";
    if (at_ms > 0 && at_ms <= now_ms + AHEAD_MS)
        return true;
    if (at_ms <= 0)
        return fault_set(fault, "\"%s\" must be a time since 1970", key);
    if (at_ms < YEAR_10000_MS)
        clock_rfc3339(at_ms, text);
    return fault_set(fault, "\"%s\" must be a time that has come, by the clock here, not \"%s\"", key,
                     *text ? text : "after the year 9999");
}

static bool
case_came(const struct journal_case *c, int64_t now_ms, struct fault *fault)
{
    const struct {
        const char *key;
        int64_t at_ms; /* 0 = never */
    } set[] = {
        {"state_set", c->state_ms}, {"tags_set", c->tags_ms}, {"ticket_set", c->ticket_ms}, {"due_set", c->due_set_ms}};
    bool good = came("opened", c->opened_ms, now_ms, fault);
    for (size_t i = 0; i < sizeof set / sizeof *set && good; i++)
        good = set[i].at_ms == 0 || came(set[i].key, set[i].at_ms, now_ms, fault);
    if (good && (c->due_ms < 0 || c->due_ms >= YEAR_10000_MS)) /* a follow-up may be in the future */
        good = fault_set(fault, "\"due\" must be a time from 1970 to 9999");
    for (size_t i = 0, notes = c->notes.count; i < notes + c->contacts.count && good; i++) {
        int64_t at_ms = i < notes ? c->notes.at[i].at_ms : c->contacts.at[i - notes].at_ms;
        struct fault why;
        good = came("at", at_ms, now_ms, &why) ||
               fault_set(fault, "\"%s\", entry %zu: %.300s", i < notes ? "notes" : "told",
                         (i < notes ? i : i - notes) + 1, why.text);
    }
    return good;
}

bool
journal_times_check(const struct journal_json_record *record, int64_t now_ms, struct fault *fault)
{
    const struct journal_neighbour *n = &record->neighbour;
    if (record->kind == JOURNAL_JSON_CASE)
        return case_came(&record->a_case, now_ms, fault);
    if (record->kind == JOURNAL_JSON_COUNT)
        return came("at", record->count.at_ms, now_ms, fault);
    if (record->kind == JOURNAL_JSON_REJECTION)
        return record->rejection.at_ms == 0 || came("at", record->rejection.at_ms, now_ms, fault); /* 0 = not known */
    if (record->kind == JOURNAL_JSON_HEAD)
        return true;
    bool is_neighbour = record->kind == JOURNAL_JSON_NEIGHBOUR;
    int64_t first_ms = is_neighbour ? n->first_ms : record->observation.first_ms;
    int64_t last_ms = is_neighbour ? n->last_ms : record->observation.last_ms;
    if (!came("first", first_ms, now_ms, fault) || !came("last", last_ms, now_ms, fault))
        return false;
    if (first_ms > last_ms)
        return fault_set(fault, "\"last\" is before \"first\"");
    return !is_neighbour || n->absent_ms == 0 || came("absent", n->absent_ms, now_ms, fault);
}

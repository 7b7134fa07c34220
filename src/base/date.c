#include "base/date.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>
#include <strings.h>
#include <time.h>

enum { COUNT_MOST = 1000 * 1000, DAY_S = 86400, LEAP = 8 /* years between two leap years at most */ };

/* Parses "7 Dec", "7 December" or "Dec 7", of the year in which that day is the nearest on this side of today. */
static bool
parse_day(const char *text, enum date_side side, int64_t *out)
{
    const char *const formats[] = {"%d %b", "%b %d"};
    int64_t today = clock_wall_ms() / 1000 / DAY_S;
    time_t now = (time_t)(today * DAY_S);
    struct tm day = {0}, is;
    const char *end = NULL;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0] && !(end && *end == '\0'); i++)
        end = strptime(text, formats[i], &day);
    if (!end || *end)
        return false;
    gmtime_r(&now, &is);
    for (int years = 0; years <= LEAP; years++) { /* 29 February is years away */
        struct tm date = {.tm_mday = day.tm_mday,
                          .tm_mon = day.tm_mon,
                          .tm_year = is.tm_year + (side == DATE_AHEAD ? years : -years)};
        int64_t at = (int64_t)timegm(&date) / DAY_S;
        if (date.tm_mday == day.tm_mday && (side == DATE_AHEAD ? at >= today : at <= today)) {
            *out = at * DAY_S * 1000;
            return true;
        }
    }
    return false;
}

bool
date_parse(const char *text, enum date_side side, int64_t *out)
{
    static const struct {
        const char *name;
        int64_t seconds;
    } units[] = {{"min", 60}, {"h", 3600}, {"d", 86400}, {"w", 7 * 86400}, {"y", 365 * 86400}};
    int64_t count;
    size_t taken = text_read_integer(text, COUNT_MOST, &count);
    for (size_t i = 0; taken > 0 && i < sizeof units / sizeof units[0]; i++)
        if (strcasecmp(text + taken, units[i].name) == 0) {
            int64_t span_ms = count * units[i].seconds * 1000;
            *out = clock_wall_ms() + (side == DATE_AHEAD ? span_ms : -span_ms);
            return true;
        }
    struct tm day = {0};
    char again[sizeof "2026-11-01"];
    if (parse_day(text, side, out))
        return true;
    if (strlen(text) != sizeof again - 1 || !strptime(text, "%Y-%m-%d", &day) || day.tm_year < 70)
        return false;
    time_t date = timegm(&day); /* turns 02-30 into another day */
    gmtime_r(&date, &day);
    strftime(again, sizeof again, "%Y-%m-%d", &day);
    if (strcmp(text, again) != 0)
        return false;
    *out = (int64_t)date * 1000;
    return true;
}

bool
date_parse_follow_up(const char *text, int64_t *out, bool *passed, struct fault *fault)
{
    const int64_t day_ms = INT64_C(86400) * 1000, most_ms = DATE_YEARS_MOST * 366 * day_ms;
    int64_t at_ms, now_ms = clock_wall_ms();
    if (!date_parse(text, DATE_AHEAD, &at_ms))
        return fault_set(fault, "not a date; use for example 2026-11-30, 30 Nov, or 7d or 2w from now");
    if (at_ms > now_ms + most_ms)
        return fault_set(fault, "the date is more than %d years ahead", DATE_YEARS_MOST);
    *out = at_ms;
    *passed = at_ms < now_ms / day_ms * day_ms;
    return true;
}

bool
date_parse_form(const char *text, const char *form, int64_t *out)
{
    int numbers[128] = {0}; /* by their letter in the form */
    for (; *form != '\0'; form++, text++) {
        bool is_digit = strchr("YMDhmsf", *form);
        if (is_digit ? *text < '0' || *text > '9' : *text != *form)
            return false;
        if (is_digit)
            numbers[(int)*form] = numbers[(int)*form] * 10 + (*text - '0');
    }
    struct tm day = {
        .tm_year = numbers['Y'] - 1900,
        .tm_mon = numbers['M'] - 1,
        .tm_mday = numbers['D'],
        .tm_hour = numbers['h'],
        .tm_min = numbers['m'],
        .tm_sec = numbers['s'],
    };
    struct tm same = day;
    int64_t wall_ms = (int64_t)timegm(&same) * 1000 + numbers['f']; /* turns 02-30 into another day */
    if (wall_ms <= 0 || same.tm_mon != day.tm_mon || same.tm_mday != day.tm_mday || same.tm_hour != day.tm_hour ||
        same.tm_min != day.tm_min || same.tm_sec != day.tm_sec)
        return false;
    *out = wall_ms;
    return true;
}

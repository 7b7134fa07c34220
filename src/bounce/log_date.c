#include "bounce/log_date.h"

#include "base/clock.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { DATE_ROOM = 48, DAY = 86400, TAI_OFFSET = 10, EPOCH_DIGITS = 10 };

/* Returns the number of blanks and digits that were read as h:m:s; 0 = none. */
static size_t
read_clock(const char *at, struct tm *tm)
{
    int used = 0;
    if (sscanf(at, "%2d:%2d:%2d%n", &tm->tm_hour, &tm->tm_min, &tm->tm_sec, &used) < 3 || used < 5 ||
        tm->tm_hour > 23 || tm->tm_min > 59 || tm->tm_sec > 60 || tm->tm_hour < 0 || tm->tm_min < 0 || tm->tm_sec < 0)
        return 0;
    return (size_t)used;
}

/* "Nov 30 09:14:03", perhaps with the year behind the day */
static size_t
read_syslog(const char *text, int64_t *out)
{
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    struct tm tm = {.tm_isdst = -1, .tm_mon = -1}, today;
    int used = 0, year = 0, more = 0;
    for (int month = 0; month < 12 && tm.tm_mon < 0; month++)
        if (strncasecmp(text, months + 3 * month, 3) == 0)
            tm.tm_mon = month;
    if (tm.tm_mon < 0 || sscanf(text + 3, " %2d %n", &tm.tm_mday, &used) < 1 || used < 3 || tm.tm_mday < 1 ||
        tm.tm_mday > 31)
        return 0;
    const char *at = text + 3 + used;
    if (sscanf(at, "%4d %n", &year, &more) == 1 && year > 1990 && more > 4)
        at += more;
    else
        year = 0;
    size_t clock = read_clock(at, &tm);
    if (clock == 0)
        return 0;
    time_t now = (time_t)(clock_wall_ms() / 1000);
    localtime_r(&now, &today);
    tm.tm_year = year ? year - 1900 : today.tm_year;
    struct tm last_year = tm;
    last_year.tm_year--;
    time_t when = mktime(&tm);
    *out = !year && when > now + DAY ? mktime(&last_year) : when;
    return (size_t)(at - text) + clock;
}

/* Returns the bytes of "Z", "+01:00", " +0100", and the seconds east of UTC; 0 = there is no zone. */
static size_t
read_zone(const char *at, long *east)
{
    int hours, minutes, used = 0;
    size_t blank = *at == ' ';
    *east = 0;
    if (*at == 'Z')
        return 1;
    at += blank;
    if ((*at != '+' && *at != '-') || (sscanf(at + 1, "%2d:%2d%n", &hours, &minutes, &used) < 2 &&
                                       sscanf(at + 1, "%2d%2d%n", &hours, &minutes, &used) < 2))
        return 0;
    *east = (*at == '-' ? -1L : 1L) * (hours * 3600L + minutes * 60L);
    return blank + 1 + (size_t)used;
}

/* "2026-11-30T09:14:03.123+01:00", "2026-11-30 09:14:03" */
static size_t
read_iso(const char *text, int64_t *out)
{
    struct tm tm = {.tm_isdst = -1};
    int used = 0;
    long east;
    if (sscanf(text, "%4d-%2d-%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &used) < 3 || used != 10 ||
        (text[used] != 'T' && text[used] != ' ') || tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday < 1 ||
        tm.tm_mday > 31 || tm.tm_year < 1970)
        return 0;
    tm.tm_year -= 1900;
    tm.tm_mon--;
    const char *at = text + used + 1;
    size_t clock = read_clock(at, &tm);
    if (clock == 0)
        return 0;
    at += clock;
    if (*at == '.' || (*at == ',' && isdigit((unsigned char)at[1]) && isdigit((unsigned char)at[2])))
        at += 1 + strspn(at + 1, "0123456789");
    size_t zone = read_zone(at, &east);
    *out = zone > 0 ? timegm(&tm) - east : mktime(&tm);
    return (size_t)(at - text) + zone;
}

/* "@4000000065f0a1b20c1d2e3f" and "1700000000.123456" */
static size_t
read_number(const char *text, int64_t *out)
{
    unsigned long long label;
    size_t digits = strspn(text, "0123456789");
    if (sscanf(text, "@40000000%8llx", &label) == 1 && strspn(text + 1, "0123456789abcdef") >= 16) {
        *out = (int64_t)label - TAI_OFFSET;
        return 1 + strspn(text + 1, "0123456789abcdef");
    }
    if (digits != EPOCH_DIGITS || text[digits] != '.')
        return 0;
    *out = strtoll(text, NULL, 10);
    return digits + 1 + strspn(text + digits + 1, "0123456789");
}

size_t
log_date_read(const char *text, size_t count, int64_t *out)
{
    static size_t (*const forms[])(const char *, int64_t *) = {read_syslog, read_iso, read_number};
    char head[DATE_ROOM];
    size_t room = count < sizeof head - 1 ? count : sizeof head - 1, used = 0;
    memcpy(head, text, room);
    head[room] = '\0';
    size_t digits = *head == '<' ? strspn(head + 1, "0123456789") : 0, skipped = 0;
    if (digits > 0 && digits <= 3 && head[1 + digits] == '>') /* "<22>" and "<22>1 " of the syslog protocols */
        skipped = 2 + digits + (strncmp(head + 2 + digits, "1 ", 2) == 0 ? 2 : 0);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0] && used == 0; i++)
        used = forms[i](head + skipped, out);
    return used > 0 ? skipped + used : 0;
}

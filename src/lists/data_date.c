#include "lists/data_date.h"

#include "base/clock.h"
#include "base/text.h"

#include <time.h>

/* Germany has summer time from the last Sunday of March, 2:00, to the last Sunday of October, 3:00 (directive
 * 2000/84/EC). Both months have 31 days. */
static int64_t
read_serial(uint32_t serial)
{
    int year = (int)(serial / 1000000), month = (int)(serial / 10000 % 100);
    int day = (int)(serial / 100 % 100), hour = (int)(serial % 100);
    if (year < 2001 || year > 2199 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23)
        return -1;
    struct tm t = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour};
    struct tm last = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = 31, .tm_hour = 12};
    int64_t local = (int64_t)timegm(&t);
    timegm(&last);
    if (t.tm_mday != day) /* such as 30 February */
        return -1;
    int sunday = 31 - last.tm_wday;
    bool summer = month == 3    ? day > sunday || (day == sunday && hour >= 2)
                  : month == 10 ? day < sunday || (day == sunday && hour < 3)
                                : month > 3 && month < 10;
    return (local - (summer ? 7200 : 3600)) * 1000;
}

/* The answers of a list have the same few serials. */
int64_t
data_date_serial_ms(uint32_t serial)
{
    static struct {
        uint32_t serial;
        int64_t ms;
    } known[64];
    size_t place = serial % (sizeof known / sizeof known[0]);
    if (serial == 0)
        return -1;
    if (known[place].serial != serial) {
        known[place].serial = serial;
        known[place].ms = read_serial(serial);
    }
    return known[place].ms;
}

struct data_date
data_date_of_serial(uint32_t serial)
{
    int64_t at_ms = data_date_serial_ms(serial);
    return (struct data_date){at_ms < 0 ? DATED_UNKNOWN : DATED_BY_SERIAL, at_ms};
}

enum data_age
data_date_age(struct data_date date)
{
    int64_t age = clock_wall_ms() - date.at_ms;
    if (date.by == DATED_UNKNOWN)
        return DATA_UNDATED;
    return age < -DATA_DATE_AHEAD_MS ? DATA_FUTURE : age > DATA_DATE_STALE_MS ? DATA_STALE : DATA_FRESH;
}

int64_t
data_date_age_ms(struct data_date date)
{
    int64_t age = clock_wall_ms() - date.at_ms;
    return date.by == DATED_UNKNOWN ? -1 : age > 0 ? age : 0;
}

struct data_date
data_date_worse(struct data_date a, struct data_date b)
{
    enum data_age age = data_date_age(a), other = data_date_age(b);
    if (age == other)
        return age == DATA_FUTURE ? (a.at_ms > b.at_ms ? a : b) : a.at_ms < b.at_ms ? a : b;
    return age > other ? a : b;
}

void
data_date_put(struct buf *out, struct data_date date)
{
    int64_t age = clock_wall_ms() - date.at_ms;
    enum data_age kind = data_date_age(date);
    if (kind == DATA_UNDATED) {
        buf_text(out, "of unknown age");
        return;
    }
    buf_text(out, kind == DATA_FUTURE ? "dated " : "");
    text_duration(out, kind == DATA_FUTURE ? -age : data_date_age_ms(date));
    buf_text(out, kind == DATA_FUTURE ? " in the future" : " old");
    buf_text(out, date.by == DATED_BY_FILE ? " by its file time" : "");
}

bool
data_date_exceeds(struct data_date date, int64_t max_age_ms, struct buf *why)
{
    enum data_age kind = data_date_age(date);
    bool dated = kind == DATA_FRESH || kind == DATA_STALE;
    if (max_age_ms == 0 || (dated && data_date_age_ms(date) <= max_age_ms))
        return false;
    data_date_put(why, date);
    buf_text(why, ", and --max-age allows ");
    text_duration(why, max_age_ms);
    return true;
}

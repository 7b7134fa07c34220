/* When the data of a list were made, and how old that makes them. */
#ifndef DATA_DATE_H
#define DATA_DATE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* Where the date comes from: the SOA serial; a zone file's $TIMESTAMP; or only the time of the file on this disk. */
enum dated_by { DATED_UNKNOWN, DATED_BY_SERIAL, DATED_BY_STAMP, DATED_BY_FILE };

/* Zeroed is an unknown date. */
struct data_date {
    enum dated_by by;
    int64_t at_ms; /* wall */
};

/* Returns the wall time, ms, of an SOA serial of these zones (YYYYMMDDHH in German local time: UTC+1, in summer UTC+2);
 * -1 = the serial is no date. */
int64_t data_date_serial_ms(uint32_t serial);

struct data_date data_date_of_serial(uint32_t serial);

/* Zones are rebuilt hourly: data older than STALE are stale, and a date ahead by more than AHEAD is no mere difference
 * of clocks. */
enum { DATA_DATE_STALE_MS = 3 * 60 * 60 * 1000, DATA_DATE_AHEAD_MS = 60 * 60 * 1000 };
enum data_age { DATA_FRESH, DATA_STALE, DATA_FUTURE, DATA_UNDATED };
enum data_age data_date_age(struct data_date);

/* Tell what to do about a zone file that is stale or no good, and about several, or missing ones. */
#define DATA_DATE_CURE "; fetch it again: whylisted sync"
#define DATA_DATE_FETCH "fetch them with whylisted sync"

/* Returns the age, ms, never negative; -1 = not known. */
int64_t data_date_age_ms(struct data_date);

/* Returns the less reassuring of two dates: an unknown one, one in the future, the older one. */
struct data_date data_date_worse(struct data_date, struct data_date);

/* Returns whether data are older than max_age_ms allows (0 = any age), or their age is not known; then appends both. */
bool data_date_exceeds(struct data_date, int64_t max_age_ms, struct buf *why);

/* Appends "147 d 14 h old", "3 h old by its file time", "of unknown age" or "dated 3 h in the future". */
void data_date_put(struct buf *, struct data_date);

#endif

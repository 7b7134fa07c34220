/* A date as a user writes it: a day, or a span of time counted from now. */
#ifndef DATE_H
#define DATE_H

#include "base/fault.h"

#include <stdbool.h>
#include <stdint.h>

enum date_side { DATE_AGO, DATE_AHEAD };

/* Parses "2026-11-01" (midnight UTC), the next or the last "1 Nov" or "Nov 1", today's too, or "90min", "12h", "30d",
 * "2w", "1y" before or after now, into wall ms. Returns false, with *out untouched, if it is none of them. */
bool date_parse(const char *text, enum date_side, int64_t *out);

/* Parses the day of a follow-up, at most DATE_YEARS_MOST ahead; *passed: it was over before today, in UTC. Returns
 * false with a reason. */
enum { DATE_YEARS_MOST = 10 };
bool date_parse_follow_up(const char *text, int64_t *out, bool *passed, struct fault *);

/* Parses a time in UTC at the start of a text by its form, whose letters Y, M, D, h, m, s and f (thousandths) stand for
 * one digit each: "YYYY-MM-DDThh:mm:ss". Returns false, with *out untouched, if the text has another form, or names no
 * time since 1970. */
bool date_parse_form(const char *text, const char *form, int64_t *out);

#endif

/* A moment as a user names it: a day, or a span of time counted from now. */
#ifndef MOMENT_H
#define MOMENT_H

#include "base/fault.h"

#include <stdbool.h>
#include <stdint.h>

enum moment_side { MOMENT_AGO, MOMENT_AHEAD };

/* "2026-11-01" (midnight UTC), or "90min", "12h", "30d", "2w", "1y" before or after now. Wall ms; *out is untouched
 * when it is neither. */
bool moment_parse(const char *text, enum moment_side, int64_t *out);

/* A day to come back on, as moment_parse reads it ahead; at most MOMENT_YEARS_MOST from now. False with a reason. */
enum { MOMENT_YEARS_MOST = 10 };
bool moment_parse_follow_up(const char *text, int64_t *out, struct fault *);
/* Whether that day was over before today, in UTC. */
bool moment_has_passed(int64_t wall_ms);

#endif

/* A moment as a user names it: a day, or a span of time counted from now. */
#ifndef MOMENT_H
#define MOMENT_H

#include <stdbool.h>
#include <stdint.h>

enum moment_side { MOMENT_AGO, MOMENT_AHEAD };

/* "2026-11-01" (midnight UTC), or "90min", "12h", "30d", "2w", "1y" before or after now. Wall ms; *out is untouched
 * when it is neither. */
bool moment_parse(const char *text, enum moment_side, int64_t *out);

#endif

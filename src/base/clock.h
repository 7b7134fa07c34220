/* The two clocks. Waiting and measuring use the first, dates use the second. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CLOCK_TEXT = sizeof "2026-07-06T18:13:00Z",
    CLOCK_MINUTE = sizeof "2026-07-06 18:13",
    CLOCK_SECOND = sizeof "2026-07-06 18:13:00"
};

/* Returns the time since an arbitrary start; never goes back. */
int64_t clock_now_us(void);

static inline int64_t
clock_now_ms(void)
{
    return clock_now_us() / 1000;
}

/* Returns the milliseconds since 1970-01-01 UTC. */
int64_t clock_wall_ms(void);

/* Formats a wall time in UTC as strftime(3) does. Returns `out`. */
const char *clock_text(int64_t wall_ms, const char *format, char *out, size_t room);

/* As RFC 3339, to the second. */
static inline const char *
clock_rfc3339(int64_t wall_ms, char out[static CLOCK_TEXT])
{
    return clock_text(wall_ms, "%Y-%m-%dT%H:%M:%SZ", out, CLOCK_TEXT);
}

/* For the screen, where " UTC" must follow. */
static inline const char *
clock_minute(int64_t wall_ms, char out[static CLOCK_MINUTE])
{
    return clock_text(wall_ms, "%Y-%m-%d %H:%M", out, CLOCK_MINUTE);
}

static inline const char *
clock_second(int64_t wall_ms, char out[static CLOCK_SECOND])
{
    return clock_text(wall_ms, "%Y-%m-%d %H:%M:%S", out, CLOCK_SECOND);
}

/* Whether two dates differ by their seconds only. */
static inline bool
clock_needs_seconds(int64_t a_ms, int64_t b_ms)
{
    return a_ms / 60000 == b_ms / 60000 && a_ms / 1000 != b_ms / 1000;
}

/* Stops both clocks, for tests with golden output; clock_real lets them run again. */
void clock_fake(int64_t now_ms, int64_t wall_ms);
void clock_real(void);

#endif

/* The two clocks. Everything that waits or measures uses the first, everything that is shown as a date the second. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum {
    CLOCK_TEXT = sizeof "2026-07-06T18:13:00Z",
    CLOCK_MINUTE = sizeof "2026-07-06 18:13",
    CLOCK_SECOND = sizeof "2026-07-06 18:13:00"
};

/* Milliseconds and microseconds since an arbitrary moment; never goes back. */
int64_t clock_now_ms(void);
int64_t clock_now_us(void);

/* Milliseconds since 1970-01-01 UTC. */
int64_t clock_wall_ms(void);

/* Wall time as RFC 3339 in UTC, to the second. */
void clock_rfc3339(int64_t wall_ms, char out[static CLOCK_TEXT]);

/* The same for people, to the minute: "2026-07-06 18:13", to be followed by " UTC". Returns `out`. */
const char *clock_minute(int64_t wall_ms, char out[static CLOCK_MINUTE]);
/* To the second, "2026-07-06 18:13:00", for where two moments lie in one minute. */
const char *clock_second(int64_t wall_ms, char out[static CLOCK_SECOND]);
/* Whether it takes seconds to tell them apart. */
bool clock_needs_seconds(int64_t a_ms, int64_t b_ms);

/* Stop both clocks at these readings, for tests with golden output; clock_real() lets them run again. */
void clock_fake(int64_t now_ms, int64_t wall_ms);
void clock_real(void);

#endif

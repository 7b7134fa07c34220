#include "base/clock.h"

#include <time.h>

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS };

static bool faked;
static int64_t fake_now_ms, fake_wall_ms;

static int64_t
read_us(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
clock_now_us(void)
{
    return faked ? fake_now_ms * 1000 : read_us(CLOCK_MONOTONIC);
}

int64_t
clock_now_ms(void)
{
    return clock_now_us() / 1000;
}

int64_t
clock_wall_ms(void)
{
    return faked ? fake_wall_ms : read_us(CLOCK_REALTIME) / 1000;
}

static void
put(int64_t wall_ms, const char *format, char *out, size_t room)
{
    time_t seconds = (time_t)(wall_ms / SECOND_MS);
    struct tm utc;
    if (!gmtime_r(&seconds, &utc) || strftime(out, room, format, &utc) == 0)
        out[0] = '\0';
}

void
clock_rfc3339(int64_t wall_ms, char out[static CLOCK_TEXT])
{
    put(wall_ms, "%Y-%m-%dT%H:%M:%SZ", out, CLOCK_TEXT);
}

const char *
clock_minute(int64_t wall_ms, char out[static CLOCK_MINUTE])
{
    put(wall_ms, "%Y-%m-%d %H:%M", out, CLOCK_MINUTE);
    return out;
}

const char *
clock_second(int64_t wall_ms, char out[static CLOCK_SECOND])
{
    put(wall_ms, "%Y-%m-%d %H:%M:%S", out, CLOCK_SECOND);
    return out;
}

bool
clock_needs_seconds(int64_t a_ms, int64_t b_ms)
{
    return a_ms / MINUTE_MS == b_ms / MINUTE_MS && a_ms / SECOND_MS != b_ms / SECOND_MS;
}

void
clock_fake(int64_t now_ms, int64_t wall_ms)
{
    faked = true;
    fake_now_ms = now_ms;
    fake_wall_ms = wall_ms;
}

void
clock_real(void)
{
    faked = false;
}

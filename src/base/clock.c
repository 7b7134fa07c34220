#include "base/clock.h"

#include <time.h>

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
clock_wall_ms(void)
{
    return faked ? fake_wall_ms : read_us(CLOCK_REALTIME) / 1000;
}

const char *
clock_text(int64_t wall_ms, const char *format, char *out, size_t room)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm utc;
    if (!gmtime_r(&seconds, &utc) || strftime(out, room, format, &utc) == 0)
        out[0] = '\0';
    return out;
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

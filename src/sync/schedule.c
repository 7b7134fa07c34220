#include "sync/schedule.h"

enum { MINUTE_MS = 60 * 1000, CROWD_MS = 2 * MINUTE_MS, SPREAD_MS = 10 * MINUTE_MS };

int64_t
schedule_after_failure(int64_t tried_ms, unsigned failures, int64_t retry_ms)
{
    int64_t pause = SCHEDULE_HOUR_MS;
    for (unsigned i = 1; i < failures && pause < SCHEDULE_DAY_MS; i++)
        pause *= 2;
    pause = pause > retry_ms ? pause : retry_ms;
    return tried_ms + (pause < SCHEDULE_DAY_MS ? pause : SCHEDULE_DAY_MS);
}

int64_t
schedule_start(int64_t now_ms, int64_t due_ms, uint32_t seed)
{
    int64_t start = now_ms > due_ms ? now_ms : due_ms, past = start % SCHEDULE_HOUR_MS;
    if (past >= CROWD_MS && past < SCHEDULE_HOUR_MS - CROWD_MS)
        return start;
    int64_t hour = start - past + (past < CROWD_MS ? 0 : SCHEDULE_HOUR_MS);
    return hour + CROWD_MS + seed % SPREAD_MS;
}

/* When a file may be fetched, so that mirrors and publishers are not pestered. Pure functions of wall times. */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include <stdint.h>

enum { SCHEDULE_HOUR_MS = 60 * 60 * 1000, SCHEDULE_DAY_MS = 24 * SCHEDULE_HOUR_MS };

/* An unattended run waits at most so long for a file to become due, because timers have jitter. */
enum { SCHEDULE_PATIENCE_MS = 5 * 60 * 1000 };

/* Returns when a file that could not be fetched may be asked for again: after an hour, then twice as long each time up
 * to a day, and not before the server says so (retry_ms, 0 = it does not), which counts for a day at most. */
int64_t schedule_after_failure(int64_t tried_ms, unsigned failures, int64_t retry_ms);

/* Returns when an unattended run should begin: at due_ms or now, but never on the full hour, when most machines
 * ask. The seed is the machine's, so that each has a minute of its own. */
int64_t schedule_start(int64_t now_ms, int64_t due_ms, uint32_t seed);

#endif

#include "journal/work.h"

#include "base/clock.h"
#include "journal/db.h"

#include <sqlite3.h>
#include <time.h>

enum { REPORT_US = 100 * 1000, STEPS_BETWEEN = 20 * 1000, BUSY_SLEEP_MS = 20 };

static bool
report(struct journal_work *w, enum journal_stage stage)
{
    w->reported_us = clock_now_us();
    w->stopped = w->stopped || (w->progress && !w->progress(w->arg, stage, w->done, w->total));
    return !w->stopped;
}

bool
journal_work_continues(struct journal_work *w)
{
    return clock_now_us() - w->reported_us < REPORT_US ? !w->stopped : report(w, w->stage);
}

static int
on_steps(void *arg)
{
    return !journal_work_continues(arg);
}

/* Reports at once, because the next step may take long. */
static int
on_busy(void *arg, int tries)
{
    static const struct timespec sleep = {.tv_nsec = BUSY_SLEEP_MS * 1000000L};
    struct journal_work *w = arg;
    if (tries >= w->wait_ms / BUSY_SLEEP_MS || !report(w, JOURNAL_STAGE_WAIT))
        return 0;
    nanosleep(&sleep, NULL);
    return 1;
}

bool
journal_work_stage(struct journal_work *w, enum journal_stage stage, uint64_t total)
{
    w->stage = stage;
    w->done = 0;
    w->total = total;
    return report(w, stage);
}

static int64_t
read_pragma(struct journal *j, const char *pragma)
{
    struct fault ignored;
    enum journal_result result;
    sqlite3_stmt *read = journal_prepare(j, pragma, &ignored);
    int64_t number = journal_number(j, read, &result, &ignored);
    sqlite3_finalize(read);
    return number;
}

/* Enlarges the cache, because slow work touches rows of all addresses in any order. SQLite frees it when it shrinks. */
enum journal_result
journal_work_begin(struct journal_work *w, struct journal *j, journal_progress *progress, void *arg,
                   struct fault *fault)
{
    *w = (struct journal_work){.journal = j, .progress = progress, .arg = arg, .reported_us = clock_now_us()};
    fault_set(fault, "%s", "");
    read_pragma(j, "PRAGMA cache_size = -65536");
    w->wait_ms = (int)read_pragma(j, "PRAGMA busy_timeout");
    sqlite3_busy_handler(j->db, on_busy, w);
    sqlite3_progress_handler(j->db, STEPS_BETWEEN, on_steps, w);
    return journal_begin(j, fault);
}

enum journal_result
journal_work_finish(struct journal_work *w, enum journal_result result, const char *what, struct fault *fault)
{
    bool stores = result == JOURNAL_DONE && journal_work_stage(w, JOURNAL_STAGE_STORE, 0);
    if (stores)
        result = journal_commit(w->journal, fault);
    else
        journal_undo(w->journal);
    if (!w->stopped || (stores && result == JOURNAL_DONE))
        return result;
    fault_set(fault, "the %s was stopped; nothing was changed", what);
    return JOURNAL_FAILED;
}

void
journal_work_end(struct journal_work *w)
{
    sqlite3_progress_handler(w->journal->db, 0, NULL, NULL);
    sqlite3_busy_timeout(w->journal->db, w->wait_ms);
    read_pragma(w->journal, "PRAGMA cache_size = -4096");
}

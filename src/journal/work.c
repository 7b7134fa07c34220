/* Work that takes long, all or nothing: it tells how far it is, and can be stopped between two records, within one
 * statement of SQLite, and while another program writes. */
#include "journal/db.h"
#include "journal/journal.h"

#include "base/clock.h"

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
journal_work_goes_on(struct journal_work *w)
{
    return clock_now_us() - w->reported_us < REPORT_US ? !w->stopped : report(w, w->stage);
}

static int
on_steps(void *arg)
{
    return !journal_work_goes_on(arg);
}

/* Told at once, since the next moment may be a long one. */
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

/* ---- the connection ---- */

static int64_t
read_pragma(struct journal *j, const char *pragma)
{
    struct fault ignored;
    sqlite3_stmt *read = journal_prepare(j, pragma, &ignored);
    enum journal_result result;
    int64_t number = 0;
    if (read && journal_step(j, read, &result, &ignored))
        number = sqlite3_column_int64(read, 0);
    sqlite3_finalize(read);
    return number;
}

/* Rows of every address are touched in any order: with the cache that a console makes do with, most pages would be read
 * anew each time. SQLite gives back what it no longer needs. */
static void
watch(struct journal_work *w)
{
    sqlite3 *db = w->journal->db;
    read_pragma(w->journal, "PRAGMA cache_size = -65536");
    w->wait_ms = (int)read_pragma(w->journal, "PRAGMA busy_timeout");
    sqlite3_busy_handler(db, on_busy, w);
    sqlite3_progress_handler(db, STEPS_BETWEEN, on_steps, w);
}

/* ---- the whole ---- */

enum journal_result
journal_work_begin(struct journal_work *w, struct journal *j, journal_progress *progress, void *arg,
                   struct fault *fault)
{
    *w = (struct journal_work){.journal = j, .progress = progress, .arg = arg, .reported_us = clock_now_us()};
    fault_set(fault, "%s", "");
    watch(w);
    return journal_begin(j, fault);
}

enum journal_result
journal_work_finish(struct journal_work *w, enum journal_result result, const char *what, struct fault *fault)
{
    bool keeps = result == JOURNAL_DONE && journal_work_stage(w, JOURNAL_STAGE_STORE, 0);
    if (keeps)
        result = journal_commit(w->journal, fault);
    else
        journal_undo(w->journal);
    if (!w->stopped || (keeps && result == JOURNAL_DONE))
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

#include "journal/damage.h"

#include "base/clock.h"
#include "base/text.h"
#include "journal/db.h"
#include "journal/merge.h"

#include <sqlite3.h>
#include <string.h>

enum { FAULTS_MOST = 20, STEPS_BETWEEN = 20 * 1000, STEPS_OF_SLICE = 1000 };

struct examination {
    struct journal *journal;
    journal_progress *progress;
    void *arg;
    struct buf *out;
    size_t faults;
    uint64_t records;
    bool stopped;
};

static int
on_steps(void *arg)
{
    struct examination *x = arg;
    x->stopped = x->stopped || (x->progress && !x->progress(x->arg, JOURNAL_STAGE_READ, x->records, 0));
    return x->stopped;
}

static void
add_fault(struct examination *x, const char *text)
{
    if (x->faults++ < FAULTS_MOST) {
        text_clean(x->out, text, strlen(text), TEXT_CLEAN_MAX);
        buf_byte(x->out, '\n');
    }
}

static bool
on_record(void *arg, const struct journal_json_record *record)
{
    struct examination *x = arg;
    (void)record;
    x->records++;
    return !x->stopped;
}

/* Reads in one transaction, so that a program that writes meanwhile makes no fault. The records come last, because they
 * are what damaged pages cannot give. */
bool
journal_check(struct journal *j, journal_progress *progress, void *progress_arg, struct buf *out, struct fault *fault)
{
    struct examination x = {j, progress, progress_arg, out, 0, 0, false};
    enum journal_result result;
    struct fault why = {""};
    bool held;
    *fault = (struct fault){""};
    if (!journal_read_begin(j, &held, fault))
        return false;
    sqlite3_progress_handler(j->db, STEPS_BETWEEN, on_steps, &x);
    sqlite3_stmt *rows = journal_statement(j, "PRAGMA integrity_check(20)", fault);
    while (journal_step(j, rows, &result, fault))
        if (strcmp(journal_column_word(rows, 0), "ok") != 0)
            add_fault(&x, journal_column_word(rows, 0));
    rows = result == JOURNAL_DONE ? journal_statement(j, "PRAGMA foreign_key_check", fault) : NULL;
    while (rows && journal_step(j, rows, &result, fault)) {
        struct buf text = {0};
        buf_format(&text, "a row of %s refers to a row of %s that is missing", journal_column_word(rows, 0),
                   journal_column_word(rows, 2));
        add_fault(&x, buf_string(&text));
        buf_free(&text);
    }
    if (result == JOURNAL_DONE && !journal_visit(j, on_record, &x, &why) && *why.text)
        add_fault(&x, why.text);
    sqlite3_progress_handler(j->db, 0, NULL, NULL);
    journal_read_end(j, held);
    if (x.stopped)
        *fault = (struct fault){""};
    return result == JOURNAL_DONE && !x.stopped;
}

bool
journal_check_table(struct journal *j, size_t *at, int64_t most_ms, struct fault *fault)
{
    int64_t until_ms = clock_now_ms() + most_ms;
    enum journal_result result;
    sqlite3_stmt *find = journal_query(j, fault,
                                       "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0"
                                       " ORDER BY rowid LIMIT 1 OFFSET ?1",
                                       INT((int64_t)*at));
    char *table = journal_step(j, find, &result, fault) ? mem_copy(journal_column_word(find, 0)) : NULL;
    if (!table)
        return result == JOURNAL_DONE;
    sqlite3_reset(find);
    sqlite3_progress_handler(j->db, STEPS_OF_SLICE, journal_is_late, &until_ms);
    sqlite3_stmt *check = journal_query(j, fault, "SELECT quick_check FROM pragma_quick_check(?1)", TEXT(table));
    bool damaged = journal_step(j, check, &result, fault) && strcmp(journal_column_word(check, 0), "ok") != 0;
    if (damaged)
        fault_set(fault,
                  "the journal %s is damaged (%.200s); see journal check, and save it with journal export before you"
                  " begin a new one",
                  j->path, journal_column_word(check, 0));
    if (check)
        sqlite3_reset(check);
    sqlite3_progress_handler(j->db, 0, NULL, NULL);
    free(table);
    ++*at;
    return !damaged && result != JOURNAL_BROKEN;
}

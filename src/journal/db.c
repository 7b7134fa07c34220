/* Statements, transactions, and the sentences for failures of SQLite. */
#include "journal/db.h"

#include "base/clock.h"
#include "base/text.h"
#include "journal/file.h"
#include "journal/intact.h"

#include <assert.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* ---- failures ---- */

#define DISK_FULL "the disk is full; make room, nothing that was stored is lost"

static const struct {
    int code;
    const char *why;
} reasons[] = {
    /* Extended codes come before their primary ones. */
    {SQLITE_READONLY_DBMOVED, "the file was moved or replaced while it was open; start again"},
    {SQLITE_READONLY_DIRECTORY, "its folder may not be written"},
    {SQLITE_CORRUPT_VTAB, "its index of words does not fit its content; export it, and import that into a new one"},
    {SQLITE_BUSY, "another program is writing to it; try again in a moment"},
    {SQLITE_LOCKED, "another program is writing to it; try again in a moment"},
    {SQLITE_FULL, DISK_FULL},
    {SQLITE_READONLY, "it may not be written"},
    {SQLITE_PERM, "permission denied"},
    {SQLITE_PROTOCOL, "too many programs are at it; try again in a moment"},
    {SQLITE_NOMEM, "not enough memory"},
    {SQLITE_TOOBIG, "a text is too long"},
    {SQLITE_CORRUPT, "it is damaged; save what is whole of it with sqlite3's .recover, and move it away"},
    {SQLITE_NOTADB, "it is damaged; save what is whole of it with sqlite3's .recover, and move it away"},
};

void
journal_explain(const struct journal *j, int code, const char *doing, struct fault *fault)
{
    int primary = code & 0xff;
    const char *why = NULL, *before = "";
    /* ENOENT explains nothing, because SQLite looks for files that need not exist. */
    if ((primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN) && j->error != 0 && j->error != ENOENT)
        why = j->error == ENOSPC   ? DISK_FULL
              : j->error == EDQUOT ? "your quota of the disk is used up; make room, nothing that was kept is lost"
                                   : strerror(j->error);
    for (size_t i = 0; !why && i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].code == code || reasons[i].code == primary)
            why = reasons[i].why;
    if (!why && primary == SQLITE_ERROR && j->newer)
        why = "a newer version of the program wrote it; use that one";
    if (!why && primary == SQLITE_ERROR)
        before = "another program has changed it: ";
    fault_set(fault, "cannot %s the journal %s: %s%s", doing, j->path, before, why ? why : sqlite3_errmsg(j->db));
}

int
journal_is_late(void *until_ms)
{
    return clock_now_ms() >= *(const int64_t *)until_ms;
}

bool
journal_is_damage(int code)
{
    return code != SQLITE_CORRUPT_VTAB && ((code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB);
}

/* j->damage says why. The connection stays open until journal_close because callers may hold its statements. */
static enum journal_result
fail_broken(struct journal *j, struct fault *fault)
{
    j->broken = true;
    j->begun = j->lost = false;
    *fault = j->damage;
    return j->last = JOURNAL_BROKEN;
}

/* For files that another program has changed under SQLite, which must not copy its log back into them. */
static enum journal_result
break_changed(struct journal *j, struct fault *fault)
{
    if (j->access == JOURNAL_WRITES)
        sqlite3_db_config(j->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    journal_roll_back(j);
    return fail_broken(j, fault);
}

static enum journal_result
break_damaged(struct journal *j, struct fault *fault)
{
    struct fault aside;
    if (j->read_only)
        fault_set(&j->damage, "the journal %s is damaged, or was changed while it was read; it was left as it is",
                  j->path);
    else if (!j->quarantines)
        journal_explain(j, SQLITE_CORRUPT, "use", &j->damage);
    else if (!journal_file_is_there(j->path, j->device, j->inode))
        fault_set(&j->damage, "the journal %s was damaged, and another program has set it aside; start again", j->path);
    else if (journal_file_quarantine(j->path, &aside, &j->damage))
        fault_set(&j->damage, "the journal %s is damaged; it was set aside as %s, and the next start begins a new one",
                  j->path, aside.text);
    return break_changed(j, fault);
}

enum journal_result
journal_failed(struct journal *j, const char *doing, struct fault *fault)
{
    int code = sqlite3_extended_errcode(j->db);
    if (j->broken)
        return fail_broken(j, fault);
    if (journal_is_damage(code))
        return break_damaged(j, fault);
    journal_explain(j, code, doing, fault);
    return j->last = (code & 0xff) == SQLITE_BUSY ? JOURNAL_BUSY : JOURNAL_FAILED;
}

enum journal_result
journal_report_corrupt(struct journal *j, sqlite3_stmt *statement, int column, const char *what, struct fault *fault)
{
    char *text = journal_column_text(statement, column);
    fault_set(fault,
              "the journal %s holds what no version of the program writes, as %s: '%.100s'; it was changed by hand",
              j->path, what, text ? text : "");
    free(text);
    return j->last = JOURNAL_FAILED;
}

/* ---- statements ---- */

sqlite3_stmt *
journal_prepare(struct journal *j, const char *sql, struct fault *fault)
{
    sqlite3_stmt *statement = NULL;
    errno = 0;
    if (j->broken) {
        fail_broken(j, fault);
    } else if (sqlite3_prepare_v2(j->db, sql, -1, &statement, NULL) != SQLITE_OK) {
        j->error = errno;
        journal_failed(j, "read", fault);
    }
    return statement;
}

/* A linear search is enough for some dozens of statements, because the hot ones were used first. */
sqlite3_stmt *
journal_statement(struct journal *j, const char *sql, struct fault *fault)
{
    for (size_t i = 0; i < j->statements.count; i++)
        if (j->statements.at[i].sql == sql) {
            sqlite3_stmt *statement = j->statements.at[i].statement;
            assert(!sqlite3_stmt_busy(statement));
            sqlite3_clear_bindings(statement);
            return statement;
        }
    sqlite3_stmt *statement = journal_prepare(j, sql, fault);
    if (statement)
        vec_push(&j->statements, ((struct journal_prepared){sql, statement}));
    return statement;
}

sqlite3_stmt *
journal_bound(struct journal *j, const char *sql, const struct journal_binding *values, size_t count,
              struct fault *fault)
{
    sqlite3_stmt *statement = journal_statement(j, sql, fault);
    for (size_t i = 0; i < count && statement; i++) {
        const struct journal_binding *value = &values[i];
        int at = (int)i + 1;
        switch (value->kind) {
        case BIND_NULL: /* as it is */
            break;
        case BIND_INT:
            sqlite3_bind_int64(statement, at, value->number);
            break;
        case BIND_REAL:
            sqlite3_bind_double(statement, at, value->real);
            break;
        case BIND_TEXT:
            sqlite3_bind_text(statement, at, value->bytes ? value->bytes : "", -1, SQLITE_STATIC);
            break;
        case BIND_BLOB:
            sqlite3_bind_blob(statement, at, value->bytes, value->size, SQLITE_STATIC);
            break;
        }
    }
    return statement;
}

static bool
step(struct journal *j, sqlite3_stmt *statement, const char *doing, enum journal_result *result, struct fault *fault)
{
    *result = JOURNAL_DONE;
    if (!statement) {
        *result = j->last;
        return false;
    }
    if (!j->broken && sqlite3_get_autocommit(j->db) && j->compares &&
        !journal_index_is_intact(j->path, &j->has_index, &j->damage)) {
        *result = break_changed(j, fault);
        return false;
    }
    errno = 0;
    int code = j->broken ? SQLITE_CORRUPT : sqlite3_step(statement);
    j->error = errno; /* SQLite forgets the system's error when COMMIT fails */
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        *result = journal_failed(j, doing, fault);
    sqlite3_reset(statement);
    return false;
}

bool
journal_step(struct journal *j, sqlite3_stmt *statement, enum journal_result *result, struct fault *fault)
{
    return step(j, statement, !statement || sqlite3_stmt_readonly(statement) ? "read" : "write", result, fault);
}

enum journal_result
journal_run(struct journal *j, sqlite3_stmt *statement, struct fault *fault)
{
    enum journal_result result;
    if (journal_step(j, statement, &result, fault))
        sqlite3_reset(statement);
    return result;
}

int64_t
journal_number(struct journal *j, sqlite3_stmt *statement, enum journal_result *result, struct fault *fault)
{
    int64_t number = 0;
    if (journal_step(j, statement, result, fault)) {
        number = sqlite3_column_int64(statement, 0);
        sqlite3_reset(statement);
    }
    return number;
}

/* ---- transactions ---- */

/* Resets the statements, because one that is stepped through would keep a transaction open. */
void
journal_roll_back(struct journal *j)
{
    for (size_t i = 0; i < j->statements.count; i++)
        sqlite3_reset(j->statements.at[i].statement);
    if (!sqlite3_get_autocommit(j->db))
        sqlite3_exec(j->db, "ROLLBACK", NULL, NULL, NULL);
    journal_lists_forget(j);
}

/* In WAL mode, SQLite waits for the disk at each commit only if "synchronous" is FULL. */
static enum journal_result
start(struct journal *j, bool durable, struct fault *fault)
{
    if (j->broken)
        return fail_broken(j, fault);
    if (j->read_only) {
        fault_set(fault, "cannot write the journal %s: %s", j->path, j->closed.text);
        return j->last = JOURNAL_FAILED;
    }
    if (!j->in_memory && !journal_file_is_there(j->path, j->device, j->inode)) {
        /* Nothing that is written now could be found again. */
        fault_set(&j->damage, "the journal %s was moved or removed while it was open; the next start begins a new one",
                  j->path);
        return fail_broken(j, fault);
    }
    bool damaged;
    if (j->durable != durable)
        sqlite3_exec(j->db, durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL", NULL, NULL, NULL);
    j->durable = durable;
    enum journal_result result;
    step(j, journal_statement(j, "BEGIN IMMEDIATE", fault), "write", &result, fault);
    if (result != JOURNAL_DONE || !j->has_index || journal_log_is_intact(j->db, j->path, &damaged, &j->damage))
        return result;
    return damaged ? break_damaged(j, fault) : break_changed(j, fault);
}

static enum journal_result
finish(struct journal *j, struct fault *fault)
{
    enum journal_result result;
    step(j, journal_statement(j, "COMMIT", fault), "write", &result, fault);
    if (result != JOURNAL_DONE && !j->broken)
        journal_roll_back(j);
    /* The log is then no longer the only copy of what a user wrote, if no reader is in the way. */
    if (result == JOURNAL_DONE && j->durable)
        sqlite3_wal_checkpoint_v2(j->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return result;
}

enum journal_result
journal_begin_as(struct journal *j, bool durable, struct fault *fault)
{
    assert(!j->begun);
    enum journal_result result = start(j, durable, fault);
    j->begun = result == JOURNAL_DONE;
    j->lost = false;
    return result;
}

enum journal_result
journal_commit(struct journal *j, struct fault *fault)
{
    bool lost = j->lost;
    assert(j->begun || j->broken);
    j->begun = j->lost = false;
    if (j->broken)
        return fail_broken(j, fault);
    if (!lost)
        return finish(j, fault);
    journal_roll_back(j);
    *fault = j->loss;
    return j->last = JOURNAL_FAILED;
}

void
journal_undo(struct journal *j)
{
    j->begun = j->lost = false;
    if (!j->broken)
        journal_roll_back(j);
}

enum journal_result
journal_enter(struct journal *j, bool durable, bool *own, struct fault *fault)
{
    *own = !j->begun;
    if (*own || j->broken)
        return start(j, durable, fault);
    j->changes = sqlite3_total_changes(j->db);
    if (j->lost)
        *fault = j->loss;
    return j->lost ? JOURNAL_FAILED : JOURNAL_DONE;
}

enum journal_result
journal_end(struct journal *j, bool own, enum journal_result result, struct fault *fault)
{
    if (j->broken)
        return JOURNAL_BROKEN;
    if (own && result == JOURNAL_DONE)
        return finish(j, fault);
    if (own) {
        journal_roll_back(j);
    } else if (result != JOURNAL_DONE && !j->lost) {
        j->lost = sqlite3_get_autocommit(j->db) || sqlite3_total_changes(j->db) != j->changes;
        j->loss = *fault;
    }
    return result;
}

bool
journal_read_begin(struct journal *j, bool *held, struct fault *fault)
{
    *held = sqlite3_get_autocommit(j->db);
    return !*held || journal_run(j, journal_statement(j, "BEGIN", fault), fault) == JOURNAL_DONE;
}

void
journal_read_end(struct journal *j, bool held)
{
    struct fault ignored;
    if (held && !j->broken)
        journal_run(j, journal_statement(j, "ROLLBACK", &ignored), &ignored);
}

/* ---- columns ---- */

char *
journal_column_clean(sqlite3_stmt *statement, int column, bool lines)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    size_t count = (size_t)sqlite3_column_bytes(statement, column);
    struct buf clean = {0};
    if (!text || count == 0)
        return NULL;
    const char *end = text + count;
    for (const char *line = text;;) {
        const char *stop = lines ? memchr(line, '\n', (size_t)(end - line)) : NULL;
        size_t length = (size_t)((stop ? stop : end) - line);
        text_clean(&clean, line, length, length);
        if (!stop)
            break;
        buf_byte(&clean, '\n');
        line = stop + 1;
    }
    return buf_take(&clean);
}

const char *
journal_column_word(sqlite3_stmt *statement, int column)
{
    const char *word = (const char *)sqlite3_column_text(statement, column);
    return word ? word : "";
}

bool
journal_column_uuid(sqlite3_stmt *statement, int column, struct uuid *out)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    if (!bytes || sqlite3_column_bytes(statement, column) != UUID_BYTES)
        return false;
    memcpy(out->bytes, bytes, UUID_BYTES);
    return true;
}

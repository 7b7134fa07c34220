/* Opening and closing the journal.
 *
 * SQLite may touch the file only after its header was read, and a file is quarantined only when it is damaged and ours,
 * by its header or by its place. A file that can be read but not written is opened for reading. */
#include "base/buf.h"
#include "base/mem.h"
#include "journal/db.h"
#include "journal/file.h"
#include "journal/journal.h"
#include "journal/schema.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the connection ---- */

enum {
    LONGEST_CELL = 16 * 1024 * 1024, /* of a file that any program may have written */
};

/* cell_size_check finds damaged pages before they are used; secure_delete overwrites purged rows in the free space of
 * pages; the cache is bounded for the console. An observation changes about nine pages, most of them others than the
 * one before, so the log may grow to its size limit: it is copied back, with a wait, once in about 400 observations. */
static const char pragmas[] = "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
                              "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -4096; PRAGMA mmap_size = 0;"
                              "PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 16777216;"
                              "PRAGMA wal_autocheckpoint = 4000";

static void
disconnect(struct journal *j)
{
    sqlite3_close_v2(j->db);
    j->db = NULL;
}

static int
configure(struct journal *j)
{
    sqlite3_extended_result_codes(j->db, 1);
    sqlite3_busy_timeout(j->db, j->opening_ms);
    sqlite3_limit(j->db, SQLITE_LIMIT_LENGTH, LONGEST_CELL);
    sqlite3_db_config(j->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(j->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(j->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    return sqlite3_exec(j->db, pragmas, NULL, NULL, NULL);
}

/* SQLite reads a file that may not be written, or is in such a folder, without its log only as an immutable one. */
static int
connect_file(struct journal *j)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-";
    struct buf uri = {0};
    bool at_rest = journal_file_is_at_rest(j->path);
    disconnect(j);
    errno = 0;
    j->read_only = journal_file_is_closed(j->path, &j->closed) || j->full;
    if (j->full)
        fault_set(&j->closed, "the disk is full");
    bool immutable = j->read_only && at_rest;
    buf_text(&uri, "file:");
    for (const char *c = j->path; *c; c++)
        buf_format(&uri, strchr(plain, *c) ? "%c" : "%%%02X", (unsigned char)*c);
    buf_text(&uri, "?immutable=1");
    int flags = immutable ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI : SQLITE_OPEN_READWRITE;
    int code = sqlite3_open_v2(j->no_byte  ? ":memory:"
                               : immutable ? buf_string(&uri)
                                           : j->path,
                               &j->db, SQLITE_OPEN_NOMUTEX | (j->no_byte ? SQLITE_OPEN_READWRITE : flags), NULL);
    buf_free(&uri);
    if (code != SQLITE_OK)
        return code;
    /* A reader leaves a log as it found it. */
    sqlite3_db_config(j->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, j->access == JOURNAL_READS && !at_rest, NULL);
    /* With a full disk, the index of the log must be in memory. */
    if (j->full && !at_rest)
        sqlite3_exec(j->db, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL);
    return configure(j);
}

/* An older file that may not be changed: migrates a temporary copy of it, which SQLite removes in the end. */
static int
connect_copy(struct journal *j)
{
    sqlite3 *copy = NULL;
    int code = sqlite3_open_v2("", &copy, SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    sqlite3_backup *backup = code == SQLITE_OK ? sqlite3_backup_init(copy, "main", j->db, "main") : NULL;
    if (backup) {
        sqlite3_backup_step(backup, -1);
        code = sqlite3_backup_finish(backup);
    } else if (code == SQLITE_OK) {
        code = sqlite3_extended_errcode(copy);
    }
    disconnect(j);
    j->db = copy;
    if (code == SQLITE_OK)
        code = configure(j);
    return code == SQLITE_OK ? journal_schema_update(j->db) : code;
}

/* ---- its content ---- */

enum file_state { FILE_GOOD, FILE_DAMAGED, FILE_REFUSED };

/* `code` and errno are those of the last call. */
static enum file_state
judge(struct journal *j, int code, struct fault *fault)
{
    j->error = errno;
    if (code == SQLITE_OK)
        return FILE_GOOD;
    journal_explain(j, code, "open", fault);
    return journal_is_damage(code) ? FILE_DAMAGED : FILE_REFUSED;
}

static enum file_state
refuse(const struct journal *j, const char *why, struct fault *fault)
{
    fault_set(fault, "cannot open the journal %s: %s", j->path, why);
    return FILE_REFUSED;
}

static enum file_state
identify(struct journal *j, struct fault *notice, struct fault *fault)
{
    struct journal_identity is;
    enum file_state state = judge(j, journal_schema_identify(j->db, &is), fault);
    bool empty = is.objects == 0 && is.application == 0 && is.version == 0, writes = j->access == JOURNAL_WRITES;
    if (state != FILE_GOOD)
        return state;
    if (!empty && is.application != JOURNAL_APPLICATION)
        return refuse(j, "it is a database of another program; name another file", fault);
    if (!empty && is.version < 1)
        return refuse(j, "it says that it is a journal, but not of which version", fault);
    if (j->no_byte || (is.version <= JOURNAL_SCHEMA && writes && !j->read_only)) {
        if (is.version < JOURNAL_SCHEMA)
            state = judge(j, journal_schema_update(j->db), fault);
        /* Where there can be no log, or another program is busy, its present mode serves as well. */
        if (state == FILE_GOOD)
            sqlite3_exec(j->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
        return state;
    }
    if (empty)
        return refuse(j, "there is nothing in it yet", fault);
    if (is.version < JOURNAL_SCHEMA)
        state = judge(j, connect_copy(j), fault);
    if (is.version > JOURNAL_SCHEMA) {
        j->newer = j->read_only = true;
        fault_set(&j->closed, "a newer version of the program wrote it");
    }
    if (state == FILE_GOOD && j->read_only && writes)
        fault_set(notice, "nothing new is kept in the journal %s: %s", j->path, j->closed.text);
    return state;
}

/* Even to read, SQLite needs some space beside the file. Reading without it locks a file that has a log, so it is only
 * for short readers. */
static enum file_state
examine(struct journal *j, struct fault *notice, struct fault *fault)
{
    for (;;) {
        enum file_state state = judge(j, connect_file(j), fault);
        if (state == FILE_GOOD)
            state = identify(j, notice, fault);
        if (state == FILE_GOOD && !j->newer)
            state = judge(j, journal_schema_probe(j->db), fault);
        bool full = j->error == ENOSPC || j->error == EDQUOT || (sqlite3_errcode(j->db) & 0xff) == SQLITE_FULL;
        if (state != FILE_REFUSED || !full || j->full || j->made ||
            (j->access != JOURNAL_READS && !journal_file_is_at_rest(j->path)))
            return state;
        j->full = true;
    }
}

/* ---- opening ---- */

/* Resolves the path, because the files beside the real one belong to it. */
static bool
locate(struct journal *j, struct fault *fault)
{
    struct stat is;
    char *real = realpath(j->path, NULL);
    if (!real || stat(real, &is) != 0) {
        free(real);
        return fault_set(fault, "cannot open the journal %s: its folder cannot be looked up", j->path);
    }
    free(j->path);
    j->path = real;
    j->device = is.st_dev;
    j->inode = is.st_ino;
    return true;
}

/* Another program may have quarantined it meanwhile. */
static bool
begin_anew(struct journal *j, const char *because, struct fault *notice, struct fault *fault)
{
    struct fault aside;
    struct stat like;
    bool known = stat(j->path, &like) == 0;
    if (j->db)
        sqlite3_db_config(j->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    disconnect(j);
    if (journal_file_is_there(j->path, j->device, j->inode)) {
        if (!journal_file_quarantine(j->path, &aside, fault))
            return false;
        fault_set(notice, "the journal %s %s; it was set aside as %s, and a new one is begun", j->path, because,
                  aside.text);
    }
    return journal_file_make(j->path, false, known ? &like : NULL, &j->made, fault) && locate(j, fault);
}

/* Makes a missing file, and keeps SQLite away from files of others. */
static bool
prepare_file(struct journal *j, bool usual, bool *ours, struct fault *notice, struct fault *fault)
{
    bool writes = j->access == JOURNAL_WRITES;
    enum journal_file file = journal_file_look(j->path, fault);
    if (file == JOURNAL_FILE_ABSENT && !writes)
        return fault_set(fault, "cannot open the journal %s: there is none", j->path);
    if (file == JOURNAL_FILE_UNUSABLE)
        return false;
    if (file == JOURNAL_FILE_ABSENT && !journal_file_make(j->path, usual, NULL, &j->made, fault))
        return false;
    j->no_byte = file == JOURNAL_FILE_EMPTY && !writes && journal_file_is_at_rest(j->path);
    *ours = usual || file == JOURNAL_FILE_OURS;
    if (!locate(j, fault))
        return false;
    if (file == JOURNAL_FILE_EMPTY && journal_file_is_only_log(j->path))
        return j->quarantines ? begin_anew(j, "was empty beside its log", notice, fault)
                              : fault_set(fault,
                                          "cannot open the journal %s: it is empty, but its log %s-wal is not; move"
                                          " both away, or put the file back",
                                          j->path, j->path);
    if (file != JOURNAL_FILE_FOREIGN)
        return true;
    if (j->quarantines && usual)
        return begin_anew(j, "was none (no SQLite database)", notice, fault);
    return fault_set(fault, "cannot open the journal %s: it is not a journal (no SQLite database); name another file",
                     j->path);
}

struct journal *
journal_open(const char *path, bool usual, enum journal_access access, int wait_ms, struct fault *notice,
             struct fault *fault)
{
    struct journal *j = mem_zero(sizeof *j);
    struct stat is;
    notice->text[0] = '\0';
    j->access = access == JOURNAL_READS ? JOURNAL_READS : JOURNAL_WRITES;
    j->quarantines = access == JOURNAL_WRITES;
    j->opening_ms = wait_ms > 0 ? JOURNAL_WAIT_OPEN_MS : 0; /* another program may be making the same file */
    j->path = mem_copy(path);
    bool ours = false, good = prepare_file(j, usual, &ours, notice, fault);
    if (good) {
        enum file_state state = examine(j, notice, fault);
        good = state == FILE_GOOD;
        if (state == FILE_DAMAGED && ours && j->quarantines && !j->read_only)
            good = begin_anew(j, "was damaged", notice, fault) && examine(j, notice, fault) == FILE_GOOD;
    }
    if (!good) {
        disconnect(j);
        if (j->made && stat(j->path, &is) == 0 && is.st_size == 0 && journal_file_is_at_rest(j->path))
            unlink(j->path); /* nothing has been written to it */
        journal_close(j);
        return NULL;
    }
    if (access == JOURNAL_READS && !j->read_only) {
        j->read_only = true;
        fault_set(&j->closed, "it was opened for reading");
    }
    if (j->read_only)
        sqlite3_exec(j->db, "PRAGMA query_only = ON", NULL, NULL, NULL);
    j->compares = !j->read_only;
    sqlite3_busy_timeout(j->db, wait_ms);
    return j;
}

struct journal *
journal_open_memory(struct fault *fault)
{
    struct journal *j = mem_zero(sizeof *j);
    j->access = JOURNAL_WRITES;
    j->in_memory = true;
    j->path = mem_copy("in memory");
    int code = sqlite3_open_v2(":memory:", &j->db, SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE, NULL);
    if (code == SQLITE_OK)
        code = configure(j);
    if (code == SQLITE_OK)
        code = journal_schema_update(j->db);
    if (code == SQLITE_OK)
        return j;
    journal_explain(j, code, "open", fault);
    journal_close(j);
    return NULL;
}

void
journal_lists_forget(struct journal *j)
{
    for (size_t i = 0; i < j->lists.count; i++)
        free(j->lists.at[i].zone);
    for (size_t i = 0; i < j->list_sets.count; i++)
        free(j->list_sets.at[i].lists);
    vec_free(&j->lists);
    vec_free(&j->list_sets);
}

void
journal_close(struct journal *j)
{
    if (!j)
        return;
    for (size_t i = 0; i < j->statements.count; i++)
        sqlite3_finalize(j->statements.at[i].statement);
    vec_free(&j->statements);
    journal_lists_forget(j);
    disconnect(j);
    free(j->path);
    free(j);
}

const char *
journal_path(const struct journal *j)
{
    return j->path;
}

bool
journal_is_read_only(const struct journal *j)
{
    return j->read_only;
}

bool
journal_is_in_memory(const struct journal *j)
{
    return j->in_memory;
}

bool
journal_has_changed(struct journal *j)
{
    struct fault fault;
    enum journal_result result;
    int64_t before = j->data_version;
    int64_t version = journal_number(j, journal_statement(j, "PRAGMA data_version", &fault), &result, &fault);
    if (result != JOURNAL_DONE)
        return false;
    j->data_version = version;
    return before != 0 && version != before;
}

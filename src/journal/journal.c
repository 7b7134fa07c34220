/* Opening and closing the journal, and the rows of its matters.
 *
 * SQLite may touch the file only once its header was looked at, and a file is set aside only when it is damaged and is
 * ours, by its header or by the place where it lies. What can be read but not written is opened for reading. */
#include "journal/journal.h"
#include "journal/db.h"

#include "base/text.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- the connection ---- */

enum {
    OPENING_WAIT_MS = 2000,          /* another program may be making the same file */
    LONGEST_CELL = 16 * 1024 * 1024, /* of a file that anybody may have written */
};

/* cell_size_check finds damaged pages before they are used; secure_delete, because what is forgotten must not stay in
 * the free room of a page; the cache is bounded for the console's sake. A look changes some nine pages, most of them
 * others than the look before it, so the log may hold as many as fit into what is kept of it: they are copied back, and
 * waited for, once in some four hundred looks. */
static const char pragmas[] = "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
                              "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -4096; PRAGMA mmap_size = 0;"
                              "PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 16777216;"
                              "PRAGMA wal_autocheckpoint = 4000";

static void
put_uri(struct buf *out, const char *path)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-";
    buf_text(out, "file:");
    for (const char *c = path; *c; c++)
        if (strchr(plain, *c))
            buf_byte(out, *c);
        else
            buf_format(out, "%%%02X", (unsigned char)*c);
    buf_text(out, "?immutable=1");
}

static void
disconnect(struct journal *j)
{
    sqlite3_close_v2(j->db);
    j->db = NULL;
}

/* A file that may not be written, or lies in such a folder, SQLite reads without its log only when it is told that
 * nobody changes it. */
static int
open_database(struct journal *j, bool frozen)
{
    struct buf uri = {0};
    int flags = SQLITE_OPEN_NOMUTEX;
    if (j->no_byte)
        return sqlite3_open_v2(":memory:", &j->db, flags | SQLITE_OPEN_READWRITE, NULL);
    if (frozen)
        put_uri(&uri, j->path);
    flags |= frozen ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI : SQLITE_OPEN_READWRITE;
    int code = sqlite3_open_v2(frozen ? buf_string(&uri) : j->path, &j->db, flags, NULL);
    buf_free(&uri);
    return code;
}

static int
connect_file(struct journal *j)
{
    bool at_rest = journal_file_is_at_rest(j->path);
    disconnect(j);
    errno = 0;
    j->read_only = journal_file_is_closed(j->path, &j->closed) || j->full;
    if (j->full)
        fault_set(&j->closed, "the disk is full");
    int code = open_database(j, j->read_only && at_rest);
    if (code != SQLITE_OK)
        return code;
    sqlite3_extended_result_codes(j->db, 1);
    sqlite3_busy_timeout(j->db, OPENING_WAIT_MS);
    sqlite3_limit(j->db, SQLITE_LIMIT_LENGTH, LONGEST_CELL);
    /* A log that was there before a reader came stays as it is. */
    sqlite3_db_config(j->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, j->access == JOURNAL_READS && !at_rest, NULL);
    sqlite3_db_config(j->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(j->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(j->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    /* What SQLite keeps beside a log is in memory then. */
    if (j->full && !at_rest)
        sqlite3_exec(j->db, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL);
    return sqlite3_exec(j->db, pragmas, NULL, NULL, NULL);
}

/* ---- what is in it ---- */

enum list_result_of_file { FILE_GOOD, FILE_DAMAGED, FILE_REFUSED };

/* `code` is what came of the last call, errno what the system said to it. */
static enum list_result_of_file
judge(struct journal *j, int code, struct fault *fault)
{
    j->error = errno;
    if (code == SQLITE_OK)
        return FILE_GOOD;
    journal_explain(j, code, "open", fault);
    return journal_is_damage(code) ? FILE_DAMAGED : FILE_REFUSED;
}

static enum list_result_of_file
refuse(const struct journal *j, const char *why, struct fault *fault)
{
    fault_set(fault, "cannot open the journal %s: %s", j->name, why);
    return FILE_REFUSED;
}

static enum list_result_of_file
update(struct journal *j, int64_t version, struct fault *fault)
{
    enum list_result_of_file found = FILE_GOOD;
    if (version < JOURNAL_SCHEMA)
        found = judge(j, journal_schema_update(j->db), fault);
    /* Where there can be no log, or another program is at it just now, the mode in which it is serves as well. */
    if (found == FILE_GOOD)
        sqlite3_exec(j->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
    return found;
}

static enum list_result_of_file
identify(struct journal *j, struct fault *notice, struct fault *fault)
{
    struct journal_identity is;
    enum list_result_of_file found = judge(j, journal_schema_identify(j->db, &is), fault);
    bool empty = is.objects == 0 && is.application == 0 && is.version == 0, writes = j->access == JOURNAL_WRITES;
    if (found != FILE_GOOD)
        return found;
    if (!empty && is.application != JOURNAL_APPLICATION)
        return refuse(j, "it is a database of another program; name another file", fault);
    if (!empty && is.version < 1)
        return refuse(j, "it says that it is a journal, but not of which version", fault);
    if (j->no_byte || (is.version <= JOURNAL_SCHEMA && writes && !j->read_only))
        return update(j, is.version, fault);
    if (empty)
        return refuse(j, "there is nothing in it yet", fault);
    if (is.version < JOURNAL_SCHEMA)
        return refuse(j, "an older version of the program wrote it; open it once for writing", fault);
    if (is.version > JOURNAL_SCHEMA) {
        j->newer = j->read_only = true;
        fault_set(&j->closed, "a newer version of the program wrote it");
    }
    if (j->read_only && writes)
        fault_set(notice, "nothing new is kept in the journal %s: %s", j->name, j->closed.text);
    return FILE_GOOD;
}

static enum list_result_of_file
examine_once(struct journal *j, struct fault *notice, struct fault *fault)
{
    enum list_result_of_file found = judge(j, connect_file(j), fault);
    if (found == FILE_GOOD)
        found = identify(j, notice, fault);
    if (found == FILE_GOOD && !j->newer)
        found = judge(j, journal_schema_probe(j->db), fault);
    return found;
}

/* Also to read SQLite wants some room beside the file. There is a way without it; where there is a log, nobody else can
 * be at the file meanwhile, so this is only for those who read and go. */
static bool
can_do_without_room(const struct journal *j)
{
    bool full = j->error == ENOSPC || j->error == EDQUOT || (sqlite3_errcode(j->db) & 0xff) == SQLITE_FULL;
    return full && !j->made && (j->access == JOURNAL_READS || journal_file_is_at_rest(j->path));
}

static enum list_result_of_file
examine(struct journal *j, struct fault *notice, struct fault *fault)
{
    enum list_result_of_file found = examine_once(j, notice, fault);
    if (found != FILE_REFUSED || !can_do_without_room(j))
        return found;
    j->full = true;
    return examine_once(j, notice, fault);
}

/* ---- opening ---- */

static void
name_it(struct journal *j, char *path)
{
    free(j->path);
    free(j->name);
    j->path = path;
    j->name = text_clean_copy(path, strlen(path));
}

/* The file as it lies on the disk, however the user named it: what is beside it belongs to that. */
static bool
locate(struct journal *j, struct fault *fault)
{
    struct stat is;
    char *real = realpath(j->path, NULL);
    if (!real || stat(real, &is) != 0) {
        free(real);
        return fault_set(fault, "cannot open the journal %s: its folder cannot be looked up", j->name);
    }
    name_it(j, real);
    j->device = is.st_dev;
    j->inode = is.st_ino;
    return true;
}

/* Another program may have been quicker to set it aside. */
static bool
begin_anew(struct journal *j, const char *because, struct fault *notice, struct fault *fault)
{
    struct fault aside;
    if (j->db)
        sqlite3_db_config(j->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    disconnect(j);
    if (journal_file_is_there(j->path, j->device, j->inode)) {
        if (!journal_file_quarantine(j->path, j->name, &aside, fault))
            return false;
        fault_set(notice, "the journal %s %s; it was set aside as %s, and a new one is begun", j->name, because,
                  aside.text);
    }
    return journal_file_make(j->path, j->name, false, &j->made, fault) && locate(j, fault);
}

/* Makes the file when it is not there, and sees to it that SQLite gets no file that is none of its own. */
static bool
prepare_file(struct journal *j, bool usual, bool *ours, struct fault *notice, struct fault *fault)
{
    bool writes = j->access == JOURNAL_WRITES;
    enum journal_file file = journal_file_look(j->path, j->name, fault);
    if (file == JOURNAL_FILE_ABSENT && !writes)
        return fault_set(fault, "cannot open the journal %s: there is none", j->name);
    if (file == JOURNAL_FILE_UNUSABLE)
        return false;
    if (file == JOURNAL_FILE_ABSENT && !journal_file_make(j->path, j->name, usual, &j->made, fault))
        return false;
    j->no_byte = file == JOURNAL_FILE_EMPTY && !writes && journal_file_is_at_rest(j->path);
    *ours = usual || file == JOURNAL_FILE_OURS;
    if (!locate(j, fault))
        return false;
    if (file != JOURNAL_FILE_FOREIGN)
        return true;
    if (j->sets_aside && usual)
        return begin_anew(j, "was none (no SQLite database)", notice, fault);
    return fault_set(fault, "cannot open the journal %s: it is not a journal (no SQLite database); name another file",
                     j->name);
}

static bool
open_file(struct journal *j, bool usual, struct fault *notice, struct fault *fault)
{
    bool ours = false;
    if (!prepare_file(j, usual, &ours, notice, fault))
        return false;
    enum list_result_of_file found = examine(j, notice, fault);
    if (found == FILE_DAMAGED && ours && j->sets_aside && !j->read_only)
        return begin_anew(j, "was damaged", notice, fault) && examine(j, notice, fault) == FILE_GOOD;
    return found == FILE_GOOD;
}

struct journal *
journal_open(const char *path, bool usual, enum journal_access access, int wait_ms, struct fault *notice,
             struct fault *fault)
{
    struct journal *j = mem_zero(sizeof *j);
    notice->text[0] = '\0';
    j->access = access == JOURNAL_READS ? JOURNAL_READS : JOURNAL_WRITES;
    j->sets_aside = access == JOURNAL_WRITES;
    name_it(j, mem_copy(path));
    if (!open_file(j, usual, notice, fault)) {
        disconnect(j);
        if (j->made)
            journal_file_unmake(j->path);
        journal_close(j);
        return NULL;
    }
    if (access == JOURNAL_READS && !j->read_only) {
        j->read_only = true;
        fault_set(&j->closed, "it was opened for reading");
    }
    if (j->read_only)
        sqlite3_exec(j->db, "PRAGMA query_only = ON", NULL, NULL, NULL);
    sqlite3_busy_timeout(j->db, wait_ms);
    return j;
}

void
journal_close(struct journal *j)
{
    if (!j)
        return;
    for (size_t i = 0; i < j->statements.count; i++)
        sqlite3_finalize(j->statements.at[i].statement);
    vec_free(&j->statements);
    disconnect(j);
    free(j->path);
    free(j->name);
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
journal_is_broken(const struct journal *j)
{
    return j->broken;
}

bool
journal_has_changed(struct journal *j)
{
    struct fault fault;
    enum journal_result result;
    int64_t before = j->data_version;
    sqlite3_stmt *read = journal_statement(j, "PRAGMA data_version", &fault);
    if (!read || !journal_step(j, read, &result, &fault))
        return false;
    j->data_version = sqlite3_column_int64(read, 0);
    sqlite3_reset(read);
    return before != 0 && j->data_version != before;
}

/* ---- matters ---- */

void
journal_address_key(const struct addr *address, uint8_t out[static 16])
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (address->family == ADDR_V4) {
        memcpy(out, mapped, sizeof mapped);
        memcpy(out + sizeof mapped, address->bytes, 4);
    } else {
        memcpy(out, address->bytes, 16);
    }
}

void
journal_prefix_keys(const struct prefix *prefix, uint8_t low[static 16], uint8_t high[static 16])
{
    unsigned length = prefix->length + (prefix->addr.family == ADDR_V4 ? 96 : 0);
    journal_address_key(&prefix->addr, low);
    memcpy(high, low, 16);
    for (unsigned bit = length; bit < 128; bit++)
        high[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
}

/* By what it is found: low, kind, high at 1, 2, 3. */
static void
bind_key(sqlite3_stmt *statement, const struct resource *resource)
{
    uint8_t low[16], high[16];
    sqlite3_bind_int(statement, 2, resource->kind);
    if (resource->kind == RESOURCE_ASN) {
        sqlite3_bind_int64(statement, 1, resource->asn);
        sqlite3_bind_int64(statement, 3, resource->asn);
    } else {
        journal_prefix_keys(&resource->prefix, low, high);
        sqlite3_bind_blob(statement, 1, low, sizeof low, SQLITE_TRANSIENT);
        sqlite3_bind_blob(statement, 3, high, sizeof high, SQLITE_TRANSIENT);
    }
}

static int64_t
find_resource(struct journal *j, const struct resource *resource, enum journal_result *result, struct fault *fault)
{
    sqlite3_stmt *find =
        journal_statement(j, "SELECT id FROM matter WHERE low = ?1 AND kind = ?2 AND high = ?3", fault);
    int64_t id = 0;
    *result = find ? JOURNAL_DONE : j->last;
    if (!find)
        return 0;
    bind_key(find, resource);
    if (journal_step(j, find, result, fault)) {
        id = sqlite3_column_int64(find, 0);
        sqlite3_reset(find);
    }
    return id;
}

int64_t
journal_resource_make(struct journal *j, const struct resource *resource, int64_t seen_ms, enum journal_result *result,
                      struct fault *fault)
{
    char text[RESOURCE_TEXT];
    sqlite3_stmt *make = journal_statement(
        j, "INSERT INTO matter(low, kind, high, text, asn, seen_ms) VALUES(?1, ?2, ?3, ?4, ?5, ?6)", fault);
    *result = j->last;
    if (!make)
        return 0;
    bind_key(make, resource);
    journal_bind_words(make, 4, resource_text(resource, text));
    if (resource->kind == RESOURCE_ASN)
        sqlite3_bind_int64(make, 5, resource->asn);
    sqlite3_bind_int64(make, 6, seen_ms);
    *result = journal_run(j, make, fault);
    return *result == JOURNAL_DONE ? sqlite3_last_insert_rowid(j->db) : 0;
}

int64_t
journal_resource_id(struct journal *j, const struct resource *resource, bool make, enum journal_result *result,
                    struct fault *fault)
{
    int64_t id = find_resource(j, resource, result, fault);
    return id == 0 && make && *result == JOURNAL_DONE ? journal_resource_make(j, resource, 0, result, fault) : id;
}

enum journal_result
journal_resource_seen(struct journal *j, int64_t resource_id, int64_t at_ms, struct fault *fault)
{
    sqlite3_stmt *seen = journal_statement(j, "UPDATE matter SET seen_ms = ?2 WHERE id = ?1 AND seen_ms < ?2", fault);
    if (!seen)
        return j->last;
    sqlite3_bind_int64(seen, 1, resource_id);
    sqlite3_bind_int64(seen, 2, at_ms);
    return journal_run(j, seen, fault);
}

enum journal_result
journal_resource_observed(struct journal *j, int64_t resource_id, int64_t observation_id, int64_t last_ms,
                          struct fault *fault)
{
    sqlite3_stmt *set = journal_statement(j,
                                          "UPDATE matter SET newest = ?2, seen_ms = max(seen_ms, ?3) WHERE id = ?1 AND"
                                          " ifnull((SELECT last_ms FROM observation WHERE id = newest), ?3) <= ?3",
                                          fault);
    if (!set)
        return j->last;
    sqlite3_bind_int64(set, 1, resource_id);
    sqlite3_bind_int64(set, 2, observation_id);
    sqlite3_bind_int64(set, 3, last_ms);
    return journal_run(j, set, fault);
}

enum journal_result
journal_resource_refresh(struct journal *j, int64_t resource_id, struct fault *fault)
{
    sqlite3_stmt *set = journal_statement(
        j,
        "UPDATE matter SET newest = (SELECT id FROM observation WHERE matter = ?1 ORDER BY last_ms DESC, id DESC"
        " LIMIT 1), seen_ms = max(seen_ms, ifnull((SELECT max(last_ms) FROM observation WHERE matter = ?1), seen_ms))"
        " WHERE id = ?1",
        fault);
    if (!set)
        return j->last;
    sqlite3_bind_int64(set, 1, resource_id);
    enum journal_result result = journal_run(j, set, fault);
    return result == JOURNAL_DONE ? journal_index_resource(j, resource_id, fault) : result;
}

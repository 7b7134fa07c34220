/* Removing for good: the rows, what the indexes of words know of them, and the bytes of both. secure_delete is on for
 * every connection, so that rows which go are overwritten; copies of them that SQLite left in free room when it moved
 * them go only when the whole file is written anew, those in an index of words when that is, and those in the
 * write-ahead log when it is cut off. */
#include "journal/cases.h"
#include "journal/db.h"
#include "journal/journal.h"

#include <ctype.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* Matters from one address to another (?1, ?2), of kinds from one to another (?3, ?4). */
#define INSIDE                                                                                                         \
    "(SELECT id FROM matter WHERE low BETWEEN ?1 AND ?2 AND high BETWEEN ?1 AND ?2 AND kind BETWEEN ?3 AND ?4)"

/* Cases that are done with, and in which nothing was changed since ?1. */
#define CHANGED_MS                                                                                                     \
    "max(opened_ms, state_ms, ticket_ms, tags_ms, due_set_ms,"                                                         \
    " ifnull((SELECT max(at_ms) FROM note WHERE a_case = cases.id), 0),"                                               \
    " ifnull((SELECT max(at_ms) FROM told WHERE a_case = cases.id), 0))"
#define DONE_WITH "cases WHERE state = 'closed' AND " CHANGED_MS " < ?1"

#define OF_CASES_INSIDE "a_case IN (SELECT id FROM cases WHERE matter IN " INSIDE ")"
#define OF_CASES_DONE "a_case IN (SELECT id FROM " DONE_WITH ")"

/* Both ways of telling what is to go. */
enum way { BY_RESOURCE, BY_TIME, WAYS };

static const char *const counting[WAYS] = {
    [BY_RESOURCE] = "SELECT (SELECT count(*) FROM observation WHERE matter IN " INSIDE "),"
                    " (SELECT count(*) FROM cases WHERE matter IN " INSIDE "),"
                    " (SELECT count(*) FROM note WHERE " OF_CASES_INSIDE "),"
                    " (SELECT count(*) FROM told WHERE " OF_CASES_INSIDE "),"
                    " (SELECT count(*) FROM neighbour WHERE address BETWEEN ?5 AND ?6),"
                    " (SELECT count(*) FROM snapshot WHERE matter IN " INSIDE ")",
    [BY_TIME] =
        "SELECT (SELECT count(*) FROM observation WHERE last_ms < ?1), (SELECT count(*) FROM " DONE_WITH "),"
        " (SELECT count(*) FROM note WHERE " OF_CASES_DONE "),"
        " (SELECT count(*) FROM told WHERE " OF_CASES_DONE "),"
        " (SELECT count(*) FROM neighbour WHERE last_ms < ?1), (SELECT count(*) FROM snapshot WHERE at_ms < ?1)",
};

/* Matters of which something is to go. */
static const char *const concerning[WAYS] = {
    [BY_RESOURCE] = "SELECT id FROM matter WHERE id IN " INSIDE,
    [BY_TIME] = "SELECT matter FROM observation WHERE last_ms < ?1 UNION SELECT matter FROM " DONE_WITH
                " UNION SELECT matter FROM snapshot WHERE at_ms < ?1",
};

/* In this order, all at once; notes and tellings go with their cases. */
static const char *const removing[][WAYS] = {
    {"DELETE FROM case_text WHERE rowid IN (SELECT id FROM cases WHERE matter IN " INSIDE ")",
     "DELETE FROM case_text WHERE rowid IN (SELECT id FROM " DONE_WITH ")"},
    {"DELETE FROM note_replaces WHERE replaced IN (SELECT uid FROM note WHERE " OF_CASES_INSIDE ")",
     "DELETE FROM note_replaces WHERE replaced IN (SELECT uid FROM note WHERE " OF_CASES_DONE ")"},
    {"DELETE FROM cases WHERE matter IN " INSIDE, "DELETE FROM " DONE_WITH},
    {"DELETE FROM neighbour WHERE address BETWEEN ?5 AND ?6", "DELETE FROM neighbour WHERE last_ms < ?1"},
    {"DELETE FROM snapshot WHERE matter IN " INSIDE, "DELETE FROM snapshot WHERE at_ms < ?1"},
};

/* Of one matter; nets go with their observations. */
static const char *const removing_looks[WAYS] = {
    [BY_RESOURCE] = "DELETE FROM observation WHERE matter = ?1",
    [BY_TIME] = "DELETE FROM observation WHERE matter = ?1 AND last_ms < ?2",
};

/* At last: names that nothing bears any more, and the indexes of words anew. */
static const char *const cleaning[] = {
    ("DELETE FROM org WHERE id NOT IN (SELECT org FROM observation WHERE org IS NOT NULL"
     " UNION SELECT org FROM observation_net WHERE org IS NOT NULL)"),
    "INSERT INTO matter_text(matter_text) VALUES('optimize')",
    "INSERT INTO case_text(case_text) VALUES('optimize')",
};

/* ---- which ---- */

static enum way
way_of(const struct journal_purge_scope *which)
{
    return which->resource ? BY_RESOURCE : BY_TIME;
}

/* Of nets what lies in them, too; a net of one address is none. */
static void
bind_resource(sqlite3_stmt *statement, const struct resource *resource)
{
    const struct prefix *prefix = &resource->prefix;
    uint8_t low[16], high[16];
    if (resource->kind == RESOURCE_ASN) {
        sqlite3_bind_int64(statement, 1, resource->asn);
        sqlite3_bind_int64(statement, 2, resource->asn);
    } else {
        journal_prefix_keys(prefix, low, high);
        sqlite3_bind_blob(statement, 1, low, sizeof low, SQLITE_TRANSIENT);
        sqlite3_bind_blob(statement, 2, high, sizeof high, SQLITE_TRANSIENT);
    }
    sqlite3_bind_int(statement, 3, resource->kind == RESOURCE_NET ? RESOURCE_ADDRESS : resource->kind);
    sqlite3_bind_int(statement, 4, resource->kind);
    if (prefix->addr.family == ADDR_V4) {
        sqlite3_bind_int64(statement, 5, addr_to_v4(&prefix->addr));
        sqlite3_bind_int64(statement, 6, (int64_t)(addr_to_v4(&prefix->addr) + prefix_size(prefix) - 1));
    }
}

/* NULL with a fault. */
static sqlite3_stmt *
begin(struct journal *j, const char *const texts[static WAYS], const struct journal_purge_scope *which,
      struct fault *fault)
{
    sqlite3_stmt *statement = journal_statement(j, texts[way_of(which)], fault);
    if (statement && which->resource)
        bind_resource(statement, which->resource);
    else if (statement)
        sqlite3_bind_int64(statement, 1, which->before_ms);
    return statement;
}

static enum journal_result
count(struct journal *j, const struct journal_purge_scope *which, struct journal_totals *out, struct fault *fault)
{
    sqlite3_stmt *find = begin(j, counting, which, fault);
    enum journal_result result = find ? JOURNAL_DONE : j->last;
    *out = (struct journal_totals){0};
    if (find && journal_step(j, find, &result, fault)) {
        journal_totals_column(find, out);
        sqlite3_reset(find);
    }
    return result;
}

static enum journal_result
count_addresses(struct journal *j, uint32_t asn, uint64_t *out, struct fault *fault)
{
    enum journal_result result;
    sqlite3_stmt *find = journal_statement(j,
                                           "SELECT count(*) FROM (SELECT matter FROM observation WHERE asn = ?1"
                                           " UNION SELECT matter FROM observation WHERE score_asn = ?1)",
                                           fault);
    if (!find)
        return j->last;
    sqlite3_bind_int64(find, 1, asn);
    if (journal_step(j, find, &result, fault)) {
        *out = (uint64_t)sqlite3_column_int64(find, 0);
        sqlite3_reset(find);
    }
    return result;
}

bool
journal_purge_count(struct journal *j, const struct journal_purge_scope *which, struct journal_totals *out,
                    uint64_t *stays, struct fault *fault)
{
    enum journal_result result = count(j, which, out, fault);
    *stays = 0;
    if (result == JOURNAL_DONE && which->resource && which->resource->kind == RESOURCE_ASN)
        result = count_addresses(j, which->resource->asn, stays, fault);
    return result == JOURNAL_DONE;
}

/* ---- what stays ---- */

static bool
is_part(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Whether the text has the address as a whole: 203.0.113.7 is neither in 203.0.113.77 nor in 1.203.0.113.7. */
static bool
names(const char *text, const char *address)
{
    size_t length = strlen(address);
    bool is_v6 = strchr(address, ':');
    for (const char *at = text; (at = strcasestr(at, address)) != NULL; at++) {
        char before = at > text ? at[-1] : ' ', behind = at[length];
        bool begins = !is_part(before) && (is_v6 ? before != ':' : before != '.');
        bool ends =
            !is_part(behind) && (is_v6 ? behind != ':' : behind != '.' || !isdigit((unsigned char)at[length + 1]));
        if (begins && ends)
            return true;
    }
    return false;
}

static enum journal_result
count_names(struct journal *j, const char *sql, const char *address, uint64_t *out, struct fault *fault)
{
    enum journal_result result;
    sqlite3_stmt *find = journal_statement(j, sql, fault);
    *out = 0;
    if (!find)
        return j->last;
    sqlite3_bind_text(find, 1, address, -1, SQLITE_STATIC);
    while (journal_step(j, find, &result, fault)) {
        const char *text = (const char *)sqlite3_column_text(find, 0);
        *out += text && names(text, address);
    }
    return result;
}

#define OF_OTHERS " a_case NOT IN (SELECT c.id FROM cases c JOIN matter m ON m.id = c.matter WHERE m.text = ?1)"
#define IS_REPLACED "EXISTS (SELECT 1 FROM note_replaces WHERE replaced = note.uid)"

bool
journal_purge_mentions(struct journal *j, const struct resource *resource, struct journal_mentions *out,
                       struct fault *fault)
{
    char text[RESOURCE_TEXT];
    *out = (struct journal_mentions){0};
    if (resource->kind != RESOURCE_ADDRESS)
        return true;
    resource_text(resource, text);
    return count_names(j, "SELECT text FROM note WHERE NOT " IS_REPLACED " AND" OF_OTHERS, text, &out->notes, fault) ==
               JOURNAL_DONE &&
           count_names(j, "SELECT text FROM note WHERE " IS_REPLACED " AND" OF_OTHERS, text, &out->earlier, fault) ==
               JOURNAL_DONE &&
           count_names(j, "SELECT who || ' ' || ifnull(what, '') FROM told WHERE" OF_OTHERS, text, &out->contacts,
                       fault) == JOURNAL_DONE;
}

/* ---- removing ---- */

typedef VEC(int64_t) id_list;

static enum journal_result
gather_resources(struct journal *j, const struct journal_purge_scope *which, id_list *out, struct fault *fault)
{
    sqlite3_stmt *find = begin(j, concerning, which, fault);
    enum journal_result result = find ? JOURNAL_DONE : j->last;
    while (find && journal_step(j, find, &result, fault))
        vec_push(out, sqlite3_column_int64(find, 0));
    return result;
}

static enum journal_result
remove_rows(struct journal *j, const struct journal_purge_scope *which, struct fault *fault)
{
    enum journal_result result = JOURNAL_DONE;
    for (size_t i = 0; i < sizeof removing / sizeof *removing && result == JOURNAL_DONE; i++) {
        sqlite3_stmt *remove = begin(j, removing[i], which, fault);
        result = remove ? journal_run(j, remove, fault) : j->last;
    }
    return result;
}

static enum journal_result
remove_looks(struct journal *j, const struct journal_purge_scope *which, int64_t resource_id, struct fault *fault)
{
    sqlite3_stmt *remove = journal_statement(j, removing_looks[way_of(which)], fault);
    if (!remove)
        return j->last;
    sqlite3_bind_int64(remove, 1, resource_id);
    if (way_of(which) == BY_TIME)
        sqlite3_bind_int64(remove, 2, which->before_ms);
    return journal_run(j, remove, fault);
}

/* When it was seen last, as far as that is still known. */
static enum journal_result
refresh_resource(struct journal *j, int64_t id, struct fault *fault)
{
    enum journal_result result = journal_resource_refresh(j, id, fault);
    sqlite3_stmt *seen =
        result == JOURNAL_DONE
            ? journal_statement(j,
                                "UPDATE matter SET seen_ms ="
                                " max(ifnull((SELECT max(last_ms) FROM observation WHERE matter = ?1), 0),"
                                " ifnull((SELECT max(" CHANGED_MS ") FROM cases WHERE matter = ?1), 0)) WHERE id = ?1",
                                fault)
            : NULL;
    if (!seen)
        return j->last;
    sqlite3_bind_int64(seen, 1, id);
    return journal_run(j, seen, fault);
}

static enum journal_result
tidy_resource(struct journal *j, int64_t id, struct fault *fault)
{
    sqlite3_stmt *find =
        journal_statement(j,
                          "SELECT EXISTS (SELECT 1 FROM observation WHERE matter = ?1) OR EXISTS (SELECT 1 FROM cases"
                          " WHERE matter = ?1) OR EXISTS (SELECT 1 FROM snapshot WHERE matter = ?1)",
                          fault);
    enum journal_result result;
    if (!find)
        return j->last;
    sqlite3_bind_int64(find, 1, id);
    if (!journal_step(j, find, &result, fault))
        return result;
    bool stays = sqlite3_column_int(find, 0) != 0;
    sqlite3_reset(find);
    return stays ? refresh_resource(j, id, fault) : journal_resource_remove(j, id, fault);
}

/* Stopped half way it is not done, whatever it returns. */
static enum journal_result
remove_all(struct journal_work *w, const struct journal_purge_scope *which, const id_list *matters, struct fault *fault)
{
    enum journal_result result = remove_rows(w->journal, which, fault);
    journal_work_stage(w, JOURNAL_STAGE_REMOVE, matters->count);
    for (size_t i = 0; i < matters->count && result == JOURNAL_DONE && journal_work_goes_on(w); i++) {
        result = remove_looks(w->journal, which, matters->at[i], fault);
        if (result == JOURNAL_DONE)
            result = tidy_resource(w->journal, matters->at[i], fault);
        w->done++;
    }
    return result;
}

static enum journal_result
clean(struct journal_work *w, struct fault *fault)
{
    enum journal_result result = JOURNAL_DONE;
    journal_work_stage(w, JOURNAL_STAGE_INDEX, 0);
    for (size_t i = 0; i < sizeof cleaning / sizeof *cleaning && result == JOURNAL_DONE && !w->stopped; i++) {
        sqlite3_stmt *statement = journal_statement(w->journal, cleaning[i], fault);
        result = statement ? journal_run(w->journal, statement, fault) : w->journal->last;
    }
    return result;
}

static enum journal_result
forget(struct journal_work *w, const struct journal_purge_scope *which, struct journal_totals *out, struct fault *fault)
{
    id_list matters = {0};
    enum journal_result result = count(w->journal, which, out, fault);
    if (result == JOURNAL_DONE)
        result = gather_resources(w->journal, which, &matters, fault);
    if (result == JOURNAL_DONE)
        result = remove_all(w, which, &matters, fault);
    if (result == JOURNAL_DONE)
        result = clean(w, fault);
    vec_free(&matters);
    return result;
}

/* False with a reason. */
static bool
write_anew(struct journal *j, struct fault *fault)
{
    sqlite3_stmt *vacuum = journal_prepare(j, "VACUUM", fault);
    bool done = vacuum && journal_run(j, vacuum, fault) == JOURNAL_DONE;
    sqlite3_finalize(vacuum);
    return done;
}

/* False: somebody reads just now, and the log must stay. */
static bool
cut_log(struct journal *j)
{
    struct fault ignored;
    enum journal_result result = JOURNAL_FAILED;
    bool cut = false;
    sqlite3_stmt *checkpoint = journal_statement(j, "PRAGMA wal_checkpoint(TRUNCATE)", &ignored);
    if (checkpoint && journal_step(j, checkpoint, &result, &ignored)) {
        cut = sqlite3_column_int(checkpoint, 0) == 0;
        sqlite3_reset(checkpoint);
    }
    return cut;
}

/* What was committed is forgotten, whatever comes of this. */
static void
overwrite(struct journal *j, struct fault *fault)
{
    struct fault why;
    if (!write_anew(j, &why))
        fault_set(fault, "it is forgotten, but bytes of it stay in the file until you forget the same again: %.300s",
                  why.text);
    else if (!cut_log(j))
        fault_set(fault,
                  "it is forgotten, but another program reads the journal just now: until that ends, its bytes stay in"
                  " %s-wal; forget the same again then",
                  j->name);
}

enum journal_result
journal_purge(struct journal *j, const struct journal_purge_scope *which, journal_progress *progress,
              void *progress_arg, struct journal_totals *out, struct fault *fault)
{
    struct journal_work work;
    *out = (struct journal_totals){0};
    enum journal_result result = journal_work_begin(&work, j, progress, progress_arg, fault);
    work.stage = JOURNAL_STAGE_REMOVE;
    if (result == JOURNAL_DONE)
        result = forget(&work, which, out, fault);
    result = journal_work_finish(&work, result, "forgetting", fault);
    if (result != JOURNAL_DONE)
        *out = (struct journal_totals){0};
    else
        overwrite(j, fault);
    journal_work_end(&work);
    return result;
}

/* Removes rows, their words in the indexes, and the bytes of both. secure_delete is on for every connection, so that
 * removed rows are overwritten. Copies that SQLite left in free space when it moved rows go when the file is rebuilt,
 * those in an index of words when that is rebuilt, and those in the write-ahead log when it is truncated. */
#include "journal/purge.h"

#include "journal/merge.h"
#include "journal/resources.h"
#include "journal/work.h"

#include <ctype.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* Resources from one address to another (?1, ?2), of kinds from one to another (?3, ?4). */
#define INSIDE                                                                                                         \
    "(SELECT id FROM matter WHERE low BETWEEN ?1 AND ?2 AND high BETWEEN ?1 AND ?2 AND kind BETWEEN ?3 AND ?4)"

#define TEXTS_INSIDE "(SELECT text FROM matter WHERE id IN " INSIDE ")"

/* Closed cases in which nothing was changed since ?1. */
#define CHANGED_MS                                                                                                     \
    "max(opened_ms, state_ms, ticket_ms, tags_ms, due_set_ms,"                                                         \
    " ifnull((SELECT max(at_ms) FROM note WHERE a_case = cases.id), 0),"                                               \
    " ifnull((SELECT max(at_ms) FROM told WHERE a_case = cases.id), 0))"
#define DONE_WITH "cases WHERE state = 'closed' AND " CHANGED_MS " < ?1"

#define OF_CASES_INSIDE "a_case IN (SELECT id FROM cases WHERE matter IN " INSIDE ")"
#define OF_CASES_DONE "a_case IN (SELECT id FROM " DONE_WITH ")"

/* Both kinds of scope. */
enum way { BY_RESOURCE, BY_TIME, WAYS };

static const char *const counting[WAYS] = {
    [BY_RESOURCE] = "SELECT (SELECT count(*) FROM observation WHERE matter IN " INSIDE "),"
                    " (SELECT count(*) FROM cases WHERE matter IN " INSIDE "),"
                    " (SELECT count(*) FROM note WHERE " OF_CASES_INSIDE "),"
                    " (SELECT count(*) FROM told WHERE " OF_CASES_INSIDE "),"
                    " (SELECT count(*) FROM neighbour WHERE address BETWEEN ?5 AND ?6),"
                    " (SELECT count(*) FROM snapshot WHERE matter IN " INSIDE "),"
                    " (SELECT count(*) FROM rejection WHERE address BETWEEN ?1 AND ?2)",
    [BY_TIME] =
        "SELECT (SELECT count(*) FROM observation WHERE last_ms < ?1), (SELECT count(*) FROM " DONE_WITH "),"
        " (SELECT count(*) FROM note WHERE " OF_CASES_DONE "),"
        " (SELECT count(*) FROM told WHERE " OF_CASES_DONE "),"
        " (SELECT count(*) FROM neighbour WHERE last_ms < ?1), (SELECT count(*) FROM snapshot WHERE at_ms < ?1),"
        " (SELECT count(*) FROM rejection WHERE at_ms < ?1)",
};

/* Resources that lose something. */
static const char *const concerning[WAYS] = {
    [BY_RESOURCE] = "SELECT id FROM matter WHERE id IN " INSIDE,
    [BY_TIME] = "SELECT matter FROM observation WHERE last_ms < ?1 UNION SELECT matter FROM " DONE_WITH
                " UNION SELECT matter FROM snapshot WHERE at_ms < ?1",
};

/* In this order, all at once; notes and contacts go with their cases. */
static const char *const removing[][WAYS] = {
    {"DELETE FROM case_text WHERE rowid IN (SELECT id FROM cases WHERE matter IN " INSIDE ")",
     "DELETE FROM case_text WHERE rowid IN (SELECT id FROM " DONE_WITH ")"},
    {"DELETE FROM note_replaces WHERE replaced IN (SELECT uid FROM note WHERE " OF_CASES_INSIDE ")",
     "DELETE FROM note_replaces WHERE replaced IN (SELECT uid FROM note WHERE " OF_CASES_DONE ")"},
    {"DELETE FROM cases WHERE matter IN " INSIDE, "DELETE FROM " DONE_WITH},
    {"DELETE FROM neighbour WHERE address BETWEEN ?5 AND ?6", "DELETE FROM neighbour WHERE last_ms < ?1"},
    {"DELETE FROM snapshot WHERE matter IN " INSIDE, "DELETE FROM snapshot WHERE at_ms < ?1"},
    {"DELETE FROM rejection WHERE address BETWEEN ?1 AND ?2", "DELETE FROM rejection WHERE at_ms < ?1"},
    {"DELETE FROM watch WHERE target IN " TEXTS_INSIDE, "DELETE FROM watch WHERE seen_ms < ?1"},
    {"DELETE FROM contact WHERE low BETWEEN ?1 AND ?2 AND high BETWEEN ?1 AND ?2 AND kind BETWEEN ?3 AND ?4",
     "DELETE FROM contact WHERE at_ms < ?1"},
    {"DELETE FROM outside WHERE low BETWEEN ?1 AND ?2 AND high BETWEEN ?1 AND ?2 AND kind BETWEEN ?3 AND ?4",
     "DELETE FROM outside WHERE until_ms < ?1"},
    {"DELETE FROM alarm WHERE target IN " TEXTS_INSIDE, "DELETE FROM alarm WHERE at_ms < ?1 AND message IS NOT NULL"},
};

/* The observations of one resource; nets and lists go with them. */
static const char *const removing_observations[WAYS] = {
    [BY_RESOURCE] = "DELETE FROM observation WHERE matter = ?1",
    [BY_TIME] = "DELETE FROM observation WHERE matter = ?1 AND last_ms < ?2",
};

/* At last: names that nothing refers to any more, and rebuilt indexes of words. */
static const char *const cleaning[] = {
    ("DELETE FROM org WHERE id NOT IN (SELECT org FROM observation WHERE org IS NOT NULL"
     " UNION SELECT org FROM observation_net WHERE org IS NOT NULL)"),
    "INSERT INTO matter_text(matter_text) VALUES('optimize')",
    "INSERT INTO case_text(case_text) VALUES('optimize')",
};

/* ---- counting ---- */

/* Returns a statement with its scope bound: a prefix includes what lies in it, a prefix of one address is none. The
 * keys must outlive it. */
static sqlite3_stmt *
begin(struct journal *j, const char *const texts[static WAYS], const struct journal_purge_scope *scope,
      uint8_t keys[static 2][16], struct fault *fault)
{
    const struct resource *resource = scope->resource;
    if (!resource)
        return journal_query(j, fault, texts[BY_TIME], INT(scope->before_ms));
    struct journal_binding low = INT(resource->asn), high = low, first = {0}, last = {0};
    const struct prefix *prefix = &resource->prefix;
    if (resource->kind != RESOURCE_ASN) {
        journal_prefix_keys(prefix, keys[0], keys[1]);
        low = BLOB(keys[0], 16);
        high = BLOB(keys[1], 16);
    }
    if (prefix->addr.family == ADDR_V4) {
        first = INT(addr_to_v4(&prefix->addr));
        last = INT((int64_t)(addr_to_v4(&prefix->addr) + prefix_size(prefix) - 1));
    }
    return journal_query(j, fault, texts[BY_RESOURCE], low, high,
                         INT(resource->kind == RESOURCE_NET ? RESOURCE_ADDRESS : resource->kind), INT(resource->kind),
                         first, last);
}

static enum journal_result
count(struct journal *j, const struct journal_purge_scope *scope, struct journal_totals *out, struct fault *fault)
{
    uint8_t keys[2][16];
    enum journal_result result;
    sqlite3_stmt *find = begin(j, counting, scope, keys, fault);
    *out = (struct journal_totals){0};
    if (journal_step(j, find, &result, fault)) {
        journal_totals_column(find, out);
        sqlite3_reset(find);
    }
    return result;
}

bool
journal_purge_count(struct journal *j, const struct journal_purge_scope *scope, struct journal_totals *out,
                    uint64_t *stays, struct fault *fault)
{
    enum journal_result result = count(j, scope, out, fault);
    *stays = 0;
    if (result == JOURNAL_DONE && scope->resource && scope->resource->kind == RESOURCE_ASN)
        *stays = (uint64_t)journal_number(j,
                                          journal_query(j, fault,
                                                        "SELECT count(*) FROM (SELECT matter FROM observation"
                                                        " WHERE asn = ?1 UNION SELECT matter FROM observation"
                                                        " WHERE score_asn = ?1)",
                                                        INT(scope->resource->asn)),
                                          &result, fault);
    return result == JOURNAL_DONE;
}

/* ---- mentions that remain ---- */

/* Returns whether the text has the whole address: 203.0.113.7 is neither in 203.0.113.77 nor in 1.203.0.113.7. */
static bool
mentions(const char *text, const char *address)
{
    size_t length = strlen(address);
    bool is_v6 = strchr(address, ':');
    for (const char *at = text; (at = strcasestr(at, address)) != NULL; at++) {
        char before = at > text ? at[-1] : ' ', behind = at[length];
        bool begins = !isalnum((unsigned char)before) && (is_v6 ? before != ':' : before != '.');
        bool ends = !isalnum((unsigned char)behind) &&
                    (is_v6 ? behind != ':' : behind != '.' || !isdigit((unsigned char)at[length + 1]));
        if (begins && ends)
            return true;
    }
    return false;
}

#define OF_OTHERS " a_case NOT IN (SELECT c.id FROM cases c JOIN matter m ON m.id = c.matter WHERE m.text = ?1)"
#define IS_REPLACED "EXISTS (SELECT 1 FROM note_replaces WHERE replaced = note.uid)"

bool
journal_purge_mentions(struct journal *j, const struct resource *resource, struct journal_mentions *out,
                       struct fault *fault)
{
    static const char *const texts[] = {
        "SELECT text FROM note WHERE NOT " IS_REPLACED " AND" OF_OTHERS,
        "SELECT text FROM note WHERE " IS_REPLACED " AND" OF_OTHERS,
        ("SELECT who || ' ' || ifnull(what, '') FROM told WHERE" OF_OTHERS),
    };
    uint64_t *const counts[] = {&out->notes, &out->earlier, &out->contacts};
    char address[RESOURCE_TEXT];
    enum journal_result result = JOURNAL_DONE;
    *out = (struct journal_mentions){0};
    resource_text(resource, address);
    for (size_t i = 0; resource->kind == RESOURCE_ADDRESS && i < 3 && result == JOURNAL_DONE; i++) {
        sqlite3_stmt *find = journal_query(j, fault, texts[i], TEXT(address));
        while (journal_step(j, find, &result, fault))
            *counts[i] += mentions(journal_column_word(find, 0), address);
    }
    return result == JOURNAL_DONE;
}

/* ---- removing ---- */

/* Removes a resource that has nothing left; otherwise sets when it was last seen, as far as that is still known. */
static enum journal_result
tidy_resource(struct journal *j, int64_t id, struct fault *fault)
{
    enum journal_result result;
    bool stays =
        journal_number(j,
                       journal_query(j, fault,
                                     "SELECT EXISTS (SELECT 1 FROM observation WHERE matter = ?1) OR EXISTS (SELECT 1"
                                     " FROM cases WHERE matter = ?1) OR EXISTS (SELECT 1 FROM snapshot WHERE matter ="
                                     " ?1)",
                                     INT(id)),
                       &result, fault) != 0;
    if (result != JOURNAL_DONE)
        return result;
    if (!stays)
        return journal_resource_remove(j, id, fault);
    result = journal_resource_refresh(j, id, fault);
    return result != JOURNAL_DONE
               ? result
               : journal_execute(j, fault,
                                 "UPDATE matter SET seen_ms ="
                                 " max(ifnull((SELECT max(last_ms) FROM observation WHERE matter = ?1), 0),"
                                 " ifnull((SELECT max(" CHANGED_MS ") FROM cases WHERE matter = ?1), 0)) WHERE id = ?1",
                                 INT(id));
}

/* Removes everything in the scope. The caller must undo it if it was stopped half way, whatever it returns. */
static enum journal_result
remove_all(struct journal_work *w, const struct journal_purge_scope *scope, struct fault *fault)
{
    struct journal *j = w->journal;
    uint8_t keys[2][16];
    VEC(int64_t) resources = {0};
    enum journal_result result;
    sqlite3_stmt *find = begin(j, concerning, scope, keys, fault);
    while (journal_step(j, find, &result, fault))
        vec_push(&resources, sqlite3_column_int64(find, 0));
    for (size_t i = 0; i < sizeof removing / sizeof *removing && result == JOURNAL_DONE; i++)
        result = journal_run(j, begin(j, removing[i], scope, keys, fault), fault);
    journal_work_stage(w, JOURNAL_STAGE_REMOVE, resources.count);
    for (size_t i = 0; i < resources.count && result == JOURNAL_DONE && journal_work_continues(w); i++) {
        result = journal_run(
            j,
            scope->resource
                ? journal_query(j, fault, removing_observations[BY_RESOURCE], INT(resources.at[i]))
                : journal_query(j, fault, removing_observations[BY_TIME], INT(resources.at[i]), INT(scope->before_ms)),
            fault);
        if (result == JOURNAL_DONE)
            result = tidy_resource(j, resources.at[i], fault);
        w->done++;
    }
    vec_free(&resources);
    journal_work_stage(w, JOURNAL_STAGE_INDEX, 0);
    for (size_t i = 0; i < sizeof cleaning / sizeof *cleaning && result == JOURNAL_DONE && !w->stopped; i++)
        result = journal_run(j, journal_statement(j, cleaning[i], fault), fault);
    return result;
}

/* Rebuilds the file and truncates the log. The rows are purged even if this fails. */
static void
overwrite(struct journal *j, struct fault *fault)
{
    struct fault why;
    enum journal_result result;
    sqlite3_stmt *vacuum = journal_prepare(j, "VACUUM", &why);
    bool rebuilt = journal_run(j, vacuum, &why) == JOURNAL_DONE;
    sqlite3_finalize(vacuum);
    if (!rebuilt) {
        fault_set(fault, "it is forgotten, but bytes of it stay in the file until you forget the same again: %.300s",
                  why.text);
        return;
    }
    /* The first column is 1 while another program reads, and the log must stay. */
    sqlite3_stmt *checkpoint = journal_statement(j, "PRAGMA wal_checkpoint(TRUNCATE)", &why);
    if (journal_number(j, checkpoint, &result, &why) != 0 || result != JOURNAL_DONE)
        fault_set(fault,
                  "it is forgotten, but another program reads the journal just now: until that ends, its bytes stay in"
                  " %s-wal; forget the same again then",
                  j->path);
}

enum journal_result
journal_purge(struct journal *j, const struct journal_purge_scope *scope, journal_progress *progress,
              void *progress_arg, struct journal_totals *out, struct fault *fault)
{
    struct journal_work work;
    *out = (struct journal_totals){0};
    enum journal_result result = journal_work_begin(&work, j, progress, progress_arg, fault);
    work.stage = JOURNAL_STAGE_REMOVE;
    if (result == JOURNAL_DONE)
        result = count(j, scope, out, fault);
    if (result == JOURNAL_DONE)
        result = remove_all(&work, scope, fault);
    result = journal_work_finish(&work, result, "forgetting", fault);
    if (result != JOURNAL_DONE)
        *out = (struct journal_totals){0};
    else
        overwrite(j, fault);
    journal_work_end(&work);
    return result;
}

/* The index of words: host names and organisations of matters' newest observations.
 *
 * Putting one matter into it costs more than all the rest of an observation, many at once little more than one. So it
 * lags behind: what was added since resource_text_upto is put in once JOURNAL_INDEX_LAG have come together, or when
 * somebody searches. The words that a matter is in it with stand in the matter's row, since FTS5 wants to be told them
 * when they are to go. */
#include "journal/db.h"
#include "journal/journal.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* ---- one matter ---- */

static enum journal_result
run_with(struct journal *j, const char *sql, int64_t number, const char *text, struct fault *fault)
{
    sqlite3_stmt *statement = journal_statement(j, sql, fault);
    if (!statement)
        return j->last;
    sqlite3_bind_int64(statement, 1, number);
    if (text)
        journal_bind_text(statement, 2, text);
    return journal_run(j, statement, fault);
}

static enum journal_result
take_out(struct journal *j, int64_t resource_id, const char *words, struct fault *fault)
{
    return run_with(j, "INSERT INTO matter_text(matter_text, rowid, words) VALUES('delete', ?1, ?2)", resource_id,
                    words, fault);
}

static enum journal_result
put_in(struct journal *j, int64_t resource_id, const char *words, struct fault *fault)
{
    return run_with(j, "INSERT INTO matter_text(rowid, words) VALUES(?1, ?2)", resource_id, words, fault);
}

/* A matter with the words that the index has of it, byte by byte, NULL = none, and those that it should have. */
struct hashtable_entry {
    int64_t resource;
    char *has, *should;
};

static void
entry_fini(struct hashtable_entry *entry)
{
    free(entry->has);
    free(entry->should);
}

/* The words that it has, the name, and the organisation stand in three columns from `column` on. */
static void
read_entry(sqlite3_stmt *row, int column, struct hashtable_entry *out)
{
    struct buf words = {0};
    char *name = journal_column_text(row, column + 1), *org = journal_column_text(row, column + 2);
    buf_text(&words, name ? name : "");
    buf_text(&words, name && org ? " " : "");
    buf_text(&words, org ? org : "");
    free(name);
    free(org);
    out->has = mem_copy((const char *)sqlite3_column_text(row, column));
    out->should = buf_take(&words);
}

static enum journal_result
find_entry(struct journal *j, int64_t resource_id, struct hashtable_entry *out, struct fault *fault)
{
    sqlite3_stmt *find = journal_statement(j,
                                           "SELECT m.words, o.name, org.name FROM matter m LEFT JOIN observation o"
                                           " ON o.id = m.newest LEFT JOIN org ON org.id = o.org WHERE m.id = ?1",
                                           fault);
    enum journal_result result;
    *out = (struct hashtable_entry){.resource = resource_id};
    if (!find)
        return j->last;
    sqlite3_bind_int64(find, 1, resource_id);
    if (!journal_step(j, find, &result, fault))
        return result;
    read_entry(find, 0, out);
    sqlite3_reset(find);
    return result;
}

static bool
is_right(const struct hashtable_entry *entry)
{
    return !entry->should || strcmp(entry->has ? entry->has : "", entry->should) == 0;
}

static enum journal_result
replace(struct journal *j, const struct hashtable_entry *entry, struct fault *fault)
{
    enum journal_result result = entry->has ? take_out(j, entry->resource, entry->has, fault) : JOURNAL_DONE;
    if (result == JOURNAL_DONE && *entry->should)
        result = put_in(j, entry->resource, entry->should, fault);
    if (result == JOURNAL_DONE)
        result = run_with(j, "UPDATE matter SET words = ?2 WHERE id = ?1", entry->resource, entry->should, fault);
    /* Nothing is lost to a journal whose index of words is damaged: only whoever searches it is told. */
    bool of_index = result == JOURNAL_FAILED && sqlite3_extended_errcode(j->db) == SQLITE_CORRUPT_VTAB;
    return of_index ? JOURNAL_DONE : result;
}

enum journal_result
journal_index_resource(struct journal *j, int64_t resource_id, struct fault *fault)
{
    struct hashtable_entry entry;
    enum journal_result result = find_entry(j, resource_id, &entry, fault);
    if (result == JOURNAL_DONE && !is_right(&entry))
        result = replace(j, &entry, fault);
    entry_fini(&entry);
    return result;
}

enum journal_result
journal_resource_remove(struct journal *j, int64_t resource_id, struct fault *fault)
{
    struct hashtable_entry entry;
    enum journal_result result = find_entry(j, resource_id, &entry, fault);
    if (result == JOURNAL_DONE && entry.has)
        result = take_out(j, resource_id, entry.has, fault);
    entry_fini(&entry);
    return result == JOURNAL_DONE ? run_with(j, "DELETE FROM matter WHERE id = ?1", resource_id, NULL, fault) : result;
}

/* ---- those that were added last ---- */

static enum journal_result
read_upto(struct journal *j, int64_t *out, struct fault *fault)
{
    sqlite3_stmt *find = journal_statement(j, "SELECT observation FROM matter_text_upto", fault);
    enum journal_result result;
    *out = 0;
    if (!find)
        return j->last;
    if (journal_step(j, find, &result, fault)) {
        *out = sqlite3_column_int64(find, 0);
        sqlite3_reset(find);
    }
    return result;
}

static enum journal_result
set_upto(struct journal *j, int64_t id, struct fault *fault)
{
    return run_with(j, "UPDATE matter_text_upto SET observation = ?1", id, NULL, fault);
}

typedef VEC(struct hashtable_entry) entry_list;

/* Those of them that are not right yet. Words are those of the newest observation alone: when that was added later, or
 * is in the index already, there is nothing to do for this one. */
static enum journal_result
find_added(struct journal *j, int64_t *upto, entry_list *out, struct fault *fault)
{
    sqlite3_stmt *find = journal_statement(j,
                                           "SELECT o.id, m.id, m.newest = o.id, m.words, o.name, org.name"
                                           " FROM observation o JOIN matter m ON m.id = o.matter"
                                           " LEFT JOIN org ON org.id = o.org WHERE o.id > ?1 ORDER BY o.id LIMIT 1024",
                                           fault);
    enum journal_result result;
    if (!find)
        return j->last;
    sqlite3_bind_int64(find, 1, *upto);
    while (journal_step(j, find, &result, fault)) {
        struct hashtable_entry entry = {.resource = sqlite3_column_int64(find, 1)};
        *upto = sqlite3_column_int64(find, 0);
        if (!sqlite3_column_int(find, 2))
            continue;
        read_entry(find, 3, &entry);
        if (is_right(&entry))
            entry_fini(&entry);
        else
            vec_push(out, entry);
    }
    return result;
}

/* After an import there are many more than the lag: they are put in by and by. */
static enum journal_result
catch_up(struct journal *j, int64_t upto, struct fault *fault)
{
    entry_list added = {0};
    int64_t last = upto;
    enum journal_result result = find_added(j, &last, &added, fault);
    for (size_t i = 0; i < added.count && result == JOURNAL_DONE; i++)
        result = replace(j, &added.at[i], fault);
    for (size_t i = 0; i < added.count; i++)
        entry_fini(&added.at[i]);
    vec_free(&added);
    return result == JOURNAL_DONE && last > upto ? set_upto(j, last, fault) : result;
}

enum journal_result
journal_index_added(struct journal *j, int64_t observation_id, struct fault *fault)
{
    int64_t upto;
    enum journal_result result = read_upto(j, &upto, fault);
    if (result != JOURNAL_DONE)
        return result;
    if (observation_id <= upto) /* the last ones were forgotten, and their numbers begin again */
        return set_upto(j, observation_id - 1, fault);
    return observation_id - upto >= JOURNAL_INDEX_LAG ? catch_up(j, upto, fault) : result;
}

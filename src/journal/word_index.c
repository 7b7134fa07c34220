/* The index of words: host names and organisations of the newest observations.
 *
 * Indexing one resource costs more than all else that an observation costs, and many at once little more than one. So
 * the index lags behind: observations later than matter_text_upto are indexed once there are JOURNAL_INDEX_LAG. The row
 * of a resource holds the words with which it was indexed, because FTS5 needs them to remove it. */
#include "journal/db.h"
#include "journal/journal.h"

#include <sqlite3.h>

enum { MOST = 1024 /* observations indexed at once: an import leaves more */ };

/* Removes the old words, adds the new ones and stores them: for resources whose words changed, of those that `which`
 * selects. */
#define WORDS "nullif(trim(ifnull(o.name, '') || ' ' || ifnull(org.name, '')), '')"
#define CHANGED(which)                                                                                                 \
    " FROM matter m LEFT JOIN observation o ON o.id = m.newest LEFT JOIN org ON org.id = o.org"                        \
    " WHERE m.id " which " AND m.words IS NOT " WORDS
#define UPDATE(which)                                                                                                  \
    {                                                                                                                  \
        "INSERT INTO matter_text(matter_text, rowid, words) SELECT 'delete', m.id, m.words" CHANGED(                   \
            which) " AND m.words IS NOT NULL",                                                                         \
            "INSERT INTO matter_text(rowid, words) SELECT m.id, " WORDS CHANGED(which) " AND " WORDS " IS NOT NULL",   \
            "UPDATE matter SET words = new.words FROM (SELECT m.id, " WORDS                                            \
            " AS words" CHANGED(which) ") new"                                                                         \
                                       " WHERE matter.id = new.id",                                                    \
    }

enum { STEPS = 3 };
static const char *const of_resource[STEPS] = UPDATE("= ?1");
static const char *const of_observations[STEPS] =
    UPDATE("IN (SELECT matter FROM observation WHERE id BETWEEN ?1 AND ?2)");

static enum journal_result
run_with(struct journal *j, const char *sql, int64_t first, int64_t last, struct fault *fault)
{
    sqlite3_stmt *statement = journal_statement(j, sql, fault);
    if (!statement)
        return j->last;
    sqlite3_bind_int64(statement, 1, first);
    if (sqlite3_bind_parameter_count(statement) > 1)
        sqlite3_bind_int64(statement, 2, last);
    return journal_run(j, statement, fault);
}

/* A damaged index of words fails searches for words, but no other change. */
static enum journal_result
update(struct journal *j, const char *const steps[static STEPS], int64_t first, int64_t last, struct fault *fault)
{
    enum journal_result result = JOURNAL_DONE;
    for (size_t i = 0; i < STEPS && result == JOURNAL_DONE; i++)
        result = run_with(j, steps[i], first, last, fault);
    bool of_index = result == JOURNAL_FAILED && sqlite3_extended_errcode(j->db) == SQLITE_CORRUPT_VTAB;
    return of_index ? JOURNAL_DONE : result;
}

enum journal_result
journal_index_resource(struct journal *j, int64_t resource_id, struct fault *fault)
{
    return update(j, of_resource, resource_id, 0, fault);
}

enum journal_result
journal_resource_remove(struct journal *j, int64_t resource_id, struct fault *fault)
{
    enum journal_result result =
        run_with(j,
                 "INSERT INTO matter_text(matter_text, rowid, words) SELECT 'delete', id, words FROM matter"
                 " WHERE id = ?1 AND words IS NOT NULL",
                 resource_id, 0, fault);
    return result == JOURNAL_DONE ? run_with(j, "DELETE FROM matter WHERE id = ?1", resource_id, 0, fault) : result;
}

/* The numbers of observations begin again when the last ones were purged. */
enum journal_result
journal_index_added(struct journal *j, int64_t observation_id, struct fault *fault)
{
    enum journal_result result;
    sqlite3_stmt *find = journal_statement(j, "SELECT observation FROM matter_text_upto", fault);
    if (!find || !journal_step(j, find, &result, fault))
        return find ? result : j->last;
    int64_t upto = sqlite3_column_int64(find, 0), last = observation_id - 1;
    sqlite3_reset(find);
    if (observation_id > upto) {
        if (observation_id - upto < JOURNAL_INDEX_LAG)
            return JOURNAL_DONE;
        last = observation_id - upto <= MOST ? observation_id : upto + MOST;
        result = update(j, of_observations, upto + 1, last, fault);
    }
    return result == JOURNAL_DONE ? run_with(j, "UPDATE matter_text_upto SET observation = ?1", last, 0, fault)
                                  : result;
}

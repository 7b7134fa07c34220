/* The index of words: host names and organisations of the newest observations.
 *
 * Indexing one resource costs more than all else that an observation costs, and many at once little more than one. So
 * the index lags behind: observations later than matter_text_upto are indexed once there are JOURNAL_INDEX_LAG. The row
 * of a resource holds the words with which it was indexed, because FTS5 needs them to remove it. */
#include "journal/word_index.h"

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

/* A damaged index of words fails searches for words, but no other change. */
static enum journal_result
update(struct journal *j, const char *const steps[static STEPS], int64_t first, int64_t last, struct fault *fault)
{
    enum journal_result result = JOURNAL_DONE;
    for (size_t i = 0; i < STEPS && result == JOURNAL_DONE; i++)
        result = journal_execute(j, fault, steps[i], INT(first), INT(last));
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
        journal_execute(j, fault,
                        "INSERT INTO matter_text(matter_text, rowid, words) SELECT 'delete', id, words FROM matter"
                        " WHERE id = ?1 AND words IS NOT NULL",
                        INT(resource_id));
    return result == JOURNAL_DONE ? journal_execute(j, fault, "DELETE FROM matter WHERE id = ?1", INT(resource_id))
                                  : result;
}

/* The numbers of observations begin again when the last ones were purged. */
enum journal_result
journal_index_added(struct journal *j, int64_t observation_id, struct fault *fault)
{
    enum journal_result result;
    int64_t last = observation_id - 1,
            upto = journal_number(j, journal_statement(j, "SELECT observation FROM matter_text_upto", fault), &result,
                                  fault);
    if (result != JOURNAL_DONE)
        return result;
    if (observation_id > upto) {
        if (observation_id - upto < JOURNAL_INDEX_LAG)
            return JOURNAL_DONE;
        last = observation_id - upto <= MOST ? observation_id : upto + MOST;
        result = update(j, of_observations, upto + 1, last, fault);
    }
    return result == JOURNAL_DONE ? journal_execute(j, fault, "UPDATE matter_text_upto SET observation = ?1", INT(last))
                                  : result;
}

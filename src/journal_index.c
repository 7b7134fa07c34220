/* The index of words: host names and organisations of matters' newest observations.
 *
 * Putting one matter into it costs more than all the rest of an observation, many at once little more than one. So it
 * lags behind: what was added since matter_text_upto is put in once JOURNAL_INDEX_LAG have come together, or when
 * somebody searches. The words that a matter is in it with stand in the matter's row, since FTS5 wants to be told them
 * when they are to go. */
#include "journal.h"
#include "journal_db.h"

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
take_out(struct journal *j, int64_t matter_id, const char *words, struct fault *fault)
{
    return run_with(j, "INSERT INTO matter_text(matter_text, rowid, words) VALUES('delete', ?1, ?2)", matter_id, words,
                    fault);
}

static enum journal_result
put_in(struct journal *j, int64_t matter_id, const char *words, struct fault *fault)
{
    return run_with(j, "INSERT INTO matter_text(rowid, words) VALUES(?1, ?2)", matter_id, words, fault);
}

/* The words that the index has of a matter, byte by byte, and those that it should have; the caller frees both. */
static enum journal_result
read_words(struct journal *j, int64_t matter_id, char **has, char **should, struct fault *fault)
{
    sqlite3_stmt *find = journal_statement(j,
                                           "SELECT m.words, o.name, org.name FROM matter m LEFT JOIN observation o"
                                           " ON o.id = m.newest LEFT JOIN org ON org.id = o.org WHERE m.id = ?1",
                                           fault);
    enum journal_result result;
    if (!find)
        return j->last;
    sqlite3_bind_int64(find, 1, matter_id);
    if (!journal_step(j, find, &result, fault))
        return result;
    struct buf words = {0};
    char *name = journal_column_text(find, 1), *org = journal_column_text(find, 2);
    buf_format(&words, "%s%s%s", name ? name : "", name && org ? " " : "", org ? org : "");
    free(name);
    free(org);
    *has = mem_copy((const char *)sqlite3_column_text(find, 0));
    *should = buf_take(&words);
    sqlite3_reset(find);
    return result;
}

static enum journal_result
replace(struct journal *j, int64_t matter_id, const char *has, const char *should, struct fault *fault)
{
    enum journal_result result = has ? take_out(j, matter_id, has, fault) : JOURNAL_DONE;
    if (result == JOURNAL_DONE && *should)
        result = put_in(j, matter_id, should, fault);
    return result == JOURNAL_DONE ? run_with(j, "UPDATE matter SET words = ?2 WHERE id = ?1", matter_id, should, fault)
                                  : result;
}

enum journal_result
journal_index_matter(struct journal *j, int64_t matter_id, struct fault *fault)
{
    char *has = NULL, *should = NULL;
    enum journal_result result = read_words(j, matter_id, &has, &should, fault);
    if (result == JOURNAL_DONE && should && strcmp(has ? has : "", should) != 0)
        result = replace(j, matter_id, has, should, fault);
    free(has);
    free(should);
    /* Nothing is lost to a journal whose index of words is damaged: only whoever searches it is told. */
    bool of_index = result == JOURNAL_FAILED && sqlite3_extended_errcode(j->db) == SQLITE_CORRUPT_VTAB;
    return of_index ? JOURNAL_DONE : result;
}

enum journal_result
journal_matter_remove(struct journal *j, int64_t matter_id, struct fault *fault)
{
    char *has = NULL, *should = NULL;
    enum journal_result result = read_words(j, matter_id, &has, &should, fault);
    if (result == JOURNAL_DONE && has)
        result = take_out(j, matter_id, has, fault);
    free(has);
    free(should);
    return result == JOURNAL_DONE ? run_with(j, "DELETE FROM matter WHERE id = ?1", matter_id, NULL, fault) : result;
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

/* After an import there are many more than the lag: they are put in by and by. */
static enum journal_result
catch_up(struct journal *j, int64_t upto, struct fault *fault)
{
    sqlite3_stmt *find =
        journal_statement(j, "SELECT id, matter FROM observation WHERE id > ?1 ORDER BY id LIMIT 1024", fault);
    VEC(int64_t) matters = {0};
    enum journal_result result;
    int64_t last = upto;
    if (!find)
        return j->last;
    sqlite3_bind_int64(find, 1, upto);
    while (journal_step(j, find, &result, fault)) {
        last = sqlite3_column_int64(find, 0);
        vec_push(&matters, sqlite3_column_int64(find, 1));
    }
    for (size_t i = 0; i < matters.count && result == JOURNAL_DONE; i++)
        result = journal_index_matter(j, matters.at[i], fault);
    vec_free(&matters);
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

void
journal_index_bring_up(struct journal *j)
{
    struct fault ignored;
    bool own;
    int64_t upto;
    sqlite3_stmt *newer;
    enum journal_result result;
    if (j->read_only || read_upto(j, &upto, &ignored) != JOURNAL_DONE ||
        !(newer = journal_statement(j, "SELECT 1 FROM observation WHERE id > ?1 LIMIT 1", &ignored)))
        return;
    sqlite3_bind_int64(newer, 1, upto);
    if (!journal_step(j, newer, &result, &ignored))
        return;
    sqlite3_reset(newer);
    if (journal_enter(j, &own, &ignored) == JOURNAL_DONE)
        journal_end(j, own, catch_up(j, upto, &ignored), &ignored);
}

/* A search walks through all matters, in pieces; between them the journal is free, and may change. */
#include "base/clock.h"
#include "base/mem.h"
#include "journal/db.h"
#include "journal/filter_row.h"
#include "journal/journal.h"

#include <sqlite3.h>
#include <stdlib.h>

struct journal_search {
    const struct filter *filter;
    int64_t now_ms;
    bool begun;
    int64_t seen_ms, kind, id; /* of the row at which the last piece ended ... */
    sqlite3_value *low;        /* ... which is a number or a blob; NULL = there was none yet */
    uint64_t looked;
    journal_id_list due;  /* as in struct journal_sieve */
    journal_id_list hits; /* that were not taken yet, in order */
};

struct journal_search *
journal_search_new(const struct filter *filter, int64_t now_ms)
{
    struct journal_search *s = mem_zero(sizeof *s);
    s->filter = filter;
    s->now_ms = now_ms;
    int64_t first_ms, last_ms;
    journal_sieve_bound(filter, &first_ms, &last_ms);
    s->seen_ms = last_ms < INT64_MAX ? last_ms + 1 : last_ms;
    return s;
}

void
journal_search_free(struct journal_search *s)
{
    if (!s)
        return;
    sqlite3_value_free(s->low);
    vec_free(&s->due);
    vec_free(&s->hits);
    free(s);
}

uint64_t
journal_search_looked(const struct journal_search *s)
{
    return s->looked;
}

static enum journal_result
search_due(struct journal_search *s, struct journal_sieve *f)
{
    enum journal_result result = s->begun ? JOURNAL_DONE : journal_sieve_due(f);
    if (s->begun || result != JOURNAL_DONE)
        return result;
    s->begun = true;
    s->hits = f->hits;
    f->hits = (journal_id_list){0};
    return result;
}

/* What follows a row in the order of the walk, from near to far. Each is a range of the index that holds that order, to
 * whose beginning it is one step, however many rows there are of one moment. */
#define WALK_WHERE(where)                                                                                              \
    "SELECT m.id, m.text, m.seen_ms, m.newest, m.kind, m.low FROM matter m INDEXED BY matter_seen WHERE " where        \
    " ORDER BY m.seen_ms DESC, m.kind, m.low, m.id DESC"
static const char *const following[] = {
    WALK_WHERE("m.seen_ms = ?1 AND m.kind = ?2 AND m.low = ?3 AND m.id < ?4"),
    WALK_WHERE("m.seen_ms = ?1 AND m.kind = ?2 AND m.low > ?3"),
    WALK_WHERE("m.seen_ms = ?1 AND m.kind > ?2"),
    WALK_WHERE("m.seen_ms < ?1 AND m.seen_ms >= ?5"),
};

enum { FOLLOWING = sizeof following / sizeof *following };

static sqlite3_stmt *
begin_piece(const struct journal_search *s, struct journal_sieve *f, size_t range)
{
    int64_t first_ms, last_ms;
    sqlite3_stmt *walk = journal_statement(f->journal, following[range], f->fault);
    if (!walk)
        return NULL;
    journal_sieve_bound(s->filter, &first_ms, &last_ms);
    sqlite3_bind_int64(walk, 1, s->seen_ms);
    if (range < FOLLOWING - 1) {
        sqlite3_bind_int64(walk, 2, s->kind);
        sqlite3_bind_value(walk, 3, s->low);
        sqlite3_bind_int64(walk, 4, s->id);
    } else {
        sqlite3_bind_int64(walk, 5, first_ms);
    }
    return walk;
}

static void
keep_place(struct journal_search *s, sqlite3_stmt *row)
{
    s->id = sqlite3_column_int64(row, 0);
    s->seen_ms = sqlite3_column_int64(row, 2);
    s->kind = sqlite3_column_int64(row, 4);
    sqlite3_value_free(s->low);
    s->low = sqlite3_value_dup(sqlite3_column_value(row, 5));
}

static enum journal_result
search_row(struct journal_search *s, struct journal_sieve *f, sqlite3_stmt *row)
{
    if (!journal_look_at(&f->look, row))
        return f->look.result;
    if (!journal_ids_have(&f->due, f->look.id) && journal_sieve_passes(f))
        vec_push(&s->hits, f->look.id);
    s->looked++;
    return f->look.result;
}

/* Until the time is up, which is not *ended; one row at least. */
static enum journal_result
search_on(struct journal_search *s, struct journal_sieve *f, size_t range, int64_t until_ms, bool *ended)
{
    enum journal_result result = JOURNAL_DONE;
    sqlite3_stmt *walk = begin_piece(s, f, range);
    *ended = false;
    if (!walk)
        return f->journal->last;
    bool in_time = true;
    while (in_time && result == JOURNAL_DONE && !*ended) {
        *ended = !journal_step(f->journal, walk, &result, f->fault);
        if (*ended)
            break;
        result = search_row(s, f, walk);
        in_time = clock_now_ms() < until_ms;
        if (!in_time)
            keep_place(s, walk);
    }
    sqlite3_reset(walk);
    return result;
}

bool
journal_search_go_on(struct journal_search *s, struct journal *j, int64_t patience_ms, bool *ended, struct fault *fault)
{
    struct journal_sieve f = {
        .journal = j, .filter = s->filter, .wanted = SIZE_MAX, .until_ms = INT64_MAX, .fault = fault};
    int64_t until_ms = clock_now_ms() + patience_ms;
    bool held, is_end = true;
    *ended = false;
    if (!journal_read_begin(j, &held, fault))
        return false;
    journal_look_init(&f.look, j, s->filter, s->now_ms, fault);
    f.due = s->due;
    enum journal_result result = search_due(s, &f);
    for (size_t range = s->low ? 0 : FOLLOWING - 1; range < FOLLOWING && is_end && result == JOURNAL_DONE; range++)
        result = search_on(s, &f, range, until_ms, &is_end);
    s->due = f.due;
    journal_look_fini(&f.look);
    journal_read_end(j, held);
    vec_free(&f.hits);
    *ended = is_end && result == JOURNAL_DONE;
    return result == JOURNAL_DONE;
}

void
journal_search_take(struct journal_search *s, journal_keys *out)
{
    for (size_t i = 0; i < s->hits.count; i++)
        vec_push(out, s->hits.at[i]);
    vec_clear(&s->hits);
}

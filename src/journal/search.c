/* A search is one SELECT that examines resources, newest first, and returns whether each passes. If a sample of the
 * newest shows that a term with an index holds for few of them, the index gives the rows to examine instead. Either way
 * stops and resumes between two rows. */
#include "journal/search.h"

#include "base/clock.h"
#include "base/mem.h"
#include "journal/db.h"
#include "journal/filter_row.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum {
    SAMPLE = 64,                /* newest rows */
    RARE = 2,                   /* a term that holds for at most so many of the sample is looked up in its index */
    INDEX_LEAST_MS = 6,         /* granted for that lookup whatever the patience, because it cannot be resumed */
    STEPS_BETWEEN_CLOCKS = 1000 /* of SQLite's virtual machine */
};

/* A term that has an index. */
struct indexed {
    char *holds, *candidates; /* SQL */
    size_t word_length;       /* 0 = not a word */
    size_t sampled;           /* rows of the sample for which it holds */
};

struct journal_search {
    struct buf passes; /* SQL: whether row m passes, to follow "CASE " */
    struct buf due;    /* SQL: the ids of all that are due */
    VEC(struct indexed) indexed;
    int64_t first_ms, last_ms; /* bounds of seen_ms */
    bool only_due;
    enum { SEARCH_DUE, SEARCH_INDEX, SEARCH_ROWS, SEARCH_ENDED } stage;
    bool uses_index;
    journal_keys candidates; /* from an index, newest first */
    size_t candidate;        /* the next one to examine */
    /* Without an index: the last row that was examined. */
    int64_t seen_ms, kind, id;
    sqlite3_value *low; /* NULL = none was */
    size_t due_count;
    uint64_t looked;
};

#define NEWEST_FIRST " ORDER BY m.seen_ms DESC, m.kind, m.low, m.id DESC"

const struct filter_language *
journal_filter(void)
{
    return filter_row_language();
}

/* ---- making one ---- */

struct journal_search *
journal_search_new(const struct filter *filter, int64_t now_ms)
{
    struct journal_search *s = mem_zero(sizeof *s);
    s->first_ms = INT64_MIN;
    s->last_ms = INT64_MAX;
    filter_row_due(&s->due, now_ms);
    /* A CASE stops at the first term that does not hold; words cost most and come last. */
    buf_text(&s->passes, "WHEN m.newest IS NULL AND NOT EXISTS (SELECT 1 FROM cases WHERE matter = m.id) THEN 0");
    for (int words = 0; words < 2; words++)
        for (size_t i = 0; filter && i < filter->terms.count; i++) {
            const struct filter_term *term = &filter->terms.at[i];
            if ((term->kind == FILTER_WORD) != words)
                continue;
            buf_text(&s->passes, " WHEN NOT (");
            filter_row_term(&s->passes, term, now_ms);
            buf_text(&s->passes, ") THEN 0");
        }
    buf_text(&s->passes, " ELSE 1 END");
    for (size_t i = 0; filter && i < filter->terms.count; i++) {
        const struct filter_term *term = &filter->terms.at[i];
        struct buf holds = {0}, candidates = {0};
        if (filter_row_candidates(&candidates, term)) {
            filter_row_term(&holds, term, now_ms);
            vec_push(&s->indexed,
                     ((struct indexed){.holds = buf_take(&holds),
                                       .candidates = buf_take(&candidates),
                                       .word_length = term->kind == FILTER_WORD ? strlen(term->word) : 0}));
        }
        buf_free(&candidates);
        if (term->negated)
            continue;
        if (term->kind == FILTER_SINCE)
            journal_search_since(s, term->at_ms);
        if (term->kind == FILTER_BEFORE && term->at_ms - 1 < s->last_ms)
            s->last_ms = term->at_ms - 1;
        if (term->kind == FILTER_STATE && term->state == FILTER_ROW_STATE_DUE)
            s->only_due = true;
    }
    return s;
}

void
journal_search_free(struct journal_search *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->indexed.count; i++) {
        free(s->indexed.at[i].holds);
        free(s->indexed.at[i].candidates);
    }
    vec_free(&s->indexed);
    vec_free(&s->candidates);
    sqlite3_value_free(s->low);
    buf_free(&s->passes);
    buf_free(&s->due);
    free(s);
}

void
journal_search_since(struct journal_search *s, int64_t since_ms)
{
    s->first_ms = since_ms > s->first_ms ? since_ms : s->first_ms;
}

bool
journal_search_ended(const struct journal_search *s)
{
    return s->stage == SEARCH_ENDED;
}

size_t
journal_search_due(const struct journal_search *s)
{
    return s->due_count;
}

uint64_t
journal_search_looked(const struct journal_search *s)
{
    return s->looked;
}

/* ---- running one ---- */

struct run {
    struct journal_search *search;
    struct journal *journal;
    size_t most;
    int64_t until_ms;
    journal_keys *out;
    enum journal_result result;
    struct fault *fault;
};

static bool
goes_on(const struct run *r)
{
    return r->result == JOURNAL_DONE && r->out->count < r->most && clock_now_ms() < r->until_ms;
}

static sqlite3_stmt *
prepare(const struct journal_search *s, struct journal *j, struct buf *sql, enum journal_result *result,
        struct fault *fault)
{
    j->searches = j->searches || filter_row_register(j->db) == SQLITE_OK;
    sqlite3_stmt *statement = journal_prepare(j, buf_string(sql), fault);
    *result = statement ? JOURNAL_DONE : j->last;
    if (statement && s->low)
        sqlite3_bind_value(statement, 1, s->low);
    buf_free(sql);
    return statement;
}

/* Selects the rows after the last one that was examined: those that are due, or the others. */
static void
put_where(struct buf *sql, const struct journal_search *s, bool due)
{
    buf_format(sql, " WHERE m.id %sIN (%s) AND m.seen_ms BETWEEN %" PRId64 " AND %" PRId64, due ? "" : "NOT ",
               buf_string(&s->due), s->first_ms, s->low ? s->seen_ms : s->last_ms);
    if (s->low)
        buf_format(sql,
                   " AND (m.seen_ms < %" PRId64 " OR m.kind > %" PRId64 " OR (m.kind = %" PRId64
                   " AND (m.low > ?1 OR (m.low = ?1 AND m.id < %" PRId64 "))))",
                   s->seen_ms, s->kind, s->kind, s->id);
}

/* Examines rows one after the other, at least one. False: more rows remain, or it failed. */
static bool
examine_rows(struct run *r, bool due)
{
    struct journal_search *s = r->search;
    struct buf sql = {0};
    buf_format(&sql, "SELECT m.id, m.seen_ms, m.kind, m.low, CASE %s FROM matter m%s" FILTER_ROW_JOINS,
               buf_string(&s->passes), due ? "" : " INDEXED BY matter_seen");
    put_where(&sql, s, due);
    buf_text(&sql, due ? " ORDER BY c.due_ms, m.id" : NEWEST_FIRST);
    sqlite3_stmt *rows = prepare(s, r->journal, &sql, &r->result, r->fault);
    bool more = false;
    while (rows && !more && journal_step(r->journal, rows, &r->result, r->fault)) {
        s->looked++;
        if (sqlite3_column_int(rows, 4))
            vec_push(r->out, sqlite3_column_int64(rows, 0));
        more = !due && !goes_on(r);
    }
    if (more) {
        s->id = sqlite3_column_int64(rows, 0);
        s->seen_ms = sqlite3_column_int64(rows, 1);
        s->kind = sqlite3_column_int64(rows, 2);
        sqlite3_value_free(s->low);
        s->low = sqlite3_value_dup(sqlite3_column_value(rows, 3));
    }
    sqlite3_finalize(rows);
    return !more && r->result == JOURNAL_DONE;
}

/* Returns the term with an index that holds for the fewest rows of a sample, NULL if none is rare. The index of words
 * is the slowest, and longer words are rarer. */
static const struct indexed *
find_rarest(struct run *r)
{
    struct journal_search *s = r->search;
    const struct indexed *best = NULL;
    struct buf sql = {0};
    buf_text(&sql, "SELECT 0");
    for (size_t i = 0; i < s->indexed.count; i++)
        buf_format(&sql, ", total(CASE WHEN %s THEN 1 ELSE 0 END)", s->indexed.at[i].holds);
    buf_text(&sql, " FROM (SELECT m.* FROM matter m INDEXED BY matter_seen");
    put_where(&sql, s, false);
    buf_format(&sql, NEWEST_FIRST " LIMIT %d) m" FILTER_ROW_JOINS, SAMPLE);
    sqlite3_stmt *sample = prepare(s, r->journal, &sql, &r->result, r->fault);
    bool sampled = sample && journal_step(r->journal, sample, &r->result, r->fault);
    for (size_t i = 0; sampled && i < s->indexed.count; i++) {
        struct indexed *x = &s->indexed.at[i];
        x->sampled = (size_t)sqlite3_column_int64(sample, (int)i + 1);
        bool better = !best || x->sampled < best->sampled;
        if (!better && x->sampled == best->sampled)
            better = best->word_length > 0 && (x->word_length == 0 || x->word_length > best->word_length);
        if (x->sampled <= RARE && better)
            best = x;
    }
    sqlite3_finalize(sample);
    return best;
}

/* Fetches the rows for which a term may hold. If that takes too long, all rows will be examined. */
static void
fetch_candidates(struct run *r, const struct indexed *term)
{
    struct journal_search *s = r->search;
    struct buf sql = {0};
    int64_t least_ms = clock_now_ms() + INDEX_LEAST_MS, until_ms = r->until_ms > least_ms ? r->until_ms : least_ms;
    buf_format(&sql, "WITH i(id) AS (%s) SELECT m.id FROM i CROSS JOIN matter m ON m.id = i.id", term->candidates);
    put_where(&sql, s, false);
    buf_text(&sql, NEWEST_FIRST);
    sqlite3_stmt *rows = prepare(s, r->journal, &sql, &r->result, r->fault);
    sqlite3_progress_handler(r->journal->db, STEPS_BETWEEN_CLOCKS, journal_is_late, &until_ms);
    for (int64_t last = -1; rows && journal_step(r->journal, rows, &r->result, r->fault);) {
        int64_t id = sqlite3_column_int64(rows, 0);
        if (id != last) /* doubles are neighbours now */
            vec_push(&s->candidates, id);
        last = id;
    }
    sqlite3_progress_handler(r->journal->db, 0, NULL, NULL);
    s->uses_index = r->result == JOURNAL_DONE;
    if (r->result == JOURNAL_FAILED && sqlite3_errcode(r->journal->db) == SQLITE_INTERRUPT) {
        r->result = JOURNAL_DONE;
        vec_free(&s->candidates);
    }
    sqlite3_finalize(rows);
}

/* Returns a statement that computes whether row ?1 passes. */
static sqlite3_stmt *
prepare_check(const struct journal_search *s, struct journal *j, enum journal_result *result, struct fault *fault)
{
    struct buf sql = {0};
    buf_format(&sql, "SELECT CASE %s FROM matter m" FILTER_ROW_JOINS "WHERE m.id = ?1", buf_string(&s->passes));
    return prepare(s, j, &sql, result, fault);
}

static bool
check(struct journal *j, sqlite3_stmt *check, int64_t id, enum journal_result *result, struct fault *fault)
{
    sqlite3_bind_int64(check, 1, id);
    bool passes = journal_step(j, check, result, fault) && sqlite3_column_int(check, 0);
    sqlite3_reset(check);
    return passes;
}

static bool
examine_candidates(struct run *r)
{
    struct journal_search *s = r->search;
    sqlite3_stmt *row = prepare_check(s, r->journal, &r->result, r->fault);
    while (row && s->candidate < s->candidates.count) {
        int64_t id = s->candidates.at[s->candidate++];
        s->looked++;
        if (check(r->journal, row, id, &r->result, r->fault))
            vec_push(r->out, id);
        if (!goes_on(r))
            break;
    }
    sqlite3_finalize(row);
    return r->result == JOURNAL_DONE && s->candidate == s->candidates.count;
}

static void
run(struct run *r)
{
    struct journal_search *s = r->search;
    size_t before = r->out->count;
    if (s->stage == SEARCH_DUE && examine_rows(r, true)) {
        s->due_count = r->out->count - before;
        s->stage = s->only_due ? SEARCH_ENDED : SEARCH_INDEX;
    }
    if (r->result != JOURNAL_DONE || r->out->count >= r->most)
        return;
    if (s->stage == SEARCH_INDEX) {
        const struct indexed *term = s->indexed.count > 0 ? find_rarest(r) : NULL;
        if (term)
            fetch_candidates(r, term);
        s->stage = SEARCH_ROWS;
    }
    if (s->stage == SEARCH_ROWS && r->result == JOURNAL_DONE &&
        (s->uses_index ? examine_candidates(r) : examine_rows(r, false)))
        s->stage = SEARCH_ENDED;
}

bool
journal_search_run(struct journal_search *s, struct journal *j, size_t most, int64_t patience_ms, journal_keys *out,
                   struct fault *fault)
{
    struct run r = {s, j, most, clock_now_ms() + patience_ms, out, JOURNAL_DONE, fault};
    bool held;
    if (!journal_read_begin(j, &held, fault))
        return false;
    run(&r);
    journal_read_end(j, held);
    return r.result == JOURNAL_DONE;
}

bool
journal_search_next(const struct journal_search *s, struct journal *j, const journal_keys *keys, bool backwards,
                    int64_t patience_ms, size_t *at, bool *found, struct fault *fault)
{
    int64_t until_ms = clock_now_ms() + patience_ms;
    enum journal_result result;
    sqlite3_stmt *row = prepare_check(s, j, &result, fault);
    *found = false;
    while (row && result == JOURNAL_DONE && *at < keys->count) {
        *found = check(j, row, keys->at[*at], &result, fault);
        if (*found || clock_now_ms() >= until_ms)
            break;
        *at += backwards ? SIZE_MAX : 1;
    }
    sqlite3_finalize(row);
    return result == JOURNAL_DONE;
}

bool
journal_find(struct journal *j, const struct filter *filter, int64_t now_ms, size_t most, int64_t patience_ms,
             journal_entries *out, bool *more, bool *late, struct fault *fault)
{
    struct journal_search *s = journal_search_new(filter, now_ms);
    journal_keys keys = {0};
    bool held, is_late = false;
    *more = false;
    bool ok = journal_read_begin(j, &held, fault);
    if (ok) {
        ok = journal_search_run(s, j, most + 1, patience_ms, &keys, fault);
        is_late = ok && keys.count <= most && !journal_search_ended(s);
        *more = keys.count > most;
        if (ok && !is_late)
            ok = journal_read(j, keys.at, *more ? most : keys.count, out, fault);
        journal_read_end(j, held);
    }
    if (late)
        *late = is_late;
    if (is_late)
        *fault = (struct fault){""};
    journal_search_free(s);
    vec_free(&keys);
    return ok;
}

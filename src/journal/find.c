/* Looking for matters.
 *
 * There are two ways to the newest that pass a filter: walking through all of them from the newest on, which is quick
 * when many pass, and gathering those of which one of the terms holds by its index, which is quick when few do. Nobody
 * knows beforehand. So both are tried in turn, each time for longer, and the first that comes to its end has it: what
 * it costs is in proportion to the cheaper one. Whichever it is, the filter decides on each.
 *
 * Some filters have no cheap way. Who cannot wait says so, and SQLite is interrupted then: nothing is found in that
 * case, not even that there is nothing. journal_search.c walks the whole way in pieces instead. */
#include "journal/find.h"
#include "base/clock.h"
#include "base/mem.h"
#include "journal/db.h"
#include "journal/filter_row.h"
#include "journal/journal.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static const char *const figures[JOURNAL_FIGURES] = {
    [JOURNAL_FIGURE_IMPACTS] = "impacts", [JOURNAL_FIGURE_LIMIT] = "limit",     [JOURNAL_FIGURE_SCORE] = "score",
    [JOURNAL_FIGURE_LISTED] = "listed",   [JOURNAL_FIGURE_CHANGES] = "changes",
};

static const char *const states[JOURNAL_STATES] = {
    [JOURNAL_STATE_VERDICT + VERDICT_CLEAR] = "clear",   [JOURNAL_STATE_VERDICT + VERDICT_COLLATERAL] = "collateral",
    [JOURNAL_STATE_VERDICT + VERDICT_DIRECT] = "direct", [JOURNAL_STATE_VERDICT + VERDICT_UNKNOWN] = "unknown",
    [JOURNAL_STATE_CASE + CASE_OPEN] = "open",           [JOURNAL_STATE_CASE + CASE_WAITING] = "waiting",
    [JOURNAL_STATE_CASE + CASE_CLOSED] = "closed",       [JOURNAL_STATE_DUE] = "due",
};

const struct filter_language *
journal_filter(void)
{
    static struct filter_language language = {
        .figures = figures,
        .figure_count = JOURNAL_FIGURES,
        .states = states,
        .state_count = JOURNAL_STATES,
        .ipv6 = true,
    };
    language.kinds = filter_eye_kinds(&journal_look_eye);
    return &language;
}

/* ---- walking ---- */

static sqlite3_stmt *
begin_bounded(struct journal_sieve *f, const char *sql)
{
    int64_t first_ms, last_ms;
    sqlite3_stmt *walk = journal_statement(f->journal, sql, f->fault);
    if (!walk)
        return NULL;
    journal_sieve_bound(f->filter, &first_ms, &last_ms);
    sqlite3_bind_int64(walk, 1, first_ms);
    sqlite3_bind_int64(walk, 2, last_ms);
    return walk;
}

static sqlite3_stmt *
begin_walk(struct journal_sieve *f)
{
    return begin_bounded(f, JOURNAL_LOOK
                         "WHERE m.seen_ms BETWEEN ?1 AND ?2 ORDER BY m.seen_ms DESC, m.kind, m.low, m.id DESC");
}

/* The newest tell which terms hold of few. */
enum { SAMPLE = 64 };

static void
count_terms(struct journal_sieve *f)
{
    for (size_t i = 0; i < f->filter->terms.count; i++) {
        struct filter one = {0};
        one.terms.at = &f->filter->terms.at[i];
        one.terms.count = 1;
        f->held.at[i] += filter_passes(&one, &journal_look_eye, &f->look, 0);
    }
    f->sampled++;
}

/* Goes on for `rows`; *ended: there is nothing more to walk for. */
static enum journal_result
walk_on(struct journal_sieve *f, sqlite3_stmt *walk, size_t rows, bool *ended)
{
    enum journal_result result = JOURNAL_DONE;
    *ended = f->hits.count >= f->wanted;
    while (!*ended && rows-- > 0) {
        if (!journal_step(f->journal, walk, &result, f->fault)) {
            *ended = true;
            return result;
        }
        if (!journal_look_at(&f->look, walk))
            return f->look.result;
        if (f->held.count > 1 && f->sampled < SAMPLE)
            count_terms(f);
        if (!journal_ids_have(&f->due, f->look.id) && journal_sieve_passes(f))
            vec_push(&f->hits, f->look.id);
        if (f->look.result != JOURNAL_DONE)
            return f->look.result;
        *ended = f->hits.count >= f->wanted;
    }
    return JOURNAL_DONE;
}

/* ---- gathering ---- */

struct place {
    int64_t seen_ms, kind, id;
    uint8_t low[16]; /* of an ASN its number */
};

/* As the walk goes. */
static int
compare_places(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->seen_ms != y->seen_ms)
        return x->seen_ms > y->seen_ms ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    int order = memcmp(x->low, y->low, sizeof x->low);
    return order ? order : (y->id > x->id) - (y->id < x->id);
}

static void
read_low(sqlite3_stmt *row, int column, uint8_t out[static 16])
{
    const void *low = sqlite3_column_blob(row, column);
    if (sqlite3_column_type(row, column) == SQLITE_BLOB && sqlite3_column_bytes(row, column) == 16)
        memcpy(out, low, 16);
    else
        for (int i = 0; i < 8; i++)
            out[8 + i] = (uint8_t)(sqlite3_column_int64(row, column) >> 8 * (7 - i));
}

static void
read_place(sqlite3_stmt *row, struct place *out)
{
    *out = (struct place){
        .id = sqlite3_column_int64(row, 0),
        .seen_ms = sqlite3_column_int64(row, 1),
        .kind = sqlite3_column_int64(row, 2),
    };
    read_low(row, 3, out->low);
}

typedef VEC(struct place) place_list;

/* Rows that lie together are read together, with those between them that are not asked for. */
enum { GAP = 8 };

static size_t
end_of_run(const journal_id_list *ids, size_t from)
{
    do
        from++;
    while (from < ids->count && (uint64_t)ids->at[from] - (uint64_t)ids->at[from - 1] <= GAP);
    return from;
}

static enum journal_result
place_run(struct journal_sieve *f, const int64_t *ids, size_t count, place_list *out)
{
    sqlite3_stmt *find = journal_statement(
        f->journal, "SELECT id, seen_ms, kind, low FROM matter WHERE id BETWEEN ?1 AND ?2 ORDER BY id", f->fault);
    enum journal_result result;
    if (!find)
        return f->journal->last;
    sqlite3_bind_int64(find, 1, ids[0]);
    sqlite3_bind_int64(find, 2, ids[count - 1]);
    for (size_t at = 0; journal_step(f->journal, find, &result, f->fault);) {
        int64_t id = sqlite3_column_int64(find, 0);
        struct place place;
        while (at < count && ids[at] < id)
            at++;
        if (at == count || ids[at] != id)
            continue;
        read_place(find, &place);
        vec_push(out, place);
    }
    return result;
}

static enum journal_result
place_all(struct journal_sieve *f, const journal_id_list *ids, place_list *out)
{
    enum journal_result result = JOURNAL_DONE;
    for (size_t from = 0, end; from < ids->count && result == JOURNAL_DONE; from = end) {
        end = end_of_run(ids, from);
        result = place_run(f, ids->at + from, end - from, out);
    }
    if (out->count > 1)
        qsort(out->at, out->count, sizeof *out->at, compare_places);
    return result;
}

/* About how many matters there are, and no fewer. */
static enum journal_result
count_resources(struct journal_sieve *f, size_t *out)
{
    sqlite3_stmt *find = journal_statement(f->journal, "SELECT max(id) FROM matter", f->fault);
    enum journal_result result = find ? JOURNAL_DONE : f->journal->last;
    *out = 0;
    if (find && journal_step(f->journal, find, &result, f->fault)) {
        int64_t last = sqlite3_column_int64(find, 0);
        *out = last > 0 ? (size_t)last : 0;
        sqlite3_reset(find);
    }
    return result;
}

static enum journal_result
try_id(struct journal_sieve *f, int64_t id)
{
    if (!journal_ids_have(&f->due, id) && journal_look_up(&f->look, id) && journal_sieve_passes(f))
        vec_push(&f->hits, id);
    return f->look.result;
}

static enum journal_result
sift_by_place(struct journal_sieve *f, const journal_id_list *ids)
{
    place_list places = {0};
    enum journal_result result = place_all(f, ids, &places);
    for (size_t i = 0; i < places.count && result == JOURNAL_DONE && f->hits.count < f->wanted; i++)
        result = try_id(f, places.at[i].id);
    vec_free(&places);
    return result;
}

/* Matters are walked through as begin_walk does, but in the index alone: who is not among the ids is passed by. *ended:
 * there is nothing more to walk for. */
static enum journal_result
sift_by_walk(struct journal_sieve *f, const journal_id_list *ids, size_t rows, bool *ended)
{
    sqlite3_stmt *walk = begin_bounded(f, "SELECT id FROM matter WHERE seen_ms BETWEEN ?1 AND ?2"
                                          " ORDER BY seen_ms DESC, kind, low, id DESC");
    enum journal_result result = walk ? JOURNAL_DONE : f->journal->last;
    *ended = false;
    while (walk && rows-- > 0 && result == JOURNAL_DONE && !*ended) {
        if (!journal_step(f->journal, walk, &result, f->fault))
            *ended = true;
        else if (journal_ids_have(ids, sqlite3_column_int64(walk, 0)))
            result = try_id(f, sqlite3_column_int64(walk, 0));
        *ended = *ended || f->hits.count >= f->wanted;
    }
    if (walk)
        sqlite3_reset(walk);
    return result;
}

/* What it costs to place them, in rows of an index that are passed by: a row that lies alone is dear. */
enum { ALONE = 8 };

static size_t
price_of_places(const journal_id_list *ids)
{
    size_t price = ids->count;
    for (size_t from = 0; from < ids->count; from = end_of_run(ids, from))
        price += ALONE;
    return price;
}

/* All that can pass are there: those that do, newest first. When they are many, and were seen at any time, they are met
 * soon. */
static enum journal_result
sift(struct journal_sieve *f, const journal_id_list *ids)
{
    size_t before = f->hits.count, all;
    bool ended = ids->count == 0;
    enum journal_result result = count_resources(f, &all);
    double rows = ended ? 0 : 2.0 * (double)f->wanted * (double)all / (double)ids->count;
    if (result == JOURNAL_DONE && !ended && rows < (double)price_of_places(ids))
        result = sift_by_walk(f, ids, (size_t)rows, &ended);
    if (result != JOURNAL_DONE || ended)
        return result;
    f->hits.count = before;
    return sift_by_place(f, ids);
}

/* ---- both in turn ---- */

enum {
    ROWS_AT_FIRST = 50,   /* and one for each that is wanted */
    GATHERED_A_ROW = 256, /* so many ids of an index are gathered for each row that is walked */
    LONGER = 8,
};

/* How many rows are walked first. Where all are wanted, all would be walked. */
static size_t
rows_at_first(const struct journal_sieve *f)
{
    return ROWS_AT_FIRST + (f->wanted < UINT32_MAX ? f->wanted : 0);
}

/* How many more rows the walk takes if as many pass as up to now; SIZE_MAX when none did, or nobody has so many. */
static size_t
rows_to_go(const struct journal_sieve *f, size_t walked, size_t found)
{
    size_t rows;
    if (found == 0 || __builtin_mul_overflow(walked / found, f->wanted - f->hits.count, &rows))
        return SIZE_MAX;
    return rows < SIZE_MAX ? rows + 1 : SIZE_MAX;
}

/* About so many there are for each term, if the newest are like the others. */
static enum journal_result
gather(struct journal_sieve *f, size_t most, journal_id_list *out, bool *complete)
{
    size_t all;
    VEC(size_t) expected = {0};
    if (!f->filter)
        return JOURNAL_DONE;
    enum journal_result result = count_resources(f, &all);
    if (result != JOURNAL_DONE)
        return result;
    for (size_t i = 0; i < f->held.count; i++)
        vec_push(&expected, f->sampled > 0 ? (size_t)((double)f->held.at[i] / (double)f->sampled * (double)all) : 0);
    result = journal_gather(f->journal, f->filter, expected.at, most, out, complete, f->fault);
    vec_free(&expected);
    return result;
}

static enum journal_result
find_newest(struct journal_sieve *f, sqlite3_stmt *walk)
{
    size_t before = f->hits.count, rows = rows_at_first(f), walked = 0;
    journal_id_list ids = {0};
    bool ended = false, complete = false;
    enum journal_result result = JOURNAL_DONE;
    for (; result == JOURNAL_DONE && !complete; rows *= LONGER) {
        size_t next = rows;
        do {
            result = walk_on(f, walk, next, &ended);
            walked += next;
            next = rows_to_go(f, walked, f->hits.count - before);
        } while (result == JOURNAL_DONE && !ended && next <= 2 * rows);
        if (result != JOURNAL_DONE || ended)
            break;
        result = gather(f, rows * GATHERED_A_ROW, &ids, &complete);
    }
    if (result == JOURNAL_DONE && complete) {
        f->hits.count = before;
        result = sift(f, &ids);
    }
    vec_free(&ids);
    return result;
}

static enum journal_result
find_all(struct journal_sieve *f)
{
    enum journal_result result = journal_sieve_due(f);
    if (result != JOURNAL_DONE || f->hits.count >= f->wanted)
        return result;
    sqlite3_stmt *walk = begin_walk(f);
    if (!walk)
        return f->journal->last;
    result = find_newest(f, walk);
    sqlite3_reset(walk);
    return result;
}

/* ---- what is put out ---- */

enum { STEPS_BETWEEN_LOOKS_AT_THE_CLOCK = 4000 };

static int
on_progress(void *arg)
{
    return journal_sieve_is_late(arg);
}

static bool
find_until(struct journal *j, const struct filter *filter, int64_t now_ms, size_t most, int64_t until_ms,
           journal_keys *out, bool *more, bool *late, struct fault *fault)
{
    struct journal_sieve f = {.journal = j, .filter = filter, .wanted = most + 1, .until_ms = until_ms, .fault = fault};
    bool held;
    *more = *late = false;
    journal_index_bring_up(j);
    if (!journal_read_begin(j, &held, fault))
        return false;
    if (until_ms != INT64_MAX)
        sqlite3_progress_handler(j->db, STEPS_BETWEEN_LOOKS_AT_THE_CLOCK, on_progress, &f);
    journal_look_init(&f.look, j, filter, now_ms, fault);
    for (size_t i = 0; filter && i < filter->terms.count; i++)
        vec_push(&f.held, 0);
    enum journal_result result = find_all(&f);
    *more = f.hits.count > most;
    *late = f.late && result == JOURNAL_FAILED;
    for (size_t i = 0; result == JOURNAL_DONE && i < f.hits.count && i < most; i++)
        vec_push(out, f.hits.at[i]);
    journal_look_fini(&f.look);
    sqlite3_progress_handler(j->db, 0, NULL, NULL);
    journal_read_end(j, held);
    vec_free(&f.due);
    vec_free(&f.hits);
    vec_free(&f.held);
    return result == JOURNAL_DONE;
}

bool
journal_find_keys(struct journal *j, const struct filter *filter, int64_t now_ms, size_t most, int64_t patience_ms,
                  journal_keys *out, bool *more, bool *late, struct fault *fault)
{
    if (find_until(j, filter, now_ms, most, clock_now_ms() + patience_ms, out, more, late, fault))
        return true;
    if (!*late)
        return false;
    *more = false;
    *fault = (struct fault){""};
    return true;
}

bool
journal_read(struct journal *j, const int64_t *keys, size_t count, int64_t now_ms, journal_entries *out,
             struct fault *fault)
{
    struct journal_look look;
    bool held;
    if (!journal_read_begin(j, &held, fault))
        return false;
    journal_look_init(&look, j, NULL, now_ms, fault);
    for (size_t i = 0; i < count && look.result == JOURNAL_DONE; i++) {
        struct journal_entry entry = {0};
        if (journal_look_up(&look, keys[i]))
            journal_look_take(&look, &entry);
        vec_push(out, entry);
    }
    bool ok = look.result == JOURNAL_DONE;
    journal_look_fini(&look);
    journal_read_end(j, held);
    return ok;
}

/* Both in one view of the journal: nothing is gone between them. */
static bool
find_and_read(struct journal *j, const struct filter *filter, int64_t now_ms, size_t most, int64_t until_ms,
              journal_entries *out, bool *more, bool *late, struct fault *fault)
{
    journal_keys keys = {0};
    bool held;
    *more = *late = false;
    if (!journal_read_begin(j, &held, fault))
        return false;
    bool ok = find_until(j, filter, now_ms, most, until_ms, &keys, more, late, fault) &&
              journal_read(j, keys.at, keys.count, now_ms, out, fault);
    journal_read_end(j, held);
    vec_free(&keys);
    return ok;
}

bool
journal_find(struct journal *j, const struct filter *filter, int64_t now_ms, size_t most, journal_entries *out,
             bool *more, struct fault *fault)
{
    bool late;
    return find_and_read(j, filter, now_ms, most, INT64_MAX, out, more, &late, fault);
}

bool
journal_find_soon(struct journal *j, const struct filter *filter, int64_t now_ms, size_t most, int64_t patience_ms,
                  journal_entries *out, bool *more, bool *late, struct fault *fault)
{
    if (find_and_read(j, filter, now_ms, most, clock_now_ms() + patience_ms, out, more, late, fault))
        return true;
    if (!*late)
        return false;
    *more = false;
    *fault = (struct fault){""};
    return true;
}

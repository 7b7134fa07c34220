/* What every way of looking for matters has in common: whether a matter is wanted, and those that are due. */
#include "journal/filter_row.h"
#include "base/clock.h"
#include "journal/db.h"

#include <sqlite3.h>
#include <stdlib.h>

bool
journal_sieve_is_late(struct journal_sieve *f)
{
    f->late = f->late || (f->until_ms != INT64_MAX && clock_now_ms() >= f->until_ms);
    return f->late;
}

bool
journal_sieve_passes(struct journal_sieve *f)
{
    struct journal_look *look = &f->look;
    if (journal_sieve_is_late(f)) {
        look->result = JOURNAL_FAILED;
        return false;
    }
    bool passes =
        journal_look_is_of_something(look) && (!f->filter || filter_passes(f->filter, &journal_look_eye, look, 0));
    return passes && look->result == JOURNAL_DONE;
}

/* ---- due follow-ups ---- */

struct due {
    int64_t due_ms, id;
};

static int
compare_due(const void *a, const void *b)
{
    const struct due *x = a, *y = b;
    if (x->due_ms != y->due_ms)
        return x->due_ms < y->due_ms ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static enum journal_result
gather_due(struct journal_sieve *f)
{
    sqlite3_stmt *find = journal_statement(
        f->journal, "SELECT matter FROM cases WHERE due_ms > 0 AND due_ms <= ?1 AND state <> 'closed'", f->fault);
    enum journal_result result;
    if (!find)
        return f->journal->last;
    sqlite3_bind_int64(find, 1, f->look.now_ms);
    while (journal_step(f->journal, find, &result, f->fault))
        vec_push(&f->due, sqlite3_column_int64(find, 0));
    journal_ids_tidy(&f->due);
    return result;
}

/* A matter stays among them only when the case that is shown of it is the one that is due. */
enum journal_result
journal_sieve_due(struct journal_sieve *f)
{
    VEC(struct due) found = {0};
    enum journal_result result = gather_due(f);
    size_t kept = 0;
    for (size_t i = 0; i < f->due.count && result == JOURNAL_DONE; i++) {
        int64_t id = f->due.at[i];
        if (journal_look_up(&f->look, id) && journal_look_is_due(&f->look)) {
            f->due.at[kept++] = id;
            if (journal_sieve_passes(f))
                vec_push(&found, ((struct due){f->look.entry.due_ms, id}));
        }
        result = f->look.result;
    }
    f->due.count = kept;
    if (found.count > 1)
        qsort(found.at, found.count, sizeof *found.at, compare_due);
    for (size_t i = 0; i < found.count && f->hits.count < f->wanted; i++)
        vec_push(&f->hits, found.at[i].id);
    vec_free(&found);
    return result;
}

void
journal_sieve_bound(const struct filter *filter, int64_t *first_ms, int64_t *last_ms)
{
    *first_ms = INT64_MIN;
    *last_ms = INT64_MAX;
    for (size_t i = 0; filter && i < filter->terms.count; i++) {
        const struct filter_term *term = &filter->terms.at[i];
        if (term->negated)
            continue;
        if (term->kind == FILTER_SINCE && term->at_ms > *first_ms)
            *first_ms = term->at_ms;
        if (term->kind == FILTER_BEFORE && term->at_ms - 1 < *last_ms)
            *last_ms = term->at_ms - 1;
    }
}

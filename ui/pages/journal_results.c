/* What a short look finds is there at once, whether few pass or many. The search goes on behind it, as far as somebody
 * wants to see. */
#include "pages/journal_results.h"

#include "base/clock.h"

#include <string.h>

enum { FIRST = 96 /* rows that are looked for at once */, PAGE = 96 /* entries that are read at once */ };

static void
drop_search(struct journal_list *list)
{
    journal_search_free(list->search);
    list->search = NULL;
    vec_free(&list->sought.terms);
    vec_free(&list->first);
}

static void
drop_page(struct journal_list *list)
{
    journal_entries_fini(&list->page);
    list->page_row = 0;
}

void
journal_list_fini(struct journal_list *list)
{
    drop_search(list);
    drop_page(list);
    vec_free(&list->keys);
    *list = (struct journal_list){0};
}

static bool
is_due(const struct journal_list *list, const struct journal_entry *e)
{
    return e->has_case && e->case_state != CASE_CLOSED && e->due_ms != 0 && e->due_ms <= list->now_ms;
}

static bool
has(const journal_keys *keys, int64_t key)
{
    size_t i = 0;
    while (i < keys->count && keys->at[i] != key)
        i++;
    return i < keys->count;
}

/* ---- entries ---- */

static void
read_page(struct journal_list *list, struct journal *journal, size_t row)
{
    size_t left = list->keys.count - row;
    drop_page(list);
    if (!journal_read(journal, list->keys.at + row, left < PAGE ? left : PAGE, list->now_ms, &list->page, &list->fault))
        journal_entries_fini(&list->page);
    list->page_row = row;
}

static bool
is_on_page(const struct journal_list *list, size_t row)
{
    return row >= list->page_row && row - list->page_row < list->page.count;
}

/* Rows are asked for from above to below: of those before it a third of what is read. */
const struct journal_entry *
journal_list_at(struct journal_list *list, struct journal *journal, size_t row)
{
    if (row >= list->keys.count)
        return NULL;
    if (!is_on_page(list, row))
        read_page(list, journal, row > PAGE / 3 ? row - PAGE / 3 : 0);
    const struct journal_entry *entry = is_on_page(list, row) ? &list->page.at[row - list->page_row] : NULL;
    return entry && entry->seen_ms != 0 ? entry : NULL;
}

/* ---- looking ---- */

/* The filter's words stay whose they are. */
static void
copy_terms(struct filter *out, const struct filter *filter)
{
    for (size_t i = 0; filter && i < filter->terms.count; i++)
        vec_push(&out->terms, filter->terms.at[i]);
}

static void
add_due_term(struct filter *filter, bool negated)
{
    const struct filter_language *language = journal_filter();
    for (size_t i = 0; i < language->state_count; i++)
        if (strcmp(language->states[i], "due") == 0)
            vec_push(&filter->terms, ((struct filter_term){.kind = FILTER_STATE, .negated = negated, .state = i}));
}

/* How many of all that pass are due; what cannot be counted at once is left as it was. */
static void
count_due(struct journal_list *list, struct journal *journal, const struct filter *filter)
{
    struct filter due = {0};
    struct fault fault;
    journal_keys keys = {0};
    bool more, late;
    copy_terms(&due, filter);
    add_due_term(&due, false);
    if (journal_find_keys(journal, &due, list->now_ms, SIZE_MAX - 1, JOURNAL_LIST_PATIENCE_MS, &keys, &more, &late,
                          &fault) &&
        !late)
        list->due = keys.count;
    vec_free(&keys);
    vec_free(&due.terms);
}

/* Leaves out of a search what was found at once: all of it, or, where that was nothing but due follow-ups, nothing. */
static void
narrow(struct journal_list *list, struct journal *journal)
{
    const struct journal_entry *last =
        list->first.count > 0 ? journal_list_at(list, journal, list->first.count - 1) : NULL;
    if (!last || is_due(list, last))
        return;
    vec_push(&list->sought.terms, ((struct filter_term){.kind = FILTER_BEFORE, .at_ms = last->seen_ms + 1}));
    add_due_term(&list->sought, true);
}

static void
begin_search(struct journal_list *list, struct journal *journal, const struct filter *filter)
{
    for (size_t i = 0; i < list->keys.count; i++)
        vec_push(&list->first, list->keys.at[i]);
    copy_terms(&list->sought, filter);
    narrow(list, journal);
    list->search = journal_search_new(&list->sought, list->now_ms);
}

bool
journal_list_begin(struct journal_list *list, struct journal *journal, const struct filter *filter, bool thorough)
{
    struct journal_list anew = {.now_ms = clock_wall_ms(), .wanted = FIRST};
    bool more = false, late = false;
    bool ok = journal_find_keys(journal, filter, anew.now_ms, FIRST, JOURNAL_LIST_PATIENCE_MS, &anew.keys, &more, &late,
                                &anew.fault);
    if (late && !thorough)
        return false;
    journal_list_fini(list);
    *list = anew;
    if (!ok)
        return true;
    count_due(list, journal, filter);
    if (list->keys.count > 0)
        read_page(list, journal, 0);
    if (more || late)
        begin_search(list, journal, filter);
    return true;
}

void
journal_list_renew(struct journal_list *list, struct journal *journal, const struct filter *filter)
{
    struct filter newer = {0};
    journal_keys found = {0};
    bool more, late;
    int64_t before_ms = list->now_ms;
    size_t top = 0;
    if (list->keys.count == 0) {
        journal_list_begin(list, journal, filter, true);
        return;
    }
    list->now_ms = clock_wall_ms();
    list->fault = (struct fault){""};
    drop_page(list);
    copy_terms(&newer, filter);
    vec_push(&newer.terms, ((struct filter_term){.kind = FILTER_SINCE, .at_ms = before_ms}));
    journal_find_keys(journal, &newer, list->now_ms, FIRST, JOURNAL_LIST_PATIENCE_MS, &found, &more, &late,
                      &list->fault);
    for (size_t i = 0; i < found.count; i++) {
        if (has(&list->keys, found.at[i]))
            continue;
        vec_push(&list->keys, found.at[i]);
        memmove(list->keys.at + top + 1, list->keys.at + top, (list->keys.count - 1 - top) * sizeof *list->keys.at);
        list->keys.at[top++] = found.at[i];
    }
    count_due(list, journal, filter);
    vec_free(&found);
    vec_free(&newer.terms);
}

/* ---- the search ---- */

void
journal_list_want(struct journal_list *list, size_t rows)
{
    if (rows == SIZE_MAX)
        list->partly = false;
    list->wanted = rows;
}

bool
journal_list_is_awaited(const struct journal_list *list)
{
    return list->search && !list->partly && list->keys.count < list->wanted;
}

bool
journal_list_is_busy(const struct journal_list *list)
{
    bool eager = list->search && !list->partly && list->pieces < JOURNAL_LIST_EAGER_PIECES;
    return journal_list_is_awaited(list) || eager;
}

static void
take(struct journal_list *list)
{
    journal_keys found = {0};
    journal_search_take(list->search, &found);
    for (size_t i = 0; i < found.count; i++)
        if (!has(&list->first, found.at[i]))
            vec_push(&list->keys, found.at[i]);
    vec_free(&found);
}

void
journal_list_work(struct journal_list *list, struct journal *journal)
{
    bool ended;
    if (!journal_list_is_busy(list))
        return;
    list->pieces++;
    if (!journal_search_go_on(list->search, journal, JOURNAL_LIST_PIECE_MS, &ended, &list->fault)) {
        drop_search(list);
        list->partly = true;
        return;
    }
    take(list);
    if (ended)
        drop_search(list);
}

void
journal_list_stop(struct journal_list *list)
{
    list->wanted = 0;
    list->partly = list->search;
}

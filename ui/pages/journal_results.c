#include "pages/journal_results.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST = 96 /* rows found at once */, PAGE = 96 /* entries read at once */ };

void
journal_list_fini(struct journal_list *list)
{
    journal_search_free(list->search);
    journal_entries_fini(&list->page);
    vec_free(&list->keys);
    *list = (struct journal_list){0};
}

/* A third of the page lies above the row, because rows are drawn downwards. */
const struct journal_entry *
journal_list_at(struct journal_list *list, struct journal *journal, size_t row)
{
    if (row >= list->keys.count)
        return NULL;
    if (row < list->page_row || row - list->page_row >= list->page.count) {
        size_t first = row > PAGE / 3 ? row - PAGE / 3 : 0, left = list->keys.count - first;
        journal_entries_fini(&list->page);
        list->page_row = first;
        if (!journal_read(journal, list->keys.at + first, left < PAGE ? left : PAGE, &list->page, &list->fault)) {
            journal_entries_fini(&list->page);
            return NULL;
        }
    }
    const struct journal_entry *entry = &list->page.at[row - list->page_row];
    return entry->seen_ms != 0 ? entry : NULL;
}

/* ---- searching ---- */

bool
journal_list_begin(struct journal_list *list, struct journal *journal, const struct filter *filter, bool thorough)
{
    struct journal_list anew = {.now_ms = clock_wall_ms(), .wanted = FIRST};
    anew.search = journal_search_new(filter, anew.now_ms);
    bool ok = journal_search_run(anew.search, journal, FIRST, JOURNAL_LIST_PATIENCE_MS, &anew.keys, &anew.fault);
    bool ended = journal_search_ended(anew.search);
    if (ok && !ended && anew.keys.count < FIRST && !thorough) {
        journal_list_fini(&anew);
        return false;
    }
    journal_list_fini(list);
    *list = anew;
    list->due = journal_search_due(list->search);
    if (!ok || ended) {
        journal_search_free(list->search);
        list->search = NULL;
    }
    journal_list_at(list, journal, 0);
    return true;
}

void
journal_list_renew(struct journal_list *list, struct journal *journal, const struct filter *filter)
{
    journal_keys found = {0};
    int64_t before_ms = list->now_ms;
    size_t top = 0;
    if (list->keys.count == 0) {
        journal_list_begin(list, journal, filter, true);
        return;
    }
    list->now_ms = clock_wall_ms();
    list->fault = (struct fault){""};
    journal_entries_fini(&list->page);
    struct journal_search *due = journal_search_new(filter, list->now_ms);
    if (journal_search_run(due, journal, 0, JOURNAL_LIST_PATIENCE_MS, &found, &list->fault))
        list->due = journal_search_due(due);
    journal_search_free(due);
    vec_clear(&found);
    struct journal_search *newer = journal_search_new(filter, list->now_ms);
    journal_search_since(newer, before_ms);
    journal_search_run(newer, journal, FIRST, JOURNAL_LIST_PATIENCE_MS, &found, &list->fault);
    journal_search_free(newer);
    for (size_t i = 0; i < found.count; i++) {
        size_t known = 0;
        while (known < list->keys.count && list->keys.at[known] != found.at[i])
            known++;
        if (known < list->keys.count)
            continue;
        vec_push(&list->keys, found.at[i]);
        memmove(list->keys.at + top + 1, list->keys.at + top, (list->keys.count - 1 - top) * sizeof *list->keys.at);
        list->keys.at[top++] = found.at[i];
    }
    vec_free(&found);
}

void
journal_list_want(struct journal_list *list, size_t rows)
{
    if (rows == SIZE_MAX)
        list->partly = false;
    list->wanted = rows;
}

bool
journal_list_is_busy(const struct journal_list *list)
{
    return list->search && !list->partly &&
           (list->keys.count < list->wanted || list->pieces < JOURNAL_LIST_EAGER_PIECES);
}

void
journal_list_work(struct journal_list *list, struct journal *journal)
{
    if (!journal_list_is_busy(list))
        return;
    list->pieces++;
    list->partly =
        !journal_search_run(list->search, journal, SIZE_MAX, JOURNAL_LIST_PIECE_MS, &list->keys, &list->fault);
    if (list->partly || journal_search_ended(list->search)) {
        journal_search_free(list->search);
        list->search = NULL;
    }
}

/* ---- going to the next match ---- */

void
journal_seek_fini(struct journal_seek *s)
{
    journal_search_free(s->wanted);
    free(s->text);
    *s = (struct journal_seek){0};
}

bool
journal_seek_set(struct journal_seek *s, const char *text, struct fault *fault)
{
    struct filter wanted = {0};
    if (!filter_parse(&wanted, text, journal_filter(), fault))
        return false;
    journal_seek_fini(s);
    s->wanted = journal_search_new(&wanted, clock_wall_ms());
    s->text = *text ? mem_copy(text) : NULL;
    filter_fini(&wanted);
    return true;
}

void
journal_seek_begin(struct journal_seek *s, size_t from, bool backwards)
{
    s->backwards = backwards;
    s->at = backwards ? from - 1 : from + 1;
    s->on = true;
    s->around = false;
    s->looked = 0;
}

/* Rows that are not found yet are waited for at the end of the list. */
enum journal_seek_end
journal_seek_work(struct journal_seek *s, struct journal_list *list, struct journal *journal, int64_t patience_ms,
                  size_t *row, struct fault *fault)
{
    const journal_keys *keys = &list->keys;
    for (;;) {
        bool found;
        size_t from = s->at;
        bool ok = journal_search_next(s->wanted, journal, keys, s->backwards, patience_ms, &s->at, &found, fault);
        s->looked += s->backwards ? from - s->at : s->at - from;
        *row = s->at;
        s->on = ok && !found;
        if (!ok || found)
            return !ok ? JOURNAL_SEEK_NONE : s->around ? JOURNAL_SEEK_ROUND : JOURNAL_SEEK_FOUND;
        if (s->at < keys->count)
            return JOURNAL_SEEK_ON_THE_WAY;
        if (list->search && !list->partly) {
            journal_list_want(list, SIZE_MAX);
            return JOURNAL_SEEK_ON_THE_WAY;
        }
        s->on = !s->around;
        if (s->around)
            return JOURNAL_SEEK_NONE;
        s->around = true;
        s->at = s->backwards ? keys->count - 1 : 0;
    }
}

/* What was changed is always among the newest, so looking at these is enough to find it again. */
#include "journal_list.h"

#include "clock.h"

#include <string.h>

enum { PIECE = 96, PATIENCE_MS = JOURNAL_LIST_PATIENCE_MS };

static void
drop_search(struct journal_list *list)
{
    journal_search_free(list->search);
    list->search = NULL;
    vec_free(&list->sought.terms);
}

void
journal_list_fini(struct journal_list *list)
{
    drop_search(list);
    journal_entries_fini(&list->entries);
    vec_free(&list->keys);
    *list = (struct journal_list){0};
}

static bool
is_due(const struct journal_list *list, const struct journal_entry *e)
{
    return e->has_case && e->case_state != CASE_CLOSED && e->due_ms != 0 && e->due_ms <= list->now_ms;
}

/* FNV-1a. */
static uint64_t
key_of(const struct matter *matter)
{
    char text[MATTER_TEXT];
    uint64_t key = UINT64_C(14695981039346656037);
    for (const char *at = matter_text(matter, text); *at != '\0'; at++)
        key = (key ^ (unsigned char)*at) * UINT64_C(1099511628211);
    return key | 1;
}

/* The row of a matter; the count of rows when it is not there. */
static size_t
find(const struct journal_list *list, uint64_t key)
{
    size_t row = 0;
    while (row < list->keys.count && list->keys.at[row] != key)
        row++;
    return row;
}

/* Moves an entry into the list; what stays behind is empty. */
static void
insert(struct journal_list *list, size_t row, struct journal_entry *entry, uint64_t key)
{
    size_t behind = list->entries.count - row;
    vec_push(&list->entries, *entry);
    vec_push(&list->keys, key);
    memmove(list->entries.at + row + 1, list->entries.at + row, behind * sizeof *list->entries.at);
    memmove(list->keys.at + row + 1, list->keys.at + row, behind * sizeof *list->keys.at);
    list->entries.at[row] = *entry;
    list->keys.at[row] = key;
    *entry = (struct journal_entry){0};
}

static void
count_cases(struct journal_list *list)
{
    list->due = 0;
    list->cases = false;
    for (size_t i = 0; i < list->entries.count; i++) {
        list->due += is_due(list, &list->entries.at[i]);
        list->cases |= list->entries.at[i].has_case;
    }
}

static void
look(struct journal_list *list, struct journal *journal, const struct filter *filter, journal_entries *out, bool *more,
     bool *late)
{
    list->fault = (struct fault){""};
    journal_find_soon(journal, filter, list->now_ms, list->piece, PATIENCE_MS, out, more, late, &list->fault);
}

static void
come_to(struct journal_list *list, const journal_entries *found)
{
    const struct journal_entry *last = found->count > 0 ? &found->at[found->count - 1] : NULL;
    if (last)
        list->oldest_ms = is_due(list, last) ? INT64_MAX : last->seen_ms;
}

static void
add_found(struct journal_list *list, journal_entries *found)
{
    come_to(list, found);
    for (size_t i = 0; i < found->count; i++) {
        uint64_t key = key_of(&found->at[i].matter);
        if (find(list, key) == list->keys.count)
            insert(list, list->entries.count, &found->at[i], key);
    }
    journal_entries_fini(found);
    count_cases(list);
}

/* The filter's words stay whose they are. */
static void
copy_terms(struct filter *out, const struct filter *filter)
{
    for (size_t i = 0; filter && i < filter->terms.count; i++)
        vec_push(&out->terms, filter->terms.at[i]);
}

static void
begin_search(struct journal_list *list, const struct filter *filter)
{
    drop_search(list);
    copy_terms(&list->sought, filter);
    list->search = journal_search_new(&list->sought, list->now_ms, list->piece);
}

bool
journal_list_begin(struct journal_list *list, struct journal *journal, const struct filter *filter, bool thorough)
{
    struct journal_list anew = {.piece = PIECE, .now_ms = clock_wall_ms(), .oldest_ms = INT64_MAX};
    journal_entries found = {0};
    bool late;
    look(&anew, journal, filter, &found, &anew.more, &late);
    if (late && !thorough)
        return false;
    journal_list_fini(list);
    *list = anew;
    add_found(list, &found);
    if (late)
        begin_search(list, filter);
    return true;
}

/* The terms that leave out what is there already. */
static void
narrow(const struct journal_list *list, struct filter *filter)
{
    const struct filter_language *language = journal_filter();
    if (list->oldest_ms == INT64_MAX)
        return;
    vec_push(&filter->terms, ((struct filter_term){.kind = FILTER_BEFORE, .at_ms = list->oldest_ms + 1}));
    for (size_t i = 0; i < language->state_count; i++)
        if (strcmp(language->states[i], "due") == 0)
            vec_push(&filter->terms, ((struct filter_term){.kind = FILTER_STATE, .negated = true, .state = i}));
}

void
journal_list_go_on(struct journal_list *list, struct journal *journal, const struct filter *filter)
{
    struct filter older = {0};
    journal_entries found = {0};
    bool late;
    size_t before = list->entries.count;
    if (!list->more || before == 0 || list->search)
        return;
    copy_terms(&older, filter);
    narrow(list, &older);
    list->more = false;
    look(list, journal, &older, &found, &list->more, &late);
    if (late)
        begin_search(list, &older);
    else if (*list->fault.text == '\0')
        add_found(list, &found);
    if (!late && list->entries.count == before) /* more of one moment, or more that are due, than a piece holds */
        list->piece *= 2;
    journal_entries_fini(&found);
    vec_free(&older.terms);
}

void
journal_list_stop(struct journal_list *list, struct journal *journal)
{
    journal_entries found = {0};
    size_t before = list->entries.count;
    if (!list->search)
        return;
    list->more = false;
    journal_search_take(list->search, journal, &found, &list->more, &list->fault);
    list->partly = true;
    add_found(list, &found);
    if (list->entries.count == before)
        list->piece *= 2;
    drop_search(list);
}

bool
journal_list_work(struct journal_list *list, struct journal *journal)
{
    bool ended;
    if (!list->search)
        return true;
    if (!journal_search_go_on(list->search, journal, PATIENCE_MS, &ended, &list->fault)) {
        drop_search(list);
        list->partly = true;
        return true;
    }
    if (ended) {
        journal_list_stop(list, journal);
        list->partly = false;
    }
    return ended;
}

/* The terms of what was seen since the last look: that is never much. */
static void
look_since(struct journal_list *list, struct journal *journal, const struct filter *filter, int64_t at_ms,
           journal_entries *out)
{
    struct filter newer = {0};
    bool more, late;
    copy_terms(&newer, filter);
    vec_push(&newer.terms, ((struct filter_term){.kind = FILTER_SINCE, .at_ms = at_ms}));
    look(list, journal, &newer, out, &more, &late);
    list->partly |= late;
    vec_free(&newer.terms);
}

void
journal_list_renew(struct journal_list *list, struct journal *journal, const struct filter *filter)
{
    journal_entries found = {0};
    int64_t before_ms = list->now_ms;
    bool more = false, late, was_empty = list->entries.count == 0;
    size_t top = 0;
    list->now_ms = clock_wall_ms();
    look(list, journal, filter, &found, &more, &late);
    if (late)
        look_since(list, journal, filter, before_ms, &found);
    for (size_t i = 0; i < found.count; i++) {
        uint64_t key = key_of(&found.at[i].matter);
        size_t row = find(list, key);
        struct journal_entry entry = found.at[i];
        if (row < list->keys.count) {
            found.at[i] = list->entries.at[row];
            list->entries.at[row] = entry;
        } else if (was_empty || entry.seen_ms >= before_ms) {
            insert(list, top++, &found.at[i], key);
        }
    }
    journal_entries_fini(&found);
    count_cases(list);
}

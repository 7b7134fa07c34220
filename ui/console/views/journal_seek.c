/* The search finds in the order of the list, so that once something behind a row is found nothing nearer to it is left
 * to be found; before a row this holds only when all is found. */
#include "console/views/journal_seek.h"

#include <stdlib.h>
#include <string.h>

void
journal_seek_forget(struct journal_seek *s)
{
    journal_search_free(s->search);
    s->search = NULL;
    vec_free(&s->both.terms);
    vec_free(&s->found);
    s->begun = s->on = false;
}

void
journal_seek_fini(struct journal_seek *s)
{
    journal_seek_forget(s);
    filter_fini(&s->needle);
    free(s->text);
    *s = (struct journal_seek){0};
}

bool
journal_seek_set(struct journal_seek *s, const char *text, struct fault *fault)
{
    struct filter needle = {0};
    if (!filter_parse(&needle, text, journal_filter(), fault))
        return false;
    journal_seek_fini(s);
    s->needle = needle;
    s->text = *text ? mem_copy(text) : NULL;
    return true;
}

void
journal_seek_begin(struct journal_seek *s, size_t from, bool backwards)
{
    s->from = from;
    s->backwards = backwards;
    s->on = true;
}

uint64_t
journal_seek_looked(const struct journal_seek *s)
{
    return s->search ? journal_search_looked(s->search) : 0;
}

/* ---- who is like that ---- */

static void
copy_terms(struct filter *out, const struct filter *filter)
{
    for (size_t i = 0; filter && i < filter->terms.count; i++)
        vec_push(&out->terms, filter->terms.at[i]);
}

static int
compare_keys(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static bool
search_on(struct journal_seek *s, struct journal *journal, int64_t patience_ms, struct fault *fault)
{
    bool ended;
    size_t before = s->found.count;
    if (!journal_search_go_on(s->search, journal, patience_ms, &ended, fault))
        return false;
    journal_search_take(s->search, &s->found);
    if (s->found.count > before)
        qsort(s->found.at, s->found.count, sizeof *s->found.at, compare_keys);
    if (ended) {
        journal_search_free(s->search);
        s->search = NULL;
    }
    return true;
}

/* ---- the way ---- */

static bool
is_found(const struct journal_seek *s, int64_t key)
{
    return s->found.count > 0 && bsearch(&key, s->found.at, s->found.count, sizeof *s->found.at, compare_keys);
}

static bool
find_behind(const struct journal_seek *s, const struct journal_list *list, size_t from, size_t *row)
{
    for (*row = from; *row < list->keys.count; (*row)++)
        if (is_found(s, list->keys.at[*row]))
            return true;
    return false;
}

static bool
find_before(const struct journal_seek *s, const struct journal_list *list, size_t end, size_t *row)
{
    for (*row = end; (*row)-- > 0;)
        if (is_found(s, list->keys.at[*row]))
            return true;
    return false;
}

static enum journal_seek_end
arrive(struct journal_seek *s, enum journal_seek_end end)
{
    s->on = false;
    return end;
}

/* Once all that are like that are found: in the other part of the list, all of which has to be there. */
static enum journal_seek_end
go_round(struct journal_seek *s, struct journal_list *list, size_t *row)
{
    if (list->search && !list->partly && s->found.count > 0) {
        journal_list_want(list, SIZE_MAX);
        return JOURNAL_SEEK_ON_THE_WAY;
    }
    bool found = s->backwards ? find_before(s, list, list->keys.count, row) : find_behind(s, list, 0, row);
    return arrive(s, found ? JOURNAL_SEEK_ROUND : JOURNAL_SEEK_NONE);
}

enum journal_seek_end
journal_seek_go_on(struct journal_seek *s, struct journal_list *list, struct journal *journal,
                   const struct filter *filter, int64_t patience_ms, size_t *row, struct fault *fault)
{
    fault->text[0] = '\0';
    if (!s->begun) {
        copy_terms(&s->both, filter);
        copy_terms(&s->both, &s->needle);
        s->search = journal_search_new(&s->both, list->now_ms);
        s->begun = true;
    } else if (!s->backwards && find_behind(s, list, s->from + 1, row)) {
        return arrive(s, JOURNAL_SEEK_FOUND);
    }
    if (s->search && !search_on(s, journal, patience_ms, fault)) {
        journal_seek_forget(s);
        return JOURNAL_SEEK_NONE;
    }
    if (!s->backwards && find_behind(s, list, s->from + 1, row))
        return arrive(s, JOURNAL_SEEK_FOUND);
    if (s->search)
        return JOURNAL_SEEK_ON_THE_WAY;
    if (s->backwards && find_before(s, list, s->from < list->keys.count ? s->from : list->keys.count, row))
        return arrive(s, JOURNAL_SEEK_FOUND);
    return go_round(s, list, row);
}

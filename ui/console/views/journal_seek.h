/* Going from row to row of a list of the journal that is like what the user looks for. Who is like that is found in
 * pieces, from the newest on, between which keys are answered; rows that are not read yet are waited for. */
#ifndef JOURNAL_SEEK_H
#define JOURNAL_SEEK_H

#include "pages/journal_results.h"

/* Zeroed looks for nothing. */
struct journal_seek {
    char *text; /* as typed; NULL = nothing */
    struct filter needle;
    struct filter both;            /* what the list shows and is like that; the words are those of the two filters */
    bool begun;                    /* since list or needle changed */
    struct journal_search *search; /* for more of them; NULL, once it has begun: these are all */
    journal_keys found;            /* in order of their keys */
    bool on, backwards;            /* on the way */
    size_t from;                   /* from this row */
};

enum journal_seek_end {
    JOURNAL_SEEK_ON_THE_WAY,
    JOURNAL_SEEK_FOUND,
    JOURNAL_SEEK_ROUND, /* the same, around the end */
    JOURNAL_SEEK_NONE,
};

void journal_seek_fini(struct journal_seek *);

/* False with a reason, and nothing is changed. An empty text looks for nothing. */
bool journal_seek_set(struct journal_seek *, const char *text, struct fault *);
/* The list is of another filter, or may have other rows: who is like that is to be found anew. */
void journal_seek_forget(struct journal_seek *);

void journal_seek_begin(struct journal_seek *, size_t from, bool backwards);
/* A piece of the way through the list, which shows what passes the filter (NULL = everything); *row is where it leads.
 * What it looks for in the list that is not read yet it waits for. */
enum journal_seek_end journal_seek_go_on(struct journal_seek *, struct journal_list *, struct journal *,
                                         const struct filter *, int64_t patience_ms, size_t *row, struct fault *);
/* How many matters were looked at on the way. */
uint64_t journal_seek_looked(const struct journal_seek *);

#endif

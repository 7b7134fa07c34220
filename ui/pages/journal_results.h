/* The matters of a journal that are shown: a key of each, in the order in which they were found, and the entries of
 * those that are on the screen. A journal may hold a million. */
#ifndef JOURNAL_RESULTS_H
#define JOURNAL_RESULTS_H

#include "base/vec.h"
#include "journal/journal.h"

enum {
    JOURNAL_LIST_PATIENCE_MS = 30,  /* nothing takes longer than that while one types */
    JOURNAL_LIST_PIECE_MS = 8,      /* what is left is looked for in pieces, between which keys are answered */
    JOURNAL_LIST_AHEAD = 64,        /* rows that are there before one scrolls to them */
    JOURNAL_LIST_EAGER_PIECES = 100 /* are spent on what nobody waits for, so that it is known how many there are */
};

/* Zeroed is empty. */
struct journal_list {
    journal_keys keys;  /* due follow-ups first, then newest first */
    size_t wanted;      /* rows that somebody waits for */
    int64_t now_ms;     /* of the last look: what was due then counts as due */
    size_t due;         /* how many that is */
    bool partly;        /* the search was stopped before its end */
    struct fault fault; /* why the last look found nothing; "" = it did */

    struct journal_search *search; /* for what is behind the last; NULL = nothing is */
    struct filter sought;          /* ... for this, whose words are the user's filter's */
    journal_keys first;            /* those that were found at once, and may be found again by the search */
    unsigned pieces;               /* how many it took so far */

    journal_entries page; /* entries of the rows that were asked for last, from ... */
    size_t page_row;      /* ... this one on */
};

void journal_list_fini(struct journal_list *);

/* Begins anew, with what passes the filter (NULL = everything), which must stay as it is until the list begins anew.
 * False: that takes longer, and nothing was changed; with `thorough` it is searched for then. */
bool journal_list_begin(struct journal_list *, struct journal *, const struct filter *, bool thorough);
/* Something was written: all is shown as it is now, in its place, and what is new comes on top. */
void journal_list_renew(struct journal_list *, struct journal *, const struct filter *);

/* The entry of a row, read with those around it; NULL: it cannot be read, or is gone. Good until the next call. */
const struct journal_entry *journal_list_at(struct journal_list *, struct journal *, size_t row);

/* So many rows are waited for; SIZE_MAX = all that there are, even if the search was stopped. */
void journal_list_want(struct journal_list *, size_t rows);
/* Whether somebody waits for rows that are not there yet. */
bool journal_list_is_awaited(const struct journal_list *);
/* Whether journal_list_work has something to do. */
bool journal_list_is_busy(const struct journal_list *);
/* A piece of the search. */
void journal_list_work(struct journal_list *, struct journal *);
/* Nobody waits any longer. */
void journal_list_stop(struct journal_list *);

#endif

/* The matters of a journal that are shown, fetched in pieces as one scrolls: a journal may hold a million. */
#ifndef JOURNAL_LIST_H
#define JOURNAL_LIST_H

#include "journal.h"
#include "vec.h"

/* While one types, and where it is not asked for, nothing takes longer than JOURNAL_LIST_PATIENCE_MS. What does, is
 * looked for in pieces, one at each journal_list_work, until all was looked through or the user stops it. */
enum { JOURNAL_LIST_PATIENCE_MS = 30 };

/* Zeroed is empty. */
struct journal_list {
    journal_entries entries; /* due follow-ups first, then newest first */
    VEC(uint64_t) keys;      /* of their matters, in the same order (view.h) */
    bool more;               /* there are others behind the last */
    size_t piece;            /* rows to fetch at once */
    int64_t oldest_ms;       /* so far the rows have come, newest first; INT64_MAX: not beyond those that are due */
    int64_t now_ms;          /* of the last look: what was due then counts as due */
    size_t due;              /* how many that is */
    bool cases;              /* some have one */
    struct fault fault;      /* why the last look found nothing; "" = it did */
    struct journal_search *search; /* under way; NULL = none */
    struct filter sought;          /* ... for this, whose words are the user's filter's */
    bool partly;                   /* it was stopped: there may be others */
};

void journal_list_fini(struct journal_list *);

/* Begins anew, with what passes the filter (NULL = everything), which must stay as it is until the list begins anew.
 * False: that takes longer, and nothing was changed; with `thorough` it is searched for then. */
bool journal_list_begin(struct journal_list *, struct journal *, const struct filter *, bool thorough);
/* Adds those that follow. */
void journal_list_go_on(struct journal_list *, struct journal *, const struct filter *);
/* Something was written: what has changed is shown as it is now, in its place, and what is new comes on top. */
void journal_list_renew(struct journal_list *, struct journal *, const struct filter *);

/* A piece of the search; true when it came to its end. */
bool journal_list_work(struct journal_list *, struct journal *);
/* Ends it with what it found. */
void journal_list_stop(struct journal_list *, struct journal *);

#endif

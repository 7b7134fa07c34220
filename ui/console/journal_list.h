/* The matters of a journal that are shown, fetched in pieces as one scrolls: a journal may hold a million. */
#ifndef JOURNAL_LIST_H
#define JOURNAL_LIST_H

#include "journal.h"
#include "vec.h"

/* Zeroed is empty. */
struct journal_list {
    journal_entries entries; /* due follow-ups first, then newest first */
    VEC(uint64_t) keys;      /* of their matters, in the same order (view.h) */
    bool more;               /* there are others behind the last */
    size_t piece;            /* rows to fetch at once */
    int64_t oldest_ms;       /* so far the rows have come, newest first; INT64_MAX: not beyond those that are due */
    int64_t now_ms;          /* of the last look: what was due then counts as due */
    size_t due;              /* how many that is */
    struct fault fault;      /* why the last look found nothing; "" = it did */
};

void journal_list_fini(struct journal_list *);

/* Begins anew, with what passes the filter (NULL = everything). */
void journal_list_begin(struct journal_list *, struct journal *, const struct filter *);
/* Adds those that follow. */
void journal_list_go_on(struct journal_list *, struct journal *, const struct filter *);
/* Something was written: what has changed is shown as it is now, in its place, and what is new comes on top. */
void journal_list_renew(struct journal_list *, struct journal *, const struct filter *);

#endif

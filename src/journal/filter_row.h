/* What the two ways of looking for matters (journal_find.c, journal_search.c) share: what is looked for, and what has
 * been found. */
#ifndef FILTER_ROW_H
#define FILTER_ROW_H

#include "base/filter.h"
#include "base/vec.h"
#include "journal/find.h"
#include "journal/journal.h"
#include "journal/row.h"

struct journal_sieve {
    struct journal *journal;
    const struct filter *filter; /* NULL passes everything */
    struct journal_look look;
    size_t wanted;        /* one more than is to be put out */
    journal_id_list due;  /* matters whose cases are due, sorted; these are found by themselves */
    journal_id_list hits; /* in order */
    int64_t until_ms;     /* on clock_now_ms(): nobody waits for longer; INT64_MAX = as long as it takes */
    bool late;            /* it came to that */
    struct fault *fault;

    VEC(size_t) held; /* for each term, of how many of those that were walked through first it holds ... */
    size_t sampled;   /* ... and how many these were */
};

/* Whether nobody waits any longer; f->late from then on. */
bool journal_sieve_is_late(struct journal_sieve *);

/* Whether the matter that is looked at is one of those that are wanted; what failed is in f->look.result, also when it
 * is late. */
bool journal_sieve_passes(struct journal_sieve *);

/* Finds the matters with due follow-ups: all into `due`, those that pass into `hits`, up to `wanted`, those that have
 * been due for the longest first. */
enum journal_result journal_sieve_due(struct journal_sieve *);

/* How far back the filter (NULL: everything) goes, and from where. */
void journal_sieve_bound(const struct filter *, int64_t *first_ms, int64_t *last_ms);

#endif

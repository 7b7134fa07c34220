/* The history of an address, a prefix or an AS in words: a row for each of its items, newest first, and the course of
 * its most telling figure. */
#ifndef TIMELINE_H
#define TIMELINE_H

#include "draw/sparkline.h"
#include "journal/history.h"

struct timeline_item {
    const struct history_item *item;
    char *text;   /* lines, the most important first */
    char *times;  /* dates beside the item's own; NULL = none */
    bool seconds; /* the date needs seconds to differ from another one */

    /* private: of an observation of an address */
    const struct observation *before; /* the last one with an answer; NULL = none ... */
    int64_t before_ms;                /* ... until when it held */
    int64_t from_ms, until_ms;        /* for so long nothing changed, ... */
    uint32_t checks;                  /* ... in so many checks */
    bool failed;                      /* none of them had an answer of a level */
};

struct timeline {
    struct history history;
    VEC(struct timeline_item) items; /* those that have text, newest first */
    struct sparkline sparkline;
    struct sparkline_words words; /* about the sparkline */
};

/* Reads the history again, with at most `most` observations. Zeroed is empty; returns false with a fault. */
bool timeline_gather(struct timeline *, struct journal *, const struct resource *, size_t most, struct fault *);
void timeline_fini(struct timeline *);

/* Adds the rows of each item from a column on, those of cases only if `cases`, with keys from first_key on. */
void timeline_rows(struct page *, const struct timeline *, int col, bool cases, uint64_t first_key);
/* Stores the address that an item is about; returns false when there is none. */
bool timeline_address(const struct timeline *, const struct timeline_item *, struct addr *out);
/* Returns the observation of an item; NULL for other items. */
const struct observation *timeline_observation(const struct timeline *, const struct timeline_item *);

#endif

/* Rejections as JSON and CSV, and their summary. Private to the room. */
#ifndef BOUNCE_ROWS_H
#define BOUNCE_ROWS_H

#include "base/buf.h"
#include "base/hashtable.h"
#include "base/vec.h"
#include "bounce/rejection.h"
#include "command/result.h"
#include "draw/page.h"
#include "pages/rejection_page.h"

#include <stdbool.h>
#include <stdint.h>

/* One object or row a rejection; `checked` is the result about its address, NULL = it was not checked. */
void bounce_rows_json(struct buf *out, const struct rejection *, const struct result *checked, bool pretty);
void bounce_rows_csv_head(struct buf *out);
void bounce_rows_csv(struct buf *out, const struct rejection *, const struct result *checked);

/* ---- equal rejections ---- */

/* Rejections of one address by one receiver in the same words, or because of the same list with the same code; those
 * without a list of one recipient alone. */
struct bounce_equal {
    struct hashtable_entry entry;
    char *key;
    struct rejection rejection; /* the first */
    struct rejection_equal equal;
};

struct bounce_equals {
    struct hashtable table;
    VEC(struct bounce_equal *) all; /* in the order of the input */
};

void bounce_equals_add(struct bounce_equals *, const struct rejection *);
void bounce_equals_clear(struct bounce_equals *);

/* ---- which listing costs mail? ---- */

enum { BOUNCE_ROWS_ADDRESSES = 4 };

/* Rejections by one receiver because of one list; without a list, by all receivers because of one party. */
struct bounce_group {
    struct hashtable_entry entry;
    char *key;
    char *list, *zone, *receiver; /* "" = none */
    enum rejection_party party;
    bool inbound; /* this server refused the mail of others */
    uint64_t count;
    int64_t first, last; /* seconds; 0 = not known */
    struct addr addresses[BOUNCE_ROWS_ADDRESSES];
    size_t address_count;
    bool more; /* there are further ones */
};

struct bounce_groups {
    struct hashtable table;
    VEC(struct bounce_group *) all;
};

/* Returns whether it counts: a line that repeats an earlier rejection counts only where that is not in the input. */
bool bounce_groups_add(struct bounce_groups *, const struct rejection *);
void bounce_groups_fini(struct bounce_groups *);
/* Sorts them, those with a list and the most rejections first, for the functions below. */
void bounce_groups_sort(struct bounce_groups *);
void bounce_groups_page(struct page *, void *groups);
void bounce_groups_json(struct buf *out, void *groups, bool pretty);
void bounce_groups_csv(struct buf *out, void *groups, bool pretty);

#endif

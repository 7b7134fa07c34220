/* The table of all lists that are known: what each says of an address, what that means, and why one is not asked. */
#ifndef LISTS_TABLE_H
#define LISTS_TABLE_H

#include "draw/table_model.h"
#include "lists/health.h"
#include "pages/lists_line.h"

/* The parts of the table, from top to bottom. */
enum lists_part {
    LISTS_LISTED,
    LISTS_OPEN, /* no answer that counts */
    LISTS_AWAITED,
    LISTS_CLEAR,
    LISTS_ALLOW,
    LISTS_UNASKED,
    LISTS_DEAD,
    LISTS_PARTS
};

struct lists_row {
    const struct list *list;
    enum lists_part part;
};

/* The caller sets the first four. */
struct lists_table {
    const struct catalogue *catalogue;
    const struct health *health;     /* NULL = offline */
    const struct evidence *evidence; /* NULL = the lists alone: what their self-tests say */
    bool shows_clear;
    VEC(struct lists_row) rows;
    size_t counts[LISTS_PARTS]; /* also of clear ones that are not among the rows */
};

/* The order in which the weightiest listing comes first. */
enum { LISTS_TABLE_ORDER = 0 };

extern const struct table_model lists_table;

/* Chooses the rows. The caller frees them. */
void lists_table_gather(struct lists_table *);

/* Returns the result of a list; NULL = it has none. */
static inline const struct list_result *
lists_table_result(const struct lists_table *t, const struct list *list)
{
    return t->evidence && list->index < t->evidence->lists.count ? &t->evidence->lists.at[list->index] : NULL;
}

/* Writes what a list says in words, or why it is not asked, and returns the role. */
enum role lists_table_says(const struct lists_table *, const struct list *, struct buf *out);

/* Writes how many say what, in a sentence: "37 asked: 10 list it, 19 clear (C shows them), 4 gave no usable answer". */
void lists_table_sum(const struct lists_table *, struct buf *out);

/* Writes what one listing covers: "your address", "your net". */
void lists_table_covers(const struct lists_table *, const struct list *, struct buf *out);

#endif

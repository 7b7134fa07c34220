/* A sheet: figures in rows and columns, of which those rows show that pass a filter, in an order that the user chose.
 * Search, filter and sort live here, once; a view supplies the items and what is known of each.
 *
 * Items are numbered as the view has them; rows are places on the screen. A sheet of 100,000 items is sorted when they
 * change and when another order is chosen, filtered when the filter changes, and never looked at as a whole while it is
 * drawn. */
#ifndef TABLE_H
#define TABLE_H

#include "console/app/app.h"
#include "draw/table_model.h"

/* Its places are the functions' own; zeroed may be given to table_fini. */
struct table {
    const struct table_model *model;
    void *self;
    struct app *app;
    const void *view;
    size_t items;
    uint32_t *sorted; /* all items in order */
    uint32_t *rows;   /* those of them that pass; NULL without a filter: all */
    size_t row_count;
    size_t sort; /* a column */
    bool reversed;
    bool chosen; /* this order, by the user */
    struct filter filter, needle;
    char *filter_text, *needle_text; /* NULL = none */
    int widths[TABLE_COLUMNS];
    struct prefix home; /* the address of which the user comes: rows that hold it are marked; of no family = none ... */
    uint32_t home_asn;  /* ... or an ASN, 0 = none */
    size_t row;         /* while a line is typed: the row it began on ... */
    uint64_t began;     /* ... its key ... */
    char *before;       /* ... and what it was filtered by; NULL = nothing */
};

/* `self` is what the functions of the model are given; `view` is the view's state on the app's stack. Sorted by the
 * column `sort`. */
void table_init(struct table *, const struct table_model *, void *self, struct app *, const void *view, size_t sort);
void table_fini(struct table *);

/* There are other items now, or other figures. */
void table_fill(struct table *, size_t items);

/* What the user comes from, by its first address. */
void table_come_from(struct table *, const struct prefix *);
/* The last row that is marked: of nets that nest the narrowest. One that there is not: there is none. */
size_t table_home(const struct table *);

size_t table_item(const struct table *, size_t row);
uint64_t table_key(const struct table *, size_t row);

/* ---- what the keys do; also to be called directly ---- */

/* An empty text shows everything. A bad one is refused with a reason and changes nothing. */
bool table_filter(struct table *, const char *text, struct fault *);
/* Without a change of direction, when it is the column by which they are sorted already. */
void table_sort(struct table *, size_t column, bool reversed);
/* The next row after `from` that passes what was searched for last, or the next before it; around the end if need be.
 */
bool table_find(const struct table *, size_t from, bool backwards, size_t *found);
bool table_search(struct table *, const char *text, struct fault *);

/* Search, next, previous, filter, sort. */
bool table_can(const struct table *, enum action);
void table_act(struct table *, enum action, struct cursor *);

/* ---- drawing ---- */

/* Rows of its head: one with titles, and one more while there is a filter. */
int table_head_rows(const struct table *);
void table_head(struct table *, const struct canvas *, int row);
void table_draw(struct table *, const struct canvas *);
/* "12 of 84,123 ASNs by ratio" */
void table_status(const struct table *, struct buf *out);
/* Its head and all rows as text, so many columns wide. */
void table_dump(struct table *, int cols, bool ascii, struct buf *out);
/* What the columns show of a row, parted by blanks. */
void table_row_text(const struct table *, size_t row, struct buf *out);

#endif

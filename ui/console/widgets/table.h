/* A pane of a table: shows the rows that pass a filter, in an order that the user chose, and searches them.
 *
 * Items have the model's numbers; rows are places on the screen. A table of 100,000 items is sorted when they change
 * and when another order is chosen, filtered when the filter changes, and never visited as a whole to be drawn. */
#ifndef TABLE_H
#define TABLE_H

#include "console/app/app.h"
#include "draw/header.h"
#include "draw/table_model.h"

#include <assert.h>

/* Views read items, row_count, widths and filter_text; zeroed may be given to table_fini. */
struct table {
    struct pane pane; /* first */
    const struct table_model *model;
    void *self;
    struct app *app;
    size_t items;
    uint32_t *sorted; /* all items in order */
    uint32_t *rows;   /* the items that pass; NULL without a filter: all */
    size_t row_count;
    size_t sort; /* a column */
    bool reversed;
    bool chosen;       /* the user chose this order */
    bool is_uncounted; /* which rows are clean will not be known; set by the view */
    struct filter filter, search;
    char *filter_text, *search_text; /* NULL = none */
    int widths[TABLE_COLUMNS];
    double scale;        /* the figure at the end of a bar */
    VEC(uint64_t) marks; /* keys of the rows that the user marked */
    struct prefix home;  /* rows that contain this address are marked; of no family = none, ... */
    uint32_t home_asn;   /* ... or rows of this AS; 0 = none */
    size_t home_row;     /* the last such row; row_count = none */
    size_t row;          /* while the user types: the row where this began, ... */
    uint64_t began;      /* ... its key ... */
    char *before;        /* ... and the filter at that time; NULL = none */
};

/* `self` is passed to the functions of the model. The rows are sorted by the column `sort`. */
void table_init(struct table *, const struct table_model *, void *self, struct app *, size_t sort);
void table_fini(struct table *);

/* Sorts and filters anew, because items or figures have changed. */
void table_fill(struct table *, size_t items);

/* Marks the rows that contain the first address of the prefix from which the user comes. */
static inline void
table_come_from(struct table *table, const struct prefix *prefix)
{
    table->home = prefix_around(&prefix->addr, 32);
}

static inline size_t
table_item(const struct table *table, size_t row)
{
    assert(row < table->row_count);
    return table->rows ? table->rows[row] : table->sorted[row];
}

/* ---- below a header ---- */

/* Divides a place of so many rows: the paragraphs of a header, at most two rows on a small screen besides the needed
 * ones, `more` rows of the view's own, the titles of the table, the table. */
void table_panes(struct table *, struct header *, int rows, int more, struct panes *out);

/* Returns the rows of the titles: one, and another while there is a filter. */
static inline int
table_head_rows(const struct table *table)
{
    return table->filter_text ? 2 : 1;
}

/* Draws the titles; `live` also shows the keys that clear a filter. */
void table_head(struct table *, const struct canvas *, int row, bool live);

/* Draws the header and, below the `more` rows, the titles. */
static inline void
table_draw_head(struct table *table, const struct header *top, const struct canvas *canvas, int more)
{
    header_draw(top, canvas);
    if (table->items > 0)
        table_head(table, canvas, top->rows + more, true);
}

/* ---- what the keys do ---- */

/* Filters the rows; an empty text shows all. A wrong text changes nothing and returns false with a reason. */
bool table_filter(struct table *, const char *text, struct fault *);
/* Sorts the rows by a column. */
void table_sort(struct table *, size_t column, bool reversed);
/* Sets the text to search for, or returns false with a reason. */
bool table_search(struct table *, const char *text, struct fault *);
/* Finds the next matching row after `from`, or the previous one, around the end if need be. */
bool table_find(const struct table *, size_t from, bool backwards, size_t *found);

/* Returns whether the user marked the row of an item. */
bool table_is_marked(const struct table *, size_t item);

/* Copies the keys of the rows to compare, at most `room`: those that the user marked; while these are fewer than two,
 * the selected one, too, and then the one that the user comes from. Returns how many. */
size_t table_compared(const struct table *, uint64_t *keys, size_t room);

/* ---- texts ---- */

/* Appends "2 marked  ", or nothing without marks. */
void table_put_marks(const struct table *, struct buf *out);
/* Appends "12 of 84,123 ASNs by ratio", or nothing without items. */
void table_status(const struct table *, struct buf *out);
/* Appends titles and all rows, so many columns wide. */
void table_dump(struct table *, int cols, bool ascii, struct buf *out);
/* Appends the cells of a row, separated by spaces. */
void table_row_text(const struct table *, size_t row, struct buf *out);

#endif

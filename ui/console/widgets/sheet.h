/* A sheet: figures in rows and columns, of which those rows show that pass a filter, in an order that the user chose.
 * Search, filter and sort live here, once; a view supplies the items and what is known of each.
 *
 * Items are numbered as the view has them; rows are places on the screen. A sheet of 100,000 items is sorted when they
 * change and when another order is chosen, filtered when the filter changes, and never looked at as a whole while it is
 * drawn. */
#ifndef SHEET_H
#define SHEET_H

#include "base/filter.h"
#include "console/app/app.h"
#include "draw/columns.h"

enum { SHEET_COLUMNS = 12, SHEET_SIGNS = 4 };

/* What a cell shows instead of text. */
struct sheet_sign {
    enum glyph glyph;
    enum role role;
};

struct sheet_column {
    struct column look; /* width 0: a figure to sort and filter by, that does not show */
    const char *name;   /* of its figure, as filters name it; NULL = it has none */
    const char *order;  /* of the rows sorted by it: "impacts, most first"; NULL = not to sort by */
    bool falling;       /* so sorted, the largest come first */
};

struct sheet_model {
    const char *thing, *things;         /* what a row is: "ASN", "ASNs" */
    const char *filter_label;           /* over the line where a filter is typed */
    const struct sheet_column *columns; /* at most SHEET_COLUMNS */
    size_t column_count;
    struct filter_eye eye;
    const char *const *states; /* what filters may name behind state:, when the eye sees states */
    size_t state_count;
    uint64_t (*key)(void *self, size_t item); /* view.h */
    /* Appends what a cell shows, clean; returns its role. */
    enum role (*cell)(void *self, size_t item, size_t column, struct buf *out);
    /* The signs of a cell that `cell` leaves empty, at most SHEET_SIGNS; returns how many. NULL: no cell has any. */
    size_t (*signs)(void *self, size_t item, size_t column, struct sheet_sign *out);
};

/* Its places are the functions' own; zeroed may be given to sheet_fini. */
struct sheet {
    const struct sheet_model *model;
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
    int widths[SHEET_COLUMNS];
    struct prefix home; /* the address of which the user comes: rows that hold it are marked; of no family = none ... */
    uint32_t home_asn;  /* ... or an ASN, 0 = none */
    size_t row;         /* while a line is typed: the row it began on ... */
    uint64_t began;     /* ... its key ... */
    char *before;       /* ... and what it was filtered by; NULL = nothing */
};

/* `self` is what the functions of the model are given; `view` is the view's state on the app's stack. Sorted by the
 * column `sort`. */
void sheet_init(struct sheet *, const struct sheet_model *, void *self, struct app *, const void *view, size_t sort);
void sheet_fini(struct sheet *);

/* There are other items now, or other figures. */
void sheet_fill(struct sheet *, size_t items);

/* What the user comes from, by its first address. */
void sheet_come_from(struct sheet *, const struct prefix *);
/* The last row that is marked: of nets that nest the narrowest. One that there is not: there is none. */
size_t sheet_home(const struct sheet *);

size_t sheet_item(const struct sheet *, size_t row);
uint64_t sheet_key(const struct sheet *, size_t row);

/* ---- what the keys do; also to be called directly ---- */

/* An empty text shows everything. A bad one is refused with a reason and changes nothing. */
bool sheet_filter(struct sheet *, const char *text, struct fault *);
/* Without a change of direction, when it is the column by which they are sorted already. */
void sheet_sort(struct sheet *, size_t column, bool reversed);
/* The next row after `from` that passes what was searched for last, or the next before it; around the end if need be.
 */
bool sheet_find(const struct sheet *, size_t from, bool backwards, size_t *found);
bool sheet_search(struct sheet *, const char *text, struct fault *);

/* Search, next, previous, filter, sort. */
bool sheet_can(const struct sheet *, enum action);
void sheet_act(struct sheet *, enum action, struct cursor *);

/* ---- drawing ---- */

/* Rows of its head: one with titles, and one more while there is a filter. */
int sheet_head_rows(const struct sheet *);
void sheet_head(struct sheet *, const struct canvas *, int row);
void sheet_draw(struct sheet *, const struct canvas *);
/* "12 of 84,123 ASNs by ratio" */
void sheet_status(const struct sheet *, struct buf *out);
/* Its head and all rows as text, so many columns wide. */
void sheet_dump(struct sheet *, int cols, bool ascii, struct buf *out);
/* What the columns show of a row, parted by blanks. */
void sheet_row_text(const struct sheet *, size_t row, struct buf *out);

/* ---- for models ---- */

/* The key of an item that is an IPv4 prefix. */
uint64_t sheet_key_of(const struct prefix *);
/* A whole number, in that role; one that is not known (NAN) is a dash. */
enum role sheet_number(struct buf *out, double figure, enum role);

#endif

/* One view on the app's stack, with the place of its cursor. */
#ifndef LAYER_H
#define LAYER_H

#include "console/app/view.h"

struct layer {
    const struct view *view;
    void *self;
    struct cursor cursor;
    bool placed; /* the cursor was put where it begins */
};

/* Where it shows, and how many rows of how many. */
struct extent {
    struct area place;
    int head; /* rows that do not scroll */
    int side; /* columns that do not */
    bool in_side;
    size_t page; /* rows that show */
    size_t rows; /* rows there are */
};

/* Has it laid itself out for a screen of this size, and puts its cursor where the row is that it was on. */
struct extent layer_measure(struct layer *, int rows, int cols);

/* Whether it has a selected row. */
bool layer_has_cursor(const struct layer *);
void layer_move(struct layer *, enum action, const struct extent *);

/* Whether the view itself does something on the action. */
bool layer_can(const struct layer *, enum action, size_t row);

/* Draws it; the uppermost layer's selected row gets the real cursor. */
void layer_draw(struct layer *, const struct extent *, const struct canvas *screen, bool uppermost);

/* GRID_ROWS_MAX of its rows, or those that are left, from one on, as text; what it was last measured for is `cols`. */
void layer_dump_rows(const struct layer *, size_t from, size_t rows, int cols, bool ascii, struct buf *out);
/* All rows as text, so many columns wide. */
void layer_dump(struct layer *, int cols, bool ascii, struct buf *out);

#endif

/* One view on the app's stack, as it was measured last. */
#ifndef LAYER_H
#define LAYER_H

#include "console/app/view.h"

struct layer {
    const struct view *view;
    void *self;
    struct area area;
    struct panes panes;
    size_t page; /* rows of the body that show */
    size_t rows; /* rows that it has */
};

/* Has the view lay itself out for a screen of this size. */
void layer_measure(struct layer *, int rows, int cols);

/* Returns the row of its cursor; 0 without one. */
size_t layer_row(const struct layer *);
/* Whether the view performs the action on a row. */
bool layer_view_can(const struct layer *, enum action, size_t row);
/* Whether the view or its pane does. */
bool layer_can(const struct layer *, enum action, size_t row);
/* Draws it; the selected row of the uppermost layer gets the real cursor. */
void layer_draw(struct layer *, const struct canvas *screen, bool uppermost);
/* Appends a view's head, and at most so many rows of its body, as text. */
void layer_dump(const struct view *, void *self, size_t most, int cols, bool ascii, struct buf *out);

#endif

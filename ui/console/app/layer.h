/* One view on the app's stack, as it was measured last. */
#ifndef LAYER_H
#define LAYER_H

#include "console/app/view.h"

struct layer {
    const struct view *view;
    void *self;
    char *name;  /* of what it shows, NULL = none */
    bool parked; /* it does not come up again when those above it are closed */
    struct area area;
    struct panes panes;
    size_t page; /* rows of the body that show */
    size_t rows; /* rows that it has */
};

/* Has the view lay itself out for a screen of this size. */
void layer_measure(struct layer *, int rows, int cols);

/* Returns the row of its cursor; 0 without one. */
static inline size_t
layer_row(const struct layer *layer)
{
    return layer->panes.body ? layer->panes.body->cursor.row : 0;
}

/* Selects what its body shows at a place of the screen. */
enum pane_point layer_point(struct layer *, int row, int col);

/* Whether the view performs the action on a row. */
bool layer_view_can(const struct layer *, enum action, size_t row);
/* Whether the view or its pane does. */
static inline bool
layer_can(const struct layer *layer, enum action action, size_t row)
{
    const struct pane *body = layer->panes.in_side ? NULL : layer->panes.body;
    return layer_view_can(layer, action, row) || (body && body->type->can && body->type->can(body, action));
}

/* Draws it; the selected row of the uppermost layer gets the real cursor. */
void layer_draw(struct layer *, const struct canvas *screen, bool uppermost);
/* Appends a view's head, and at most so many rows of its body, as text. */
void layer_dump(const struct view *, void *self, size_t most, int cols, bool ascii, struct buf *out);

#endif

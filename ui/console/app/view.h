/* What a view is: a constant struct of functions over its own state.
 *
 * A view shows rows. The app holds the cursor over them, moves it, scrolls, keeps it on the same thing while rows come
 * and go, marks the selected row and rests the real cursor on it. The view says how many rows there are and draws them
 * all from row 0 of a canvas that is already scrolled. State is made by the view's own view_NAME_open(app, ...), which
 * pushes it; from then on it is the app's, until close. All but title and draw may be NULL. */
#ifndef VIEW_H
#define VIEW_H

#include "base/addr.h"
#include "base/buf.h"
#include "base/resource.h"
#include "console/app/keymap.h"
#include "console/app/layout.h"
#include "console/app/screen.h"
#include "draw/canvas.h"
#include "draw/cursor.h"

struct app;

/* For `can`: is there any row on which it does something? */
#define VIEW_ANY_ROW SIZE_MAX

/* How a page is divided: rows on top and columns at the right stay where they are, the rest scrolls. */
struct view_parts {
    int head, side;
    bool in_side; /* the cursor is there, and no row is selected */
};

struct view {
    enum scope scope;
    enum layout layout;
    enum action here; /* the action that leads to this very view, and is not offered in it */
    const enum action
        *hints;        /* its most useful ones, first in the hint bar; ACTION_NONE behind the last; NULL = none */
    const char *again; /* what ACTION_AGAIN does in it, in the hint bar; NULL: what its name says */
    int head_rows;     /* rows on top that do not scroll; left out when there is no room for them */
    /* Of an ordinary view whose parts depend on the place (rows x cols) or on what there is to show; instead of
     * head_rows. Called before `rows`, which gets the columns that the side leaves. */
    struct view_parts (*parts)(void *self, int rows, int cols);

    void (*close)(void *self);

    /* Its part of the breadcrumb, short: "203.0.113.77". Of an overlay: the title of its frame. */
    void (*title)(void *self, struct buf *out);
    /* For the right end of the first line, shown if there is room: "5 of 11 answered". */
    void (*status)(void *self, struct buf *out);

    /* Lays itself out for so many columns and returns the number of rows. Called before anything below that speaks of
     * rows. NULL: draw gets the whole place, and there is no cursor. Only ordinary views (SCOPE_VIEW) have a selected
     * row; the others place the real cursor themselves. */
    size_t (*rows)(void *self, int cols);
    /* What a row is about, not 0, the same as long as it is there; 0 = nothing in particular. */
    uint64_t (*key)(void *self, size_t row);
    /* The row on which the cursor begins, once there are rows; one that there is not: on the first. */
    size_t (*home)(void *self);
    /* The rows on top; canvas->rows is their number. */
    void (*head)(void *self, const struct canvas *);
    /* The columns at the right. */
    void (*side)(void *self, const struct canvas *);
    void (*draw)(void *self, const struct canvas *);

    /* Whether an action does something on that row now: what cannot be done is not in the hint bar and is not passed to
     * act. Moving, back, help, copy, write and the like are the app's, and not asked for here. */
    bool (*can)(void *self, enum action, size_t row);
    /* Does it: moves cursor->row, or opens other views, or closes itself (app_close) and must not touch self after. */
    void (*act)(void *self, struct app *, enum action, struct cursor *);
    /* A key that is bound to nothing, or pasted text; false = not wanted. */
    bool (*input)(void *self, struct app *, const struct event *);

    /* The address or prefix that it is about; false = none. */
    bool (*about)(void *self, struct prefix *out);
    /* Whose history, note and state are meant on that row: that of the view itself, unless each of its rows is a thing
     * of its own; false = of nothing. */
    bool (*resource)(void *self, size_t row, struct resource *out);

    /* What `copy` takes from that row; nothing appended = nothing to copy. */
    void (*subject)(void *self, size_t row, struct buf *out);
    /* What `write` writes, so many columns wide; NULL: the head and all rows, as they are drawn. */
    void (*report)(void *self, int cols, bool ascii, struct buf *out);
    /* Without `report`: how many rows are written, and below them what is appended; NULL: all. */
    size_t (*report_rows)(void *self, struct buf *below);
};

#endif

/* What a view is: a constant struct of functions over its own state.
 *
 * A view divides its place into a head, a body and a side. The body is a pane (pane.h) that scrolls, searches, filters
 * and sorts by itself; the view names the pane and draws the rest. View's own view_NAME_open makes the state and pushes
 * it; from then on it belongs to the app, until close. All functions but subject and
 * panes may be NULL. */
#ifndef VIEW_H
#define VIEW_H

#include "base/addr.h"
#include "base/resource.h"
#include "console/app/layout.h"
#include "console/app/pane.h"
#include "console/app/screen.h"

/* For `can`: is there any row on which the action works? */
#define VIEW_ANY_ROW SIZE_MAX

/* How the place of a view is divided: the head above and the side at the right do not scroll. */
struct panes {
    int head;          /* rows */
    int side;          /* columns */
    bool in_side;      /* the cursor is there, and no row is selected */
    struct pane *body; /* in the rest; NULL = nothing, and no row is selected */
    size_t rows;       /* of the body */
    size_t room;       /* rows that an overlay keeps free for it at least */
};

enum part { PART_HEAD, PART_SIDE };

/* What a row is about. Bufs that are NULL are not wanted. */
struct view_subject {
    struct buf *title;        /* takes the name of the place ("203.0.113.77"), or of an overlay's frame, ... */
    struct buf *detail;       /* ... with it, what belongs to the name (its PTR name, its provider), ... */
    struct buf *status;       /* ... and the right end of the first line ("5 of 11 answered") */
    struct prefix about;      /* the address or prefix from which `u` goes up; of no family = none */
    struct resource resource; /* whose history, note and case are meant; RESOURCE_NONE = none */
    struct buf *copy;         /* takes the row's text for the clipboard, if it is not the pane's */
};

struct view {
    enum scope scope;
    enum layout layout;
    enum action here; /* leads to this view: not offered in a page, closes an overlay */
    const enum action
        *hints; /* its most useful actions, the first of its own in the last line; ends in ACTION_NONE; NULL = none */
    const char *again; /* the name of ACTION_AGAIN there; NULL = the usual one */

    void (*close)(void *self);
    /* Something has changed (engine.h names the bits); also called for views that do not show. */
    void (*changed)(void *self, unsigned what);
    /* Lays the view out for so many rows and columns; *out is zeroed. */
    void (*panes)(void *self, int rows, int cols, struct panes *out);
    void (*draw)(void *self, enum part, const struct canvas *);
    /* Fills in what a row, or with VIEW_ANY_ROW the view, is about; *out is empty but for the bufs. An
     * overlay is asked for its title alone. */
    void (*subject)(void *self, size_t row, struct view_subject *out);
    /* Whether an action works on a row now. Actions of the pane and the app, and moves, are not asked for. NULL: none;
     * in other scopes than SCOPE_VIEW all. */
    bool (*can)(void *self, enum action, size_t row);
    /* Performs it: selects another row (pane_select), opens other views or closes itself. */
    void (*act)(void *self, struct app *, enum action, size_t row);
    /* Takes a key that is bound to nothing, or pasted text; returns false when not wanted. */
    bool (*input)(void *self, struct app *, const struct event *);
    /* Appends the text that is written to a file, so many columns wide; NULL = head and body as they are drawn. */
    void (*report)(void *self, int cols, bool ascii, struct buf *out);
};

#endif

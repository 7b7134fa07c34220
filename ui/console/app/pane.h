/* A part of a view whose rows scroll: a widget begins with one, and adds its own state. */
#ifndef PANE_H
#define PANE_H

#include "base/buf.h"
#include "console/app/keymap.h"
#include "draw/canvas.h"
#include "draw/cursor.h"
#include "draw/page.h"

struct app;
struct pane;

/* All functions but draw may be NULL. */
struct pane_type {
    /* Returns a number for the thing in a row that stays the same as long as the thing exists; 0 = none in particular.
     */
    uint64_t (*key)(const struct pane *, size_t row);
    /* Returns the row where the cursor begins, once there are rows; a row too large: the first. */
    size_t (*home)(const struct pane *);
    /* Draws the rows that show of a canvas that is already scrolled. */
    void (*draw)(struct pane *, const struct canvas *);
    bool (*can)(const struct pane *, enum action);
    void (*act)(struct pane *, struct app *, enum action);
    /* Appends the text of a row for the clipboard. */
    void (*text)(const struct pane *, size_t row, struct buf *out);
    /* Moves among the parts of the rows that the cursor visits, brings it back to its part, with `page` rows that show,
     * and sets the columns of the part; each returns false if the pane has whole rows. */
    bool (*move)(struct pane *, enum move, size_t rows, size_t page);
    bool (*fit)(struct pane *, size_t rows, size_t page);
    bool (*span)(const struct pane *, int *col, int *cols);
    /* Selects the part of a row at a column; returns false when none is there. NULL: whole rows. */
    bool (*point)(struct pane *, size_t row, int col);
};

/* Zeroed but for its type. */
struct pane {
    const struct pane_type *type;
    struct cursor cursor;
    bool placed; /* the cursor was put where it begins */
};

/* A pane that shows a page, which the view lays out. Copies all text of an item. On a pointed page the cursor visits
 * the targets that show, and the page scrolls where none is near. */
struct page_pane {
    struct pane pane; /* of type page_pane_type */
    struct page page;
    size_t target; /* the selected one; PAGE_PANE_NONE = none shows */
    int col;       /* of the last selected one */
};
extern const struct pane_type page_pane_type;
#define PAGE_PANE_NONE SIZE_MAX

/* Returns the key of a row of the page, or of the selected target, which must be in the row; 0 = none, or no such row.
 */
uint64_t page_pane_key(const struct page_pane *, size_t row);

/* Puts the cursor on a row. */
static inline void
pane_select(struct pane *pane, size_t row)
{
    pane->cursor.row = row;
    pane->cursor.key = 0;
}

/* Keeps the cursor on its thing, in `rows` rows of which `page` show. Without the thing the cursor stays in its row; it
 * returns when the thing does, unless it was moved meanwhile. */
void pane_fit(struct pane *, size_t rows, size_t page);
void pane_move(struct pane *, enum move, size_t rows, size_t page);
/* Selects what is at a place. */
enum pane_point { PANE_POINT_NOTHING, PANE_POINT_ANOTHER, PANE_POINT_SELECTED };
enum pane_point pane_point(struct pane *, size_t row, int col);
/* Appends GRID_ROWS_MAX of its rows, or as many as are left, from one on as text. */
void pane_dump(struct pane *, size_t from, size_t rows, int cols, bool ascii, struct buf *out);

#endif

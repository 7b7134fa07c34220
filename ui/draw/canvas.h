/* Drawing. A canvas is a rectangle of a grid with its own origin; drawing outside its visible part is dropped. It is a
 * value: take a part and pass it on. */
#ifndef CANVAS_H
#define CANVAS_H

#include "draw/glyph.h"
#include "draw/grid.h"
#include "draw/role.h"

#include <stddef.h>

/* All columns up to the right edge. */
enum { CANVAS_REST = 1 << 20 };

struct canvas {
    struct grid *grid;
    int row, col;                 /* origin on the grid; may be outside the visible part */
    int rows, cols;               /* size, never negative */
    int top, left, bottom, right; /* the visible part of the grid; bottom and right are one past the end */
};

static inline struct canvas
canvas_of(struct grid *grid)
{
    return (struct canvas){
        .grid = grid, .rows = grid->rows, .cols = grid->cols, .bottom = grid->rows, .right = grid->cols};
}

/* Returns a part, which may start before the edges and reach beyond them (a scrolled page: row = -scroll). */
struct canvas canvas_part(const struct canvas *, int row, int col, int rows, int cols);

/* Sets the first visible row and one past the last. Other rows need not be drawn. */
static inline void
canvas_visible(const struct canvas *c, int *first, int *end)
{
    *first = c->top - c->row;
    *end = c->bottom - c->row;
}

/* Draws clean text (text.h) in at most `columns` columns and returns the column after it. Text that does not fit ends
 * in GLYPH_MORE and is never cut inside a wide character or a number. */
int canvas_text(const struct canvas *, int row, int col, int columns, enum role, const char *string);
int canvas_format(const struct canvas *, int row, int col, int columns, enum role, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* Draws flush right, ending at column col + columns. A number that does not fit becomes GLYPH_MORE. */
void canvas_text_right(const struct canvas *, int row, int col, int columns, enum role, const char *string);

/* Draws one glyph and returns col + 1. */
int canvas_glyph(const struct canvas *, int row, int col, enum role, enum glyph);
/* Draws a glyph `columns` times and returns the column after it. */
int canvas_repeat(const struct canvas *, int row, int col, int columns, enum role, enum glyph);

/* Draws text downwards in lines of at most `columns`, broken at blanks, and returns the number of rows. A NULL canvas
 * only counts. */
int canvas_wrap(const struct canvas *, int row, int col, int columns, enum role, const char *text);
/* Wraps text from the first row, marks the end of the last one if there is no room for all, and returns the rows. */
int canvas_wrap_whole(const struct canvas *, enum role, const char *text);

/* Draws a bar of `columns` for a share of 0 to 1 and marks `limit` (a share; negative = none) on it. The part beyond
 * the limit is red. */
void canvas_bar(const struct canvas *, int row, int col, int columns, enum role, double share, double limit);

/* Returns a cell of such a bar, by its place from the left. */
struct canvas_cell {
    enum glyph glyph;
    enum role role;
};
struct canvas_cell canvas_bar_cell(int at, int columns, enum role, double share, double limit);

void canvas_blank(const struct canvas *);
/* Draws a frame along the edges with a title (NULL = none) in the upper one. */
void canvas_frame(const struct canvas *, enum role, const char *title);
/* Selects cells, but for those of bars, which would look empty. */
void canvas_select(const struct canvas *, int row, int col, int columns);
/* Lets a click on these columns stand for a key. */
void canvas_click(const struct canvas *, int row, int col, int columns, int press);
/* Puts the real cursor there, if that cell is visible. */
void canvas_cursor(const struct canvas *, int row, int col);

#endif

/* Drawing. A canvas is a rectangle of a grid with its own origin: rows and columns count from its upper left corner,
 * and what lies outside the part that shows is dropped. It is a value: take a part of it and hand that on. */
#ifndef CANVAS_H
#define CANVAS_H

#include "draw/glyph.h"
#include "draw/grid.h"
#include "draw/role.h"

#include <stddef.h>

/* "As many columns as there are up to the right edge." */
enum { CANVAS_REST = 1 << 20 };

struct canvas {
    struct grid *grid;
    int row, col;                 /* origin on the grid; may lie outside of what shows */
    int rows, cols;               /* size, never negative */
    int top, left, bottom, right; /* what shows, on the grid; bottom and right are behind the last */
};

struct canvas canvas_of(struct grid *);

/* A part of it, which may begin before its edge and reach over it (a page that is scrolled: row = -scroll). */
struct canvas canvas_part(const struct canvas *, int row, int col, int rows, int cols);

/* The rows of it that show: first, and behind the last. Rows outside need not be drawn. */
void canvas_visible(const struct canvas *, int *first, int *end);

/* Draws clean text (text.h) in at most `columns` columns and returns the column behind it. Text that does not fit ends
 * in GLYPH_MORE, and is never cut within a wide character or a number. */
int canvas_text(const struct canvas *, int row, int col, int columns, enum role, const char *string);
int canvas_format(const struct canvas *, int row, int col, int columns, enum role, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* The same flush right: it ends at column col + columns. A number that does not fit becomes GLYPH_MORE alone. */
void canvas_text_right(const struct canvas *, int row, int col, int columns, enum role, const char *string);

/* One glyph; returns col + 1. */
int canvas_glyph(const struct canvas *, int row, int col, enum role, enum glyph);
/* `columns` times the same glyph; returns the column behind. */
int canvas_repeat(const struct canvas *, int row, int col, int columns, enum role, enum glyph);

/* Draws `text` in lines of at most `columns`, broken at blanks, from there downwards; returns the number of rows used.
 * canvas may be NULL to count them only. */
int canvas_wrap(const struct canvas *, int row, int col, int columns, enum role, const char *text);

/* A bar of `columns` for `share` of 1 (more is shown as 1); `limit` (a share too, negative = none) is marked on it. */
void canvas_bar(const struct canvas *, int row, int col, int columns, enum role, double share, double limit);

void canvas_blank(const struct canvas *);
/* A frame along its edges, with a title (NULL = none) in the upper one. */
void canvas_frame(const struct canvas *, enum role, const char *title);
void canvas_select(const struct canvas *, int row, int col, int columns);
/* The real cursor rests there, if it shows. */
void canvas_cursor(const struct canvas *, int row, int col);

#endif

/* Chooses the columns that fit, their widths, and draws titles and rows. */
#ifndef COLUMNS_H
#define COLUMNS_H

#include "draw/canvas.h"

#include <stdbool.h>
#include <stddef.h>

struct column {
    const char *title;
    int width;    /* the width it would like */
    int least;    /* the width before a column is dropped; least = width: never cut */
    int priority; /* the highest number is dropped first; from COLUMNS_SPARE on as soon as the others get less than half
                   * of what they would like beyond their least */
    bool right;   /* numbers: flush right */
};

struct column_cell {
    enum role role;
    const char *text; /* NULL = empty */
};

enum { COLUMNS_GAP = 2, COLUMNS_SPARE = 10 };

/* Sets the widths for `cols` columns with COLUMNS_GAP between them; 0 = dropped. Their sum never exceeds `cols`. */
void columns_fit(const struct column *, size_t count, int cols, int *widths);

/* Draws a row of cells; NULL = the titles. */
void columns_row(const struct canvas *, int row, const struct column *, size_t count, const int *widths,
                 const struct column_cell *cells);

#endif

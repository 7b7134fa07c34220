/* Columns: which of them fit, how wide they are, and rows under them. */
#ifndef COLUMNS_H
#define COLUMNS_H

#include "draw/canvas.h"

#include <stdbool.h>
#include <stddef.h>

struct column {
    const char *title;
    int width;    /* columns it would like */
    int least;    /* it is narrowed down to so many before a column is dropped; least = width: never cut */
    int priority; /* 0 stays while anything fits; the highest number is dropped first, and from COLUMNS_SPARE on as soon
                   * as the others get less than half of what they would like beyond their least */
    bool right;   /* numbers: flush right */
};

struct column_cell {
    enum role role;
    const char *text; /* NULL = nothing */
};

enum { COLUMNS_GAP = 2, COLUMNS_SPARE = 10 };

/* The widths in `cols` columns with COLUMNS_GAP between; 0 = dropped. Never more than `cols` in sum. */
void columns_fit(const struct column *, size_t count, int cols, int *widths);

void columns_head(const struct canvas *, int row, const struct column *, size_t count, const int *widths);
void columns_row(const struct canvas *, int row, const struct column *, size_t count, const int *widths,
                 const struct column_cell *cells);

#endif

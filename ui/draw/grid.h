/* The screen as cells. Views draw into it; the terminal, dumps and tests read it. */
#ifndef GRID_H
#define GRID_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of one character with its combining marks and a NUL; further marks are dropped. */
enum { CELL_BYTES = 13 };

/* The part of a larger terminal that is used. */
enum { GRID_ROWS_MAX = 500, GRID_COLS_MAX = 1000 };

struct cell {
    char bytes[CELL_BYTES]; /* "" in the right half of a wide character */
    uint8_t width;          /* 1 or 2; 0 = right half */
    uint8_t role;
    uint8_t selected;
    uint8_t bar; /* part of a bar: keeps its colours when its row is selected */
    int32_t press; /* the key that a click on it stands for (keymap.h), 0 = none */
};

/* A wide character always has its right half beside it. Zeroed is an empty grid. */
struct grid {
    int rows, cols;
    bool ascii; /* no byte over 0x7F; glyphs use their twins */
    struct cell *cells;
    int cursor_row, cursor_col; /* where the real cursor rests */
};

/* Sets the size (0 to the maximum) and blanks all cells. */
void grid_resize(struct grid *, int rows, int cols);
void grid_free(struct grid *);

/* Returns a cell; row and column must be inside the grid. */
static inline struct cell *
grid_at(const struct grid *grid, int row, int col)
{
    assert(row >= 0 && row < grid->rows && col >= 0 && col < grid->cols);
    return &grid->cells[(size_t)row * (size_t)grid->cols + (size_t)col];
}

/* Puts one character; one of width 0 is a combining mark, which is added to the character there. Over half of a wide
 * one, its other half becomes a blank; a wide one that does not fit into the last column becomes a blank. */
void grid_put(struct grid *, int row, int col, const char *bytes, int width, uint8_t role);

#endif

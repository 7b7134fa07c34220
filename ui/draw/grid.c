/* A character and its cells are replaced as one: drawing over half of a wide character blanks its other half, so that
 * no half stays behind. */

#include "draw/grid.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static const struct cell BLANK = {.bytes = " ", .width = 1};

void
grid_resize(struct grid *grid, int rows, int cols)
{
    grid->rows = rows < 0 ? 0 : rows > GRID_ROWS_MAX ? GRID_ROWS_MAX : rows;
    grid->cols = cols < 0 ? 0 : cols > GRID_COLS_MAX ? GRID_COLS_MAX : cols;
    size_t count = (size_t)grid->rows * (size_t)grid->cols;
    grid->cells = mem_grow(grid->cells, count * sizeof *grid->cells);
    for (size_t i = 0; i < count; i++)
        grid->cells[i] = BLANK;
    grid->cursor_row = grid->cursor_col = 0;
}

void
grid_free(struct grid *grid)
{
    free(grid->cells);
    grid->cells = NULL;
    grid->rows = grid->cols = 0;
}

static void
blank_over(struct grid *grid, int row, int col)
{
    struct cell *cell = grid_at(grid, row, col);
    cell->width = 1;
    memcpy(cell->bytes, " ", 2);
}

void
grid_put(struct grid *grid, int row, int col, const char *bytes, int width, uint8_t role)
{
    struct cell *cell = grid_at(grid, row, col);
    if (width == 0) {
        cell -= cell->width == 0;
        size_t have = strlen(cell->bytes), more = strlen(bytes);
        if (have + more < CELL_BYTES)
            memcpy(cell->bytes + have, bytes, more + 1);
        return;
    }
    if (col + width > grid->cols) {
        bytes = " ";
        width = 1;
    }
    if (cell->width == 0)
        blank_over(grid, row, col - 1);
    if (grid_at(grid, row, col + width - 1)->width == 2)
        blank_over(grid, row, col + width);
    *cell = (struct cell){.width = (uint8_t)width, .role = role};
    memcpy(cell->bytes, bytes, strnlen(bytes, CELL_BYTES - 1));
    if (width == 2)
        cell[1] = (struct cell){.role = role};
}

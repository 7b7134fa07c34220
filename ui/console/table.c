/* Fitting takes two steps: columns are dropped, the least important first, until what is left fits at its least; then
 * the room that remains is given out from left to right, each column up to what it would like. */

#include "table.h"

static int
sum(const int *widths, size_t count)
{
    int total = 0;
    for (size_t i = 0; i < count; i++)
        if (widths[i] > 0)
            total += widths[i] + (total > 0 ? TABLE_GAP : 0);
    return total;
}

/* Drops the shown column of the highest priority, of several the rightmost; false when none is left. */
static bool
drop_one(const struct column *columns, size_t count, int *widths)
{
    size_t worst = count;
    for (size_t i = 0; i < count; i++)
        if (widths[i] > 0 && (worst == count || columns[i].priority >= columns[worst].priority))
            worst = i;
    if (worst == count)
        return false;
    widths[worst] = 0;
    return true;
}

void
table_fit(const struct column *columns, size_t count, int cols, int *widths)
{
    for (size_t i = 0; i < count; i++)
        widths[i] = columns[i].least;
    while (sum(widths, count) > cols && drop_one(columns, count, widths))
        ;
    int spare = cols - sum(widths, count);
    for (size_t i = 0; i < count && spare > 0; i++) {
        if (widths[i] == 0)
            continue;
        int wish = columns[i].width - widths[i];
        int given = wish < spare ? wish : spare;
        widths[i] += given;
        spare -= given;
    }
}

static void
draw_cell(const struct canvas *canvas, int row, int col, int width, bool right, struct table_cell cell)
{
    if (!cell.text)
        return;
    if (right)
        canvas_text_right(canvas, row, col, width, cell.role, cell.text);
    else
        canvas_text(canvas, row, col, width, cell.role, cell.text);
}

void
table_row(const struct canvas *canvas, int row, const struct column *columns, size_t count, const int *widths,
          const struct table_cell *cells)
{
    int col = 0;
    for (size_t i = 0; i < count; i++) {
        if (widths[i] == 0)
            continue;
        draw_cell(canvas, row, col, widths[i], columns[i].right, cells[i]);
        col += widths[i] + TABLE_GAP;
    }
}

void
table_head(const struct canvas *canvas, int row, const struct column *columns, size_t count, const int *widths)
{
    int col = 0;
    for (size_t i = 0; i < count; i++) {
        if (widths[i] == 0)
            continue;
        draw_cell(canvas, row, col, widths[i], columns[i].right, (struct table_cell){ROLE_DIM, columns[i].title});
        col += widths[i] + TABLE_GAP;
    }
}

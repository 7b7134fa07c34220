/* Fitting takes three steps: those to spare are dropped until the rest has some ease; then columns are dropped, the
 * least important first, until what is left fits at its least; then the room that remains is given out from left to
 * right, each column up to what it would like. */

#include "draw/columns.h"

static int
sum(const int *widths, size_t count)
{
    int total = 0;
    for (size_t i = 0; i < count; i++)
        if (widths[i] > 0)
            total += widths[i] + (total > 0 ? COLUMNS_GAP : 0);
    return total;
}

/* Columns that what is shown takes when each has half of what it would like beyond its least. */
static int
ease(const struct column *columns, size_t count, const int *widths)
{
    int total = sum(widths, count);
    for (size_t i = 0; i < count; i++)
        total += widths[i] > 0 ? (columns[i].width - columns[i].least) / 2 : 0;
    return total;
}

/* Drops the shown column of the highest priority, of several the rightmost; false when none of this priority or a
 * higher one is left. */
static bool
drop_one(const struct column *columns, size_t count, int *widths, int from)
{
    size_t worst = count;
    for (size_t i = 0; i < count; i++)
        if (widths[i] > 0 && (worst == count || columns[i].priority >= columns[worst].priority))
            worst = i;
    if (worst == count || columns[worst].priority < from)
        return false;
    widths[worst] = 0;
    return true;
}

void
columns_fit(const struct column *columns, size_t count, int cols, int *widths)
{
    for (size_t i = 0; i < count; i++)
        widths[i] = columns[i].least;
    while (ease(columns, count, widths) > cols && drop_one(columns, count, widths, COLUMNS_SPARE))
        ;
    while (sum(widths, count) > cols && drop_one(columns, count, widths, 0))
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
draw_cell(const struct canvas *canvas, int row, int col, int width, bool right, struct column_cell cell)
{
    if (!cell.text)
        return;
    if (right)
        canvas_text_right(canvas, row, col, width, cell.role, cell.text);
    else
        canvas_text(canvas, row, col, width, cell.role, cell.text);
}

void
columns_row(const struct canvas *canvas, int row, const struct column *columns, size_t count, const int *widths,
            const struct column_cell *cells)
{
    int col = 0;
    for (size_t i = 0; i < count; i++) {
        if (widths[i] == 0)
            continue;
        draw_cell(canvas, row, col, widths[i], columns[i].right, cells[i]);
        col += widths[i] + COLUMNS_GAP;
    }
}

void
columns_head(const struct canvas *canvas, int row, const struct column *columns, size_t count, const int *widths)
{
    int col = 0;
    for (size_t i = 0; i < count; i++) {
        if (widths[i] == 0)
            continue;
        draw_cell(canvas, row, col, widths[i], columns[i].right, (struct column_cell){ROLE_DIM, columns[i].title});
        col += widths[i] + COLUMNS_GAP;
    }
}

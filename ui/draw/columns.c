/* Fitting takes three steps. Spare columns are dropped until the rest has some ease. Then columns are dropped, the
 * least important first, until the others fit at their least width. The remaining room goes to the columns from left to
 * right, up to the width each would like. */

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

/* Drops the shown column of the highest priority number, the rightmost of several. Returns false when all shown columns
 * have a number below `from`. */
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
    for (int total = cols + 1; total > cols;) { /* when each gets half of what it would like beyond its least */
        total = sum(widths, count);
        for (size_t i = 0; i < count; i++)
            total += widths[i] > 0 ? (columns[i].width - columns[i].least) / 2 : 0;
        if (total > cols && !drop_one(columns, count, widths, COLUMNS_SPARE))
            break;
    }
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

void
columns_row(const struct canvas *canvas, int row, const struct column *columns, size_t count, const int *widths,
            const struct column_cell *cells)
{
    int col = 0;
    for (size_t i = 0; i < count; i++) {
        struct column_cell cell = cells ? cells[i] : (struct column_cell){ROLE_DIM, columns[i].title};
        if (widths[i] == 0)
            continue;
        if (cell.text && columns[i].right)
            canvas_text_right(canvas, row, col, widths[i], cell.role, cell.text);
        else if (cell.text)
            canvas_text(canvas, row, col, widths[i], cell.role, cell.text);
        col += widths[i] + COLUMNS_GAP;
    }
}

#include "draw/cursor.h"

static size_t
less(size_t a, size_t b)
{
    return a > b ? a - b : 0;
}

bool
cursor_move(struct cursor *cursor, enum move move, size_t rows, size_t page)
{
    size_t leap = page > 1 ? page - 1 : 1; /* one row stays in sight */
    switch (move) {
    case MOVE_UP:
        cursor->row = less(cursor->row, 1);
        break;
    case MOVE_DOWN:
        cursor->row++;
        break;
    case MOVE_PAGE_UP:
        cursor->row = less(cursor->row, leap);
        cursor->scroll = less(cursor->scroll, leap);
        break;
    case MOVE_PAGE_DOWN:
        cursor->row += leap;
        cursor->scroll += leap;
        break;
    case MOVE_FIRST:
        cursor->row = 0;
        break;
    case MOVE_LAST:
        cursor->row = less(rows, 1);
        break;
    default:
        return false;
    }
    cursor_fit(cursor, rows, page);
    return true;
}

void
cursor_fit(struct cursor *cursor, size_t rows, size_t page)
{
    if (cursor->row >= rows)
        cursor->row = less(rows, 1);
    if (cursor->scroll > less(rows, page))
        cursor->scroll = less(rows, page);
    if (cursor->scroll > cursor->row)
        cursor->scroll = cursor->row;
    if (page > 0 && cursor->row >= cursor->scroll + page)
        cursor->scroll = cursor->row - page + 1;
}

#include "draw/cursor.h"

bool
cursor_is_move(enum action action)
{
    switch (action) {
    case ACTION_UP:
    case ACTION_DOWN:
    case ACTION_PAGE_UP:
    case ACTION_PAGE_DOWN:
    case ACTION_FIRST:
    case ACTION_LAST:
        return true;
    default:
        return false;
    }
}

static void
up(struct cursor *cursor, size_t by)
{
    cursor->row -= by < cursor->row ? by : cursor->row;
}

static size_t
less(size_t a, size_t b)
{
    return a > b ? a - b : 0;
}

void
cursor_move(struct cursor *cursor, enum action action, size_t rows, size_t page)
{
    size_t leap = page > 1 ? page - 1 : 1; /* one row stays in sight */
    switch (action) {
    case ACTION_UP:
        up(cursor, 1);
        break;
    case ACTION_DOWN:
        cursor->row++;
        break;
    case ACTION_PAGE_UP:
        up(cursor, leap);
        cursor->scroll = less(cursor->scroll, leap);
        break;
    case ACTION_PAGE_DOWN:
        cursor->row += leap;
        cursor->scroll += leap;
        break;
    case ACTION_FIRST:
        cursor->row = 0;
        break;
    case ACTION_LAST:
        cursor->row = less(rows, 1);
        break;
    default:
        break;
    }
    cursor_fit(cursor, rows, page);
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

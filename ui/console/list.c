#include "list.h"

bool
list_is_move(enum action action)
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
up(struct list *list, size_t by)
{
    list->cursor -= by < list->cursor ? by : list->cursor;
}

static size_t
less(size_t a, size_t b)
{
    return a > b ? a - b : 0;
}

void
list_move(struct list *list, enum action action, size_t rows, size_t page)
{
    size_t leap = page > 1 ? page - 1 : 1; /* one row stays in sight */
    switch (action) {
    case ACTION_UP:
        up(list, 1);
        break;
    case ACTION_DOWN:
        list->cursor++;
        break;
    case ACTION_PAGE_UP:
        up(list, leap);
        list->scroll = less(list->scroll, leap);
        break;
    case ACTION_PAGE_DOWN:
        list->cursor += leap;
        list->scroll += leap;
        break;
    case ACTION_FIRST:
        list->cursor = 0;
        break;
    case ACTION_LAST:
        list->cursor = less(rows, 1);
        break;
    default:
        break;
    }
    list_fit(list, rows, page);
}

void
list_fit(struct list *list, size_t rows, size_t page)
{
    if (list->cursor >= rows)
        list->cursor = less(rows, 1);
    if (list->scroll > less(rows, page))
        list->scroll = less(rows, page);
    if (list->scroll > list->cursor)
        list->scroll = list->cursor;
    if (page > 0 && list->cursor >= list->scroll + page)
        list->scroll = list->cursor - page + 1;
}

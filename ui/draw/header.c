/* The key of a row is the number of its paragraph. */
#include "draw/header.h"

void
header_add(struct header *top, enum role role, struct buf *text)
{
    size_t count = top->page.rows.count;
    if (text->count > 0) {
        page_row(&top->page, count > 0 ? top->page.rows.at[count - 1].key + 1 : 1);
        page_wrap(&top->page, 0, role, buf_string(text));
    }
    buf_clear(text);
}

void
header_fit(struct header *top, int room, bool always)
{
    const struct page_row *rows = top->page.rows.at;
    size_t count = top->page.rows.count;
    top->rows = 0;
    for (size_t row = 1; row <= count; row++) {
        bool whole = row == count || rows[row].key != rows[row - 1].key;
        if (whole && ((int)row <= room || (always && top->rows == 0)))
            top->rows = (int)row;
    }
}

void
header_draw(const struct header *top, const struct canvas *canvas)
{
    struct canvas part = canvas_part(canvas, 0, 0, top->rows, canvas->cols);
    page_draw(&top->page, &part);
}

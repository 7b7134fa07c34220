/* The key of a row is the number of its paragraph. */
#include "draw/header.h"

static uint64_t
paragraph_at(const struct header *top, size_t row)
{
    return row < top->page.rows.count ? top->page.rows.at[row].key : 0;
}

void
header_add(struct header *top, enum role role, struct buf *text)
{
    size_t count = top->page.rows.count;
    if (text->count > 0) {
        page_row(&top->page, count > 0 ? paragraph_at(top, count - 1) + 1 : 1);
        page_wrap(&top->page, 0, role, buf_string(text));
    }
    buf_clear(text);
}

void
header_fit(struct header *top, int room, bool always)
{
    top->rows = 0;
    for (size_t row = 1; row <= top->page.rows.count; row++) {
        bool whole = paragraph_at(top, row) != paragraph_at(top, row - 1);
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

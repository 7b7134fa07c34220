#include "console/app/pane.h"

#include "draw/dump.h"

static uint64_t
key_of(const struct pane *pane, size_t row)
{
    return pane->type->key ? pane->type->key(pane, row) : 0;
}

void
pane_fit(struct pane *pane, size_t rows, size_t page)
{
    struct cursor *cursor = &pane->cursor;
    size_t row = 0;
    if (cursor->key != 0 && !(cursor->row < rows && key_of(pane, cursor->row) == cursor->key)) {
        while (row < rows && key_of(pane, row) != cursor->key)
            row++;
        if (row < rows) { /* rows came or went: scrolls by as much, so that the row stands still */
            size_t above = cursor->row - cursor->scroll;
            cursor->row = row;
            cursor->scroll = row > above ? row - above : 0;
        }
    }
    if (!pane->placed && rows > 0) {
        row = pane->type->home ? pane->type->home(pane) : 0;
        pane->placed = true;
        if (cursor->row == 0 && row < rows) {
            cursor->row = row;
            cursor->scroll = row >= page ? row - page / 2 : 0; /* in the middle, if there are rows on both sides */
        }
    }
    cursor_fit(cursor, rows, page);
    if (cursor->key == 0 && rows > 0)
        cursor->key = key_of(pane, cursor->row);
}

void
pane_move(struct pane *pane, enum move move, size_t rows, size_t page)
{
    cursor_move(&pane->cursor, move, rows, page);
    pane->cursor.key = rows > 0 ? key_of(pane, pane->cursor.row) : 0;
}

void
pane_dump(struct pane *pane, size_t from, size_t rows, int cols, bool ascii, struct buf *out)
{
    struct grid grid = {.ascii = ascii};
    size_t left = rows - from;
    grid_resize(&grid, left < GRID_ROWS_MAX ? (int)left : GRID_ROWS_MAX, cols);
    struct canvas all = canvas_of(&grid);
    struct canvas page = canvas_part(&all, -(int)from, 0, (int)rows, cols);
    pane->type->draw(pane, &page);
    dump_grid(out, &grid, false);
    grid_free(&grid);
}

/* ---- pages ---- */

static uint64_t
page_key(const struct pane *pane, size_t row)
{
    return ((const struct page_pane *)pane)->page.rows.at[row].key;
}

static void
draw_page(struct pane *pane, const struct canvas *canvas)
{
    page_draw(&((struct page_pane *)pane)->page, canvas);
}

static void
page_text_of(const struct pane *pane, size_t row, struct buf *out)
{
    page_item_text(&((const struct page_pane *)pane)->page, row, out);
}

const struct pane_type page_pane_type = {.key = page_key, .draw = draw_page, .text = page_text_of};

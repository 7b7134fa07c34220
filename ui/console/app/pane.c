#include "console/app/pane.h"

#include "draw/dump.h"

static uint64_t
key_of(const struct pane *pane, size_t row)
{
    return pane->type->key ? pane->type->key(pane, row) : 0;
}

/* Rows came or went: returns the cursor to the thing that was selected, and scrolls by as much, so that the thing stays
 * in place. Without the thing the cursor stays; it returns when the thing does, unless it was moved meanwhile. */
static void
follow(struct pane *pane, size_t rows)
{
    struct cursor *cursor = &pane->cursor;
    if (cursor->key == 0 || (cursor->row < rows && key_of(pane, cursor->row) == cursor->key))
        return;
    for (size_t row = 0; row < rows; row++)
        if (key_of(pane, row) == cursor->key) {
            size_t above = cursor->row - cursor->scroll;
            cursor->row = row;
            cursor->scroll = row > above ? row - above : 0;
            return;
        }
}

/* Puts the cursor where it begins: in the middle of the page, if there are rows on both sides. */
static void
begin(struct pane *pane, size_t rows, size_t page)
{
    size_t row = pane->type->home ? pane->type->home(pane) : 0;
    pane->placed = true;
    if (pane->cursor.row > 0 || row >= rows)
        return;
    pane->cursor.row = row;
    pane->cursor.scroll = row >= page ? row - page / 2 : 0;
}

void
pane_fit(struct pane *pane, size_t rows, size_t page)
{
    follow(pane, rows);
    if (!pane->placed && rows > 0)
        begin(pane, rows, page);
    cursor_fit(&pane->cursor, rows, page);
    if (pane->cursor.key == 0 && rows > 0)
        pane->cursor.key = key_of(pane, pane->cursor.row);
}

void
pane_move(struct pane *pane, enum move move, size_t rows, size_t page)
{
    cursor_move(&pane->cursor, move, rows, page);
    pane->cursor.key = rows > 0 ? key_of(pane, pane->cursor.row) : 0;
}

void
pane_select(struct pane *pane, size_t row)
{
    pane->cursor.row = row;
    pane->cursor.key = 0;
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
    dump_text(out, &grid);
    grid_free(&grid);
}

/* ---- pages ---- */

static size_t
page_rows(struct pane *pane, int cols)
{
    (void)cols;
    return ((struct page_pane *)pane)->page.rows.count;
}

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

const struct pane_type page_pane_type = {.rows = page_rows, .key = page_key, .draw = draw_page, .text = page_text_of};

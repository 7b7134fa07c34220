#include "console/app/layer.h"

#include "draw/dump.h"

enum { PAGE_LEAST = 3 }; /* rows to scroll in, before the head gets any */

bool
layer_has_cursor(const struct layer *layer)
{
    return layer->view->scope == SCOPE_VIEW && layer->view->rows;
}

static uint64_t
key_of(const struct layer *layer, size_t row)
{
    return layer->view->key ? layer->view->key(layer->self, row) : 0;
}

/* Rows came or went: back to the row that was selected, and by as much the page is moved, so that it stands still.
 * While there is no such row the cursor stays where it is; it returns when the row does, unless it was moved meanwhile.
 */
static void
follow(struct layer *layer, size_t rows)
{
    struct cursor *cursor = &layer->cursor;
    if (cursor->key == 0 || (cursor->row < rows && key_of(layer, cursor->row) == cursor->key))
        return;
    for (size_t row = 0; row < rows; row++)
        if (key_of(layer, row) == cursor->key) {
            size_t above = cursor->row - cursor->scroll;
            cursor->row = row;
            cursor->scroll = row > above ? row - above : 0;
            return;
        }
}

/* It is on another row now. */
static void
moved(struct layer *layer, const struct extent *extent)
{
    cursor_fit(&layer->cursor, extent->rows, extent->page);
    layer->cursor.key = extent->rows > 0 ? key_of(layer, layer->cursor.row) : 0;
}

/* In the middle of the page, if there are rows on both sides. */
static void
begin(struct layer *layer, const struct extent *extent)
{
    size_t row = layer->view->home ? layer->view->home(layer->self) : 0;
    layer->placed = true;
    if (layer->cursor.row > 0 || row >= extent->rows)
        return;
    layer->cursor.row = row;
    layer->cursor.scroll = row >= extent->page ? row - extent->page / 2 : 0;
}

static void
ask_parts(struct layer *layer, struct extent *extent, int rows, int cols)
{
    struct view_parts parts = layer->view->parts(layer->self, rows, cols);
    extent->head = parts.head < rows ? parts.head : rows;
    extent->side = parts.side < cols ? parts.side : cols;
    extent->in_side = parts.in_side;
}

struct extent
layer_measure(struct layer *layer, int rows, int cols)
{
    const struct view *view = layer->view;
    int inner_cols = layout_cols(view->layout, rows, cols);
    struct extent extent = {.head = view->head_rows};
    if (view->parts)
        ask_parts(layer, &extent, layout_body(rows, cols).rows, inner_cols);
    size_t count = view->rows ? view->rows(layer->self, inner_cols - extent.side) : 0;
    int wanted = count > GRID_ROWS_MAX ? GRID_ROWS_MAX : (int)count;
    extent.rows = count;
    extent.place = layout_place(view->layout, rows, cols, extent.head + wanted);
    int inner_rows = extent.place.inner.rows;
    if (!view->parts && inner_rows < extent.head + PAGE_LEAST)
        extent.head = 0;
    extent.page = (size_t)(inner_rows - extent.head);
    if (layer_has_cursor(layer)) {
        follow(layer, count);
        if (!layer->placed && count > 0)
            begin(layer, &extent);
        cursor_fit(&layer->cursor, count, extent.page);
        if (layer->cursor.key == 0)
            moved(layer, &extent);
    }
    return extent;
}

void
layer_move(struct layer *layer, enum action action, const struct extent *extent)
{
    cursor_move(&layer->cursor, keymap_move(action), extent->rows, extent->page);
    moved(layer, extent);
}

bool
layer_can(const struct layer *layer, enum action action, size_t row)
{
    return layer->view->can && layer->view->can(layer->self, action, row);
}

static struct canvas
part(const struct canvas *canvas, struct rect rect)
{
    return canvas_part(canvas, rect.row, rect.col, rect.rows, rect.cols);
}

static void
draw_frame(const struct layer *layer, const struct canvas *outer)
{
    struct buf title = {0};
    layer->view->title(layer->self, &title);
    if (layer->view->layout == LAYOUT_BOX) {
        canvas_frame(outer, ROLE_LINE, buf_string(&title));
    } else {
        canvas_repeat(outer, 0, 0, CANVAS_REST, ROLE_LINE, GLYPH_LINE_H);
        canvas_format(outer, 0, 2, CANVAS_REST, ROLE_TITLE, " %s ", buf_string(&title));
    }
    buf_free(&title);
}

void
layer_draw(struct layer *layer, const struct extent *extent, const struct canvas *screen, bool uppermost)
{
    struct canvas outer = part(screen, extent->place.outer), inner = part(screen, extent->place.inner);
    if (layer->view->layout != LAYOUT_PAGE)
        canvas_blank(&outer);
    if (extent->place.framed)
        draw_frame(layer, &outer);
    if (extent->head > 0 && layer->view->head) {
        struct canvas head = canvas_part(&inner, 0, 0, extent->head, inner.cols);
        layer->view->head(layer->self, &head);
    }
    struct canvas page = canvas_part(&inner, extent->head, 0, (int)extent->page, inner.cols - extent->side);
    if (layer->view->rows)
        page = canvas_part(&page, -(int)layer->cursor.scroll, 0, (int)extent->rows, page.cols);
    layer->view->draw(layer->self, &page);
    if (layer_has_cursor(layer) && extent->rows > 0 && !extent->in_side) {
        canvas_select(&page, (int)layer->cursor.row, 0, page.cols);
        if (uppermost)
            canvas_cursor(&page, (int)layer->cursor.row, 0);
    }
    if (extent->side > 0 && layer->view->side) {
        struct canvas side =
            canvas_part(&inner, extent->head, inner.cols - extent->side, (int)extent->page, extent->side);
        layer->view->side(layer->self, &side);
    }
}

void
layer_dump_rows(const struct layer *layer, size_t from, size_t rows, int cols, bool ascii, struct buf *out)
{
    struct grid grid = {.ascii = ascii};
    size_t left = rows - from;
    grid_resize(&grid, left < GRID_ROWS_MAX ? (int)left : GRID_ROWS_MAX, cols);
    struct canvas all = canvas_of(&grid);
    struct canvas page = canvas_part(&all, -(int)from, 0, (int)rows, cols);
    layer->view->draw(layer->self, &page);
    dump_text(out, &grid);
    grid_free(&grid);
}

void
layer_dump(struct layer *layer, int cols, bool ascii, struct buf *out)
{
    const struct view *view = layer->view;
    struct grid grid = {.ascii = ascii};
    struct view_parts parts = {.head = view->head_rows};
    if (view->parts)
        parts = view->parts(layer->self, GRID_ROWS_MAX, cols);
    if (view->head) {
        grid_resize(&grid, parts.head, cols);
        struct canvas canvas = canvas_of(&grid);
        view->head(layer->self, &canvas);
        dump_text(out, &grid);
        grid_free(&grid);
    }
    struct buf below = {0};
    size_t rows = view->rows ? view->rows(layer->self, cols) : 0;
    if (view->report_rows)
        rows = view->report_rows(layer->self, &below);
    for (size_t from = 0; from < rows; from += GRID_ROWS_MAX)
        layer_dump_rows(layer, from, rows, cols, ascii, out);
    buf_text(out, buf_string(&below));
    buf_free(&below);
}

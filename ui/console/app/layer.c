#include "console/app/layer.h"

#include "draw/dump.h"

void
layer_measure(struct layer *layer, int rows, int cols)
{
    const struct view *view = layer->view;
    int inner_cols = layout_cols(view->layout, rows, cols), body_rows = layout_body(rows, cols).rows;
    struct panes *panes = &layer->panes;
    *panes = (struct panes){0};
    view->panes(layer->self, body_rows, inner_cols, panes);
    panes->head = layout_smaller(panes->head, body_rows);
    panes->side = layout_smaller(panes->side, inner_cols);
    layer->rows = panes->rows;
    size_t wanted = panes->room > layer->rows ? panes->room : layer->rows;
    layer->area =
        layout_place(view->layout, rows, cols, panes->head + (wanted < GRID_ROWS_MAX ? (int)wanted : GRID_ROWS_MAX));
    panes->head = layout_smaller(panes->head, layer->area.inner.rows);
    layer->page = (size_t)(layer->area.inner.rows - panes->head);
    if (panes->body)
        pane_fit(panes->body, layer->rows, layer->page);
}

enum pane_point
layer_point(struct layer *layer, int row, int col)
{
    const struct rect *at = &layer->area.inner;
    int top = at->row + layer->panes.head, right = at->col + at->cols - layer->panes.side;
    struct pane *body = layer->panes.in_side ? NULL : layer->panes.body;
    if (!body || row < top || row >= at->row + at->rows || col < at->col || col >= right)
        return PANE_POINT_NOTHING;
    size_t found = body->cursor.scroll + (size_t)(row - top);
    return found < layer->rows ? pane_point(body, found, col - at->col) : PANE_POINT_NOTHING;
}

bool
layer_view_can(const struct layer *layer, enum action action, size_t row)
{
    const struct view *view = layer->view;
    if (view->can)
        return view->can(layer->self, action, row);
    return view->act && view->scope != SCOPE_VIEW && keymap_action(action)->group != GROUP_PROGRAM;
}

void
layer_draw(struct layer *layer, const struct canvas *screen, bool uppermost)
{
    const struct rect *outer_at = &layer->area.outer, *inner_at = &layer->area.inner;
    struct canvas outer = canvas_part(screen, outer_at->row, outer_at->col, outer_at->rows, outer_at->cols);
    struct canvas inner = canvas_part(screen, inner_at->row, inner_at->col, inner_at->rows, inner_at->cols);
    const struct panes *panes = &layer->panes;
    int cols = inner.cols - panes->side;
    if (layer->view->layout != LAYOUT_PAGE)
        canvas_blank(&outer);
    if (layer->area.framed) {
        struct buf title = {0}, detail = {0}, status = {0};
        layer->view->subject(layer->self, VIEW_ANY_ROW,
                             &(struct view_subject){.title = &title, .detail = &detail, .status = &status});
        if (layer->view->layout == LAYOUT_BOX) {
            canvas_frame(&outer, ROLE_LINE, buf_string(&title));
        } else if (outer_at->col > 0) { /* a side */
            for (int row = 0; row < outer.rows; row++)
                canvas_glyph(&outer, row, 0, ROLE_LINE, GLYPH_LINE_V);
            canvas_text(&outer, 0, inner_at->col - outer_at->col, CANVAS_REST, ROLE_TITLE, buf_string(&title));
        } else {
            canvas_repeat(&outer, 0, 0, CANVAS_REST, ROLE_LINE, GLYPH_LINE_H);
            canvas_format(&outer, 0, 2, CANVAS_REST, ROLE_TITLE, " %s ", buf_string(&title));
        }
        buf_free(&title);
        buf_free(&detail);
        buf_free(&status);
    }
    if (panes->body) {
        struct canvas page = canvas_part(&inner, panes->head, 0, (int)layer->page, cols);
        const struct cursor *cursor = &panes->body->cursor;
        bool selects = layer->rows > 0 && !panes->in_side;
        int col = 0, span = cols;
        page = canvas_part(&page, -(int)cursor->scroll, 0, (int)layer->rows, cols);
        panes->body->type->draw(panes->body, &page);
        if (panes->body->type->span && panes->body->type->span(panes->body, &col, &span) && span == 0)
            selects = false; /* no part shows that the cursor visits */
        if (selects)
            canvas_select(&page, (int)cursor->row, col, span);
        if (selects && uppermost)
            canvas_cursor(&page, (int)cursor->row, col);
    }
    if (panes->head > 0 || !panes->body) {
        struct canvas head = canvas_part(&inner, 0, 0, panes->head, inner.cols);
        layer->view->draw(layer->self, PART_HEAD, &head);
    }
    if (panes->side > 0) {
        struct canvas side = canvas_part(&inner, panes->head, cols, (int)layer->page, panes->side);
        layer->view->draw(layer->self, PART_SIDE, &side);
    }
}

void
layer_dump(const struct view *view, void *self, size_t most, int cols, bool ascii, struct buf *out)
{
    struct grid grid = {.ascii = ascii};
    struct panes panes = {0};
    view->panes(self, GRID_ROWS_MAX, cols, &panes);
    if (panes.head > 0) {
        grid_resize(&grid, panes.head, cols);
        struct canvas canvas = canvas_of(&grid);
        view->draw(self, PART_HEAD, &canvas);
        dump_grid(out, &grid, false);
        grid_free(&grid);
    }
    for (size_t from = 0; from < panes.rows && from < most; from += GRID_ROWS_MAX)
        pane_dump(panes.body, from, panes.rows < most ? panes.rows : most, cols, ascii, out);
}

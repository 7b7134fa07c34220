#include "console/app/layout.h"

enum {
    BOX_COLS = 72,    /* lines longer than this are hard to read */
    BOX_MARGIN = 4,   /* less of the view beneath is not worth showing at either side */
    FRAME_COLS = 4,   /* of a box: two lines and two blanks */
    FRAME_LEAST = 24, /* columns under which a frame costs more than it gives */
    FRAME_ROWS = 8,
    LINE_LEAST = 6,  /* rows of the screen under which a line has no rule over it */
    SIDE_LEAST = 76, /* columns of the screen from which a page has room beside a side */
    SIDE_COLS = 40,
    SIDE_MOST = 64,
    SIDE_FRAME = 2, /* its line and a blank */
    PAPER_COLS = 76,
    PAPER_LEAST = 112, /* columns of the screen from which a page has room beside a letter */
};

int
layout_cols_under(enum layout layout, int cols)
{
    if (layout == LAYOUT_PAPER && cols >= PAPER_LEAST)
        return cols - PAPER_COLS;
    int side = cols * 2 / 5 > SIDE_COLS ? layout_smaller(cols * 2 / 5, SIDE_MOST) : SIDE_COLS;
    return layout == LAYOUT_SIDE && cols >= SIDE_LEAST ? cols - side : cols;
}

static bool
has_frame(enum layout layout, struct rect body)
{
    return layout == LAYOUT_BOX ? body.cols >= FRAME_LEAST && body.rows >= FRAME_ROWS
                                : layout != LAYOUT_PAGE && body.rows >= LINE_LEAST;
}

int
layout_cols(enum layout layout, int rows, int cols)
{
    int left = layout_cols_under(layout, cols);
    if (left < cols)
        return cols - left - SIDE_FRAME;
    if (layout != LAYOUT_BOX || !has_frame(layout, layout_body(rows, cols)))
        return cols;
    return cols < BOX_COLS + FRAME_COLS + 2 * BOX_MARGIN ? cols - FRAME_COLS : BOX_COLS;
}

struct area
layout_place(enum layout layout, int rows, int cols, int wanted)
{
    struct rect body = layout_body(rows, cols);
    struct area place = {.outer = body, .inner = body, .framed = has_frame(layout, body)};
    switch (layout) {
    case LAYOUT_PAGE:
        break;
    case LAYOUT_BOX:
        if (!place.framed)
            break;
        place.inner.cols = layout_cols(layout, rows, cols);
        place.inner.rows = layout_smaller(wanted, body.rows - 2);
        place.inner.row = body.row + (body.rows - place.inner.rows) / 2;
        place.inner.col = (cols - place.inner.cols) / 2;
        place.outer.rows = place.inner.rows + 2;
        place.outer.row = place.inner.row - 1;
        place.outer.cols = place.inner.cols + FRAME_COLS;
        place.outer.col = place.inner.col - FRAME_COLS / 2;
        break;
    case LAYOUT_SIDE:
    case LAYOUT_PAPER:
        if (layout_cols_under(layout, cols) < cols) {
            place.outer.col = layout_cols_under(layout, cols);
            place.outer.cols = cols - place.outer.col;
            place.inner = place.outer;
            place.inner.row += place.framed;
            place.inner.rows -= place.framed;
            place.inner.col += SIDE_FRAME;
            place.inner.cols -= SIDE_FRAME;
            break;
        } /* fallthrough */
    case LAYOUT_LINE:
        place.inner.rows = layout_smaller(wanted, body.rows - place.framed);
        place.inner.row = body.row + body.rows - place.inner.rows;
        place.outer = place.inner;
        place.outer.row -= place.framed;
        place.outer.rows += place.framed;
        break;
    }
    return place;
}

#include "console/widgets/board.h"

void
board_init(struct board *board, struct drill *drill, const struct sheet_model *model, void *sheet_self, size_t sort)
{
    board->drill = drill;
    sheet_init(&board->sheet, model, sheet_self, drill->app, board, sort);
}

void
board_fini(struct board *board)
{
    sheet_fini(&board->sheet);
    top_fini(&board->top);
}

bool
board_is_outdated(struct board *board)
{
    unsigned version = atlas_version(board->drill->atlas);
    bool outdated = !board->gathered || board->version != version;
    board->gathered = true;
    board->version = version;
    return outdated;
}

static int
title_rows(const struct board *board)
{
    return board->sheet.items > 0 ? sheet_head_rows(&board->sheet) : 0;
}

struct view_parts
board_parts(struct board *board, int rows, int more, bool always)
{
    int titles = title_rows(board), table = titles > 0 ? titles + top_table_rows(rows) : 0;
    top_fit(&board->top, rows - more - table, always || titles == 0);
    return (struct view_parts){.head = board->top.rows + more + titles};
}

void
board_head(struct board *board, const struct canvas *canvas, int more)
{
    top_draw(&board->top, canvas);
    if (board->sheet.items > 0)
        sheet_head(&board->sheet, canvas, board->top.rows + more);
}

bool
board_can(const struct board *board, enum action action, size_t row)
{
    size_t count = board->sheet.row_count;
    if (action == ACTION_OPEN)
        return count > 0 && (row == VIEW_ANY_ROW || row < count);
    return sheet_can(&board->sheet, action);
}

void
board_status(void *self, struct buf *out)
{
    const struct board *board = self;
    if (board->sheet.items > 0)
        sheet_status(&board->sheet, out);
}

size_t
board_rows(void *self, int cols)
{
    const struct board *board = self;
    (void)cols;
    return board->sheet.row_count;
}

uint64_t
board_key(void *self, size_t row)
{
    const struct board *board = self;
    return sheet_key(&board->sheet, row);
}

size_t
board_home(void *self)
{
    const struct board *board = self;
    return sheet_home(&board->sheet);
}

void
board_draw(void *self, const struct canvas *canvas)
{
    struct board *board = self;
    sheet_draw(&board->sheet, canvas);
}

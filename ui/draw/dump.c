#include "draw/dump.h"

#include "draw/role.h"

void
dump_grid(struct buf *out, const struct grid *grid, bool roles)
{
    int blank_rows = 0;
    for (int row = 0; row < grid->rows; row++) {
        struct buf line = {0};
        size_t end = 0;
        for (int col = 0; col < grid->cols; col++) {
            const struct cell *cell = grid_at(grid, row, col);
            bool blank = cell->bytes[0] == ' ' && cell->bytes[1] == '\0';
            if (roles)
                buf_byte(&line, cell->selected ? '#' : blank ? ' ' : role_look(cell->role, DEPTH_MONO).letter);
            else
                buf_text(&line, cell->bytes);
            if (line.count > 0 && line.at[line.count - 1] != ' ')
                end = line.count;
        }
        if (end == 0) {
            blank_rows++;
        } else {
            for (; blank_rows > 0; blank_rows--)
                buf_byte(out, '\n');
            buf_bytes(out, line.at, end);
            buf_byte(out, '\n');
        }
        buf_free(&line);
    }
}

#include "draw/sgr.h"

void
sgr_role(struct buf *out, enum role role)
{
    struct look look = role_look(role, DEPTH_16);
    buf_text(out, "\033[0");
    if (look.attributes & LOOK_BOLD)
        buf_text(out, ";1");
    if (look.attributes & LOOK_DIM)
        buf_text(out, ";2");
    if (look.attributes & LOOK_UNDERLINE)
        buf_text(out, ";4");
    if (look.colour >= 0)
        buf_format(out, ";%d", 30 + look.colour);
    buf_byte(out, 'm');
}

void
sgr_grid(struct buf *out, const struct grid *grid)
{
    for (int row = 0; row < grid->rows; row++) {
        enum role now = ROLE_PLAIN;
        int end = grid->cols;
        while (end > 0 && grid_at(grid, row, end - 1)->bytes[0] == ' ')
            end--;
        for (int col = 0; col < end; col++) {
            const struct cell *cell = grid_at(grid, row, col);
            if (cell->role != now && cell->bytes[0] != ' ')
                sgr_role(out, now = (enum role)cell->role);
            buf_text(out, cell->bytes);
        }
        if (now != ROLE_PLAIN)
            sgr_role(out, ROLE_PLAIN);
        buf_byte(out, '\n');
    }
}

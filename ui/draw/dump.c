#include "draw/dump.h"

#include "draw/role.h"

/* One byte string for each cell. */
typedef const char *cell_text(const struct cell *, char room[static 2]);

static const char *
content(const struct cell *cell, char room[static 2])
{
    (void)room;
    return cell->bytes;
}

static const char *
letter(const struct cell *cell, char room[static 2])
{
    bool blank = cell->bytes[0] == ' ' && cell->bytes[1] == '\0';
    room[0] = cell->selected ? '#' : blank ? ' ' : role_letter(cell->role);
    room[1] = '\0';
    return room;
}

static void
dump(struct buf *out, const struct grid *grid, cell_text *of)
{
    int blank_rows = 0;
    for (int row = 0; row < grid->rows; row++) {
        struct buf line = {0};
        size_t end = 0;
        for (int col = 0; col < grid->cols; col++) {
            char room[2];
            buf_text(&line, of(grid_at(grid, row, col), room));
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

void
dump_text(struct buf *out, const struct grid *grid)
{
    dump(out, grid, content);
}

void
dump_roles(struct buf *out, const struct grid *grid)
{
    dump(out, grid, letter);
}

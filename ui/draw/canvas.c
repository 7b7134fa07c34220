#include "draw/canvas.h"

#include "base/buf.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int
larger(int a, int b)
{
    return a > b ? a : b;
}

static int
smaller(int a, int b)
{
    return a < b ? a : b;
}

struct canvas
canvas_part(const struct canvas *c, int row, int col, int rows, int cols)
{
    struct canvas part = {
        .grid = c->grid, .row = c->row + row, .col = c->col + col, .rows = larger(rows, 0), .cols = larger(cols, 0)};
    part.top = larger(c->top, part.row);
    part.left = larger(c->left, part.col);
    part.bottom = larger(part.top, smaller(c->bottom, part.row + part.rows));
    part.right = larger(part.left, smaller(c->right, part.col + part.cols));
    return part;
}

/* Puts one character; one of width 0 is a mark on the character at the column. The visible half of a wide one that the
 * edge cuts becomes a blank. */
static void
put(const struct canvas *c, int row, int col, const char *bytes, int width, enum role role)
{
    row += c->row;
    col += c->col;
    if (row < c->top || row >= c->bottom)
        return;
    bool first_in = col >= c->left && col < c->right;
    bool last_in = col + width - 1 >= c->left && col + width - 1 < c->right;
    if (first_in && (last_in || width == 0))
        grid_put(c->grid, row, col, bytes, width, (uint8_t)role);
    else if (width > 0 && (first_in || last_in))
        grid_put(c->grid, row, first_in ? col : col + 1, " ", 1, (uint8_t)role);
}

/* Draws the first `count` bytes of a string without checking the room; returns the column after them. Text is cleaned
 * before it comes here (text.h); unsafe characters are those that a caller forgot to clean. */
static int
draw(const struct canvas *c, int row, int col, enum role role, const char *string, size_t count)
{
    const char *end = string + count;
    int start = col;
    while (string < end) {
        const char *at = string;
        int width;
        uint32_t point = text_next(&string, &width);
        if (point == 0)
            break;
        char bytes[CELL_BYTES] = "?";
        bool unsafe = point < 0x20 || (point >= 0x7F && point < 0xA0) || (point >= 0x200B && point <= 0x200F) ||
                      (point >= 0x2028 && point <= 0x202E) || (point >= 0x2060 && point <= 0x206F) || point == 0xFEFF ||
                      point == 0xFFFD;
        bool as_it_is = !unsafe && (point < 0x80 || !c->grid->ascii);
        if (as_it_is)
            memcpy(bytes, at, (size_t)(string - at)), bytes[string - at] = '\0';
        if (width == 0 && point >= 0x80) {
            if (as_it_is && col > start)
                put(c, row, col - 1, bytes, 0, role);
            continue;
        }
        if (as_it_is) {
            put(c, row, col, bytes, width, role);
            col += width;
        } else {
            do
                put(c, row, col++, bytes, 1, role);
            while (--width > 0);
        }
    }
    return col;
}

/* Returns the bytes to show when text must be cut to `columns`: no number loses its end. */
static size_t
cut(const char *string, int columns)
{
    static const char of_numbers[] = "0123456789.,:/";
    size_t count = text_fit(string, columns);
    if (string[count] != '\0' && strchr(of_numbers, string[count]))
        while (count > 0 && strchr(of_numbers, string[count - 1]))
            count--;
    while (count > 0 && string[count - 1] == ' ')
        count--;
    return count;
}

int
canvas_text(const struct canvas *c, int row, int col, int columns, enum role role, const char *string)
{
    columns = smaller(columns, c->cols - col);
    if (columns <= 0)
        return col;
    size_t count = text_fit(string, columns);
    if (string[count] == '\0')
        return draw(c, row, col, role, string, count);
    col = draw(c, row, col, role, string, cut(string, columns - 1));
    return canvas_glyph(c, row, col, role, GLYPH_MORE);
}

int
canvas_format(const struct canvas *c, int row, int col, int columns, enum role role, const char *format, ...)
{
    char text[TEXT_CLEAN_MAX + 1];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return canvas_text(c, row, col, columns, role, text);
}

void
canvas_text_right(const struct canvas *c, int row, int col, int columns, enum role role, const char *string)
{
    columns = smaller(columns, c->cols - col);
    if (columns <= 0)
        return;
    int width = text_width(string);
    if (width <= columns)
        draw(c, row, col + columns - width, role, string, strlen(string));
    else if (cut(string, columns - 1) == 0)
        canvas_glyph(c, row, col + columns - 1, role, GLYPH_MORE);
    else
        canvas_text(c, row, col, columns, role, string);
}

int
canvas_glyph(const struct canvas *c, int row, int col, enum role role, enum glyph glyph)
{
    int at_row = c->row + row, at_col = c->col + col;
    put(c, row, col, glyph_text(glyph, c->grid->ascii), 1, role);
    if (glyph >= GLYPH_BAR_1 && glyph <= GLYPH_BAR_FULL && at_row >= c->top && at_row < c->bottom &&
        at_col >= c->left && at_col < c->right)
        grid_at(c->grid, at_row, at_col)->bar = true;
    return col + 1;
}

int
canvas_repeat(const struct canvas *c, int row, int col, int columns, enum role role, enum glyph glyph)
{
    for (columns = smaller(columns, c->cols - col); columns > 0; columns--)
        col = canvas_glyph(c, row, col, role, glyph);
    return col;
}

int
canvas_wrap(const struct canvas *c, int row, int col, int columns, enum role role, const char *text)
{
    int rows = 0;
    if (c)
        columns = smaller(columns, c->cols - col);
    columns = larger(columns, 1);
    do {
        const char *next;
        size_t count = text_break(text, columns, &next);
        if (c)
            draw(c, row + rows, col, role, text, count);
        text = next;
        rows++;
    } while (*text != '\0');
    return rows;
}

int
canvas_wrap_whole(const struct canvas *c, enum role role, const char *text)
{
    int rows = canvas_wrap(c, 0, 0, CANVAS_REST, role, text);
    if (rows > c->rows)
        canvas_glyph(c, c->rows - 1, c->cols - 1, ROLE_DIM, GLYPH_MORE);
    return smaller(rows, c->rows);
}

struct canvas_cell
canvas_bar_cell(int at, int columns, enum role role, double share, double limit)
{
    enum { EIGHTHS = 8 };
    int filled = share >= 1 ? EIGHTHS * columns : share > 0 ? larger(1, (int)(share * EIGHTHS * columns)) : 0;
    int mark_at = limit < 0 ? -1 : smaller((int)(limit * columns), columns - 1), rest = filled - EIGHTHS * at;
    if (at == mark_at)
        return (struct canvas_cell){GLYPH_BAR_LIMIT, ROLE_STRONG};
    if (share > 1 && at == columns - 1)
        return (struct canvas_cell){GLYPH_INTO, ROLE_LISTED};
    if (rest <= 0)
        return (struct canvas_cell){GLYPH_BLANK, ROLE_PLAIN};
    return (struct canvas_cell){(enum glyph)(GLYPH_BAR_1 + smaller(rest, EIGHTHS) - 1),
                                limit >= 0 && at > mark_at ? ROLE_LISTED : role};
}

void
canvas_bar(const struct canvas *c, int row, int col, int columns, enum role role, double share, double limit)
{
    columns = smaller(columns, c->cols - col);
    for (int i = 0; i < columns; i++) {
        struct canvas_cell cell = canvas_bar_cell(i, columns, role, share, limit);
        canvas_glyph(c, row, col + i, cell.role, cell.glyph);
    }
}

void
canvas_blank(const struct canvas *c)
{
    for (int row = 0; row < c->rows; row++)
        canvas_repeat(c, row, 0, c->cols, ROLE_PLAIN, GLYPH_BLANK);
}

void
canvas_frame(const struct canvas *c, enum role role, const char *title)
{
    int last_row = c->rows - 1, last_col = c->cols - 1;
    canvas_repeat(c, 0, 1, c->cols - 2, role, GLYPH_LINE_H);
    canvas_repeat(c, last_row, 1, c->cols - 2, role, GLYPH_LINE_H);
    for (int row = 1; row < last_row; row++) {
        canvas_glyph(c, row, 0, role, GLYPH_LINE_V);
        canvas_glyph(c, row, last_col, role, GLYPH_LINE_V);
    }
    canvas_glyph(c, 0, 0, role, GLYPH_CORNER_TL);
    canvas_glyph(c, 0, last_col, role, GLYPH_CORNER_TR);
    canvas_glyph(c, last_row, 0, role, GLYPH_CORNER_BL);
    canvas_glyph(c, last_row, last_col, role, GLYPH_CORNER_BR);
    if (title)
        canvas_format(c, 0, 2, c->cols - 4, ROLE_TITLE, " %s ", title);
}

/* Returns the visible cells of a row between two columns, and sets how many. */
static struct cell *
cells(const struct canvas *c, int row, int col, int columns, int *count)
{
    int start = larger(c->col + col, c->left), end = smaller(c->col + smaller(col + columns, c->cols), c->right);
    row += c->row;
    *count = row < c->top || row >= c->bottom ? 0 : larger(end - start, 0);
    return *count > 0 ? grid_at(c->grid, row, start) : NULL;
}

void
canvas_select(const struct canvas *c, int row, int col, int columns)
{
    int count;
    for (struct cell *cell = cells(c, row, col, columns, &count); count > 0; count--, cell++)
        cell->selected = !cell->bar;
}

void
canvas_click(const struct canvas *c, int row, int col, int columns, int press)
{
    int count;
    for (struct cell *cell = cells(c, row, col, columns, &count); count > 0; count--)
        cell++->press = press;
}

void
canvas_cursor(const struct canvas *c, int row, int col)
{
    row += c->row;
    col += c->col;
    if (row >= c->top && row < c->bottom && col >= c->left && col < c->right) {
        c->grid->cursor_row = row;
        c->grid->cursor_col = col;
    }
}

#include "draw/page.h"

#include "base/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
page_begin(struct page *p, int cols)
{
    p->cols = cols > 0 ? cols : 1;
    buf_clear(&p->texts);
    vec_clear(&p->pieces);
    vec_clear(&p->rows);
    vec_clear(&p->targets);
    p->pointed = false;
    p->home = 0;
}

void
page_fini(struct page *p)
{
    buf_free(&p->texts);
    vec_free(&p->pieces);
    vec_free(&p->rows);
    vec_free(&p->targets);
}

/* Adds a piece to the current row with `count` bytes of text; NULL: its glyph. */
static void
add(struct page *p, struct page_piece piece, const char *text, size_t count)
{
    piece.text = text ? (int)p->texts.count : PAGE_NONE;
    if (text) {
        buf_bytes(&p->texts, text, count);
        buf_byte(&p->texts, '\0');
    }
    vec_push(&p->pieces, piece);
    p->rows.at[p->rows.count - 1].count++;
}

int
page_text(struct page *p, int col, int columns, enum role role, const char *text)
{
    int width = text_width(text);
    add(p, (struct page_piece){.col = col, .columns = columns, .role = role}, text, strlen(text));
    return col + (columns > 0 && columns < width ? columns : width);
}

int
page_format(struct page *p, int col, int columns, enum role role, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return page_text(p, col, columns, role, text);
}

void
page_right(struct page *p, int col, int columns, enum role role, const char *text)
{
    add(p, (struct page_piece){.col = col, .columns = columns, .role = role, .right = true}, text, strlen(text));
}

int
page_glyph(struct page *p, int col, enum role role, enum glyph glyph)
{
    add(p, (struct page_piece){.col = col, .columns = 1, .role = role, .glyph = glyph}, NULL, 0);
    return col + 1;
}

void
page_bar(struct page *p, int col, int columns, enum role role, double share, double limit)
{
    for (int i = 0; i < columns; i++) {
        struct canvas_cell cell = canvas_bar_cell(i, columns, role, share, limit);
        if (cell.glyph != GLYPH_BLANK)
            page_glyph(p, col + i, cell.role, cell.glyph);
    }
}

void
page_wrap(struct page *p, int col, enum role role, const char *text)
{
    uint64_t key = p->rows.at[p->rows.count - 1].key;
    bool in_word = false;
    for (bool first = true; *text; first = false) {
        const char *next;
        size_t line = text_break(text, p->cols > col ? p->cols - col : 1, &next);
        if (!first) {
            page_row(p, key);
            p->rows.at[p->rows.count - 1].in_word = in_word;
        }
        in_word = next == text + line;
        add(p, (struct page_piece){.col = col, .role = role}, text, line);
        text = next;
    }
}

/* Adds the pieces and targets of a row to the current one, in the columns of their page. */
static void
add_row(struct page *p, const struct page *part, size_t row, int col, size_t *target)
{
    for (size_t i = 0; row < part->rows.count && i < part->rows.at[row].count; i++) {
        struct page_piece piece = part->pieces.at[part->rows.at[row].first + i];
        const char *text = piece.text == PAGE_NONE ? NULL : part->texts.at + piece.text;
        int room = part->cols - piece.col;
        piece.columns = piece.columns > 0 && piece.columns < room ? piece.columns : room;
        piece.col += col;
        if (room > 0)
            add(p, piece, text, text ? strlen(text) : 0);
    }
    for (; *target < part->targets.count && part->targets.at[*target].row == row; ++*target) {
        const struct page_target *from = &part->targets.at[*target];
        page_target(p, from->key, col + from->col, from->cols);
    }
}

void
page_columns(struct page *p, const struct page *parts, size_t count)
{
    enum { MOST = 4 };
    size_t rows = 0, targets[MOST] = {0};
    assert(count <= MOST);
    for (size_t i = 0; i < count; i++)
        rows = parts[i].rows.count > rows ? parts[i].rows.count : rows;
    for (size_t row = 0; row < rows; row++) {
        int col = 0;
        page_row(p, 0);
        for (size_t i = 0; i < count; i++) {
            if (i > 0) {
                page_glyph(p, col, ROLE_LINE, GLYPH_LINE_V);
                col += PAGE_COLUMN_GAP;
            }
            add_row(p, &parts[i], row, col, &targets[i]);
            col += parts[i].cols;
        }
    }
}

void
page_heading(struct page *p, const char *text)
{
    enum { COL = 1 };
    page_gap(p);
    page_row(p, 0);
    page_text(p, COL, 0, ROLE_TITLE, text);
}

void
page_draw(const struct page *p, const struct canvas *canvas)
{
    int first, end;
    canvas_visible(canvas, &first, &end);
    for (int row = first; row < end && row < (int)p->rows.count; row++)
        for (size_t i = 0; i < p->rows.at[row].count; i++) {
            const struct page_piece *piece = &p->pieces.at[p->rows.at[row].first + i];
            int columns = piece->columns > 0 ? piece->columns : CANVAS_REST;
            if (piece->text == PAGE_NONE)
                canvas_glyph(canvas, row, piece->col, piece->role, piece->glyph);
            else if (piece->right)
                canvas_text_right(canvas, row, piece->col, columns, piece->role, p->texts.at + piece->text);
            else
                canvas_text(canvas, row, piece->col, columns, piece->role, p->texts.at + piece->text);
        }
}

void
page_item_text(const struct page *p, size_t row, struct buf *out)
{
    uint64_t key = p->rows.at[row].key;
    size_t first = row, end = row + 1;
    while (key != 0 && first > 0 && p->rows.at[first - 1].key == key)
        first--;
    while (key != 0 && end < p->rows.count && p->rows.at[end].key == key)
        end++;
    for (size_t i = first; i < end; i++) {
        bool apart = !p->rows.at[i].in_word;
        for (size_t j = 0; j < p->rows.at[i].count; j++) {
            const struct page_piece *piece = &p->pieces.at[p->rows.at[i].first + j];
            if (piece->text == PAGE_NONE)
                continue;
            if (out->count > 0 && apart)
                buf_byte(out, ' ');
            buf_text(out, p->texts.at + piece->text);
            apart = true;
        }
    }
}

void
page_part_text(const struct page *p, size_t row, int col, int cols, struct buf *out)
{
    for (size_t i = 0; row < p->rows.count && i < p->rows.at[row].count; i++) {
        const struct page_piece *piece = &p->pieces.at[p->rows.at[row].first + i];
        if (piece->text == PAGE_NONE || piece->col < col || piece->col >= col + cols)
            continue;
        buf_text(out, out->count > 0 ? " " : "");
        buf_text(out, p->texts.at + piece->text);
    }
}

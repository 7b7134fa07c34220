#include "pages/table_page.h"

#include "base/text.h"

enum { INDENT = 3 };

/* Appends the text of a cell or, if there is none, stores its signs. */
struct table_cell {
    struct buf text;
    enum role role;
    struct table_sign signs[TABLE_SIGNS];
    size_t sign_count;
};

static int
read_cell(struct table_cell *cell, const struct table_model *model, void *self, size_t item, size_t column)
{
    if (column > 0 && column == model->bar)
        return model->columns[column].look.least;
    buf_clear(&cell->text);
    cell->role = model->cell(self, item, column, &cell->text);
    cell->sign_count = cell->text.count == 0 && model->signs ? model->signs(self, item, column, cell->signs) : 0;
    return cell->sign_count > 0 ? (int)cell->sign_count : text_width(buf_string(&cell->text));
}

/* Stores the columns to show, with the widths that they need; those of words, which may be narrowed, come last. */
static size_t
choose(const struct table_model *model, const int *needed, struct column *looks, size_t *places)
{
    size_t count = 0;
    for (int words = 0; words <= 1; words++)
        for (size_t i = 0; i < model->column_count; i++) {
            struct column look = model->columns[i].look;
            if (needed[i] == 0 || look.width == 0 || (i > 0 && i != model->bar && look.least < look.width) != words)
                continue;
            int title = text_width(look.title);
            look.width = needed[i] > title ? needed[i] : title;
            if (!words || look.least > look.width)
                look.least = look.width;
            looks[count] = look;
            places[count++] = i;
        }
    return count;
}

void
table_page(struct page *p, const struct table_model *model, void *self, const size_t *items, size_t count)
{
    int needed[TABLE_COLUMNS] = {0}, widths[TABLE_COLUMNS];
    struct column looks[TABLE_COLUMNS];
    size_t places[TABLE_COLUMNS];
    struct table_cell cell = {.role = ROLE_PLAIN};
    for (size_t i = 0; i < count; i++)
        for (size_t column = 0; column < model->column_count; column++) {
            int width = model->columns[column].look.width == 0
                            ? 0
                            : read_cell(&cell, model, self, items ? items[i] : i, column);
            needed[column] = width > needed[column] ? width : needed[column];
        }
    size_t shown = choose(model, needed, looks, places);
    double scale = table_model_scale(model, self, items, count);
    columns_fit(looks, shown, p->cols - INDENT, widths);
    for (size_t row = 0; row <= count; row++) {
        page_row(p, 0);
        for (size_t i = 0, col = INDENT; i < shown; i++) {
            if (widths[i] == 0)
                continue;
            if (row > 0 && places[i] > 0 && places[i] == model->bar) {
                buf_clear(&cell.text);
                cell.sign_count = 0;
                struct table_bar bar = table_model_bar(model, self, items ? items[row - 1] : row - 1, scale);
                page_bar(p, (int)col, widths[i], ROLE_HEAT_2, bar.share, -1);
                if (bar.limit >= 0)
                    page_glyph(p, (int)col + (int)(bar.limit * (widths[i] - 1)), ROLE_STRONG, GLYPH_BAR_LIMIT);
            } else if (row > 0) {
                read_cell(&cell, model, self, items ? items[row - 1] : row - 1, places[i]);
            } else {
                buf_clear(&cell.text);
                buf_text(&cell.text, looks[i].title);
                cell.role = ROLE_TITLE;
                cell.sign_count = 0;
            }
            for (size_t sign = 0; sign < cell.sign_count; sign++)
                page_glyph(p, (int)(col + sign), cell.signs[sign].role, cell.signs[sign].glyph);
            if (cell.text.count > 0 && looks[i].right)
                page_right(p, (int)col, widths[i], cell.role, buf_string(&cell.text));
            else if (cell.text.count > 0 && i + 1 == shown && p->bounded)
                page_wrap(p, (int)col, cell.role, buf_string(&cell.text));
            else if (cell.text.count > 0)
                page_text(p, (int)col, i + 1 < shown ? widths[i] : 0, cell.role, buf_string(&cell.text));
            col += (size_t)widths[i] + COLUMNS_GAP;
        }
    }
    buf_free(&cell.text);
}

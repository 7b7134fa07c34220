#include "draw/html.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

/* Maps: units of the SVG. A map of few cells has large ones. */
enum { CELL = 20, CELL_GAP = 2, LABEL = 44, ROOMY_CELLS = 16, ROOMY = 56, BAR_COLS = 400, BAR_ROWS = 16 };
enum { COURSE_COLS = 800, COURSE_ROWS = 80, COURSE_LEAST = 2 };

static const char style[] =
#include "draw/report.inc"
    ;

void
html_begin(struct buf *out, const char *title)
{
    buf_text(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width\">\n"
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                  "'unsafe-inline'\">\n");
    html_element(out, "title", NULL, title);
    buf_format(out, "<style>\n%s</style>\n</head>\n<body>\n", style);
}

void
html_end(struct buf *out)
{
    buf_text(out, "</body>\n</html>\n");
}

void
html_text(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++)
        switch (*text) {
        case '&':
            buf_text(out, "&amp;");
            break;
        case '<':
            buf_text(out, "&lt;");
            break;
        case '>':
            buf_text(out, "&gt;");
            break;
        case '"':
            buf_text(out, "&quot;");
            break;
        default:
            buf_byte(out, *text);
        }
}

void
html_element(struct buf *out, const char *name, const char *class, const char *text)
{
    buf_format(out, class ? "<%s class=\"%s\">" : "<%s>", name, class);
    html_text(out, text);
    buf_format(out, "</%s>\n", name);
}

void
html_class(struct buf *out, enum role role)
{
    buf_format(out, " class=\"%s\"", role_name(role));
}

/* ---- pictures ---- */

static void
rectangle(struct buf *out, enum role role, double x, double y, double width, double height)
{
    buf_text(out, "<rect");
    html_class(out, role);
    buf_format(out, " x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"", x, y, width, height);
}

void
html_bar(struct buf *out, double share, double limit)
{
    double end = share < 0 ? 0 : share > 1 ? 1 : share, within = limit >= 0 && end > limit ? limit : end;
    buf_format(out,
               "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">"
               "<rect class=\"ground\" width=\"%d\" height=\"%d\"/>",
               BAR_COLS, BAR_ROWS, BAR_COLS, BAR_ROWS, BAR_COLS, BAR_ROWS);
    rectangle(out, ROLE_HEAT_2, 0, 0, within * BAR_COLS, BAR_ROWS);
    buf_text(out, "/>");
    if (end > within) {
        rectangle(out, ROLE_LISTED, within * BAR_COLS, 0, (end - within) * BAR_COLS, BAR_ROWS);
        buf_text(out, "/>");
    }
    if (limit >= 0)
        buf_format(out, "<line class=\"limit\" x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%d\"/>", limit * BAR_COLS,
                   limit * BAR_COLS, BAR_ROWS);
    buf_text(out, "</svg>");
}

/* A listed address is red on paper, where a shape says less than on a screen. */
static enum role
role_of(struct heatmap_cell cell)
{
    return cell.glyph == GLYPH_LISTED ? ROLE_LISTED : cell.role;
}

static void
legend(struct buf *out, const struct heatmap *map)
{
    enum { SIGN = 14 };
    struct heatmap_sign signs[HEATMAP_SIGNS];
    size_t count = heatmap_signs(map, signs);
    buf_text(out, "<figcaption class=\"legend\">");
    for (size_t i = 0; i < count; i++) {
        buf_format(out, "<span><svg width=\"%d\" height=\"%d\">", SIGN, SIGN);
        if (signs[i].cell.glyph == GLYPH_HERE)
            buf_format(out, "<rect class=\"here\" x=\"1.5\" y=\"1.5\" width=\"%d\" height=\"%d\"", SIGN - 3, SIGN - 3);
        else
            rectangle(out, role_of(signs[i].cell), 0, 0, SIGN, SIGN);
        buf_text(out, "/></svg>");
        html_text(out, signs[i].meaning);
        buf_text(out, "</span>\n");
    }
    buf_text(out, "</figcaption>\n");
}

void
html_map(struct buf *out, const struct heatmap *map)
{
    int across = map->count < HEATMAP_ACROSS ? map->count : HEATMAP_COMPACT_ACROSS;
    int size = map->count <= ROOMY_CELLS ? ROOMY : CELL, step = size + CELL_GAP, label = -1;
    int rows = (map->count + across - 1) / across, cols = LABEL + across * step;
    buf_format(out, "<figure>\n<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">\n", cols,
               rows * step + CELL_GAP, cols, rows * step + CELL_GAP);
    for (int cell = 0; cell < map->count; cell++) {
        struct prefix prefix = heatmap_prefix(map, cell);
        char text[PREFIX_TEXT];
        bool alone = prefix_size(&prefix) == 1;
        int x = LABEL + cell % across * step, y = CELL_GAP + cell / across * step;
        if (x == LABEL && heatmap_label(map, cell) != label) {
            label = heatmap_label(map, cell);
            buf_format(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">.%d</text>\n", LABEL - 2 * CELL_GAP,
                       y + CELL - 5, label);
        }
        rectangle(out, role_of(map->cells[cell]), x, y, size, size);
        buf_format(out, "><title>%s</title></rect>\n",
                   alone ? addr_text(&prefix.addr, text) : prefix_text(&prefix, text));
        if (cell == map->here)
            buf_format(out, "<rect class=\"here\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n", x, y, size, size);
    }
    buf_text(out, "</svg>\n");
    legend(out, map);
    buf_text(out, "</figure>\n");
}

void
html_course(struct buf *out, const struct sparkline *sparkline, const struct sparkline_words *words)
{
    struct buf scale = {0};
    if (!sparkline_has_course(sparkline))
        return;
    const struct sparkline_span *spans = sparkline->spans.at;
    double greatest = sparkline_greatest(sparkline), begin = (double)spans[0].first_ms,
           whole = (double)spans[sparkline->spans.count - 1].last_ms - begin + 1;
    buf_format(out,
               "<figure>\n<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">"
               "<rect class=\"ground\" y=\"%d\" width=\"%d\" height=\"1\"/>\n",
               COURSE_COLS, COURSE_ROWS, COURSE_COLS, COURSE_ROWS, COURSE_ROWS - 1, COURSE_COLS);
    for (size_t i = 0; i < sparkline->spans.count; i++) {
        double figure = spans[i].figure, height = greatest > 0 ? figure / greatest * COURSE_ROWS : 0,
               x = ((double)spans[i].first_ms - begin) / whole * COURSE_COLS,
               width = (double)(spans[i].last_ms - spans[i].first_ms) / whole * COURSE_COLS;
        bool over = figure > 0 && words->limit >= 0 && figure >= words->limit;
        rectangle(out, over ? ROLE_LISTED : ROLE_PLAIN, x, COURSE_ROWS - height,
                  width > COURSE_LEAST ? width : COURSE_LEAST, height);
        buf_text(out, "/>\n");
    }
    buf_text(out, "</svg>\n");
    sparkline_put_scale(&scale, sparkline, words);
    buf_byte(&scale, '.');
    html_element(out, "figcaption", NULL, buf_string(&scale));
    buf_text(out, "</figure>\n");
    buf_free(&scale);
}

/* ---- tables and pages ---- */

/* Appends what a cell shows, as markup. Returns whether that is anything. */
static bool
put_cell(struct buf *out, const struct table_model *model, void *self, size_t item, size_t column)
{
    struct table_sign signs[TABLE_SIGNS];
    struct buf text = {0};
    const char *side = model->columns[column].look.right ? "right " : "";
    enum role role = model->cell(self, item, column, &text);
    size_t count = text.count == 0 && model->signs ? model->signs(self, item, column, signs) : 0;
    bool has_text = text.count > 0;
    buf_format(out, "<td class=\"%s%s\">", side, role_name(role));
    html_text(out, buf_string(&text));
    for (size_t i = 0; i < count; i++)
        buf_format(out, "<span class=\"%s\">%s</span>", role_name(signs[i].role), glyph_text(signs[i].glyph, false));
    buf_text(out, "</td>");
    buf_free(&text);
    return has_text || count > 0;
}

static void
put_bar(struct buf *out, const struct table_model *model, void *self, size_t item, double scale)
{
    struct table_bar bar = table_model_bar(model, self, item, scale);
    buf_text(out, "<td>");
    html_bar(out, bar.share, bar.limit);
    buf_text(out, "</td>");
}

/* Returns whether any of the items has something in a column. */
static bool
column_shows(const struct table_model *model, void *self, const size_t *items, size_t count, size_t column)
{
    struct buf cell = {0};
    bool shows = column > 0 && column == model->bar;
    for (size_t i = 0; i < count && !shows && model->columns[column].look.width > 0; i++) {
        shows = put_cell(&cell, model, self, items ? items[i] : i, column);
        buf_clear(&cell);
    }
    buf_free(&cell);
    return shows;
}

void
html_table(struct buf *out, const struct table_model *model, void *self, const size_t *items, size_t count)
{
    bool shown[TABLE_COLUMNS];
    double scale = table_model_scale(model, self, items, count);
    buf_text(out, "<table>\n<thead><tr>");
    for (size_t column = 0; column < model->column_count; column++) {
        shown[column] = column_shows(model, self, items, count, column);
        if (shown[column]) {
            buf_text(out, model->columns[column].look.right ? "<th class=\"right\">" : "<th>");
            html_text(out, model->columns[column].look.title);
            buf_text(out, "</th>");
        }
    }
    buf_text(out, "</tr></thead>\n");
    for (size_t i = 0; i < count; i++) {
        size_t item = items ? items[i] : i;
        buf_text(out, "<tr>");
        for (size_t column = 0; column < model->column_count; column++)
            if (shown[column] && column > 0 && column == model->bar)
                put_bar(out, model, self, item, scale);
            else if (shown[column])
                put_cell(out, model, self, item, column);
        buf_text(out, "</tr>\n");
    }
    buf_text(out, "</table>\n");
}

static void
page_rows(struct buf *out, const struct grid *grid)
{
    for (int row = 0; row < grid->rows; row++) {
        int end = grid->cols;
        while (end > 0 && grid_at(grid, row, end - 1)->bytes[0] == ' ')
            end--;
        for (int col = 0, from = 0; col < end; col = from) {
            enum role role = (enum role)grid_at(grid, row, col)->role;
            buf_text(out, "<span");
            html_class(out, role);
            buf_byte(out, '>');
            for (; from < end && (enum role)grid_at(grid, row, from)->role == role; from++)
                html_text(out, grid_at(grid, row, from)->bytes);
            buf_text(out, "</span>");
        }
        buf_byte(out, '\n');
    }
}

void
html_page(struct buf *out, const struct page *page)
{
    struct grid grid = {0};
    int rows = (int)page->rows.count;
    buf_text(out, "<pre>");
    for (int from = 0; from < rows; from += GRID_ROWS_MAX) {
        grid_resize(&grid, rows - from < GRID_ROWS_MAX ? rows - from : GRID_ROWS_MAX, page->cols);
        struct canvas all = canvas_of(&grid), canvas = canvas_part(&all, -from, 0, rows, page->cols);
        page_draw(page, &canvas);
        page_rows(out, &grid);
    }
    buf_text(out, "</pre>\n");
    grid_free(&grid);
}

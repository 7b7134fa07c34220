/* Sorting ranks all items once; the filter then takes, in that order, those that pass. So typing a filter never sorts,
 * and clearing it costs one pass. */
#include "console/widgets/sheet.h"

#include "base/order.h"
#include "base/text.h"
#include "console/overlays/view_menu.h"
#include "console/overlays/view_prompt.h"
#include "draw/dump.h"

#include <assert.h>
#include <math.h>
#include <string.h>

void
sheet_init(struct sheet *sheet, const struct sheet_model *model, void *self, struct app *app, const void *view,
           size_t sort)
{
    assert(model->column_count <= SHEET_COLUMNS);
    *sheet = (struct sheet){.model = model, .self = self, .app = app, .view = view, .sort = sort};
}

void
sheet_fini(struct sheet *sheet)
{
    free(sheet->sorted);
    free(sheet->rows);
    free(sheet->filter_text);
    free(sheet->needle_text);
    free(sheet->before);
    filter_fini(&sheet->filter);
    filter_fini(&sheet->needle);
}

/* ---- order ---- */

/* Smaller comes first; what is not known comes last in either direction. */
static double
rank_of(const struct sheet *sheet, size_t item, bool falling)
{
    double figure = sheet->model->eye.figure(sheet->self, item, sheet->sort);
    return isnan(figure) ? INFINITY : falling ? -figure : figure;
}

/* Those of equal figures are in the order in which the view has them. */
static void
sort(struct sheet *sheet)
{
    bool falling = sheet->model->columns[sheet->sort].falling != sheet->reversed;
    struct ordered *ranks = mem_alloc(sheet->items * sizeof *ranks);
    for (size_t i = 0; i < sheet->items; i++)
        ranks[i] = (struct ordered){.figure = rank_of(sheet, i, falling), .item = (uint32_t)i};
    order_sort(ranks, sheet->items);
    for (size_t i = 0; i < sheet->items; i++)
        sheet->sorted[i] = ranks[i].item;
    free(ranks);
}

/* Which items a filter lets pass, one bit each. They are asked in their own order, in which what is known of them lies
 * in memory, too: in another it takes several times as long. */
static uint8_t *
pick(const struct sheet *sheet, const struct filter *filter)
{
    uint8_t *picked = mem_zero(sheet->items / 8 + 1);
    for (size_t i = 0; i < sheet->items; i++)
        if (filter_passes(filter, &sheet->model->eye, sheet->self, i))
            picked[i / 8] |= (uint8_t)(1u << i % 8);
    return picked;
}

static bool
is_picked(const uint8_t *picked, size_t item)
{
    return picked[item / 8] >> item % 8 & 1;
}

static void
pass(struct sheet *sheet)
{
    if (sheet->filter.terms.count == 0) {
        free(sheet->rows);
        sheet->rows = NULL;
        sheet->row_count = sheet->items;
        return;
    }
    uint8_t *picked = pick(sheet, &sheet->filter);
    sheet->rows = mem_grow(sheet->rows, sheet->items * sizeof *sheet->rows);
    sheet->row_count = 0;
    for (size_t i = 0; i < sheet->items; i++)
        if (is_picked(picked, sheet->sorted[i]))
            sheet->rows[sheet->row_count++] = sheet->sorted[i];
    sheet->rows = mem_grow(sheet->rows, sheet->row_count * sizeof *sheet->rows);
    free(picked);
}

void
sheet_fill(struct sheet *sheet, size_t items)
{
    sheet->items = items;
    sheet->sorted = mem_grow(sheet->sorted, items * sizeof *sheet->sorted);
    sort(sheet);
    pass(sheet);
}

size_t
sheet_item(const struct sheet *sheet, size_t row)
{
    assert(row < sheet->row_count);
    return sheet->rows ? sheet->rows[row] : sheet->sorted[row];
}

uint64_t
sheet_key(const struct sheet *sheet, size_t row)
{
    return sheet->model->key(sheet->self, sheet_item(sheet, row));
}

void
sheet_sort(struct sheet *sheet, size_t column, bool reversed)
{
    sheet->sort = column;
    sheet->reversed = reversed;
    sort(sheet);
    pass(sheet);
}

/* ---- filter and search ---- */

/* NULL for an empty one. */
static void
keep_text(char **kept, const char *text)
{
    free(*kept);
    *kept = *text != '\0' ? mem_copy(text) : NULL;
}

static bool
parse(const struct sheet *sheet, struct filter *filter, const char *text, struct fault *fault)
{
    const struct sheet_model *model = sheet->model;
    const char *figures[SHEET_COLUMNS];
    for (size_t i = 0; i < model->column_count; i++)
        figures[i] = model->columns[i].name;
    const struct filter_language language = {
        .kinds = filter_eye_kinds(&model->eye),
        .figures = figures,
        .figure_count = model->column_count,
        .states = model->states,
        .state_count = model->state_count,
    };
    return filter_parse(filter, text, &language, fault);
}

bool
sheet_filter(struct sheet *sheet, const char *text, struct fault *fault)
{
    if (!parse(sheet, &sheet->filter, text, fault))
        return false;
    keep_text(&sheet->filter_text, text);
    pass(sheet);
    return true;
}

bool
sheet_search(struct sheet *sheet, const char *text, struct fault *fault)
{
    if (!parse(sheet, &sheet->needle, text, fault))
        return false;
    keep_text(&sheet->needle_text, text);
    return true;
}

bool
sheet_find(const struct sheet *sheet, size_t from, bool backwards, size_t *found)
{
    uint8_t *picked = pick(sheet, &sheet->needle);
    size_t count = sheet->row_count, step = 1, row = 0;
    for (; step <= count; step++) {
        row = (from + (backwards ? count - step : step)) % count;
        if (is_picked(picked, sheet_item(sheet, row)))
            break;
    }
    free(picked);
    *found = row;
    return step <= count;
}

static bool
is_home(const struct sheet *sheet, size_t row)
{
    const struct filter_eye *eye = &sheet->model->eye;
    size_t item = sheet_item(sheet, row);
    if (sheet->home_asn != 0)
        return eye->is_of(sheet->self, item, sheet->home_asn);
    return sheet->home.addr.family != ADDR_NONE && eye->touches(sheet->self, item, &sheet->home);
}

void
sheet_come_from(struct sheet *sheet, const struct prefix *prefix)
{
    sheet->home = prefix_around(&prefix->addr, 32);
}

size_t
sheet_home(const struct sheet *sheet)
{
    for (size_t row = sheet->row_count; row-- > 0;)
        if (is_home(sheet, row))
            return row;
    return sheet->row_count;
}

/* ---- keys ---- */

static size_t
row_of(const struct sheet *sheet, uint64_t key)
{
    size_t row = 0;
    while (row < sheet->row_count && sheet_key(sheet, row) != key)
        row++;
    return row < sheet->row_count ? row : 0;
}

static void
begin_line(struct sheet *sheet, const struct cursor *cursor)
{
    sheet->row = cursor->row;
    sheet->began = cursor->key;
    keep_text(&sheet->before, sheet->filter_text ? sheet->filter_text : "");
}

/* "hosting listed>", which is not finished: what comes before its last word, if that is to be understood. */
static void
filter_by_words_before(struct sheet *sheet, const char *text)
{
    struct fault ignored;
    const char *blank = strrchr(text, ' ');
    char *before = mem_copy_bytes(text, blank ? (size_t)(blank - text) : 0);
    sheet_filter(sheet, before, &ignored);
    free(before);
}

/* While the row on which the user began passes he stays on it, else he is at the top; it is not forgotten. */
static bool
filter_typed(void *arg, const char *text, struct fault *fault)
{
    struct sheet *sheet = arg;
    bool good = sheet_filter(sheet, text, fault);
    if (!good)
        filter_by_words_before(sheet, text);
    app_select(sheet->app, sheet->view, row_of(sheet, sheet->began));
    return good;
}

/* As if nothing had been typed. */
static void
filter_dropped(void *arg)
{
    struct fault fault;
    const struct sheet *sheet = arg;
    filter_typed(arg, sheet->before ? sheet->before : "", &fault);
}

static bool
search_accepted(void *arg, const char *text, struct fault *fault)
{
    struct sheet *sheet = arg;
    size_t row;
    if (!sheet_search(sheet, text, fault))
        return false;
    if (*text == '\0')
        return true;
    if (!sheet_find(sheet, sheet->row, false, &row))
        return fault_set(fault, "none of the %zu %s that show is like that", sheet->row_count, sheet->model->things);
    app_select(sheet->app, sheet->view, row);
    return true;
}

static void
go_on(struct sheet *sheet, bool backwards, struct cursor *cursor)
{
    size_t row;
    if (!sheet_find(sheet, cursor->row, backwards, &row)) {
        app_message(sheet->app, "not found: %s", sheet->needle_text);
        return;
    }
    if (backwards ? row >= cursor->row : row <= cursor->row)
        app_message(sheet->app, backwards ? "on from the end" : "on from the beginning");
    cursor->row = row;
}

/* The column of a line of the sort menu. */
static size_t
column_of(const struct sheet *sheet, size_t line)
{
    size_t column = 0;
    for (;; column++)
        if (sheet->model->columns[column].order && line-- == 0)
            return column;
}

/* The order that is chosen already is turned round. The user stays on his row. */
static void
sort_chosen(void *arg, size_t line)
{
    struct sheet *sheet = arg;
    size_t column = column_of(sheet, line);
    sheet->chosen = true;
    sheet_sort(sheet, column, column == sheet->sort && !sheet->reversed);
    app_select(sheet->app, sheet->view, row_of(sheet, sheet->began));
}

static void
open_sort(struct sheet *sheet)
{
    const char *lines[SHEET_COLUMNS];
    size_t count = 0, chosen = 0;
    for (size_t i = 0; i < sheet->model->column_count; i++) {
        if (i == sheet->sort)
            chosen = count;
        if (sheet->model->columns[i].order)
            lines[count++] = sheet->model->columns[i].order;
    }
    if (count == 1) {
        app_message(sheet->app, "by %s is the only order here", lines[0]);
        return;
    }
    view_menu_open(sheet->app, ACTION_SORT, "Sort by (again: the other way)", lines, count, chosen, sort_chosen, sheet);
}

bool
sheet_can(const struct sheet *sheet, enum action action)
{
    switch (action) {
    case ACTION_SEARCH:
    case ACTION_SORT:
        return sheet->row_count > 0;
    case ACTION_FILTER:
        return sheet->items > 0;
    case ACTION_NEXT:
    case ACTION_PREVIOUS:
        return sheet->needle_text && sheet->row_count > 0;
    default:
        return false;
    }
}

void
sheet_act(struct sheet *sheet, enum action action, struct cursor *cursor)
{
    begin_line(sheet, cursor);
    switch (action) {
    case ACTION_SEARCH:
        view_prompt_open(sheet->app, "Search", NULL, search_accepted, sheet);
        break;
    case ACTION_NEXT:
    case ACTION_PREVIOUS:
        go_on(sheet, action == ACTION_PREVIOUS, cursor);
        break;
    case ACTION_FILTER:
        view_prompt_open_live(sheet->app, sheet->model->filter_label, sheet->filter_text, filter_typed, filter_dropped,
                              sheet);
        break;
    case ACTION_SORT:
        open_sort(sheet);
        break;
    default:
        break;
    }
}

/* ---- drawing ---- */

static void
fit(struct sheet *sheet, int cols)
{
    struct column columns[SHEET_COLUMNS];
    size_t count = sheet->model->column_count;
    for (size_t i = 0; i < count; i++)
        columns[i] = sheet->model->columns[i].look;
    columns_fit(columns, count, cols, sheet->widths);
}

int
sheet_head_rows(const struct sheet *sheet)
{
    return sheet->filter_text ? 2 : 1;
}

/* An order of one word says it plainly: by number, where filters write asn. */
static const char *
sort_name(const struct sheet_column *column)
{
    return column->order && !strchr(column->order, ' ') ? column->order : column->name;
}

void
sheet_status(const struct sheet *sheet, struct buf *out)
{
    if (sheet->filter_text) {
        text_number(out, (int64_t)sheet->row_count);
        buf_text(out, " of ");
    }
    text_number(out, (int64_t)sheet->items);
    buf_format(out, " %s by %s", sheet->items == 1 ? sheet->model->thing : sheet->model->things,
               sort_name(&sheet->model->columns[sheet->sort]));
}

/* The sign of the direction stands beside the title of the column by which they are sorted, on the side where there is
 * room: before a title flush right, behind another. */
static void
draw_titles(struct sheet *sheet, const struct canvas *canvas, int row)
{
    int col = 0;
    for (size_t i = 0; i < sheet->model->column_count; i++) {
        const struct column *look = &sheet->model->columns[i].look;
        int width = sheet->widths[i];
        if (width == 0)
            continue;
        bool sorted = i == sheet->sort, down = sheet->model->columns[i].falling != sheet->reversed;
        enum role role = sorted ? ROLE_TITLE : ROLE_DIM;
        int mark = look->right ? col + width - text_width(look->title) - 1 : col + text_width(look->title) + 1;
        if (look->right)
            canvas_text_right(canvas, row, col, width, role, look->title);
        else
            canvas_text(canvas, row, col, width, role, look->title);
        if (sorted)
            canvas_glyph(canvas, row, mark, role, down ? GLYPH_DOWN : GLYPH_UP);
        col += width + COLUMNS_GAP;
    }
}

/* `live`: there is somebody who may press keys. */
static void
draw_head(struct sheet *sheet, const struct canvas *canvas, int row, bool live)
{
    fit(sheet, canvas->cols);
    if (sheet->filter_text) {
        struct buf count = {0};
        text_number(&count, (int64_t)sheet->row_count);
        buf_text(&count, " of ");
        text_number(&count, (int64_t)sheet->items);
        int col = canvas_text(canvas, row, 0, CANVAS_REST, ROLE_DIM, "filter") + 1;
        col = canvas_format(canvas, row, col, CANVAS_REST, ROLE_STRONG, "%s", sheet->filter_text);
        canvas_format(canvas, row, col, CANVAS_REST, ROLE_DIM, ": %s %s%s", buf_string(&count), sheet->model->things,
                      live ? "  (f ^U Enter shows all)" : "");
        buf_free(&count);
        row++;
    }
    draw_titles(sheet, canvas, row);
}

void
sheet_head(struct sheet *sheet, const struct canvas *canvas, int row)
{
    draw_head(sheet, canvas, row, true);
}

static void
draw_signs(const struct sheet *sheet, const struct canvas *canvas, int row)
{
    struct sheet_sign signs[SHEET_SIGNS];
    int col = 0;
    for (size_t i = 0; i < sheet->model->column_count; i++) {
        if (sheet->widths[i] == 0)
            continue;
        size_t count = sheet->model->signs(sheet->self, sheet_item(sheet, (size_t)row), i, signs);
        for (size_t k = 0; k < count && (int)k < sheet->widths[i]; k++)
            canvas_glyph(canvas, row, col + (int)k, signs[k].role, signs[k].glyph);
        col += sheet->widths[i] + COLUMNS_GAP;
    }
}

void
sheet_draw(struct sheet *sheet, const struct canvas *canvas)
{
    struct column columns[SHEET_COLUMNS];
    struct column_cell cells[SHEET_COLUMNS] = {0};
    struct buf texts[SHEET_COLUMNS] = {0};
    size_t count = sheet->model->column_count;
    int first, end;
    fit(sheet, canvas->cols);
    for (size_t i = 0; i < count; i++)
        columns[i] = sheet->model->columns[i].look;
    canvas_visible(canvas, &first, &end);
    for (int row = first; row < end && row < (int)sheet->row_count; row++) {
        for (size_t i = 0; i < count; i++) {
            if (sheet->widths[i] == 0)
                continue;
            buf_clear(&texts[i]);
            cells[i].role = sheet->model->cell(sheet->self, sheet_item(sheet, (size_t)row), i, &texts[i]);
            cells[i].text = buf_string(&texts[i]);
        }
        columns_row(canvas, row, columns, count, sheet->widths, cells);
        if (sheet->model->signs)
            draw_signs(sheet, canvas, row);
        if (is_home(sheet, (size_t)row)) /* between the first two columns */
            canvas_glyph(canvas, row, sheet->widths[0], ROLE_KEY, GLYPH_HERE);
    }
    for (size_t i = 0; i < count; i++)
        buf_free(&texts[i]);
}

void
sheet_dump(struct sheet *sheet, int cols, bool ascii, struct buf *out)
{
    struct grid grid = {.ascii = ascii};
    grid_resize(&grid, sheet_head_rows(sheet), cols);
    struct canvas all = canvas_of(&grid);
    draw_head(sheet, &all, 0, false);
    dump_text(out, &grid);
    for (size_t from = 0; from < sheet->row_count; from += GRID_ROWS_MAX) {
        size_t left = sheet->row_count - from;
        grid_resize(&grid, left < GRID_ROWS_MAX ? (int)left : GRID_ROWS_MAX, cols);
        all = canvas_of(&grid);
        struct canvas page = canvas_part(&all, -(int)from, 0, (int)sheet->row_count, cols);
        sheet_draw(sheet, &page);
        dump_text(out, &grid);
    }
    grid_free(&grid);
}

uint64_t
sheet_key_of(const struct prefix *prefix)
{
    return (uint64_t)addr_to_v4(&prefix->addr) << 8 | (prefix->length + 1u);
}

enum role
sheet_number(struct buf *out, double figure, enum role role)
{
    if (isnan(figure)) {
        buf_byte(out, '-');
        return ROLE_DIM;
    }
    text_number(out, (int64_t)figure);
    return role;
}

void
sheet_row_text(const struct sheet *sheet, size_t row, struct buf *out)
{
    for (size_t i = 0; i < sheet->model->column_count; i++) {
        struct buf text = {0};
        if (sheet->model->columns[i].look.width == 0)
            continue;
        sheet->model->cell(sheet->self, sheet_item(sheet, row), i, &text);
        if (text.count > 0)
            buf_format(out, "%s%s", out->count > 0 ? " " : "", buf_string(&text));
        buf_free(&text);
    }
}

/* Sorting ranks all items once; the filter then takes the items that pass in that order. So typing a filter never
 * sorts, and clearing it costs one pass. */
#include "console/widgets/table.h"

#include "base/text.h"
#include "console/overlays/menu.h"
#include "console/overlays/prompt.h"
#include "draw/dump.h"

#include <string.h>

enum { LEAD = 1 }; /* the column of the marks, before the first one */

static const struct pane_type table_type;

void
table_init(struct table *table, const struct table_model *model, void *self, struct app *app, size_t sort)
{
    assert(model->column_count <= TABLE_COLUMNS);
    *table = (struct table){.pane.type = &table_type, .model = model, .self = self, .app = app, .sort = sort};
}

void
table_fini(struct table *table)
{
    free(table->sorted);
    free(table->rows);
    free(table->filter_text);
    free(table->search_text);
    free(table->before);
    vec_free(&table->marks);
    filter_fini(&table->filter);
    filter_fini(&table->search);
}

/* ---- order ---- */

/* Returns one bit for each item: whether it passes. Visits the items in the order of their numbers, in which their data
 * lies in memory; any other order takes several times as long. */
static uint8_t *
pick(const struct table *table, const struct filter *filter)
{
    uint8_t *picked = mem_zero(table->items / 8 + 1);
    for (size_t i = 0; i < table->items; i++)
        if (filter_passes(filter, &table->model->eye, table->self, i))
            picked[i / 8] |= (uint8_t)(1u << i % 8);
    return picked;
}

static void
pick_rows(struct table *table)
{
    if (table->filter.terms.count == 0) {
        free(table->rows);
        table->rows = NULL;
        table->row_count = table->items;
        return;
    }
    uint8_t *picked = pick(table, &table->filter);
    table->rows = mem_grow(table->rows, table->items * sizeof *table->rows);
    table->row_count = 0;
    for (size_t i = 0; i < table->items; i++)
        if (picked[table->sorted[i] / 8] >> table->sorted[i] % 8 & 1)
            table->rows[table->row_count++] = table->sorted[i];
    table->rows = mem_grow(table->rows, table->row_count * sizeof *table->rows);
    free(picked);
}

static uint64_t
key_of(const struct table *table, size_t item)
{
    if (table->model->key)
        return table->model->key(table->self, item);
    struct prefix prefix = table->model->eye.prefix(table->self, item);
    return table_model_key(&prefix);
}

static uint64_t
key(const struct pane *pane, size_t row)
{
    const struct table *table = (const struct table *)pane;
    return key_of(table, table_item(table, row));
}

/* Whether the row is of the place from which the user comes. */
static bool
is_home(const struct table *table, size_t row)
{
    const struct filter_reader *eye = &table->model->eye;
    size_t item = table_item(table, row);
    if (table->home_asn != 0)
        return eye->is_of(table->self, item, table->home_asn);
    return table->home.addr.family != ADDR_NONE && filter_touches(eye, table->self, item, &table->home);
}

static void
pass(struct table *table)
{
    pick_rows(table);
    size_t row = table->row_count;
    while (row > 0 && !is_home(table, row - 1))
        row--;
    table->home_row = row > 0 ? row - 1 : table->row_count;
}

void
table_sort(struct table *table, size_t column, bool reversed)
{
    table->sort = column;
    table->reversed = reversed;
    table_model_order(table->model, table->self, table->items, column, reversed, table->sorted);
    pass(table);
}

void
table_fill(struct table *table, size_t items)
{
    struct cursor *cursor = &table->pane.cursor;
    if (cursor->row == 0 && table->home_asn == 0 && table->home.addr.family == ADDR_NONE)
        cursor->key = 0; /* at the top of the old order: at the top of the new one */
    table->items = items;
    table->sorted = mem_grow(table->sorted, items * sizeof *table->sorted);
    table->scale = table->model->bar_page ? 0 : table_model_scale(table->model, table->self, NULL, items);
    table_sort(table, table->sort, table->reversed);
}

/* ---- filter and search ---- */

/* Parses the text into the filter and keeps it; an empty text is kept as NULL. */
static bool
set_filter(const struct table *table, struct filter *filter, char **kept, const char *text, struct fault *fault)
{
    const struct table_model *model = table->model;
    const char *figures[TABLE_COLUMNS];
    for (size_t i = 0; i < model->column_count; i++)
        figures[i] = model->columns[i].name;
    const struct filter_language language = {
        .kinds = filter_reader_kinds(&model->eye),
        .figures = figures,
        .figure_count = model->column_count,
        .states = model->states,
        .state_count = model->state_count,
    };
    if (!filter_parse(filter, text, &language, fault))
        return false;
    free(*kept);
    *kept = *text != '\0' ? mem_copy(text) : NULL;
    return true;
}

bool
table_filter(struct table *table, const char *text, struct fault *fault)
{
    if (!set_filter(table, &table->filter, &table->filter_text, text, fault))
        return false;
    pass(table);
    return true;
}

bool
table_search(struct table *table, const char *text, struct fault *fault)
{
    return set_filter(table, &table->search, &table->search_text, text, fault);
}

bool
table_find(const struct table *table, size_t from, bool backwards, size_t *found)
{
    uint8_t *picked = pick(table, &table->search);
    size_t count = table->row_count, step = 1, row = 0;
    for (; step <= count; step++) {
        row = (from + (backwards ? count - step : step)) % count;
        size_t item = table_item(table, row);
        if (picked[item / 8] >> item % 8 & 1)
            break;
    }
    free(picked);
    *found = row;
    return step <= count;
}

/* Returns the last row that is marked: among nested nets, the narrowest. */
static size_t
home(const struct pane *pane)
{
    return ((const struct table *)pane)->home_row;
}

/* ---- marks ---- */

/* Returns the place of the mark on a key, or of none. */
static size_t
mark_of(const struct table *table, uint64_t key)
{
    size_t at = 0;
    while (at < table->marks.count && table->marks.at[at] != key)
        at++;
    return at;
}

bool
table_is_marked(const struct table *table, size_t item)
{
    return table->marks.count > 0 && mark_of(table, key_of(table, item)) < table->marks.count;
}

size_t
table_compared(const struct table *table, uint64_t *keys, size_t room)
{
    const size_t rows[] = {table->pane.cursor.row, home(&table->pane)};
    size_t count = 0;
    while (count < table->marks.count && count < room) {
        keys[count] = table->marks.at[count];
        count++;
    }
    for (size_t i = 0; i < 2 && count < 2 && count < room; i++) {
        uint64_t of = rows[i] < table->row_count ? key(&table->pane, rows[i]) : 0;
        if (of != 0 && (count == 0 || keys[0] != of))
            keys[count++] = of;
    }
    return count;
}

static void
turn_mark(struct table *table, size_t row)
{
    size_t at = mark_of(table, key(&table->pane, row));
    if (at < table->marks.count)
        table->marks.at[at] = table->marks.at[--table->marks.count];
    else
        vec_push(&table->marks, key(&table->pane, row));
}

/* ---- keys ---- */

static size_t
row_of(const struct table *table, uint64_t wanted)
{
    size_t row = 0;
    while (row < table->row_count && key(&table->pane, row) != wanted)
        row++;
    return row < table->row_count ? row : 0;
}

/* Keeps the selected row while it passes, and otherwise selects the first. */
static bool
filter_typed(void *arg, const char *text, struct fault *fault)
{
    struct table *table = arg;
    bool good = table_filter(table, text, fault);
    if (!good) { /* "hosting listed>" is not finished: filter by the words before the last */
        struct fault ignored;
        const char *blank = strrchr(text, ' ');
        char *before = mem_copy_bytes(text, blank ? (size_t)(blank - text) : 0);
        table_filter(table, before, &ignored);
        free(before);
    }
    pane_select(&table->pane, row_of(table, table->began));
    return good;
}

/* Restores the filter from before the prompt. */
static void
filter_dropped(void *arg)
{
    struct fault fault;
    const struct table *table = arg;
    filter_typed(arg, table->before ? table->before : "", &fault);
}

/* Selects a row that matches, and says which of the matches it is. */
static void
show_match(struct table *table, size_t row)
{
    uint8_t *picked = pick(table, &table->search);
    size_t before = 0, count = 0;
    for (size_t i = 0; i < table->row_count; i++) {
        size_t item = table_item(table, i);
        bool matches = picked[item / 8] >> item % 8 & 1;
        count += matches;
        before += matches && i <= row;
    }
    free(picked);
    pane_select(&table->pane, row);
    app_message(table->app, "match %zu of %zu for \"%s\"", before, count, table->search_text);
}

/* The row where the search began is the first to match. */
static bool
search_accepted(void *arg, const char *text, struct fault *fault)
{
    struct table *table = arg;
    size_t row, count = table->row_count;
    if (!table_search(table, text, fault))
        return false;
    if (*text == '\0')
        return true;
    if (count == 0 || !table_find(table, (table->row + count - 1) % count, false, &row))
        return fault_set(fault, "No row matches \"%s\".", text);
    show_match(table, row);
    return true;
}

/* Sorts by the column of that line of the menu; choosing the present order again reverses it. The cursor goes to the
 * top of the new order. */
static void
sort_chosen(void *arg, size_t line)
{
    struct table *table = arg;
    size_t column = 0;
    while (!table->model->columns[column].order || line-- > 0)
        column++;
    table->chosen = true;
    table_sort(table, column, column == table->sort && !table->reversed);
    pane_select(&table->pane, 0);
}

static void
open_sort(struct table *table)
{
    const char *lines[TABLE_COLUMNS];
    size_t count = 0, chosen = 0;
    for (size_t i = 0; i < table->model->column_count; i++) {
        if (i == table->sort)
            chosen = count;
        if (table->model->columns[i].order)
            lines[count++] = table->model->columns[i].order;
    }
    if (count == 1)
        app_message(table->app, "%s is the only sort order here", lines[0]);
    else
        menu_open(table->app, ACTION_SORT, "Sort by (same again: reverse)", lines, count, chosen, chosen, sort_chosen,
                  table);
}

/* Leaves the clean rows, or restores all. */
static void
turn_clean(struct table *table)
{
    struct fault fault;
    bool is_on = table->filter_text && strcmp(table->filter_text, table->model->clean) == 0;
    if (!table_filter(table, is_on ? "" : table->model->clean, &fault))
        app_message(table->app, "%s", fault.text);
    pane_select(&table->pane, is_on ? row_of(table, table->began) : 0);
}

static bool
can(const struct pane *pane, enum action action)
{
    const struct table *table = (const struct table *)pane;
    switch (action) {
    case ACTION_OWN:
        return home(pane) < table->row_count;
    case ACTION_CLEAN:
        return table->model->clean && !table->is_uncounted; /* also before they are counted */
    case ACTION_UNMARK:
        return table->marks.count > 0;
    case ACTION_MARK:
        return table->row_count > 0 && !table->model->unmarked;
    case ACTION_SEARCH:
    case ACTION_SORT:
        return table->row_count > 0;
    case ACTION_FILTER:
        return table->items > 0;
    case ACTION_NEXT:
    case ACTION_PREVIOUS:
        return table->search_text && table->row_count > 0;
    default:
        return false;
    }
}

static void
act(struct pane *pane, struct app *app, enum action action)
{
    struct table *table = (struct table *)pane;
    size_t from = pane->cursor.row, row;
    bool backwards = action == ACTION_PREVIOUS;
    table->row = from;
    table->began = pane->cursor.key;
    free(table->before);
    table->before = table->filter_text ? mem_copy(table->filter_text) : NULL;
    if (action == ACTION_SEARCH) {
        prompt_open(app, "Search", NULL, search_accepted, table);
    } else if (action == ACTION_FILTER) {
        prompt_open_heard(app, table->model->filter_label, table->filter_text, filter_typed, filter_typed,
                          filter_dropped, table);
    } else if (action == ACTION_SORT) {
        open_sort(table);
    } else if (action == ACTION_OWN) {
        pane_select(pane, home(pane));
    } else if (action == ACTION_CLEAN) {
        turn_clean(table);
    } else if (action == ACTION_MARK) {
        turn_mark(table, from);
    } else if (action == ACTION_UNMARK) {
        app_message(app, "%zu mark%s cleared", table->marks.count, table->marks.count == 1 ? "" : "s");
        vec_clear(&table->marks);
    } else if (table_find(table, from, backwards, &row)) {
        show_match(table, row);
        if (backwards ? row >= from : row <= from)
            app_message(app, "search continued from the %s", backwards ? "end" : "beginning");
    } else {
        app_message(app, "No row matches \"%s\".", table->search_text);
    }
}

/* ---- drawing ---- */

/* Fits the columns into the width; their looks go to columns[TABLE_COLUMNS]. */
static void
fit(struct table *table, int cols, struct column *columns)
{
    size_t count = table->model->column_count;
    for (size_t i = 0; i < count; i++)
        columns[i] = table->model->columns[i].look;
    columns_fit(columns, count, cols - LEAD, table->widths);
}

void
table_put_marks(const struct table *table, struct buf *out)
{
    if (table->marks.count > 0)
        buf_format(out, "%zu marked  ", table->marks.count);
}

void
table_status(const struct table *table, struct buf *out)
{
    const struct table_column *column = &table->model->columns[table->sort];
    bool is_word = column->order && !strchr(column->order, ' '); /* "number" is plainer than its filter's "asn" */
    if (table->items == 0)
        return;
    table_put_marks(table, out);
    if (table->filter_text) {
        text_number(out, (int64_t)table->row_count);
        buf_text(out, " of ");
    }
    text_number(out, (int64_t)table->items);
    buf_format(out, " %s by %s", table->items == 1 ? table->model->thing : table->model->things,
               is_word ? column->order : column->name);
}

/* An arrow beside the title of the sort column shows the direction: before a title flush right, behind another. */
void
table_head(struct table *table, const struct canvas *canvas, int row, bool live)
{
    struct column columns[TABLE_COLUMNS];
    fit(table, canvas->cols, columns);
    if (table->filter_text) {
        struct buf count = {0};
        text_number(&count, (int64_t)table->row_count);
        buf_text(&count, " of ");
        text_number(&count, (int64_t)table->items);
        int col = canvas_text(canvas, row, 0, CANVAS_REST, ROLE_DIM, "filter") + 1;
        col = canvas_format(canvas, row, col, CANVAS_REST, ROLE_STRONG, "%s", table->filter_text);
        canvas_format(canvas, row, col, CANVAS_REST, ROLE_DIM, ": %s %s%s", buf_string(&count), table->model->things,
                      live ? "  (f ^U Enter clears it)" : "");
        buf_free(&count);
        row++;
    }
    for (size_t i = 0, col = LEAD; i < table->model->column_count; i++) {
        const struct column *look = &columns[i];
        int at = (int)col, width = table->widths[i];
        if (width == 0)
            continue;
        int title = text_width(look->title);
        bool sorted = i == table->sort, down = table->model->columns[i].falling != table->reversed;
        enum role role = sorted ? ROLE_TITLE : ROLE_DIM;
        if (look->right)
            canvas_text_right(canvas, row, at, width, role, look->title);
        else
            canvas_text(canvas, row, at, width, role, look->title);
        if (sorted)
            canvas_glyph(canvas, row, look->right ? at + width - title - 1 : at + title + 1, role,
                         down ? GLYPH_DOWN : GLYPH_UP);
        col += (size_t)(width + COLUMNS_GAP);
    }
}

/* Draws what stands in place of text: signs and bars. */
static void
draw_signs(const struct table *table, const struct canvas *canvas, int row, size_t item)
{
    const struct table_model *model = table->model;
    struct table_sign signs[TABLE_SIGNS];
    for (size_t i = 0, col = 0; i < model->column_count; i++) {
        int width = table->widths[i];
        size_t sign_count = width > 0 && model->signs ? model->signs(table->self, item, i, signs) : 0;
        for (size_t k = 0; k < sign_count && (int)k < width; k++)
            canvas_glyph(canvas, row, (int)(col + k), signs[k].role, signs[k].glyph);
        if (i > 0 && i == model->bar) {
            struct table_bar bar = table_model_bar(model, table->self, item, table->scale);
            canvas_bar(canvas, row, (int)col, width, ROLE_HEAT_2, bar.share, -1); /* no table is red as a whole */
            if (bar.limit >= 0 && width > 0)
                canvas_glyph(canvas, row, (int)(col + (size_t)(bar.limit * (width - 1))), ROLE_STRONG, GLYPH_BAR_LIMIT);
        }
        col += width > 0 ? (size_t)(width + COLUMNS_GAP) : 0;
    }
}

/* Sets the scale of bars that are compared with those on the screen alone. */
static void
fit_scale(struct table *table, int first, int end)
{
    size_t items[GRID_ROWS_MAX], count = 0;
    for (int row = first; row < end && row < (int)table->row_count && count < GRID_ROWS_MAX; row++)
        items[count++] = table_item(table, (size_t)row);
    if (table->model->bar_page)
        table->scale = table_model_scale(table->model, table->self, items, count);
}

static void
draw_rows(struct pane *pane, const struct canvas *canvas)
{
    struct table *table = (struct table *)pane;
    const struct table_model *model = table->model;
    struct canvas part = canvas_part(canvas, 0, LEAD, canvas->rows, canvas->cols - LEAD);
    struct column columns[TABLE_COLUMNS];
    struct column_cell cells[TABLE_COLUMNS] = {0};
    struct buf texts[TABLE_COLUMNS] = {0};
    size_t count = model->column_count;
    int first, end;
    fit(table, canvas->cols, columns);
    canvas_visible(canvas, &first, &end);
    fit_scale(table, first, end);
    for (int row = first; row < end && row < (int)table->row_count; row++) {
        size_t item = table_item(table, (size_t)row);
        for (size_t i = 0; i < count; i++) {
            if (table->widths[i] == 0)
                continue;
            buf_clear(&texts[i]);
            cells[i].role = model->cell(table->self, item, i, &texts[i]);
            cells[i].text = buf_string(&texts[i]);
        }
        columns_row(&part, row, columns, count, table->widths, cells);
        draw_signs(table, &part, row, item);
        if (is_home(table, (size_t)row)) /* between the first two columns */
            canvas_glyph(&part, row, table->widths[0], ROLE_KEY, GLYPH_HERE);
        if (table_is_marked(table, item))
            canvas_glyph(canvas, row, 0, ROLE_KEY, GLYPH_MARK);
    }
    for (size_t i = 0; i < count; i++)
        buf_free(&texts[i]);
}

void
table_dump(struct table *table, int cols, bool ascii, struct buf *out)
{
    struct grid grid = {.ascii = ascii};
    grid_resize(&grid, table_head_rows(table), cols);
    struct canvas all = canvas_of(&grid);
    table_head(table, &all, 0, false);
    dump_grid(out, &grid, false);
    for (size_t from = 0; from < table->row_count; from += GRID_ROWS_MAX)
        pane_dump(&table->pane, from, table->row_count, cols, ascii, out);
    grid_free(&grid);
}

void
table_row_text(const struct table *table, size_t row, struct buf *out)
{
    for (size_t i = 0; i < table->model->column_count; i++) {
        struct buf text = {0};
        if (table->model->columns[i].look.width == 0)
            continue;
        table->model->cell(table->self, table_item(table, row), i, &text);
        if (text.count > 0)
            buf_format(out, "%s%s", out->count > 0 ? " " : "", buf_string(&text));
        buf_free(&text);
    }
}

/* ---- the pane ---- */

static const struct pane_type table_type = {.key = key, .home = home, .draw = draw_rows, .can = can, .act = act};

void
table_panes(struct table *table, struct header *top, int rows, int more, struct panes *out)
{
    enum { TABLE_LEAST = 3, SHARE = 8, TWO = 2 };
    int titles = table->items > 0 ? table_head_rows(table) : 0, most = rows / SHARE > TWO ? rows / SHARE : TWO;
    int room = rows - more - (titles > 0 ? titles + TABLE_LEAST : 0);
    if (titles > 0 && room > most)
        room = top->needed < most ? most : top->needed < room ? top->needed : room;
    header_fit(top, room, titles == 0);
    out->head = top->rows + more + titles;
    out->body = &table->pane;
    out->rows = table->row_count;
}

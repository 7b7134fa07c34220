/* Items of one or more rows each; where each begins depends on the width and is reckoned when the width is known. */

#include "console/widgets/text_view.h"

#include "base/text.h"
#include "base/vec.h"

enum item_kind { ITEM_HEAD, ITEM_LINE, ITEM_PAIR };

struct item {
    enum item_kind kind;
    enum role role;
    char *label, *text;
    size_t first; /* its first row */
};

enum { LABEL_GAP = 2, TEXT_LEAST = 20 }; /* columns that a text keeps beside its label */

struct text_page {
    char *title;
    VEC(struct item) items;
    int label_cols; /* of the widest label */
    int cols;       /* of the last layout */
    size_t rows;
    struct text_source source; /* without functions: what is on the page stays */
    unsigned version;
};

struct text_page *
text_page_new(const char *title)
{
    struct text_page *page = mem_zero(sizeof *page);
    page->title = mem_copy(title);
    return page;
}

static void
add(struct text_page *page, enum item_kind kind, enum role role, const char *label, const char *text)
{
    struct item item = {kind, role, mem_copy(label), mem_copy(text), 0};
    vec_push(&page->items, item);
    int width = label ? text_width(label) : 0;
    if (width > page->label_cols)
        page->label_cols = width;
}

void
text_page_head(struct text_page *page, const char *text)
{
    if (page->items.count > 0)
        text_page_line(page, ROLE_PLAIN, "");
    add(page, ITEM_HEAD, ROLE_TITLE, NULL, text);
}

void
text_page_line(struct text_page *page, enum role role, const char *text)
{
    add(page, ITEM_LINE, role, NULL, text);
}

void
text_page_pair(struct text_page *page, enum role label_role, const char *label, const char *text)
{
    add(page, ITEM_PAIR, label_role, label, text);
}

static void
empty(struct text_page *page)
{
    for (size_t i = 0; i < page->items.count; i++) {
        free(page->items.at[i].label);
        free(page->items.at[i].text);
    }
    vec_clear(&page->items);
    page->label_cols = 0;
    page->rows = 0;
}

static void
refill(struct text_page *page)
{
    empty(page);
    page->version = page->source.version(page->source.arg);
    page->source.fill(page->source.arg, page);
}

static void
close_page(void *self)
{
    struct text_page *page = self;
    if (page->source.release)
        page->source.release(page->source.arg);
    empty(page);
    vec_free(&page->items);
    free(page->title);
    free(page);
}

static void
title(void *self, struct buf *out)
{
    const struct text_page *page = self;
    buf_text(out, page->title);
}

/* The column of the texts that have a label; 0 when there is too little room: then they stand under it. */
static int
text_col(const struct text_page *page)
{
    int col = page->label_cols + LABEL_GAP;
    return col + TEXT_LEAST <= page->cols ? col : 0;
}

static int
draw_item(const struct text_page *page, const struct item *item, const struct canvas *canvas, int row)
{
    int col = item->kind == ITEM_PAIR ? text_col(page) : 0, own_row = 0;
    if (item->kind == ITEM_PAIR) {
        if (canvas)
            canvas_text(canvas, row, 0, CANVAS_REST, item->role, item->label);
        own_row = col == 0;
    }
    enum role role = item->kind == ITEM_PAIR ? ROLE_PLAIN : item->role;
    return own_row + canvas_wrap(canvas, row + own_row, col, page->cols - col, role, item->text);
}

static size_t
rows(void *self, int cols)
{
    struct text_page *page = self;
    if (page->source.version && page->source.version(page->source.arg) != page->version)
        refill(page);
    if (page->cols == cols && page->rows > 0)
        return page->rows;
    page->cols = cols;
    page->rows = 0;
    for (size_t i = 0; i < page->items.count; i++) {
        struct item *item = &page->items.at[i];
        item->first = page->rows;
        page->rows += (size_t)draw_item(page, item, NULL, 0);
    }
    return page->rows;
}

/* The item that a row belongs to: the last that begins there or before. */
static size_t
item_at(const struct text_page *page, size_t row)
{
    size_t low = 0, high = page->items.count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (page->items.at[middle].first <= row)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static uint64_t
key(void *self, size_t row)
{
    return item_at(self, row) + 1;
}

static void
draw(void *self, const struct canvas *canvas)
{
    const struct text_page *page = self;
    int first, end;
    canvas_visible(canvas, &first, &end);
    if (first >= end || page->items.count == 0)
        return;
    for (size_t i = item_at(page, (size_t)first); i < page->items.count; i++) {
        if (page->items.at[i].first >= (size_t)end)
            return;
        draw_item(page, &page->items.at[i], canvas, (int)page->items.at[i].first);
    }
}

/* The key that opened a box closes it too. */
static bool
can_close(void *self, enum action action, size_t row)
{
    (void)self, (void)row;
    return action == ACTION_HELP;
}

static void
close_it(void *self, struct app *app, enum action action, struct cursor *cursor)
{
    (void)action, (void)cursor;
    app_close(app, self);
}

static void
subject(void *self, size_t row, struct buf *out)
{
    const struct text_page *page = self;
    if (page->items.count > 0)
        buf_text(out, page->items.at[item_at(page, row)].text);
}

static const struct view page_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .close = close_page,
    .title = title,
    .rows = rows,
    .key = key,
    .draw = draw,
    .subject = subject,
};

static const struct view box_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_BOX,
    .close = close_page,
    .title = title,
    .rows = rows,
    .key = key,
    .draw = draw,
    .can = can_close,
    .act = close_it,
};

void
text_view_open(struct app *app, struct text_page *page)
{
    app_push(app, &page_view, page);
}

void
text_view_open_live(struct app *app, struct text_page *page, const struct text_source *source)
{
    page->source = *source;
    refill(page);
    app_push(app, &page_view, page);
}

void
text_view_open_box(struct app *app, struct text_page *page)
{
    app_push(app, &box_view, page);
}

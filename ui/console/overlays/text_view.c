#include "console/overlays/text_view.h"

#include <stdlib.h>

struct text_view {
    struct text_page *text;
    struct page page;
    bool outdated;
    struct text_source source; /* without functions: the text never changes */
    unsigned version;
};

static void
refill(struct text_view *v)
{
    text_page_clear(v->text);
    v->version = v->source.version(v->source.arg);
    v->source.fill(v->source.arg, v->text);
    v->outdated = true;
}

static void
close_text(void *self)
{
    struct text_view *v = self;
    if (v->source.release)
        v->source.release(v->source.arg);
    text_page_free(v->text);
    page_fini(&v->page);
    free(v);
}

static void
title(void *self, struct buf *out)
{
    const struct text_view *v = self;
    buf_text(out, text_page_title(v->text));
}

static size_t
rows(void *self, int cols)
{
    struct text_view *v = self;
    if (v->source.version && v->source.version(v->source.arg) != v->version)
        refill(v);
    if (v->outdated || v->page.cols != cols)
        text_page_lay_out(v->text, &v->page, cols);
    v->outdated = false;
    return v->page.rows.count;
}

static uint64_t
key(void *self, size_t row)
{
    const struct text_view *v = self;
    return v->page.rows.at[row].key;
}

static void
draw(void *self, const struct canvas *canvas)
{
    const struct text_view *v = self;
    page_draw(&v->page, canvas);
}

/* The key that opens help closes it, too. */
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
    const struct text_view *v = self;
    if (row < v->page.rows.count)
        buf_text(out, text_page_text(v->text, v->page.rows.at[row].key));
}

static const struct view page_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .close = close_text,
    .title = title,
    .rows = rows,
    .key = key,
    .draw = draw,
    .subject = subject,
};

static const struct view box_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_BOX,
    .close = close_text,
    .title = title,
    .rows = rows,
    .key = key,
    .draw = draw,
    .can = can_close,
    .act = close_it,
};

static void
open_text(struct app *app, const struct view *view, struct text_page *text, const struct text_source *source)
{
    struct text_view *v = mem_zero(sizeof *v);
    v->text = text;
    v->outdated = true;
    if (source) {
        v->source = *source;
        refill(v);
    }
    app_push(app, view, v);
}

void
text_view_open(struct app *app, struct text_page *text)
{
    open_text(app, &page_view, text, NULL);
}

void
text_view_open_live(struct app *app, struct text_page *text, const struct text_source *source)
{
    open_text(app, &page_view, text, source);
}

void
text_view_open_box(struct app *app, struct text_page *text)
{
    open_text(app, &box_view, text, NULL);
}

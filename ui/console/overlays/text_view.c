#include "console/overlays/text_view.h"

#include <stdlib.h>

struct text_view {
    struct page_pane page; /* first */
    struct text_page *text;
    bool outdated;
    struct text_source source; /* without functions: the text never changes */
    unsigned version;
    bool filled;
};

static void
close_text(void *self)
{
    struct text_view *v = self;
    if (v->source.release)
        v->source.release(v->source.arg);
    text_page_free(v->text);
    page_fini(&v->page.page);
    free(v);
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct text_view *v = self;
    (void)rows;
    if (v->source.fill && (!v->filled || v->version != *v->source.version)) {
        text_page_clear(v->text);
        v->source.fill(v->source.arg, v->text);
        v->version = *v->source.version;
        v->filled = v->outdated = true;
    }
    if (v->outdated || v->page.page.cols != cols)
        text_page_lay_out(v->text, &v->page.page, cols);
    v->outdated = false;
    out->body = &v->page.pane;
    out->rows = v->page.page.rows.count;
}

/* Copies an item without its label. */
static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct text_view *v = self;
    if (out->title)
        buf_text(out->title, v->text->title);
    out->resource = v->source.about;
    out->about = v->source.about.prefix;
    if (out->copy && row < v->page.page.rows.count)
        buf_text(out->copy, v->text->items.at[v->page.page.rows.at[row].key - 1].text);
}

static bool
can(void *self, enum action action, size_t row)
{
    (void)self, (void)row;
    return action == ACTION_DETAILS;
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    (void)action, (void)row;
    app_close(app, self);
}

static const struct view page_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .close = close_text,
    .panes = panes,
    .subject = subject,
    .can = can,
    .act = act,
};

static const struct view box_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_BOX,
    .here = ACTION_HELP,
    .close = close_text,
    .panes = panes,
    .subject = subject,
};

void
text_view_open(struct app *app, enum layout layout, struct text_page *text, const struct text_source *source)
{
    struct text_view *v = mem_zero(sizeof *v);
    v->page.pane.type = &page_pane_type;
    v->text = text;
    v->outdated = true;
    if (source)
        v->source = *source;
    app_push(app, layout == LAYOUT_PAGE ? &page_view : &box_view, v);
}

#include "console/views/routes.h"

#include "pages/rejection_page.h"

struct rejection_view {
    struct page_pane page;
    struct rejection rejection;
};

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct rejection_view *v = self;
    struct page *p = &v->page.page;
    (void)rows;
    if (p->cols != cols) {
        page_begin(p, cols);
        page_row(p, 0);
        page_wrap(p, 1, ROLE_WARN, "The text names no address of yours, so that no list is asked.");
        rejection_page(p, &v->rejection, NULL, NULL);
    }
    out->body = &v->page.pane;
    out->rows = p->rows.count;
}

static void
close_rejection(void *self)
{
    struct rejection_view *v = self;
    page_fini(&v->page.page);
    free(v);
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    (void)self, (void)row;
    if (out->title)
        buf_text(out->title, "Rejection");
}

static const enum action hints[] = {ACTION_COPY, ACTION_WRITE, ACTION_NONE};

static const struct view rejection_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .hints = hints,
    .close = close_rejection,
    .panes = panes,
    .subject = subject,
};

void
view_rejection_open(struct nav *nav, const struct place *place)
{
    struct rejection_view *v = mem_zero(sizeof *v);
    (void)place;
    v->page.pane.type = &page_pane_type;
    v->rejection = nav->rejection;
    app_push(nav->app, &rejection_view, v);
}

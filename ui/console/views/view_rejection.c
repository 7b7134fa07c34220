#include "console/views/routes.h"

#include "pages/rejection_page.h"

struct rejection_view {
    struct page_pane page;
    struct nav *nav;
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

static bool
can(void *self, enum action action, size_t row)
{
    const struct rejection *r = &((struct rejection_view *)self)->rejection;
    (void)row;
    return action == ACTION_COMPLAIN && r->party == PARTY_RECEIVER && !r->inbound;
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    (void)app, (void)action, (void)row;
    navigate(((struct rejection_view *)self)->nav, &(struct place){.kind = PLACE_LETTER});
}

static const enum action hints[] = {ACTION_COMPLAIN, ACTION_COPY, ACTION_WRITE, ACTION_NONE};

static const struct view rejection_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .hints = hints,
    .close = close_rejection,
    .panes = panes,
    .subject = subject,
    .can = can,
    .act = act,
};

void
view_rejection_open(struct nav *nav, const struct place *place)
{
    struct rejection_view *v = mem_zero(sizeof *v);
    (void)place;
    v->page.pane.type = &page_pane_type;
    v->nav = nav;
    v->rejection = nav->rejection;
    app_push(nav->app, &rejection_view, v);
}

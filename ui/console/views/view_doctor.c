#include "console/views/routes.h"

#include "pages/doctor_page.h"

struct doctor_view {
    struct page_pane page;
    struct nav *nav;
    struct doctor *doctor;
    bool outdated;
};

static void
on_change(void *arg)
{
    struct doctor_view *v = arg;
    v->outdated = true;
    app_touch(v->nav->app);
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct doctor_view *v = self;
    (void)rows;
    if (v->outdated || v->page.page.cols != cols) {
        page_begin(&v->page.page, cols);
        doctor_page(&v->page.page, v->doctor);
        v->outdated = false;
    }
    out->body = &v->page.pane;
    out->rows = v->page.page.rows.count;
}

static void
close_doctor(void *self)
{
    struct doctor_view *v = self;
    doctor_free(v->doctor);
    page_fini(&v->page.page);
    free(v);
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct doctor_view *v = self;
    size_t done, all;
    (void)row;
    if (!out->title)
        return;
    doctor_progress(v->doctor, &done, &all);
    buf_text(out->title, doctor_count(v->doctor) > 1 ? "Resolvers" : "Resolver");
    if (out->status && doctor_is_open(v->doctor))
        buf_format(out->status, "%zu of %zu answered", done, all);
}

static bool
can(void *self, enum action action, size_t row)
{
    (void)self, (void)row;
    return action == ACTION_AGAIN;
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct doctor_view *v = self;
    (void)action, (void)row;
    doctor_free(v->doctor);
    v->doctor = doctor_new(v->nav->engine, on_change, v);
    on_change(v);
    app_message(app, "asked again");
}

static const enum action hints[] = {ACTION_AGAIN, ACTION_COPY, ACTION_WRITE, ACTION_NONE};

static const struct view doctor_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .hints = hints,
    .close = close_doctor,
    .panes = panes,
    .subject = subject,
    .can = can,
    .act = act,
};

void
view_doctor_open(struct nav *nav, const struct place *place)
{
    (void)place;
    if (!nav->engine->resolver) {
        app_message(nav->app, "offline: no resolver is asked");
        return;
    }
    struct doctor_view *v = mem_zero(sizeof *v);
    v->page.pane.type = &page_pane_type;
    v->nav = nav;
    v->outdated = true;
    v->doctor = doctor_new(nav->engine, on_change, v);
    app_push(nav->app, &doctor_view, v);
}

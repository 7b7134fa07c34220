#include "console/views/routes.h"

#include "pages/domain_page.h"

#include <stdlib.h>

struct domain_view {
    struct page_pane page;
    struct nav *nav;
    struct survey *survey;
    bool outdated;
};

static void
on_change(void *arg)
{
    struct domain_view *v = arg;
    v->outdated = true;
    app_touch(v->nav->app);
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct domain_view *v = self;
    (void)rows;
    if (v->outdated || v->page.page.cols != cols) {
        page_begin(&v->page.page, cols);
        domain_page(&v->page.page, v->survey);
        v->outdated = false;
    }
    out->body = &v->page.pane;
    out->rows = v->page.page.rows.count;
}

static void
close_domain(void *self)
{
    struct domain_view *v = self;
    survey_free(v->survey);
    page_fini(&v->page.page);
    free(v);
}

static void
changed(void *self, unsigned what)
{
    struct domain_view *v = self;
    if (what & CHANGED_ZONES)
        survey_zones_changed(v->survey);
    if (what & CHANGED_WORLD)
        survey_asndb_changed(v->survey);
    on_change(v);
}

static struct resource
resource_at(const struct domain_view *v, size_t row)
{
    return domain_page_resource(v->survey, page_pane_key(&v->page, row));
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct domain_view *v = self;
    struct resource resource = resource_at(v, row);
    char text[RESOURCE_TEXT];
    const char *label = navigator_label(v->nav, v->survey->domain);
    if (out->title)
        buf_format(out->title, "%s%s%s", v->survey->domain, *label ? " " : "", label);
    if (out->status && survey_is_open(v->survey))
        buf_format(out->status, "%zu of %zu judged", survey_judged(v->survey), v->survey->addresses.count);
    if (out->copy)
        buf_text(out->copy, resource.kind != RESOURCE_NONE ? resource_text(&resource, text) : v->survey->domain);
}

static bool
can(void *self, enum action action, size_t row)
{
    const struct domain_view *v = self;
    if (action == ACTION_OPEN)
        return row == VIEW_ANY_ROW ? v->survey->addresses.count > 0 : resource_at(v, row).kind != RESOURCE_NONE;
    return action == ACTION_AGAIN;
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct domain_view *v = self;
    struct fault fault;
    if (action == ACTION_OPEN) {
        struct resource resource = resource_at(v, row);
        navigator_open(v->nav, &resource);
        return;
    }
    struct survey *again = survey_new(v->nav->engine, v->survey->domain, NULL, on_change, v, &fault);
    survey_free(v->survey);
    v->survey = again;
    on_change(v);
    app_message(app, "asked again");
}

static const enum action hints[] = {ACTION_OPEN, ACTION_AGAIN, ACTION_COPY, ACTION_WRITE, ACTION_NONE};

static const struct view domain_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .hints = hints,
    .close = close_domain,
    .changed = changed,
    .panes = panes,
    .subject = subject,
    .can = can,
    .act = act,
};

void
view_domain_open(struct nav *nav, const struct place *place)
{
    struct domain_view *v = mem_zero(sizeof *v);
    struct fault fault;
    v->page.pane.type = &page_pane_type;
    v->nav = nav;
    v->outdated = true;
    v->survey = survey_new(nav->engine, place->domain, NULL, on_change, v, &fault);
    if (!v->survey) {
        app_message(nav->app, "%s", fault.text);
        free(v);
        return;
    }
    app_push(nav->app, &domain_view, v);
}

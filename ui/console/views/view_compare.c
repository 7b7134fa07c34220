#include "console/views/routes.h"

#include "base/text.h"
#include "pages/compare_page.h"

#include <string.h>

struct compare_view {
    struct page_pane page;
    struct nav *nav;
    struct comparison comparison;
    struct resource resources[COMPARISON_MOST];
    size_t count;
    struct fault fault; /* why the journal cannot be read; "" = it can */
    bool gathered;
    unsigned version; /* of the journal */
};

static void
changed(void *self, unsigned what)
{
    struct compare_view *v = self;
    v->gathered = v->gathered && !(what & (CHANGED_DATA | CHANGED_ANSWERS | CHANGED_SWEEPS));
}

static void
lay_out(struct compare_view *v, int cols)
{
    struct page *page = &v->page.page;
    const struct dataset *dataset = &v->nav->engine->dataset;
    const char *const lacks[] = {dataset_lacks_asn_table(dataset), dataset_lacks_zones(dataset),
                                 dataset_lacks_ranking(dataset), v->fault.text};
    page_begin(page, cols);
    for (size_t i = 0; i < sizeof lacks / sizeof lacks[0]; i++)
        if (*lacks[i]) {
            page_row(page, 0);
            page_wrap(page, 0, ROLE_WARN, lacks[i]);
        }
    compare_page(page, &v->comparison, dataset, 0);
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct compare_view *v = self;
    unsigned version = navigator_journal_version(v->nav);
    bool stale = !v->gathered || v->version != version;
    (void)rows;
    if (stale) {
        struct journal *journal = navigator_journal(v->nav);
        v->fault.text[0] = '\0';
        comparison_gather(&v->comparison, v->nav->engine, v->resources, v->count);
        if (journal)
            comparison_recall(&v->comparison, journal, &v->nav->engine->dataset, &v->fault);
    }
    v->gathered = true;
    v->version = version;
    if (stale || v->page.page.cols != cols)
        lay_out(v, cols);
    out->body = &v->page.pane;
    out->rows = v->page.page.rows.count;
}

static void
close_compare(void *self)
{
    struct compare_view *v = self;
    comparison_fini(&v->comparison);
    page_fini(&v->page.page);
    free(v);
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct compare_view *v = self;
    uint64_t key = page_pane_key(&v->page, row);
    char text[RESOURCE_TEXT];
    for (size_t i = 0; i < v->count && out->title; i++)
        buf_format(out->title, "%s%s", i == 0 ? "compare " : ", ", resource_text(&v->resources[i], text));
    if (key == 0)
        return;
    out->resource = v->resources[key - 1];
    if (out->resource.kind != RESOURCE_ASN)
        out->about = out->resource.prefix;
}

static bool
can(void *self, enum action action, size_t row)
{
    const struct compare_view *v = self;
    return action == ACTION_OPEN && (row == VIEW_ANY_ROW || page_pane_key(&v->page, row) != 0);
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct compare_view *v = self;
    (void)app, (void)action;
    navigator_open(v->nav, &v->resources[page_pane_key(&v->page, row) - 1]);
}

static const struct view compare_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .close = close_compare,
    .changed = changed,
    .panes = panes,
    .subject = subject,
    .can = can,
    .act = act,
};

void
view_compare_open(struct nav *nav, const struct place *place)
{
    struct compare_view *v = mem_zero(sizeof *v);
    v->page.pane.type = &page_pane_type;
    v->nav = nav;
    v->count = place->compared_count;
    memcpy(v->resources, place->compared, v->count * sizeof v->resources[0]);
    app_push(nav->app, &compare_view, v);
}

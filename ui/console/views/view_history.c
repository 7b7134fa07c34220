#include "console/views/routes.h"

#include "base/clock.h"
#include "base/text.h"
#include "pages/timeline.h"

enum { OBSERVATIONS_MOST = 300, SPARKLINE_MOST = 120, KEY_ITEM = 16 /* keys of the items begin here */ };

struct history_view {
    struct page_pane page;
    struct nav *nav;
    struct resource resource;
    struct timeline timeline;
    struct fault fault;
    bool gathered;
    unsigned version;
};

static void
close_history(void *self)
{
    struct history_view *v = self;
    timeline_fini(&v->timeline);
    page_fini(&v->page.page);
    free(v);
}

static void
lay_out(struct history_view *v, int cols)
{
    const struct timeline *h = &v->timeline;
    struct page *page = &v->page.page;
    struct buf summary = {0};
    char text[RESOURCE_TEXT], first[CLOCK_MINUTE];
    page_begin(page, cols);
    buf_format(&summary, "%s: ", resource_text(&v->resource, text));
    if (h->items.count == 0) {
        buf_text(&summary, "no entry in the journal yet");
    } else {
        const struct timeline_item *oldest = &h->items.at[h->items.count - 1];
        const struct observation *o = timeline_observation(h, oldest);
        bool from_zone = o ? o->source == SOURCE_ZONE : oldest->item->kind == HISTORY_COUNT;
        buf_format(&summary, "the journal goes back to %s UTC%s", clock_minute(oldest->item->at_ms, first),
                   from_zone ? ", the date of a zone file" : "");
    }
    page_row(page, 1);
    page_wrap(page, 0, ROLE_TITLE, buf_string(&summary));
    buf_free(&summary);
    if (*v->fault.text) {
        page_row(page, 1);
        page_wrap(page, 0, ROLE_WARN, v->fault.text);
    }
    sparkline_rows(page, &h->sparkline, 0, cols < SPARKLINE_MOST ? cols : SPARKLINE_MOST, &h->words);
    page_gap(page);
    timeline_rows(page, h, 0, true, KEY_ITEM);
    if (h->history.more) {
        page_row(page, 1);
        page_wrap(page, 0, ROLE_DIM, "Older entries: whylisted journal show prints them all.");
    }
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct history_view *v = self;
    unsigned version = navigator_journal_version(v->nav);
    bool stale = !v->gathered || v->version != version;
    struct journal *journal = navigator_journal(v->nav);
    (void)rows;
    if (stale) {
        v->fault = (struct fault){""};
        if (journal)
            timeline_gather(&v->timeline, journal, &v->resource, OBSERVATIONS_MOST, &v->fault);
        else
            fault_set(&v->fault, "the journal is no longer available");
    }
    v->gathered = true;
    v->version = version;
    if (stale || v->page.page.cols != cols)
        lay_out(v, cols);
    out->body = &v->page.pane;
    out->rows = v->page.page.rows.count;
}

/* Returns the item of a row; NULL = none. */
static const struct timeline_item *
item_at(const struct history_view *v, size_t row)
{
    uint64_t row_key = page_pane_key(&v->page, row);
    return row_key >= KEY_ITEM ? &v->timeline.items.at[row_key - KEY_ITEM] : NULL;
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct history_view *v = self;
    char text[RESOURCE_TEXT];
    (void)row;
    if (out->title)
        buf_format(out->title, "history of %s", resource_text(&v->resource, text));
    out->resource = v->resource;
    if (v->resource.kind != RESOURCE_ASN)
        out->about = v->resource.prefix;
}

static bool
can(void *self, enum action action, size_t row)
{
    const struct history_view *v = self;
    const struct timeline_item *item = item_at(v, row);
    struct addr address;
    return action == ACTION_AGAIN ||
           (action == ACTION_OPEN && (row == VIEW_ANY_ROW ? v->timeline.items.count > 0
                                                          : (item && timeline_address(&v->timeline, item, &address))));
}

/* Opens an observation beside the state now, else the address that was listed or delisted. */
static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct history_view *v = self;
    const struct timeline_item *item = item_at(v, row);
    struct addr address;
    (void)app;
    if (action == ACTION_AGAIN)
        v->gathered = false;
    else if (timeline_observation(&v->timeline, item))
        navigate(v->nav, &(struct place){PLACE_THEN_NOW, .observation = timeline_observation(&v->timeline, item)});
    else if (timeline_address(&v->timeline, item, &address))
        navigate(v->nav, &(struct place){PLACE_ADDRESS, .resource = resource_of_address(&address)});
}

static const enum action hints[] = {ACTION_AGAIN, ACTION_WIDER, ACTION_JOURNAL, ACTION_NOTE,
                                    ACTION_STATE, ACTION_WORLD, ACTION_NONE};

static const struct view history_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .here = ACTION_HISTORY,
    .hints = hints,
    .close = close_history,
    .panes = panes,
    .subject = subject,
    .can = can,
    .act = act,
};

void
view_history_open(struct nav *nav, const struct place *place)
{
    struct history_view *v = mem_zero(sizeof *v);
    v->page.pane.type = &page_pane_type;
    v->nav = nav;
    v->resource = place->resource;
    app_push(nav->app, &history_view, v);
}

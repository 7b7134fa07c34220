#include "console/views/routes.h"

#include "base/clock.h"
#include "base/text.h"
#include "pages/timeline.h"

#include <string.h>

enum {
    WIDE = 60,     /* columns from which the date is whole */
    YEAR = 5,      /* bytes of a year and its hyphen */
    SECONDS = 3,   /* bytes of them and their colon */
    COL_MARK = 17, /* behind "2026-07-06 18:13 " */
    GAP = 2,       /* from the mark to the text */
    SPARKLINE_MOST = 120,
    KEY_ITEM = 16, /* keys of the items begin here */
};

struct history_view {
    struct page_pane page; /* first */
    struct nav *nav;
    struct resource resource;
    struct timeline timeline;
    struct fault fault;
    bool gathered;
    unsigned version;
};

/* ---- the page ---- */

static const struct {
    enum glyph glyph;
    enum role role;
} looks[] = {
    [TIMELINE_LOOK] = {GLYPH_BULLET, ROLE_STRONG}, [TIMELINE_ZONE] = {GLYPH_BULLET, ROLE_PLAIN},
    [TIMELINE_CAME] = {GLYPH_LISTED, ROLE_LISTED}, [TIMELINE_LEFT] = {GLYPH_CLEAR, ROLE_CLEAR},
    [TIMELINE_CASE] = {GLYPH_INTO, ROLE_ESTIMATE}, [TIMELINE_NOTE] = {GLYPH_INTO, ROLE_ESTIMATE},
    [TIMELINE_REPLACED] = {GLYPH_INTO, ROLE_DIM},  [TIMELINE_CONTACT] = {GLYPH_INTO, ROLE_ESTIMATE},
};

static void
put_date(struct page *p, const struct timeline_item *item)
{
    char at[CLOCK_SECOND];
    item->seconds ? clock_second(item->at_ms, at) : clock_minute(item->at_ms, at);
    page_text(p, 0, 0, ROLE_DIM, p->cols >= WIDE ? at : at + YEAR);
}

/* Behind the dates, whether they have seconds or not. */
static int
mark_col(const struct history_view *v)
{
    int col = v->page.page.cols >= WIDE ? COL_MARK : COL_MARK - YEAR;
    for (size_t i = 0; i < v->timeline.items.count; i++)
        if (v->timeline.items.at[i].seconds)
            return col + SECONDS;
    return col;
}

/* Where there is little room the text stands below its date. */
static void
item_rows(struct page *p, int mark, const struct timeline_item *item, uint64_t row_key)
{
    bool wide = p->cols >= WIDE;
    int col = wide ? mark + GAP : GAP;
    enum role role = item->kind == TIMELINE_REPLACED ? ROLE_DIM : ROLE_PLAIN;
    page_row(p, row_key);
    put_date(p, item);
    page_glyph(p, mark, looks[item->kind].role, looks[item->kind].glyph);
    if (!wide)
        page_row(p, row_key);
    for (const char *at = item->text; *at != '\0';) {
        size_t count = strcspn(at, "\n");
        char *line = mem_copy_bytes(at, count);
        if (at != item->text)
            page_row(p, row_key);
        page_wrap(p, col, role, line);
        free(line);
        at += count + (at[count] == '\n');
    }
    if (item->times) {
        page_row(p, row_key);
        page_wrap(p, col, ROLE_DIM, item->times);
    }
}

static void
line(struct page *p, enum role role, const char *text)
{
    page_row(p, 1);
    page_wrap(p, 0, role, text);
}

/* What a zone file tells is as old as the file, whenever it was looked at. */
static bool
is_of_zone_file(const struct timeline *h, const struct timeline_item *item)
{
    return item->kind == TIMELINE_ZONE ||
           (item->look != TIMELINE_NONE && h->looks.at[item->look].source == SOURCE_ZONE);
}

static void
put_summary(const struct history_view *v, struct buf *out)
{
    char text[RESOURCE_TEXT], first[CLOCK_MINUTE];
    const struct timeline *h = &v->timeline;
    buf_format(out, "%s: ", resource_text(&v->resource, text));
    if (h->items.count == 0) {
        buf_text(out, "the journal has nothing of it yet");
        return;
    }
    const struct timeline_item *oldest = &h->items.at[h->items.count - 1];
    buf_format(out, "the journal goes back to %s UTC%s", clock_minute(oldest->at_ms, first),
               is_of_zone_file(h, oldest) ? ", when a zone file was made" : "");
}

static void
lay_out(struct history_view *v, int cols)
{
    const struct timeline *h = &v->timeline;
    struct buf summary = {0};
    page_begin(&v->page.page, cols);
    put_summary(v, &summary);
    line(&v->page.page, ROLE_TITLE, buf_string(&summary));
    buf_free(&summary);
    if (*v->fault.text)
        line(&v->page.page, ROLE_WARN, v->fault.text);
    sparkline_rows(&v->page.page, &h->sparkline, 0, cols < SPARKLINE_MOST ? cols : SPARKLINE_MOST, &h->words);
    page_gap(&v->page.page);
    for (size_t i = 0, mark = (size_t)mark_col(v); i < h->items.count; i++)
        item_rows(&v->page.page, (int)mark, &h->items.at[i], KEY_ITEM + i);
    if (h->more)
        line(&v->page.page, ROLE_DIM, "There are older looks at it: whylisted journal show tells them all.");
}

static void
refresh(struct history_view *v, int cols)
{
    unsigned version = navigator_journal_version(v->nav);
    bool stale = !v->gathered || v->version != version;
    struct journal *journal = navigator_journal(v->nav);
    v->fault = stale ? (struct fault){""} : v->fault;
    if (stale && journal)
        timeline_gather(&v->timeline, journal, &v->resource, &v->fault);
    else if (stale)
        fault_set(&v->fault, "the journal is gone");
    v->gathered = true;
    v->version = version;
    if (stale || v->page.page.cols != cols)
        lay_out(v, cols);
}

/* ---- the view ---- */

static void
close_history(void *self)
{
    struct history_view *v = self;
    timeline_fini(&v->timeline);
    page_fini(&v->page.page);
    free(v);
}

static void
title(void *self, struct buf *out, struct buf *status)
{
    const struct history_view *v = self;
    (void)status;
    char text[RESOURCE_TEXT];
    buf_format(out, "history of %s", resource_text(&v->resource, text));
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct history_view *v = self;
    (void)rows;
    refresh(v, cols);
    out->body = &v->page.pane;
}

/* NULL = none. */
static const struct timeline_item *
item_at(const struct history_view *v, size_t row)
{
    uint64_t row_key = row < v->page.page.rows.count ? v->page.page.rows.at[row].key : 0;
    return row_key >= KEY_ITEM ? &v->timeline.items.at[row_key - KEY_ITEM] : NULL;
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct history_view *v = self;
    (void)row;
    out->resource = v->resource;
    if (v->resource.kind != RESOURCE_ASN)
        out->about = v->resource.prefix;
}

static bool
can(void *self, enum action action, size_t row)
{
    const struct history_view *v = self;
    const struct timeline_item *item = item_at(v, row);
    return action == ACTION_AGAIN || (action == ACTION_OPEN && (row == VIEW_ANY_ROW || (item && item->address.family)));
}

/* A look as it was; else the address that came or left. */
static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct history_view *v = self;
    const struct timeline_item *item = item_at(v, row);
    (void)app;
    if (action == ACTION_AGAIN)
        v->gathered = false;
    else if (item->look != TIMELINE_NONE)
        navigate(v->nav, &(struct place){PLACE_THEN_NOW, .observation = &v->timeline.looks.at[item->look]});
    else
        navigate(v->nav, &(struct place){PLACE_ADDRESS, .resource = resource_of_address(&item->address)});
}

static const enum action hints[] = {ACTION_AGAIN, ACTION_WIDER, ACTION_JOURNAL, ACTION_NOTE,
                                    ACTION_STATE, ACTION_WORLD, ACTION_NONE};

static const struct view history_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .here = ACTION_HISTORY,
    .hints = hints,
    .close = close_history,
    .title = title,
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

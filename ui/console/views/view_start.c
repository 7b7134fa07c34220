#include "console/views/routes.h"

#include "base/clock.h"
#include "base/text.h"
#include "journal/search.h"
#include "pages/related_cases.h"
#include "session/paths.h"

enum { DUE_MOST = 5, DUE_PATIENCE_MS = 50, COL = 1, INDENT = 3 };

struct start_view {
    struct page_pane page;
    struct nav *nav;
    VEC(struct resource) due; /* whose follow-ups are; the key of a row is 1 + the place here */
    bool outdated;
    unsigned version; /* of the journal */
};

static void
changed(void *self, unsigned what)
{
    struct start_view *v = self;
    v->outdated |= (what & CHANGED_JOURNAL) != 0;
}

/* Adds the follow-ups that have been due for the longest. */
static void
put_follow_ups(struct start_view *v, struct page *page)
{
    struct filter filter = {0};
    struct fault fault;
    journal_entries due = {0};
    bool more = false, late;
    vec_clear(&v->due);
    if (filter_parse(&filter, "state:due", journal_filter(), &fault))
        journal_find(navigator_journal(v->nav), &filter, clock_wall_ms(), DUE_MOST, DUE_PATIENCE_MS, &due, &more, &late,
                     &fault);
    if (due.count > 0)
        page_heading(page, "Due follow-ups");
    for (size_t i = 0; i < due.count; i++) {
        const struct journal_entry *e = &due.at[i];
        char resource[RESOURCE_TEXT];
        struct buf line = {0};
        vec_push(&v->due, e->resource);
        buf_format(&line, "%s: ", resource_text(&e->resource, resource));
        related_case_due(&line, e->due_ms);
        if (e->ticket)
            buf_format(&line, ", ticket %s", e->ticket);
        if (e->note)
            buf_format(&line, ": %s", e->note);
        page_row(page, v->due.count);
        page_target(page, v->due.count, 0, page->cols);
        page_glyph(page, COL, ROLE_WARN, GLYPH_WARN);
        page_wrap(page, INDENT, ROLE_PLAIN, buf_string(&line));
        buf_free(&line);
    }
    if (more) {
        page_row(page, 0);
        page_text(page, INDENT, 0, ROLE_DIM, "... J shows all.");
    }
    journal_entries_fini(&due);
    filter_fini(&filter);
}

static void
put_paragraph(struct page *page, const char *text)
{
    page_gap(page);
    page_row(page, 0);
    page_wrap(page, COL, ROLE_PLAIN, text);
}

static void
lay_out(struct start_view *v, int cols)
{
    struct page *page = &v->page.page;
    struct journal *journal = navigator_journal(v->nav);
    bool on_disk = journal && !journal_is_in_memory(journal);
    struct buf line = {0};
    page_begin(page, cols);
    page_heading(page, "Why is an address listed, who caused it, and when does it end?");
    page_row(page, 0);
    page_wrap(page, COL, ROLE_PLAIN,
              "Type an address and press Enter. whylisted then asks its three UCEPROTECT levels: "
              "level 1 is the address itself, level 2 its neighbours, level 3 its provider.");
    put_paragraph(page, "A refused or missing answer is never shown as listed or clear.");
    put_paragraph(page,
                  "Esc closes the prompt; then ? shows the keys, i opens it again, J shows the journal, q quits.");
    if (on_disk) {
        buf_text(&line, "The journal is ");
        paths_shorten(&line, journal_path(journal));
        buf_byte(&line, '.');
    } else if (!v->nav->engine->journal_awaited && v->nav->no_journal) {
        buf_text(&line, v->nav->no_journal);
    }
    if (line.count > 0)
        put_paragraph(page, buf_string(&line));
    buf_free(&line);
    if (journal)
        put_follow_ups(v, page);
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct start_view *v = self;
    unsigned version = navigator_journal_version(v->nav);
    (void)rows;
    if (v->outdated || v->version != version || v->page.page.cols != cols)
        lay_out(v, cols);
    v->outdated = false;
    v->version = version;
    out->body = &v->page.pane;
    out->rows = v->page.page.rows.count;
}

static void
close_start(void *self)
{
    struct start_view *v = self;
    vec_free(&v->due);
    page_fini(&v->page.page);
    free(v);
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct start_view *v = self;
    uint64_t key = page_pane_key(&v->page, row);
    if (out->title)
        buf_text(out->title, "start");
    if (key > 0)
        out->resource = v->due.at[key - 1];
}

static bool
can(void *self, enum action action, size_t row)
{
    const struct start_view *v = self;
    return action == ACTION_OPEN && v->due.count > 0 && (row == VIEW_ANY_ROW || page_pane_key(&v->page, row) > 0);
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct start_view *v = self;
    (void)app, (void)action;
    navigator_open(v->nav, &v->due.at[page_pane_key(&v->page, row) - 1]);
}

static const enum action hints[] = {ACTION_STATE, ACTION_WORLD, ACTION_NONE};

static const struct view start_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .hints = hints,
    .close = close_start,
    .changed = changed,
    .panes = panes,
    .subject = subject,
    .can = can,
    .act = act,
};

void
view_start_open(struct nav *nav, const struct place *place)
{
    struct start_view *v = mem_zero(sizeof *v);
    (void)place;
    v->page.pane.type = &page_pane_type;
    v->nav = nav;
    v->outdated = true;
    app_push(nav->app, &start_view, v);
}

#include "console/views/routes.h"

#include "base/clock.h"
#include "base/text.h"
#include "journal/search.h"
#include "pages/related_cases.h"
#include "session/paths.h"

enum { CASES_MOST = 6, COUNT_MOST = 1000, PATIENCE_MS = 25, COL = 1, INDENT = 3 };

struct start_view {
    struct page_pane page;
    struct nav *nav;
    VEC(struct resource) cases; /* of the rows; the key of a row is 1 + the place here */
    bool outdated;
    unsigned version; /* of the journal */
};

static void
changed(void *self, unsigned what)
{
    struct start_view *v = self;
    v->outdated |= (what & CHANGED_JOURNAL) != 0;
}

/* Appends the keys of cases that match. Returns their number; *more: there are others. */
static size_t
find_cases(struct journal *journal, const char *text, journal_keys *keys, bool *more)
{
    struct filter filter = {0};
    struct fault ignored;
    size_t before = keys->count;
    if (filter_parse(&filter, text, journal_filter(), &ignored)) {
        struct journal_search *search = journal_search_new(&filter, clock_wall_ms());
        journal_search_run(search, journal, before + COUNT_MOST, PATIENCE_MS, keys, &ignored);
        *more = !journal_search_ended(search);
        journal_search_free(search);
    }
    filter_fini(&filter);
    return keys->count - before;
}

static void
put_count(struct buf *out, size_t count, bool more, const char *what)
{
    if (count == 0)
        return;
    buf_text(out, out->count > 0 ? ", " : "Cases: ");
    text_number(out, (int64_t)count);
    buf_format(out, "%s %s", more ? "+" : "", what);
}

static void
put_case(struct start_view *v, struct page *page, const struct journal_entry *e, bool is_due)
{
    char resource[RESOURCE_TEXT];
    struct buf line = {0};
    vec_push(&v->cases, e->resource);
    buf_format(&line, "%s: %s", resource_text(&e->resource, resource), is_due ? "" : "waiting, ");
    if (e->due_ms)
        related_case_due(&line, e->due_ms);
    else
        buf_text(&line, "no follow-up");
    if (e->ticket)
        buf_format(&line, ", ticket %s", e->ticket);
    if (e->note)
        buf_format(&line, ": %s", e->note);
    page_row(page, v->cases.count);
    page_target(page, v->cases.count, 0, page->cols);
    page_glyph(page, COL, is_due ? ROLE_WARN : ROLE_DIM, is_due ? GLYPH_WARN : GLYPH_BULLET);
    page_wrap(page, INDENT, ROLE_PLAIN, buf_string(&line));
    buf_free(&line);
}

/* Adds the cases that have been due for the longest, then those that wait. */
static void
put_cases(struct start_view *v, struct page *page, struct journal *journal)
{
    struct fault ignored;
    struct buf counts = {0};
    journal_keys keys = {0};
    journal_entries entries = {0};
    bool more_due = false, more_waiting = false;
    vec_clear(&v->cases);
    size_t due = find_cases(journal, "state:due", &keys, &more_due);
    put_count(&counts, due, more_due, "due");
    put_count(&counts, find_cases(journal, "state:waiting -state:due", &keys, &more_waiting), more_waiting, "waiting");
    size_t shown = keys.count < CASES_MOST ? keys.count : CASES_MOST;
    if (shown > 0 && journal_read(journal, keys.at, shown, &entries, &ignored))
        page_heading(page, buf_string(&counts));
    for (size_t i = 0; i < entries.count; i++)
        put_case(v, page, &entries.at[i], i < due);
    if (keys.count > shown) {
        page_row(page, 0);
        page_text(page, INDENT, 0, ROLE_DIM, "J shows all; f state:waiting there those that wait.");
    }
    journal_entries_fini(&entries);
    vec_free(&keys);
    buf_free(&counts);
}

static void
put_paragraph(struct page *page, const char *text)
{
    page_gap(page);
    page_row(page, 0);
    page_wrap(page, COL, ROLE_PLAIN, text);
}

/* Writes how many lists are asked about an address, and what UCEPROTECT's levels are. */
static void
put_lists(const struct start_view *v, struct buf *out)
{
    const struct engine *engine = v->nav->engine;
    const struct catalogue *catalogue = engine->dataset.catalogue;
    size_t asked = 0;
    for (size_t i = 0; i < catalogue_count(catalogue); i++)
        asked += list_is_asked(catalogue_list(catalogue, i), ADDR_V4);
    if (engine->resolver)
        buf_format(out, "whylisted asks %zu lists about an IPv4 address, after a self-test of each (L). ", asked);
    else
        buf_text(out, "Offline: no list is asked; the zone files and the journal answer. ");
    buf_text(out, "Of UCEPROTECT, level 1 is the address itself, level 2 its neighbours, level 3 its provider.");
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
    page_wrap(page, COL, ROLE_PLAIN, "Press i, or type a digit: an address, a domain, a prefix or an AS number.");
    if (v->nav->fleet_file) {
        buf_text(&line, "F shows your own targets: ");
        paths_shorten(&line, v->nav->fleet_file);
        page_wrap(page, COL, ROLE_PLAIN, buf_string(&line));
        buf_clear(&line);
    }
    put_lists(v, &line);
    put_paragraph(page, buf_string(&line));
    buf_clear(&line);
    put_paragraph(page, "A refused or missing answer is never shown as listed or clear.");
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
        put_cases(v, page, journal);
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
    vec_free(&v->cases);
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
        out->resource = v->cases.at[key - 1];
}

static bool
can(void *self, enum action action, size_t row)
{
    const struct start_view *v = self;
    return action == ACTION_OPEN && v->cases.count > 0 && (row == VIEW_ANY_ROW || page_pane_key(&v->page, row) > 0);
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct start_view *v = self;
    (void)app, (void)action;
    navigator_open(v->nav, &v->cases.at[page_pane_key(&v->page, row) - 1]);
}

static const enum action hints[] = {ACTION_LISTS, ACTION_WORLD, ACTION_STATE, ACTION_NONE};

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

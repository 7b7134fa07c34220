/* The list keeps its order until the user reloads it, because opening an entry checks the address again, which would
 * move it to the top. */
#include "console/views/routes.h"

#include "base/clock.h"
#include "base/text.h"
#include "check/comparison.h"
#include "console/overlays/prompt.h"
#include "draw/header.h"
#include "pages/journal_results.h"
#include "pages/journal_rows.h"
#include "session/paths.h"

#include <string.h>

enum { BETWEEN_PIECES_MS = 2, REPORT_ROWS = 1000, NAME_COL = 3 };

struct journal_view {
    struct pane pane; /* first */
    struct nav *nav;
    struct filter filter;
    char *filter_text; /* NULL = none */
    struct journal_list list;
    struct journal_seek seek;
    char *filter_before;        /* to return to from the prompt; NULL = none */
    int64_t began;              /* key of the row selected before the prompt; 0 = none */
    VEC(struct resource) marks; /* to compare */
    bool outdated;              /* the list must begin anew */
    bool refused;               /* the list does not show what the prompt has */
    bool to_last;               /* select the last row once all are found */
    struct timer timer;         /* for the next piece of a search */
    unsigned version;           /* of the journal when it was read */
    struct header top;
    size_t room;                   /* rows of the list on the screen */
    struct journal_rows_need need; /* only grows until the list begins anew */
    int widths[JOURNAL_ROWS_COLUMNS];
};

/* ---- fetching ---- */

static bool
is_stale(const struct journal_view *v)
{
    return v->outdated || v->version != navigator_journal_version(v->nav);
}

/* The timer searches, so that keys and frames come between the pieces. */
static void
schedule(struct journal_view *v)
{
    struct loop *loop = v->nav->engine->loop;
    if (!is_stale(v) && !journal_list_is_busy(&v->list) && !v->seek.on)
        loop_timer_clear(loop, &v->timer);
    else if (!loop_timer_is_set(&v->timer))
        loop_timer_set(loop, &v->timer, clock_now_ms() + (is_stale(v) ? 0 : BETWEEN_PIECES_MS));
}

static void
refresh(struct journal_view *v)
{
    struct journal *journal = navigator_journal(v->nav);
    const struct filter *filter = v->filter_text ? &v->filter : NULL;
    if (!journal)
        journal_list_fini(&v->list);
    else if (v->outdated)
        journal_list_begin(&v->list, journal, filter, true);
    else if (is_stale(v))
        journal_list_renew(&v->list, journal, filter);
    if (v->outdated)
        v->need = (struct journal_rows_need){0};
    v->outdated = false;
    v->version = navigator_journal_version(v->nav);
    schedule(v);
}

/* Searches a piece for the next match. Returns false when there is none, with a reason or, if fault is NULL, a message.
 */
static bool
seek(struct journal_view *v, int64_t patience_ms, struct fault *fault)
{
    struct journal *journal = navigator_journal(v->nav);
    struct fault why = {""};
    size_t row;
    enum journal_seek_end end =
        journal ? journal_seek_work(&v->seek, &v->list, journal, patience_ms, &row, &why) : JOURNAL_SEEK_NONE;
    schedule(v);
    if (end == JOURNAL_SEEK_FOUND || end == JOURNAL_SEEK_ROUND)
        app_select(v->nav->app, v, row);
    if (end == JOURNAL_SEEK_ROUND)
        app_message(v->nav->app, "on from the %s", v->seek.backwards ? "end" : "beginning");
    if (end != JOURNAL_SEEK_NONE)
        return true;
    if (*why.text == '\0')
        fault_set(&why, "No row matches \"%s\".", v->seek.text);
    if (fault)
        *fault = why;
    else
        app_message(v->nav->app, "%s", why.text);
    return false;
}

static void
on_timer(void *arg)
{
    struct journal_view *v = arg;
    struct journal *journal = navigator_journal(v->nav);
    if (is_stale(v))
        refresh(v);
    else if (journal)
        journal_list_work(&v->list, journal);
    if (v->to_last && !journal_list_is_awaited(&v->list)) {
        v->to_last = false;
        if (v->list.keys.count > 0)
            app_select(v->nav->app, v, v->list.keys.count - 1);
    }
    if (v->seek.on)
        seek(v, JOURNAL_LIST_PIECE_MS, NULL);
    schedule(v);
    app_touch(v->nav->app);
}

/* ---- the header ---- */

/* While there are rows, the status shows the progress, so that the rows do not move. */
static void
write_state(const struct journal_view *v, struct buf *line)
{
    const struct journal *journal = navigator_journal(v->nav);
    const struct journal_list *list = &v->list;
    if (!journal || *list->fault.text || v->refused)
        return;
    if (list->partly) {
        buf_format(line, "The search was stopped: there may be %s. r searches again.",
                   list->keys.count > 0 ? "more matches" : "matches");
    } else if (list->keys.count == 0 && list->search) {
        buf_text(line, "Searching the whole journal: ");
        text_number(line, (int64_t)journal_search_looked(list->search));
        buf_text(line, " rows so far. Esc stops.");
    } else if (list->keys.count == 0 && v->filter_text) {
        buf_text(line, "No matches. f changes the filter; an empty filter shows everything.");
    } else if (list->keys.count == 0) {
        buf_text(line, "The journal (");
        paths_shorten(line, journal_path(journal));
        buf_text(line, ") is empty. Each lookup is saved in it; press i to look up an address.");
    }
}

static void
write_top(struct journal_view *v, int cols)
{
    const struct journal *journal = navigator_journal(v->nav);
    struct buf line = {0};
    header_begin(&v->top, cols);
    bool saves_nothing = journal && journal_is_in_memory(journal) && v->nav->no_journal && *v->nav->no_journal;
    if (!v->nav->engine->recorder || saves_nothing)
        buf_text(&line, v->nav->no_journal);
    else if (!journal)
        buf_text(&line, "The journal failed and was closed; restart the program to begin a new one.");
    else if (*v->list.fault.text)
        buf_text(&line, v->list.fault.text);
    else if (journal_is_read_only(journal))
        buf_format(&line, "%s is read-only: lookups are not saved.", journal_path(journal));
    header_add(&v->top, ROLE_WARN, &line);
    write_state(v, &line);
    header_add(&v->top, v->list.search || v->list.partly ? ROLE_WARN : ROLE_PLAIN, &line);
    if (v->list.due > 0)
        buf_format(&line, v->list.due == 1 ? "%zu follow-up is due." : "%zu follow-ups are due.", v->list.due);
    header_add(&v->top, ROLE_WARN, &line);
    if (v->filter_text)
        buf_format(&line, "filter %s  (f ^U Enter shows all)", v->filter_text);
    header_add(&v->top, ROLE_STRONG, &line);
    buf_free(&line);
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct journal_view *v = self;
    if (is_stale(v)) /* rows on the screen are read at once; the timer searches for new ones */
        journal_list_reread(&v->list);
    schedule(v);
    write_top(v, cols);
    int titles = v->list.keys.count > 0;
    header_fit(&v->top, rows - titles - (titles ? header_table_rows(rows) : 0), !titles);
    v->room = rows > v->top.rows + titles ? (size_t)(rows - v->top.rows - titles) : 1;
    out->head = v->top.rows + titles;
    out->body = &v->pane;
    out->rows = v->list.keys.count;
}

/* NULL: it is gone or cannot be read. */
static const struct journal_entry *
entry_at(struct journal_view *v, size_t row)
{
    struct journal *journal = navigator_journal(v->nav);
    return journal ? journal_list_at(&v->list, journal, row) : NULL;
}

static void
fit(struct journal_view *v, size_t row, int cols)
{
    entry_at(v, row); /* reads the page that shows, if it is to be read again */
    for (size_t i = 0; i < v->list.page.count; i++)
        journal_rows_measure(&v->need, &v->list.page.at[i], v->list.now_ms);
    journal_rows_fit(cols, &v->need, v->widths);
}

static void
draw(void *self, enum part part, const struct canvas *canvas)
{
    struct journal_view *v = self;
    (void)part;
    header_draw(&v->top, canvas);
    fit(v, v->pane.cursor.scroll, canvas->cols);
    if (v->list.keys.count > 0)
        journal_rows_draw(canvas, v->top.rows, v->widths, NULL, 0);
}

/* ---- the view ---- */

static void
close_journal(void *self)
{
    struct journal_view *v = self;
    loop_timer_clear(v->nav->engine->loop, &v->timer);
    journal_list_fini(&v->list);
    journal_seek_fini(&v->seek);
    free(v->filter_before);
    filter_fini(&v->filter);
    free(v->filter_text);
    vec_free(&v->marks);
    header_fini(&v->top);
    free(v);
}

/* The position of the cursor includes the number of rows, unless all are on the screen. */
static void
write_status(const struct journal_view *v, struct buf *status)
{
    size_t count = v->list.keys.count;
    if (v->seek.on || journal_list_is_awaited(&v->list)) {
        text_number(status, (int64_t)(v->seek.on ? v->seek.looked : journal_search_looked(v->list.search)));
        buf_text(status, " searched, Esc stops");
    } else if (v->list.search) {
        buf_text(status, "more below");
    } else if (count > 0 && count <= v->room) {
        text_number(status, (int64_t)count);
    }
}

static uint64_t
key(const struct pane *pane, size_t row)
{
    return (uint64_t)((const struct journal_view *)pane)->list.keys.at[row];
}

/* Returns the place of the mark on a resource, or of none. */
static size_t
mark_of(const struct journal_view *v, const struct resource *resource)
{
    size_t at = 0;
    while (at < v->marks.count && !resource_equal(&v->marks.at[at], resource))
        at++;
    return at;
}

static void
turn_mark(struct journal_view *v, const struct resource *resource)
{
    size_t at = mark_of(v, resource);
    if (at < v->marks.count)
        v->marks.at[at] = v->marks.at[--v->marks.count];
    else
        vec_push(&v->marks, *resource);
}

static void
draw_rows(struct pane *pane, const struct canvas *canvas)
{
    struct journal_view *v = (struct journal_view *)pane;
    int first, end;
    canvas_visible(canvas, &first, &end);
    fit(v, (size_t)first, canvas->cols);
    for (int row = first; row < end && row < (int)v->list.keys.count; row++) {
        const struct journal_entry *entry = entry_at(v, (size_t)row);
        if (entry)
            journal_rows_draw(canvas, row, v->widths, entry, v->list.now_ms);
        if (entry && mark_of(v, &entry->resource) < v->marks.count)
            canvas_glyph(canvas, row, 0, ROLE_KEY, GLYPH_MARK);
        if (!entry)
            canvas_text(canvas, row, NAME_COL, CANVAS_REST, ROLE_DIM, "no longer in the journal");
    }
    if (!v->to_last && !v->seek.on)
        journal_list_want(&v->list, (size_t)end + JOURNAL_LIST_AHEAD);
    schedule(v);
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    struct journal_view *v = self;
    if (out->title) {
        buf_text(out->title, "journal");
        write_status(v, out->status);
    }
    const struct journal_entry *entry = entry_at(v, row == VIEW_ANY_ROW ? v->list.page_row : row);
    if (entry)
        out->resource = entry->resource;
    if (entry && out->copy)
        journal_rows_text(out->copy, entry, v->list.now_ms);
}

/* ---- keys ---- */

/* Changes nothing unless the list begins. */
static bool
set_filter(struct journal_view *v, const char *text, bool thorough, struct fault *fault)
{
    struct filter filter = {0};
    struct journal *journal = navigator_journal(v->nav);
    v->refused = !filter_parse(&filter, text, journal_filter(), fault);
    if (v->refused)
        return false;
    if (journal && !journal_list_begin(&v->list, journal, *text ? &filter : NULL, thorough)) {
        filter_fini(&filter);
        v->refused = true;
        return fault_set(fault, "This takes a while; press Enter to search the whole journal.");
    }
    v->seek.on = false;
    v->need = (struct journal_rows_need){0};
    filter_fini(&v->filter);
    v->filter = filter;
    free(v->filter_text);
    v->filter_text = *text ? mem_copy(text) : NULL;
    refresh(v);
    app_select(v->nav->app, v, 0);
    return true;
}

static bool
filter_typed(void *arg, const char *text, struct fault *fault)
{
    return set_filter(arg, text, false, fault);
}

static bool
filter_entered(void *arg, const char *text, struct fault *fault)
{
    return set_filter(arg, text, true, fault);
}

/* Returns to the filter and the row from before the prompt. */
static void
filter_dropped(void *arg)
{
    struct fault fault;
    struct journal_view *v = arg;
    const char *before = v->filter_before ? v->filter_before : "", *now = v->filter_text ? v->filter_text : "";
    if (strcmp(now, before) == 0 && !v->refused)
        return;
    set_filter(v, before, true, &fault);
    for (size_t row = 0; row < v->list.keys.count; row++)
        if (v->list.keys.at[row] == v->began)
            app_select(v->nav->app, v, row);
}

/* A search that takes longer continues behind the prompt. */
static bool
search_accepted(void *arg, const char *text, struct fault *fault)
{
    struct journal_view *v = arg;
    if (!journal_seek_set(&v->seek, text, fault))
        return false;
    if (*text == '\0')
        return true;
    journal_seek_begin(&v->seek, v->pane.cursor.row, false);
    return seek(v, JOURNAL_LIST_PATIENCE_MS, fault);
}

static bool
can(void *self, enum action action, size_t row)
{
    struct journal_view *v = self;
    switch (action) {
    case ACTION_OPEN:
    case ACTION_MARK:
    case ACTION_COMPARE:
        return v->list.keys.count > 0 && (row == VIEW_ANY_ROW || entry_at(v, row));
    case ACTION_FILTER:
        return navigator_journal(v->nav) && (v->list.keys.count > 0 || v->filter_text);
    case ACTION_SEARCH:
        return navigator_journal(v->nav) && v->list.keys.count > 0;
    case ACTION_NEXT:
    case ACTION_PREVIOUS:
        return navigator_journal(v->nav) && v->list.keys.count > 0 && v->seek.text;
    case ACTION_AGAIN:
        return navigator_journal(v->nav);
    case ACTION_UNMARK:
        return v->marks.count > 0;
    case ACTION_BACK:
        return journal_list_is_awaited(&v->list) || v->seek.on;
    case ACTION_LAST:
        return v->list.search;
    default:
        return v->to_last && keymap_is_row_move(action);
    }
}

/* Compares the marked resources; fewer than two together with that of the row. */
static void
compare_marked(struct journal_view *v, const struct resource *here)
{
    struct resource resources[COMPARISON_MOST];
    size_t count = 0;
    for (size_t i = 0; i < v->marks.count && count < COMPARISON_MOST; i++)
        resources[count++] = v->marks.at[i];
    if (count < 2 && mark_of(v, here) == v->marks.count)
        resources[count++] = *here;
    navigator_compare(v->nav, resources, count);
}

/* Any other action than waiting cancels moves that wait for the search. */
static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct journal_view *v = self;
    v->to_last = action == ACTION_LAST;
    v->seek.on = false;
    if (action == ACTION_OPEN) {
        const struct journal_entry *e = entry_at(v, row);
        bool seen = e->observed && e->resource.kind == RESOURCE_ADDRESS;
        navigate(v->nav, &(struct place){seen ? PLACE_THEN_NOW : PLACE_HISTORY, .resource = e->resource});
    } else if (action == ACTION_MARK) {
        turn_mark(v, &entry_at(v, row)->resource);
    } else if (action == ACTION_UNMARK) {
        app_message(app, "%zu mark%s cleared", v->marks.count, v->marks.count == 1 ? "" : "s");
        vec_clear(&v->marks);
    } else if (action == ACTION_COMPARE) {
        compare_marked(v, &entry_at(v, row)->resource);
    } else if (action == ACTION_AGAIN) {
        v->outdated = true;
        refresh(v);
    } else if (action == ACTION_BACK) {
        v->list.wanted = 0;
        v->list.partly = v->list.search;
    } else if (keymap_is_row_move(action)) {
        if (v->to_last)
            journal_list_want(&v->list, SIZE_MAX);
        pane_move(&v->pane, keymap_move(action), v->list.keys.count, v->room);
    } else if (action == ACTION_SEARCH) {
        prompt_open(app, "Search: level:2 in:192.0.2.0/24 state:open ticket:4711 since:30d word", NULL, search_accepted,
                    v);
    } else if (action == ACTION_FILTER) {
        free(v->filter_before);
        v->filter_before = v->filter_text ? mem_copy(v->filter_text) : NULL;
        v->began = row < v->list.keys.count ? v->list.keys.at[row] : 0;
        prompt_open_heard(app, "Filter: level:2 in:192.0.2.0/24 state:open ticket:4711 since:30d word", v->filter_text,
                          filter_typed, filter_entered, filter_dropped, v);
    } else {
        journal_seek_begin(&v->seek, v->pane.cursor.row, action == ACTION_PREVIOUS);
        seek(v, JOURNAL_LIST_PATIENCE_MS, NULL);
    }
}

static const enum action hints[] = {ACTION_FILTER, ACTION_AGAIN,   ACTION_HISTORY, ACTION_STATE,
                                    ACTION_NOTE,   ACTION_COMPARE, ACTION_NONE};

static void report(void *self, int cols, bool ascii, struct buf *out);

static const struct pane_type list_type = {.key = key, .draw = draw_rows};

static const struct view journal_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .here = ACTION_JOURNAL,
    .hints = hints,
    .close = close_journal,
    .panes = panes,
    .draw = draw,
    .subject = subject,
    .can = can,
    .act = act,
    .report = report,
};

/* A longer list is a job for `journal list`. */
static void
report(void *self, int cols, bool ascii, struct buf *out)
{
    const struct journal_view *v = self;
    layer_dump(&journal_view, self, REPORT_ROWS, cols, ascii, out);
    if (v->list.keys.count > REPORT_ROWS || v->list.search)
        buf_text(out, "\nThere are more: `whylisted journal list` prints all.\n");
}

void
view_journal_open(struct nav *nav, const struct place *place)
{
    (void)place;
    struct journal_view *v = mem_zero(sizeof *v);
    v->pane.type = &list_type;
    v->nav = nav;
    v->timer = (struct timer){.fire = on_timer, .arg = v};
    v->outdated = true;
    refresh(v);
    app_push(nav->app, &journal_view, v);
}

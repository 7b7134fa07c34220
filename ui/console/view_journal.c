/* The list keeps the order in which it was found until the user asks for it anew: an entry that is opened is looked at
 * again, and would be the newest when he comes back to it. */
#include "view_journal.h"

#include "clock.h"
#include "journal_list.h"
#include "journal_rows.h"
#include "text.h"
#include "top.h"
#include "view_entry.h"
#include "view_prompt.h"

#include <string.h>

enum { AHEAD = 64 /* rows that are there before one scrolls to them */, BETWEEN_PIECES_MS = 2 };

struct journal_view {
    struct drill *drill;
    struct filter filter;
    char *filter_text; /* NULL = none */
    struct journal_list list;
    bool outdated; /* it is to begin anew */
    bool wants_more;
    bool refused;       /* what is typed, so that the list is not of it */
    struct timer timer; /* to the next piece of a search */
    unsigned version;   /* of the journal, as it was looked at last */
    struct top top;
    int widths[JOURNAL_ROWS_COLUMNS];
};

/* ---- fetching ---- */

static const struct filter *
filter_of(const struct journal_view *v)
{
    return v->filter_text ? &v->filter : NULL;
}

static void
search_on(struct journal_view *v)
{
    if (v->list.search && !loop_timer_is_set(&v->timer))
        loop_timer_set(app_loop(v->drill->app), &v->timer, clock_now_ms() + BETWEEN_PIECES_MS);
    else if (!v->list.search)
        loop_timer_clear(app_loop(v->drill->app), &v->timer);
}

static void
on_timer(void *arg)
{
    struct journal_view *v = arg;
    struct journal *journal = drill_journal(v->drill);
    if (journal)
        journal_list_work(&v->list, journal);
    search_on(v);
    app_touch(v->drill->app);
}

static void
refresh(struct journal_view *v)
{
    struct journal *journal = drill_journal(v->drill);
    unsigned version = v->drill->keeper ? keeper_version(v->drill->keeper) : 0;
    if (!journal)
        journal_list_fini(&v->list);
    else if (v->outdated)
        journal_list_begin(&v->list, journal, filter_of(v), true);
    else if (v->list.search)
        version = v->version; /* what is new is looked at when all else was */
    else if (v->version != version)
        journal_list_renew(&v->list, journal, filter_of(v));
    else if (v->wants_more)
        journal_list_go_on(&v->list, journal, filter_of(v));
    v->wants_more = v->outdated = false;
    v->version = version;
    search_on(v);
}

/* More are wanted when those that show come near to the last. */
static void
look_ahead(struct journal_view *v, int end)
{
    v->wants_more = v->list.more && (size_t)end + AHEAD > v->list.entries.count;
    if (v->wants_more)
        app_touch(v->drill->app);
}

/* ---- what stands on top ---- */

static void
write_lacks(const struct journal_view *v, struct buf *line)
{
    const struct drill *drill = v->drill;
    const struct journal *journal = drill_journal(drill);
    if (!drill->keeper)
        buf_text(line, drill->no_journal);
    else if (!journal)
        buf_text(line, "The journal is out of order and was closed; start the program again for a new one.");
    else if (*v->list.fault.text)
        buf_text(line, v->list.fault.text);
    else if (journal_is_read_only(journal))
        buf_format(line, "%s can only be read: nothing is kept in it.", journal_path(journal));
}

static void
write_empty(const struct journal_view *v, struct buf *line)
{
    const struct journal *journal = drill_journal(v->drill);
    if (!journal || v->list.entries.count > 0 || *v->list.fault.text || v->list.search || v->list.partly || v->refused)
        return;
    if (v->filter_text)
        buf_text(line, "Nothing in the journal is like that. f changes the filter; an empty one shows everything.");
    else
        buf_format(line,
                   "Nothing is in the journal yet (%s). Each address that is asked about is kept in it: i asks about "
                   "one.",
                   journal_path(journal));
}

static void
write_search(const struct journal_view *v, struct buf *line)
{
    if (v->list.search) {
        buf_text(line, "Looking through all of the journal: ");
        text_number(line, (int64_t)journal_search_looked(v->list.search));
        buf_text(line, " so far. Esc stops it.");
    } else if (v->list.partly) {
        buf_format(line, "Not all of the journal was looked through: %s. r looks again.",
                   v->list.entries.count > 0 ? "there may be more" : "there may be some");
    }
}

static void
write_top(struct journal_view *v, int cols)
{
    struct buf line = {0};
    top_begin(&v->top, cols);
    write_lacks(v, &line);
    top_add(&v->top, ROLE_WARN, &line);
    write_empty(v, &line);
    top_add(&v->top, ROLE_PLAIN, &line);
    write_search(v, &line);
    top_add(&v->top, ROLE_WARN, &line);
    if (v->list.due > 0)
        buf_format(&line, v->list.due == 1 ? "%zu follow-up is due." : "%zu follow-ups are due.", v->list.due);
    top_add(&v->top, ROLE_WARN, &line);
    if (v->filter_text)
        buf_format(&line, "filter %s", v->filter_text);
    top_add(&v->top, ROLE_STRONG, &line);
    buf_free(&line);
}

static struct view_parts
parts(void *self, int rows, int cols)
{
    struct journal_view *v = self;
    refresh(v);
    write_top(v, cols);
    int titles = v->list.entries.count > 0;
    top_fit(&v->top, rows - titles - (titles ? top_table_rows(rows) : 0), !titles);
    return (struct view_parts){.head = v->top.rows + titles};
}

static void
head(void *self, const struct canvas *canvas)
{
    struct journal_view *v = self;
    top_draw(&v->top, canvas);
    journal_rows_fit(canvas->cols, v->list.cases, v->widths);
    if (v->list.entries.count > 0)
        journal_rows_head(canvas, v->top.rows, v->widths);
}

/* ---- the view ---- */

static void
close_journal(void *self)
{
    struct journal_view *v = self;
    loop_timer_clear(app_loop(v->drill->app), &v->timer);
    journal_list_fini(&v->list);
    filter_fini(&v->filter);
    free(v->filter_text);
    top_fini(&v->top);
    free(v);
}

static void
title(void *self, struct buf *out)
{
    (void)self;
    buf_text(out, "journal");
}

static void
status(void *self, struct buf *out)
{
    const struct journal_view *v = self;
    if (v->list.entries.count == 0)
        return;
    buf_text(out, v->list.more ? "newest " : "");
    text_number(out, (int64_t)v->list.entries.count);
}

static size_t
rows(void *self, int cols)
{
    struct journal_view *v = self;
    (void)cols;
    return v->list.entries.count;
}

static uint64_t
key(void *self, size_t row)
{
    const struct journal_view *v = self;
    return v->list.keys.at[row];
}

static void
draw(void *self, const struct canvas *canvas)
{
    struct journal_view *v = self;
    int first, end;
    canvas_visible(canvas, &first, &end);
    journal_rows_fit(canvas->cols, v->list.cases, v->widths);
    for (int row = first; row < end && row < (int)v->list.entries.count; row++)
        journal_rows_draw(canvas, row, v->widths, &v->list.entries.at[row], v->list.now_ms);
    look_ahead(v, end);
}

static void
subject(void *self, size_t row, struct buf *out)
{
    const struct journal_view *v = self;
    if (row < v->list.entries.count)
        journal_rows_text(out, &v->list.entries.at[row], v->list.now_ms);
}

static bool
matter(void *self, size_t row, struct matter *out)
{
    const struct journal_view *v = self;
    if (v->list.entries.count == 0 || (row != VIEW_ANY_ROW && row >= v->list.entries.count))
        return false;
    *out = v->list.entries.at[row == VIEW_ANY_ROW ? 0 : row].matter;
    return true;
}

/* ---- keys ---- */

/* The list is begun before anything else changes: it may refuse. */
static bool
set_filter(struct journal_view *v, const char *text, bool thorough, struct fault *fault)
{
    struct filter filter = {0};
    struct journal *journal = drill_journal(v->drill);
    v->refused = !filter_parse(&filter, text, journal_filter(), fault);
    if (v->refused)
        return false;
    if (journal && !journal_list_begin(&v->list, journal, *text ? &filter : NULL, thorough)) {
        filter_fini(&filter);
        v->refused = true;
        return fault_set(fault, "That takes a while: Enter looks through all of it.");
    }
    filter_fini(&v->filter);
    v->filter = filter;
    free(v->filter_text);
    v->filter_text = *text ? mem_copy(text) : NULL;
    refresh(v);
    app_select(v->drill->app, v, 0);
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

static void
filter_dropped(void *arg)
{
    struct fault fault;
    filter_entered(arg, "", &fault);
}

static void
ask_filter(struct journal_view *v)
{
    view_prompt_open_heard(v->drill->app, "Filter: level:2 as:64500 in:192.0.2.0/24 state:open tag:vip since:30d word",
                           v->filter_text, filter_typed, filter_entered, filter_dropped, v);
}

/* An address as it was; of a net or an ASN, and of what was never looked at, its history. */
static void
open_row(struct journal_view *v, const struct journal_entry *e)
{
    if (e->observed && e->matter.kind == MATTER_ADDRESS)
        view_entry_open_newest(v->drill, &e->matter.prefix.addr);
    else
        drill_to_history(v->drill, &e->matter);
}

static void
stop(struct journal_view *v)
{
    struct journal *journal = drill_journal(v->drill);
    if (journal)
        journal_list_stop(&v->list, journal);
    search_on(v);
}

static bool
can(void *self, enum action action, size_t row)
{
    const struct journal_view *v = self;
    switch (action) {
    case ACTION_OPEN:
        return v->list.entries.count > 0 && (row == VIEW_ANY_ROW || row < v->list.entries.count);
    case ACTION_FILTER:
    case ACTION_SEARCH:
        return drill_journal(v->drill) && (v->list.entries.count > 0 || v->filter_text);
    case ACTION_AGAIN:
        return drill_journal(v->drill);
    case ACTION_BACK:
        return v->list.search;
    default:
        return false;
    }
}

static void
act(void *self, struct app *app, enum action action, struct cursor *cursor)
{
    struct journal_view *v = self;
    (void)app;
    if (action == ACTION_OPEN)
        open_row(v, &v->list.entries.at[cursor->row]);
    else if (action == ACTION_AGAIN)
        v->outdated = true;
    else if (action == ACTION_BACK)
        stop(v);
    else
        ask_filter(v);
}

static const struct view journal_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .here = ACTION_JOURNAL,
    .parts = parts,
    .close = close_journal,
    .title = title,
    .status = status,
    .rows = rows,
    .key = key,
    .head = head,
    .draw = draw,
    .can = can,
    .act = act,
    .subject = subject,
    .matter = matter,
};

void
view_journal_open(struct drill *drill)
{
    struct journal_view *v = mem_zero(sizeof *v);
    v->drill = drill;
    v->timer = (struct timer){.fire = on_timer, .arg = v};
    v->outdated = true;
    app_push(drill->app, &journal_view, v);
}

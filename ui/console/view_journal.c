/* Only so many rows are fetched as scrolling has come near to, twice as many each time: a journal may hold a million.
 * They are fetched anew when something was written, but keep the order in which they were found until the user asks for
 * it: an entry that is opened is looked at again, and would be the newest when he comes back. What is new comes on top.
 */
#include "view_journal.h"

#include "clock.h"
#include "journal_rows.h"
#include "text.h"
#include "top.h"
#include "view_entry.h"
#include "view_prompt.h"

#include <string.h>

enum { FIRST = 128, AHEAD = 64 /* rows that are there before one scrolls to them */, MOST = 1 << 20 };

struct journal_view {
    struct drill *drill;
    struct filter filter;
    char *filter_text; /* NULL = none */
    journal_entries entries;
    bool more;          /* there are others */
    size_t wanted;      /* rows to fetch */
    bool outdated;      /* to be fetched in a new order */
    unsigned version;   /* of what was fetched */
    struct fault fault; /* why nothing could be; "" = it could */
    int64_t now_ms;     /* of the last fetch: what was due then stands on top */
    size_t due;         /* how many that is */
    struct top top;
    int widths[JOURNAL_ROWS_COLUMNS];
};

/* ---- fetching ---- */

static bool
is_due(const struct journal_view *v, const struct journal_entry *e)
{
    return e->has_case && e->case_state != CASE_CLOSED && e->due_ms != 0 && e->due_ms <= v->now_ms;
}

/* FNV-1a. */
static uint64_t
key_of(const struct matter *matter)
{
    char text[MATTER_TEXT];
    uint64_t key = UINT64_C(14695981039346656037);
    for (const char *at = matter_text(matter, text); *at != '\0'; at++)
        key = (key ^ (unsigned char)*at) * UINT64_C(1099511628211);
    return key | 1;
}

/* Where a matter was, or is to be. */
struct standing {
    uint64_t key;
    size_t rank, row;
};

static int
by_key(const void *a, const void *b)
{
    const struct standing *x = a, *y = b;
    return x->key < y->key ? -1 : x->key > y->key;
}

static int
by_rank(const void *a, const void *b)
{
    const struct standing *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static struct standing *
standings_of(const journal_entries *entries)
{
    struct standing *list = mem_zero((entries->count + 1) * sizeof *list);
    for (size_t i = 0; i < entries->count; i++)
        list[i] = (struct standing){.key = key_of(&entries->at[i].matter), .row = i};
    return list;
}

/* What was there before keeps its place among its like; before it comes what is newer, behind it what is older. */
static void
keep_order(journal_entries *entries, const journal_entries *before, int64_t before_ms)
{
    struct standing *old = standings_of(before), *new = standings_of(entries);
    struct journal_entry *sorted = mem_alloc((entries->count + 1) * sizeof *sorted);
    qsort(old, before->count, sizeof *old, by_key);
    for (size_t i = 0; i < entries->count; i++) {
        const struct standing *was = bsearch(&new[i], old, before->count, sizeof *old, by_key);
        new[i].rank = was ? 1 + was->row : entries->at[i].seen_ms >= before_ms ? 0 : SIZE_MAX;
    }
    qsort(new, entries->count, sizeof *new, by_rank);
    for (size_t i = 0; i < entries->count; i++)
        sorted[i] = entries->at[new[i].row];
    memcpy(entries->at, sorted, entries->count * sizeof *sorted);
    free(sorted);
    free(old);
    free(new);
}

static void
fetch(struct journal_view *v)
{
    struct journal *journal = drill_journal(v->drill);
    journal_entries before = v->entries;
    int64_t before_ms = v->now_ms;
    v->entries = (journal_entries){0};
    v->more = false;
    v->due = 0;
    v->now_ms = clock_wall_ms();
    v->fault = (struct fault){""};
    if (journal)
        journal_find(journal, v->filter_text ? &v->filter : NULL, v->now_ms, v->wanted, &v->entries, &v->more,
                     &v->fault);
    if (!v->outdated && v->entries.count > 0)
        keep_order(&v->entries, &before, before_ms);
    journal_entries_fini(&before);
    for (size_t i = 0; i < v->entries.count; i++)
        v->due += is_due(v, &v->entries.at[i]);
}

static void
refresh(struct journal_view *v)
{
    unsigned version = v->drill->keeper ? keeper_version(v->drill->keeper) : 0;
    bool short_of = v->more && v->entries.count < v->wanted;
    if (!v->outdated && !short_of && v->version == version)
        return;
    fetch(v);
    v->outdated = false;
    v->version = version;
}

/* Fetches more when the rows that are shown, or will soon be, come near to the last. */
static void
look_ahead(struct journal_view *v, int end)
{
    if (!v->more || (size_t)end + AHEAD < v->entries.count || v->wanted >= MOST)
        return;
    v->wanted = 2 * v->entries.count;
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
    else if (*v->fault.text)
        buf_text(line, v->fault.text);
    else if (journal_is_read_only(journal))
        buf_format(line, "%s can only be read: nothing is kept in it.", journal_path(journal));
}

static void
write_empty(const struct journal_view *v, struct buf *line)
{
    const struct journal *journal = drill_journal(v->drill);
    if (!journal || v->entries.count > 0 || *v->fault.text)
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
write_top(struct journal_view *v, int cols)
{
    struct buf line = {0};
    top_begin(&v->top, cols);
    write_lacks(v, &line);
    top_add(&v->top, ROLE_WARN, &line);
    write_empty(v, &line);
    top_add(&v->top, ROLE_PLAIN, &line);
    if (v->due > 0)
        buf_format(&line, v->due == 1 ? "%zu follow-up is due." : "%zu follow-ups are due.", v->due);
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
    int titles = v->entries.count > 0;
    top_fit(&v->top, rows - titles - (titles ? top_table_rows(rows) : 0), !titles);
    return (struct view_parts){.head = v->top.rows + titles};
}

static void
head(void *self, const struct canvas *canvas)
{
    struct journal_view *v = self;
    top_draw(&v->top, canvas);
    journal_rows_fit(canvas->cols, v->widths);
    if (v->entries.count > 0)
        journal_rows_head(canvas, v->top.rows, v->widths);
}

/* ---- the view ---- */

static void
close_journal(void *self)
{
    struct journal_view *v = self;
    journal_entries_fini(&v->entries);
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
    if (v->entries.count == 0)
        return;
    buf_text(out, v->more ? "newest " : "");
    text_number(out, (int64_t)v->entries.count);
}

static size_t
rows(void *self, int cols)
{
    struct journal_view *v = self;
    (void)cols;
    return v->entries.count;
}

static uint64_t
key(void *self, size_t row)
{
    const struct journal_view *v = self;
    return key_of(&v->entries.at[row].matter);
}

static void
draw(void *self, const struct canvas *canvas)
{
    struct journal_view *v = self;
    int first, end;
    canvas_visible(canvas, &first, &end);
    journal_rows_fit(canvas->cols, v->widths);
    for (int row = first; row < end && row < (int)v->entries.count; row++)
        journal_rows_draw(canvas, row, v->widths, &v->entries.at[row], v->now_ms);
    look_ahead(v, end);
}

static void
subject(void *self, size_t row, struct buf *out)
{
    const struct journal_view *v = self;
    if (row < v->entries.count)
        journal_rows_text(out, &v->entries.at[row], v->now_ms);
}

static bool
matter(void *self, size_t row, struct matter *out)
{
    const struct journal_view *v = self;
    if (v->entries.count == 0 || (row != VIEW_ANY_ROW && row >= v->entries.count))
        return false;
    *out = v->entries.at[row == VIEW_ANY_ROW ? 0 : row].matter;
    return true;
}

/* ---- keys ---- */

static bool
filter_typed(void *arg, const char *text, struct fault *fault)
{
    struct journal_view *v = arg;
    if (!filter_parse(&v->filter, text, journal_filter(), fault))
        return false;
    free(v->filter_text);
    v->filter_text = *text ? mem_copy(text) : NULL;
    v->wanted = FIRST;
    v->outdated = true;
    refresh(v);
    app_select(v->drill->app, v, 0);
    return true;
}

static void
filter_dropped(void *arg)
{
    struct fault fault;
    filter_typed(arg, "", &fault);
}

static void
ask_filter(struct journal_view *v)
{
    view_prompt_open_live(v->drill->app,
                          "Filter: words, in:203.0.113.0/24, as:64500, level:2, state:open, tag:vip, since:30d",
                          v->filter_text, filter_typed, filter_dropped, v);
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

static bool
can(void *self, enum action action, size_t row)
{
    const struct journal_view *v = self;
    switch (action) {
    case ACTION_OPEN:
        return v->entries.count > 0 && (row == VIEW_ANY_ROW || row < v->entries.count);
    case ACTION_FILTER:
    case ACTION_SEARCH:
        return drill_journal(v->drill) && (v->entries.count > 0 || v->filter_text);
    case ACTION_AGAIN:
        return drill_journal(v->drill);
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
        open_row(v, &v->entries.at[cursor->row]);
    else if (action == ACTION_AGAIN)
        v->outdated = true;
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
    v->outdated = true;
    v->wanted = FIRST;
    app_push(drill->app, &journal_view, v);
}

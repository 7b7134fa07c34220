#include "toy_view.h"

#include "base/mem.h"
#include "base/text.h"
#include "console/overlays/confirm.h"
#include "console/overlays/text_view.h"
#include "draw/columns.h"

#include <stdlib.h>
#include <string.h>

struct toy {
    struct pane pane;
    struct app *app;
    char *title;
    unsigned first, rows;
    bool hidden;
    unsigned changes;
    int widths[4];
};

static const struct column columns[] = {
    {"address", 15, 15, 0, false},
    {"listed", 9, 9, 1, true},
    {"holder", 40, 8, 2, false},
    {"country", 7, 7, 3, false},
};

enum { COLUMNS = sizeof columns / sizeof columns[0] };

static void
close_toy(void *self)
{
    struct toy *toy = self;
    free(toy->title);
    free(toy);
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct toy *toy = self;
    (void)row;
    if (!out->title)
        return;
    buf_text(out->title, toy->title);
    buf_format(out->status, "%u neighbours", toy->rows);
}

static void
changed(void *self, unsigned what)
{
    struct toy *toy = self;
    toy->changes |= what;
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    enum { HEAD = 2, LEAST = 3 };
    struct toy *toy = self;
    columns_fit(columns, COLUMNS, cols, toy->widths);
    out->head = rows >= HEAD + LEAST ? HEAD : 0;
    out->body = &toy->pane;
    out->rows = toy->hidden ? 0 : toy->rows;
}

static uint64_t
key(const struct pane *pane, size_t row)
{
    return ((const struct toy *)pane)->first + row + 1;
}

static void
address_of(struct buf *out, const struct toy *toy, size_t row)
{
    buf_format(out, "203.0.113.%u", toy->first + (unsigned)row);
}

static void
draw(void *self, enum part part, const struct canvas *canvas)
{
    (void)part;
    columns_row(canvas, 0, columns, COLUMNS, ((struct toy *)self)->widths, NULL);
    canvas_bar(canvas, 1, 0, 30, ROLE_LISTED, 0.42, 0.75);
}

static void
draw_rows(struct pane *pane, const struct canvas *canvas)
{
    static const char *const holders[] = {
        "EXAMPLE Example Hosting", "中文網路 Taipei Example Network", "TELE Telefónica Ejemplo S.A.", "",
        "LONG A provider with a name that is much too long for a column of this width"};
    const struct toy *toy = (struct toy *)pane;
    int first, end;
    canvas_visible(canvas, &first, &end);
    for (int row = first; row < end; row++) {
        struct buf address = {0}, listed = {0};
        unsigned number = toy->first + (unsigned)row;
        address_of(&address, toy, (size_t)row);
        text_number(&listed, (int64_t)number * number * number);
        columns_row(canvas, row, columns, COLUMNS, toy->widths,
                    (struct column_cell[]){{number % 3 ? ROLE_CLEAR : ROLE_LISTED, buf_string(&address)},
                                           {ROLE_PLAIN, buf_string(&listed)},
                                           {ROLE_DIM, holders[number % 5]},
                                           {ROLE_DIM, "DE"}});
        buf_free(&address);
        buf_free(&listed);
    }
}

static bool
can(void *self, enum action action, size_t row)
{
    const struct toy *toy = self;
    if (action == ACTION_OPEN)
        return row == VIEW_ANY_ROW || (row + toy->first) % 2 == 0;
    return action == ACTION_DETAILS || action == ACTION_AGAIN || action == ACTION_PANE;
}

static void
open_details(struct app *app)
{
    struct text_page *page = text_page_new("raw");
    text_page_head(page, "dnsbl-1.uceprotect.net");
    text_page_pair(page, ROLE_DIM, "question", "77.113.0.203.dnsbl-1.uceprotect.net. A");
    text_page_pair(page, ROLE_DIM, "answer", "127.0.0.2, TTL 2100 s, 12.3 ms from 127.0.0.1:5300");
    text_page_pair(page, ROLE_DIM, "text",
                   "Net 203.0.112.0/22 is UCEPROTECT-Level2 listed because 23 impacts are seen from EXAMPLE Example "
                   "Hosting, DE/AS64500 there. See: http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77");
    text_page_head(page, "the same by hand");
    text_page_line(page, ROLE_STRONG, "dig +bufsize=4096 77.113.0.203.dnsbl-1.uceprotect.net TXT @127.0.0.1 -p 5300");
    for (int i = 1; i <= 40; i++) {
        struct buf line = {0};
        buf_format(&line, "line %d", i);
        text_page_line(page, ROLE_PLAIN, buf_string(&line));
        buf_free(&line);
    }
    text_view_open(app, LAYOUT_PAGE, page, NULL);
}

static void
forget(void *arg, bool yes)
{
    struct toy *toy = arg;
    if (yes)
        toy->rows = 1;
    app_message(toy->app, yes ? "forgotten" : "kept");
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct toy *toy = self;
    struct buf address = {0};
    switch (action) {
    case ACTION_OPEN:
        address_of(&address, toy, row);
        toy_open(app, buf_string(&address), 0, 30);
        break;
    case ACTION_DETAILS:
        open_details(app);
        break;
    case ACTION_AGAIN:
        confirm_open(app, "Forget all of these neighbours but the first one?", forget, toy);
        break;
    default:
        pane_select(&toy->pane, row < toy->rows / 2 ? toy->rows / 2 : 0);
        break;
    }
    buf_free(&address);
}

static void
row_text(const struct pane *pane, size_t row, struct buf *out)
{
    address_of(out, (const struct toy *)pane, row);
}

static const struct pane_type rows_type = {.key = key, .draw = draw_rows, .text = row_text};

static const struct view toy_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .close = close_toy,
    .subject = subject,
    .changed = changed,
    .panes = panes,
    .draw = draw,
    .can = can,
    .act = act,
};

struct toy *
toy_open(struct app *app, const char *name, unsigned first, unsigned count)
{
    struct toy *toy = mem_zero(sizeof *toy);
    toy->pane.type = &rows_type;
    toy->app = app;
    toy->title = mem_copy(name);
    toy->first = first;
    toy->rows = count;
    app_push(app, &toy_view, toy);
    return toy;
}

void
toy_prepend(struct toy *toy, unsigned count)
{
    toy->first -= count;
    toy->rows += count;
    app_touch(toy->app);
}

void
toy_hide(struct toy *toy, bool hidden)
{
    toy->hidden = hidden;
    app_touch(toy->app);
}

bool
toy_submit(void *arg, const char *text, struct fault *fault)
{
    if (*text == '\0' || text[strspn(text, "0123456789")] != '\0')
        return fault_set(fault, "\"%.40s\" is no number; type digits only, such as 64500", text);
    toy_open(arg, text, 0, 12);
    return true;
}

unsigned
toy_changes(const struct toy *toy)
{
    return toy->changes;
}

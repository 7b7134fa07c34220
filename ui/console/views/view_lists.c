/* Shows the answers that the page of the address has; about no address, the lists and their self-tests. */
#include "console/views/routes.h"

#include "base/clock.h"
#include "console/overlays/text_view.h"
#include "console/views/raw_answers.h"
#include "console/views/watch.h"
#include "console/widgets/table.h"
#include "pages/list_page.h"
#include "pages/reception_rows.h"

#include <stdlib.h>

enum { ABOUT = 4, ROOMY = 20 /* rows of the view from which there is room for that */ };

struct lists_view {
    struct table table;
    struct nav *nav;
    struct watch *watch; /* NULL = about no address */
    struct lists_table lists;
    struct header top;
    int about;        /* rows of the selected list between header and table */
    unsigned changes; /* of watch or self-tests, ... */
    unsigned shown;   /* ... and those that the table shows */
    bool outdated;
};

static const struct list *
list_at(const struct lists_view *v, size_t row)
{
    return row < v->table.row_count ? v->lists.rows.at[table_item(&v->table, row)].list : NULL;
}

/* ---- the table ---- */

static void
on_self_test(void *arg, const struct list *list)
{
    struct lists_view *v = arg;
    (void)list;
    v->changes++;
    app_touch(v->nav->app);
}

/* Says how many lists say what, and whether receivers would block the address. */
static void
write_top(struct lists_view *v, int cols)
{
    const struct evidence *e = v->lists.evidence;
    struct buf line = {0};
    header_begin(&v->top, cols);
    if (e && e->reserved)
        buf_format(&line, "%s: ", e->reserved);
    if (e)
        lists_table_sum(&v->lists, &line);
    header_add(&v->top, ROLE_STRONG, &line);
    if (e && v->nav->receivers && !e->reserved && v->lists.counts[LISTS_AWAITED] == 0)
        reception_rows_line(&line, v->nav->receivers, e);
    header_add(&v->top, ROLE_PLAIN, &line);
    header_need(&v->top);
    buf_free(&line);
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct lists_view *v = self;
    unsigned changes = v->watch ? v->watch->changes : v->changes;
    if (v->watch)
        investigation_catch_up(v->watch->investigation);
    if (v->outdated || v->shown != changes) {
        v->shown = changes;
        v->outdated = false;
        lists_table_gather(&v->lists);
        table_fill(&v->table, v->lists.rows.count);
    }
    write_top(v, cols);
    v->about = rows >= ROOMY && v->table.row_count > 0 ? ABOUT : 0;
    table_panes(&v->table, &v->top, rows, v->about, out);
}

/* Shows all that the selected list says, of which its row has only the beginning, and what to do about it. */
static void
draw_about(const struct lists_view *v, const struct canvas *canvas)
{
    enum { SAYS = 2 }; /* rows */
    const struct list *list = list_at(v, v->table.pane.cursor.row);
    struct buf says = {0}, remedy = {0};
    if (!list)
        return;
    buf_format(&says, "%s: ", list->title);
    lists_table_says(&v->lists, list, &says);
    list_page_remedy(&remedy, &v->lists, list);
    if (remedy.count == 0)
        buf_format(&remedy, "%s, run by %s", list->zone, list->run_by);
    int col = canvas_glyph(canvas, 0, 0, ROLE_KEY, GLYPH_INTO) + 1;
    struct canvas part = canvas_part(canvas, 0, col, SAYS, canvas->cols - col);
    int rows = canvas_wrap_whole(&part, ROLE_PLAIN, buf_string(&says));
    part = canvas_part(canvas, rows, col, ABOUT - rows, canvas->cols - col);
    canvas_wrap_whole(&part, ROLE_PLAIN, buf_string(&remedy));
    buf_free(&says);
    buf_free(&remedy);
}

static void
draw(void *self, enum part part, const struct canvas *canvas)
{
    struct lists_view *v = self;
    (void)part;
    table_draw_head(&v->table, &v->top, canvas, v->about);
    if (v->about > 0) {
        struct canvas about = canvas_part(canvas, v->top.rows, 0, v->about, canvas->cols);
        draw_about(v, &about);
    }
}

/* ---- pages ---- */

struct shown_list {
    struct raw_answers raw; /* first */
    struct lists_table table;
    const struct list *list;
};

static void
fill_list(void *arg, struct text_page *page)
{
    const struct shown_list *shown = arg;
    const struct health *health = shown->table.health;
    list_page(page, &shown->table, shown->list);
    if (shown->raw.evidence)
        raw_answers_add(&shown->raw, page);
    else if (health && shown->list->chosen)
        raw_answers_add_self_test(page, health_at(health, shown->list), shown->list);
}

static void
open_list(struct lists_view *v, const struct list *list)
{
    struct shown_list *page = mem_alloc(sizeof *page);
    const unsigned *changes = v->watch ? &v->watch->changes : &v->changes;
    *page = (struct shown_list){
        .raw = {v->nav->engine, v->lists.evidence, changes, address_key(ADDRESS_KEY_LIST, (uint32_t)list->index)},
        .table = {.catalogue = v->lists.catalogue, .health = v->lists.health, .evidence = v->lists.evidence},
        .list = list,
    };
    struct resource about = v->watch ? resource_of_address(&v->watch->evidence->address) : (struct resource){0};
    struct text_source source = {changes, fill_list, free, page, about};
    text_view_open(v->nav->app, LAYOUT_PAGE, text_page_new(list->title), &source);
}

struct shown_reception {
    const struct receivers *receivers;
    const struct evidence *evidence;
};

static void
fill_reception(void *arg, struct text_page *page)
{
    const struct shown_reception *shown = arg;
    text_page_line(page, ROLE_PLAIN, "Points of published settings; receivers.conf adds your own.");
    for (size_t i = 0; i < shown->receivers->list.count; i++) {
        struct reception reception;
        struct buf words = {0};
        reception_of(&reception, &shown->receivers->list.at[i], shown->evidence);
        reception_words(&words, &reception);
        text_page_line(page, ROLE_PLAIN, "");
        text_page_line(page, ROLE_PLAIN, buf_string(&words));
        buf_free(&words);
        reception_fini(&reception);
    }
}

static void
open_reception(struct lists_view *v)
{
    struct shown_reception *shown = mem_alloc(sizeof *shown);
    *shown = (struct shown_reception){v->nav->receivers, v->lists.evidence};
    struct text_source source = {&v->watch->changes, fill_reception, free, shown,
                                 resource_of_address(&v->watch->evidence->address)};
    text_view_open(v->nav->app, LAYOUT_PAGE, text_page_new("would receivers block it?"), &source);
}

/* ---- the view ---- */

static void
close_lists(void *self)
{
    struct lists_view *v = self;
    if (v->watch)
        watch_close(v->watch, v);
    else if (v->lists.health)
        health_unlisten(v->nav->engine->health, v);
    table_fini(&v->table);
    header_fini(&v->top);
    vec_free(&v->lists.rows);
    free(v);
}

static void
changed(void *self, unsigned what)
{
    struct lists_view *v = self;
    if (v->watch)
        watch_changed(v->watch, v, what);
}

static void
put_counts(const struct catalogue *catalogue, struct buf *out)
{
    size_t asked = 0;
    for (size_t i = 0; i < catalogue_count(catalogue); i++)
        asked += catalogue_list(catalogue, i)->chosen;
    buf_format(out, "%zu known, %zu asked", catalogue_known(catalogue), asked);
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct lists_view *v = self;
    const struct list *list = list_at(v, row);
    char address[ADDR_TEXT];
    if (out->title) {
        buf_text(out->title, "lists");
        if (v->watch)
            watch_status(v->watch, out->status);
        else
            put_counts(v->lists.catalogue, out->status);
    }
    if (v->watch) {
        out->resource = resource_of_address(&v->watch->evidence->address);
        if (out->title)
            buf_format(out->title, " about %s", addr_text(&out->resource.prefix.addr, address));
        if (out->resource.prefix.addr.family == ADDR_V4)
            out->about = out->resource.prefix;
    }
    if (out->copy && list)
        buf_text(out->copy, *list_page_address(&v->lists, list) ? list_page_address(&v->lists, list) : list->zone);
}

static bool
can(void *self, enum action action, size_t row)
{
    const struct lists_view *v = self;
    const struct list *list = list_at(v, row);
    switch (action) {
    case ACTION_OPEN:
        return row == VIEW_ANY_ROW ? v->table.row_count > 0 : list != NULL;
    case ACTION_OWN:
        return list && *list_page_address(&v->lists, list);
    case ACTION_DETAILS:
        return v->watch && v->nav->receivers && !v->watch->evidence->reserved;
    case ACTION_AGAIN:
        return v->lists.health && !(v->watch && v->watch->evidence->reserved);
    case ACTION_CLEAN:
        return v->lists.counts[LISTS_CLEAR] > 0;
    default:
        return false;
    }
}

/* Asks about the address again; without one, has each list prove itself again. */
static void
ask_again(struct lists_view *v)
{
    const struct catalogue *catalogue = v->lists.catalogue;
    app_message(v->nav->app, "asked again");
    if (v->watch)
        watch_again(v->watch);
    for (size_t i = 0; i < catalogue_count(catalogue) && !v->watch; i++)
        if (catalogue_list(catalogue, i)->chosen)
            health_ask(v->nav->engine->health, catalogue_list(catalogue, i), true);
    v->outdated = true;
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct lists_view *v = self;
    const struct list *list = list_at(v, row);
    if (action == ACTION_AGAIN) {
        ask_again(v);
    } else if (action == ACTION_CLEAN) {
        v->lists.shows_clear = !v->lists.shows_clear;
        v->outdated = true;
    } else if (action == ACTION_OWN) {
        app_message(app, "%s: %s", list->title, list_page_address(&v->lists, list));
    } else if (action == ACTION_DETAILS) {
        open_reception(v);
    } else {
        open_list(v, list);
    }
}

static const enum action hints[] = {ACTION_CLEAN, ACTION_COPY, ACTION_DETAILS, ACTION_OWN,
                                    ACTION_AGAIN, ACTION_SORT, ACTION_FILTER,  ACTION_NONE};

static const struct view lists_view = {
    .scope = SCOPE_VIEW,
    .layout = LAYOUT_PAGE,
    .here = ACTION_LISTS,
    .hints = hints,
    .close = close_lists,
    .changed = changed,
    .panes = panes,
    .draw = draw,
    .subject = subject,
    .can = can,
    .act = act,
};

void
view_lists_open(struct nav *nav, const struct place *place)
{
    struct lists_view *v = mem_zero(sizeof *v);
    v->nav = nav;
    v->outdated = true;
    v->lists.catalogue = nav->engine->dataset.catalogue;
    v->lists.health = nav->engine->health;
    if (place->resource.kind == RESOURCE_ADDRESS) {
        v->watch = watch_open(nav, &place->resource.prefix.addr, v);
        v->lists.evidence = v->watch->evidence;
    } else if (nav->engine->health) {
        health_listen(nav->engine->health, on_self_test, v);
    }
    table_init(&v->table, &lists_table, &v->lists, nav->app, LISTS_TABLE_ORDER);
    app_push(nav->app, &lists_view, v);
}

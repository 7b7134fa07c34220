/* Shows the answers that the page of the address has; about no address, the lists and their self-tests. */
#include "console/views/routes.h"

#include "base/clock.h"
#include "console/overlays/text_view.h"
#include "console/views/raw_answers.h"
#include "console/views/watch.h"
#include "console/widgets/table.h"
#include "pages/lists_table.h"
#include "verdict/list_words.h"

#include <stdlib.h>

struct lists_view {
    struct table table;
    struct nav *nav;
    struct watch *watch; /* NULL = about no address */
    struct lists_table lists;
    struct header top;
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

/* Says what the lists say, and how many do not show. */
static void
write_top(struct lists_view *v, int cols)
{
    struct buf line = {0};
    header_begin(&v->top, cols);
    if (v->watch) {
        struct lists_sum sum;
        lists_line_count(&sum, v->watch->evidence, true);
        buf_clear(&sum.names); /* they are the first rows */
        if (sum.asked > 0)
            buf_format(&line, "%zu lists: ", sum.asked);
        else if (v->watch->evidence->reserved)
            buf_format(&line, "%s: ", v->watch->evidence->reserved);
        lists_line_put(&line, &sum);
        buf_free(&sum.names);
    }
    if (v->lists.hidden > 0)
        buf_format(&line, "  %zu clear hidden (C)", v->lists.hidden);
    header_add(&v->top, ROLE_STRONG, &line);
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
    table_panes(&v->table, &v->top, rows, 0, out);
}

static void
draw(void *self, enum part part, const struct canvas *canvas)
{
    struct lists_view *v = self;
    (void)part;
    table_draw_head(&v->table, &v->top, canvas, 0);
}

/* ---- one list ---- */

struct list_page {
    struct raw_answers raw; /* first */
    struct lists_table table;
    const struct list *list;
};

static void
add_pair(struct text_page *page, const char *label, const char *text)
{
    if (*text)
        text_page_pair(page, ROLE_DIM, label, text);
}

/* Adds each answer with its meaning, and the texts. */
static void
add_answers(struct text_page *page, const struct list_result *f)
{
    char address[ADDR_TEXT];
    for (size_t i = 0; i < f->answers.count; i++) {
        struct buf text = {0};
        const char *meaning;
        buf_text(&text, addr_text(&f->answers.at[i], address));
        for (size_t n = 0; (meaning = return_codes_text(&f->list->codes, &f->answers.at[i], n)); n++)
            buf_format(&text, "%s%s", n == 0 ? "  " : "; ", meaning);
        add_pair(page, "answer", buf_string(&text));
        buf_free(&text);
    }
    for (size_t i = 0; i < f->txt.count; i++)
        add_pair(page, "text", f->txt.at[i]);
}

static void
fill_page(void *arg, struct text_page *page)
{
    const struct list_page *shown = arg;
    const struct list *list = shown->list;
    const struct list_result *f = lists_table_result(&shown->table, list);
    struct buf text = {0};
    lists_table_says(&shown->table, list, &text);
    add_pair(page, "says", buf_string(&text));
    if (f)
        add_answers(page, f);
    buf_clear(&text);
    lists_table_covers(&shown->table, list, &text);
    add_pair(page, "covers", buf_string(&text));
    buf_clear(&text);
    buf_format(&text, "%u of 5", f && list_result_is_listed(f) ? list_result_weight(f) : list->weight);
    add_pair(page, "weight", buf_string(&text));
    add_pair(page, "ends", list->ends);
    add_pair(page, "delisting", list->delist);
    add_pair(page, "policy", list->policy);
    add_pair(page, "zone", list->zone);
    add_pair(page, "operator", list->run_by);
    add_pair(page, "source", list->facts);
    if (shown->raw.evidence)
        raw_answers_add(&shown->raw, page);
    else if (shown->table.health && list->chosen)
        raw_answers_add_self_test(page, health_at(shown->table.health, list), list);
    buf_free(&text);
}

static void
open_list(struct lists_view *v, const struct list *list)
{
    struct list_page *page = mem_alloc(sizeof *page);
    const unsigned *changes = v->watch ? &v->watch->changes : &v->changes;
    *page = (struct list_page){
        .raw = {v->nav->engine, v->lists.evidence, changes, address_key(ADDRESS_KEY_LIST, (uint32_t)list->index)},
        .table = {.catalogue = v->lists.catalogue, .health = v->lists.health, .evidence = v->lists.evidence},
        .list = list,
    };
    struct resource about = v->watch ? resource_of_address(&v->watch->evidence->address) : (struct resource){0};
    struct text_source source = {changes, fill_page, free, page, about};
    text_view_open(v->nav->app, LAYOUT_PAGE, text_page_new(list->title), &source);
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
        buf_text(out->copy, *list->delist ? list->delist : list->zone);
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
        return list && *list->delist;
    case ACTION_AGAIN:
        return v->lists.health && !(v->watch && v->watch->evidence->reserved);
    case ACTION_CLEAN:
        return v->lists.shows_clear || v->lists.hidden > 0;
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
        app_message(app, "delisting page of %s: %s", list->title, list->delist);
    } else {
        open_list(v, list);
    }
}

static const enum action hints[] = {ACTION_CLEAN, ACTION_COPY,   ACTION_OWN, ACTION_AGAIN,
                                    ACTION_SORT,  ACTION_FILTER, ACTION_NONE};

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

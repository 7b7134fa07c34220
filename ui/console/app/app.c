/* What a key does is decided in this order: the keymap names the action, the view takes it if it can, else the app does
 * if it can. Views may close themselves and open others while they act, so nothing of a layer is touched after that. */

#include "console/app/app.h"

#include "base/clock.h"
#include "base/vec.h"
#include "console/app/bars.h"
#include "console/app/layer.h"
#include "console/overlays/export.h"
#include "console/overlays/help.h"
#include "console/overlays/page_search.h"
#include "console/overlays/prompt.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_ROOM = 1024 };

struct app {
    struct loop *loop;
    struct screen *screen;
    struct grid grid;
    VEC(struct layer *) stack; /* they stay where they are while the stack grows */
    char message[MESSAGE_ROOM];
    char progress[APP_PROGRESS];
    const char *target_label;
    app_submit *submit;
    void *submit_arg;
    struct app_guide guide;
    struct export report;
    char *words;      /* that were searched for last in a page; NULL = none yet */
    unsigned changes; /* of the stack */
    bool dirty, done;
    int64_t due_ms; /* when dirty: the time of the next frame */
    int64_t shown_ms;
};

static struct layer *
uppermost(const struct app *app)
{
    return app->stack.at[app->stack.count - 1];
}

/* The uppermost layer that fills the body, or NULL. */
static struct layer *
uppermost_page(const struct app *app)
{
    for (size_t i = app->stack.count; i-- > 0;)
        if (app->stack.at[i]->view->layout == LAYOUT_PAGE)
            return app->stack.at[i];
    return NULL;
}

static struct extent
measure(struct app *app, struct layer *layer)
{
    int rows, cols;
    app->screen->size(app->screen, &rows, &cols);
    return layer_measure(layer, rows, cols);
}

/* The cursor was put on a row, perhaps of a view that now shows others: what it is on is what counts from here on. */
static void
update_result(struct app *app, struct layer *layer)
{
    layer->cursor.key = 0;
    measure(app, layer);
}

/* ---- what the app itself does ---- */

typedef bool can_do(const struct app *, const struct layer *, enum action, size_t row);
typedef void do_it(struct app *, struct layer *, enum action);

static bool
always(const struct app *app, const struct layer *layer, enum action action, size_t row)
{
    (void)app, (void)layer, (void)action, (void)row;
    return true;
}

static bool
can_go_back(const struct app *app, const struct layer *layer, enum action action, size_t row)
{
    (void)action, (void)row;
    return app->stack.at[0] != layer;
}

static void
do_close(struct app *app, struct layer *layer, enum action action)
{
    (void)action;
    app_close(app, layer->self);
}

static bool
can_ask_target(const struct app *app, const struct layer *layer, enum action action, size_t row)
{
    (void)action, (void)row;
    return app->submit && layer->view->layout == LAYOUT_PAGE;
}

static void
do_ask_target(struct app *app, struct layer *layer, enum action action)
{
    (void)layer, (void)action;
    app_ask_target(app, NULL);
}

/* What a layer says of that row, with the room for it. */
struct whereabouts {
    struct prefix prefix;
    struct resource resource;
    struct app_place place;
};

static void
look_around(const struct layer *layer, size_t row, struct whereabouts *out)
{
    const struct view *view = layer->view;
    out->place.about = view->about && view->about(layer->self, &out->prefix) ? &out->prefix : NULL;
    out->place.resource = view->resource && view->resource(layer->self, row, &out->resource) ? &out->resource : NULL;
}

static bool
can_be_led(const struct app *app, const struct layer *layer, enum action action, size_t row)
{
    struct whereabouts here;
    if (!app->guide.can || layer->view->layout != LAYOUT_PAGE || layer->view->here == action)
        return false;
    look_around(layer, row, &here);
    return app->guide.can(app->guide.arg, action, &here.place);
}

static void
navigate(struct app *app, struct layer *layer, enum action action)
{
    struct whereabouts here;
    look_around(layer, layer->cursor.row, &here);
    app->guide.go(app->guide.arg, action, &here.place);
}

static bool
can_copy(const struct app *app, const struct layer *layer, enum action action, size_t row)
{
    (void)app, (void)action;
    if (!layer->view->subject || row == VIEW_ANY_ROW)
        return layer->view->subject;
    struct buf subject = {0};
    layer->view->subject(layer->self, row, &subject);
    bool something = subject.count > 0;
    buf_free(&subject);
    return something;
}

static void
do_copy(struct app *app, struct layer *layer, enum action action)
{
    (void)action;
    struct buf subject = {0};
    layer->view->subject(layer->self, layer->cursor.row, &subject);
    if (app->screen->copy(app->screen, buf_string(&subject)))
        app_message(app, "sent to the clipboard: %s", buf_string(&subject));
    else
        app_message(app, "this terminal has no clipboard: %s", buf_string(&subject));
    buf_free(&subject);
}

static bool
is_page(const struct app *app, const struct layer *layer, enum action action, size_t row)
{
    (void)app, (void)action, (void)row;
    return layer->view->layout == LAYOUT_PAGE;
}

static void
do_write(struct app *app, struct layer *layer, enum action action)
{
    (void)action;
    export_ask(&app->report, app, layer, app->screen->ascii);
}

static void
do_help(struct app *app, struct layer *layer, enum action action)
{
    (void)layer, (void)action;
    help_open(app);
}

static void
do_redraw(struct app *app, struct layer *layer, enum action action)
{
    (void)layer, (void)action;
    app->screen->redraw(app->screen);
}

static void
do_suspend(struct app *app, struct layer *layer, enum action action)
{
    (void)layer, (void)action;
    app->screen->suspend(app->screen);
}

static void
do_quit(struct app *app, struct layer *layer, enum action action)
{
    (void)layer, (void)action;
    app_quit(app);
}

/* ---- looking for words in a page ---- */

/* A table that searches by itself does it better. */
static bool
can_search(const struct app *app, const struct layer *layer, enum action action, size_t row)
{
    (void)row;
    return layer->view->layout == LAYOUT_PAGE && layer_has_cursor(layer) && (action == ACTION_SEARCH || app->words) &&
           !layer_can(layer, ACTION_SEARCH, VIEW_ANY_ROW);
}

/* To the next row that has the words, or the one before. */
static bool
go_on(struct app *app, struct layer *layer, bool backwards)
{
    struct extent extent = measure(app, layer);
    size_t from = layer->cursor.row, row;
    if (!page_search_row(layer, &extent, app->words, backwards, &row))
        return false;
    if (backwards ? row >= from : row <= from)
        app_message(app, "on from the %s", backwards ? "end" : "beginning");
    layer->cursor.row = row;
    update_result(app, layer);
    return true;
}

static bool
submit_words(void *arg, const char *text, struct fault *fault)
{
    struct app *app = arg;
    if (*text == '\0')
        return true;
    free(app->words);
    app->words = mem_copy(text);
    return go_on(app, uppermost_page(app), false) || fault_set(fault, "not in this view: %s", text);
}

static void
do_search(struct app *app, struct layer *layer, enum action action)
{
    if (action == ACTION_SEARCH)
        prompt_open(app, "Search", NULL, submit_words, app);
    else if (!go_on(app, layer, action == ACTION_PREVIOUS))
        app_message(app, "not in this view: %s", app->words);
}

static void ask_command(struct app *, struct layer *, enum action);

static const struct {
    enum action action;
    can_do *can;
    do_it *act;
} own_actions[] = {
    {ACTION_BACK, can_go_back, do_close},   {ACTION_CLOSE, always, do_close},
    {ACTION_QUIT, always, do_quit},         {ACTION_TARGET, can_ask_target, do_ask_target},
    {ACTION_COPY, can_copy, do_copy},       {ACTION_WRITE, is_page, do_write},
    {ACTION_HELP, is_page, do_help},        {ACTION_REDRAW, always, do_redraw},
    {ACTION_SUSPEND, always, do_suspend},   {ACTION_WIDER, can_be_led, navigate},
    {ACTION_WORLD, can_be_led, navigate},   {ACTION_JOURNAL, can_be_led, navigate},
    {ACTION_HISTORY, can_be_led, navigate}, {ACTION_NOTE, can_be_led, navigate},
    {ACTION_STATE, can_be_led, navigate},   {ACTION_SEARCH, can_search, do_search},
    {ACTION_NEXT, can_search, do_search},   {ACTION_PREVIOUS, can_search, do_search},
    {ACTION_COMMAND, is_page, ask_command},
};

enum { OWN_ACTIONS = sizeof own_actions / sizeof own_actions[0] };

/* The app's own answer to an action; OWN_ACTIONS when it has none. */
static size_t
find_own(const struct app *app, const struct layer *layer, enum action action, size_t row)
{
    size_t i = 0;
    while (i < OWN_ACTIONS && !(own_actions[i].action == action && own_actions[i].can(app, layer, action, row)))
        i++;
    return i;
}

static bool
can(const struct app *app, const struct layer *layer, enum action action, size_t row)
{
    if (layer_can(layer, action, row) || (keymap_is_row_move(action) && layer_has_cursor(layer)))
        return true;
    return find_own(app, layer, action, row) < OWN_ACTIONS;
}

/* For the hint bar, in which searching a page takes no place from what the page is for. */
static bool
is_worth_a_hint(const struct app *app, enum action action, size_t row)
{
    const struct layer *layer = uppermost(app);
    return action == ACTION_SEARCH ? layer_can(layer, action, row) : can(app, layer, action, row);
}

static bool
can_here(void *arg, enum action action)
{
    const struct app *app = arg;
    return is_worth_a_hint(app, action, uppermost(app)->cursor.row);
}

static bool
can_ever(void *arg, enum action action)
{
    const struct app *app = arg;
    return is_worth_a_hint(app, action, VIEW_ANY_ROW);
}

bool
app_can(struct app *app, enum action action)
{
    const struct layer *layer = uppermost_page(app);
    return layer && can(app, layer, action, VIEW_ANY_ROW);
}

/* ---- events ---- */

static void
explain_missing(struct app *app, const struct layer *layer, enum action action, struct buf *out)
{
    struct whereabouts here;
    if (!app->guide.explain_missing || layer->view->layout != LAYOUT_PAGE)
        return;
    look_around(layer, layer->cursor.row, &here);
    app->guide.explain_missing(app->guide.arg, action, &here.place, out);
}

static void
complain(struct app *app, const struct layer *layer, enum action action, int press)
{
    struct buf text = {0};
    explain_missing(app, layer, action, &text);
    if (text.count > 0) {
        app_message(app, "%s", buf_string(&text));
        buf_free(&text);
        return;
    }
    keymap_press_name(&text, press);
    buf_text(&text, " does nothing here");
    if (can_here(app, ACTION_HELP))
        buf_text(&text, "; ? shows the keys");
    if (layer->view->scope == SCOPE_CONFIRM)
        buf_text(&text, "; press y or n");
    app_message(app, "%s", buf_string(&text));
    buf_free(&text);
}

/* False when the action does nothing here. */
static bool
perform(struct app *app, struct layer *layer, enum action action)
{
    struct extent extent = measure(app, layer);
    size_t own = find_own(app, layer, action, layer->cursor.row);
    if (layer_can(layer, action, layer->cursor.row)) {
        struct cursor cursor = layer->cursor;
        unsigned changes = app->changes;
        layer->view->act(layer->self, app, action, &cursor);
        if (app->changes == changes) {
            layer->cursor = cursor;
            update_result(app, layer);
        }
    } else if (keymap_is_row_move(action) && layer_has_cursor(layer)) {
        layer_move(layer, action, &extent);
    } else if (own < OWN_ACTIONS) {
        own_actions[own].act(app, layer, action);
    } else {
        return false;
    }
    return true;
}

static void
press(struct app *app, const struct event *event)
{
    struct layer *layer = uppermost(app);
    enum action action = keymap_find(event->press, layer->view->scope);
    bool done;
    if (action == ACTION_NONE)
        done = layer->view->input && layer->view->input(layer->self, app, event);
    else
        done = perform(app, layer, action);
    if (!done)
        complain(app, layer, action, event->press);
}

/* Names what can be done here. */
static bool
refuse_command(struct app *app, const char *text, struct fault *fault)
{
    struct buf names = {0};
    for (enum action action = ACTION_NONE + 1; action < ACTION_COUNT; action++)
        if (keymap_named(keymap_action(action)->name) == action && app_can(app, action))
            buf_format(&names, " %s", keymap_action(action)->name);
    fault_set(fault, "'%.40s' is none of what can be done here:%s", text, buf_string(&names));
    buf_free(&names);
    return false;
}

/* The name of an action, or what else one may ask about. */
static bool
submit_command(void *arg, const char *text, struct fault *fault)
{
    struct app *app = arg;
    enum action action = keymap_named(text);
    if (action != ACTION_NONE && perform(app, uppermost_page(app), action))
        return true;
    if (action == ACTION_NONE && app->submit && app->submit(app->submit_arg, text, fault))
        return true;
    bool is_word = !strpbrk(text, " .:/0123456789");
    return (is_word || !app->submit) && refuse_command(app, text, fault);
}

static void
ask_command(struct app *app, struct layer *layer, enum action action)
{
    (void)layer, (void)action;
    prompt_open(app, "Command", NULL, submit_command, app);
}

static void
paste(struct app *app, const struct event *event)
{
    struct layer *layer = uppermost(app);
    if (layer->view->input && layer->view->input(layer->self, app, event))
        return;
    if (can_ask_target(app, layer, ACTION_TARGET, 0))
        app_ask_target(app, event->paste);
}

static void
show_now(struct app *app)
{
    app->dirty = true;
    app->due_ms = INT64_MIN;
}

static void
on_event(void *arg, const struct event *event)
{
    struct app *app = arg;
    app->done |= event->kind == EVENT_GONE;
    if (app->done || app->stack.count == 0)
        return;
    switch (event->kind) {
    case EVENT_KEY:
        app->message[0] = '\0';
        press(app, event);
        break;
    case EVENT_PASTE:
        app->message[0] = '\0';
        paste(app, event);
        break;
    case EVENT_RESIZE:
    case EVENT_GONE:
        break;
    }
    show_now(app);
}

/* ---- frames ---- */

static void
draw(struct app *app)
{
    int rows, cols;
    app->screen->size(app->screen, &rows, &cols);
    grid_resize(&app->grid, rows, cols);
    struct canvas screen = canvas_of(&app->grid);
    size_t count = app->stack.count, bottom = count - 1;
    while (bottom > 0 && app->stack.at[bottom]->view->layout != LAYOUT_PAGE)
        bottom--;

    struct extent page = {0};
    for (size_t i = bottom; i < count; i++) {
        struct layer *layer = app->stack.at[i];
        struct extent extent = layer_measure(layer, app->grid.rows, app->grid.cols);
        layer_draw(layer, &extent, &screen, i + 1 == count);
        if (i == bottom)
            page = extent;
    }
    bars_breadcrumb(&screen, app->stack.at, count, &page, app->progress);
    int hint_row = layout_hint_row(app->grid.rows);
    if (hint_row < 0)
        return;
    if (app->message[0] != '\0')
        bars_message(&screen, hint_row, app->message, uppermost(app)->view->layout == LAYOUT_LINE);
    else
        bars_hints(&screen, hint_row, uppermost(app)->view, can_here, can_ever, app);
}

static void
show_if_due(struct app *app)
{
    int64_t now = clock_now_ms();
    if (!app->dirty || now < app->due_ms || app->done || app->stack.count == 0)
        return;
    app->dirty = false;
    app->shown_ms = now;
    draw(app);
    app->screen->put(app->screen, &app->grid);
}

void
app_run(struct app *app)
{
    do
        show_if_due(app);
    while (!app->done && loop_turn(app->loop, app->dirty ? app->due_ms : INT64_MAX));
}

bool
app_turn(struct app *app)
{
    if (!app->done)
        loop_turn(app->loop, INT64_MIN);
    show_if_due(app);
    return !app->done;
}

void
app_touch(struct app *app)
{
    if (app->dirty)
        return;
    app->dirty = true;
    app->due_ms = app->shown_ms + APP_FRAME_MS;
}

void
app_message(struct app *app, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(app->message, sizeof app->message, format, args);
    va_end(args);
    show_now(app);
}

void
app_progress(struct app *app, const char *text)
{
    if (strncmp(app->progress, text, sizeof app->progress - 1) == 0)
        return;
    snprintf(app->progress, sizeof app->progress, "%s", text);
    app_touch(app);
}

/* ---- the stack ---- */

struct app *
app_new(struct loop *loop, struct screen *screen)
{
    struct app *app = mem_zero(sizeof *app);
    app->loop = loop;
    app->screen = screen;
    app->grid.ascii = screen->ascii;
    app->shown_ms = INT64_MIN / 2;
    screen->listen(screen, loop, on_event, app);
    return app;
}

void
app_free(struct app *app)
{
    if (!app)
        return;
    app->screen->listen(app->screen, app->loop, NULL, NULL);
    while (app->stack.count > 0)
        app_close(app, app->stack.at[0]->self);
    vec_free(&app->stack);
    export_free(&app->report);
    free(app->words);
    grid_free(&app->grid);
    free(app);
}

void
app_push(struct app *app, const struct view *view, void *self)
{
    struct layer *layer = mem_zero(sizeof *layer);
    layer->view = view;
    layer->self = self;
    vec_push(&app->stack, layer);
    app->changes++;
    show_now(app);
}

static size_t
place_of(const struct app *app, const void *self)
{
    size_t at = 0;
    while (at < app->stack.count && app->stack.at[at]->self != self)
        at++;
    assert(at < app->stack.count);
    return at;
}

void
app_close(struct app *app, const void *self)
{
    size_t at = place_of(app, self);
    struct layer *layer = app->stack.at[at];
    app->stack.count--;
    app->changes++;
    for (size_t i = at; i < app->stack.count; i++)
        app->stack.at[i] = app->stack.at[i + 1];
    if (layer->view->close)
        layer->view->close(layer->self);
    free(layer);
    if (app->stack.count == 0)
        app->done = true;
    show_now(app);
}

bool
app_return_to(struct app *app, const struct view *view)
{
    size_t end = app->stack.count;
    while (end > 0 && app->stack.at[end - 1]->view != view)
        end--;
    while (end > 0 && app->stack.count > end)
        app_close(app, uppermost(app)->self);
    return end > 0;
}

void
app_select(struct app *app, const void *self, size_t row)
{
    struct layer *layer = app->stack.at[place_of(app, self)];
    layer->cursor.row = row;
    update_result(app, layer);
    show_now(app);
}

size_t
app_row(const struct app *app, const void *self)
{
    return app->stack.at[place_of(app, self)]->cursor.row;
}

bool
app_shows(const struct app *app, const void *self)
{
    const struct layer *layer = uppermost_page(app);
    return layer && layer->self == self;
}

bool
app_is_ascii(const struct app *app)
{
    return app->grid.ascii;
}

void
app_on_guide(struct app *app, const struct app_guide *guide)
{
    app->guide = *guide;
}

void
app_tell(struct app *app, struct buf *out)
{
    if (app->guide.tell)
        app->guide.tell(app->guide.arg, out);
}

void
app_on_target(struct app *app, const char *label, app_submit *submit, void *arg)
{
    app->target_label = label;
    app->submit = submit;
    app->submit_arg = arg;
}

void
app_ask_target(struct app *app, const char *initial)
{
    prompt_open(app, app->target_label, initial, app->submit, app->submit_arg);
}

void
app_lend(struct app *app, void (*use)(void *arg), void *arg)
{
    app->screen->lend(app->screen, use, arg);
    show_now(app);
}

struct loop *
app_loop(const struct app *app)
{
    return app->loop;
}

void
app_quit(struct app *app)
{
    app->done = true;
}

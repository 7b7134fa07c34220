/* The keymap names the action of a key. The view performs it if it can; else its pane, the cursor, the app, the
 * registered actions. A view may close itself and open others while it acts, so nothing of its layer is touched after
 * that. */
#include "console/app/app.h"

#include "base/clock.h"
#include "base/vec.h"
#include "console/app/bars.h"
#include "console/app/layer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A message lasts MESSAGE_MS for every MESSAGE_ROW characters. */
enum { MESSAGE_ROOM = 1024, MESSAGE_MS = 5000, MESSAGE_ROW = 100, ACTIONS_MAX = 2 };

struct app {
    struct loop *loop;
    struct screen *screen;
    struct grid grid;
    VEC(struct layer *) stack; /* they stay where they are while the stack grows */
    const void *began;         /* the page with which the user began, or that took its place */
    char message[MESSAGE_ROOM];
    char progress[APP_PROGRESS];
    struct app_actions actions[ACTIONS_MAX];
    size_t actions_count;
    unsigned changes; /* of the stack */
    bool held;        /* the user reads: views are not told of changes, ... */
    unsigned waiting; /* ... of these */
    struct timer message_end;
    void (*on_key)(void *arg);
    void *on_key_arg;
    bool dirty, done;
    int64_t due_ms; /* when dirty: the time of the next frame */
    int64_t shown_ms;
};

static struct layer *
uppermost(const struct app *app)
{
    return app->stack.at[app->stack.count - 1];
}

struct layer *
app_page(const struct app *app)
{
    for (size_t i = app->stack.count; i-- > 0;)
        if (app->stack.at[i]->view->layout == LAYOUT_PAGE)
            return app->stack.at[i];
    return NULL;
}

/* Gives it the columns that those above it leave. */
static void
measure(const struct app *app, struct layer *layer, int rows, int cols)
{
    for (size_t i = app->stack.count; i-- > 0 && app->stack.at[i] != layer;)
        cols = layout_cols_under(app->stack.at[i]->view->layout, cols);
    layer_measure(layer, rows, cols);
}

void
app_measure(struct app *app, struct layer *layer)
{
    int rows, cols;
    app->screen->size(app->screen, &rows, &cols);
    measure(app, layer, rows, cols);
}

static void
show_now(struct app *app)
{
    app->dirty = true;
    app->due_ms = INT64_MIN;
}

static void
end_message(void *arg)
{
    struct app *app = arg;
    loop_timer_clear(app->loop, &app->message_end);
    app->message[0] = '\0';
    show_now(app);
}

/* Tells the views of changes that waited, when it ends. */
static void
hold(struct app *app, bool on)
{
    unsigned waiting = app->waiting;
    app->held = on;
    app->waiting = 0;
    if (!on && waiting)
        app_changed(app, waiting);
}

static void
take_mouse(struct app *app, bool on)
{
    app->screen->mouse(app->screen, on);
    app_message(app, on ? "The mouse works here again; M gives it back to the terminal."
                        : "The mouse selects text in the terminal; M takes it back.");
}

/* ---- actions ---- */

/* What performs an action there. */
struct performer {
    enum { BY_NONE, BY_VIEW, BY_PANE, BY_MOVE, BY_APP, BY_ACTIONS } kind;
    const struct app_actions *actions;
    struct view_subject subject;
    struct app_place place;
};

/* Nothing performs ACTION_NONE: then it only finds what the row is about. */
static void
find_performer(const struct app *app, struct layer *layer, enum action action, size_t row, struct performer *out)
{
    bool is_page = layer->view->layout == LAYOUT_PAGE, opens_here = action == layer->view->here;
    bool of_app = action == ACTION_CLOSE || action == ACTION_MOUSE || action == ACTION_QUIT ||
                  action == ACTION_REDRAW || action == ACTION_SUSPEND || (action == ACTION_HOLD && is_page) ||
                  (opens_here && !is_page); /* the key that opens an overlay closes it, too */
    *out = (struct performer){.place = {.layer = layer, .row = row}};
    if (is_page)
        layer->view->subject(layer->self, row, &out->subject);
    if (out->subject.about.addr.family != ADDR_NONE)
        out->place.about = &out->subject.about;
    if (out->subject.resource.kind != RESOURCE_NONE)
        out->place.resource = &out->subject.resource;
    if (action == ACTION_NONE)
        return;
    if (layer_view_can(layer, action, row))
        out->kind = BY_VIEW;
    else if (layer_can(layer, action, row))
        out->kind = BY_PANE;
    else if (layer->panes.body && keymap_is_row_move(action))
        out->kind = BY_MOVE;
    else if (action == ACTION_BACK ? app->stack.at[0] != layer : of_app)
        out->kind = BY_APP;
    for (size_t i = 0; out->kind == BY_NONE && is_page && !opens_here && i < app->actions_count; i++) {
        out->actions = &app->actions[i];
        out->kind = out->actions->can(out->actions->arg, action, &out->place) ? BY_ACTIONS : BY_NONE;
    }
}

/* For the hints, among which the search in a page, and reading files again, take no place from what the page is for. */
static bool
can_hint(void *arg, enum action action, size_t row)
{
    const struct app *app = arg;
    struct layer *layer = uppermost(app);
    struct performer by;
    if (action == ACTION_SEARCH)
        return layer_can(layer, action, row);
    if (action == ACTION_AGAIN)
        return layer_view_can(layer, action, row);
    find_performer(app, layer, action, row, &by);
    return by.kind != BY_NONE;
}

bool
app_can(struct app *app, enum action action)
{
    struct layer *layer = app_page(app);
    struct performer by = {.kind = BY_NONE};
    if (layer)
        find_performer(app, layer, action, layer_row(layer), &by);
    return by.kind != BY_NONE;
}

/* Returns false when nothing performs it. */
static bool
perform(struct app *app, struct layer *layer, enum action action)
{
    struct performer by;
    app_measure(app, layer);
    struct pane *body = layer->panes.body;
    size_t row = layer_row(layer);
    unsigned changes = app->changes;
    if (action == ACTION_AGAIN)
        hold(app, false);
    find_performer(app, layer, action, row, &by);
    switch (by.kind) {
    case BY_VIEW:
        layer->view->act(layer->self, app, action, row);
        if (app->changes != changes)
            break;
        if (body) /* the cursor stays in its row, whatever the row shows now */
            body->cursor.key = 0;
        app_measure(app, layer);
        break;
    case BY_PANE:
        body->type->act(body, app, action);
        break;
    case BY_MOVE:
        pane_move(body, keymap_move(action), layer->rows, layer->page);
        break;
    case BY_APP:
        if (action == ACTION_REDRAW)
            app->screen->redraw(app->screen);
        else if (action == ACTION_SUSPEND)
            app->screen->lend(app->screen, NULL, NULL);
        else if (action == ACTION_HOLD)
            hold(app, !app->held);
        else if (action == ACTION_MOUSE)
            take_mouse(app, !app->screen->has_mouse);
        else if (action == ACTION_QUIT)
            app_quit(app);
        else
            app_close(app, layer->self);
        break;
    case BY_ACTIONS:
        by.actions->act(by.actions->arg, action, &by.place);
        break;
    case BY_NONE:
        return false;
    }
    return true;
}

/* ---- events ---- */

/* Says why nothing happens. */
static void
explain(struct app *app, struct layer *layer, enum action action, int press)
{
    struct buf text = {0};
    struct performer by;
    find_performer(app, layer, action, layer_row(layer), &by);
    for (size_t i = 0; layer->view->layout == LAYOUT_PAGE && i < app->actions_count; i++)
        if (app->actions[i].explain_missing)
            app->actions[i].explain_missing(app->actions[i].arg, action, &by.place, &text);
    if (text.count == 0) {
        keymap_press_name(&text, press);
        buf_text(&text, " is not a command here");
        if (can_hint(app, ACTION_HELP, layer_row(layer)))
            buf_text(&text, " (? for help)");
        if (layer->view->scope == SCOPE_CONFIRM)
            buf_text(&text, "; press y or n");
    }
    app_message(app, "%s", buf_string(&text));
    buf_free(&text);
}

bool
app_perform(struct app *app, enum action action)
{
    struct layer *layer = app_page(app);
    bool done = perform(app, layer, action);
    if (!done)
        explain(app, layer, action, keymap_press(action, layer->view->scope));
    return done;
}

/* Offers pasted text, and the digits and unbound capitals with which targets begin, to the registered actions. */
static bool
offer_text(struct app *app, const struct event *event)
{
    int press = event->kind == EVENT_KEY ? event->press : 0;
    bool begins = (press >= '0' && press <= '9') || (press >= 'A' && press <= 'Z'), taken = false;
    char first[] = {begins ? (char)press : '\0', '\0'};
    const char *text = event->kind == EVENT_PASTE ? event->paste : first;
    const char *lines = event->kind == EVENT_PASTE ? event->paste_lines : NULL;
    for (size_t i = 0; *text && !taken && i < app->actions_count; i++)
        taken = app->actions[i].paste && app->actions[i].paste(app->actions[i].arg, text, lines);
    return taken;
}

static void on_event(void *arg, const struct event *);

static void
turn_wheel(struct app *app, bool down)
{
    enum { STEP = 3 }; /* rows */
    for (int i = 0; i < STEP; i++)
        perform(app, uppermost(app), down ? ACTION_DOWN : ACTION_UP);
}

/* A click on a hint is its key; one on a row selects it, and opens it if it was selected. */
static void
click(struct app *app, const struct event *event)
{
    bool inside = event->row >= 0 && event->row < app->grid.rows && event->col >= 0 && event->col < app->grid.cols;
    int press = inside ? grid_at(&app->grid, event->row, event->col)->press : 0;
    struct layer *layer = uppermost(app);
    app_measure(app, layer);
    if (press)
        on_event(app, &(struct event){.kind = EVENT_KEY, .press = press});
    else if (inside && layer_point(layer, event->row, event->col) == PANE_POINT_SELECTED)
        perform(app, layer, layer->view->scope == SCOPE_PROMPT ? ACTION_ACCEPT : ACTION_OPEN);
}

static void
on_event(void *arg, const struct event *event)
{
    struct app *app = arg;
    app->done |= event->kind == EVENT_GONE;
    if (app->done || app->stack.count == 0)
        return;
    struct layer *layer = uppermost(app);
    bool typed = event->kind == EVENT_KEY || event->kind == EVENT_PASTE, is_page = layer->view->layout == LAYOUT_PAGE;
    enum action action = event->kind == EVENT_KEY ? keymap_find(event->press, layer->view->scope) : ACTION_NONE;
    if (typed)
        end_message(app);
    if ((event->kind == EVENT_KEY || event->kind == EVENT_RELOAD) && app->on_key)
        app->on_key(app->on_key_arg);
    bool done = !typed;
    if (event->kind == EVENT_WHEEL)
        turn_wheel(app, event->down);
    else if (event->kind == EVENT_CLICK)
        click(app, event);
    if (action != ACTION_NONE)
        done = perform(app, layer, action);
    else if (typed)
        done = layer->view->input && layer->view->input(layer->self, app, event);
    if (!done && action == ACTION_MARK)
        done = perform(app, layer, ACTION_PAGE_DOWN);
    if (!done && action == ACTION_UNMARK)
        done = perform(app, layer, ACTION_BACK);
    if (!done && is_page && action == ACTION_NONE)
        done = offer_text(app, event);
    if (!done && event->kind == EVENT_KEY)
        explain(app, layer, action, event->press);
    show_now(app);
}

/* ---- frames ---- */

/* A message stands above the line that is being typed, else above the keys, but never over the title. */
static void
draw_frame(struct app *app, const struct canvas *screen)
{
    struct layer *top = uppermost(app), *page = app_page(app);
    int foot = layout_foot_row(screen->rows), last_row = foot - 1;
    if (page)
        bars_head(screen, page, !app->held ? app->progress : app->waiting ? "on hold, news waits" : "on hold");
    if (foot < 0)
        return;
    bars_foot(screen, foot, top->view, layer_row(top), can_hint, app);
    if (top->view->layout == LAYOUT_LINE)
        last_row = top->area.outer.row - 1;
    if (app->message[0] != '\0')
        bars_message(screen, last_row > 0 ? last_row : foot, app->message);
}

static void
show_if_due(struct app *app)
{
    int rows, cols;
    int64_t now = clock_now_ms();
    if (!app->dirty || now < app->due_ms || app->done || app->stack.count == 0)
        return;
    app->dirty = false;
    app->shown_ms = now;
    app->screen->size(app->screen, &rows, &cols);
    grid_resize(&app->grid, rows, cols);
    struct canvas screen = canvas_of(&app->grid);
    size_t count = app->stack.count, bottom = count - 1;
    while (bottom > 0 && app->stack.at[bottom]->view->layout != LAYOUT_PAGE)
        bottom--;
    for (size_t i = bottom; i < count; i++) {
        measure(app, app->stack.at[i], app->grid.rows, app->grid.cols);
        layer_draw(app->stack.at[i], &screen, i + 1 == count);
    }
    draw_frame(app, &screen);
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
app_changed(void *arg, unsigned what)
{
    struct app *app = arg;
    app->waiting |= app->held ? what : 0;
    for (size_t i = 0; !app->held && i < app->stack.count; i++) {
        const struct layer *layer = app->stack.at[i];
        if (layer->view->changed)
            layer->view->changed(layer->self, what);
    }
    app_touch(app);
}

bool
app_is_held(const struct app *app)
{
    return app->held;
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
    int count = vsnprintf(app->message, sizeof app->message, format, args);
    va_end(args);
    loop_timer_set(app->loop, &app->message_end, clock_now_ms() + MESSAGE_MS * (1 + count / MESSAGE_ROW));
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
    app->message_end = (struct timer){.fire = end_message, .arg = app};
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
    loop_timer_clear(app->loop, &app->message_end);
    vec_free(&app->stack);
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
    app->began = app->began ? app->began : self;
    app->changes++;
    if (view->layout == LAYOUT_PAGE)
        hold(app, false);
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
app_quit(struct app *app)
{
    app->done = true;
}

void
app_close(struct app *app, const void *self)
{
    size_t at = place_of(app, self);
    struct layer *layer = app->stack.at[at];
    app->stack.count--;
    app->changes++;
    if (layer->view->layout == LAYOUT_PAGE)
        hold(app, false);
    for (size_t i = at; i < app->stack.count; i++)
        app->stack.at[i] = app->stack.at[i + 1];
    if (layer->view->close)
        layer->view->close(layer->self);
    free(layer->name);
    free(layer);
    if (app->began == self)
        app->began = app->stack.count > 0 ? uppermost(app)->self : NULL;
    app->done |= app->stack.count == 0 || uppermost(app)->parked;
    show_now(app);
}

void
app_name(struct app *app, const char *name)
{
    struct layer *page = app_page(app);
    if (page && !page->name)
        page->name = mem_copy(name);
}

void *
app_named(const struct app *app, const char *name)
{
    for (size_t i = 0; i < app->stack.count; i++)
        if (app->stack.at[i]->name && strcmp(app->stack.at[i]->name, name) == 0)
            return app->stack.at[i]->self;
    return NULL;
}

void
app_raise(struct app *app, const void *self)
{
    size_t at = place_of(app, self), last = app->stack.count - 1, count = 1;
    while (at + count <= last && app->stack.at[at + count]->view->layout != LAYOUT_PAGE)
        count++;
    for (; count > 0; count--) {
        struct layer *layer = app->stack.at[at];
        for (size_t i = at; i < last; i++)
            app->stack.at[i] = app->stack.at[i + 1];
        app->stack.at[last] = layer;
        layer->parked = false;
    }
    app->changes++;
    hold(app, false);
    show_now(app);
}

void
app_lower(struct app *app, const void *self)
{
    size_t at = place_of(app, self);
    struct layer *layer = app->stack.at[at];
    for (; at > 0; at--)
        app->stack.at[at] = app->stack.at[at - 1];
    app->stack.at[0] = layer;
    layer->parked = self != app->began;
    app->changes++;
    hold(app, false);
    show_now(app);
}

bool
app_covers(const struct app *app, const void *self)
{
    return place_of(app, self) > 0;
}

void
app_select(struct app *app, const void *self, size_t row)
{
    struct layer *layer = app->stack.at[place_of(app, self)];
    pane_select(layer->panes.body, row);
    app_measure(app, layer);
    show_now(app);
}

struct screen *
app_screen(const struct app *app)
{
    return app->screen;
}

void
app_on_key(struct app *app, void (*on_key)(void *arg), void *arg)
{
    app->on_key = on_key;
    app->on_key_arg = arg;
}

bool
app_is_page(const struct app *app)
{
    return app->stack.count > 0 && uppermost(app)->view->scope == SCOPE_VIEW;
}

void
app_end(struct app *app)
{
    app->done = true;
}

void
app_on_actions(struct app *app, const struct app_actions *actions)
{
    assert(app->actions_count < ACTIONS_MAX);
    app->actions[app->actions_count++] = *actions;
}

void
app_describe(struct app *app, struct buf *out)
{
    for (size_t i = 0; i < app->actions_count; i++)
        if (app->actions[i].describe)
            app->actions[i].describe(app->actions[i].arg, out);
}

#include "console/overlays/actions.h"

#include "base/mem.h"
#include "console/overlays/export.h"

#include <stdlib.h>
#include <string.h>

struct actions {
    struct app *app;
    struct palette_source source;
    struct export report;
    char *wanted; /* of the last search in a page; NULL = none yet */
};

/* ---- search ---- */

/* Goes to the next row that shows the wanted words, or to the previous one, around the end if need be. Searches the
 * rows as they are drawn, so that each row that is found shows why. */
static bool
search_on(struct actions *a, struct layer *layer, bool backwards)
{
    app_measure(a->app, layer);
    size_t here = layer_row(layer), first = SIZE_MAX, before = SIZE_MAX, after = SIZE_MAX, last = SIZE_MAX;
    int cols = layer->area.inner.cols - layer->panes.side;
    for (size_t from = 0; from < layer->rows; from += GRID_ROWS_MAX) {
        struct buf text = {0};
        pane_dump(layer->panes.body, from, layer->rows, cols, false, &text);
        char *line = text.at;
        size_t at = from;
        for (char *end; line && (end = strchr(line, '\n')); line = end + 1, at++) {
            *end = '\0';
            if (!strcasestr(line, a->wanted))
                continue;
            first = first == SIZE_MAX ? at : first;
            before = at < here ? at : before;
            after = at > here && after == SIZE_MAX ? at : after;
            last = at;
        }
        buf_free(&text);
    }
    if (first == SIZE_MAX)
        return false;
    size_t row = backwards ? before : after;
    if (row == SIZE_MAX) {
        row = backwards ? last : first;
        app_message(a->app, "search continued from the %s", backwards ? "end" : "beginning");
    }
    app_select(a->app, layer->self, row);
    return true;
}

static bool
submit_search(void *arg, const char *text, struct fault *fault)
{
    struct actions *a = arg;
    if (*text == '\0')
        return true;
    free(a->wanted);
    a->wanted = mem_copy(text);
    return search_on(a, app_page(a->app), false) || fault_set(fault, "No row matches \"%s\".", text);
}

/* ---- for the app ---- */

/* Appends the text that a row has for the clipboard. */
static void
put_text(const struct layer *layer, size_t row, struct buf *out)
{
    const struct pane *body = layer->panes.body;
    layer->view->subject(layer->self, row, &(struct view_subject){.copy = out});
    if (out->count == 0 && body && body->type->text && row < layer->rows)
        body->type->text(body, row, out);
}

static bool
can(void *arg, enum action action, const struct app_place *place)
{
    const struct actions *a = arg;
    struct buf text = {0};
    bool has_text;
    switch (action) {
    case ACTION_TARGET:
        return a->source.submit;
    case ACTION_COPY:
        if (place->row == VIEW_ANY_ROW)
            return place->layer->panes.body;
        put_text(place->layer, place->row, &text);
        has_text = text.count > 0;
        buf_free(&text);
        return has_text;
    case ACTION_SEARCH:
    case ACTION_NEXT:
    case ACTION_PREVIOUS: /* a table that searches by itself finds more */
        return place->layer->panes.body && (action == ACTION_SEARCH || a->wanted) &&
               !layer_can(place->layer, ACTION_SEARCH, VIEW_ANY_ROW);
    default:
        return action == ACTION_WRITE || action == ACTION_HELP;
    }
}

static void
act(void *arg, enum action action, const struct app_place *place)
{
    struct actions *a = arg;
    struct screen *screen = app_screen(a->app);
    bool copied;
    struct buf text = {0};
    switch (action) {
    case ACTION_TARGET:
        actions_ask_target(a, NULL);
        break;
    case ACTION_COPY:
        put_text(place->layer, place->row, &text);
        copied = screen->copy(screen, buf_string(&text));
        app_message(a->app, "%s: %s", copied ? "sent to the clipboard" : "this terminal has no clipboard",
                    buf_string(&text));
        buf_free(&text);
        break;
    case ACTION_WRITE:
        export_ask(&a->report, a->app, place->layer);
        break;
    case ACTION_HELP:
        palette_open(a->app, &a->source);
        break;
    case ACTION_SEARCH:
        prompt_open(a->app, "Search", NULL, submit_search, a);
        break;
    default:
        if (!search_on(a, place->layer, action == ACTION_PREVIOUS))
            app_message(a->app, "No row matches \"%s\".", a->wanted);
        break;
    }
}

static bool
paste(void *arg, const char *text, const char *lines)
{
    struct actions *a = arg;
    if (a->source.submit)
        prompt_open_lines(a->app, a->source.target_label, text, lines, a->source.submit, a->source.arg);
    return a->source.submit;
}

struct actions *
actions_new(struct app *app, help_words *words)
{
    struct actions *a = mem_zero(sizeof *a);
    a->app = app;
    a->source.words = words;
    app_on_actions(app, &(struct app_actions){.can = can, .act = act, .paste = paste, .arg = a});
    return a;
}

void
actions_free(struct actions *a)
{
    if (!a)
        return;
    export_free(&a->report);
    free(a->wanted);
    free(a);
}

void
actions_on_target(struct actions *a, const char *label, const struct palette_command *commands, prompt_submit *submit,
                  void *arg)
{
    a->source.target_label = label;
    a->source.commands = commands;
    a->source.submit = submit;
    a->source.arg = arg;
}

void
actions_ask_target(struct actions *a, const char *initial)
{
    prompt_open_lines(a->app, a->source.target_label, initial, NULL, a->source.submit, a->source.arg);
}

#include "console/overlays/prompt.h"

#include "base/mem.h"
#include "base/text.h"
#include "console/app/edit.h"

#include <stdlib.h>
#include <string.h>

enum {
    MARK_COLS = 2,  /* "> " */
    LABEL_COLS = 6, /* what the rule takes that the label stands in, one blank and two lines at either side */
    TYPED_MAX = TEXT_CLEAN_MAX
};

struct prompt {
    const char
        *label; /* "what to type", or "what to type: and how"; where there is no room the rest is below the line */
    int cols;   /* of the last layout */
    struct edit edit;
    struct fault fault;
    prompt_submit *submit;
    prompt_submit *typed;       /* of one which is heard while the user types; else NULL */
    void (*dropped)(void *arg); /* of the same */
    void *arg;
};

static void
close_prompt(void *self)
{
    struct prompt *prompt = self;
    edit_fini(&prompt->edit);
    free(prompt);
}

#define LABEL_SPLIT ": "
enum { LABEL_SPLIT_COUNT = sizeof LABEL_SPLIT - 1 };

/* What of the label does not stand over the line; NULL = nothing. */
static const char *
rest_of(const struct prompt *prompt)
{
    const char *split = strstr(prompt->label, LABEL_SPLIT);
    return split && text_width(prompt->label) + LABEL_COLS > prompt->cols ? split + LABEL_SPLIT_COUNT : NULL;
}

static void
title(void *self, struct buf *out, struct buf *status)
{
    const struct prompt *prompt = self;
    (void)status;
    const char *rest = rest_of(prompt);
    if (rest)
        buf_bytes(out, prompt->label, (size_t)(rest - LABEL_SPLIT_COUNT - prompt->label));
    else
        buf_text(out, prompt->label);
}

/* Hands the line over, without the blanks around it. */
static bool
hand_over(struct prompt *prompt, prompt_submit *to)
{
    struct buf line = {0};
    text_clean(&line, buf_string(&prompt->edit.text), prompt->edit.text.count, TYPED_MAX);
    prompt->fault.text[0] = '\0';
    bool taken = to(prompt->arg, buf_string(&line), &prompt->fault);
    buf_free(&line);
    return taken;
}

static void
changed(struct prompt *prompt)
{
    if (prompt->typed)
        hand_over(prompt, prompt->typed);
}

/* ---- editing ---- */

static bool
input(void *self, struct app *app, const struct event *event)
{
    struct prompt *prompt = self;
    (void)app;
    enum edit_result result = edit_input(&prompt->edit, event, false);
    if (result == EDIT_CHANGED) {
        prompt->fault.text[0] = '\0';
        changed(prompt);
    }
    return result != EDIT_NOT_WANTED;
}

/* ---- actions ---- */

static void
cancel(struct prompt *prompt, struct app *app)
{
    void (*dropped)(void *) = prompt->dropped;
    void *arg = prompt->arg;
    app_close(app, prompt);
    if (dropped)
        dropped(arg);
}

static bool
can(void *self, enum action action, size_t row)
{
    (void)self, (void)row;
    enum action_group group = keymap_action(action)->group;
    return group == GROUP_TYPE || group == GROUP_MOVE;
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct prompt *prompt = self;
    (void)row;
    if (action == ACTION_CANCEL) {
        cancel(prompt, app);
    } else if (action == ACTION_ACCEPT) {
        if (hand_over(prompt, prompt->submit))
            app_close(app, prompt);
    } else if (edit_act(&prompt->edit, action) == EDIT_CHANGED) {
        changed(prompt);
    }
}

/* ---- drawing ---- */

/* Below the line; canvas may be NULL to count the rows only. */
static int
draw_words(const struct prompt *prompt, const struct canvas *canvas)
{
    bool wrong = prompt->fault.text[0] != '\0';
    const char *words = wrong ? prompt->fault.text : rest_of(prompt);
    enum role role = wrong ? ROLE_ERROR : ROLE_DIM;
    return words ? canvas_wrap(canvas, 1, MARK_COLS, prompt->cols - MARK_COLS, role, words) : 0;
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct prompt *prompt = self;
    (void)rows;
    prompt->cols = cols;
    out->head = 1 + draw_words(prompt, NULL);
}

/* The first byte that shows, so that the cursor does; all of it when it fits. */
static size_t
first_shown(const struct prompt *prompt, int cols)
{
    const char *text = buf_string(&prompt->edit.text);
    size_t first = 0;
    char *head = mem_copy_bytes(text, prompt->edit.at);
    while (first < prompt->edit.at && text_width(head + first) >= cols)
        first = edit_after(&prompt->edit, first);
    free(head);
    return first;
}

static void
draw(void *self, enum part part, const struct canvas *canvas)
{
    const struct prompt *prompt = self;
    (void)part;
    int col = canvas_glyph(canvas, 0, 0, ROLE_KEY, GLYPH_INTO) + 1;
    size_t first = first_shown(prompt, canvas->cols - col);
    const char *text = buf_string(&prompt->edit.text);
    char *head = mem_copy_bytes(text + first, prompt->edit.at - first);
    struct canvas line = canvas_part(canvas, 0, col, 1, canvas->cols - col);
    canvas_repeat(&line, 0, 0, CANVAS_REST, ROLE_INPUT, GLYPH_BLANK);
    canvas_text(&line, 0, 0, CANVAS_REST, ROLE_INPUT, text + first);
    canvas_cursor(&line, 0, text_width(head));
    free(head);
    draw_words(prompt, canvas);
}

static const struct view prompt_view = {
    .scope = SCOPE_PROMPT,
    .layout = LAYOUT_LINE,
    .close = close_prompt,
    .title = title,
    .panes = panes,
    .draw = draw,
    .can = can,
    .act = act,
    .input = input,
};

static void
open_prompt(struct app *app, const char *label, const char *initial, struct prompt model)
{
    struct prompt *prompt = mem_alloc(sizeof *prompt);
    *prompt = model;
    prompt->label = label;
    edit_init(&prompt->edit, initial, TYPED_MAX);
    app_push(app, &prompt_view, prompt);
}

void
prompt_open(struct app *app, const char *label, const char *initial, prompt_submit *submit, void *arg)
{
    open_prompt(app, label, initial, (struct prompt){.submit = submit, .arg = arg});
}

void
prompt_open_heard(struct app *app, const char *label, const char *initial, prompt_submit *typed, prompt_submit *entered,
                  void (*dropped)(void *arg), void *arg)
{
    open_prompt(app, label, initial,
                (struct prompt){.submit = entered, .typed = typed, .dropped = dropped, .arg = arg});
}

void
prompt_open_live(struct app *app, const char *label, const char *initial, prompt_submit *typed,
                 void (*dropped)(void *arg), void *arg)
{
    prompt_open_heard(app, label, initial, typed, typed, dropped, arg);
}

#include "console/overlays/prompt.h"

#include "base/mem.h"
#include "base/text.h"
#include "console/overlays/typed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MARK_COLS = 2,  /* "> " */
    LABEL_COLS = 6, /* that the rule takes beside the label: a space and two lines at either side */
};

struct prompt {
    struct typed line;
    int cols;         /* of the last layout, ... */
    const char *rest; /* ... which had no room for all of the label: its second part, below the line; NULL = it had */
    struct fault fault;
    bool takes_lines;
    char *lines;    /* that were pasted, ... */
    char *one_line; /* ... as they are shown; NULL = none */
    char count[48]; /* says how many */
    prompt_submit *submit;
    prompt_submit *typed;       /* gets the text at each change; NULL = none */
    void (*dropped)(void *arg); /* called when the prompt is cancelled; NULL = none */
    void *arg;
};

static void
close_prompt(void *self)
{
    struct prompt *prompt = self;
    typed_fini(&prompt->line);
    free(prompt->lines);
    free(prompt->one_line);
    free(prompt);
}

enum { SPLIT_COUNT = sizeof TYPED_SPLIT - 1 };

static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct prompt *prompt = self;
    (void)row;
    if (prompt->rest)
        buf_bytes(out->title, prompt->line.label, (size_t)(prompt->rest - SPLIT_COUNT - prompt->line.label));
    else
        buf_text(out->title, prompt->line.label);
}

/* Remembers a paste of several lines. */
static void
remember_lines(struct prompt *prompt, const char *lines)
{
    free(prompt->lines);
    free(prompt->one_line);
    prompt->lines = lines && strchr(lines, '\n') ? mem_copy(lines) : NULL;
    prompt->one_line = prompt->lines ? typed_copy(&prompt->line) : NULL;
    size_t count = 0;
    for (const char *at = lines; at && *at; at += *at == '\n') {
        size_t length = strcspn(at, "\n");
        count += length > 0;
        at += length;
    }
    snprintf(prompt->count, sizeof prompt->count, "%zu lines pasted; Enter reads them all", count);
}

static bool
is_paste(const struct prompt *prompt, const char *line)
{
    return prompt->one_line && strcmp(line, prompt->one_line) == 0;
}

/* Passes the line to a function, and keeps it if it is accepted for good. */
static bool
pass(struct prompt *prompt, prompt_submit *to, bool keep)
{
    char *line = typed_copy(&prompt->line);
    prompt->fault.text[0] = '\0';
    bool accepted = !to || to(prompt->arg, keep && is_paste(prompt, line) ? prompt->lines : line, &prompt->fault);
    if (accepted && keep)
        typed_keep(&prompt->line, line);
    free(line);
    return accepted;
}

/* ---- keys ---- */

static bool
input(void *self, struct app *app, const struct event *event)
{
    struct prompt *prompt = self;
    (void)app;
    enum edit_result result = typed_input(&prompt->line, event);
    if (result == EDIT_CHANGED && event->kind == EVENT_PASTE && prompt->takes_lines)
        remember_lines(prompt, event->paste_lines);
    if (result == EDIT_CHANGED)
        pass(prompt, prompt->typed, false);
    else if (result == EDIT_FULL)
        fault_set(&prompt->fault, "this is too long");
    return result != EDIT_NOT_WANTED;
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct prompt *prompt = self;
    (void)row;
    if (action == ACTION_CANCEL) {
        void (*dropped)(void *) = prompt->dropped;
        void *arg = prompt->arg;
        app_close(app, prompt);
        if (dropped)
            dropped(arg);
    } else if (action == ACTION_ACCEPT) {
        if (pass(prompt, prompt->submit, true))
            app_close(app, prompt);
    } else if (typed_act(&prompt->line, action) == EDIT_CHANGED) {
        pass(prompt, prompt->typed, false);
    }
}

/* ---- drawing ---- */

/* Draws the words below the line, unless canvas is NULL; returns the rows. */
static int
draw_words(const struct prompt *prompt, const struct canvas *canvas)
{
    bool wrong = prompt->fault.text[0] != '\0';
    char *line = typed_copy(&prompt->line);
    const char *words = wrong ? prompt->fault.text : is_paste(prompt, line) ? prompt->count : prompt->rest;
    enum role role = wrong ? ROLE_ERROR : ROLE_DIM;
    free(line);
    return words ? canvas_wrap(canvas, 1, MARK_COLS, prompt->cols - MARK_COLS, role, words) : 0;
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct prompt *prompt = self;
    (void)rows;
    const char *split = strstr(prompt->line.label, TYPED_SPLIT);
    bool fits = !split || text_width(prompt->line.label) + LABEL_COLS <= cols;
    prompt->cols = cols;
    prompt->rest = fits ? NULL : split + SPLIT_COUNT;
    out->head = 1 + draw_words(prompt, NULL);
}

static void
draw(void *self, enum part part, const struct canvas *canvas)
{
    const struct prompt *prompt = self;
    (void)part;
    typed_draw(&prompt->line, canvas);
    draw_words(prompt, canvas);
}

static const struct view prompt_view = {
    .scope = SCOPE_PROMPT,
    .layout = LAYOUT_LINE,
    .close = close_prompt,
    .subject = subject,
    .panes = panes,
    .draw = draw,
    .act = act,
    .input = input,
};

static struct prompt *
open_prompt(struct app *app, const char *label, const char *initial, prompt_submit *submit, void *arg)
{
    struct prompt *prompt = mem_zero(sizeof *prompt);
    prompt->submit = submit;
    prompt->arg = arg;
    typed_init(&prompt->line, label, initial);
    app_push(app, &prompt_view, prompt);
    return prompt;
}

void
prompt_open_heard(struct app *app, const char *label, const char *initial, prompt_submit *typed, prompt_submit *submit,
                  void (*dropped)(void *arg), void *arg)
{
    struct prompt *prompt = open_prompt(app, label, initial, submit, arg);
    prompt->typed = typed;
    prompt->dropped = dropped;
}

void
prompt_open_lines(struct app *app, const char *label, const char *initial, const char *lines, prompt_submit *submit,
                  void *arg)
{
    struct prompt *prompt = open_prompt(app, label, initial, submit, arg);
    prompt->takes_lines = true;
    remember_lines(prompt, lines);
}

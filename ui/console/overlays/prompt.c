#include "console/overlays/prompt.h"

#include "base/mem.h"
#include "base/text.h"
#include "console/app/edit.h"

#include <stdlib.h>
#include <string.h>

enum {
    MARK_COLS = 2,  /* "> " */
    LABEL_COLS = 6, /* that the rule takes beside the label: a space and two lines at either side */
    TYPED_MAX = TEXT_CLEAN_MAX
};

struct prompt {
    const char *label; /* "what to type: and how" */
    int cols;          /* of the last layout, ... */
    const char *rest;  /* ... which had no room for all of the label: its second part, below the line; NULL = it had */
    struct edit edit;
    struct fault fault;
    prompt_submit *submit;
    prompt_submit *typed;       /* gets the text at each change; NULL = none */
    void (*dropped)(void *arg); /* called when the prompt is cancelled; NULL = none */
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

static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct prompt *prompt = self;
    (void)row;
    if (prompt->rest)
        buf_bytes(out->title, prompt->label, (size_t)(prompt->rest - LABEL_SPLIT_COUNT - prompt->label));
    else
        buf_text(out->title, prompt->label);
}

/* Passes the line, without the spaces around it, to a function; NULL = to none. */
static bool
pass(struct prompt *prompt, prompt_submit *to)
{
    struct buf line = {0};
    text_clean(&line, buf_string(&prompt->edit.text), prompt->edit.text.count, TYPED_MAX);
    prompt->fault.text[0] = '\0';
    bool accepted = !to || to(prompt->arg, buf_string(&line), &prompt->fault);
    buf_free(&line);
    return accepted;
}

/* ---- keys ---- */

static bool
input(void *self, struct app *app, const struct event *event)
{
    struct prompt *prompt = self;
    (void)app;
    enum edit_result result = edit_input(&prompt->edit, event, false);
    if (result == EDIT_CHANGED)
        pass(prompt, prompt->typed);
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
        if (pass(prompt, prompt->submit))
            app_close(app, prompt);
    } else if (edit_act(&prompt->edit, action) == EDIT_CHANGED && prompt->typed) {
        pass(prompt, prompt->typed);
    }
}

/* ---- drawing ---- */

/* Draws the words below the line, unless canvas is NULL; returns the rows. */
static int
draw_words(const struct prompt *prompt, const struct canvas *canvas)
{
    bool wrong = prompt->fault.text[0] != '\0';
    const char *words = wrong ? prompt->fault.text : prompt->rest;
    enum role role = wrong ? ROLE_ERROR : ROLE_DIM;
    return words ? canvas_wrap(canvas, 1, MARK_COLS, prompt->cols - MARK_COLS, role, words) : 0;
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct prompt *prompt = self;
    (void)rows;
    const char *split = strstr(prompt->label, LABEL_SPLIT);
    bool fits = !split || text_width(prompt->label) + LABEL_COLS <= cols;
    prompt->cols = cols;
    prompt->rest = fits ? NULL : split + LABEL_SPLIT_COUNT;
    out->head = 1 + draw_words(prompt, NULL);
}

static void
draw(void *self, enum part part, const struct canvas *canvas)
{
    const struct prompt *prompt = self;
    (void)part;
    int col = canvas_glyph(canvas, 0, 0, ROLE_KEY, GLYPH_INTO) + 1;
    struct canvas line = canvas_part(canvas, 0, col, 1, canvas->cols - col);
    edit_draw(&prompt->edit, &line, true);
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

void
prompt_open_heard(struct app *app, const char *label, const char *initial, prompt_submit *typed, prompt_submit *submit,
                  void (*dropped)(void *arg), void *arg)
{
    struct prompt *prompt = mem_zero(sizeof *prompt);
    prompt->label = label;
    prompt->submit = submit;
    prompt->typed = typed;
    prompt->dropped = dropped;
    prompt->arg = arg;
    edit_init(&prompt->edit, initial, TYPED_MAX);
    app_push(app, &prompt_view, prompt);
}

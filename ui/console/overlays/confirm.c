#include "console/overlays/confirm.h"

#include "base/mem.h"

#include <stdlib.h>

struct question {
    char *text;
    void (*answer)(void *arg, bool yes);
    void *arg;
};

static void
close_question(void *self)
{
    struct question *question = self;
    free(question->text);
    free(question);
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    (void)self, (void)row;
    buf_text(out->title, "Please confirm");
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    struct question *question = self;
    (void)rows;
    out->head = canvas_wrap(NULL, 0, 0, cols, ROLE_PLAIN, question->text);
}

static void
draw(void *self, enum part part, const struct canvas *canvas)
{
    struct question *question = self;
    (void)part;
    canvas_wrap(canvas, 0, 0, CANVAS_REST, ROLE_STRONG, question->text);
    canvas_cursor(canvas, 0, 0);
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct question asked = *(struct question *)self;
    (void)row;
    app_close(app, self);
    asked.answer(asked.arg, action == ACTION_YES);
}

static const struct view confirm_view = {
    .scope = SCOPE_CONFIRM,
    .layout = LAYOUT_LINE,
    .close = close_question,
    .subject = subject,
    .panes = panes,
    .draw = draw,
    .act = act,
};

void
confirm_open(struct app *app, const char *question, void (*answer)(void *arg, bool yes), void *arg)
{
    struct question *self = mem_zero(sizeof *self);
    self->text = mem_copy(question);
    self->answer = answer;
    self->arg = arg;
    app_push(app, &confirm_view, self);
}

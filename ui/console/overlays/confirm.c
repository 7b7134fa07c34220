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
title(void *self, struct buf *out)
{
    (void)self;
    buf_text(out, "Please confirm");
}

static size_t
rows(void *self, int cols)
{
    struct question *question = self;
    return (size_t)canvas_wrap(NULL, 0, 0, cols, ROLE_PLAIN, question->text);
}

static void
draw(void *self, const struct canvas *canvas)
{
    struct question *question = self;
    canvas_wrap(canvas, 0, 0, CANVAS_REST, ROLE_STRONG, question->text);
    canvas_cursor(canvas, 0, 0);
}

static bool
can(void *self, enum action action, size_t row)
{
    (void)self, (void)row;
    return keymap_action(action)->group == GROUP_DECIDE;
}

static void
act(void *self, struct app *app, enum action action, struct cursor *cursor)
{
    struct question asked = *(struct question *)self;
    (void)cursor;
    app_close(app, self);
    asked.answer(asked.arg, action == ACTION_YES);
}

static const struct view confirm_view = {
    .scope = SCOPE_CONFIRM,
    .layout = LAYOUT_LINE,
    .close = close_question,
    .title = title,
    .rows = rows,
    .draw = draw,
    .can = can,
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

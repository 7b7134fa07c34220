/* The text is valid UTF-8 without controls at all times, and `at` is at the start of one of its characters or at its
 * end; combining marks belong to the character before them. */

#include "view_prompt.h"

#include "mem.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { MARK_COLS = 2, TYPED_MAX = TEXT_CLEAN_MAX }; /* "> " */

struct prompt {
    const char *label;
    struct buf text;
    size_t at; /* the cursor, in bytes */
    struct fault fault;
    app_submit *submit;
    void (*dropped)(void *arg); /* of a live one, which is heard while the user types; else NULL */
    void *arg;
};

static void
close_prompt(void *self)
{
    struct prompt *prompt = self;
    buf_free(&prompt->text);
    free(prompt);
}

static void
title(void *self, struct buf *out)
{
    const struct prompt *prompt = self;
    buf_text(out, prompt->label);
}

/* Hands the line over, without the blanks around it. */
static bool
hand_over(struct prompt *prompt)
{
    struct buf line = {0};
    text_clean(&line, buf_string(&prompt->text), prompt->text.count, TYPED_MAX);
    prompt->fault.text[0] = '\0';
    bool taken = prompt->submit(prompt->arg, buf_string(&line), &prompt->fault);
    buf_free(&line);
    return taken;
}

static void
changed(struct prompt *prompt)
{
    if (prompt->dropped)
        hand_over(prompt);
}

/* ---- editing ---- */

static size_t
after(const struct prompt *prompt, size_t at)
{
    const char *text = buf_string(&prompt->text), *next = text + at;
    int width;
    if (!text_next(&next, &width))
        return at;
    for (const char *mark = next; text_next(&mark, &width) && width == 0;)
        next = mark;
    return (size_t)(next - text);
}

static size_t
before(const struct prompt *prompt, size_t at)
{
    size_t found = 0;
    for (size_t next = 0; next < at; next = after(prompt, next))
        found = next;
    return found;
}

static size_t
word_before(const struct prompt *prompt, size_t at)
{
    const char *text = buf_string(&prompt->text);
    while (at > 0 && text[at - 1] == ' ')
        at--;
    while (at > 0 && text[at - 1] != ' ')
        at--;
    return at;
}

static void
erase(struct prompt *prompt, size_t from, size_t end)
{
    if (from == end)
        return;
    memmove(prompt->text.at + from, prompt->text.at + end, prompt->text.count - end + 1);
    prompt->text.count -= end - from;
    prompt->at = from;
    changed(prompt);
}

static void
insert(struct prompt *prompt, const char *bytes, size_t count)
{
    if (prompt->text.count + count > TYPED_MAX)
        return;
    buf_bytes(&prompt->text, bytes, count);
    char *place = prompt->text.at + prompt->at;
    memmove(place + count, place, prompt->text.count - count - prompt->at);
    memcpy(place, bytes, count);
    prompt->at += count;
    changed(prompt);
}

static bool
input(void *self, struct app *app, const struct event *event)
{
    struct prompt *prompt = self;
    (void)app;
    struct buf typed = {0}, clean = {0};
    if (event->kind == EVENT_PASTE)
        buf_text(&typed, event->paste);
    else
        keymap_press_text(&typed, event->press);
    bool taken = typed.count > 0;
    if (taken && strcmp(buf_string(&typed), " ") == 0)
        buf_byte(&clean, ' ');
    else
        text_clean(&clean, buf_string(&typed), typed.count, TYPED_MAX);
    if (clean.count > 0) {
        prompt->fault.text[0] = '\0';
        insert(prompt, clean.at, clean.count);
    }
    buf_free(&typed);
    buf_free(&clean);
    return taken;
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
act(void *self, struct app *app, enum action action, struct cursor *cursor)
{
    struct prompt *prompt = self;
    size_t at = prompt->at, end = prompt->text.count;
    (void)cursor;
    switch (action) {
    case ACTION_ACCEPT:
        if (hand_over(prompt))
            app_close(app, prompt);
        break;
    case ACTION_CANCEL:
        cancel(prompt, app);
        break;
    case ACTION_LEFT:
        prompt->at = before(prompt, at);
        break;
    case ACTION_RIGHT:
        prompt->at = after(prompt, at);
        break;
    case ACTION_FIRST:
        prompt->at = 0;
        break;
    case ACTION_LAST:
        prompt->at = end;
        break;
    case ACTION_ERASE:
        erase(prompt, before(prompt, at), at);
        break;
    case ACTION_DELETE:
        erase(prompt, at, after(prompt, at));
        break;
    case ACTION_ERASE_WORD:
        erase(prompt, word_before(prompt, at), at);
        break;
    case ACTION_ERASE_LINE:
        erase(prompt, 0, at);
        break;
    case ACTION_ERASE_REST:
        erase(prompt, at, end);
        break;
    default:
        break;
    }
}

/* ---- drawing ---- */

static size_t
rows(void *self, int cols)
{
    const struct prompt *prompt = self;
    if (prompt->fault.text[0] == '\0')
        return 1;
    return 1 + (size_t)canvas_wrap(NULL, 0, 0, cols - MARK_COLS, ROLE_ERROR, prompt->fault.text);
}

/* The first byte that shows, so that the cursor does; all of it when it fits. */
static size_t
first_shown(const struct prompt *prompt, int cols)
{
    const char *text = buf_string(&prompt->text);
    size_t first = 0;
    char *head = mem_copy_bytes(text, prompt->at);
    while (first < prompt->at && text_width(head + first) >= cols)
        first = after(prompt, first);
    free(head);
    return first;
}

static void
draw(void *self, const struct canvas *canvas)
{
    const struct prompt *prompt = self;
    int col = canvas_glyph(canvas, 0, 0, ROLE_KEY, GLYPH_INTO) + 1;
    size_t first = first_shown(prompt, canvas->cols - col);
    const char *text = buf_string(&prompt->text);
    char *head = mem_copy_bytes(text + first, prompt->at - first);
    struct canvas line = canvas_part(canvas, 0, col, 1, canvas->cols - col);
    canvas_repeat(&line, 0, 0, CANVAS_REST, ROLE_INPUT, GLYPH_BLANK);
    canvas_text(&line, 0, 0, CANVAS_REST, ROLE_INPUT, text + first);
    canvas_cursor(&line, 0, text_width(head));
    free(head);
    if (prompt->fault.text[0] != '\0')
        canvas_wrap(canvas, 1, MARK_COLS, CANVAS_REST, ROLE_ERROR, prompt->fault.text);
}

static const struct view prompt_view = {
    .scope = SCOPE_PROMPT,
    .layout = LAYOUT_LINE,
    .close = close_prompt,
    .title = title,
    .rows = rows,
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
    buf_text(&prompt->text, initial ? initial : "");
    prompt->at = prompt->text.count;
    app_push(app, &prompt_view, prompt);
}

void
view_prompt_open(struct app *app, const char *label, const char *initial, app_submit *submit, void *arg)
{
    open_prompt(app, label, initial, (struct prompt){.submit = submit, .arg = arg});
}

void
view_prompt_open_live(struct app *app, const char *label, const char *initial, app_submit *typed,
                      void (*dropped)(void *arg), void *arg)
{
    open_prompt(app, label, initial, (struct prompt){.submit = typed, .dropped = dropped, .arg = arg});
}

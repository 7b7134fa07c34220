/* The text is broken into lines anew when it or the width has changed; each line knows the bytes that it shows, so the
 * cursor has one place in the text and one on the screen. What is written is kept when the user says so; when somebody
 * else changed the note meanwhile both are in the editor first; and when the terminal is gone it is kept at once. */
#include "console/views/routes.h"

#include "base/text.h"
#include "base/vec.h"
#include "console/app/edit.h"
#include "console/overlays/confirm.h"
#include "draw/canvas.h"
#include "journal/recorder.h"
#include "session/editor.h"

#include <string.h>

struct line {
    size_t start, count; /* bytes that show; the next line may begin behind blanks that do not */
};

/* What there is to write to. */
enum summary { NO_CASE, CASE_GOES_ON, CASE_IS_OVER /* and what is written begins another one */ };

struct note_view {
    struct nav *nav;
    struct resource resource;
    struct edit edit;
    char *kept;   /* the note as it is in the journal */
    bool several; /* it is more than one, of journals that were united */
    enum summary summary;
    bool dropped; /* the user wants nothing of it kept */
    struct fault fault;
    VEC(struct line) lines;
    int cols;      /* for which they were broken */
    bool outdated; /* the text is another since */
    size_t top;    /* the first line that shows */
    size_t page;   /* lines that show */
    int wish;      /* the column from which the cursor moves up and down; -1 = where it is */
};

enum { COLS = 80 }; /* until it is drawn */

static bool
is_changed(const struct note_view *v)
{
    return strcmp(buf_string(&v->edit.text), v->kept) != 0;
}

/* ---- the journal ---- */

/* The note as it is now; false with a reason. */
static bool
read_note(const struct note_view *v, struct buf *out, bool *several, enum summary *summary, struct fault *fault)
{
    struct journal_case a_case;
    struct journal *journal = navigator_journal(v->nav);
    *fault = (struct fault){""};
    *several = false;
    *summary = NO_CASE;
    if (!journal)
        return fault_set(fault, "the journal is gone");
    if (!journal_case_find(journal, &v->resource, &a_case, fault))
        return *fault->text == '\0';
    size_t current = 0;
    for (size_t i = 0; i < a_case.notes.count; i++)
        current += a_case.notes.at[i].current;
    *several = current > 1 && a_case.state != CASE_CLOSED;
    *summary = a_case.state == CASE_CLOSED ? CASE_IS_OVER : CASE_GOES_ON;
    if (a_case.state != CASE_CLOSED) /* what is written to a closed case begins a new one */
        journal_case_note_text(&a_case, out);
    journal_case_fini(&a_case);
    return true;
}

/* Whether the case that was written to is no more, which the user is told before anything is written. */
static bool
is_over_meanwhile(struct note_view *v, enum summary summary)
{
    char text[RESOURCE_TEXT];
    if (v->summary != CASE_GOES_ON || summary == CASE_GOES_ON)
        return false;
    resource_text(&v->resource, text);
    if (summary == CASE_IS_OVER)
        fault_set(&v->fault, "another program closed this case meanwhile: ^S begins another one with this note");
    else
        fault_set(&v->fault, "another program made the journal forget the case of %s: ^S begins one with this note",
                  text);
    v->summary = summary;
    free(v->kept);
    v->kept = mem_copy("");
    return true;
}

static bool
put_below(struct note_view *v, const struct buf *theirs)
{
    bool taken = false;
    struct edit both = {0};
    edit_init(&both, buf_string(&v->edit.text), CASE_NOTE_MOST);
    taken = edit_insert(&both, "\n----\n", 6) && edit_insert(&both, buf_string(theirs), theirs->count);
    if (taken) {
        both.at = v->edit.at;
        free(v->kept);
        v->kept = mem_copy(buf_string(theirs));
        fault_set(&v->fault, "another program changed this note meanwhile: its text is below yours now, ^S keeps both");
    } else {
        fault_set(&v->fault, "another program changed this note meanwhile, and both together are too long for one");
    }
    edit_fini(taken ? &v->edit : &both);
    v->edit = taken ? both : v->edit;
    v->outdated = true;
    return true;
}

/* When somebody else has changed the note, his text goes below ours: then it is not time yet to write it. */
static bool
take_in(struct note_view *v)
{
    struct buf theirs = {0};
    bool several;
    enum summary summary;
    bool wait = !read_note(v, &theirs, &several, &summary, &v->fault) || is_over_meanwhile(v, summary);
    if (!wait && strcmp(buf_string(&theirs), v->kept) != 0)
        wait = put_below(v, &theirs);
    buf_free(&theirs);
    return wait;
}

static bool
write_note(struct note_view *v)
{
    struct journal *journal = navigator_journal(v->nav);
    enum journal_result result = JOURNAL_FAILED;
    fault_set(&v->fault, "the journal is gone");
    if (journal)
        result = journal_case_set_note(journal, &v->resource, buf_string(&v->edit.text), &v->fault);
    if (result == JOURNAL_BUSY)
        fault_set(&v->fault, "another program is writing to the journal; ^S tries again");
    if (result != JOURNAL_DONE)
        return false;
    recorder_touched(v->nav->engine->recorder);
    return true;
}

static void
save(struct note_view *v, struct app *app)
{
    if ((is_changed(v) || v->several) && (take_in(v) || !write_note(v)))
        return;
    bool anew = v->summary == CASE_IS_OVER;
    v->dropped = true; /* nothing is left to be kept */
    app_close(app, v);
    app_message(app, anew ? "another case is begun with this note" : "the note is in the journal");
}

static void
close_note(void *self)
{
    struct note_view *v = self;
    if (!v->dropped && is_changed(v)) {
        take_in(v);
        write_note(v);
    }
    edit_fini(&v->edit);
    free(v->kept);
    vec_free(&v->lines);
    free(v);
}

/* ---- lines ---- */

static void
break_paragraph(struct note_view *v, size_t start, size_t end, int cols)
{
    char *paragraph = mem_copy_bytes(buf_string(&v->edit.text) + start, end - start);
    const char *at = paragraph;
    do {
        const char *next;
        size_t count = text_break(at, cols, &next);
        vec_push(&v->lines, ((struct line){start + (size_t)(at - paragraph), count}));
        at = next;
    } while (*at != '\0');
    free(paragraph);
}

static void
break_lines(struct note_view *v, int cols)
{
    size_t start = 0, count = v->edit.text.count;
    if (v->cols == cols && !v->outdated)
        return;
    v->cols = cols;
    v->outdated = false;
    vec_clear(&v->lines);
    for (;;) {
        size_t end = edit_line_end(&v->edit, start);
        break_paragraph(v, start, end, cols);
        if (end == count)
            break;
        start = end + 1;
    }
}

/* The last line that begins there or before. */
static size_t
line_of(const struct note_view *v, size_t at)
{
    size_t low = 0, high = v->lines.count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (v->lines.at[middle].start <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* In a row of blanks that does not show, the cursor waits at the edge. */
static int
column_of(const struct note_view *v, const struct line *line, size_t at)
{
    char *head = mem_copy_bytes(buf_string(&v->edit.text) + line->start, at - line->start);
    int column = text_width(head);
    free(head);
    return column < v->cols ? column : v->cols - 1;
}

static size_t
place_at(const struct note_view *v, const struct line *line, int column)
{
    char *text = mem_copy_bytes(buf_string(&v->edit.text) + line->start, line->count);
    size_t place = line->start + text_fit(text, column);
    free(text);
    return place;
}

static void
move_by(struct note_view *v, long by)
{
    break_lines(v, v->cols);
    long count = (long)v->lines.count, to = (long)line_of(v, v->edit.at);
    if (v->wish < 0)
        v->wish = column_of(v, &v->lines.at[to], v->edit.at);
    to += by;
    to = to < 0 ? 0 : to >= count ? count - 1 : to;
    v->edit.at = place_at(v, &v->lines.at[to], v->wish);
}

/* ---- keys ---- */

static void
changed(struct note_view *v)
{
    v->outdated = true;
    v->fault.text[0] = '\0';
}

static void
full(struct note_view *v)
{
    fault_set(&v->fault, "a note has at most %d KiB", CASE_NOTE_MOST / 1024);
}

static void
on_left(void *arg, bool yes)
{
    struct note_view *v = arg;
    v->dropped = yes;
    if (yes)
        app_close(v->nav->app, v);
}

static void
leave(struct note_view *v, struct app *app)
{
    if (is_changed(v)) {
        confirm_open(app, "What you wrote is not in the journal yet. Leave without it?", on_left, v);
    } else {
        v->dropped = true;
        app_close(app, v);
    }
}

/* What the user's editor is lent the terminal for. */
struct errand {
    const char *text;
    struct buf left;
    struct fault fault;
    bool ok;
};

static void
run_editor(void *arg)
{
    struct errand *errand = arg;
    errand->ok = editor_run(errand->text, CASE_NOTE_MOST, &errand->left, &errand->fault);
}

static void
go_to_editor(struct note_view *v, struct app *app)
{
    struct errand errand = {.text = buf_string(&v->edit.text)};
    struct buf clean = {0};
    app_lend(app, run_editor, &errand);
    changed(v);
    text_clean_lines(&clean, buf_string(&errand.left), errand.left.count, CASE_NOTE_MOST);
    if (errand.ok) {
        edit_fini(&v->edit);
        edit_init(&v->edit, buf_string(&clean), CASE_NOTE_MOST);
    } else {
        v->fault = errand.fault;
    }
    buf_free(&clean);
    buf_free(&errand.left);
}

static bool
can(void *self, enum action action, size_t row)
{
    (void)self, (void)row;
    enum action_group group = keymap_action(action)->group;
    return (group == GROUP_TYPE && action != ACTION_ACCEPT) || group == GROUP_MOVE || group == GROUP_NOTE;
}

static void
edit(struct note_view *v, enum edit_result result)
{
    v->wish = -1;
    if (result == EDIT_CHANGED)
        changed(v);
    else if (result == EDIT_FULL)
        full(v);
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct note_view *v = self;
    long page = v->page > 1 ? (long)v->page - 1 : 1;
    (void)row;
    switch (action) {
    case ACTION_UP:
    case ACTION_DOWN:
        move_by(v, action == ACTION_UP ? -1 : 1);
        break;
    case ACTION_PAGE_UP:
    case ACTION_PAGE_DOWN:
        move_by(v, action == ACTION_PAGE_UP ? -page : page);
        break;
    case ACTION_NEW_LINE:
        edit(v, edit_insert(&v->edit, "\n", 1) ? EDIT_CHANGED : EDIT_FULL);
        break;
    case ACTION_SAVE:
        save(v, app);
        break;
    case ACTION_EDITOR:
        go_to_editor(v, app);
        break;
    case ACTION_CANCEL:
        leave(v, app);
        break;
    default:
        edit(v, edit_act(&v->edit, action));
        break;
    }
}

static bool
input(void *self, struct app *app, const struct event *event)
{
    struct note_view *v = self;
    (void)app;
    enum edit_result result = edit_input(&v->edit, event, true);
    edit(v, result);
    return result != EDIT_NOT_WANTED;
}

/* ---- drawing ---- */

static void
title(void *self, struct buf *out, struct buf *status)
{
    const struct note_view *v = self;
    char text[RESOURCE_TEXT];
    buf_format(out, "note on %s", resource_text(&v->resource, text));
    buf_text(status, is_changed(v) ? "not saved" : "");
}

/* Returns the rows that it takes. */
static int
draw_words(const struct note_view *v, const struct canvas *canvas)
{
    static const char *const several =
        "Two notes were written apart and stand below, parted by ----. Saving makes one of them.";
    if (*v->fault.text != '\0')
        return canvas_wrap(canvas, 0, 0, CANVAS_REST, ROLE_ERROR, v->fault.text);
    if (v->several)
        return canvas_wrap(canvas, 0, 0, CANVAS_REST, ROLE_WARN, several);
    if (v->edit.text.count == 0 && v->summary == CASE_IS_OVER)
        return canvas_wrap(canvas, 0, 0, CANVAS_REST, ROLE_WARN,
                           "The last case is closed, and what is written here begins a new one. Esc leaves; then t "
                           "opens the last one again, with its note, and H shows it.");
    if (v->edit.text.count == 0)
        return canvas_wrap(canvas, 0, 0, CANVAS_REST, ROLE_DIM,
                           "Write down what there is to know: who was asked, what was found. ^S saves, Esc leaves.");
    return 0;
}

static void
scroll_to(struct note_view *v, size_t line)
{
    if (line < v->top)
        v->top = line;
    else if (line >= v->top + v->page)
        v->top = line + 1 - v->page;
}

static void
draw_line(const struct note_view *v, const struct canvas *canvas, int row, const struct line *line)
{
    char *text = mem_copy_bytes(buf_string(&v->edit.text) + line->start, line->count);
    canvas_text(canvas, row, 0, CANVAS_REST, strcmp(text, "----") == 0 ? ROLE_LINE : ROLE_PLAIN, text);
    free(text);
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    (void)self, (void)cols;
    out->head = rows;
}

static void
draw(void *self, enum part part, const struct canvas *canvas)
{
    struct note_view *v = self;
    (void)part;
    int words = draw_words(v, canvas);
    struct canvas paper = canvas_part(canvas, words, 0, canvas->rows > words ? canvas->rows - words : 0, canvas->cols);
    break_lines(v, canvas->cols > 0 ? canvas->cols : 1);
    size_t line = line_of(v, v->edit.at);
    v->page = paper.rows > 0 ? (size_t)paper.rows : 1;
    scroll_to(v, line);
    for (size_t i = v->top; i < v->lines.count && i < v->top + v->page; i++)
        draw_line(v, &paper, (int)(i - v->top), &v->lines.at[i]);
    canvas_cursor(&paper, (int)(line - v->top), column_of(v, &v->lines.at[line], v->edit.at));
}

static const struct view note_view = {
    .scope = SCOPE_NOTE,
    .layout = LAYOUT_PAGE,
    .close = close_note,
    .title = title,
    .panes = panes,
    .draw = draw,
    .can = can,
    .act = act,
    .input = input,
};

void
view_note_open(struct nav *nav, const struct place *place)
{
    struct buf note = {0};
    struct fault fault;
    if (!navigator_writable_journal(nav))
        return;
    struct note_view *v = mem_zero(sizeof *v);
    v->nav = nav;
    v->resource = place->resource;
    v->wish = -1;
    v->cols = COLS;
    v->outdated = true;
    if (!read_note(v, &note, &v->several, &v->summary, &fault)) {
        app_message(nav->app, "%s", fault.text);
        buf_free(&note);
        free(v);
        return;
    }
    v->kept = mem_copy(buf_string(&note));
    edit_init(&v->edit, v->kept, CASE_NOTE_MOST);
    buf_free(&note);
    app_push(nav->app, &note_view, v);
}

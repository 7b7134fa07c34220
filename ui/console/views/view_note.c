/* Breaks the text into lines again when it or the width has changed. Each line stores the bytes that it shows, so that
 * the cursor has one place in the text and one on the screen. Saves the note on ^S, and at once when the terminal is
 * gone; when another program changed it meanwhile, both texts go into the editor first. */
#include "console/views/routes.h"

#include "base/sort.h"
#include "base/text.h"
#include "base/vec.h"
#include "console/app/edit.h"
#include "console/overlays/confirm.h"
#include "draw/canvas.h"
#include "journal/recorder.h"
#include "session/editor.h"

#include <string.h>

struct line {
    size_t start, count; /* visible bytes; the next line may begin after blanks that are not */
};

/* The case that the note belongs to. */
enum target { CASE_NONE, CASE_CURRENT, CASE_LAST /* closed: saving starts a new one */ };

struct note_view {
    struct nav *nav;
    struct resource resource;
    struct edit edit;
    char *saved;  /* the note as it is in the journal */
    bool several; /* it is more than one, of journals that were merged */
    enum target target;
    bool done; /* saved, or given up by the user */
    struct fault fault;
    VEC(struct line) lines;
    int cols;      /* for which they were broken */
    bool outdated; /* the text has changed since */
    size_t top;    /* the first visible line */
    size_t page;   /* visible lines */
    int wish;      /* the column that moves up and down keep to; -1 = the cursor's */
};

enum { COLS = 80 }; /* until it is drawn */

static bool
is_changed(const struct note_view *v)
{
    return strcmp(buf_string(&v->edit.text), v->saved) != 0;
}

/* ---- the journal ---- */

/* Reads the note from the journal; false with a reason. */
static bool
read_note(const struct note_view *v, struct buf *out, bool *several, enum target *target, struct fault *fault)
{
    struct journal_case a_case;
    struct journal *journal = navigator_journal(v->nav);
    *fault = (struct fault){""};
    *several = false;
    *target = CASE_NONE;
    if (!journal)
        return fault_set(fault, "the journal is no longer available");
    if (!journal_case_find(journal, &v->resource, &a_case, fault))
        return *fault->text == '\0';
    size_t current = 0;
    for (size_t i = 0; i < a_case.notes.count; i++)
        current += a_case.notes.at[i].current;
    *several = current > 1 && a_case.state != CASE_CLOSED;
    *target = a_case.state == CASE_CLOSED ? CASE_LAST : CASE_CURRENT;
    if (a_case.state != CASE_CLOSED) /* a new case has no note yet */
        journal_case_note_text(&a_case, out);
    journal_case_fini(&a_case);
    return true;
}

/* Takes over another program's changes of the case since it was read. Returns whether they, or a fault, must be shown
 * before the note is saved. Puts the journal's text below the user's; both are saved next. */
static bool
take_changes(struct note_view *v)
{
    struct buf theirs = {0};
    bool several, wait = true;
    enum target target;
    char text[RESOURCE_TEXT];
    if (!read_note(v, &theirs, &several, &target, &v->fault)) {
        /* the fault is shown */
    } else if (v->target == CASE_CURRENT && target != CASE_CURRENT) {
        if (target == CASE_LAST)
            fault_set(&v->fault, "another program has closed this case: ^S starts a new one with this note");
        else
            fault_set(&v->fault, "another program removed the case of %s: ^S starts a new one with this note",
                      resource_text(&v->resource, text));
        v->target = target;
        free(v->saved);
        v->saved = mem_copy("");
    } else if (strcmp(buf_string(&theirs), v->saved) != 0) {
        struct edit both = {0};
        edit_init(&both, buf_string(&v->edit.text), CASE_NOTE_MOST);
        bool fits = edit_insert(&both, "\n----\n", 6) && edit_insert(&both, buf_string(&theirs), theirs.count);
        if (fits) {
            both.at = v->edit.at;
            free(v->saved);
            v->saved = mem_copy(buf_string(&theirs));
            fault_set(&v->fault, "another program has changed this note: its text is now below yours, ^S saves both");
        } else {
            fault_set(&v->fault, "another program has changed this note, and both together are too long for one");
        }
        edit_fini(fits ? &v->edit : &both);
        v->edit = fits ? both : v->edit;
        v->outdated = true;
    } else {
        wait = false;
    }
    buf_free(&theirs);
    return wait;
}

static bool
write_note(struct note_view *v)
{
    struct journal *journal = navigator_journal(v->nav);
    enum journal_result result = JOURNAL_FAILED;
    fault_set(&v->fault, "the journal is no longer available");
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
close_note(void *self)
{
    struct note_view *v = self;
    if (!v->done && is_changed(v)) {
        take_changes(v);
        write_note(v);
    }
    edit_fini(&v->edit);
    free(v->saved);
    vec_free(&v->lines);
    free(v);
}

/* ---- lines ---- */

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
        char *paragraph = mem_copy_bytes(buf_string(&v->edit.text) + start, end - start);
        const char *at = paragraph, *next;
        do {
            size_t shown = text_break(at, cols, &next);
            vec_push(&v->lines, ((struct line){start + (size_t)(at - paragraph), shown}));
            at = next;
        } while (*at != '\0');
        free(paragraph);
        if (end == count)
            break;
        start = end + 1;
    }
}

/* Returns the line with the cursor, the last one that begins before it; *column is the last one in blanks that are not
 * visible. */
static size_t
find_cursor(const struct note_view *v, int *column)
{
    size_t next, at = v->edit.at;
    sort_search(next, 1, v->lines.count, v->lines.at[next].start <= at);
    size_t start = v->lines.at[next - 1].start;
    char *head = mem_copy_bytes(buf_string(&v->edit.text) + start, at - start);
    *column = text_width(head);
    if (*column >= v->cols)
        *column = v->cols - 1;
    free(head);
    return next - 1;
}

static void
move_by(struct note_view *v, long by)
{
    break_lines(v, v->cols);
    int column;
    long count = (long)v->lines.count, to = (long)find_cursor(v, &column) + by;
    v->wish = v->wish < 0 ? column : v->wish;
    to = to < 0 ? 0 : to >= count ? count - 1 : to;
    const struct line *line = &v->lines.at[to];
    char *text = mem_copy_bytes(buf_string(&v->edit.text) + line->start, line->count);
    v->edit.at = line->start + text_fit(text, v->wish);
    free(text);
}

/* ---- keys ---- */

static void
take_edit(struct note_view *v, enum edit_result result)
{
    v->wish = -1;
    if (result == EDIT_CHANGED) {
        v->outdated = true;
        v->fault.text[0] = '\0';
    } else if (result == EDIT_FULL) {
        fault_set(&v->fault, "a note has at most %d KiB", CASE_NOTE_MOST / 1024);
    }
}

static void
on_left(void *arg, bool yes)
{
    struct note_view *v = arg;
    v->done = yes;
    if (yes)
        app_close(v->nav->app, v);
}

/* Work for the user's editor while it has the terminal. */
struct errand {
    const char *text;
    struct buf result;
    struct fault fault;
    bool ok;
};

static void
run_editor(void *arg)
{
    struct errand *errand = arg;
    errand->ok = editor_run(errand->text, CASE_NOTE_MOST, &errand->result, &errand->fault);
}

static void
go_to_editor(struct note_view *v, struct app *app)
{
    struct errand errand = {.text = buf_string(&v->edit.text)};
    struct buf clean = {0};
    app_screen(app)->lend(app_screen(app), run_editor, &errand);
    take_edit(v, EDIT_CHANGED);
    text_clean_lines(&clean, buf_string(&errand.result), errand.result.count, CASE_NOTE_MOST);
    if (errand.ok) {
        edit_fini(&v->edit);
        edit_init(&v->edit, buf_string(&clean), CASE_NOTE_MOST);
    } else {
        v->fault = errand.fault;
    }
    buf_free(&clean);
    buf_free(&errand.result);
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct note_view *v = self;
    long page = v->page > 1 ? (long)v->page - 1 : 1;
    bool anew;
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
        take_edit(v, edit_insert(&v->edit, "\n", 1) ? EDIT_CHANGED : EDIT_FULL);
        break;
    case ACTION_SAVE:
        if ((is_changed(v) || v->several) && (take_changes(v) || !write_note(v)))
            break;
        anew = v->target == CASE_LAST;
        v->done = true;
        app_close(app, v);
        app_message(app, anew ? "new case opened with this note" : "note saved");
        break;
    case ACTION_EDITOR:
        go_to_editor(v, app);
        break;
    case ACTION_CANCEL:
        if (is_changed(v)) {
            confirm_open(app, "The note is not saved. Leave anyway?", on_left, v);
            break;
        }
        v->done = true;
        app_close(app, v);
        break;
    default:
        take_edit(v, edit_act(&v->edit, action));
        break;
    }
}

static bool
input(void *self, struct app *app, const struct event *event)
{
    struct note_view *v = self;
    (void)app;
    enum edit_result result = edit_input(&v->edit, event, true);
    take_edit(v, result);
    return result != EDIT_NOT_WANTED;
}

/* ---- drawing ---- */

static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct note_view *v = self;
    char text[RESOURCE_TEXT];
    (void)row;
    if (!out->title)
        return;
    buf_format(out->title, "note on %s", resource_text(&v->resource, text));
    buf_text(out->status, is_changed(v) ? "not saved" : "");
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
    const char *text = "";
    enum role role = ROLE_WARN;
    if (*v->fault.text != '\0') {
        text = v->fault.text;
        role = ROLE_ERROR;
    } else if (v->several) {
        text = "Two notes were written separately; both are below, separated by ----. Saving joins them.";
    } else if (v->edit.text.count == 0 && v->target == CASE_LAST) {
        text = "The last case is closed; a note here starts a new one. To reopen the last one, with its note, press "
               "Esc, then t; H shows it.";
    } else if (v->edit.text.count == 0) {
        text = "Note what matters: whom you contacted, what you found. ^S saves, Esc leaves.";
        role = ROLE_DIM;
    }
    int rows = *text ? canvas_wrap(canvas, 0, 0, CANVAS_REST, role, text) : 0;
    struct canvas paper = canvas_part(canvas, rows, 0, canvas->rows > rows ? canvas->rows - rows : 0, canvas->cols);
    break_lines(v, canvas->cols > 0 ? canvas->cols : 1);
    int column;
    size_t line = find_cursor(v, &column);
    v->page = paper.rows > 0 ? (size_t)paper.rows : 1;
    if (line < v->top)
        v->top = line;
    else if (line >= v->top + v->page)
        v->top = line + 1 - v->page;
    for (size_t i = v->top; i < v->lines.count && i < v->top + v->page; i++) {
        char *shown = mem_copy_bytes(buf_string(&v->edit.text) + v->lines.at[i].start, v->lines.at[i].count);
        role = strcmp(shown, "----") == 0 ? ROLE_LINE : ROLE_PLAIN;
        canvas_text(&paper, (int)(i - v->top), 0, CANVAS_REST, role, shown);
        free(shown);
    }
    canvas_cursor(&paper, (int)(line - v->top), column);
}

static const struct view note_view = {
    .scope = SCOPE_NOTE,
    .layout = LAYOUT_PAGE,
    .close = close_note,
    .subject = subject,
    .panes = panes,
    .draw = draw,
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
    if (!read_note(v, &note, &v->several, &v->target, &fault)) {
        app_message(nav->app, "%s", fault.text);
        buf_free(&note);
        free(v);
        return;
    }
    v->saved = mem_copy(buf_string(&note));
    edit_init(&v->edit, v->saved, CASE_NOTE_MOST);
    buf_free(&note);
    app_push(nav->app, &note_view, v);
}

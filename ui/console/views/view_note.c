/* Saves the note on ^S, and at once when the terminal is
 * gone; when another program changed it meanwhile, both texts go into the editor first. */
#include "console/views/routes.h"

#include "base/text.h"
#include "console/overlays/confirm.h"
#include "console/widgets/textarea.h"
#include "journal/recorder.h"
#include "session/editor.h"

#include <string.h>

/* The case that the note belongs to. */
enum note_case { CASE_NONE, CASE_CURRENT, CASE_LAST /* closed: saving starts a new one */ };

struct note_view {
    struct nav *nav;
    struct resource resource;
    struct textarea area;
    char *saved;  /* the note as it is in the journal */
    bool several; /* it is more than one, of journals that were merged */
    enum note_case target;
    bool done; /* saved, or given up by the user */
    struct fault fault;
};

static bool
is_changed(const struct note_view *v)
{
    return strcmp(buf_string(&v->area.edit.text), v->saved) != 0;
}

/* ---- the journal ---- */

/* Reads the note from the journal; false with a reason. */
static bool
read_note(const struct note_view *v, struct buf *out, bool *several, enum note_case *target, struct fault *fault)
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
    enum note_case target;
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
        edit_init(&both, buf_string(&v->area.edit.text), CASE_NOTE_MOST);
        bool fits = edit_insert(&both, "\n----\n", 6) && edit_insert(&both, buf_string(&theirs), theirs.count);
        if (fits) {
            textarea_set(&v->area, buf_string(&both.text), v->area.edit.at, CASE_NOTE_MOST);
            free(v->saved);
            v->saved = mem_copy(buf_string(&theirs));
            fault_set(&v->fault, "another program has changed this note: its text is now below yours, ^S saves both");
        } else {
            fault_set(&v->fault, "another program has changed this note, and both together are too long for one");
        }
        edit_fini(&both);
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
        result = journal_case_set_note(journal, &v->resource, buf_string(&v->area.edit.text), &v->fault);
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
    textarea_fini(&v->area);
    free(v->saved);
    free(v);
}

/* ---- keys ---- */

static void
take_edit(struct note_view *v, enum edit_result result)
{
    if (result == EDIT_CHANGED)
        v->fault.text[0] = '\0';
    else if (result == EDIT_FULL)
        fault_set(&v->fault, "a note has at most %d KiB", CASE_NOTE_MOST / 1024);
}

static void
on_left(void *arg, bool yes)
{
    struct note_view *v = arg;
    v->done = yes;
    if (yes)
        app_close(v->nav->app, v);
}

static void
go_to_editor(struct note_view *v, struct app *app)
{
    struct editor_work work = {.initial = buf_string(&v->area.edit.text), .most = CASE_NOTE_MOST};
    struct buf clean = {0};
    app_screen(app)->lend(app_screen(app), editor_work, &work);
    take_edit(v, EDIT_CHANGED);
    text_clean_lines(&clean, buf_string(&work.result), work.result.count, CASE_NOTE_MOST);
    if (work.ok) {
        textarea_set(&v->area, buf_string(&clean), clean.count, CASE_NOTE_MOST);
    } else {
        v->fault = work.fault;
    }
    buf_free(&clean);
    buf_free(&work.result);
}

static bool
can(void *self, enum action action, size_t row)
{
    (void)self, (void)row;
    return action != ACTION_FIELD && keymap_action(action)->group != GROUP_PROGRAM;
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct note_view *v = self;
    bool anew;
    const char *passing;
    (void)row;
    switch (action) {
    case ACTION_SAVE:
        if ((is_changed(v) || v->several) && (take_changes(v) || !write_note(v)))
            break;
        anew = v->target == CASE_LAST;
        v->done = true;
        passing = navigator_passing(v->nav);
        app_close(app, v);
        app_message(app, "%s%s", anew ? "new case opened with this note" : "note saved", passing);
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
        take_edit(v, textarea_act(&v->area, action));
        break;
    }
}

static bool
input(void *self, struct app *app, const struct event *event)
{
    struct note_view *v = self;
    (void)app;
    enum edit_result result = textarea_input(&v->area, event);
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
    } else if (v->area.edit.text.count == 0 && v->target == CASE_LAST) {
        text = "The last case is closed; a note here starts a new one. To reopen the last one, with its note, press "
               "Esc, then t; H shows it.";
    } else if (v->area.edit.text.count == 0) {
        text = "Note what matters: whom you contacted, what you found. ^S saves, Esc leaves.";
        role = ROLE_DIM;
    }
    int rows = *text ? canvas_wrap(canvas, 0, 0, CANVAS_REST, role, text) : 0;
    struct canvas paper = canvas_part(canvas, rows, 0, canvas->rows > rows ? canvas->rows - rows : 0, canvas->cols);
    textarea_draw(&v->area, &paper, true);
}

static const struct view note_view = {
    .scope = SCOPE_NOTE,
    .layout = LAYOUT_PAGE,
    .close = close_note,
    .subject = subject,
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
    if (!read_note(v, &note, &v->several, &v->target, &fault)) {
        app_message(nav->app, "%s", fault.text);
        buf_free(&note);
        free(v);
        return;
    }
    v->saved = mem_copy(buf_string(&note));
    textarea_set(&v->area, v->saved, note.count, CASE_NOTE_MOST);
    buf_free(&note);
    app_push(nav->app, &note_view, v);
}

/* The form of a case, beside the page that it is about. The fields are texts, with the one that the journal had when it
 * was read; saving writes those that differ, in one transaction. When another program changed the case meanwhile, the
 * fields that the user did not touch follow it first. */
#include "console/views/routes.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/text.h"
#include "console/overlays/confirm.h"
#include "console/widgets/textarea.h"
#include "pages/related_cases.h"

#include <string.h>

/* In the order of the form. */
enum field { STATE, TICKET, TAGS, CONTACT, FOLLOW_UP, NOTE, SAVE, FIELDS };
enum { LABEL = 11, LINE_MOST = 1024, NOTE_LEAST = 3, STATES = CASE_CLOSED + 1, DAY = 10 /* bytes of a date */ };

static const char *const labels[FIELDS] = {"state", "ticket", "tags", "contact", "follow-up", "note", ""};

struct case_view {
    struct nav *nav;
    struct resource resource;
    enum field focus;
    struct edit lines[NOTE]; /* the state is a line with its name, or empty when there is no case */
    struct textarea note;
    char *saved[SAVE]; /* as in the journal */
    int64_t told_ms;   /* of the last contact; 0 = none */
    bool closed;       /* the last case is: a state reopens it, anything else starts another */
    bool fresh;        /* the focus has just come: what is typed replaces a date or a contact */
    bool done;         /* saved, or given up by the user */
    struct fault fault;
};

static const char *
text_of(const struct case_view *v, enum field field)
{
    return buf_string(field == NOTE ? &v->note.edit.text : &v->lines[field].text);
}

/* A contact is only ever added. */
static bool
is_touched(const struct case_view *v, enum field field)
{
    bool adds_none = field == CONTACT && *text_of(v, CONTACT) == '\0';
    return !adds_none && strcmp(text_of(v, field), v->saved[field]) != 0;
}

static bool
is_changed(const struct case_view *v)
{
    bool changed = false;
    for (enum field field = STATE; field < SAVE; field++)
        changed = changed || is_touched(v, field);
    return changed;
}

static void
set_text(struct case_view *v, enum field field, const char *text)
{
    if (field == NOTE) {
        textarea_set(&v->note, text, strlen(text), CASE_NOTE_MOST);
        return;
    }
    edit_fini(&v->lines[field]);
    edit_init(&v->lines[field], text, LINE_MOST);
}

/* ---- the journal ---- */

/* Reads the texts of the fields; false with a reason. A closed case leaves the form empty. */
static bool
read_case(struct case_view *v, char *texts[static SAVE], struct fault *fault)
{
    struct journal_case a_case = {0};
    struct journal *journal = navigator_journal(v->nav);
    struct buf note = {0}, told = {0};
    char day[CLOCK_MINUTE] = "";
    *fault = (struct fault){""};
    if (!journal)
        return fault_set(fault, "the journal is no longer available");
    bool exists = journal_case_find(journal, &v->resource, &a_case, fault);
    if (*fault->text)
        return false;
    v->closed = exists && a_case.state == CASE_CLOSED;
    bool open = exists && !v->closed;
    if (open) {
        journal_case_note_text(&a_case, &note);
        if (a_case.due_ms)
            clock_minute(a_case.due_ms, day);
        day[DAY] = '\0';
    }
    v->told_ms = 0;
    if (open && a_case.contacts.count > 0) {
        const struct case_contact *last = &a_case.contacts.at[a_case.contacts.count - 1];
        buf_format(&told, "%s%s%s", last->who, last->what ? ": " : "", last->what ? last->what : "");
        v->told_ms = last->at_ms;
    }
    texts[STATE] = mem_copy(exists ? case_state_name(a_case.state) : "");
    texts[TICKET] = mem_copy(open && a_case.ticket ? a_case.ticket : "");
    texts[TAGS] = mem_copy(open && a_case.tags ? a_case.tags : "");
    texts[CONTACT] = mem_copy(buf_string(&told));
    texts[FOLLOW_UP] = mem_copy(day);
    texts[NOTE] = mem_copy(buf_string(&note));
    buf_free(&note);
    buf_free(&told);
    if (exists)
        journal_case_fini(&a_case);
    return true;
}

/* Takes over what another program changed since the case was read. Returns whether the user must see it, or a fault,
 * before the form is saved. Two notes are joined. */
static bool
take_changes(struct case_view *v)
{
    char *texts[SAVE];
    struct buf both = {0}, changed = {0};
    if (!read_case(v, texts, &v->fault))
        return true;
    for (enum field field = STATE; field < SAVE; field++) {
        bool same = strcmp(texts[field], v->saved[field]) == 0;
        if (same) {
            free(texts[field]);
            continue;
        }
        buf_format(&changed, "%s%s", changed.count > 0 ? ", " : "", labels[field]);
        if (field == NOTE && is_touched(v, NOTE)) {
            buf_format(&both, "%s\n----\n%s", text_of(v, NOTE), texts[NOTE]);
            set_text(v, NOTE, buf_string(&both));
        } else if (!is_touched(v, field)) {
            set_text(v, field, texts[field]);
        }
        free(v->saved[field]);
        v->saved[field] = texts[field];
    }
    if (changed.count > 0)
        fault_set(&v->fault, "another program changed this case: %.100s; ^S saves what you see now",
                  buf_string(&changed));
    bool wait = changed.count > 0;
    buf_free(&both);
    buf_free(&changed);
    return wait;
}

/* Stores a contact, "WHO" or "WHO: WHAT". */
static enum journal_result
add_contact(struct journal *journal, const struct resource *resource, const char *text, struct fault *fault)
{
    const char *colon = strstr(text, ": ");
    char *who = colon ? mem_copy_bytes(text, (size_t)(colon - text)) : mem_copy(text);
    enum journal_result result =
        journal_case_add_contact(journal, resource, who, colon ? colon + 2 : NULL, clock_wall_ms(), fault);
    free(who);
    return result;
}

/* Stores one field and appends what happened. */
static enum journal_result
write_field(struct case_view *v, struct journal *journal, enum field field, struct buf *words)
{
    const struct resource *resource = &v->resource;
    const char *text = text_of(v, field);
    enum case_state state = CASE_OPEN;
    int64_t due_ms = 0;
    bool passed = false;
    char day[CLOCK_MINUTE];
    buf_text(words, words->count > 0 ? ", " : "");
    switch (field) {
    case STATE:
        case_state_parse(text, &state);
        buf_text(words, text);
        return journal_case_set_state(journal, resource, state, &v->fault);
    case TICKET:
        buf_text(words, *text ? "ticket saved" : "ticket removed");
        return journal_case_set_ticket(journal, resource, text, &v->fault);
    case TAGS:
        buf_text(words, *text ? "tags saved" : "tags removed");
        return journal_case_set_tags(journal, resource, text, &v->fault);
    case CONTACT:
        buf_text(words, "contact saved");
        return add_contact(journal, resource, text, &v->fault);
    case FOLLOW_UP:
        if (*text && !date_parse_follow_up(text, &due_ms, &passed, &v->fault))
            return JOURNAL_FAILED;
        if (due_ms)
            buf_format(words, "follow-up on %.*s%s", DAY, clock_minute(due_ms, day),
                       passed ? ", which has passed: due at once" : "");
        else
            buf_text(words, "follow-up removed");
        return journal_case_set_due(journal, resource, due_ms, &v->fault);
    default:
        buf_text(words, *text ? "note saved" : "note removed");
        return journal_case_set_note(journal, resource, text, &v->fault);
    }
}

/* Writes the fields that were touched, all or none. The state comes first, because it may reopen a case, but "closed"
 * last, because a field of a closed case begins another. */
static bool
write_case(struct case_view *v, struct buf *words)
{
    struct journal *journal = navigator_writable_journal(v->nav);
    bool closes = strcmp(text_of(v, STATE), case_state_name(CASE_CLOSED)) == 0;
    v->fault.text[0] = '\0';
    enum journal_result result = journal ? journal_begin(journal, &v->fault) : JOURNAL_FAILED;
    bool begun = result == JOURNAL_DONE;
    for (size_t i = 0; i <= SAVE && result == JOURNAL_DONE; i++) {
        enum field field = i == SAVE ? STATE : (enum field)i;
        if (is_touched(v, field) && (field != STATE || closes == (i == SAVE)))
            result = write_field(v, journal, field, words);
    }
    if (result == JOURNAL_DONE)
        result = journal_commit(journal, &v->fault);
    else if (begun)
        journal_undo(journal);
    if (result == JOURNAL_BUSY)
        fault_set(&v->fault, "another program is writing to the journal; ^S tries again");
    if (result == JOURNAL_DONE)
        recorder_touched(v->nav->engine->recorder);
    return result == JOURNAL_DONE;
}

/* Returns whether all can be stored; otherwise the field has the focus, with a reason. */
static bool
is_valid(struct case_view *v)
{
    const char *due = text_of(v, FOLLOW_UP), *contact = text_of(v, CONTACT);
    int64_t due_ms;
    bool passed;
    struct fault reason;
    v->fault.text[0] = '\0';
    if (is_touched(v, FOLLOW_UP) && *due && !date_parse_follow_up(due, &due_ms, &passed, &reason)) {
        v->focus = FOLLOW_UP;
        fault_set(&v->fault, "follow-up: %s", reason.text);
    } else if (strncmp(contact, ": ", 2) == 0) {
        v->focus = CONTACT;
        fault_set(&v->fault, "contact: name the address or person that you contacted");
    }
    return *v->fault.text == '\0';
}

static void
save(struct case_view *v, struct app *app)
{
    struct buf words = {0};
    char text[RESOURCE_TEXT];
    if (is_changed(v) && (!is_valid(v) || take_changes(v))) /* shown in the form */
        return;
    bool anew = v->closed && !is_touched(v, STATE), changed = is_changed(v);
    if (!changed || write_case(v, &words)) {
        struct resource resource = v->resource;
        buf_text(&words, navigator_passing(v->nav));
        v->done = true;
        app_close(app, v);
        if (changed)
            app_message(app, "%s: %s%s", resource_text(&resource, text), anew ? "new case opened, " : "",
                        buf_string(&words));
    }
    buf_free(&words);
}

static void
close_case(void *self)
{
    struct case_view *v = self;
    struct buf words = {0};
    if (!v->done && is_changed(v) && is_valid(v)) { /* the terminal is gone */
        take_changes(v);
        write_case(v, &words);
    }
    buf_free(&words);
    for (enum field field = STATE; field < SAVE; field++)
        free(v->saved[field]);
    for (enum field field = STATE; field < NOTE; field++)
        edit_fini(&v->lines[field]);
    textarea_fini(&v->note);
    free(v);
}

/* ---- keys ---- */

static void
on_left(void *arg, bool yes)
{
    struct case_view *v = arg;
    v->done = yes;
    if (yes)
        app_close(v->nav->app, v);
}

static void
move_focus(struct case_view *v, int by)
{
    v->focus = (enum field)((v->focus + FIELDS + (unsigned)by) % FIELDS);
    v->fresh = true;
}

/* Chooses the next state, or the one before. */
static void
turn_state(struct case_view *v, int by)
{
    enum case_state state;
    int now = case_state_parse(text_of(v, STATE), &state) ? (int)state : by > 0 ? -1 : STATES;
    set_text(v, STATE, case_state_name((enum case_state)((now + by + STATES) % STATES)));
}

static void
edit_field(struct case_view *v, enum action action)
{
    enum edit_result result = EDIT_NOTHING;
    v->fresh = false;
    if (v->focus == NOTE)
        result = textarea_act(&v->note, action);
    else if (v->focus == STATE && (action == ACTION_LEFT || action == ACTION_RIGHT))
        turn_state(v, action == ACTION_LEFT ? -1 : 1);
    else if (v->focus < NOTE && v->focus != STATE)
        result = edit_act(&v->lines[v->focus], action);
    if (result == EDIT_FULL)
        fault_set(&v->fault, "a note has at most %d KiB", CASE_NOTE_MOST / 1024);
    bool moves = action == ACTION_UP || action == ACTION_DOWN;
    if (moves && (v->focus != NOTE || result == EDIT_NOTHING))
        move_focus(v, action == ACTION_UP ? -1 : 1);
}

static bool
can(void *self, enum action action, size_t row)
{
    (void)self, (void)row;
    return action != ACTION_EDITOR && keymap_action(action)->group != GROUP_PROGRAM;
}

static void
act(void *self, struct app *app, enum action action, size_t row)
{
    struct case_view *v = self;
    (void)row;
    if (action == ACTION_SAVE || (action == ACTION_NEW_LINE && v->focus == SAVE)) {
        save(v, app);
    } else if (action == ACTION_CANCEL && is_changed(v)) {
        confirm_open(app, "The case is not saved. Leave anyway?", on_left, v);
    } else if (action == ACTION_CANCEL) {
        v->done = true;
        app_close(app, v);
    } else if (action == ACTION_FIELD || (action == ACTION_NEW_LINE && v->focus != NOTE)) {
        move_focus(v, 1);
    } else if (action == ACTION_FIELD_BEFORE) {
        move_focus(v, -1);
    } else {
        edit_field(v, action);
    }
}

static bool
input(void *self, struct app *app, const struct event *event)
{
    struct case_view *v = self;
    (void)app;
    v->fault.text[0] = '\0';
    for (size_t i = 0; v->focus == STATE && event->kind == EVENT_KEY && i < STATES; i++)
        if (event->press == case_state_name((enum case_state)i)[0]) {
            set_text(v, STATE, case_state_name((enum case_state)i));
            return true;
        }
    if (v->focus == STATE || v->focus == SAVE) {
        if (event->kind == EVENT_PASTE)
            fault_set(&v->fault, "nothing was pasted: Tab goes to a field that takes text");
        return event->kind == EVENT_PASTE;
    }
    if ((v->focus == FOLLOW_UP || v->focus == CONTACT) && v->fresh)
        set_text(v, v->focus, "");
    v->fresh = false;
    enum edit_result result =
        v->focus == NOTE ? textarea_input(&v->note, event) : edit_input(&v->lines[v->focus], event, false);
    if (result == EDIT_FULL)
        fault_set(&v->fault, "this is too long");
    return result != EDIT_NOT_WANTED;
}

/* ---- drawing ---- */

static void
draw_states(const struct case_view *v, const struct canvas *line)
{
    int col = 0;
    for (size_t i = 0; i < STATES; i++) {
        const char *name = case_state_name((enum case_state)i), letter[] = {name[0], '\0'};
        bool chosen = strcmp(name, text_of(v, STATE)) == 0;
        if (chosen) {
            canvas_glyph(line, 0, col, ROLE_STRONG, GLYPH_BULLET);
            if (v->focus == STATE)
                canvas_cursor(line, 0, col);
        }
        col = canvas_text(line, 0, col + 1, CANVAS_REST, ROLE_KEY, letter);
        col = canvas_text(line, 0, col, CANVAS_REST, chosen ? ROLE_STRONG : ROLE_PLAIN, name + 1) + 1;
    }
    if (v->focus == STATE && !*text_of(v, STATE))
        canvas_cursor(line, 0, 0);
}

/* Says how a field is understood, or what may be typed. */
static void
put_hint(const struct case_view *v, enum field field, struct buf *out)
{
    const char *due = text_of(v, FOLLOW_UP);
    int64_t due_ms;
    bool passed;
    struct fault reason;
    char told[CLOCK_MINUTE];
    if (field == STATE && v->closed)
        buf_text(out, is_touched(v, STATE) ? "reopens the last case" : "a state reopens it; the rest starts another");
    else if (field == STATE)
        buf_text(out, "o, w, c or Left and Right");
    else if (field == CONTACT && v->told_ms && !is_touched(v, CONTACT))
        buf_format(out, "told %.*s; add one", DAY, clock_minute(v->told_ms, told));
    else if (field == CONTACT)
        buf_text(out, "who, or who: what");
    else if (field == FOLLOW_UP && *due && date_parse_follow_up(due, &due_ms, &passed, &reason))
        related_case_due(out, due_ms);
    else if (field == FOLLOW_UP)
        buf_text(out, "7d, 7 Dec or 2026-12-07");
}

/* Draws a field in the rows from `row` on; returns the row after it. */
static int
draw_field(struct case_view *v, const struct canvas *canvas, enum field field, int row, bool hints, int rest)
{
    bool focus = v->focus == field;
    struct buf hint = {0};
    struct canvas line = canvas_part(canvas, row, LABEL, 1, canvas->cols - LABEL);
    canvas_text(canvas, row, 0, LABEL, focus ? ROLE_STRONG : ROLE_DIM, labels[field]);
    if (field == SAVE) {
        canvas_text(&line, 0, 0, CANVAS_REST, focus ? ROLE_KEY : ROLE_DIM, "[ Save ]");
        if (focus)
            canvas_cursor(&line, 0, 2);
        return row + 1;
    }
    if (field == NOTE) {
        line = canvas_part(canvas, row, LABEL, rest, canvas->cols - LABEL);
        textarea_draw(&v->note, &line, focus);
        return row + rest;
    }
    if (field == STATE)
        draw_states(v, &line);
    else
        edit_draw(&v->lines[field], &line, focus);
    put_hint(v, field, &hint);
    if (hints && hint.count > 0)
        canvas_text(canvas, ++row, LABEL, CANVAS_REST, ROLE_DIM, buf_string(&hint));
    buf_free(&hint);
    return row + 1;
}

static void
draw(void *self, enum part part, const struct canvas *canvas)
{
    enum { HINTS = 3 };
    struct case_view *v = self;
    (void)part;
    int wrong = *v->fault.text ? canvas_wrap(canvas, 0, 0, CANVAS_REST, ROLE_ERROR, v->fault.text) : 0;
    int rows = canvas->rows - wrong, least = SAVE + 1;
    bool hints = rows >= least + HINTS + NOTE_LEAST;
    int note = rows - (least - 1) - (hints ? HINTS : 0), scroll = 0;
    if (note < 1) { /* the field with the focus stays in sight */
        scroll = (int)v->focus + 1 > rows ? (int)v->focus + 1 - rows : 0;
        note = 1;
    }
    struct canvas place = canvas_part(canvas, wrong, 0, rows, canvas->cols);
    place = canvas_part(&place, -scroll, 0, rows + scroll, canvas->cols);
    for (int field = STATE, row = 0; field < FIELDS; field++)
        row = draw_field(v, &place, (enum field)field, row, hints, note);
}

static void
subject(void *self, size_t row, struct view_subject *out)
{
    const struct case_view *v = self;
    char text[RESOURCE_TEXT];
    (void)row;
    buf_format(out->title, "case of %s%s", resource_text(&v->resource, text), is_changed(v) ? ", not saved" : "");
}

static void
panes(void *self, int rows, int cols, struct panes *out)
{
    (void)self, (void)cols;
    out->head = rows;
}

static const enum action hints[] = {ACTION_SAVE, ACTION_FIELD, ACTION_CANCEL, ACTION_NONE};

static const struct view case_view = {
    .scope = SCOPE_NOTE,
    .layout = LAYOUT_SIDE,
    .hints = hints,
    .close = close_case,
    .subject = subject,
    .panes = panes,
    .draw = draw,
    .can = can,
    .act = act,
    .input = input,
};

void
view_case_open(struct nav *nav, const struct place *place)
{
    struct fault fault;
    if (!navigator_writable_journal(nav))
        return;
    struct case_view *v = mem_zero(sizeof *v);
    v->nav = nav;
    v->resource = place->resource;
    if (!read_case(v, v->saved, &fault)) {
        app_message(nav->app, "%s", fault.text);
        free(v);
        return;
    }
    for (enum field field = STATE; field < SAVE; field++)
        set_text(v, field, v->saved[field]);
    app_push(nav->app, &case_view, v);
}

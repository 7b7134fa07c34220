/* `journal note`: adds to the note of a case and sets its fields, all in one transaction. */
#include "command/journal_command.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/text.h"
#include "journal/json_read.h"
#include "session/editor.h"
#include "session/exit_status.h"
#include "session/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Fields to set, cleaned; NULL and false leave a field alone. */
struct changes {
    bool has_state, has_due, has_note, due_passed;
    bool whole; /* the note replaces the old one; otherwise it is appended */
    enum case_state state;
    int64_t due_ms; /* 0 = none */
    char *ticket, *tags, *who, *what;
    struct buf note;
};

/* ---- the options ---- */

static bool
read_options(const struct options *o, struct changes *changes, struct fault *fault)
{
    struct fault reason;
    changes->has_state = o->state != NULL;
    if (o->state && !case_state_parse(o->state, &changes->state))
        return fault_set(fault, "--state %.40s: choose open, waiting or closed", o->state);
    changes->has_due = o->due != NULL;
    if (o->due && strcmp(o->due, "none") != 0 &&
        !date_parse_follow_up(o->due, &changes->due_ms, &changes->due_passed, &reason))
        return fault_set(fault, "--due %.40s: %s; to remove it, use none", o->due, reason.text);
    changes->ticket = o->ticket ? text_clean_copy(o->ticket, strlen(o->ticket)) : NULL;
    changes->tags = o->tags ? text_clean_copy(o->tags, strlen(o->tags)) : NULL;
    if (!o->told)
        return true;
    const char *colon = strstr(o->told, ": ");
    size_t who = colon ? (size_t)(colon - o->told) : strlen(o->told);
    const char *what = colon ? colon + 2 + strspn(colon + 2, " ") : "";
    if (strcmp(o->told, "none") == 0)
        return fault_set(fault, "--told none: a contact cannot be removed; add a note that it was a mistake");
    if (who == 0 || o->told[strspn(o->told, " ")] == ':')
        return fault_set(fault, "--told needs a name, for example 'abuse@example.net: net and impacts'");
    changes->who = text_clean_copy(o->told, who);
    changes->what = *what ? text_clean_copy(what, strlen(what)) : NULL;
    return true;
}

/* ---- the note ---- */

/* Refuses an empty text, which may be a variable that is not set, but from the editor. */
static bool
set_note(struct changes *changes, const struct buf *text, bool edited, struct fault *fault)
{
    changes->has_note = true;
    changes->whole = edited;
    text_clean_lines(&changes->note, buf_string(text), text->count, CASE_NOTE_MOST);
    const char *note = buf_string(&changes->note);
    if (text->count > CASE_NOTE_MOST)
        return fault_set(fault, "the note is longer than %d bytes", CASE_NOTE_MOST);
    return edited || note[strspn(note, " \n")] != '\0' ||
           fault_set(fault, "the note is empty; give a text, or no text to edit or remove the note in the editor");
}

/* Reads the UUID of the current case, zeros without one, and appends the note of an open one unless it is NULL. A
 * closed case has none to edit, because the next note begins a new case. */
static struct uuid
read_current(struct journal *j, const struct resource *resource, struct buf *note)
{
    struct journal_case a_case;
    struct fault ignored;
    struct uuid uuid = {0};
    if (!journal_case_find(j, resource, &a_case, &ignored))
        return uuid;
    uuid = a_case.uuid;
    if (note && a_case.state != CASE_CLOSED)
        journal_case_note_text(&a_case, note);
    journal_case_fini(&a_case);
    return uuid;
}

/* Takes the note from the arguments, from standard input, or, on a terminal and without options, from the editor.
 * Changes nothing if the user leaves the note as it was in the editor. */
static bool
read_note(struct journal_command *c, const struct resource *resource, struct changes *changes, int *status,
          struct fault *fault)
{
    const struct options *o = c->options;
    *status = STATUS_USAGE;
    if (o->target_count == 2 && strcmp(o->targets[1], "-") == 0) {
        struct buf all = {0};
        char bytes[4096];
        ssize_t got;
        while ((got = read(STDIN_FILENO, bytes, sizeof bytes)) > 0 && all.count <= CASE_NOTE_MOST)
            buf_bytes(&all, bytes, (size_t)got);
        *status = got >= 0 ? STATUS_USAGE : STATUS_FILE;
        bool ok = got >= 0 ? set_note(changes, &all, false, fault)
                           : fault_set(fault, "cannot read stdin: %s", strerror(errno));
        buf_free(&all);
        return ok;
    }
    if (o->target_count > 1) {
        struct buf words = {0};
        for (size_t i = 1; i < o->target_count; i++)
            buf_format(&words, "%s%s", i > 1 ? " " : "", o->targets[i]);
        bool ok = set_note(changes, &words, false, fault);
        buf_free(&words);
        return ok;
    }
    if (changes->has_state || changes->has_due || changes->ticket || changes->tags || changes->who)
        return true;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return fault_set(fault, "nothing to note; give a text, - for standard input, or one of --state, --ticket, "
                                "--tags, --told and --due");
    *status = STATUS_FILE;
    struct buf before = {0}, after = {0};
    read_current(c->journal, resource, &before);
    bool ok = editor_run(buf_string(&before), CASE_NOTE_MOST, &after, fault) && set_note(changes, &after, true, fault);
    changes->has_note = ok && strcmp(buf_string(&changes->note), buf_string(&before)) != 0;
    buf_free(&before);
    buf_free(&after);
    return ok;
}

/* ---- the journal ---- */

/* Opens first and closes last, because a change of a closed case begins a new one. */
static enum journal_result
apply(struct journal *j, const struct resource *resource, const struct changes *changes, struct fault *fault)
{
    enum journal_result result = JOURNAL_DONE;
    struct buf note = {0};
    if (changes->has_state && changes->state != CASE_CLOSED)
        result = journal_case_set_state(j, resource, changes->state, fault);
    if (result == JOURNAL_DONE && changes->ticket)
        result = journal_case_set_ticket(j, resource, changes->ticket, fault);
    if (result == JOURNAL_DONE && changes->tags)
        result = journal_case_set_tags(j, resource, changes->tags, fault);
    if (result == JOURNAL_DONE && changes->has_due)
        result = journal_case_set_due(j, resource, changes->due_ms, fault);
    if (result == JOURNAL_DONE && changes->has_note) {
        if (!changes->whole)
            read_current(j, resource, &note);
        buf_format(&note, "%s%s", note.count > 0 ? "\n\n" : "", buf_string(&changes->note));
        result = journal_case_set_note(j, resource, buf_string(&note), fault);
        buf_free(&note);
    }
    if (result == JOURNAL_DONE && changes->who)
        result = journal_case_add_contact(j, resource, changes->who, changes->what, clock_wall_ms(), fault);
    if (result == JOURNAL_DONE && changes->has_state && changes->state == CASE_CLOSED)
        result = journal_case_set_state(j, resource, changes->state, fault);
    return result;
}

/* Reports a new case that the user may not expect, and a follow-up in the past. */
static void
report_surprises(struct journal *j, const struct resource *resource, const struct uuid *before,
                 const struct changes *changes)
{
    static const struct uuid none;
    char text[RESOURCE_TEXT], day[CLOCK_MINUTE];
    struct uuid now = read_current(j, resource, NULL);
    struct fault sentence;
    if (uuid_compare(before, &none) != 0 && uuid_compare(before, &now) != 0) {
        fault_set(&sentence,
                  "the last case of %s is closed, so this began a new one; to reopen the last, use --state open",
                  resource_text(resource, text));
        exit_status_report(sentence.text, 0);
    }
    if (changes->due_passed) {
        fault_set(&sentence, "%.10s has passed: the follow-up is due at once", clock_minute(changes->due_ms, day));
        exit_status_report(sentence.text, 0);
    }
}

static bool
show(struct journal_command *c, const struct resource *resource, struct fault *fault)
{
    struct journal_case a_case;
    struct page page = {0};
    fault->text[0] = '\0';
    if (!journal_case_find(c->journal, resource, &a_case, fault))
        return !*fault->text;
    if (c->options->format == FORMAT_JSON) {
        journal_json_put_case(&c->out, &a_case);
    } else {
        page_begin(&page, c->output.columns);
        journal_command_case_rows(&page, &a_case, 0);
        output_page(&c->output, &c->out, &page);
        page_fini(&page);
    }
    journal_case_fini(&a_case);
    return true;
}

int
journal_command_note(struct journal_command *c)
{
    struct changes changes = {0};
    struct target target;
    struct fault fault;
    int status = STATUS_USAGE;
    bool ok = session_read_target(c->options->targets, 1, c->catalogue, &target, &fault);
    struct resource resource = ok ? target.resource : (struct resource){0};
    ok = ok && read_options(c->options, &changes, &fault) && read_note(c, &resource, &changes, &status, &fault);
    if (ok) {
        /* A net of one address has no case of its own. */
        if (resource.kind == RESOURCE_NET &&
            resource.prefix.length == (resource.prefix.addr.family == ADDR_V4 ? 32 : 128))
            resource = resource_of_address(&resource.prefix.addr);
        struct uuid before = read_current(c->journal, &resource, NULL);
        status = STATUS_FILE;
        ok = journal_begin(c->journal, &fault) == JOURNAL_DONE;
        if (ok && apply(c->journal, &resource, &changes, &fault) == JOURNAL_DONE) {
            ok = journal_commit(c->journal, &fault) == JOURNAL_DONE;
        } else if (ok) {
            journal_undo(c->journal);
            ok = false;
        }
        if (ok)
            report_surprises(c->journal, &resource, &before, &changes);
        ok = ok && show(c, &resource, &fault);
    }
    free(changes.ticket);
    free(changes.tags);
    free(changes.who);
    free(changes.what);
    buf_free(&changes.note);
    return ok ? 0 : exit_status_report(fault.text, status);
}

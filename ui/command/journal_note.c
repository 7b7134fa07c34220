/* What was done about it: notes, and the other fields of a case. All changes of one command, or none. */
#include "command/journal_command.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/text.h"
#include "journal/json_read.h"
#include "session/editor.h"
#include "session/exit_status.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What is to be set; NULL and false = not to be touched. Text is clean. */
struct changes {
    bool has_state, has_due, has_note;
    bool whole; /* the note takes the place of the one that there is; else it comes behind it */
    enum case_state state;
    int64_t due_ms; /* 0 = none */
    char *ticket, *tags, *who, *what;
    struct buf note;
};

static void
changes_fini(struct changes *changes)
{
    free(changes->ticket);
    free(changes->tags);
    free(changes->who);
    free(changes->what);
    buf_free(&changes->note);
}

/* ---- the options ---- */

static char *
clean_or_null(const char *text)
{
    return text ? text_clean_copy(text, strlen(text)) : NULL;
}

static bool
read_told(const char *text, struct changes *changes, struct fault *fault)
{
    const char *colon = strstr(text, ": ");
    size_t who = colon ? (size_t)(colon - text) : strlen(text);
    const char *what = colon ? colon + 2 + strspn(colon + 2, " ") : "";
    if (strcmp(text, "none") == 0)
        return fault_set(fault,
                         "--told none: what somebody was told cannot be taken back; a note can say that it was a "
                         "mistake");
    if (who == 0 || text[strspn(text, " ")] == ':')
        return fault_set(fault, "--told needs to say who was told, as in 'abuse@example.net: net and impacts'");
    changes->who = text_clean_copy(text, who);
    changes->what = *what ? text_clean_copy(what, strlen(what)) : NULL;
    return true;
}

static bool
read_options(const struct options *o, struct changes *changes, struct fault *fault)
{
    struct fault reason;
    changes->has_state = o->state != NULL;
    if (o->state && !case_state_parse(o->state, &changes->state))
        return fault_set(fault, "--state %.40s: choose open, waiting or closed", o->state);
    changes->has_due = o->due != NULL;
    if (o->due && strcmp(o->due, "none") != 0 && !date_parse_follow_up(o->due, &changes->due_ms, &reason))
        return fault_set(fault, "--due %.40s: %s; none takes it away", o->due, reason.text);
    changes->ticket = clean_or_null(o->ticket);
    changes->tags = clean_or_null(o->tags);
    return !o->told || read_told(o->told, changes, fault);
}

static bool
has_options(const struct changes *changes)
{
    return changes->has_state || changes->has_due || changes->ticket || changes->tags || changes->who;
}

/* ---- the note ---- */

static bool
take_note(struct changes *changes, const char *bytes, size_t count, struct fault *fault)
{
    changes->has_note = true;
    text_clean_lines(&changes->note, bytes, count, CASE_NOTE_MOST);
    return count <= CASE_NOTE_MOST || fault_set(fault, "more than %d bytes are no note", CASE_NOTE_MOST);
}

/* Nothing to add is a mistake, such as a variable that is not set. */
static bool
take_paragraph(struct changes *changes, const char *bytes, size_t count, struct fault *fault)
{
    if (!take_note(changes, bytes, count, fault))
        return false;
    const char *text = buf_string(&changes->note);
    return text[strspn(text, " \n")] != '\0' ||
           fault_set(fault,
                     "the note is empty: give a text; in the editor (no text) a note can be changed and removed");
}

static bool
read_stdin(struct changes *changes, int *status, struct fault *fault)
{
    struct buf all = {0};
    char bytes[4096];
    ssize_t got;
    while ((got = read(STDIN_FILENO, bytes, sizeof bytes)) > 0 && all.count <= CASE_NOTE_MOST)
        buf_bytes(&all, bytes, (size_t)got);
    *status = got >= 0 ? STATUS_USAGE : STATUS_FILE;
    bool ok = got >= 0 ? take_paragraph(changes, buf_string(&all), all.count, fault)
                       : fault_set(fault, "cannot read stdin: %s", strerror(errno));
    buf_free(&all);
    return ok;
}

/* A case that is closed is over: another note begins another one. */
static void
text_now(struct journal *j, const struct resource *resource, struct buf *out)
{
    struct journal_case a_case;
    struct fault ignored;
    if (!journal_case_find(j, resource, &a_case, &ignored))
        return;
    if (a_case.state != CASE_CLOSED)
        journal_case_note_text(&a_case, out);
    journal_case_fini(&a_case);
}

/* A note that was left as it was is no new one. */
static bool
edit_note(struct journal_command *c, const struct resource *resource, struct changes *changes, struct fault *fault)
{
    struct buf before = {0}, after = {0};
    text_now(c->journal, resource, &before);
    bool ok = editor_run(buf_string(&before), CASE_NOTE_MOST, &after, fault) &&
              take_note(changes, buf_string(&after), after.count, fault);
    changes->whole = true;
    changes->has_note = ok && strcmp(buf_string(&changes->note), buf_string(&before)) != 0;
    buf_free(&before);
    buf_free(&after);
    return ok;
}

/* The words behind the target, standard input, or the editor's, where a person sits before it. */
static bool
read_note(struct journal_command *c, const struct resource *resource, struct changes *changes, int *status,
          struct fault *fault)
{
    const struct options *o = c->options;
    *status = STATUS_USAGE;
    if (o->target_count == 2 && strcmp(o->targets[1], "-") == 0)
        return read_stdin(changes, status, fault);
    if (o->target_count > 1) {
        struct buf words = {0};
        for (size_t i = 1; i < o->target_count; i++)
            buf_format(&words, "%s%s", i > 1 ? " " : "", o->targets[i]);
        bool ok = take_paragraph(changes, buf_string(&words), words.count, fault);
        buf_free(&words);
        return ok;
    }
    if (has_options(changes))
        return true;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return fault_set(fault, "nothing to note: give a text, - for standard input, or one of --state, --ticket, "
                                "--tags, --told and --due");
    *status = STATUS_FILE;
    return edit_note(c, resource, changes, fault);
}

/* ---- the journal ---- */

/* What was noted stays; what is added is a paragraph of its own. */
static enum journal_result
set_note(struct journal *j, const struct resource *m, const struct changes *changes, struct fault *fault)
{
    struct buf text = {0};
    if (!changes->whole)
        text_now(j, m, &text);
    buf_format(&text, "%s%s", text.count > 0 ? "\n\n" : "", buf_string(&changes->note));
    enum journal_result result = journal_case_set_note(j, m, buf_string(&text), fault);
    buf_free(&text);
    return result;
}

/* What is changed of a closed case begins a new one, so closing comes last, and opening first. */
static enum journal_result
apply(struct journal *j, const struct resource *m, const struct changes *changes, struct fault *fault)
{
    enum journal_result result = JOURNAL_DONE;
    if (changes->has_state && changes->state != CASE_CLOSED)
        result = journal_case_set_state(j, m, changes->state, fault);
    if (result == JOURNAL_DONE && changes->ticket)
        result = journal_case_set_ticket(j, m, changes->ticket, fault);
    if (result == JOURNAL_DONE && changes->tags)
        result = journal_case_set_tags(j, m, changes->tags, fault);
    if (result == JOURNAL_DONE && changes->has_due)
        result = journal_case_set_due(j, m, changes->due_ms, fault);
    if (result == JOURNAL_DONE && changes->has_note)
        result = set_note(j, m, changes, fault);
    if (result == JOURNAL_DONE && changes->who)
        result = journal_case_add_contact(j, m, changes->who, changes->what, clock_wall_ms(), fault);
    if (result == JOURNAL_DONE && changes->has_state && changes->state == CASE_CLOSED)
        result = journal_case_set_state(j, m, changes->state, fault);
    return result;
}

static bool
keep(struct journal *j, const struct resource *m, const struct changes *changes, struct fault *fault)
{
    enum journal_result result = journal_begin(j, fault);
    if (result != JOURNAL_DONE)
        return false;
    result = apply(j, m, changes, fault);
    if (result == JOURNAL_DONE)
        return journal_commit(j, fault) == JOURNAL_DONE;
    journal_undo(j);
    return false;
}

/* Zeroed: there is none. */
static struct uuid
case_now(struct journal *j, const struct resource *m)
{
    struct journal_case a_case;
    struct fault ignored;
    struct uuid uuid = {0};
    if (!journal_case_find(j, m, &a_case, &ignored))
        return uuid;
    uuid = a_case.uuid;
    journal_case_fini(&a_case);
    return uuid;
}

/* What was meant for the case that there was has become another one. */
static void
say_if_another(struct journal *j, const struct resource *m, const struct uuid *before)
{
    static const struct uuid none;
    char text[RESOURCE_TEXT];
    struct uuid now = case_now(j, m);
    if (uuid_compare(before, &none) == 0 || uuid_compare(before, &now) == 0)
        return;
    struct buf words = {0};
    buf_format(
        &words,
        "the last case of %s is closed, so this began another one; a note with --state open goes on with the last",
        resource_text(m, text));
    exit_status_report(buf_string(&words), 0);
    buf_free(&words);
}

static void
say_if_due(const struct changes *changes)
{
    char day[CLOCK_MINUTE];
    struct fault sentence;
    if (!changes->has_due || changes->due_ms == 0 || !date_has_passed(changes->due_ms))
        return;
    fault_set(&sentence, "%.10s has passed: the follow-up is due at once", clock_minute(changes->due_ms, day));
    exit_status_report(sentence.text, 0);
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
    struct resource resource;
    struct fault fault;
    int status = STATUS_USAGE;
    bool ok = journal_command_read_resource(c->options->targets[0], &resource, &fault) &&
              read_options(c->options, &changes, &fault) && read_note(c, &resource, &changes, &status, &fault);
    if (ok) {
        if (resource.kind == RESOURCE_NET &&
            resource.prefix.length == (resource.prefix.addr.family == ADDR_V4 ? 32 : 128))
            resource =
                resource_of_address(&resource.prefix.addr); /* a net of one address is not to have a case of its own */
        struct uuid before = case_now(c->journal, &resource);
        status = STATUS_FILE;
        ok = keep(c->journal, &resource, &changes, &fault);
        if (ok)
            say_if_another(c->journal, &resource, &before);
        if (ok)
            say_if_due(&changes);
        ok = ok && show(c, &resource, &fault);
    }
    changes_fini(&changes);
    return ok ? 0 : exit_status_report(fault.text, status);
}

/* Changes to cases. Each field has the time when it was set, and in a merge the later time wins: so a value that is set
 * now gets a later time than the one before, even when the clock was wrong then. */
#include "journal/case_edit.h"

#include "base/clock.h"
#include "base/text.h"
#include "journal/filter_row.h"
#include "journal/resources.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A change under way. */
struct change {
    struct journal *journal;
    struct fault *fault;
    int64_t id;            /* the case's row */
    struct journal_case c; /* before the change */
    int64_t now_ms;
    bool done; /* there was something to change */
};

/* A kind of change; fields that it does not need are 0. */
struct edit {
    enum journal_result (*apply)(struct change *, const struct edit *);
    bool removes; /* does not open a case */
    bool reopens; /* a closed case is changed, and no other opened */
    enum { FIELD_STATE, FIELD_TICKET, FIELD_TAGS, FIELD_DUE } field;
    const char *text, *what;
    int64_t at_ms;
};

/* ---- opening a case ---- */

/* Derives the uuid from the case's place among those of the resource, so that it is the same in every journal. */
static enum journal_result
open_case(struct change *change, const struct resource *resource, int64_t resource_id)
{
    struct journal *j = change->journal;
    char of[RESOURCE_TEXT], name[RESOURCE_TEXT + 32];
    struct uuid uuid;
    enum journal_result result;
    bool taken = true;
    int64_t place = journal_number(
        j, journal_query(j, change->fault, "SELECT count(*) FROM cases WHERE matter = ?1", INT(resource_id)), &result,
        change->fault);
    for (; result == JOURNAL_DONE && taken; place++) {
        snprintf(name, sizeof name, "case %lld of %s", (long long)place, resource_text(resource, of));
        uuid = uuid_of_name(name);
        taken = journal_case_of_uuid(j, &uuid, &result, change->fault) != 0;
    }
    if (result == JOURNAL_DONE)
        result =
            journal_execute(j, change->fault,
                            "INSERT INTO cases(uid, matter, opened_ms, state, state_ms, ticket_ms, tags_ms, due_ms,"
                            " due_set_ms) VALUES(?1, ?2, ?3, 'open', ?3, 0, 0, 0, 0)",
                            UUID(&uuid), INT(resource_id), INT(change->now_ms));
    change->id = sqlite3_last_insert_rowid(j->db);
    change->done = true;
    return result;
}

/* ---- a change from beginning to end ---- */

/* Finds the case, or opens one; id 0 = nothing to change. */
static enum journal_result
need_case(struct change *change, const struct resource *resource, const struct edit *edit, int64_t *resource_id)
{
    struct journal *j = change->journal;
    enum journal_result result;
    *resource_id = journal_resource_id(j, resource, false, &result, change->fault);
    if (*resource_id != 0)
        change->id = journal_number(j, journal_query(j, change->fault, JOURNAL_CASES_OF, INT(*resource_id), INT(1)),
                                    &result, change->fault);
    if (change->id != 0)
        result = journal_case_read(j, change->id, &change->c, change->fault);
    if (result != JOURNAL_DONE || (change->id != 0 && (edit->reopens || change->c.state != CASE_CLOSED)))
        return result;
    journal_case_fini(&change->c);
    change->id = 0;
    if (edit->removes)
        return JOURNAL_DONE;
    *resource_id = journal_resource_id(j, resource, true, &result, change->fault);
    if (result == JOURNAL_DONE)
        result = open_case(change, resource, *resource_id);
    return result == JOURNAL_DONE ? journal_case_read(j, change->id, &change->c, change->fault) : result;
}

static enum journal_result
carry_out(struct journal *j, const struct resource *resource, const struct edit *edit, struct fault *fault)
{
    struct change change = {.journal = j, .fault = fault, .now_ms = clock_wall_ms()};
    int64_t resource_id;
    bool own;
    enum journal_result result = journal_enter(j, true, &own, fault);
    if (result != JOURNAL_DONE)
        return result;
    result = need_case(&change, resource, edit, &resource_id);
    if (result == JOURNAL_DONE && change.id != 0)
        result = edit->apply(&change, edit);
    if (result == JOURNAL_DONE && change.done)
        result = journal_case_index(j, change.id, fault);
    if (result == JOURNAL_DONE && change.done)
        result = journal_resource_seen(j, resource_id, change.now_ms, fault);
    journal_case_fini(&change.c);
    return journal_end(j, own, result, fault);
}

/* Like carry_out, with the text in a buffer, which is freed. */
static enum journal_result
carry_out_text(struct journal *j, const struct resource *resource, struct edit edit, struct buf *text,
               struct fault *fault)
{
    edit.text = buf_string(text);
    edit.removes = !*edit.text;
    enum journal_result result = carry_out(j, resource, &edit, fault);
    buf_free(text);
    return result;
}

/* ---- fields ---- */

static int64_t
later(const struct change *change, int64_t then_ms)
{
    return then_ms >= change->now_ms && then_ms < INT64_MAX ? then_ms + 1 : change->now_ms;
}

static enum journal_result
apply_field(struct change *change, const struct edit *edit)
{
    static const char *const texts[] = {
        [FIELD_STATE] = "UPDATE cases SET state = ?2, state_ms = ?3 WHERE id = ?1",
        [FIELD_TICKET] = "UPDATE cases SET ticket = ?2, ticket_ms = ?3 WHERE id = ?1",
        [FIELD_TAGS] = "UPDATE cases SET tags = ?2, tags_ms = ?3 WHERE id = ?1",
        [FIELD_DUE] = "UPDATE cases SET due_ms = ?2, due_set_ms = ?3 WHERE id = ?1",
    };
    const struct journal_case *c = &change->c;
    const char *old[] = {[FIELD_STATE] = case_state_name(c->state), [FIELD_TICKET] = c->ticket, [FIELD_TAGS] = c->tags};
    int64_t then_ms[] = {c->state_ms, c->ticket_ms, c->tags_ms, c->due_set_ms};
    bool due = edit->field == FIELD_DUE;
    if (due ? c->due_ms == edit->at_ms : strcmp(old[edit->field] ? old[edit->field] : "", edit->text) == 0)
        return JOURNAL_DONE;
    change->done = true;
    return journal_execute(change->journal, change->fault, texts[edit->field], INT(change->id),
                           due ? INT(edit->at_ms) : journal_text_or_null(edit->text),
                           INT(later(change, then_ms[edit->field])));
}

enum journal_result
journal_case_set_state(struct journal *j, const struct resource *resource, enum case_state state, struct fault *fault)
{
    struct edit edit = {.apply = apply_field, .reopens = true, .field = FIELD_STATE, .text = case_state_name(state)};
    return carry_out(j, resource, &edit, fault);
}

enum journal_result
journal_case_set_ticket(struct journal *j, const struct resource *resource, const char *ticket, struct fault *fault)
{
    struct buf clean = {0};
    if (ticket)
        text_clean(&clean, ticket, strlen(ticket), TEXT_CLEAN_MAX);
    return carry_out_text(j, resource, (struct edit){.apply = apply_field, .field = FIELD_TICKET}, &clean, fault);
}

enum journal_result
journal_case_set_tags(struct journal *j, const struct resource *resource, const char *tags, struct fault *fault)
{
    struct buf clean = {0};
    if (tags && !journal_case_clean_tags(&clean, tags)) {
        buf_free(&clean);
        fault_set(fault, "all tags of a case together have %d bytes at most", CASE_TAGS_MOST);
        return JOURNAL_FAILED;
    }
    return carry_out_text(j, resource, (struct edit){.apply = apply_field, .field = FIELD_TAGS}, &clean, fault);
}

enum journal_result
journal_case_set_due(struct journal *j, const struct resource *resource, int64_t due_ms, struct fault *fault)
{
    struct edit edit = {
        .apply = apply_field, .field = FIELD_DUE, .removes = due_ms <= 0, .at_ms = due_ms > 0 ? due_ms : 0};
    return carry_out(j, resource, &edit, fault);
}

/* ---- notes and contacts ---- */

static enum journal_result
apply_note(struct change *change, const struct edit *edit)
{
    const struct journal_case *c = &change->c;
    int64_t at_ms = change->now_ms;
    size_t current = 0, same = 0;
    for (size_t i = 0; i < c->notes.count; i++) {
        const struct case_note *note = &c->notes.at[i];
        current += note->current;
        same += note->current && strcmp(note->text, edit->text) == 0;
        if (note->at_ms >= at_ms)
            at_ms = later(change, note->at_ms);
    }
    /* Several current notes that differ are two opinions: one text, even one of theirs, settles them. */
    if (current == 0 ? !*edit->text : same == current)
        return JOURNAL_DONE;
    struct uuid uuid = uuid_new(at_ms);
    enum journal_result result = journal_execute(change->journal, change->fault,
                                                 "INSERT INTO note(uid, a_case, at_ms, text) VALUES(?1, ?2, ?3, ?4)",
                                                 UUID(&uuid), INT(change->id), INT(at_ms), TEXT(edit->text));
    for (size_t i = 0; i < c->notes.count && result == JOURNAL_DONE; i++)
        if (c->notes.at[i].current)
            result = journal_execute(change->journal, change->fault,
                                     "INSERT INTO note_replaces(note, replaced) VALUES(?1, ?2)", UUID(&uuid),
                                     UUID(&c->notes.at[i].uuid));
    change->done = true;
    return result;
}

enum journal_result
journal_case_set_note(struct journal *j, const struct resource *resource, const char *text, struct fault *fault)
{
    struct buf clean = {0};
    if (text && journal_case_clean_note(&clean, text, fault) != JOURNAL_DONE) {
        buf_free(&clean);
        return JOURNAL_FAILED;
    }
    return carry_out_text(j, resource, (struct edit){.apply = apply_note}, &clean, fault);
}

static enum journal_result
apply_contact(struct change *change, const struct edit *edit)
{
    struct uuid uuid = uuid_new(change->now_ms);
    change->done = true;
    return journal_execute(change->journal, change->fault,
                           "INSERT INTO told(uid, a_case, at_ms, who, what) VALUES(?1, ?2, ?3, ?4, ?5)", UUID(&uuid),
                           INT(change->id), INT(edit->at_ms), TEXT(edit->text), journal_text_or_null(edit->what));
}

static enum journal_result
add_contact(struct journal *j, const struct resource *resource, bool to_closed, const char *who, const char *what,
            int64_t at_ms, struct fault *fault)
{
    struct buf name = {0}, words = {0};
    text_clean(&name, who, strlen(who), TEXT_CLEAN_MAX);
    if (what)
        text_clean(&words, what, strlen(what), TEXT_CLEAN_MAX);
    struct edit edit = {.apply = apply_contact, .reopens = to_closed, .what = buf_string(&words), .at_ms = at_ms};
    enum journal_result result = JOURNAL_FAILED;
    if (name.count > 0)
        result = carry_out_text(j, resource, edit, &name, fault);
    else
        fault_set(fault, "say who was told");
    buf_free(&words);
    return result;
}

enum journal_result
journal_case_add_contact(struct journal *j, const struct resource *resource, const char *who, const char *what,
                         int64_t at_ms, struct fault *fault)
{
    return add_contact(j, resource, false, who, what, at_ms, fault);
}

enum journal_result
journal_case_add_report(struct journal *j, const struct resource *resource, const char *who, const char *what,
                        int64_t at_ms, struct fault *fault)
{
    return add_contact(j, resource, true, who, what, at_ms, fault);
}

/* Cases as people change them. Every field remembers when it was set, and of two journals the later time wins: so what
 * is set now is always later than what was there, even when the clock stood wrong then. */
#include "journal/cases.h"
#include "journal/db.h"
#include "journal/journal.h"

#include "base/clock.h"
#include "base/text.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A change under way. */
struct change {
    struct journal *journal;
    struct fault *fault;
    int64_t id;            /* the case's row */
    struct journal_case c; /* as it was */
    int64_t now_ms;
    bool done; /* there was something to change */
};

/* What a change is to be; the parts that it does not need are 0. */
struct wish {
    enum journal_result (*apply)(struct change *, const struct wish *);
    bool empty; /* takes away: does not open a case */
    bool reopens;
    enum case_state state;
    const char *text, *what;
    int64_t at_ms;
};

/* ---- opening a case ---- */

static int64_t
read_number(struct journal *j, sqlite3_stmt *row, enum journal_result *result, struct fault *fault)
{
    int64_t number = 0;
    if (journal_step(j, row, result, fault)) {
        number = sqlite3_column_int64(row, 0);
        sqlite3_reset(row);
    }
    return number;
}

static enum journal_result
is_taken(struct journal *j, const struct uuid *uuid, bool *taken, struct fault *fault)
{
    enum journal_result result;
    sqlite3_stmt *find = journal_statement(j, "SELECT count(*) FROM cases WHERE uid = ?1", fault);
    if (!find)
        return j->last;
    journal_bind_uuid(find, 1, uuid);
    *taken = read_number(j, find, &result, fault) > 0;
    return result;
}

/* By its place among the cases of the matter, so that whoever opens it gives it the same name. */
static enum journal_result
choose_uuid(struct journal *j, const struct resource *resource, int64_t resource_id, struct uuid *out,
            struct fault *fault)
{
    char of[RESOURCE_TEXT], name[RESOURCE_TEXT + 32];
    enum journal_result result;
    bool taken = true;
    sqlite3_stmt *count = journal_statement(j, "SELECT count(*) FROM cases WHERE matter = ?1", fault);
    if (!count)
        return j->last;
    sqlite3_bind_int64(count, 1, resource_id);
    for (int64_t place = read_number(j, count, &result, fault); result == JOURNAL_DONE && taken; place++) {
        snprintf(name, sizeof name, "case %lld of %s", (long long)place, resource_text(resource, of));
        *out = uuid_of_name(name);
        result = is_taken(j, out, &taken, fault);
    }
    return result;
}

static enum journal_result
open_case(struct change *change, const struct resource *resource, int64_t resource_id)
{
    struct journal *j = change->journal;
    struct uuid uuid;
    enum journal_result result = choose_uuid(j, resource, resource_id, &uuid, change->fault);
    if (result != JOURNAL_DONE)
        return result;
    sqlite3_stmt *put = journal_statement(j,
                                          "INSERT INTO cases(uid, matter, opened_ms, state, state_ms, ticket_ms,"
                                          " tags_ms, due_ms, due_set_ms) VALUES(?1, ?2, ?3, 'open', ?3, 0, 0, 0, 0)",
                                          change->fault);
    if (!put)
        return j->last;
    journal_bind_uuid(put, 1, &uuid);
    sqlite3_bind_int64(put, 2, resource_id);
    sqlite3_bind_int64(put, 3, change->now_ms);
    result = journal_run(j, put, change->fault);
    change->id = sqlite3_last_insert_rowid(j->db);
    change->done = true;
    return result;
}

/* ---- a change from beginning to end ---- */

static enum journal_result
find_case(struct change *change, const struct resource *resource, int64_t *resource_id)
{
    enum journal_result result;
    *resource_id = journal_resource_id(change->journal, resource, false, &result, change->fault);
    if (*resource_id != 0)
        change->id = journal_case_id(change->journal, *resource_id, &result, change->fault);
    return result == JOURNAL_DONE && change->id != 0
               ? journal_case_read(change->journal, change->id, &change->c, change->fault)
               : result;
}

/* Opens a case where the one that there is will not do. */
static enum journal_result
need_case(struct change *change, const struct resource *resource, const struct wish *wish, int64_t *resource_id)
{
    enum journal_result result = find_case(change, resource, resource_id);
    if (result != JOURNAL_DONE || (change->id != 0 && (wish->reopens || change->c.state != CASE_CLOSED)))
        return result;
    if (change->id != 0)
        journal_case_fini(&change->c);
    change->id = 0;
    if (wish->empty)
        return JOURNAL_DONE;
    *resource_id = journal_resource_id(change->journal, resource, true, &result, change->fault);
    if (result == JOURNAL_DONE)
        result = open_case(change, resource, *resource_id);
    return result == JOURNAL_DONE ? journal_case_read(change->journal, change->id, &change->c, change->fault) : result;
}

static enum journal_result
carry_out(struct change *change, const struct resource *resource, const struct wish *wish)
{
    int64_t resource_id;
    enum journal_result result = need_case(change, resource, wish, &resource_id);
    if (result != JOURNAL_DONE || change->id == 0)
        return result;
    result = wish->apply(change, wish);
    if (result == JOURNAL_DONE && change->done)
        result = journal_case_index(change->journal, change->id, change->fault);
    if (result == JOURNAL_DONE && change->done)
        result = journal_resource_seen(change->journal, resource_id, change->now_ms, change->fault);
    return result;
}

static enum journal_result
fulfil(struct journal *j, const struct resource *resource, const struct wish *wish, struct fault *fault)
{
    struct change change = {.journal = j, .fault = fault, .now_ms = clock_wall_ms()};
    bool own;
    enum journal_result result = journal_enter(j, &own, fault);
    if (result != JOURNAL_DONE)
        return result;
    result = journal_end(j, own, carry_out(&change, resource, wish), fault);
    journal_case_fini(&change.c);
    return result;
}

/* ---- fields ---- */

static int64_t
later(const struct change *change, int64_t then_ms)
{
    return then_ms >= change->now_ms && then_ms < INT64_MAX ? then_ms + 1 : change->now_ms;
}

/* A statement that sets a field: ?1 = row, ?2 = value, ?3 = time. NULL = failed. */
static sqlite3_stmt *
begin_setting(struct change *change, const char *sql, int64_t then_ms)
{
    sqlite3_stmt *set = journal_statement(change->journal, sql, change->fault);
    change->done = true;
    if (set) {
        sqlite3_bind_int64(set, 1, change->id);
        sqlite3_bind_int64(set, 3, later(change, then_ms));
    }
    return set;
}

static enum journal_result
finish_setting(struct change *change, sqlite3_stmt *set)
{
    return set ? journal_run(change->journal, set, change->fault) : change->journal->last;
}

static enum journal_result
set_text(struct change *change, const char *sql, const char *old, int64_t then_ms, const char *new)
{
    if (strcmp(old ? old : "", new) == 0)
        return JOURNAL_DONE;
    sqlite3_stmt *set = begin_setting(change, sql, then_ms);
    if (set)
        journal_bind_text(set, 2, new);
    return finish_setting(change, set);
}

static enum journal_result
apply_state(struct change *change, const struct wish *wish)
{
    return set_text(change, "UPDATE cases SET state = ?2, state_ms = ?3 WHERE id = ?1",
                    case_state_name(change->c.state), change->c.state_ms, case_state_name(wish->state));
}

static enum journal_result
apply_ticket(struct change *change, const struct wish *wish)
{
    return set_text(change, "UPDATE cases SET ticket = ?2, ticket_ms = ?3 WHERE id = ?1", change->c.ticket,
                    change->c.ticket_ms, wish->text);
}

static enum journal_result
apply_tags(struct change *change, const struct wish *wish)
{
    return set_text(change, "UPDATE cases SET tags = ?2, tags_ms = ?3 WHERE id = ?1", change->c.tags, change->c.tags_ms,
                    wish->text);
}

static enum journal_result
apply_due(struct change *change, const struct wish *wish)
{
    if (wish->at_ms == change->c.due_ms)
        return JOURNAL_DONE;
    sqlite3_stmt *set =
        begin_setting(change, "UPDATE cases SET due_ms = ?2, due_set_ms = ?3 WHERE id = ?1", change->c.due_set_ms);
    if (set)
        sqlite3_bind_int64(set, 2, wish->at_ms);
    return finish_setting(change, set);
}

enum journal_result
journal_case_set_state(struct journal *j, const struct resource *resource, enum case_state state, struct fault *fault)
{
    struct wish wish = {.apply = apply_state, .reopens = true, .state = state};
    return fulfil(j, resource, &wish, fault);
}

/* Carries out the wish with the text that is in the buffer. */
static enum journal_result
fulfil_text(struct journal *j, const struct resource *resource, struct wish wish, struct buf *text, struct fault *fault)
{
    wish.text = buf_string(text);
    wish.empty = !*wish.text;
    enum journal_result result = fulfil(j, resource, &wish, fault);
    buf_free(text);
    return result;
}

enum journal_result
journal_case_set_ticket(struct journal *j, const struct resource *resource, const char *ticket, struct fault *fault)
{
    struct buf clean = {0};
    if (ticket)
        text_clean(&clean, ticket, strlen(ticket), TEXT_CLEAN_MAX);
    return fulfil_text(j, resource, (struct wish){.apply = apply_ticket}, &clean, fault);
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
    return fulfil_text(j, resource, (struct wish){.apply = apply_tags}, &clean, fault);
}

enum journal_result
journal_case_set_due(struct journal *j, const struct resource *resource, int64_t due_ms, struct fault *fault)
{
    struct wish wish = {.apply = apply_due, .empty = due_ms <= 0, .at_ms = due_ms > 0 ? due_ms : 0};
    return fulfil(j, resource, &wish, fault);
}

/* ---- notes ---- */

static enum journal_result
put_note(struct change *change, const struct uuid *uuid, int64_t at_ms, const char *text)
{
    sqlite3_stmt *put = journal_statement(
        change->journal, "INSERT INTO note(uid, a_case, at_ms, text) VALUES(?1, ?2, ?3, ?4)", change->fault);
    if (!put)
        return change->journal->last;
    journal_bind_uuid(put, 1, uuid);
    sqlite3_bind_int64(put, 2, change->id);
    sqlite3_bind_int64(put, 3, at_ms);
    journal_bind_words(put, 4, text);
    return journal_run(change->journal, put, change->fault);
}

static enum journal_result
replace_note(struct change *change, const struct uuid *note, const struct uuid *replaced)
{
    sqlite3_stmt *put =
        journal_statement(change->journal, "INSERT INTO note_replaces(note, replaced) VALUES(?1, ?2)", change->fault);
    if (!put)
        return change->journal->last;
    journal_bind_uuid(put, 1, note);
    journal_bind_uuid(put, 2, replaced);
    return journal_run(change->journal, put, change->fault);
}

/* Several current ones that differ are two opinions: one text, even one of theirs, settles it. */
static bool
is_noted(const struct journal_case *c, const char *text)
{
    size_t current = 0, same = 0;
    for (size_t i = 0; i < c->notes.count; i++) {
        current += c->notes.at[i].current;
        same += c->notes.at[i].current && strcmp(c->notes.at[i].text, text) == 0;
    }
    return current == 0 ? !*text : same == current;
}

static enum journal_result
apply_note(struct change *change, const struct wish *wish)
{
    int64_t at_ms = change->now_ms;
    if (is_noted(&change->c, wish->text))
        return JOURNAL_DONE;
    for (size_t i = 0; i < change->c.notes.count; i++)
        if (change->c.notes.at[i].at_ms >= at_ms)
            at_ms = later(change, change->c.notes.at[i].at_ms);
    struct uuid uuid = uuid_new(at_ms);
    enum journal_result result = put_note(change, &uuid, at_ms, wish->text);
    for (size_t i = 0; i < change->c.notes.count && result == JOURNAL_DONE; i++)
        if (change->c.notes.at[i].current)
            result = replace_note(change, &uuid, &change->c.notes.at[i].uuid);
    change->done = true;
    return result;
}

enum journal_result
journal_case_set_note(struct journal *j, const struct resource *resource, const char *text, struct fault *fault)
{
    struct buf clean = {0};
    if (text)
        journal_case_clean_note(&clean, text);
    if (clean.count > CASE_NOTE_MOST) {
        enum journal_result result = journal_case_too_long(clean.count, fault);
        buf_free(&clean);
        return result;
    }
    return fulfil_text(j, resource, (struct wish){.apply = apply_note}, &clean, fault);
}

/* ---- who was told ---- */

static enum journal_result
apply_told(struct change *change, const struct wish *wish)
{
    struct uuid uuid = uuid_new(change->now_ms);
    sqlite3_stmt *put = journal_statement(
        change->journal, "INSERT INTO told(uid, a_case, at_ms, who, what) VALUES(?1, ?2, ?3, ?4, ?5)", change->fault);
    if (!put)
        return change->journal->last;
    journal_bind_uuid(put, 1, &uuid);
    sqlite3_bind_int64(put, 2, change->id);
    sqlite3_bind_int64(put, 3, wish->at_ms);
    journal_bind_words(put, 4, wish->text);
    journal_bind_text(put, 5, wish->what);
    change->done = true;
    return journal_run(change->journal, put, change->fault);
}

enum journal_result
journal_case_add_contact(struct journal *j, const struct resource *resource, const char *who, const char *what,
                         int64_t at_ms, struct fault *fault)
{
    struct buf name = {0}, words = {0};
    text_clean(&name, who, strlen(who), TEXT_CLEAN_MAX);
    if (what)
        text_clean(&words, what, strlen(what), TEXT_CLEAN_MAX);
    struct wish wish = {.apply = apply_told, .what = buf_string(&words), .at_ms = at_ms};
    enum journal_result result = JOURNAL_FAILED;
    if (name.count > 0)
        result = fulfil_text(j, resource, wish, &name, fault);
    else
        fault_set(fault, "say who was told");
    buf_free(&words);
    return result;
}

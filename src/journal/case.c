/* Reading cases. A note is never edited: another one replaces it, with a row in note_replaces. That table only grows,
 * so that journals can be merged in any order. A row that names the same note twice means that the replacing note is
 * not known. */
#include "journal/case_edit.h"
#include "journal/filter_row.h"
#include "journal/resources.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* ---- words ---- */

enum { CASE_STATES = 3, CASES_MOST = 1000 };
static const char *const states[CASE_STATES] = {
    [CASE_OPEN] = "open",
    [CASE_WAITING] = "waiting",
    [CASE_CLOSED] = "closed",
};

const char *
case_state_name(enum case_state state)
{
    return states[state];
}

bool
case_state_parse(const char *word, enum case_state *out)
{
    for (int i = 0; i < CASE_STATES; i++)
        if (strcmp(states[i], word) == 0) {
            *out = (enum case_state)i;
            return true;
        }
    return false;
}

/* ---- storage ---- */

void
journal_case_fini(struct journal_case *c)
{
    free(c->ticket);
    free(c->tags);
    for (size_t i = 0; i < c->notes.count; i++)
        free(c->notes.at[i].text);
    vec_free(&c->notes);
    for (size_t i = 0; i < c->contacts.count; i++) {
        free(c->contacts.at[i].who);
        free(c->contacts.at[i].what);
    }
    vec_free(&c->contacts);
    *c = (struct journal_case){0};
}

void
journal_cases_fini(journal_cases *cases)
{
    for (size_t i = 0; i < cases->count; i++)
        journal_case_fini(&cases->at[i]);
    vec_free(cases);
}

/* ---- reading ---- */

enum journal_result
journal_case_read_fields(struct journal *j, int64_t id, struct journal_case *out, struct fault *fault)
{
    enum journal_result result;
    sqlite3_stmt *row = journal_query(j, fault,
                                      "SELECT c.uid, m.text, c.opened_ms, c.state, c.state_ms, c.ticket, c.ticket_ms,"
                                      " c.tags, c.tags_ms, c.due_ms, c.due_set_ms"
                                      " FROM cases c JOIN matter m ON m.id = c.matter WHERE c.id = ?1",
                                      INT(id));
    if (!journal_step(j, row, &result, fault)) {
        if (result == JOURNAL_DONE)
            fault_set(fault, "the case is no longer in the journal %s", j->name);
        return result == JOURNAL_DONE ? JOURNAL_FAILED : result;
    }
    *out = (struct journal_case){
        .opened_ms = sqlite3_column_int64(row, 2),
        .state_ms = sqlite3_column_int64(row, 4),
        .ticket_ms = sqlite3_column_int64(row, 6),
        .tags_ms = sqlite3_column_int64(row, 8),
        .due_ms = sqlite3_column_int64(row, 9),
        .due_set_ms = sqlite3_column_int64(row, 10),
    };
    if (!journal_column_uuid(row, 0, &out->uuid))
        result = journal_report_corrupt(j, row, 0, "the name of a case", fault);
    else if (!resource_parse(journal_column_word(row, 1), &out->resource))
        result = journal_report_corrupt(j, row, 1, "what a case is about", fault);
    else if (!case_state_parse(journal_column_word(row, 3), &out->state))
        result = journal_report_corrupt(j, row, 3, "the state of a case", fault);
    if (result == JOURNAL_DONE) {
        out->ticket = journal_column_text(row, 5);
        out->tags = journal_column_text(row, 7);
    }
    sqlite3_reset(row);
    return result;
}

static char *
or_empty(char *text)
{
    return text ? text : mem_copy("");
}

static enum journal_result
read_notes(struct journal *j, int64_t id, struct journal_case *out, struct fault *fault)
{
    enum journal_result result;
    sqlite3_stmt *rows = journal_query(j, fault,
                                       "SELECT uid, at_ms, text, NOT EXISTS (SELECT 1 FROM note_replaces"
                                       " WHERE replaced = note.uid) FROM note WHERE a_case = ?1 ORDER BY at_ms, uid",
                                       INT(id));
    while (journal_step(j, rows, &result, fault)) {
        struct case_note note = {.at_ms = sqlite3_column_int64(rows, 1), .current = sqlite3_column_int(rows, 3) != 0};
        if (!journal_column_uuid(rows, 0, &note.uuid)) {
            result = journal_report_corrupt(j, rows, 0, "the name of a note", fault);
            sqlite3_reset(rows);
            return result;
        }
        note.text = or_empty(journal_column_lines(rows, 2));
        vec_push(&out->notes, note);
    }
    return result;
}

static enum journal_result
read_contacts(struct journal *j, int64_t id, struct journal_case *out, struct fault *fault)
{
    enum journal_result result;
    sqlite3_stmt *rows = journal_query(
        j, fault, "SELECT uid, at_ms, who, what FROM told WHERE a_case = ?1 ORDER BY at_ms, uid", INT(id));
    while (journal_step(j, rows, &result, fault)) {
        struct case_contact contact = {.at_ms = sqlite3_column_int64(rows, 1)};
        if (!journal_column_uuid(rows, 0, &contact.uuid)) {
            result = journal_report_corrupt(j, rows, 0, "the name of a contact", fault);
            sqlite3_reset(rows);
            return result;
        }
        contact.who = or_empty(journal_column_text(rows, 2));
        contact.what = journal_column_text(rows, 3);
        vec_push(&out->contacts, contact);
    }
    return result;
}

enum journal_result
journal_case_read(struct journal *j, int64_t id, struct journal_case *out, struct fault *fault)
{
    enum journal_result result = journal_case_read_fields(j, id, out, fault);
    if (result != JOURNAL_DONE)
        return result;
    result = read_notes(j, id, out, fault);
    if (result == JOURNAL_DONE)
        result = read_contacts(j, id, out, fault);
    if (result != JOURNAL_DONE)
        journal_case_fini(out);
    return result;
}

/* ---- the cases of a resource ---- */

/* Those that are not closed come first, then the newest. */
static sqlite3_stmt *
cases_query(struct journal *j, int64_t resource_id, size_t most, struct fault *fault)
{
    return journal_query(j, fault,
                         "SELECT id FROM cases WHERE matter = ?1"
                         " ORDER BY state = 'closed', opened_ms DESC, uid DESC LIMIT ?2",
                         INT(resource_id), INT((int64_t)most));
}

int64_t
journal_case_id(struct journal *j, int64_t resource_id, enum journal_result *result, struct fault *fault)
{
    return journal_number(j, cases_query(j, resource_id, 1, fault), result, fault);
}

static bool
read_cases(struct journal *j, const struct resource *resource, size_t most, journal_cases *out, struct fault *fault)
{
    enum journal_result result;
    VEC(int64_t) ids = {0};
    fault->text[0] = '\0';
    int64_t resource_id = journal_resource_id(j, resource, false, &result, fault);
    sqlite3_stmt *rows = resource_id != 0 ? cases_query(j, resource_id, most, fault) : NULL;
    while (resource_id != 0 && journal_step(j, rows, &result, fault))
        vec_push(&ids, sqlite3_column_int64(rows, 0));
    for (size_t i = 0; i < ids.count && result == JOURNAL_DONE; i++) {
        struct journal_case c;
        result = journal_case_read(j, ids.at[i], &c, fault);
        if (result == JOURNAL_DONE)
            vec_push(out, c);
    }
    vec_free(&ids);
    if (result != JOURNAL_DONE)
        journal_cases_fini(out);
    return result == JOURNAL_DONE;
}

bool
journal_cases_of(struct journal *j, const struct resource *resource, journal_cases *out, struct fault *fault)
{
    *out = (journal_cases){0};
    return read_cases(j, resource, CASES_MOST, out, fault);
}

bool
journal_case_find(struct journal *j, const struct resource *resource, struct journal_case *out, struct fault *fault)
{
    journal_cases cases = {0};
    bool found = read_cases(j, resource, 1, &cases, fault) && cases.count > 0;
    if (found)
        *out = cases.at[0];
    vec_free(&cases);
    return found;
}

bool
journal_case_note_is_duplicate(const struct journal_case *c, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (c->notes.at[i].current && strcmp(c->notes.at[i].text, c->notes.at[at].text) == 0)
            return true;
    return false;
}

void
journal_case_note_text(const struct journal_case *c, struct buf *out)
{
    bool several = false;
    for (size_t i = 0; i < c->notes.count; i++) {
        const struct case_note *note = &c->notes.at[i];
        if (!note->current || !*note->text || journal_case_note_is_duplicate(c, i))
            continue;
        buf_format(out, "%s%s", several ? "\n----\n" : "", note->text);
        several = true;
    }
}

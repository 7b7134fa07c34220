/* Cases of another journal, taken into this one, and the index of their words. Whatever the order, the same comes of
 * it: of a field the later value stays, of equal times the greater; notes and tellings only come together, and what was
 * replaced in one journal is replaced in both. What only a file changed by hand has, one name for two things, ends as
 * the greater of the two. */
#include "journal/cases.h"
#include "journal/db.h"
#include "journal/journal.h"

#include "base/clock.h"
#include "base/text.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum journal_result
journal_case_index(struct journal *j, int64_t id, struct fault *fault)
{
    sqlite3_stmt *drop = journal_statement(j, "DELETE FROM case_text WHERE rowid = ?1", fault);
    sqlite3_stmt *put = drop ? journal_statement(j,
                                                 "INSERT INTO case_text(rowid, notes, ticket, tags, told) SELECT id,"
                                                 " (SELECT group_concat(text, char(10)) FROM note WHERE a_case = ?1 AND"
                                                 " NOT EXISTS (SELECT 1 FROM note_replaces WHERE replaced = note.uid)),"
                                                 " ticket, tags,"
                                                 " (SELECT group_concat(who || ' ' || ifnull(what, ''), char(10))"
                                                 " FROM told WHERE a_case = ?1) FROM cases WHERE id = ?1",
                                                 fault)
                             : NULL;
    if (!put)
        return j->last;
    sqlite3_bind_int64(drop, 1, id);
    sqlite3_bind_int64(put, 1, id);
    enum journal_result result = journal_run(j, drop, fault);
    return result == JOURNAL_DONE ? journal_run(j, put, fault) : result;
}

/* ---- fields ---- */

/* Whether the other value stays. */
static bool
wins(int64_t here_ms, const char *here, int64_t there_ms, const char *there)
{
    return there_ms > here_ms || (there_ms == here_ms && strcmp(there ? there : "", here ? here : "") > 0);
}

/* Takes from `there` what stays; its texts are borrowed. True when that is anything. */
static bool
take_later(struct journal_case *here, const struct journal_case *there)
{
    struct journal_case before = *here;
    char here_text[RESOURCE_TEXT], there_text[RESOURCE_TEXT];
    bool due =
        there->due_set_ms > here->due_set_ms || (there->due_set_ms == here->due_set_ms && there->due_ms > here->due_ms);
    bool resource = strcmp(resource_text(&there->resource, there_text), resource_text(&here->resource, here_text)) > 0;
    bool state = wins(here->state_ms, case_state_name(here->state), there->state_ms, case_state_name(there->state));
    bool ticket = wins(here->ticket_ms, here->ticket, there->ticket_ms, there->ticket);
    bool tags = wins(here->tags_ms, here->tags, there->tags_ms, there->tags);
    if (resource)
        here->resource = there->resource;
    if (there->opened_ms < here->opened_ms)
        here->opened_ms = there->opened_ms;
    if (state) {
        here->state = there->state;
        here->state_ms = there->state_ms;
    }
    if (ticket) {
        here->ticket = there->ticket;
        here->ticket_ms = there->ticket_ms;
    }
    if (tags) {
        here->tags = there->tags;
        here->tags_ms = there->tags_ms;
    }
    if (due) {
        here->due_ms = there->due_ms;
        here->due_set_ms = there->due_set_ms;
    }
    return resource || state || ticket || tags || due || here->opened_ms != before.opened_ms;
}

/* Row 0: a new one. */
static enum journal_result
write_fields(struct journal *j, int64_t id, const struct journal_case *c, int64_t *made, struct fault *fault)
{
    enum journal_result result;
    int64_t resource_id = journal_resource_id(j, &c->resource, true, &result, fault);
    if (result != JOURNAL_DONE)
        return result;
    sqlite3_stmt *put =
        id == 0
            ? journal_statement(j, "INSERT INTO cases VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)", fault)
            : journal_statement(j,
                                "UPDATE cases SET uid = ?2, matter = ?3, opened_ms = ?4, state = ?5, state_ms = ?6,"
                                " ticket = ?7, ticket_ms = ?8, tags = ?9, tags_ms = ?10, due_ms = ?11,"
                                " due_set_ms = ?12 WHERE id = ?1",
                                fault);
    if (!put)
        return j->last;
    if (id != 0)
        sqlite3_bind_int64(put, 1, id);
    journal_bind_uuid(put, 2, &c->uuid);
    sqlite3_bind_int64(put, 3, resource_id);
    sqlite3_bind_int64(put, 4, c->opened_ms);
    journal_bind_words(put, 5, case_state_name(c->state));
    sqlite3_bind_int64(put, 6, c->state_ms);
    journal_bind_text(put, 7, c->ticket);
    sqlite3_bind_int64(put, 8, c->ticket_ms);
    journal_bind_text(put, 9, c->tags);
    sqlite3_bind_int64(put, 10, c->tags_ms);
    sqlite3_bind_int64(put, 11, c->due_ms);
    sqlite3_bind_int64(put, 12, c->due_set_ms);
    result = journal_run(j, put, fault);
    *made = id == 0 ? sqlite3_last_insert_rowid(j->db) : id;
    return result;
}

enum journal_result
journal_case_find_uuid(struct journal *j, const struct uuid *uuid, int64_t *id, struct fault *fault)
{
    enum journal_result result;
    sqlite3_stmt *find = journal_statement(j, "SELECT id FROM cases WHERE uid = ?1", fault);
    *id = 0;
    if (!find)
        return j->last;
    journal_bind_uuid(find, 1, uuid);
    if (journal_step(j, find, &result, fault)) {
        *id = sqlite3_column_int64(find, 0);
        sqlite3_reset(find);
    }
    return result;
}

static enum journal_result
unite_fields(struct journal *j, const struct journal_case *there, int64_t *id, enum journal_change *change,
             struct fault *fault)
{
    struct journal_case here = {0};
    enum journal_result result = journal_case_find_uuid(j, &there->uuid, id, fault);
    *change = JOURNAL_UNCHANGED;
    if (result == JOURNAL_DONE && *id == 0) {
        *change = JOURNAL_ADDED;
        return write_fields(j, 0, there, id, fault);
    }
    if (result == JOURNAL_DONE)
        result = journal_case_read_fields(j, *id, &here, fault);
    if (result != JOURNAL_DONE)
        return result;
    struct journal_case both = here;
    if (take_later(&both, there)) {
        *change = JOURNAL_CHANGED;
        result = write_fields(j, *id, &both, id, fault);
    }
    journal_case_fini(&here);
    return result;
}

/* ---- notes and tellings ---- */

/* Either: a text and perhaps another one, under a name. */
struct item {
    bool is_note;
    struct uuid uuid;
    int64_t at_ms;
    const char *text, *more;
};

struct item_row {
    bool found;
    int64_t id; /* of its case */
    struct uuid case_uuid;
    int order; /* <0: gives way to the other's */
};

static const char *
word_at(sqlite3_stmt *row, int column)
{
    const char *word = (const char *)sqlite3_column_text(row, column);
    return word ? word : "";
}

static enum journal_result
find_item(struct journal *j, const struct item *item, struct item_row *out, struct fault *fault)
{
    enum journal_result result;
    sqlite3_stmt *find =
        item->is_note
            ? journal_statement(
                  j, "SELECT at_ms, text, '', c.uid, c.id FROM note n JOIN cases c ON c.id = a_case WHERE n.uid = ?1",
                  fault)
            : journal_statement(
                  j, "SELECT at_ms, who, what, c.uid, c.id FROM told t JOIN cases c ON c.id = a_case WHERE t.uid = ?1",
                  fault);
    *out = (struct item_row){0};
    if (!find)
        return j->last;
    journal_bind_uuid(find, 1, &item->uuid);
    out->found = journal_step(j, find, &result, fault);
    if (!out->found)
        return result;
    int64_t at_ms = sqlite3_column_int64(find, 0);
    int text = strcmp(word_at(find, 1), item->text), more = strcmp(word_at(find, 2), item->more);
    out->order = at_ms != item->at_ms ? (at_ms < item->at_ms ? -1 : 1) : text ? text : more;
    out->id = sqlite3_column_int64(find, 4);
    if (!journal_column_uuid(find, 3, &out->case_uuid))
        result = journal_report_corrupt(j, find, 3, "the name of a case", fault);
    sqlite3_reset(find);
    return result;
}

static enum journal_result
put_item(struct journal *j, int64_t id, const struct item *item, struct fault *fault)
{
    sqlite3_stmt *put = item->is_note
                            ? journal_statement(j, "INSERT OR REPLACE INTO note VALUES(?1, ?2, ?3, ?4)", fault)
                            : journal_statement(j, "INSERT OR REPLACE INTO told VALUES(?1, ?2, ?3, ?4, ?5)", fault);
    if (!put)
        return j->last;
    journal_bind_uuid(put, 1, &item->uuid);
    sqlite3_bind_int64(put, 2, id);
    sqlite3_bind_int64(put, 3, item->at_ms);
    journal_bind_words(put, 4, item->text);
    if (!item->is_note)
        journal_bind_text(put, 5, item->more);
    return journal_run(j, put, fault);
}

static enum journal_result
move_item(struct journal *j, int64_t id, const struct item *item, struct fault *fault)
{
    sqlite3_stmt *move = item->is_note ? journal_statement(j, "UPDATE note SET a_case = ?2 WHERE uid = ?1", fault)
                                       : journal_statement(j, "UPDATE told SET a_case = ?2 WHERE uid = ?1", fault);
    if (!move)
        return j->last;
    journal_bind_uuid(move, 1, &item->uuid);
    sqlite3_bind_int64(move, 2, id);
    return journal_run(j, move, fault);
}

/* *owner is the row of the case that has it in the end. */
static enum journal_result
unite_item(struct journal *j, int64_t id, const struct uuid *case_uuid, const struct item *item, int64_t *owner,
           enum journal_change *change, struct fault *fault)
{
    struct item_row row;
    enum journal_result result = find_item(j, item, &row, fault);
    *change = JOURNAL_UNCHANGED;
    *owner = id;
    if (result != JOURNAL_DONE)
        return result;
    if (!row.found) {
        *change = JOURNAL_ADDED;
        return put_item(j, id, item, fault);
    }
    bool moves = uuid_compare(&row.case_uuid, case_uuid) < 0;
    if (!moves)
        *owner = row.id;
    if (row.order < 0)
        result = put_item(j, *owner, item, fault);
    else if (moves)
        result = move_item(j, id, item, fault);
    if (row.order < 0 || moves)
        *change = JOURNAL_CHANGED;
    return result == JOURNAL_DONE && moves ? journal_case_index(j, row.id, fault) : result;
}

/* The note was replaced; *news tells whether that was not known. */
static enum journal_result
mark_replaced(struct journal *j, const struct uuid *uuid, bool *news, struct fault *fault)
{
    sqlite3_stmt *mark = journal_statement(j,
                                           "INSERT INTO note_replaces(note, replaced) SELECT ?1, ?1 WHERE NOT EXISTS"
                                           " (SELECT 1 FROM note_replaces WHERE replaced = ?1)",
                                           fault);
    if (!mark)
        return j->last;
    journal_bind_uuid(mark, 1, uuid);
    enum journal_result result = journal_run(j, mark, fault);
    *news = result == JOURNAL_DONE && sqlite3_changes(j->db) > 0;
    return result;
}

static void
count_change(enum journal_change change, uint64_t *added, uint64_t *changed)
{
    *added += change == JOURNAL_ADDED;
    *changed += change == JOURNAL_CHANGED;
}

static enum journal_result
unite_note(struct journal *j, int64_t id, const struct uuid *case_uuid, const struct case_note *note, const char *text,
           enum journal_change *change, struct fault *fault)
{
    struct item item = {true, note->uuid, note->at_ms, text, ""};
    int64_t owner;
    bool news = false;
    enum journal_result result = unite_item(j, id, case_uuid, &item, &owner, change, fault);
    if (result == JOURNAL_DONE && !note->current)
        result = mark_replaced(j, &note->uuid, &news, fault);
    if (news && *change == JOURNAL_UNCHANGED)
        *change = JOURNAL_CHANGED;
    return result == JOURNAL_DONE && owner != id && *change != JOURNAL_UNCHANGED ? journal_case_index(j, owner, fault)
                                                                                 : result;
}

static enum journal_result
unite_notes(struct journal *j, int64_t id, const struct journal_case *there, struct journal_totals *added,
            struct journal_totals *changed, struct fault *fault)
{
    enum journal_result result = JOURNAL_DONE;
    for (size_t i = 0; i < there->notes.count && result == JOURNAL_DONE; i++) {
        const struct case_note *note = &there->notes.at[i];
        struct buf clean = {0};
        enum journal_change change = JOURNAL_UNCHANGED;
        journal_case_clean_note(&clean, note->text);
        result = clean.count > CASE_NOTE_MOST
                     ? journal_case_too_long(clean.count, fault)
                     : unite_note(j, id, &there->uuid, note, buf_string(&clean), &change, fault);
        count_change(change, &added->notes, &changed->notes);
        buf_free(&clean);
    }
    return result;
}

static enum journal_result
unite_told(struct journal *j, int64_t id, const struct journal_case *there, struct journal_totals *added,
           struct journal_totals *changed, struct fault *fault)
{
    enum journal_result result = JOURNAL_DONE;
    for (size_t i = 0; i < there->contacts.count && result == JOURNAL_DONE; i++) {
        const struct case_contact *told = &there->contacts.at[i];
        struct buf who = {0}, what = {0};
        enum journal_change change;
        text_clean(&who, told->who, strlen(told->who), TEXT_CLEAN_MAX);
        if (told->what)
            text_clean(&what, told->what, strlen(told->what), TEXT_CLEAN_MAX);
        struct item item = {false, told->uuid, told->at_ms, buf_string(&who), buf_string(&what)};
        int64_t owner;
        result = unite_item(j, id, &there->uuid, &item, &owner, &change, fault);
        if (result == JOURNAL_DONE && owner != id && change != JOURNAL_UNCHANGED)
            result = journal_case_index(j, owner, fault);
        count_change(change, &added->contacts, &changed->contacts);
        buf_free(&who);
        buf_free(&what);
    }
    return result;
}

/* ---- the whole ---- */

/* The last time at which anything in it changed. Nothing has changed later than now, whatever a file says. */
static int64_t
changed_ms(const struct journal_case *c)
{
    int64_t times[] = {c->opened_ms, c->state_ms, c->ticket_ms, c->tags_ms, c->due_set_ms};
    int64_t last = 0, now = clock_wall_ms();
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        last = times[i] > last ? times[i] : last;
    for (size_t i = 0; i < c->notes.count; i++)
        last = c->notes.at[i].at_ms > last ? c->notes.at[i].at_ms : last;
    for (size_t i = 0; i < c->contacts.count; i++)
        last = c->contacts.at[i].at_ms > last ? c->contacts.at[i].at_ms : last;
    return last < now ? last : now;
}

static enum journal_result
touch(struct journal *j, int64_t id, const struct journal_case *there, struct fault *fault)
{
    enum journal_result result = journal_case_index(j, id, fault);
    int64_t resource_id = result == JOURNAL_DONE ? journal_resource_id(j, &there->resource, true, &result, fault) : 0;
    return resource_id != 0 ? journal_resource_seen(j, resource_id, changed_ms(there), fault) : result;
}

static enum journal_result
unite(struct journal *j, const struct journal_case *there, struct journal_totals *added, struct journal_totals *changed,
      struct fault *fault)
{
    struct journal_totals new = {0}, other = {0};
    enum journal_change change;
    int64_t id;
    enum journal_result result = unite_fields(j, there, &id, &change, fault);
    if (result == JOURNAL_DONE)
        result = unite_notes(j, id, there, &new, &other, fault);
    if (result == JOURNAL_DONE)
        result = unite_told(j, id, there, &new, &other, fault);
    count_change(change, &new.cases, &other.cases);
    if (result == JOURNAL_DONE && new.cases + new.notes + new.contacts + other.cases + other.notes + other.contacts > 0)
        result = touch(j, id, there, fault);
    added->cases += new.cases;
    added->notes += new.notes;
    added->contacts += new.contacts;
    changed->cases += other.cases;
    changed->notes += other.notes;
    changed->contacts += other.contacts;
    return result;
}

enum journal_result
journal_merge_case(struct journal *j, const struct journal_case *there, struct journal_totals *added,
                   struct journal_totals *changed, struct fault *fault)
{
    struct buf ticket = {0}, tags = {0};
    struct journal_case clean = *there;
    bool own;
    enum journal_result result = journal_enter(j, &own, fault);
    if (result != JOURNAL_DONE)
        return result;
    if (there->ticket)
        text_clean(&ticket, there->ticket, strlen(there->ticket), TEXT_CLEAN_MAX);
    if (there->tags)
        journal_case_clean_tags(&tags, there->tags);
    clean.ticket = ticket.at;
    clean.tags = tags.at;
    result = journal_end(j, own, unite(j, &clean, added, changed, fault), fault);
    buf_free(&ticket);
    buf_free(&tags);
    return result;
}

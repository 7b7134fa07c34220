/* Merges cases, and indexes their words. The order of merges does not matter: the later value of a field wins, of equal
 * times the greater one; notes and contacts are only added, and a note that was replaced in one journal is replaced in
 * both. One uuid for two things, in a file changed by hand, ends as the greater of the two. */
#include "base/clock.h"
#include "base/text.h"
#include "journal/case_edit.h"
#include "journal/merge.h"
#include "journal/resources.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum journal_result
journal_case_index(struct journal *j, int64_t id, struct fault *fault)
{
    enum journal_result result = journal_execute(j, fault, "DELETE FROM case_text WHERE rowid = ?1", INT(id));
    if (result != JOURNAL_DONE)
        return result;
    return journal_execute(j, fault,
                           "INSERT INTO case_text(rowid, notes, ticket, tags, told) SELECT id,"
                           " (SELECT group_concat(text, char(10)) FROM note WHERE a_case = ?1 AND NOT EXISTS"
                           " (SELECT 1 FROM note_replaces WHERE replaced = note.uid)), ticket, tags,"
                           " (SELECT group_concat(who || ' ' || ifnull(what, ''), char(10)) FROM told"
                           " WHERE a_case = ?1) FROM cases WHERE id = ?1",
                           INT(id));
}

/* ---- fields ---- */

static bool
wins(int64_t here_ms, const char *here, int64_t there_ms, const char *there)
{
    return there_ms > here_ms || (there_ms == here_ms && strcmp(there ? there : "", here ? here : "") > 0);
}

/* Copies the values that win from `there`, whose texts are borrowed; returns whether there are any. */
static bool
copy_later(struct journal_case *here, const struct journal_case *there)
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

/* Writes a new row (*id 0), or that one. */
static enum journal_result
write_fields(struct journal *j, int64_t *id, const struct journal_case *c, struct fault *fault)
{
    enum journal_result result;
    int64_t resource_id = journal_resource_id(j, &c->resource, true, &result, fault);
    if (result != JOURNAL_DONE)
        return result;
    result = journal_execute(
        j, fault,
        *id == 0 ? "INSERT INTO cases VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
                 : "UPDATE cases SET uid = ?2, matter = ?3, opened_ms = ?4, state = ?5, state_ms = ?6, ticket = ?7,"
                   " ticket_ms = ?8, tags = ?9, tags_ms = ?10, due_ms = ?11, due_set_ms = ?12 WHERE id = ?1",
        INT_OR_NULL(*id, *id != 0), UUID(&c->uuid), INT(resource_id), INT(c->opened_ms),
        TEXT(case_state_name(c->state)), INT(c->state_ms), journal_text_or_null(c->ticket), INT(c->ticket_ms),
        journal_text_or_null(c->tags), INT(c->tags_ms), INT(c->due_ms), INT(c->due_set_ms));
    *id = *id == 0 ? sqlite3_last_insert_rowid(j->db) : *id;
    return result;
}

int64_t
journal_case_of_uuid(struct journal *j, const struct uuid *uuid, enum journal_result *result, struct fault *fault)
{
    return journal_number(j, journal_query(j, fault, "SELECT id FROM cases WHERE uid = ?1", UUID(uuid)), result, fault);
}

static enum journal_result
merge_fields(struct journal *j, const struct journal_case *there, int64_t *id, enum journal_change *change,
             struct fault *fault)
{
    struct journal_case here = {0};
    enum journal_result result;
    *change = JOURNAL_UNCHANGED;
    *id = journal_case_of_uuid(j, &there->uuid, &result, fault);
    if (result != JOURNAL_DONE)
        return result;
    if (*id == 0) {
        *change = JOURNAL_ADDED;
        return write_fields(j, id, there, fault);
    }
    result = journal_case_read_fields(j, *id, &here, fault);
    if (result != JOURNAL_DONE)
        return result;
    struct journal_case both = here;
    if (copy_later(&both, there)) {
        *change = JOURNAL_CHANGED;
        result = write_fields(j, id, &both, fault);
    }
    journal_case_fini(&here);
    return result;
}

/* ---- notes and contacts ---- */

/* A note or a contact: a text and perhaps another one, under a uuid. */
struct item {
    bool is_note;
    struct uuid uuid;
    int64_t at_ms;
    const char *text, *more;
};

/* A row of an item, and its case. */
struct item_row {
    bool found;
    int64_t id; /* of the case */
    struct uuid case_uuid;
    int order; /* <0: gives way to the item */
};

static enum journal_result
find_item(struct journal *j, const struct item *item, struct item_row *out, struct fault *fault)
{
    enum journal_result result;
    sqlite3_stmt *find = journal_query(
        j, fault,
        item->is_note
            ? "SELECT at_ms, text, '', c.uid, c.id FROM note n JOIN cases c ON c.id = a_case WHERE n.uid = ?1"
            : "SELECT at_ms, who, what, c.uid, c.id FROM told t JOIN cases c ON c.id = a_case WHERE t.uid = ?1",
        UUID(&item->uuid));
    *out = (struct item_row){0};
    out->found = journal_step(j, find, &result, fault);
    if (!out->found)
        return result;
    int64_t at_ms = sqlite3_column_int64(find, 0);
    int text = strcmp(journal_column_word(find, 1), item->text),
        more = strcmp(journal_column_word(find, 2), item->more);
    out->order = at_ms != item->at_ms ? (at_ms < item->at_ms ? -1 : 1) : text ? text : more;
    out->id = sqlite3_column_int64(find, 4);
    if (!journal_column_uuid(find, 3, &out->case_uuid))
        result = journal_report_corrupt(j, find, 3, "the name of a case", fault);
    sqlite3_reset(find);
    return result;
}

/* Merges an item of case `id`. If two cases have it, the one with the greater uuid keeps it, and the index of the other
 * is updated. */
static enum journal_result
merge_item(struct journal *j, int64_t id, const struct uuid *case_uuid, const struct item *item, bool replaced,
           enum journal_change *change, struct fault *fault)
{
    struct item_row row;
    enum journal_result result = find_item(j, item, &row, fault);
    bool moves = row.found && uuid_compare(&row.case_uuid, case_uuid) < 0;
    int64_t owner = row.found && !moves ? row.id : id;
    *change = !row.found ? JOURNAL_ADDED : moves || row.order < 0 ? JOURNAL_CHANGED : JOURNAL_UNCHANGED;
    if (result == JOURNAL_DONE && (!row.found || row.order < 0))
        result = journal_execute(j, fault,
                                 item->is_note ? "INSERT OR REPLACE INTO note VALUES(?1, ?2, ?3, ?4)"
                                               : "INSERT OR REPLACE INTO told VALUES(?1, ?2, ?3, ?4, ?5)",
                                 UUID(&item->uuid), INT(owner), INT(item->at_ms), TEXT(item->text),
                                 journal_text_or_null(item->more));
    else if (result == JOURNAL_DONE && moves)
        result = journal_execute(j, fault,
                                 item->is_note ? "UPDATE note SET a_case = ?2 WHERE uid = ?1"
                                               : "UPDATE told SET a_case = ?2 WHERE uid = ?1",
                                 UUID(&item->uuid), INT(id));
    if (result == JOURNAL_DONE && moves)
        result = journal_case_index(j, row.id, fault);
    if (result == JOURNAL_DONE && replaced) {
        result = journal_execute(j, fault,
                                 "INSERT INTO note_replaces(note, replaced) SELECT ?1, ?1 WHERE NOT EXISTS"
                                 " (SELECT 1 FROM note_replaces WHERE replaced = ?1)",
                                 UUID(&item->uuid));
        if (result == JOURNAL_DONE && sqlite3_changes(j->db) > 0 && *change == JOURNAL_UNCHANGED)
            *change = JOURNAL_CHANGED;
    }
    if (result == JOURNAL_DONE && owner != id && *change != JOURNAL_UNCHANGED)
        result = journal_case_index(j, owner, fault);
    return result;
}

static void
count_change(enum journal_change change, uint64_t *added, uint64_t *changed)
{
    *added += change == JOURNAL_ADDED;
    *changed += change == JOURNAL_CHANGED;
}

/* Merges notes and contacts. */
static enum journal_result
merge_items(struct journal *j, int64_t id, const struct journal_case *there, struct journal_totals *added,
            struct journal_totals *changed, struct fault *fault)
{
    enum journal_result result = JOURNAL_DONE;
    size_t notes = there->notes.count;
    for (size_t i = 0; i < notes + there->contacts.count && result == JOURNAL_DONE; i++) {
        const struct case_note *note = i < notes ? &there->notes.at[i] : NULL;
        const struct case_contact *contact = note ? NULL : &there->contacts.at[i - notes];
        struct buf text = {0}, more = {0};
        enum journal_change change = JOURNAL_UNCHANGED;
        if (note)
            result = journal_case_clean_note(&text, note->text, fault);
        else
            text_clean(&text, contact->who, strlen(contact->who), TEXT_CLEAN_MAX);
        if (contact && contact->what)
            text_clean(&more, contact->what, strlen(contact->what), TEXT_CLEAN_MAX);
        struct item item = {note != NULL, note ? note->uuid : contact->uuid, note ? note->at_ms : contact->at_ms,
                            buf_string(&text), buf_string(&more)};
        if (result == JOURNAL_DONE)
            result = merge_item(j, id, &there->uuid, &item, note && !note->current, &change, fault);
        if (note)
            count_change(change, &added->notes, &changed->notes);
        else
            count_change(change, &added->contacts, &changed->contacts);
        buf_free(&text);
        buf_free(&more);
    }
    return result;
}

/* ---- whole cases ---- */

static enum journal_result
merge(struct journal *j, const struct journal_case *there, struct journal_totals *added, struct journal_totals *changed,
      struct fault *fault)
{
    struct journal_totals new = {0}, other = {0};
    enum journal_change change;
    int64_t times[] = {there->opened_ms, there->state_ms, there->ticket_ms, there->tags_ms, there->due_set_ms};
    int64_t id, resource_id, last = 0, now = clock_wall_ms(); /* the last change is not later than now */
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        last = times[i] > last ? times[i] : last;
    for (size_t i = 0; i < there->notes.count; i++)
        last = there->notes.at[i].at_ms > last ? there->notes.at[i].at_ms : last;
    for (size_t i = 0; i < there->contacts.count; i++)
        last = there->contacts.at[i].at_ms > last ? there->contacts.at[i].at_ms : last;
    enum journal_result result = merge_fields(j, there, &id, &change, fault);
    if (result == JOURNAL_DONE)
        result = merge_items(j, id, there, &new, &other, fault);
    count_change(change, &new.cases, &other.cases);
    if (result == JOURNAL_DONE &&
        new.cases + new.notes + new.contacts + other.cases + other.notes + other.contacts > 0) {
        result = journal_case_index(j, id, fault);
        if (result == JOURNAL_DONE && (resource_id = journal_resource_id(j, &there->resource, true, &result, fault)))
            result = journal_resource_seen(j, resource_id, last < now ? last : now, fault);
    }
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
    enum journal_result result = journal_enter(j, true, &own, fault);
    if (result != JOURNAL_DONE)
        return result;
    if (there->ticket)
        text_clean(&ticket, there->ticket, strlen(there->ticket), TEXT_CLEAN_MAX);
    if (there->tags)
        journal_case_clean_tags(&tags, there->tags);
    clean.ticket = ticket.at;
    clean.tags = tags.at;
    result = journal_end(j, own, merge(j, &clean, added, changed, fault), fault);
    buf_free(&ticket);
    buf_free(&tags);
    return result;
}

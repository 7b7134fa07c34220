/* The changes of cases by an import or merge: in a temporary table, so that it may be large and is undone with them. A
 * case whose notes come in several lines is summed up. */
#include "journal/case_edit.h"
#include "journal/db.h"
#include "journal/merge.h"
#include "journal/transfer.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { TICKET = 1, TAGS = 2, DUE = 4 }; /* fields */

enum journal_result
journal_import_report_begin(struct journal *j, struct fault *fault)
{
    sqlite3_stmt *make = journal_prepare(j,
                                         "CREATE TEMP TABLE IF NOT EXISTS news(a_case INTEGER PRIMARY KEY,"
                                         " is_new INTEGER, was TEXT, fields INTEGER, notes INTEGER, replaced INTEGER,"
                                         " told INTEGER)",
                                         fault);
    enum journal_result result = journal_run(j, make, fault);
    sqlite3_finalize(make);
    return result == JOURNAL_DONE ? journal_run(j, journal_statement(j, "DELETE FROM temp.news", fault), fault)
                                  : result;
}

/* ---- one case ---- */

static bool
differ(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") != 0;
}

static int
compare_notes(const struct case_note *a, const struct case_note *b)
{
    return a->at_ms != b->at_ms ? (a->at_ms < b->at_ms ? -1 : 1) : uuid_compare(&a->uuid, &b->uuid);
}

static enum journal_result
add_change(struct journal *j, int64_t id, bool is_new, const struct journal_case *was, const struct journal_case *is,
           struct fault *fault)
{
    int fields = (differ(was->ticket, is->ticket) ? TICKET : 0) | (differ(was->tags, is->tags) ? TAGS : 0) |
                 (was->due_ms != is->due_ms ? DUE : 0);
    int came = 0, replaced = 0;
    size_t old = 0;
    for (size_t i = 0; i < is->notes.count; i++) { /* both are in the same order */
        const struct case_note *note = &is->notes.at[i];
        while (old < was->notes.count && compare_notes(&was->notes.at[old], note) < 0)
            old++;
        bool known = old < was->notes.count && compare_notes(&was->notes.at[old], note) == 0;
        came += !known && note->current;
        replaced += known && was->notes.at[old].current && !note->current;
    }
    return journal_execute(j, fault,
                           "INSERT INTO temp.news VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(a_case)"
                           " DO UPDATE SET fields = fields | excluded.fields, notes = notes + excluded.notes,"
                           " replaced = replaced + excluded.replaced, told = told + excluded.told",
                           INT(id), INT(is_new), TEXT(case_state_name(was->state)), INT(fields), INT(came),
                           INT(replaced), INT((int64_t)is->contacts.count - (int64_t)was->contacts.count));
}

enum journal_result
journal_import_report_merge(struct journal *j, const struct journal_case *there, struct journal_totals *added,
                            struct journal_totals *changed, struct fault *fault)
{
    struct journal_case was = {0}, is = {0};
    struct journal_totals added_before = *added, changed_before = *changed;
    enum journal_result result;
    int64_t old = journal_case_of_uuid(j, &there->uuid, &result, fault), id = 0;
    if (old != 0)
        result = journal_case_read(j, old, &was, fault);
    if (result == JOURNAL_DONE)
        result = journal_merge_case(j, there, added, changed, fault);
    bool news =
        memcmp(added, &added_before, sizeof *added) != 0 || memcmp(changed, &changed_before, sizeof *changed) != 0;
    if (result == JOURNAL_DONE && news) {
        id = journal_case_of_uuid(j, &there->uuid, &result, fault);
        if (id != 0 && (result = journal_case_read(j, id, &is, fault)) == JOURNAL_DONE) {
            result = add_change(j, id, old == 0, &was, &is, fault);
            journal_case_fini(&is);
        }
    }
    if (old != 0)
        journal_case_fini(&was);
    return result;
}

/* ---- the report ---- */

#define NOT_EMPTY                                                                                                      \
    "(SELECT count(DISTINCT text) FROM note WHERE note.a_case = n.a_case AND text <> ''"                               \
    " AND NOT EXISTS (SELECT 1 FROM note_replaces WHERE replaced = note.uid))"

static enum journal_result
read_change(struct journal *j, sqlite3_stmt *row, struct journal_case_change *out, struct fault *fault)
{
    int fields = sqlite3_column_int(row, 5);
    *out = (struct journal_case_change){
        .is_new = sqlite3_column_int(row, 2) != 0,
        .has_ticket = fields & TICKET,
        .has_tags = fields & TAGS,
        .has_due = fields & DUE,
        .notes = (uint32_t)sqlite3_column_int64(row, 6),
        .notes_replaced = (uint32_t)sqlite3_column_int64(row, 7),
        .contacts = (uint32_t)sqlite3_column_int64(row, 8),
        .due_ms = sqlite3_column_int64(row, 11),
        .side_by_side = (uint32_t)sqlite3_column_int64(row, 0),
    };
    if (!resource_parse(journal_column_word(row, 1), &out->resource))
        return journal_report_corrupt(j, row, 1, "what a case is about", fault);
    if (!case_state_parse(journal_column_word(row, 3), &out->was) ||
        !case_state_parse(journal_column_word(row, 4), &out->is))
        return journal_report_corrupt(j, row, 4, "the state of a case", fault);
    out->ticket = journal_column_text(row, 9);
    out->tags = journal_column_text(row, 10);
    return JOURNAL_DONE;
}

bool
journal_import_report_of(struct journal *j, size_t most, journal_import_report *out, uint64_t *others, uint64_t *old,
                         struct fault *fault)
{
    enum journal_result result;
    *others =
        (uint64_t)journal_number(j, journal_statement(j, "SELECT count(*) FROM temp.news", fault), &result, fault);
    if (result == JOURNAL_DONE)
        *old = (uint64_t)journal_number(
            j, journal_statement(j, "SELECT count(*) FROM temp.news WHERE NOT is_new", fault), &result, fault);
    if (result != JOURNAL_DONE)
        return false;
    sqlite3_stmt *rows = journal_query(
        j, fault,
        "SELECT iif(n.notes > 0 AND " NOT_EMPTY " > 1, " NOT_EMPTY ", 0) AS side_by_side, m.text, n.is_new, n.was,"
        " c.state, n.fields, n.notes, n.replaced, n.told, c.ticket, c.tags, c.due_ms FROM temp.news n"
        " JOIN cases c ON c.id = n.a_case JOIN matter m ON m.id = c.matter"
        " ORDER BY side_by_side = 0, m.kind = 3, m.low, m.kind DESC, m.high, c.id LIMIT ?1",
        INT((int64_t)most));
    while (journal_step(j, rows, &result, fault)) {
        struct journal_case_change change;
        result = read_change(j, rows, &change, fault);
        if (result != JOURNAL_DONE) {
            sqlite3_reset(rows);
            break;
        }
        vec_push(out, change);
    }
    *others -= *others < out->count ? *others : out->count;
    return result == JOURNAL_DONE;
}

void
journal_import_report_fini(journal_import_report *news)
{
    for (size_t i = 0; i < news->count; i++) {
        free(news->at[i].ticket);
        free(news->at[i].tags);
    }
    vec_free(news);
}

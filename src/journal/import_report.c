/* What an import or merge did to cases. It stands in a table of the connection's own, so that it is as large as it
 * likes and goes when all is undone; of a case whose notes come in several lines it is put together. */
#include "journal/cases.h"
#include "journal/db.h"
#include "journal/journal.h"

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
    enum journal_result result = make ? journal_run(j, make, fault) : j->last;
    sqlite3_finalize(make);
    if (result != JOURNAL_DONE)
        return result;
    sqlite3_stmt *empty = journal_statement(j, "DELETE FROM temp.news", fault);
    return empty ? journal_run(j, empty, fault) : j->last;
}

/* ---- what was done to one ---- */

static bool
differ(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") != 0;
}

static int
changed_fields(const struct journal_case *was, const struct journal_case *is)
{
    return (differ(was->ticket, is->ticket) ? TICKET : 0) | (differ(was->tags, is->tags) ? TAGS : 0) |
           (was->due_ms != is->due_ms ? DUE : 0);
}

static int
compare_notes(const struct case_note *a, const struct case_note *b)
{
    return a->at_ms != b->at_ms ? (a->at_ms < b->at_ms ? -1 : 1) : uuid_compare(&a->uuid, &b->uuid);
}

/* Both are in the same order. */
static void
count_notes(const struct journal_case *was, const struct journal_case *is, int *came, int *replaced)
{
    size_t old = 0;
    for (size_t i = 0; i < is->notes.count; i++) {
        const struct case_note *note = &is->notes.at[i];
        while (old < was->notes.count && compare_notes(&was->notes.at[old], note) < 0)
            old++;
        bool known = old < was->notes.count && compare_notes(&was->notes.at[old], note) == 0;
        *came += !known && note->current;
        *replaced += known && was->notes.at[old].current && !note->current;
    }
}

static enum journal_result
keep(struct journal *j, int64_t id, bool is_new, const struct journal_case *was, const struct journal_case *is,
     struct fault *fault)
{
    int came = 0, replaced = 0;
    sqlite3_stmt *put = journal_statement(j,
                                          "INSERT INTO temp.news VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(a_case)"
                                          " DO UPDATE SET fields = fields | excluded.fields, notes = notes +"
                                          " excluded.notes, replaced = replaced + excluded.replaced,"
                                          " told = told + excluded.told",
                                          fault);
    if (!put)
        return j->last;
    count_notes(was, is, &came, &replaced);
    sqlite3_bind_int64(put, 1, id);
    sqlite3_bind_int(put, 2, is_new);
    journal_bind_words(put, 3, case_state_name(was->state));
    sqlite3_bind_int(put, 4, changed_fields(was, is));
    sqlite3_bind_int(put, 5, came);
    sqlite3_bind_int(put, 6, replaced);
    sqlite3_bind_int64(put, 7, (int64_t)is->contacts.count - (int64_t)was->contacts.count);
    return journal_run(j, put, fault);
}

/* *id 0: there is none of that name. */
static enum journal_result
read_case(struct journal *j, const struct uuid *uuid, int64_t *id, struct journal_case *out, struct fault *fault)
{
    enum journal_result result = journal_case_find_uuid(j, uuid, id, fault);
    if (result == JOURNAL_DONE && *id != 0)
        result = journal_case_read(j, *id, out, fault);
    if (result != JOURNAL_DONE)
        *out = (struct journal_case){0};
    return result;
}

static bool
has_import_report(const struct journal_totals *before, const struct journal_totals *now)
{
    return before->cases != now->cases || before->notes != now->notes || before->contacts != now->contacts;
}

enum journal_result
journal_import_report_merge(struct journal *j, const struct journal_case *there, struct journal_totals *added,
                            struct journal_totals *changed, struct fault *fault)
{
    struct journal_totals added_before = *added, changed_before = *changed;
    struct journal_case was = {0}, is = {0};
    int64_t before, id = 0;
    enum journal_result result = read_case(j, &there->uuid, &before, &was, fault);
    if (result == JOURNAL_DONE)
        result = journal_merge_case(j, there, added, changed, fault);
    bool news = has_import_report(&added_before, added) || has_import_report(&changed_before, changed);
    if (result == JOURNAL_DONE && news)
        result = read_case(j, &there->uuid, &id, &is, fault);
    if (result == JOURNAL_DONE && news)
        result = keep(j, id, before == 0, &was, &is, fault);
    journal_case_fini(&was);
    journal_case_fini(&is);
    return result;
}

/* ---- what was done to all ---- */

#define NOT_EMPTY                                                                                                      \
    "(SELECT count(DISTINCT text) FROM note WHERE note.a_case = n.a_case AND text <> ''"                               \
    " AND NOT EXISTS (SELECT 1 FROM note_replaces WHERE replaced = note.uid))"

static const char *
word_at(sqlite3_stmt *row, int column)
{
    const char *word = (const char *)sqlite3_column_text(row, column);
    return word ? word : "";
}

static enum journal_result
take(struct journal *j, sqlite3_stmt *row, struct journal_case_change *out, struct fault *fault)
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
    if (!resource_parse(word_at(row, 1), &out->resource))
        return journal_report_corrupt(j, row, 1, "what a case is about", fault);
    if (!case_state_parse(word_at(row, 3), &out->was) || !case_state_parse(word_at(row, 4), &out->is))
        return journal_report_corrupt(j, row, 4, "the state of a case", fault);
    out->ticket = journal_column_text(row, 9);
    out->tags = journal_column_text(row, 10);
    return JOURNAL_DONE;
}

static bool
count_import_report(struct journal *j, const char *sql, uint64_t *out, struct fault *fault)
{
    enum journal_result result;
    sqlite3_stmt *count = journal_statement(j, sql, fault);
    if (!count || !journal_step(j, count, &result, fault))
        return false;
    *out = (uint64_t)sqlite3_column_int64(count, 0);
    sqlite3_reset(count);
    return true;
}

bool
journal_import_report_of(struct journal *j, size_t most, journal_import_report *out, uint64_t *others,
                         struct fault *fault)
{
    enum journal_result result = JOURNAL_FAILED;
    sqlite3_stmt *rows = journal_statement(
        j,
        "SELECT iif(n.notes > 0 AND " NOT_EMPTY " > 1, " NOT_EMPTY ", 0) AS side_by_side, m.text, n.is_new, n.was,"
        " c.state, n.fields, n.notes, n.replaced, n.told, c.ticket, c.tags, c.due_ms FROM temp.news n"
        " JOIN cases c ON c.id = n.a_case JOIN matter m ON m.id = c.matter"
        " ORDER BY side_by_side = 0, m.kind = 3, m.low, m.kind DESC, m.high, c.id LIMIT ?1",
        fault);
    *others = 0;
    if (!rows || !count_import_report(j, "SELECT count(*) FROM temp.news", others, fault))
        return false;
    sqlite3_bind_int64(rows, 1, (int64_t)most);
    while (journal_step(j, rows, &result, fault)) {
        struct journal_case_change news;
        result = take(j, rows, &news, fault);
        if (result != JOURNAL_DONE)
            break;
        vec_push(out, news);
    }
    sqlite3_reset(rows);
    *others -= *others < out->count ? *others : out->count;
    return result == JOURNAL_DONE;
}

bool
journal_import_report_changed(struct journal *j, uint64_t *cases, struct fault *fault)
{
    *cases = 0;
    return count_import_report(j, "SELECT count(*) FROM temp.news WHERE NOT is_new", cases, fault);
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

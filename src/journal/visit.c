/* Everything in the journal, one whole record after the other, in an order that its content alone decides. */
#include "journal/cases.h"
#include "journal/db.h"
#include "journal/journal.h"

#include <sqlite3.h>
#include <stdlib.h>

/* ---- one state of the journal ---- */

static bool
run_words(struct journal *j, const char *sql, struct fault *fault)
{
    sqlite3_stmt *statement = journal_statement(j, sql, fault);
    return statement && journal_run(j, statement, fault) == JOURNAL_DONE;
}

bool
journal_read_begin(struct journal *j, bool *held, struct fault *fault)
{
    *held = sqlite3_get_autocommit(j->db);
    return !*held || run_words(j, "BEGIN", fault);
}

void
journal_read_end(struct journal *j, bool held)
{
    struct fault ignored;
    if (held && !j->broken)
        run_words(j, "ROLLBACK", &ignored);
}

/* ---- records ---- */

enum visit { VISIT_GOES_ON, VISIT_STOPPED, VISIT_FAILED };

typedef enum visit visit_row(struct journal *, sqlite3_stmt *, const struct journal_visitor *, struct fault *);

static enum visit
visit_observation(struct journal *j, sqlite3_stmt *row, const struct journal_visitor *visitor, struct fault *fault)
{
    struct observation o;
    if (journal_observation_read(j, row, &o, fault) != JOURNAL_DONE)
        return VISIT_FAILED;
    bool on = visitor->observation(visitor->arg, &o);
    observation_fini(&o);
    return on ? VISIT_GOES_ON : VISIT_STOPPED;
}

static enum visit
visit_case(struct journal *j, sqlite3_stmt *row, const struct journal_visitor *visitor, struct fault *fault)
{
    struct journal_case c;
    if (journal_case_read(j, sqlite3_column_int64(row, 0), &c, fault) != JOURNAL_DONE)
        return VISIT_FAILED;
    bool on = visitor->a_case(visitor->arg, &c);
    journal_case_fini(&c);
    return on ? VISIT_GOES_ON : VISIT_STOPPED;
}

static enum visit
visit_neighbour(struct journal *j, sqlite3_stmt *row, const struct journal_visitor *visitor, struct fault *fault)
{
    int64_t address = sqlite3_column_int64(row, 0);
    struct journal_neighbour n = {
        .address = (uint32_t)address,
        .first_ms = sqlite3_column_int64(row, 1),
        .last_ms = sqlite3_column_int64(row, 2),
        .absent_ms = sqlite3_column_int64(row, 3),
    };
    if (address < 0 || address > UINT32_MAX) {
        journal_report_corrupt(j, row, 0, "a neighbour's address", fault);
        return VISIT_FAILED;
    }
    return visitor->neighbour(visitor->arg, &n) ? VISIT_GOES_ON : VISIT_STOPPED;
}

static enum visit
visit_snapshot(struct journal *j, sqlite3_stmt *row, const struct journal_visitor *visitor, struct fault *fault)
{
    const char *resource = (const char *)sqlite3_column_text(row, 0);
    struct journal_count s = {
        .at_ms = sqlite3_column_int64(row, 1),
        .serial = (uint32_t)sqlite3_column_int64(row, 2),
        .listed = sqlite3_column_int64(row, 3),
        .impacts = sqlite3_column_int64(row, 4),
        .limit = sqlite3_column_double(row, 5),
    };
    if (!resource || !resource_parse(resource, &s.resource)) {
        journal_report_corrupt(j, row, 0, "what a snapshot is of", fault);
        return VISIT_FAILED;
    }
    return visitor->snapshot(visitor->arg, &s) ? VISIT_GOES_ON : VISIT_STOPPED;
}

static enum visit
visit_rows(struct journal *j, const char *sql, visit_row *visit_one, const struct journal_visitor *visitor,
           struct fault *fault)
{
    sqlite3_stmt *rows = journal_statement(j, sql, fault);
    enum visit visit = rows ? VISIT_GOES_ON : VISIT_FAILED;
    enum journal_result result = JOURNAL_DONE;
    while (visit == VISIT_GOES_ON && journal_step(j, rows, &result, fault))
        visit = visit_one(j, rows, visitor, fault);
    if (rows)
        sqlite3_reset(rows);
    return result == JOURNAL_DONE ? visit : VISIT_FAILED;
}

static enum visit
visit_all(struct journal *j, const struct journal_visitor *visitor, struct fault *fault)
{
    enum visit visit =
        visit_rows(j, JOURNAL_OBSERVATIONS "ORDER BY m.low, m.kind, m.high, o.uid", visit_observation, visitor, fault);
    if (visit == VISIT_GOES_ON)
        visit = visit_rows(j, "SELECT id FROM cases ORDER BY uid", visit_case, visitor, fault);
    if (visit == VISIT_GOES_ON)
        visit = visit_rows(j, "SELECT address, first_ms, last_ms, absent_ms FROM neighbour ORDER BY address",
                           visit_neighbour, visitor, fault);
    if (visit == VISIT_GOES_ON)
        visit = visit_rows(j,
                           "SELECT m.text, s.at_ms, s.serial, s.listed, s.impacts, s.needed"
                           " FROM snapshot s JOIN matter m ON m.id = s.matter ORDER BY m.text, s.at_ms",
                           visit_snapshot, visitor, fault);
    return visit;
}

bool
journal_visit(struct journal *j, const struct journal_visitor *visitor, struct fault *fault)
{
    bool held;
    if (!journal_read_begin(j, &held, fault))
        return false;
    enum visit visit = visit_all(j, visitor, fault);
    journal_read_end(j, held);
    if (visit == VISIT_STOPPED)
        fault_set(fault, "%s", "");
    return visit == VISIT_GOES_ON;
}

void
journal_totals_column(sqlite3_stmt *row, struct journal_totals *out)
{
    uint64_t *const numbers[] = {&out->observations, &out->cases,      &out->notes,
                                 &out->contacts,     &out->neighbours, &out->counts};
    for (int i = 0; i < (int)(sizeof numbers / sizeof *numbers); i++)
        *numbers[i] = (uint64_t)sqlite3_column_int64(row, i);
}

bool
journal_totals_read(struct journal *j, struct journal_totals *out, struct fault *fault)
{
    sqlite3_stmt *count = journal_statement(
        j,
        "SELECT (SELECT count(*) FROM observation), (SELECT count(*) FROM cases), (SELECT count(*) FROM note),"
        " (SELECT count(*) FROM told), (SELECT count(*) FROM neighbour), (SELECT count(*) FROM snapshot)",
        fault);
    enum journal_result result;
    if (!count || !journal_step(j, count, &result, fault))
        return false;
    journal_totals_column(count, out);
    sqlite3_reset(count);
    return true;
}

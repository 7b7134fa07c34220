/* Everything in the journal, one whole record after the other, in an order that only the content decides. */
#include "journal/case_edit.h"
#include "journal/merge.h"
#include "journal/observations.h"

#include <sqlite3.h>

/* Reads the row into a record, which journal_json_record_fini frees. */
typedef enum journal_result read_record(struct journal *, sqlite3_stmt *row, struct journal_json_record *,
                                        struct fault *);

static enum journal_result
read_observation(struct journal *j, sqlite3_stmt *row, struct journal_json_record *out, struct fault *fault)
{
    out->kind = JOURNAL_JSON_OBSERVATION;
    return journal_observation_read(j, row, &out->observation, fault);
}

static enum journal_result
read_case(struct journal *j, sqlite3_stmt *row, struct journal_json_record *out, struct fault *fault)
{
    out->kind = JOURNAL_JSON_CASE;
    return journal_case_read(j, sqlite3_column_int64(row, 0), &out->a_case, fault);
}

static enum journal_result
read_neighbour(struct journal *j, sqlite3_stmt *row, struct journal_json_record *out, struct fault *fault)
{
    int64_t address = sqlite3_column_int64(row, 0);
    out->kind = JOURNAL_JSON_NEIGHBOUR;
    out->neighbour = (struct journal_neighbour){
        .address = (uint32_t)address,
        .first_ms = sqlite3_column_int64(row, 1),
        .last_ms = sqlite3_column_int64(row, 2),
        .absent_ms = sqlite3_column_int64(row, 3),
    };
    return address >= 0 && address <= UINT32_MAX ? JOURNAL_DONE
                                                 : journal_report_corrupt(j, row, 0, "a neighbour's address", fault);
}

static enum journal_result
read_count(struct journal *j, sqlite3_stmt *row, struct journal_json_record *out, struct fault *fault)
{
    out->kind = JOURNAL_JSON_COUNT;
    out->count = (struct journal_count){
        .at_ms = sqlite3_column_int64(row, 1),
        .serial = (uint32_t)sqlite3_column_int64(row, 2),
        .listed = sqlite3_column_int64(row, 3),
        .impacts = sqlite3_column_int64(row, 4),
        .limit = sqlite3_column_double(row, 5),
    };
    return resource_parse(journal_column_word(row, 0), &out->count.resource)
               ? JOURNAL_DONE
               : journal_report_corrupt(j, row, 0, "the resource of a count", fault);
}

bool
journal_visit(struct journal *j, journal_visitor *visit, void *arg, struct fault *fault)
{
    static const struct {
        const char *sql;
        read_record *read;
    } tables[] = {
        {JOURNAL_OBSERVATIONS "ORDER BY m.low, m.kind, m.high, o.uid", read_observation},
        {"SELECT id FROM cases ORDER BY uid", read_case},
        {"SELECT address, first_ms, last_ms, absent_ms FROM neighbour ORDER BY address", read_neighbour},
        {"SELECT m.text, s.at_ms, s.serial, s.listed, s.impacts, s.needed"
         " FROM snapshot s JOIN matter m ON m.id = s.matter ORDER BY m.text, s.at_ms",
         read_count},
    };
    bool held, on = true;
    enum journal_result result = JOURNAL_DONE;
    if (!journal_read_begin(j, &held, fault))
        return false;
    for (size_t i = 0; i < sizeof tables / sizeof *tables && on && result == JOURNAL_DONE; i++) {
        sqlite3_stmt *rows = journal_statement(j, tables[i].sql, fault);
        while (on && journal_step(j, rows, &result, fault)) {
            struct journal_json_record record;
            result = tables[i].read(j, rows, &record, fault);
            if (result != JOURNAL_DONE)
                break;
            on = visit(arg, &record);
            journal_json_record_fini(&record);
        }
        if (rows)
            sqlite3_reset(rows);
    }
    journal_read_end(j, held);
    if (!on)
        fault_set(fault, "%s", "");
    return on && result == JOURNAL_DONE;
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
    if (!journal_step(j, count, &result, fault))
        return false;
    journal_totals_column(count, out);
    sqlite3_reset(count);
    return true;
}

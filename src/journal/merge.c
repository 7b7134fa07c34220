/* Whole records: visiting all of them, and merging observations. */
#include "journal/merge.h"

#include "journal/case_edit.h"
#include "journal/observations.h"
#include "journal/resources.h"

#include <sqlite3.h>
#include <string.h>

/* ---- visiting ---- */

/* Reads a row into a record, which journal_json_record_fini frees. */
static enum journal_result
read_record(struct journal *j, sqlite3_stmt *row, enum journal_json_kind kind, struct journal_json_record *out,
            struct fault *fault)
{
    int64_t first = sqlite3_column_int64(row, 0);
    out->kind = kind;
    switch (kind) {
    case JOURNAL_JSON_OBSERVATION:
        return journal_observation_read(j, row, &out->observation, fault);
    case JOURNAL_JSON_CASE:
        return journal_case_read(j, first, &out->a_case, fault);
    case JOURNAL_JSON_NEIGHBOUR:
        out->neighbour = (struct journal_neighbour){
            .address = (uint32_t)first,
            .first_ms = sqlite3_column_int64(row, 1),
            .last_ms = sqlite3_column_int64(row, 2),
            .absent_ms = sqlite3_column_int64(row, 3),
        };
        if (first < 0 || first > UINT32_MAX)
            return journal_report_corrupt(j, row, 0, "a neighbour's address", fault);
        break;
    case JOURNAL_JSON_COUNT:
        out->count = (struct journal_count){
            .at_ms = sqlite3_column_int64(row, 1),
            .serial = (uint32_t)sqlite3_column_int64(row, 2),
            .listed = sqlite3_column_int64(row, 3),
            .impacts = sqlite3_column_int64(row, 4),
            .limit = sqlite3_column_double(row, 5),
        };
        if (!resource_parse(journal_column_word(row, 0), &out->count.resource))
            return journal_report_corrupt(j, row, 0, "the resource of a count", fault);
        break;
    case JOURNAL_JSON_REJECTION:
        return journal_rejection_read(j, row, &out->rejection, fault);
    case JOURNAL_JSON_HEAD:
        break;
    }
    return JOURNAL_DONE;
}

bool
journal_visit(struct journal *j, journal_visitor *visit, void *arg, struct fault *fault)
{
    static const struct {
        const char *sql;
        enum journal_json_kind kind;
    } tables[] = {
        {JOURNAL_OBSERVATIONS "ORDER BY m.low, m.kind, m.high, o.uid", JOURNAL_JSON_OBSERVATION},
        {"SELECT id FROM cases ORDER BY uid", JOURNAL_JSON_CASE},
        {"SELECT address, first_ms, last_ms, absent_ms FROM neighbour ORDER BY address", JOURNAL_JSON_NEIGHBOUR},
        {"SELECT m.text, s.at_ms, s.serial, s.listed, s.impacts, s.needed"
         " FROM snapshot s JOIN matter m ON m.id = s.matter ORDER BY m.text, s.at_ms",
         JOURNAL_JSON_COUNT},
        {"SELECT uid, address, at_ms, receiver, zone, list, level FROM rejection ORDER BY uid", JOURNAL_JSON_REJECTION},
    };
    bool held, on = true;
    enum journal_result result = JOURNAL_DONE;
    if (!journal_read_begin(j, &held, fault))
        return false;
    for (size_t i = 0; i < sizeof tables / sizeof *tables && on && result == JOURNAL_DONE; i++) {
        sqlite3_stmt *rows = journal_statement(j, tables[i].sql, fault);
        while (on && journal_step(j, rows, &result, fault)) {
            struct journal_json_record record;
            result = read_record(j, rows, tables[i].kind, &record, fault);
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
    uint64_t *const numbers[] = {&out->observations, &out->cases,  &out->notes,     &out->contacts,
                                 &out->neighbours,   &out->counts, &out->rejections};
    for (int i = 0; i < (int)(sizeof numbers / sizeof *numbers); i++)
        *numbers[i] = (uint64_t)sqlite3_column_int64(row, i);
}

bool
journal_totals_read(struct journal *j, struct journal_totals *out, struct fault *fault)
{
    sqlite3_stmt *count = journal_statement(
        j,
        "SELECT (SELECT count(*) FROM observation), (SELECT count(*) FROM cases), (SELECT count(*) FROM note),"
        " (SELECT count(*) FROM told), (SELECT count(*) FROM neighbour), (SELECT count(*) FROM snapshot),"
        " (SELECT count(*) FROM rejection)",
        fault);
    enum journal_result result;
    if (!journal_step(j, count, &result, fault))
        return false;
    journal_totals_column(count, out);
    sqlite3_reset(count);
    return true;
}

/* ---- merging ---- */

/* Writes all that can differ between two observations of the same uuid and address, but for the times. */
static void
put_content(struct buf *out, const struct observation *o)
{
    char text[PREFIX_TEXT];
    buf_format(out, "%d|%s|%u|%d|%u|%s|", o->source, o->resolver ? o->resolver : "", o->serial, o->verdict, o->causes,
               o->headline);
    for (size_t i = 0; i < o->lists.count; i++) {
        const struct observed_list *list = &o->lists.at[i];
        buf_format(out, "%s %d|", list->zone, list->state);
        for (size_t t = 0; t < list->texts.count; t++)
            buf_format(out, "%s|", list->texts.at[t]);
    }
    buf_format(out, "%u|%s|%s|%u|%a|%s|", o->asn, o->org ? o->org : "", o->country, o->score_asn, o->score,
               o->name ? o->name : "");
    for (size_t i = 0; i < o->nets.count; i++) {
        const struct listed_net *n = &o->nets.at[i];
        buf_format(out, "%s|%d|%d|%d|%lld|%lld|%lld|%u|%s|%s|", prefix_text(&n->prefix, text), n->kind, n->permanent,
                   n->from_zone, (long long)n->impacts, (long long)n->abusers, (long long)n->limit, n->holder.asn,
                   n->holder.org, n->holder.country);
    }
}

/* Adds it, or replaces row `id`. */
static enum journal_result
put(struct journal *j, const struct observation *o, int64_t resource_id, int64_t id, struct fault *fault)
{
    int64_t row;
    enum journal_result result = journal_observation_write(j, o, resource_id, id, &row, fault);
    if (result == JOURNAL_DONE)
        result = journal_execute(j, fault,
                                 "UPDATE matter SET newest = ?2, seen_ms = max(seen_ms, ?3) WHERE id = ?1 AND"
                                 " ifnull((SELECT last_ms FROM observation WHERE id = newest), ?3) <= ?3",
                                 INT(resource_id), INT(row), INT(o->last_ms));
    if (result != JOURNAL_DONE)
        return result;
    return id == 0 ? journal_index_added(j, row, fault) : journal_index_resource(j, resource_id, fault);
}

/* Keeps the later one, because it knows more; of two of the same time the content decides. */
static enum journal_result
merge(struct journal *j, int64_t resource_id, int64_t id, const struct observation *here,
      const struct observation *there, enum journal_change *change, struct fault *fault)
{
    struct buf of_here = {0}, of_there = {0};
    put_content(&of_here, here);
    put_content(&of_there, there);
    int order = strcmp(buf_string(&of_here), buf_string(&of_there));
    buf_free(&of_here);
    buf_free(&of_there);
    bool later = there->last_ms > here->last_ms || (there->last_ms == here->last_ms && order < 0);
    struct observation both = later ? *there : *here;
    both.first_ms = here->first_ms < there->first_ms ? here->first_ms : there->first_ms;
    both.times = here->times > there->times ? here->times : there->times;
    bool same = both.first_ms == here->first_ms && both.last_ms == here->last_ms && both.times == here->times &&
                (!later || order == 0);
    *change = same ? JOURNAL_UNCHANGED : JOURNAL_CHANGED;
    return same ? JOURNAL_DONE : put(j, &both, resource_id, id, fault);
}

enum journal_result
journal_merge_observation(struct journal *j, const struct observation *there, enum journal_change *change,
                          struct fault *fault)
{
    bool own;
    struct resource resource = resource_of_address(&there->address);
    struct observation here = {0};
    enum journal_result result = journal_enter(j, true, &own, fault);
    if (result != JOURNAL_DONE)
        return result;
    int64_t id = 0, resource_id = journal_resource_id(j, &resource, true, &result, fault);
    if (result == JOURNAL_DONE)
        result =
            journal_observation_find(j,
                                     journal_query(j, fault, JOURNAL_OBSERVATIONS "WHERE o.matter = ?1 AND o.uid = ?2",
                                                   INT(resource_id), UUID(&there->uuid)),
                                     &id, &here, fault);
    if (result == JOURNAL_DONE && id != 0) {
        result = merge(j, resource_id, id, &here, there, change, fault);
    } else if (result == JOURNAL_DONE) {
        *change = JOURNAL_ADDED;
        result = put(j, there, resource_id, 0, fault);
    }
    observation_fini(&here);
    return journal_end(j, own, result, fault);
}

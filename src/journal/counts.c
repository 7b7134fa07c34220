/* Figures of prefixes and ASes: one row for each zone that was read. */
#include "base/clock.h"
#include "journal/merge.h"
#include "journal/resources.h"

#include <math.h>
#include <sqlite3.h>
#include <string.h>

/* SQLite does not return an infinity as it was, and stores NaN as NULL. */
static double
usable(double limit)
{
    return isfinite(limit) && limit > 0 ? limit : 0;
}

/* Reads the counts of a resource between two dates, newest first. */
static enum journal_result
read_counts(struct journal *j, const struct resource *resource, int64_t resource_id, int64_t from_ms, int64_t to_ms,
            size_t most, journal_counts *out, struct fault *fault)
{
    enum journal_result result;
    sqlite3_stmt *rows =
        journal_query(j, fault,
                      "SELECT at_ms, serial, listed, impacts, needed FROM snapshot WHERE matter = ?1"
                      " AND at_ms BETWEEN ?2 AND ?3 ORDER BY at_ms DESC LIMIT ?4",
                      INT(resource_id), INT(from_ms), INT(to_ms), INT(most < INT64_MAX ? (int64_t)most : INT64_MAX));
    while (journal_step(j, rows, &result, fault))
        vec_push(out, ((struct journal_count){
                          .resource = *resource,
                          .at_ms = sqlite3_column_int64(rows, 0),
                          .serial = (uint32_t)sqlite3_column_int64(rows, 1),
                          .listed = sqlite3_column_int64(rows, 2),
                          .impacts = sqlite3_column_int64(rows, 3),
                          .limit = sqlite3_column_double(rows, 4),
                      }));
    return result;
}

bool
journal_counts_of(struct journal *j, const struct resource *resource, size_t most, journal_counts *out,
                  struct fault *fault)
{
    enum journal_result result;
    *out = (journal_counts){0};
    int64_t resource_id = journal_resource_id(j, resource, false, &result, fault);
    if (resource_id != 0)
        result = read_counts(j, resource, resource_id, INT64_MIN, INT64_MAX, most, out, fault);
    if (result != JOURNAL_DONE)
        vec_free(out);
    for (size_t i = 0; i < out->count / 2; i++) {
        struct journal_count swap = out->at[i];
        out->at[i] = out->at[out->count - 1 - i];
        out->at[out->count - 1 - i] = swap;
    }
    return result == JOURNAL_DONE;
}

enum journal_result
journal_merge_count(struct journal *j, const struct journal_count *count, bool replaces, enum journal_change *change,
                    struct fault *fault)
{
    enum journal_result result;
    journal_counts here = {0};
    *change = JOURNAL_UNCHANGED;
    int64_t resource_id = journal_resource_id(j, &count->resource, true, &result, fault);
    if (result == JOURNAL_DONE)
        result = read_counts(j, &count->resource, resource_id, count->at_ms, count->at_ms, 1, &here, fault);
    if (here.count == 0)
        *change = JOURNAL_ADDED;
    for (size_t i = 0; replaces && i < here.count; i++) {
        const struct journal_count *old = &here.at[i];
        double figures[][2] = {{(double)old->listed, (double)count->listed},
                               {(double)old->impacts, (double)count->impacts},
                               {usable(old->limit), usable(count->limit)},
                               {old->serial, count->serial}};
        size_t at = 0;
        while (at < 3 && figures[at][0] <= figures[at][1] && figures[at][0] >= figures[at][1])
            at++;
        if (figures[at][0] < figures[at][1])
            *change = JOURNAL_CHANGED;
    }
    vec_free(&here);
    if (result != JOURNAL_DONE || *change == JOURNAL_UNCHANGED)
        return result;
    return journal_execute(j, fault, "INSERT OR REPLACE INTO snapshot VALUES(?1, ?2, ?3, ?4, ?5, ?6)", INT(resource_id),
                           INT(count->at_ms), INT(count->serial), INT(count->listed), INT(count->impacts),
                           REAL(usable(count->limit)));
}

enum journal_result
journal_count_store(struct journal *j, const struct journal_count *count, struct fault *fault)
{
    enum journal_change change;
    bool own;
    enum journal_result result = journal_enter(j, false, &own, fault);
    if (result == JOURNAL_DONE)
        result = journal_end(j, own, journal_merge_count(j, count, false, &change, fault), fault);
    return result;
}

/* ---- zone files ---- */

bool
journal_zone_entries(struct journal *j, const char *zone, int64_t *entries, int64_t *at_ms, struct fault *fault)
{
    enum journal_result result;
    *entries = *at_ms = 0;
    sqlite3_stmt *rows = journal_query(j, fault, "SELECT entries, entries_ms FROM list WHERE zone = ?1", TEXT(zone));
    while (journal_step(j, rows, &result, fault)) {
        *entries = sqlite3_column_int64(rows, 0);
        *at_ms = sqlite3_column_int64(rows, 1);
    }
    return result == JOURNAL_DONE;
}

enum journal_result
journal_zone_entries_store(struct journal *j, const char *zone, const char *part, int64_t entries, struct fault *fault)
{
    return journal_execute(j, fault,
                           "INSERT INTO list(zone, part, entries, entries_ms) VALUES(?1, ?2, ?3, ?4)"
                           " ON CONFLICT(zone) DO UPDATE SET entries = ?3, entries_ms = ?4",
                           TEXT(zone), journal_text_or_null(part), INT(entries), INT(clock_wall_ms()));
}

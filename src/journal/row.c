/* Rows of a list. */
#include "journal/filter_row.h"
#include "journal/list_table.h"
#include "journal/search.h"
#include "journal/words.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

void
journal_entries_fini(journal_entries *entries)
{
    for (size_t i = 0; i < entries->count; i++) {
        struct journal_entry *entry = &entries->at[i];
        observed_lists_fini(&entry->lists);
        free(entry->org);
        free(entry->name);
        free(entry->ticket);
        free(entry->tags);
        free(entry->note);
    }
    vec_free(entries);
}

/* ---- reading ---- */

enum {
    RESOURCE,
    SEEN,
    CHANGES,
    UID,
    VERDICT,
    CAUSES,
    ASN,
    ORG,
    NAME,
    LISTS,
    RESULTS,
    NET,
    IMPACTS,
    LIMIT,
    STATE,
    DUE,
    TICKET,
    TAGS,
    NOTE,
};

/* The note is the first of the current ones that is not empty. */
static const char row_sql[] =
    "SELECT m.text, m.seen_ms, (SELECT count(*) FROM observation WHERE matter = m.id),"
    " o.uid, o.verdict, o.causes, o.asn, (SELECT name FROM org WHERE id = o.org), o.name,"
    " o.lists, o.results, n.net, n.impacts, n.net_limit,"
    " c.state, c.due_ms, c.ticket, c.tags,"
    " (SELECT text FROM note WHERE a_case = c.id AND text <> '' AND NOT EXISTS"
    "  (SELECT 1 FROM note_replaces r WHERE r.replaced = note.uid) ORDER BY at_ms, uid LIMIT 1)"
    " FROM matter m" FILTER_ROW_JOINS
    "LEFT JOIN observation_net n ON n.observation = o.id AND n.net = " FILTER_ROW_NET("net") " WHERE m.id = ?1";

/* Returns the first column with a value that no version of the program writes, or -1. */
static int
read_row(sqlite3_stmt *row, struct journal_entry *out)
{
    if (!resource_parse(journal_column_word(row, RESOURCE), &out->resource))
        return RESOURCE;
    out->seen_ms = sqlite3_column_int64(row, SEEN);
    out->observed = sqlite3_column_type(row, UID) != SQLITE_NULL;
    out->impacts = LISTING_UNKNOWN;
    if (out->observed) {
        if (!journal_column_uuid(row, UID, &out->newest))
            return UID;
        if (!journal_verdict_parse(journal_column_word(row, VERDICT), &out->verdict))
            return VERDICT;
        out->causes = (unsigned)sqlite3_column_int(row, CAUSES);
        out->asn = (uint32_t)sqlite3_column_int64(row, ASN);
        out->org = journal_column_text(row, ORG);
        out->name = journal_column_text(row, NAME);
        out->changes = (uint32_t)sqlite3_column_int64(row, CHANGES);
    }
    if (sqlite3_column_type(row, NET) != SQLITE_NULL) {
        if (!prefix_parse(journal_column_word(row, NET), &out->net, NULL))
            return NET;
        if (sqlite3_column_type(row, IMPACTS) != SQLITE_NULL)
            out->impacts = sqlite3_column_int64(row, IMPACTS);
        out->limit = sqlite3_column_int64(row, LIMIT);
    }
    out->has_case = sqlite3_column_type(row, STATE) != SQLITE_NULL;
    if (!out->has_case)
        return -1;
    if (!case_state_parse(journal_column_word(row, STATE), &out->case_state))
        return STATE;
    out->due_ms = sqlite3_column_int64(row, DUE);
    out->ticket = journal_column_text(row, TICKET);
    out->tags = journal_column_text(row, TAGS);
    out->note = journal_column_lines(row, NOTE);
    if (out->note)
        out->note[strcspn(out->note, "\n")] = '\0';
    return -1;
}

bool
journal_read(struct journal *j, const int64_t *keys, size_t count, journal_entries *out, struct fault *fault)
{
    enum journal_result result = JOURNAL_DONE;
    for (size_t i = 0; i < count && result == JOURNAL_DONE; i++) {
        struct journal_entry entry = {0};
        int odd = -1;
        sqlite3_stmt *find = journal_query(j, fault, row_sql, INT(keys[i]));
        if (journal_step(j, find, &result, fault))
            odd = read_row(find, &entry);
        if (odd < 0 && entry.observed)
            result = journal_lists_read(j, find, LISTS, RESULTS, &entry.lists, fault);
        vec_push(out, entry);
        if (odd >= 0)
            result = journal_report_corrupt(j, find, odd, "a value", fault);
        if (find)
            sqlite3_reset(find);
    }
    if (result != JOURNAL_DONE)
        journal_entries_fini(out);
    return result == JOURNAL_DONE;
}

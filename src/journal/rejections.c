/* Mails of which a bounce, a reply or a log said that a receiver refused them because of a list. */
#include "base/text.h"
#include "journal/merge.h"
#include "journal/resources.h"

#include <sqlite3.h>
#include <string.h>

enum { ADDRESS_BYTES = 16 };

static bool
read_address(sqlite3_stmt *row, int column, struct addr *out)
{
    if (sqlite3_column_bytes(row, column) != ADDRESS_BYTES)
        return false;
    *out = (struct addr){.family = ADDR_V6};
    memcpy(out->bytes, sqlite3_column_blob(row, column), ADDRESS_BYTES);
    addr_unmap(out);
    return true;
}

static void
read_text(sqlite3_stmt *row, int column, char *out, size_t room)
{
    const char *text = journal_column_word(row, column);
    text_clean_into(out, room, text, strlen(text));
}

enum journal_result
journal_rejection_read(struct journal *j, sqlite3_stmt *row, struct journal_rejection *out, struct fault *fault)
{
    *out = (struct journal_rejection){.at_ms = sqlite3_column_int64(row, 2),
                                      .level = (unsigned)sqlite3_column_int(row, 6)};
    if (!journal_column_uuid(row, 0, &out->uuid))
        return journal_report_corrupt(j, row, 0, "the uid of a rejection", fault);
    if (!read_address(row, 1, &out->address))
        return journal_report_corrupt(j, row, 1, "the address of a rejection", fault);
    read_text(row, 3, out->receiver, sizeof out->receiver);
    read_text(row, 4, out->zone, sizeof out->zone);
    read_text(row, 5, out->list, sizeof out->list);
    return JOURNAL_DONE;
}

enum journal_result
journal_merge_rejection(struct journal *j, const struct journal_rejection *r, enum journal_change *change,
                        struct fault *fault)
{
    uint8_t key[ADDRESS_BYTES];
    enum journal_result result;
    journal_address_key(&r->address, key);
    *change = JOURNAL_UNCHANGED;
    int64_t known = journal_number(
        j, journal_query(j, fault, "SELECT count(*) FROM rejection WHERE uid = ?1", UUID(&r->uuid)), &result, fault);
    if (result != JOURNAL_DONE || known > 0)
        return result;
    *change = JOURNAL_ADDED;
    return journal_execute(j, fault, "INSERT INTO rejection VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)", UUID(&r->uuid),
                           BLOB(key, ADDRESS_BYTES), INT(r->at_ms), TEXT(r->receiver), journal_text_or_null(r->zone),
                           TEXT(r->list), INT_OR_NULL(r->level, r->level > 0));
}

enum journal_result
journal_rejection_store(struct journal *j, const struct journal_rejection *r, struct fault *fault)
{
    enum journal_change change;
    bool own;
    enum journal_result result = journal_enter(j, false, &own, fault);
    return result == JOURNAL_DONE ? journal_end(j, own, journal_merge_rejection(j, r, &change, fault), fault) : result;
}

bool
journal_rejections_of(struct journal *j, const struct addr *address, journal_rejections *out, struct fault *fault)
{
    uint8_t key[ADDRESS_BYTES];
    enum journal_result result;
    journal_address_key(address, key);
    sqlite3_stmt *rows = journal_query(j, fault,
                                       "SELECT uid, address, at_ms, receiver, zone, list, level FROM rejection"
                                       " WHERE address = ?1 ORDER BY at_ms DESC, uid",
                                       BLOB(key, ADDRESS_BYTES));
    while (journal_step(j, rows, &result, fault)) {
        struct journal_rejection r;
        result = journal_rejection_read(j, rows, &r, fault);
        if (result != JOURNAL_DONE) {
            sqlite3_reset(rows);
            break;
        }
        vec_push(out, r);
    }
    return result == JOURNAL_DONE;
}

bool
journal_rejections_seen(struct journal *j, const struct addr *address, int64_t since_ms, size_t most,
                        seen_rejection_groups *out, struct fault *fault)
{
    uint8_t key[ADDRESS_BYTES];
    enum journal_result result;
    journal_address_key(address, key);
    sqlite3_stmt *rows =
        journal_query(j, fault,
                      "SELECT receiver, zone, list, level, count(*), min(at_ms), max(at_ms) FROM rejection"
                      " WHERE address = ?1 AND (at_ms >= ?2 OR at_ms = 0)"
                      " GROUP BY receiver, zone, list, level, at_ms = 0"
                      " ORDER BY count(*) DESC, max(at_ms) DESC, receiver LIMIT ?3",
                      BLOB(key, ADDRESS_BYTES), INT(since_ms), INT((int64_t)most));
    while (journal_step(j, rows, &result, fault)) {
        char *texts[] = {journal_column_text(rows, 0), journal_column_text(rows, 1), journal_column_text(rows, 2)};
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
            texts[i] = texts[i] ? texts[i] : mem_copy("");
        vec_push(out, ((struct seen_rejections){
                          .receiver = texts[0],
                          .zone = texts[1],
                          .list = texts[2],
                          .level = (unsigned)sqlite3_column_int(rows, 3),
                          .count = (uint64_t)sqlite3_column_int64(rows, 4),
                          .first_ms = sqlite3_column_int64(rows, 5),
                          .last_ms = sqlite3_column_int64(rows, 6),
                      }));
    }
    return result == JOURNAL_DONE;
}

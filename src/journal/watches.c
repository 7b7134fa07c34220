#include "journal/watches.h"

#include "journal/db.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- memory ---- */

void
journal_watch_fini(struct journal_watch *watch)
{
    free(watch->target);
    free(watch->scope);
    free(watch->zone);
}

void
journal_watches_fini(journal_watches *watches)
{
    for (size_t i = 0; i < watches->count; i++)
        journal_watch_fini(&watches->at[i]);
    vec_free(watches);
}

/* Returns a clean copy of a column, "" for NULL. */
static char *
text_of(sqlite3_stmt *row, int column)
{
    char *text = journal_column_text(row, column);
    return text ? text : mem_copy("");
}

/* Returns the uuid of a column, zeroes for NULL. */
static struct uuid
uuid_of(sqlite3_stmt *row, int column)
{
    struct uuid uuid = {{0}};
    journal_column_uuid(row, column, &uuid);
    return uuid;
}

bool
journal_watches_read(struct journal *j, journal_watches *out, struct fault *fault)
{
    enum journal_result result;
    *out = (journal_watches){0};
    sqlite3_stmt *rows = journal_statement(j,
                                           "SELECT target, scope, zone, listed, looks, look_count, blind, since_ms,"
                                           " told_ms, seen_ms, thread FROM watch ORDER BY target, scope, zone",
                                           fault);
    while (journal_step(j, rows, &result, fault))
        vec_push(out, ((struct journal_watch){
                          .target = text_of(rows, 0),
                          .scope = text_of(rows, 1),
                          .zone = text_of(rows, 2),
                          .listed = sqlite3_column_int(rows, 3) != 0,
                          .looks = (uint32_t)sqlite3_column_int64(rows, 4),
                          .look_count = (uint32_t)sqlite3_column_int64(rows, 5),
                          .blind = (uint32_t)sqlite3_column_int64(rows, 6),
                          .since_ms = sqlite3_column_int64(rows, 7),
                          .told_ms = sqlite3_column_int64(rows, 8),
                          .seen_ms = sqlite3_column_int64(rows, 9),
                          .thread = uuid_of(rows, 10),
                      }));
    if (result != JOURNAL_DONE)
        journal_watches_fini(out);
    return result == JOURNAL_DONE;
}

enum journal_result
journal_watch_store(struct journal *j, const struct journal_watch *w, struct fault *fault)
{
    return journal_execute(
        j, fault, "INSERT OR REPLACE INTO watch VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)", TEXT(w->target),
        TEXT(w->scope), TEXT(w->zone), INT(w->listed), INT(w->looks), INT(w->look_count), INT(w->blind),
        INT(w->since_ms), INT(w->told_ms), INT(w->seen_ms), UUID(&w->thread));
}

/* ---- changes ---- */

void
journal_alarms_fini(journal_alarms *alarms)
{
    for (size_t i = 0; i < alarms->count; i++) {
        struct journal_alarm *a = &alarms->at[i];
        char *const texts[] = {a->event, a->target,   a->label, a->tags, a->scope,
                               a->state, a->headline, a->who,   a->ends, a->lists};
        for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
            free(texts[k]);
    }
    vec_free(alarms);
}

enum journal_result
journal_alarm_add(struct journal *j, const char *fleet, const struct journal_alarm *a, struct fault *fault)
{
    return journal_execute(
        j, fault,
        "INSERT INTO alarm(at_ms, event, target, label, tags, scope, state, headline, who, ends, lists,"
        " since_ms, before_ms, thread, targets, fleet)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        INT(a->at_ms), TEXT(a->event), TEXT(a->target), TEXT(a->label), TEXT(a->tags), TEXT(a->scope), TEXT(a->state),
        TEXT(a->headline), TEXT(a->who), TEXT(a->ends), TEXT(a->lists), INT(a->since_ms), INT(a->before_ms),
        UUID(&a->thread), INT(a->targets), TEXT(fleet));
}

bool
journal_alarms_read(struct journal *j, const struct uuid *message, journal_alarms *out, struct fault *fault)
{
    enum journal_result result;
    *out = (journal_alarms){0};
    sqlite3_stmt *rows =
        journal_query(j, fault,
                      "SELECT id, at_ms, event, target, label, tags, scope, state, headline, who, ends,"
                      " lists, since_ms, before_ms, thread, targets FROM alarm WHERE message = ?1 ORDER BY id",
                      UUID(message));
    while (journal_step(j, rows, &result, fault))
        vec_push(out, ((struct journal_alarm){
                          .id = sqlite3_column_int64(rows, 0),
                          .at_ms = sqlite3_column_int64(rows, 1),
                          .event = text_of(rows, 2),
                          .target = text_of(rows, 3),
                          .label = text_of(rows, 4),
                          .tags = text_of(rows, 5),
                          .scope = text_of(rows, 6),
                          .state = text_of(rows, 7),
                          .headline = text_of(rows, 8),
                          .who = text_of(rows, 9),
                          .ends = text_of(rows, 10),
                          .lists = text_of(rows, 11),
                          .since_ms = sqlite3_column_int64(rows, 12),
                          .before_ms = sqlite3_column_int64(rows, 13),
                          .thread = uuid_of(rows, 14),
                          .targets = sqlite3_column_int64(rows, 15),
                      }));
    if (result != JOURNAL_DONE)
        journal_alarms_fini(out);
    return result == JOURNAL_DONE;
}

bool
journal_alarms_waiting(struct journal *j, const char *fleet, int64_t *out, struct fault *fault)
{
    enum journal_result result;
    *out = journal_number(j,
                          journal_query(j, fault,
                                        "SELECT count(*) FROM alarm WHERE message IS NULL AND fleet = ?1"
                                        " AND event <> 'can tell'",
                                        TEXT(fleet)),
                          &result, fault);
    return result == JOURNAL_DONE;
}

/* ---- messages ---- */

enum journal_result
journal_messages_adopt(struct journal *j, const char *fleet, struct fault *fault)
{
    enum journal_result result;
    VEC(char *) fleets = {0};
    sqlite3_stmt *rows = journal_query(j, fault,
                                       "SELECT fleet FROM message WHERE waits <> 0 AND fleet <> ?1"
                                       " UNION SELECT fleet FROM alarm WHERE message IS NULL AND fleet <> ?1",
                                       TEXT(fleet));
    while (journal_step(j, rows, &result, fault))
        vec_push(&fleets, text_of(rows, 0));
    for (size_t i = 0; i < fleets.count; i++) {
        const char *other = fleets.at[i];
        bool gone = access(other, F_OK) != 0;
        if (result == JOURNAL_DONE && gone)
            result =
                journal_execute(j, fault, "UPDATE alarm SET fleet = ?2 WHERE fleet = ?1", TEXT(other), TEXT(fleet));
        if (result == JOURNAL_DONE && gone)
            result =
                journal_execute(j, fault, "UPDATE message SET fleet = ?2 WHERE fleet = ?1", TEXT(other), TEXT(fleet));
        free(fleets.at[i]);
    }
    vec_free(&fleets);
    return result;
}

enum journal_result
journal_message_add(struct journal *j, const char *fleet, const struct journal_message *m, struct fault *fault)
{
    enum journal_result result =
        journal_execute(j, fault, "INSERT INTO message VALUES(?1, ?2, ?3, ?4, ?5, ?6)", UUID(&m->uuid), INT(m->at_ms),
                        INT(m->waits), INT(m->tries), TEXT(fleet), INT(m->told_ms));
    return result != JOURNAL_DONE
               ? result
               : journal_execute(j, fault, "UPDATE alarm SET message = ?1 WHERE message IS NULL AND fleet = ?2",
                                 UUID(&m->uuid), TEXT(fleet));
}

bool
journal_messages_waiting(struct journal *j, const char *fleet, journal_messages *out, struct fault *fault)
{
    enum journal_result result;
    *out = (journal_messages){0};
    sqlite3_stmt *rows = journal_query(j, fault,
                                       "SELECT uid, at_ms, waits, tries, told_ms FROM message"
                                       " WHERE waits <> 0 AND fleet = ?1 ORDER BY tries, at_ms, uid",
                                       TEXT(fleet));
    while (journal_step(j, rows, &result, fault))
        vec_push(out, ((struct journal_message){
                          .uuid = uuid_of(rows, 0),
                          .at_ms = sqlite3_column_int64(rows, 1),
                          .waits = (unsigned)sqlite3_column_int64(rows, 2),
                          .tries = (unsigned)sqlite3_column_int64(rows, 3),
                          .told_ms = sqlite3_column_int64(rows, 4),
                      }));
    if (result != JOURNAL_DONE)
        vec_free(out);
    return result == JOURNAL_DONE;
}

bool
journal_message_is_behind(struct journal *j, const char *fleet, const struct journal_message *m, unsigned channel,
                          struct fault *fault)
{
    enum journal_result result;
    return journal_number(j,
                          journal_query(j, fault,
                                        "SELECT count(*) FROM message JOIN alarm ON alarm.message = message.uid"
                                        " WHERE waits <> 0 AND waits & ?3 AND message.fleet = ?4"
                                        " AND (message.at_ms, uid) < (?2, ?1)"
                                        " AND target IN (SELECT target FROM alarm WHERE message = ?1)",
                                        UUID(&m->uuid), INT(m->at_ms), INT(channel), TEXT(fleet)),
                          &result, fault) > 0;
}

enum journal_result
journal_message_update(struct journal *j, const struct journal_message *m, struct fault *fault)
{
    bool own;
    enum journal_result result = journal_enter(j, true, &own, fault);
    if (result != JOURNAL_DONE)
        return result;
    result = journal_execute(j, fault, "UPDATE message SET waits = ?2, tries = ?3, told_ms = ?4 WHERE uid = ?1",
                             UUID(&m->uuid), INT(m->waits), INT(m->tries), INT(m->told_ms));
    return journal_end(j, own, result, fault);
}

enum journal_result
journal_message_tell(struct journal *j, const struct journal_message *m, struct fault *fault)
{
    return journal_execute(j, fault,
                           "UPDATE watch SET told_ms = ?2"
                           " WHERE (CASE scope WHEN '" JOURNAL_ANSWERS "' THEN '' ELSE target END, thread, listed)"
                           " IN (SELECT target, thread, event IN ('listed', 'cannot tell') FROM alarm"
                           " WHERE message = ?1)",
                           UUID(&m->uuid), INT(m->told_ms));
}

int64_t
journal_message_last(struct journal *j, const char *fleet, struct fault *fault)
{
    enum journal_result result;
    return journal_number(j, journal_query(j, fault, "SELECT max(at_ms) FROM message WHERE fleet = ?1", TEXT(fleet)),
                          &result, fault);
}

#include "journal/watches.h"

#include "journal/db.h"

#include <sqlite3.h>
#include <stdlib.h>

/* ---- memory ---- */

void
journal_watch_fini(struct journal_watch *watch)
{
    free(watch->target);
    free(watch->scope);
    free(watch->lists);
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
                                           "SELECT target, scope, listed, looks, look_count, blind, since_ms, told_ms,"
                                           " seen_ms, thread, lists FROM watch ORDER BY target, scope",
                                           fault);
    while (journal_step(j, rows, &result, fault))
        vec_push(out, ((struct journal_watch){
                          .target = text_of(rows, 0),
                          .scope = text_of(rows, 1),
                          .listed = sqlite3_column_int(rows, 2) != 0,
                          .looks = (uint32_t)sqlite3_column_int64(rows, 3),
                          .look_count = (uint32_t)sqlite3_column_int64(rows, 4),
                          .blind = (uint32_t)sqlite3_column_int64(rows, 5),
                          .since_ms = sqlite3_column_int64(rows, 6),
                          .told_ms = sqlite3_column_int64(rows, 7),
                          .seen_ms = sqlite3_column_int64(rows, 8),
                          .thread = uuid_of(rows, 9),
                          .lists = text_of(rows, 10),
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
        TEXT(w->scope), INT(w->listed), INT(w->looks), INT(w->look_count), INT(w->blind), INT(w->since_ms),
        INT(w->told_ms), INT(w->seen_ms), UUID(&w->thread), TEXT(w->lists));
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
journal_alarm_add(struct journal *j, const struct journal_alarm *a, struct fault *fault)
{
    return journal_execute(
        j, fault,
        "INSERT INTO alarm(at_ms, event, target, label, tags, scope, state, headline, who, ends, lists,"
        " since_ms, before_ms, thread)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        INT(a->at_ms), TEXT(a->event), TEXT(a->target), TEXT(a->label), TEXT(a->tags), TEXT(a->scope), TEXT(a->state),
        TEXT(a->headline), TEXT(a->who), TEXT(a->ends), TEXT(a->lists), INT(a->since_ms), INT(a->before_ms),
        UUID(&a->thread));
}

bool
journal_alarms_read(struct journal *j, const struct uuid *message, journal_alarms *out, struct fault *fault)
{
    enum journal_result result;
    *out = (journal_alarms){0};
    sqlite3_stmt *rows =
        journal_query(j, fault,
                      "SELECT id, at_ms, event, target, label, tags, scope, state, headline, who, ends,"
                      " lists, since_ms, before_ms, thread FROM alarm WHERE message IS ?1 ORDER BY id",
                      message ? UUID(message) : (struct journal_binding){.kind = BIND_NULL});
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
                      }));
    if (result != JOURNAL_DONE)
        journal_alarms_fini(out);
    return result == JOURNAL_DONE;
}

/* ---- messages ---- */

enum journal_result
journal_message_add(struct journal *j, const struct journal_message *m, struct fault *fault)
{
    enum journal_result result = journal_execute(j, fault, "INSERT INTO message VALUES(?1, ?2, ?3, ?4)", UUID(&m->uuid),
                                                 INT(m->at_ms), INT(m->waits), INT(m->tries));
    return result != JOURNAL_DONE
               ? result
               : journal_execute(j, fault, "UPDATE alarm SET message = ?1 WHERE message IS NULL", UUID(&m->uuid));
}

bool
journal_messages_waiting(struct journal *j, journal_messages *out, struct fault *fault)
{
    enum journal_result result;
    *out = (journal_messages){0};
    sqlite3_stmt *rows =
        journal_statement(j, "SELECT uid, at_ms, waits, tries FROM message WHERE waits <> 0 ORDER BY at_ms", fault);
    while (journal_step(j, rows, &result, fault))
        vec_push(out, ((struct journal_message){
                          .uuid = uuid_of(rows, 0),
                          .at_ms = sqlite3_column_int64(rows, 1),
                          .waits = (unsigned)sqlite3_column_int64(rows, 2),
                          .tries = (unsigned)sqlite3_column_int64(rows, 3),
                      }));
    if (result != JOURNAL_DONE)
        vec_free(out);
    return result == JOURNAL_DONE;
}

enum journal_result
journal_message_update(struct journal *j, const struct journal_message *m, struct fault *fault)
{
    bool own;
    enum journal_result result = journal_enter(j, true, &own, fault);
    if (result != JOURNAL_DONE)
        return result;
    result = journal_execute(j, fault, "UPDATE message SET waits = ?2, tries = ?3 WHERE uid = ?1", UUID(&m->uuid),
                             INT(m->waits), INT(m->tries));
    return journal_end(j, own, result, fault);
}

int64_t
journal_message_last(struct journal *j, struct fault *fault)
{
    enum journal_result result;
    return journal_number(j, journal_statement(j, "SELECT max(at_ms) FROM message", fault), &result, fault);
}

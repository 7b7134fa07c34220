#include "journal/list_table.h"

#include "base/buf.h"
#include "journal/words.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* Reads lists and sets again, because other programs add some, too. */
static enum journal_result
read_tables(struct journal *j, struct fault *fault)
{
    enum journal_result result;
    journal_lists_forget(j);
    sqlite3_stmt *rows = journal_statement(j, "SELECT id, zone, part FROM list", fault);
    while (journal_step(j, rows, &result, fault))
        vec_push(&j->lists,
                 ((struct journal_list){sqlite3_column_int64(rows, 0), mem_copy(journal_column_word(rows, 1)),
                                        observation_part(journal_column_word(rows, 2))}));
    if (result != JOURNAL_DONE)
        return result;
    rows = journal_statement(j, "SELECT id, lists FROM list_set", fault);
    while (journal_step(j, rows, &result, fault))
        vec_push(&j->list_sets,
                 ((struct journal_list_set){sqlite3_column_int64(rows, 0), mem_copy(journal_column_word(rows, 1))}));
    return result;
}

/* Returns the list with a zone, or with an id where zone is NULL; NULL = not read yet, or missing. */
static const struct journal_list *
find_list(const struct journal *j, const char *zone, int64_t id)
{
    for (size_t i = 0; i < j->lists.count; i++)
        if (zone ? strcmp(j->lists.at[i].zone, zone) == 0 : j->lists.at[i].id == id)
            return &j->lists.at[i];
    return NULL;
}

int64_t
journal_list_id(struct journal *j, const char *zone, const char *part, struct fault *fault)
{
    const struct journal_list *list = find_list(j, zone, 0);
    if (!list && read_tables(j, fault) == JOURNAL_DONE)
        list = find_list(j, zone, 0);
    if (list || j->broken)
        return list ? list->id : 0;
    if (journal_execute(j, fault, "INSERT INTO list(zone, part) VALUES(?1, ?2)", TEXT(zone),
                        journal_text_or_null(part)) != JOURNAL_DONE)
        return 0;
    int64_t id = sqlite3_last_insert_rowid(j->db);
    vec_push(&j->lists, ((struct journal_list){id, mem_copy(zone), observation_part(part ? part : "")}));
    return id;
}

/* Returns the set with those lists, or with an id where lists is NULL. */
static const struct journal_list_set *
find_set(const struct journal *j, const char *lists, int64_t id)
{
    for (size_t i = 0; i < j->list_sets.count; i++)
        if (lists ? strcmp(j->list_sets.at[i].lists, lists) == 0 : j->list_sets.at[i].id == id)
            return &j->list_sets.at[i];
    return NULL;
}

int64_t
journal_list_set_id(struct journal *j, const observed_lists *lists, struct fault *fault)
{
    VEC(int64_t) ids = {0};
    struct buf text = {0};
    int64_t set_id = 0;
    for (size_t i = 0; i < lists->count; i++) {
        int64_t id = journal_list_id(j, lists->at[i].zone, lists->at[i].part, fault);
        if (id == 0)
            goto done;
        vec_push(&ids, id);
        for (size_t k = i; k > 0 && ids.at[k - 1] > id; k--) {
            ids.at[k] = ids.at[k - 1];
            ids.at[k - 1] = id;
        }
    }
    for (size_t i = 0; i < ids.count; i++)
        buf_format(&text, "%s%" PRId64, i > 0 ? " " : "", ids.at[i]);
    const struct journal_list_set *set = find_set(j, buf_string(&text), 0);
    if (!set && read_tables(j, fault) == JOURNAL_DONE)
        set = find_set(j, buf_string(&text), 0);
    if (set) {
        set_id = set->id;
    } else if (!j->broken && journal_execute(j, fault, "INSERT INTO list_set(lists) VALUES(?1)",
                                             TEXT(buf_string(&text))) == JOURNAL_DONE) {
        set_id = sqlite3_last_insert_rowid(j->db);
        vec_push(&j->list_sets, ((struct journal_list_set){set_id, mem_copy(buf_string(&text))}));
    }
done:
    buf_free(&text);
    vec_free(&ids);
    return set_id;
}

enum journal_result
journal_lists_read(struct journal *j, int64_t observation_id, int64_t set_id, observed_lists *out, struct fault *fault)
{
    enum journal_result result = JOURNAL_DONE;
    const struct journal_list_set *set = find_set(j, NULL, set_id);
    if (!set && (result = read_tables(j, fault)) != JOURNAL_DONE)
        return result;
    set = set ? set : find_set(j, NULL, set_id);
    const char *ids = set ? set->lists : NULL;
    sqlite3_stmt *rows = journal_query(
        j, fault, "SELECT list, state, texts FROM observation_list WHERE observation = ?1", INT(observation_id));
    bool row = journal_step(j, rows, &result, fault);
    for (char *end; ids && *ids && result == JOURNAL_DONE; ids = end) {
        int64_t id = strtoll(ids, &end, 10);
        const struct journal_list *list = find_list(j, NULL, id);
        if (!list || end == ids)
            break;
        struct observed_list *here = observed_list_add(out, list->zone, list->part, STATE_CLEAR);
        while (row && sqlite3_column_int64(rows, 0) < id)
            row = journal_step(j, rows, &result, fault);
        if (!row || sqlite3_column_int64(rows, 0) != id)
            continue;
        if (!journal_state_parse(journal_column_word(rows, 1), &here->state)) {
            result = journal_report_corrupt(j, rows, 1, "the state of a list", fault);
            break;
        }
        char *lines = journal_column_lines(rows, 2);
        for (char *rest = lines, *line; rest && (line = strsep(&rest, "\n")) != NULL;)
            vec_push(&here->texts, mem_copy(line));
        free(lines);
        row = journal_step(j, rows, &result, fault);
    }
    if (rows)
        sqlite3_reset(rows);
    if (result == JOURNAL_DONE && (!ids || *ids)) {
        fault_set(fault, "the journal %s refers to lists that it does not contain; it was changed by hand", j->path);
        return j->last = JOURNAL_FAILED;
    }
    return result;
}

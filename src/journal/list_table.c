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

/* Returns the row of a list, made when it is missing; 0 = a failure. */
static int64_t
list_id(struct journal *j, const struct observed_list *observed, struct fault *fault)
{
    const struct journal_list *list = find_list(j, observed->zone, 0);
    if (!list && read_tables(j, fault) == JOURNAL_DONE)
        list = find_list(j, observed->zone, 0);
    if (list || j->broken)
        return list ? list->id : 0;
    if (journal_execute(j, fault, "INSERT INTO list(zone, part) VALUES(?1, ?2)", TEXT(observed->zone),
                        journal_text_or_null(observed->part)) != JOURNAL_DONE)
        return 0;
    int64_t id = sqlite3_last_insert_rowid(j->db);
    vec_push(&j->lists, ((struct journal_list){id, mem_copy(observed->zone), observed->part}));
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
journal_lists_write(struct journal *j, const observed_lists *lists, struct buf *results, struct fault *fault)
{
    VEC(int64_t) ids = {0};
    struct buf text = {0};
    int64_t set_id = 0;
    for (size_t i = 0; i < lists->count; i++) {
        const struct observed_list *list = &lists->at[i];
        int64_t id = list_id(j, list, fault);
        if (id == 0)
            goto done;
        vec_push(&ids, id);
        for (size_t k = i; k > 0 && ids.at[k - 1] > id; k--) {
            ids.at[k] = ids.at[k - 1];
            ids.at[k - 1] = id;
        }
        for (size_t t = 0; list->state != STATE_CLEAR && (t == 0 || t < list->texts.count); t++)
            buf_format(results, "%s%" PRId64 " %s %s", results->count > 0 ? "\n" : "", id, list_state_name(list->state),
                       t < list->texts.count ? list->texts.at[t] : "");
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

/* Reads "ID STATE TEXT", which must belong to a list of `out`. */
static bool
read_result(struct journal *j, char *line, observed_lists *out)
{
    char *rest = NULL;
    const struct journal_list *list = find_list(j, NULL, strtoll(line, &rest, 10));
    char *word = strsep(&rest, " ") ? strsep(&rest, " ") : NULL;
    enum list_state state;
    if (!list || !word || !observed_list_of_zone(out, list->zone) || !journal_state_parse(word, &state))
        return false;
    struct observed_list *here = observed_list_add(out, list->zone, list->part, state);
    here->state = state;
    if (rest && *rest)
        vec_push(&here->texts, mem_copy(rest));
    return true;
}

enum journal_result
journal_lists_read(struct journal *j, sqlite3_stmt *row, int set_column, int results_column, observed_lists *out,
                   struct fault *fault)
{
    enum journal_result result = JOURNAL_DONE;
    int64_t set_id = sqlite3_column_int64(row, set_column);
    const struct journal_list_set *set = find_set(j, NULL, set_id);
    if (!set && (result = read_tables(j, fault)) != JOURNAL_DONE)
        return result;
    set = set ? set : find_set(j, NULL, set_id);
    const char *ids = set ? set->lists : NULL;
    for (char *end; ids && *ids; ids = end) {
        const struct journal_list *list = find_list(j, NULL, strtoll(ids, &end, 10));
        if (!list || end == ids)
            break;
        observed_list_add(out, list->zone, list->part, STATE_CLEAR);
    }
    if (!ids || *ids) {
        fault_set(fault, "the journal %s refers to lists that it does not contain; it was changed by hand", j->path);
        return j->last = JOURNAL_FAILED;
    }
    char *lines = journal_column_lines(row, results_column);
    for (char *rest = lines, *line; rest && result == JOURNAL_DONE && (line = strsep(&rest, "\n")) != NULL;)
        if (!read_result(j, line, out))
            result = journal_report_corrupt(j, row, results_column, "the result of a list", fault);
    free(lines);
    return result;
}

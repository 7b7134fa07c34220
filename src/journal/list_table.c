

#include "journal/list_table.h"

#include "base/buf.h"
#include "journal/words.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* Other programs add lists and sets, too. */
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

static int64_t
find_list(const struct journal *j, const char *zone)
{
    for (size_t i = 0; i < j->lists.count; i++)
        if (strcmp(j->lists.at[i].zone, zone) == 0)
            return j->lists.at[i].id;
    return 0;
}

int64_t
journal_list_id(struct journal *j, const char *zone, const char *part, struct fault *fault)
{
    int64_t id = find_list(j, zone);
    if (id == 0 && read_tables(j, fault) == JOURNAL_DONE)
        id = find_list(j, zone);
    if (id != 0 || j->broken)
        return id;
    if (journal_execute(j, fault, "INSERT INTO list(zone, part) VALUES(?1, ?2)", TEXT(zone),
                        journal_text_or_null(part)) != JOURNAL_DONE)
        return 0;
    id = sqlite3_last_insert_rowid(j->db);
    vec_push(&j->lists, ((struct journal_list){id, mem_copy(zone), observation_part(part ? part : "")}));
    return id;
}

static int64_t
find_set(const struct journal *j, const char *lists)
{
    for (size_t i = 0; i < j->list_sets.count; i++)
        if (strcmp(j->list_sets.at[i].lists, lists) == 0)
            return j->list_sets.at[i].id;
    return 0;
}

static int
compare_ids(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

int64_t
journal_list_set_id(struct journal *j, const observed_lists *lists, struct fault *fault)
{
    VEC(int64_t) ids = {0};
    struct buf text = {0};
    int64_t set = 0;
    for (size_t i = 0; i < lists->count; i++) {
        int64_t id = journal_list_id(j, lists->at[i].zone, lists->at[i].part, fault);
        if (id == 0)
            goto done;
        vec_push(&ids, id);
    }
    if (ids.count > 1)
        qsort(ids.at, ids.count, sizeof *ids.at, compare_ids);
    for (size_t i = 0; i < ids.count; i++)
        buf_format(&text, "%s%" PRId64, i > 0 ? " " : "", ids.at[i]);
    set = find_set(j, buf_string(&text));
    if (set == 0 && read_tables(j, fault) == JOURNAL_DONE)
        set = find_set(j, buf_string(&text));
    if (set == 0 && !j->broken &&
        journal_execute(j, fault, "INSERT INTO list_set(lists) VALUES(?1)", TEXT(buf_string(&text))) == JOURNAL_DONE) {
        set = sqlite3_last_insert_rowid(j->db);
        vec_push(&j->list_sets, ((struct journal_list_set){set, mem_copy(buf_string(&text))}));
    }
done:
    buf_free(&text);
    vec_free(&ids);
    return set;
}

static const struct journal_list *
list_at(const struct journal *j, int64_t id)
{
    for (size_t i = 0; i < j->lists.count; i++)
        if (j->lists.at[i].id == id)
            return &j->lists.at[i];
    return NULL;
}

static const char *
set_at(const struct journal *j, int64_t id)
{
    for (size_t i = 0; i < j->list_sets.count; i++)
        if (j->list_sets.at[i].id == id)
            return j->list_sets.at[i].lists;
    return NULL;
}

static void
split_texts(struct observed_list *list, char *lines)
{
    for (char *rest = lines, *line; rest && (line = strsep(&rest, "\n")) != NULL;)
        vec_push(&list->texts, mem_copy(line));
    free(lines);
}

enum journal_result
journal_lists_read(struct journal *j, int64_t observation_id, int64_t set_id, observed_lists *out, struct fault *fault)
{
    enum journal_result result = JOURNAL_DONE;
    const char *ids = set_at(j, set_id);
    if (!ids) {
        result = read_tables(j, fault);
        ids = result == JOURNAL_DONE ? set_at(j, set_id) : NULL;
    }
    if (result != JOURNAL_DONE)
        return result;
    sqlite3_stmt *rows = journal_query(
        j, fault, "SELECT list, state, texts FROM observation_list WHERE observation = ?1", INT(observation_id));
    bool row = journal_step(j, rows, &result, fault);
    for (char *end; ids && *ids && result == JOURNAL_DONE; ids = end) {
        int64_t id = strtoll(ids, &end, 10);
        const struct journal_list *list = list_at(j, id);
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
        split_texts(here, journal_column_lines(rows, 2));
        row = journal_step(j, rows, &result, fault);
    }
    if (rows)
        sqlite3_reset(rows);
    if (result == JOURNAL_DONE && (!ids || *ids)) {
        fault_set(fault, "the journal %s refers to lists that it does not contain; it was changed by hand", j->name);
        return j->last = JOURNAL_FAILED;
    }
    return result;
}

/* Cases: reading, and their texts as they are stored. A note is never edited: another one replaces it, with a row in
 * note_replaces. That table only grows, so that journals can be merged in any order. A row that names the same note
 * twice means that the replacing note is not known. */
#include "base/mem.h"
#include "base/text.h"
#include "journal/case_edit.h"
#include "journal/filter_row.h"
#include "journal/resources.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* ---- words ---- */

enum { CASE_STATES = 3, CASES_MOST = 1000 };
static const char *const states[CASE_STATES] = {
    [CASE_OPEN] = "open",
    [CASE_WAITING] = "waiting",
    [CASE_CLOSED] = "closed",
};

const char *
case_state_name(enum case_state state)
{
    return states[state];
}

bool
case_state_parse(const char *word, enum case_state *out)
{
    for (int i = 0; i < CASE_STATES; i++)
        if (strcmp(states[i], word) == 0) {
            *out = (enum case_state)i;
            return true;
        }
    return false;
}

/* ---- storage ---- */

void
journal_case_fini(struct journal_case *c)
{
    free(c->ticket);
    free(c->tags);
    for (size_t i = 0; i < c->notes.count; i++)
        free(c->notes.at[i].text);
    vec_free(&c->notes);
    for (size_t i = 0; i < c->contacts.count; i++) {
        free(c->contacts.at[i].who);
        free(c->contacts.at[i].what);
    }
    vec_free(&c->contacts);
    *c = (struct journal_case){0};
}

void
journal_cases_fini(journal_cases *cases)
{
    for (size_t i = 0; i < cases->count; i++)
        journal_case_fini(&cases->at[i]);
    vec_free(cases);
}

/* ---- reading ---- */

enum journal_result
journal_case_read_fields(struct journal *j, int64_t id, struct journal_case *out, struct fault *fault)
{
    enum journal_result result;
    sqlite3_stmt *row = journal_query(j, fault,
                                      "SELECT c.uid, m.text, c.opened_ms, c.state, c.state_ms, c.ticket, c.ticket_ms,"
                                      " c.tags, c.tags_ms, c.due_ms, c.due_set_ms"
                                      " FROM cases c JOIN matter m ON m.id = c.matter WHERE c.id = ?1",
                                      INT(id));
    if (!journal_step(j, row, &result, fault)) {
        if (result == JOURNAL_DONE)
            fault_set(fault, "the case is no longer in the journal %s", j->path);
        return result == JOURNAL_DONE ? JOURNAL_FAILED : result;
    }
    *out = (struct journal_case){
        .opened_ms = sqlite3_column_int64(row, 2),
        .state_ms = sqlite3_column_int64(row, 4),
        .ticket_ms = sqlite3_column_int64(row, 6),
        .tags_ms = sqlite3_column_int64(row, 8),
        .due_ms = sqlite3_column_int64(row, 9),
        .due_set_ms = sqlite3_column_int64(row, 10),
    };
    if (!journal_column_uuid(row, 0, &out->uuid))
        result = journal_report_corrupt(j, row, 0, "the name of a case", fault);
    else if (!resource_parse(journal_column_word(row, 1), &out->resource))
        result = journal_report_corrupt(j, row, 1, "what a case is about", fault);
    else if (!case_state_parse(journal_column_word(row, 3), &out->state))
        result = journal_report_corrupt(j, row, 3, "the state of a case", fault);
    if (result == JOURNAL_DONE) {
        out->ticket = journal_column_text(row, 5);
        out->tags = journal_column_text(row, 7);
    }
    sqlite3_reset(row);
    return result;
}

/* Reads its notes, or its contacts. */
static enum journal_result
read_items(struct journal *j, int64_t id, bool notes, struct journal_case *out, struct fault *fault)
{
    enum journal_result result;
    sqlite3_stmt *rows = journal_query(
        j, fault,
        notes ? "SELECT uid, at_ms, text, NOT EXISTS (SELECT 1 FROM note_replaces WHERE replaced = note.uid)"
                " FROM note WHERE a_case = ?1 ORDER BY at_ms, uid"
              : "SELECT uid, at_ms, who, what FROM told WHERE a_case = ?1 ORDER BY at_ms, uid",
        INT(id));
    while (journal_step(j, rows, &result, fault)) {
        int64_t at_ms = sqlite3_column_int64(rows, 1);
        struct uuid uuid;
        if (!journal_column_uuid(rows, 0, &uuid)) {
            result = journal_report_corrupt(j, rows, 0, notes ? "the name of a note" : "the name of a contact", fault);
            sqlite3_reset(rows);
            return result;
        }
        char *text = notes ? journal_column_lines(rows, 2) : journal_column_text(rows, 2);
        text = text ? text : mem_copy("");
        if (notes)
            vec_push(&out->notes, ((struct case_note){uuid, at_ms, text, sqlite3_column_int(rows, 3) != 0}));
        else
            vec_push(&out->contacts, ((struct case_contact){uuid, at_ms, text, journal_column_text(rows, 3)}));
    }
    return result;
}

enum journal_result
journal_case_read(struct journal *j, int64_t id, struct journal_case *out, struct fault *fault)
{
    enum journal_result result = journal_case_read_fields(j, id, out, fault);
    if (result != JOURNAL_DONE)
        return result;
    result = read_items(j, id, true, out, fault);
    if (result == JOURNAL_DONE)
        result = read_items(j, id, false, out, fault);
    if (result != JOURNAL_DONE)
        journal_case_fini(out);
    return result;
}

/* ---- the cases of a resource ---- */

static bool
read_cases(struct journal *j, const struct resource *resource, size_t most, journal_cases *out, struct fault *fault)
{
    enum journal_result result;
    VEC(int64_t) ids = {0};
    fault->text[0] = '\0';
    int64_t resource_id = journal_resource_id(j, resource, false, &result, fault);
    sqlite3_stmt *rows =
        resource_id != 0 ? journal_query(j, fault, JOURNAL_CASES_OF, INT(resource_id), INT((int64_t)most)) : NULL;
    while (resource_id != 0 && journal_step(j, rows, &result, fault))
        vec_push(&ids, sqlite3_column_int64(rows, 0));
    for (size_t i = 0; i < ids.count && result == JOURNAL_DONE; i++) {
        struct journal_case c;
        result = journal_case_read(j, ids.at[i], &c, fault);
        if (result == JOURNAL_DONE)
            vec_push(out, c);
    }
    vec_free(&ids);
    if (result != JOURNAL_DONE)
        journal_cases_fini(out);
    return result == JOURNAL_DONE;
}

bool
journal_cases_of(struct journal *j, const struct resource *resource, journal_cases *out, struct fault *fault)
{
    *out = (journal_cases){0};
    return read_cases(j, resource, CASES_MOST, out, fault);
}

bool
journal_case_find(struct journal *j, const struct resource *resource, struct journal_case *out, struct fault *fault)
{
    journal_cases cases = {0};
    bool found = read_cases(j, resource, 1, &cases, fault) && cases.count > 0;
    if (found)
        *out = cases.at[0];
    vec_free(&cases);
    return found;
}

bool
journal_case_note_is_duplicate(const struct journal_case *c, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (c->notes.at[i].current && strcmp(c->notes.at[i].text, c->notes.at[at].text) == 0)
            return true;
    return false;
}

void
journal_case_note_text(const struct journal_case *c, struct buf *out)
{
    bool several = false;
    for (size_t i = 0; i < c->notes.count; i++) {
        const struct case_note *note = &c->notes.at[i];
        if (!note->current || !*note->text || journal_case_note_is_duplicate(c, i))
            continue;
        buf_format(out, "%s%s", several ? "\n----\n" : "", note->text);
        several = true;
    }
}

/* ---- texts as they are stored; cleaning clean text changes nothing ---- */

enum journal_result
journal_case_clean_note(struct buf *out, const char *text, struct fault *fault)
{
    struct buf line = {0};
    bool begun = false;
    size_t ends = 0; /* of lines, before the next one that is not empty */
    for (;;) {
        size_t length = strcspn(text, "\n");
        buf_clear(&line);
        text_clean(&line, text, length, length);
        if (line.count > 0) {
            for (; ends > 0; ends--)
                buf_byte(out, '\n');
            buf_text(out, buf_string(&line));
            begun = true;
        }
        ends += begun;
        if (text[length] == '\0')
            break;
        text += length + 1;
    }
    buf_free(&line);
    if (out->count <= CASE_NOTE_MOST)
        return JOURNAL_DONE;
    fault_set(fault, "a note has %d bytes at most, and this one has %zu", CASE_NOTE_MOST, out->count);
    return JOURNAL_FAILED;
}

static int
by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool
journal_case_clean_tags(struct buf *out, const char *text)
{
    struct buf clean = {0};
    VEC(char *) words = {0};
    size_t start = out->count, length = strlen(text);
    bool whole = true;
    text_clean(&clean, text, length, length);
    char *copy = buf_take(&clean);
    for (char *at = copy; *at; at++)
        *at = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
    for (char *rest = copy, *word; (word = strsep(&rest, " ,")) != NULL;)
        if (*word)
            vec_push(&words, word);
    if (words.count > 1)
        qsort(words.at, words.count, sizeof *words.at, by_text);
    for (size_t i = 0; i < words.count; i++) {
        const char *word = words.at[i];
        bool fits = out->count - start + 1 + strlen(word) <= CASE_TAGS_MOST;
        if (i > 0 && strcmp(word, words.at[i - 1]) == 0)
            continue;
        if (fits)
            buf_format(out, "%s%s", out->count > start ? " " : "", word);
        whole = whole && fits;
    }
    vec_free(&words);
    free(copy);
    return whole;
}

/* ---- words that a filter looks for ---- */

static bool
contains(const char *text, const char *word)
{
    struct buf words = {0}, folded = {0};
    text_words(&words, text ? text : "");
    text_words(&folded, word);
    bool found = folded.count > 0 && strstr(buf_string(&words), buf_string(&folded)) != NULL;
    buf_free(&words);
    buf_free(&folded);
    return found;
}

/* Notes are searched line by line: a word does not continue on the next line. */
char *
journal_case_line_with(const struct journal_case *c, const char *word)
{
    if (contains(c->ticket, word))
        return mem_copy(c->ticket);
    if (contains(c->tags, word))
        return mem_copy(c->tags);
    for (size_t i = 0; i < c->notes.count; i++) {
        const char *text = c->notes.at[i].current ? c->notes.at[i].text : "";
        for (size_t count; *text; text += count + (text[count] == '\n')) {
            count = strcspn(text, "\n");
            char *line = mem_copy_bytes(text, count);
            if (contains(line, word))
                return line;
            free(line);
        }
    }
    for (size_t i = 0; i < c->contacts.count; i++) {
        const struct case_contact *contact = &c->contacts.at[i];
        struct buf line = {0};
        if (!contains(contact->who, word) && !contains(contact->what, word))
            continue;
        buf_format(&line, "told %s%s%s", contact->who, contact->what ? ": " : "", contact->what ? contact->what : "");
        return buf_take(&line);
    }
    return NULL;
}

size_t
journal_case_number(const journal_cases *cases, size_t at)
{
    size_t number = 1;
    for (size_t i = 0; i < cases->count; i++)
        number += cases->at[i].opened_ms < cases->at[at].opened_ms ||
                  (cases->at[i].opened_ms == cases->at[at].opened_ms && i > at);
    return number;
}

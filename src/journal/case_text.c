/* Text of cases as it is stored. Cleaning clean text changes nothing, so that text of other journals may be cleaned
 * again. */
#include "base/mem.h"
#include "base/text.h"
#include "journal/case_edit.h"

#include <stdlib.h>
#include <string.h>

void
journal_case_clean_note(struct buf *out, const char *text)
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
}

enum journal_result
journal_case_too_long(size_t bytes, struct fault *fault)
{
    fault_set(fault, "a note has %d bytes at most, and this one has %zu", CASE_NOTE_MOST, bytes);
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

/* ---- words ---- */

static bool
contains(const char *text, const char *folded)
{
    struct buf words = {0};
    text_words(&words, text ? text : "");
    bool found = strstr(buf_string(&words), folded) != NULL;
    buf_free(&words);
    return found;
}

/* Notes are searched line by line: a word does not continue on the next line. */
static char *
line_with(const struct journal_case *c, const char *folded)
{
    if (contains(c->ticket, folded))
        return mem_copy(c->ticket);
    if (contains(c->tags, folded))
        return mem_copy(c->tags);
    for (size_t i = 0; i < c->notes.count; i++) {
        const char *text = c->notes.at[i].current ? c->notes.at[i].text : "";
        for (size_t count; *text; text += count + (text[count] == '\n')) {
            count = strcspn(text, "\n");
            char *line = mem_copy_bytes(text, count);
            if (contains(line, folded))
                return line;
            free(line);
        }
    }
    for (size_t i = 0; i < c->contacts.count; i++) {
        const struct case_contact *contact = &c->contacts.at[i];
        struct buf line = {0};
        if (!contains(contact->who, folded) && !contains(contact->what, folded))
            continue;
        buf_format(&line, "told %s%s%s", contact->who, contact->what ? ": " : "", contact->what ? contact->what : "");
        return buf_take(&line);
    }
    return NULL;
}

char *
journal_case_line_with(const struct journal_case *c, const char *word)
{
    struct buf folded = {0};
    text_words(&folded, word);
    char *line = folded.count > 0 ? line_with(c, buf_string(&folded)) : NULL;
    buf_free(&folded);
    return line;
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

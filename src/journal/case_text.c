/* Text of cases as it is stored. Cleaning what is clean changes nothing, so that what comes from other journals may be
 * cleaned once more. */
#include "journal/cases.h"

#include "base/mem.h"
#include "base/text.h"

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

/* The words in `text`, which is cut up. */
static char **
cut_words(char *text, size_t *count)
{
    VEC(char *) words = {0};
    for (char *rest = text, *word; (word = strsep(&rest, " ,")) != NULL;)
        if (*word)
            vec_push(&words, word);
    if (words.count > 1)
        qsort(words.at, words.count, sizeof *words.at, by_text);
    *count = words.count;
    return words.at;
}

bool
journal_case_clean_tags(struct buf *out, const char *text)
{
    struct buf clean = {0};
    size_t count, start = out->count, length = strlen(text);
    bool whole = true;
    text_clean(&clean, text, length, length);
    char *copy = buf_take(&clean);
    for (char *at = copy; *at; at++)
        *at = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
    char **words = cut_words(copy, &count);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(words[i], words[i - 1]) == 0)
            continue;
        if (out->count - start + 1 + strlen(words[i]) > CASE_TAGS_MOST) {
            whole = false;
            continue;
        }
        buf_format(out, "%s%s", out->count > start ? " " : "", words[i]);
    }
    free(words);
    free(copy);
    return whole;
}

/* ---- words ---- */

static bool
holds(const char *text, const char *folded)
{
    struct buf words = {0};
    text_words(&words, text ? text : "");
    bool found = strstr(buf_string(&words), folded) != NULL;
    buf_free(&words);
    return found;
}

/* A word that is cut in two by the end of a line is none. */
static char *
line_of_note(const char *text, const char *folded)
{
    while (*text) {
        size_t count = strcspn(text, "\n");
        char *line = mem_copy_bytes(text, count);
        if (holds(line, folded))
            return line;
        free(line);
        text += count + (text[count] == '\n');
    }
    return NULL;
}

static char *
line_of_told(const struct case_contact *told, const char *folded)
{
    struct buf line = {0};
    if (!holds(told->who, folded) && !holds(told->what, folded))
        return NULL;
    buf_format(&line, "told %s%s%s", told->who, told->what ? ": " : "", told->what ? told->what : "");
    return buf_take(&line);
}

static char *
line_with(const struct journal_case *c, const char *folded)
{
    char *line = NULL;
    if (holds(c->ticket, folded))
        return mem_copy(c->ticket);
    if (holds(c->tags, folded))
        return mem_copy(c->tags);
    for (size_t i = 0; i < c->notes.count && !line; i++)
        if (c->notes.at[i].current)
            line = line_of_note(c->notes.at[i].text, folded);
    for (size_t i = 0; i < c->contacts.count && !line; i++)
        line = line_of_told(&c->contacts.at[i], folded);
    return line;
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

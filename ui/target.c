#include "target.h"

#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void
trim(const char **text, size_t *count)
{
    while (*count > 0 && is_blank(**text)) {
        (*text)++;
        (*count)--;
    }
    while (*count > 0 && is_blank((*text)[*count - 1]))
        (*count)--;
}

static void
copy_clean(char out[static TARGET_ROOM], const char *bytes, size_t count)
{
    struct buf clean = {0};
    text_clean(&clean, bytes, count, TARGET_ROOM - 1);
    snprintf(out, TARGET_ROOM, "%s", buf_string(&clean));
    buf_free(&clean);
}

static bool
parse_word(const char *word, size_t count, struct target *out, struct fault *fault)
{
    if (count >= 2 && word[0] == '[' && word[count - 1] == ']') {
        word++;
        count -= 2;
    }
    copy_clean(out->text, word, count);
    if (count > 0 && addr_parse_bytes(word, count, &out->address))
        return true;
    return fault_set(fault, "'%.80s' is not an address; give an IPv4 or IPv6 address such as 203.0.113.77", out->text);
}

bool
target_parse(const char *text, struct target *out, struct fault *fault)
{
    size_t count = strlen(text);
    *out = (struct target){0};
    trim(&text, &count);
    return parse_word(text, count, out, fault);
}

enum target_line
target_parse_line(const char *line, size_t count, struct target *out, struct fault *fault)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* of byte order; some editors begin a file with it */
    *out = (struct target){0};
    if (count >= strlen(mark) && memcmp(line, mark, strlen(mark)) == 0) {
        line += strlen(mark);
        count -= strlen(mark);
    }
    const char *comment = memchr(line, '#', count);
    if (comment)
        count = (size_t)(comment - line);
    trim(&line, &count);
    if (count == 0)
        return TARGET_EMPTY;
    size_t word = 0;
    while (word < count && !is_blank(line[word]))
        word++;
    const char *label = line + word;
    size_t label_count = count - word;
    trim(&label, &label_count);
    copy_clean(out->label, label, label_count);
    return parse_word(line, word, out, fault) ? TARGET_FOUND : TARGET_BAD;
}

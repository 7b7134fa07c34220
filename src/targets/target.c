#include "targets/target.h"

#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

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

bool
target_is_name(const char *word, size_t count)
{
    const char *dot = mem_last(word, '.', count);
    for (size_t i = 0; i < count; i++)
        if (!isalnum((unsigned char)word[i]) && !strchr("-_.", word[i]))
            return false;
    return dot && dot + 1 < word + count && isalpha((unsigned char)dot[1]);
}

bool
target_is_asn(const char *text)
{
    int64_t number;
    size_t used = strncasecmp(text, "AS", 2) == 0 ? text_read_integer(text + 2, UINT32_MAX, &number) : 0;
    return used > 0 && text[2 + used] == '\0';
}

/* Needs no cleaning, because addr_parse_bytes accepts only clean, short text. */
static bool
read_address(const char *word, size_t count, struct target *out)
{
    if (!addr_parse_bytes(word, count, &out->address))
        return false;
    addr_unmap(&out->address);
    memcpy(out->text, word, count);
    out->text[count] = '\0';
    return true;
}

static bool
parse_word(const char *word, size_t count, struct target *out, struct fault *fault)
{
    if (count >= 2 && word[0] == '[' && word[count - 1] == ']') {
        word++;
        count -= 2;
    }
    if (read_address(word, count, out))
        return true;
    out->address = (struct addr){0};
    text_clean_into(out->text, sizeof out->text, word, count);
    if (target_is_name(word, count))
        return fault_set(fault, "'%.80s' is a name, not an address; look it up first", out->text);
    if (strchr(out->text, '/'))
        return fault_set(fault, "'%.80s' is a prefix, not an address. Try: whylisted range %.80s", out->text,
                         out->text);
    if (target_is_asn(out->text))
        return fault_set(fault, "'%.80s' is an AS number, not an address. Try: whylisted asn %.80s", out->text,
                         out->text);
    return fault_set(fault, "'%.80s' is not an address; write one such as 203.0.113.77 or 2001:db8::25", out->text);
}

bool
target_parse(const char *text, struct target *out, struct fault *fault)
{
    size_t count = strlen(text);
    out->label[0] = '\0';
    trim(&text, &count);
    return parse_word(text, count, out, fault);
}

enum target_line
target_parse_line(const char *line, size_t count, struct target *out, struct fault *fault)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* byte order mark, which some editors write at the start of a file */
    out->label[0] = '\0';
    if (read_address(line, count, out)) /* fast path for most lines */
        return TARGET_FOUND;
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
    if (label_count > 0)
        text_clean_into(out->label, sizeof out->label, label, label_count);
    return parse_word(line, word, out, fault) ? TARGET_FOUND : TARGET_BAD;
}

#include "domain/spf_macro.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MOST = 253, LABEL_MOST = 63, PARTS_MOST = 128 };

#define LETTERS "slodiphcrtv"
#define DELIMITERS ".-+,/_="

/* One literal byte, an escape, or a macro. */
struct item {
    char letter;         /* of a macro, lower case; 0 = literal */
    const char *literal; /* what stands there otherwise */
    size_t literal_count;
    bool escaped; /* a macro in upper case: for URLs */
    unsigned parts;
    bool reversed;
    struct spf_span delimiters; /* count 0: a dot */
};

/* Reads "%{" and what follows up to "}". Returns false for a wrong grammar. */
static bool
read_macro(const char **at, const char *end, struct item *out)
{
    const char *next = *at + 2;
    if (next >= end || !isalpha((unsigned char)*next) || !strchr(LETTERS, tolower((unsigned char)*next)))
        return false;
    out->letter = (char)tolower((unsigned char)*next);
    out->escaped = isupper((unsigned char)*next++);
    bool counted = next < end && isdigit((unsigned char)*next);
    for (; next < end && isdigit((unsigned char)*next); next++)
        out->parts = out->parts < PARTS_MOST ? out->parts * 10 + (unsigned)(*next - '0') : PARTS_MOST;
    if (counted && out->parts == 0)
        return false;
    out->reversed = next < end && tolower((unsigned char)*next) == 'r';
    next += out->reversed;
    out->delimiters.at = next;
    while (next < end && *next && strchr(DELIMITERS, *next))
        next++;
    out->delimiters.count = (size_t)(next - out->delimiters.at);
    *at = next + 1;
    return next < end && *next == '}';
}

/* Reads one item of a text that is not at its end, and moves behind it. Returns false for a wrong grammar. */
static bool
read_item(const char **at, const char *end, bool blanks, struct item *out)
{
    *out = (struct item){.literal = *at, .literal_count = 1};
    if (**at != '%') {
        char byte = *(*at)++;
        return (byte > ' ' && byte < 0x7f) || (blanks && byte == ' ');
    }
    if (end - *at < 2)
        return false;
    switch ((*at)[1]) {
    case '{':
        return read_macro(at, end, out);
    case '%':
        break;
    case '_':
        out->literal = " ";
        break;
    case '-':
        out->literal = "%20";
        out->literal_count = 3;
        break;
    default:
        return false;
    }
    *at += 2;
    return true;
}

bool
spf_macro_is_valid(struct spf_span text, const char *forbidden, bool blanks)
{
    struct item item;
    for (const char *at = text.at, *end = at + text.count; at < end;)
        if (!read_item(&at, end, blanks, &item) || (item.letter && strchr(forbidden, item.letter)))
            return false;
    return true;
}

bool
spf_macro_is_domain(struct spf_span text)
{
    bool macro = false, letter = false;
    struct item item;
    if (text.count == 0 || !spf_macro_is_valid(text, SPF_MACROS_OF_EXPLANATION, false))
        return false;
    const char *end = text.at + text.count;
    for (const char *at = text.at, *from = at; at < end; from = at)
        macro = read_item(&at, end, false, &item) && *from == '%';
    if (macro)
        return true;
    end -= end[-1] == '.';
    const char *label = end;
    for (; label > text.at && (isalnum((unsigned char)label[-1]) || label[-1] == '-'); label--)
        letter |= !isdigit((unsigned char)label[-1]);
    return letter && label > text.at && label[-1] == '.' && *label != '-' && end[-1] != '-';
}

bool
spf_macro_uses(struct spf_span text, const char *letters)
{
    struct item item;
    for (const char *at = text.at, *end = at + text.count; at < end && read_item(&at, end, true, &item);)
        if (item.letter && strchr(letters, item.letter))
            return true;
    return false;
}

/* Appends the value of a letter as it stands, before it is taken apart. */
static void
put_value(struct buf *out, char letter, const struct spf_macros *m)
{
    char text[ADDR_REVERSED_TEXT];
    switch (letter) {
    case 's':
        buf_format(out, "%s@%s", m->local, m->sender_domain);
        break;
    case 'l':
        buf_text(out, m->local);
        break;
    case 'o':
        buf_text(out, m->sender_domain);
        break;
    case 'd':
        buf_text(out, m->domain);
        break;
    case 'i':
        if (m->ip.family == ADDR_V4)
            buf_text(out, addr_text(&m->ip, text));
        for (unsigned i = 0; m->ip.family == ADDR_V6 && i < 32; i++)
            buf_format(out, i > 0 ? ".%X" : "%X", m->ip.bytes[i / 2] >> (i % 2 ? 0 : 4) & 0xf);
        break;
    case 'p':
        buf_text(out, m->validated ? m->validated : "unknown");
        break;
    case 'v':
        buf_text(out, m->ip.family == ADDR_V4 ? "in-addr" : "ip6");
        break;
    case 'h':
        buf_text(out, m->helo);
        break;
    case 'c':
        buf_text(out, addr_text(&m->ip, text));
        break;
    case 'r':
        buf_text(out, m->receiver ? m->receiver : "unknown");
        break;
    default: /* t */
        buf_format(out, "%" PRId64, m->now_s);
    }
}

/* Appends one part of a value, escaped as in a URL if the macro is in upper case. */
static void
put_part(struct buf *out, struct spf_span part, bool escaped)
{
    for (size_t i = 0; i < part.count; i++) {
        unsigned char byte = (unsigned char)part.at[i];
        if (!escaped || isalnum(byte) || (byte && strchr("-._~", byte)))
            buf_byte(out, (char)byte);
        else
            buf_format(out, "%%%02X", byte);
    }
}

/* Takes the value apart at the delimiters, and appends the last parts, or those of the reversed order, with dots. */
static void
put_macro(struct buf *out, const struct item *item, const struct spf_macros *m)
{
    struct buf value = {0};
    struct spf_span parts[PARTS_MOST];
    size_t count = 0;
    put_value(&value, item->letter, m);
    const char *from = buf_string(&value), *end = from + value.count;
    struct spf_span delimiters = item->delimiters.count > 0 ? item->delimiters : (struct spf_span){".", 1};
    for (const char *at = from; at <= end; at++)
        if (at == end || (memchr(delimiters.at, *at, delimiters.count) && count < PARTS_MOST - 1)) {
            parts[count++] = (struct spf_span){from, (size_t)(at - from)};
            from = at + 1;
        }
    size_t wanted = item->parts > 0 && item->parts < count ? item->parts : count;
    for (size_t i = 0; i < wanted; i++) {
        if (i > 0)
            buf_byte(out, '.');
        put_part(out, item->reversed ? parts[wanted - 1 - i] : parts[count - wanted + i], item->escaped);
    }
    buf_free(&value);
}

void
spf_macro_expand(struct buf *out, struct spf_span text, const struct spf_macros *macros)
{
    struct item item;
    for (const char *at = text.at, *end = at + text.count; at < end && out->count < SPF_MACRO_MOST;) {
        if (!read_item(&at, end, true, &item))
            return;
        if (item.letter)
            put_macro(out, &item, macros);
        else
            buf_bytes(out, item.literal, item.literal_count);
    }
}

bool
spf_macro_is_name(const char *name, unsigned *labels)
{
    size_t total = strlen(name), length;
    *labels = 0;
    for (const char *at = name;; at += length + 1) {
        length = strcspn(at, ".");
        if (length == 0 || length > LABEL_MOST)
            return false;
        ++*labels;
        if (!at[length])
            return total <= NAME_MOST;
    }
}

bool
spf_macro_name(char out[static SPF_NAME], struct spf_span text, const struct spf_macros *macros)
{
    struct buf name = {0};
    unsigned labels;
    spf_macro_expand(&name, text, macros);
    const char *at = buf_string(&name);
    if (name.count > 0 && name.at[name.count - 1] == '.')
        name.at[--name.count] = '\0';
    while (at && strlen(at) > NAME_MOST) {
        const char *dot = strchr(at, '.');
        at = dot ? dot + 1 : NULL;
    }
    snprintf(out, SPF_NAME, "%s", at && spf_macro_is_name(at, &labels) ? at : "");
    buf_free(&name);
    return *out;
}

const char *
spf_macro_present(const char *name, char out[static SPF_PRESENTED])
{
    char *end = out;
    for (; *name; name++) {
        if (*name == '\\')
            *end++ = '\\';
        *end++ = *name;
    }
    *end = '\0';
    return out;
}

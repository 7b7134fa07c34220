#include "zones/zone_parser.h"

#include "base/text.h"
#include "zones/zone_line.h"

#include <string.h>

/* Nearly all lines of the large zones are one bare address, or one bare prefix: these are read in place, all others are
 * taken apart by zoneline and zonevars. */

enum { WARNING_TEXT = 80 };

void
zone_parser_fini(struct zone_parser *lines)
{
    for (size_t i = 0; i < lines->warnings.count; i++)
        free((char *)lines->warnings.at[i].text);
    vec_free(&lines->warnings);
    zone_vars_fini(&lines->vars);
    zone_table_fini(&lines->table);
}

static void
warn(struct zone_parser *lines, const char *text, const char *end, const char *why)
{
    if (lines->warning_count++ >= ZONE_FILE_WARNINGS)
        return;
    struct buf clean = {0};
    text_clean(&clean, text, (size_t)(end - text), WARNING_TEXT);
    vec_push(&lines->warnings, ((struct zone_file_warning){lines->line, buf_take(&clean), why}));
}

/* What is left of the line becomes a text of the table. */
static struct zone_table_text
keep_text(struct zone_parser *lines, const struct zone_line *line)
{
    size_t count = (size_t)(line->end - line->at);
    if (count > ZONE_TABLE_TEXT) {
        warn(lines, line->at, line->end, "the text is longer than 255 bytes; the rest is cut off");
        count = ZONE_TABLE_TEXT;
    }
    return zone_table_keep(&lines->table, line->at, count);
}

/* ":A:text", for the lines after it. */
static const char *
read_default(struct zone_parser *lines, struct zone_line line)
{
    bool own;
    const char *why = zone_line_value(&line, &own);
    if (why == NULL)
        zone_table_set_fallback(&lines->table, own ? keep_text(lines, &line) : (struct zone_table_text){0, 0});
    return why;
}

/* What follows a range. */
static const char *
read_value(struct zone_parser *lines, struct zone_line line, uint32_t first, uint32_t last)
{
    bool own;
    const char *why = zone_line_value(&line, &own);
    if (why == NULL) {
        struct zone_table_text text = own ? keep_text(lines, &line) : lines->table.fallback;
        zone_table_add(&lines->table, first, last, own ? &text : NULL);
    }
    return why;
}

/* "[!]range [value]" */
static const char *
read_entry(struct zone_parser *lines, struct zone_line line)
{
    uint32_t first, last;
    bool excluded = zone_line_take(&line, '!');
    if (excluded)
        zone_line_skip_blanks(&line);
    const char *why = zone_line_range(&line, &first, &last);
    if (why)
        return why;
    if (lines->vars.range_most && last - first >= lines->vars.range_most)
        return "the range is larger than $MAXRANGE4 allows";
    if (!excluded)
        return read_value(lines, line, first, last);
    zone_table_exclude(&lines->table, first, last);
    return NULL;
}

/* "$SOA ...", also hidden from other programs as "#$SOA", ";$SOA", ":$SOA". */
static bool
take_special(struct zone_line *line)
{
    bool hidden = zone_line_is_over(line) || *line->at == ':';
    if (hidden && line->end - line->at > 1 && line->at[1] == '$') {
        line->at += 2;
        return true;
    }
    return zone_line_take(line, '$');
}

/* Without the blanks at the end. */
static struct zone_line
trimmed(const char *at, const char *end)
{
    while (end > at && zone_line_is_blank(end[-1]))
        end--;
    return (struct zone_line){at, end};
}

static void
read_line(struct zone_parser *lines, const char *at, const char *end)
{
    struct zone_line line = trimmed(at, end);
    const char *nul = lines->has_nul ? memchr(at, '\0', (size_t)(line.end - at)) : NULL;
    const char *why = NULL;
    if (nul)
        line.end = nul;
    zone_line_skip_blanks(&line);
    if (take_special(&line))
        why = zone_vars_special(&lines->vars, line);
    else if (!zone_line_is_over(&line))
        why = *line.at == ':' ? read_default(lines, line) : read_entry(lines, line);
    if (why)
        warn(lines, at, end, why);
}

static void
read_long_line(struct zone_parser *lines, const char *at)
{
    warn(lines, at, at + ZONE_PARSER_LONGEST, "the line is longer than 64 KiB; the rest is cut off");
    read_line(lines, at, at + ZONE_PARSER_LONGEST);
}

/* "/n" behind an address, alone or before a value. Returns the newline; NULL: the line has to be taken apart, for it is
 * not as most are. */
static inline const char *
read_prefix(struct zone_parser *lines, const char *slash, uint32_t first, const char *end)
{
    uint32_t length = 0;
    const char *s = zone_line_octet(slash + 1, &length);
    uint32_t hosts = length < 32 ? UINT32_MAX >> length : 0;
    if (!s || length == 0 || length >= 32 || (first & hosts) || lines->vars.range_most || lines->has_nul)
        return NULL;
    if (*s == '\n') {
        zone_table_add(&lines->table, first, first | hosts, NULL);
        return s;
    }
    const char *newline = memchr(s, '\n', (size_t)(end - s));
    if (!zone_line_is_blank(*s) || newline - s > ZONE_TABLE_TEXT)
        return NULL;
    return read_value(lines, trimmed(s, newline), first, first | hosts) ? NULL : newline;
}

/* "!a.b.c.d" alone. Returns the newline, or NULL. */
static inline const char *
read_exclusion(struct zone_table *table, const char *at)
{
    uint32_t address;
    const char *s = *at == '!' ? zone_line_quad(at + 1, &address) : NULL;
    if (!s || *s != '\n')
        return NULL;
    vec_push(&table->excluded, address);
    return s;
}

/* As many lines as there are in a row that are an address alone, also an excluded one, or begin with a prefix. Returns
 * what follows them. */
static const char *
read_plain_lines(struct zone_parser *lines, const char *at, const char *end)
{
    struct zone_table *table = &lines->table;
    uint32_t address, *begin = zone_table_room(table, (size_t)(end - at) / ZONE_PARSER_SHORTEST), *out = begin;
    while (at < end) {
        const char *s = zone_line_quad(at, &address);
        if (s && *s == '\n')
            *out++ = address;
        else if (s && *s == '/')
            s = read_prefix(lines, s, address, end);
        else
            s = read_exclusion(table, at);
        if (!s)
            break;
        lines->line++;
        at = s + 1;
    }
    table->addresses.count += (size_t)(out - begin);
    return at;
}

/* Whole lines, each with its newline. */
static void
read_lines(struct zone_parser *lines, const char *at, const char *end)
{
    while (at < end) {
        if (!lines->table.fallback_is_other && (at = read_plain_lines(lines, at, end)) == end)
            return;
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        lines->line++;
        if (newline - at > ZONE_PARSER_LONGEST)
            read_long_line(lines, at);
        else
            read_line(lines, at, newline);
        at = newline + 1;
    }
}

size_t
zone_parser_read(struct zone_parser *lines, char *piece, size_t count)
{
    char *at = piece, *end = piece + count;
    lines->has_nul = memchr(piece, '\0', count);
    if (lines->skipping) {
        char *newline = memchr(at, '\n', count);
        if (newline == NULL)
            return 0;
        at = newline + 1;
        lines->skipping = false;
    }
    char *newline = memrchr(at, '\n', (size_t)(end - at));
    if (newline) {
        read_lines(lines, at, newline + 1);
        at = newline + 1;
    }
    if (end - at > ZONE_PARSER_LONGEST) {
        lines->line++;
        read_long_line(lines, at);
        lines->skipping = true;
        return 0;
    }
    memmove(piece, at, (size_t)(end - at));
    return (size_t)(end - at);
}

/* rbldnsd takes an unfinished last line as it is, and so do we: both would say the same of it. */
void
zone_parser_end(struct zone_parser *lines, char *at, size_t count)
{
    if (count == 0)
        return;
    lines->line++;
    warn(lines, at, at + count, "the file ends within this line");
    read_line(lines, at, at + count);
}

#include "zones/zone_parser.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* Follows rbldnsd 1.0 as experiments show it, which is laxer than its manual (leading zeros); but a carriage return
 * before the newline is no data here, and junk there. Nearly all lines of large zones are a bare address or a bare
 * prefix: these are read in place, all others are taken apart.
 *
 * Name servers and times are checked, to tell a sound line from junk, and dropped. */

enum {
    ADDRESS_BITS = 32,
    OCTET_BITS = 8,
    OCTETS = 4,
    OCTET_MOST = 255,
    QUAD = 16, /* bytes at which read_quad looks, or fewer: up to the first that is no part of an address */
    WARNING_TEXT = 80,
};

/* The rest of a line. Functions called take_... take from its front. */
struct line {
    const char *at, *end;
};

void
zone_parser_fini(struct zone_parser *p)
{
    for (size_t i = 0; i < p->warnings.count; i++)
        free(p->warnings.at[i].text);
    vec_free(&p->warnings);
    vec_free(&p->answers);
    for (size_t i = 0; i < ZONE_PARSER_TEXTS; i++)
        free(p->texts[i]);
    zone_table_fini(&p->table);
}

static void
warn(struct zone_parser *p, const char *text, const char *end, const char *why)
{
    if (p->warning_count++ >= ZONE_PARSER_WARNINGS)
        return;
    struct buf clean = {0};
    text_clean(&clean, text, (size_t)(end - text), WARNING_TEXT);
    vec_push(&p->warnings, ((struct zone_parser_warning){p->line, buf_take(&clean), why}));
}

/* ---- the fast way through a whole address, with which nearly all lines begin ---- */

static inline const char *
read_octet(const char *s, uint32_t *address)
{
    unsigned octet = (unsigned char)*s++ - '0', digit;
    if (octet > 9)
        return NULL;
    if ((digit = (unsigned char)*s - '0') <= 9) {
        octet = octet * 10 + digit;
        if ((digit = (unsigned char)*++s - '0') <= 9) {
            octet = octet * 10 + digit;
            s++;
        }
    }
    *address = *address << 8 | octet;
    return octet <= OCTET_MOST ? s : NULL;
}

/* Returns what follows a.b.c.d, or NULL. Further digits of an octet of more than three follow it. */
static inline const char *
read_quad(const char *s, uint32_t *address)
{
    *address = 0;
    if (!(s = read_octet(s, address)) || *s++ != '.' || !(s = read_octet(s, address)) || *s++ != '.' ||
        !(s = read_octet(s, address)) || *s++ != '.')
        return NULL;
    return read_octet(s, address);
}

/* ---- parts of a line ---- */

static inline bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static inline void
skip_blanks(struct line *line)
{
    while (line->at < line->end && is_blank(*line->at))
        line->at++;
}

/* Whether at most a comment is left. */
static inline bool
is_over(const struct line *line)
{
    return line->at == line->end || *line->at == '#' || *line->at == ';';
}

static inline bool
take(struct line *line, char c)
{
    if (line->at == line->end || *line->at != c)
        return false;
    line->at++;
    return true;
}

/* Takes a number up to `most`; leading zeros are fine. Takes nothing if there is none or it is larger. */
static bool
take_number(struct line *line, uint32_t most, uint32_t *out)
{
    const char *s = line->at;
    uint64_t number = 0;
    while (s < line->end && *s >= '0' && *s <= '9' && number <= most)
        number = number * 10 + (unsigned)(*s++ - '0');
    if (s == line->at || number > most)
        return false;
    line->at = s;
    *out = (uint32_t)number;
    return true;
}

/* Takes the text before the next blank, and the blanks behind it. Returns false at the end of the line. */
static bool
take_word(struct line *line, struct line *out)
{
    *out = (struct line){line->at, line->at};
    while (out->end < line->end && !is_blank(*out->end))
        out->end++;
    line->at = out->end;
    skip_blanks(line);
    return out->at < out->end;
}

/* Takes the octets of an address and returns their number; the missing ones are 0. */
static unsigned
take_octets(struct line *line, uint32_t *address)
{
    unsigned count = 0;
    const char *quad = line->end - line->at >= QUAD ? read_quad(line->at, address) : NULL;
    if (quad && (*quad < '0' || *quad > '9')) {
        line->at = quad;
        return OCTETS;
    }
    *address = 0;
    do {
        uint32_t octet;
        if (!take_number(line, OCTET_MOST, &octet))
            return 0;
        *address |= octet << (ADDRESS_BITS - OCTET_BITS - OCTET_BITS * count++);
    } while (count < OCTETS && take(line, '.'));
    return count;
}

/* The bits beyond a prefix length. */
static inline uint32_t
host_bits(unsigned length)
{
    return length < ADDRESS_BITS ? UINT32_MAX >> length : 0;
}

/* Takes a range: a.b.c.d, a.b.c, a.b, any of these or a alone with /n, a.b.c.d-w.x.y.z with as many octets on both
 * sides, a.b.c.d-e. Returns NULL, or why it is none. */
static const char *
take_range(struct line *line, uint32_t *first, uint32_t *last)
{
    unsigned octets = take_octets(line, first), shift = ADDRESS_BITS - OCTET_BITS * octets;
    uint32_t number;
    if (octets == 0)
        return "it is no address and no range";
    if (take(line, '/')) {
        if (!take_number(line, ADDRESS_BITS, &number) || number == 0)
            return "the prefix length is not 1 to 32";
        *last = *first | host_bits(number);
        if (*first & host_bits(number))
            return "bits are set beyond the prefix length";
    } else if (take(line, '-')) {
        unsigned count = take_octets(line, &number);
        if (count == 1) /* stands for the last octet of the other side */
            number = (*first & ~((uint32_t)OCTET_MOST << shift)) | number >> (ADDRESS_BITS - OCTET_BITS) << shift;
        else if (count != octets)
            return "the range has no end like its beginning";
        *last = number | host_bits(OCTET_BITS * octets);
        if (*last < *first)
            return "the range ends before it begins";
    } else if (octets == 1) {
        return "a number alone is no range";
    } else {
        *last = *first | host_bits(OCTET_BITS * octets);
    }
    bool sound = is_over(line) || is_blank(*line->at) || *line->at == ':';
    return sound ? NULL : "something else follows the range";
}

/* ---- special lines ---- */

/* Takes a word that is a number, with a unit of time if `is_time`. */
static bool
take_figure(struct line *line, bool is_time, uint32_t *out)
{
    static const struct {
        char unit;
        uint32_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
    struct line word;
    if (!take_word(line, &word) || !take_number(&word, UINT32_MAX, out))
        return false;
    for (size_t i = 0; is_time && i < sizeof units / sizeof *units && word.at < word.end; i++)
        if ((*word.at | 0x20) == units[i].unit && *out <= UINT32_MAX / units[i].seconds) {
            *out *= units[i].seconds;
            word.at++;
            break;
        }
    return word.at == word.end;
}

/* Takes yyyy:mm:dd[:hh[:mi[:ss]]] UTC, with colons, dashes or nothing between; or 0 or "-", which are 0 ms. */
static bool
take_stamp(struct line *line, int64_t *out)
{
    enum { YEAR, MONTH, DAY, HOUR, PARTS = 6 };
    static const int least[PARTS] = {1970, 1, 1}, most[PARTS] = {9999, 12, 31, 23, 59, 59};
    struct line word;
    int parts[PARTS] = {0}, count = 0;
    *out = 0;
    if (!take_word(line, &word))
        return false;
    if (word.end - word.at == 1 && (*word.at == '0' || *word.at == '-'))
        return true;
    for (; count < PARTS && word.at < word.end; count++) {
        if (count > YEAR && !take(&word, ':'))
            take(&word, '-');
        for (int left = count == YEAR ? 4 : 2; left > 0 && word.at < word.end && *word.at >= '0' && *word.at <= '9';
             left--)
            parts[count] = parts[count] * 10 + (*word.at++ - '0');
        if (parts[count] < least[count] || parts[count] > most[count])
            return false;
    }
    struct tm tm = {.tm_year = parts[YEAR] - 1900,
                    .tm_mon = parts[MONTH] - 1,
                    .tm_mday = parts[DAY],
                    .tm_hour = parts[HOUR],
                    .tm_min = parts[HOUR + 1],
                    .tm_sec = parts[HOUR + 2]};
    *out = (int64_t)timegm(&tm) * 1000;
    return count > DAY && word.at == word.end;
}

static const char unsound[] = "the words of this special line are not those that it needs";

static const char *
set_soa(struct zone_parser *p, struct line line)
{
    struct line origin, person;
    uint32_t ttl, serial, time;
    if (p->has_soa)
        return NULL;
    bool sound = take_figure(&line, true, &ttl) && take_word(&line, &origin) && take_word(&line, &person) &&
                 take_figure(&line, false, &serial);
    for (int i = 0; i < 4 && sound; i++)
        sound = take_figure(&line, true, &time);
    if (!sound || line.at < line.end)
        return unsound;
    p->has_soa = true;
    p->serial = serial;
    return NULL;
}

/* Sets the limit of a range: a number of addresses, or /n. */
static const char *
set_range_most(struct zone_parser *p, struct line line)
{
    uint32_t most;
    bool is_length = take(&line, '/');
    if (!take_number(&line, is_length ? 32 : UINT32_MAX, &most) || most == 0 || line.at < line.end)
        return unsound;
    if (is_length)
        most = (uint32_t)1 << (32 - most);
    if (p->range_most && most > p->range_most)
        return "$MAXRANGE4 cannot be made larger";
    p->range_most = most;
    return NULL;
}

/* Sets the time at which the data were made, and that at which they expire, which may count from the first ("+7d"). */
static const char *
set_timestamp(struct zone_parser *p, struct line line)
{
    int64_t stamp, expiry = 0;
    uint32_t offset;
    bool sound = take_stamp(&line, &stamp);
    if (sound && line.at < line.end) {
        bool relative = take(&line, '+');
        sound = relative ? stamp > 0 && take_figure(&line, true, &offset) : take_stamp(&line, &expiry);
        expiry = relative && sound ? stamp + (int64_t)offset * 1000 : expiry;
    }
    if (!sound || line.at < line.end)
        return unsound;
    if (stamp > p->stamp_ms)
        p->stamp_ms = stamp;
    if (expiry > 0 && (p->expiry_ms == 0 || expiry < p->expiry_ms))
        p->expiry_ms = expiry;
    return NULL;
}

/* Reads a special line behind its "$". Each kind counts once, except $MAXRANGE4 and $TIMESTAMP. Returns NULL, or why it
 * is not understood. */
static const char *
read_special(struct zone_parser *p, struct line line)
{
    enum kind { SOA, NS, NAMESERVER, TTL, MAXRANGE4, TIMESTAMP, INCLUDE, KINDS };
    static const char *const names[KINDS] = {"soa", "ns", "nameserver", "ttl", "maxrange4", "timestamp", "include"};
    struct line name;
    uint32_t time;
    take_word(&line, &name);
    size_t count = (size_t)(name.end - name.at), kind = 0;
    if (count == 1 && (*name.at == '=' || (*name.at >= '0' && *name.at <= '9'))) {
        char **text = &p->texts[*name.at == '=' ? ZONE_PARSER_BASE : *name.at - '0'];
        if (line.at == line.end)
            return unsound;
        if (*text == NULL)
            *text = mem_copy_bytes(line.at, (size_t)(line.end - line.at));
        return NULL;
    }
    while (kind < KINDS && !(strlen(names[kind]) == count && strncasecmp(name.at, names[kind], count) == 0))
        kind++;
    switch ((enum kind)kind) {
    case SOA:
        return set_soa(p, line);
    case NS:
    case NAMESERVER:
        return take_figure(&line, true, &time) && line.at < line.end ? NULL : unsound;
    case TTL:
        return take_figure(&line, true, &time) && line.at == line.end ? NULL : unsound;
    case MAXRANGE4:
        return set_range_most(p, line);
    case TIMESTAMP:
        return set_timestamp(p, line);
    case INCLUDE:
        p->includes = true;
        return "files named by $INCLUDE are not read";
    case KINDS:
        break;
    }
    return "no such special line is known";
}

/* ---- lines ---- */

/* Takes blanks and ":A:" from the front of a value and stores A, and what is left, perhaps an empty text, in the table.
 * Without a value *own is false: the default text counts. Returns NULL, or why it is no value. */
static const char *
read_value(struct zone_parser *p, struct line line, bool *own, struct zone_table_text *text)
{
    uint32_t a;
    *own = false;
    skip_blanks(&line);
    if (is_over(&line))
        return NULL;
    if (take(&line, ':')) {
        unsigned octets = take_octets(&line, &a);
        if (octets == 0 || a == 0)
            return "no A value is between the colons";
        uint32_t answer = octets > 1 ? a : (uint32_t)127 << 24 | a >> 24; /* ":2:" is 127.0.0.2 */
        size_t i = 0;
        while (i < p->answers.count && p->answers.at[i] != answer)
            i++;
        if (i == p->answers.count && i < ZONE_PARSER_ANSWERS)
            vec_push(&p->answers, answer);
        skip_blanks(&line);
        if (line.at == line.end)
            return NULL;
        if (!take(&line, ':'))
            return "no colon follows the A value";
        skip_blanks(&line);
    }
    *own = true;
    size_t count = (size_t)(line.end - line.at);
    if (count > ZONE_TABLE_TEXT) {
        warn(p, line.at, line.end, "the text is longer than 255 bytes; the rest is cut off");
        count = ZONE_TABLE_TEXT;
    }
    *text = zone_table_keep(&p->table, line.at, count);
    return NULL;
}

static const char *
read_listed(struct zone_parser *p, struct line line, uint32_t first, uint32_t last)
{
    bool own;
    struct zone_table_text text;
    const char *why = read_value(p, line, &own, &text);
    if (why == NULL)
        zone_table_add(&p->table, first, last, own ? &text : NULL, false);
    return why;
}

/* Reads "[!]range [value]". */
static const char *
read_entry(struct zone_parser *p, struct line line)
{
    uint32_t first, last;
    bool excluded = take(&line, '!');
    if (excluded)
        skip_blanks(&line);
    const char *why = take_range(&line, &first, &last);
    if (why)
        return why;
    if (p->range_most && last - first >= p->range_most)
        return "the range is larger than $MAXRANGE4 allows";
    if (!excluded)
        return read_listed(p, line, first, last);
    zone_table_add(&p->table, first, last, NULL, true);
    return NULL;
}

/* Returns the line without the blanks and carriage returns at its end. */
static struct line
trimmed(const char *at, const char *end)
{
    while (end > at && (is_blank(end[-1]) || end[-1] == '\r'))
        end--;
    return (struct line){at, end};
}

static void
read_line(struct zone_parser *p, const char *at, const char *end)
{
    if (end - at > ZONE_PARSER_LONGEST) {
        end = at + ZONE_PARSER_LONGEST;
        p->rejected++;
        warn(p, at, end, "the line is longer than 64 KiB; the rest is cut off");
    }
    struct line line = trimmed(at, end);
    const char *nul = p->has_nul ? memchr(at, '\0', (size_t)(line.end - at)) : NULL;
    const char *why = NULL;
    if (nul)
        line.end = nul;
    skip_blanks(&line);
    bool may_hide = is_over(&line) || *line.at == ':';
    if (may_hide && line.end - line.at > 1 && line.at[1] == '$') /* "#$SOA": hidden from other programs */
        line.at++;
    p->idle += is_over(&line);
    if (take(&line, '$')) {
        why = read_special(p, line);
    } else if (!is_over(&line) && *line.at == ':') { /* ":A:text", the default of the lines behind it */
        bool own;
        struct zone_table_text text = {0, 0};
        why = read_value(p, line, &own, &text);
        if (why == NULL)
            zone_table_set_fallback(&p->table, text);
    } else if (!is_over(&line)) {
        why = read_entry(p, line);
    }
    p->rejected += why != NULL;
    if (why)
        warn(p, at, end, why);
}

/* Reads "/n" behind an address, alone or before a value. Returns the newline, or NULL if the line is unusual and must
 * be taken apart. */
static inline const char *
read_prefix(struct zone_parser *p, const char *slash, uint32_t first, const char *end)
{
    uint32_t length = 0;
    const char *s = read_octet(slash + 1, &length);
    uint32_t hosts = host_bits(length);
    if (!s || length == 0 || length >= 32 || (first & hosts) || p->range_most || p->has_nul)
        return NULL;
    if (*s == '\n') {
        zone_table_add(&p->table, first, first | hosts, NULL, false);
        return s;
    }
    const char *newline = memchr(s, '\n', (size_t)(end - s));
    if (!is_blank(*s) || newline - s > ZONE_TABLE_TEXT)
        return NULL;
    return read_listed(p, trimmed(s, newline), first, first | hosts) ? NULL : newline;
}

/* Reads lines as long as they are a bare address, "!" and a bare address, or begin with a prefix. Returns their bytes.
 */
static size_t
read_plain_lines(struct zone_parser *p, const char *lines, const char *end)
{
    struct zone_table *table = &p->table;
    const char *at = lines;
    uint32_t address, *begin = zone_table_room(table, (size_t)(end - lines) / ZONE_PARSER_SHORTEST), *out = begin;
    while (at < end) {
        const char *s = read_quad(at, &address);
        if (s && *s == '\r' && s[1] == '\n')
            s++;
        if (s && *s == '\n')
            *out++ = address;
        else if (s && *s == '/')
            s = read_prefix(p, s, address, end);
        else if (*at == '!' && (s = read_quad(at + 1, &address)) && *s == '\n')
            vec_push(&table->excluded, address);
        else
            s = NULL;
        if (!s)
            break;
        p->line++;
        at = s + 1;
    }
    table->addresses.count += (size_t)(out - begin);
    return (size_t)(at - lines);
}

size_t
zone_parser_read(struct zone_parser *p, char *piece, size_t count)
{
    static const char byte_order[] = "\xEF\xBB\xBF"; /* editors on Windows begin a file with it */
    char *at = piece, *end = piece + count;
    p->has_nul = memchr(piece, '\0', count);
    p->had_nul |= p->has_nul;
    if (p->line == 0 && count >= sizeof byte_order - 1 && memcmp(piece, byte_order, sizeof byte_order - 1) == 0)
        at += sizeof byte_order - 1;
    if (p->skipping) {
        char *newline = memchr(at, '\n', count);
        p->skipped += count;
        if (newline == NULL)
            return 0;
        at = newline + 1;
        p->skipping = false;
        p->skipped = 0;
    }
    char *newline = mem_last(at, '\n', (size_t)(end - at));
    for (char *lines_end = newline ? newline + 1 : at; at < lines_end; at = newline + 1) {
        if (!p->table.fallback_is_other)
            at += read_plain_lines(p, at, lines_end);
        if (at == lines_end)
            break;
        newline = memchr(at, '\n', (size_t)(lines_end - at));
        p->line++;
        read_line(p, at, newline);
    }
    if (end - at > ZONE_PARSER_LONGEST) {
        p->line++;
        read_line(p, at, end);
        p->skipping = true;
        return 0;
    }
    memmove(piece, at, (size_t)(end - at));
    return (size_t)(end - at);
}

/* Reads an unfinished last line as it is, because rbldnsd does so. */
void
zone_parser_end(struct zone_parser *p, char *at, size_t count)
{
    if (count == 0)
        return;
    p->line++;
    p->is_cut = true;
    warn(p, at, at + count, "the file ends within this line");
    read_line(p, at, at + count);
}

#include "base/text.h"

#include "base/mem.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

static const char ELLIPSIS[] = "...";

uint32_t
text_next(const char **string, int *columns)
{
    const utf8proc_uint8_t *s = (const utf8proc_uint8_t *)*string;
    *columns = 0;
    if (*s == '\0')
        return 0;
    if (*s < 0x80) { /* most common, and utf8proc needs a length */
        *columns = *s >= ' ' && *s != 0x7F;
        (*string)++;
        return *s;
    }
    utf8proc_int32_t point;
    utf8proc_ssize_t used = utf8proc_iterate(s, (utf8proc_ssize_t)strnlen(*string, 4), &point);
    if (used <= 0) {
        (*string)++;
        *columns = 1;
        return 0xFFFD;
    }
    *string += used;
    *columns = utf8proc_charwidth(point);
    return (uint32_t)point;
}

enum showing { SHOWABLE, BLANK, UNSHOWABLE };

/* A letter, mark, number, punctuation or symbol is showable, and a blank or a break of the line a blank. Everything
 * else can move the cursor, reverse the line or be invisible: Cc controls, Cf formatting (bidi overrides, zero-width),
 * Cs, Co, Cn, Zl, Zp, and the fillers and selectors that Unicode calls ignorable. -1 is no character. */
static enum showing
showing_of(utf8proc_int32_t point)
{
    if (point == ' ' || (point >= '\t' && point <= '\r'))
        return BLANK;
    if (point < 0x80)
        return point >= ' ' && point != 0x7F ? SHOWABLE : UNSHOWABLE;
    if (utf8proc_category(point) == UTF8PROC_CATEGORY_ZS)
        return BLANK;
    if (utf8proc_get_property(point)->ignorable)
        return UNSHOWABLE;
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return UNSHOWABLE;
    default:
        return SHOWABLE;
    }
}

#define EACH(byte) (UINT64_MAX / 0xFF * (byte)) /* in all eight bytes of a word */

/* Whether cleaning changes nothing, as in most cases: printable ASCII without two blanks in a row or one at the
 * beginning. Checks eight bytes at a time; the highest bit of each becomes a flag. */
static bool
is_clean_ascii(const char *bytes, size_t count)
{
    uint64_t word, blank_before = 0x80;
    size_t i = 0;
    for (; i + sizeof word <= count; i += sizeof word) {
        memcpy(&word, bytes + i, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        if ((word | (word - EACH(' ')) | (word + EACH(1))) & EACH(0x80)) /* not ASCII, a control, DEL */
            return false;
        uint64_t blanks = ~((word ^ EACH(' ')) + EACH(0x7F)) & EACH(0x80);
        if (blanks & (blanks << 8 | blank_before))
            return false;
        blank_before = blanks >> 56;
    }
    for (bool before = blank_before; i < count; before = bytes[i++] == ' ') {
        unsigned char c = (unsigned char)bytes[i];
        if (c < ' ' || c >= 0x7F || (c == ' ' && before))
            return false;
    }
    return true;
}

void
text_clean(struct buf *out, const char *bytes, size_t count, size_t limit)
{
    while (count > 0 && bytes[count - 1] == ' ')
        count--;
    if (count <= limit && is_clean_ascii(bytes, count)) {
        buf_bytes(out, bytes, count);
        return;
    }
    size_t start = out->count, cut = start; /* `cut` leaves room for the ellipsis */
    bool blank_due = false;
    for (size_t i = 0, used; i < count; i += used) {
        const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)bytes + i;
        utf8proc_int32_t point = *at; /* NUL is an unshowable character */
        used = 1;
        if (*at >= 0x80) {
            utf8proc_ssize_t got = utf8proc_iterate(at, (utf8proc_ssize_t)(count - i), &point);
            if (got > 0)
                used = (size_t)got;
            else
                point = -1;
        }
        enum showing showing = showing_of(point);
        if (showing == BLANK) {
            blank_due = out->count > start;
            continue;
        }
        bool showable = showing == SHOWABLE;
        if (out->count - start + blank_due + (showable ? used : 1) > limit) {
            size_t dots = strlen(ELLIPSIS), room = limit - (cut - start);
            out->count = cut;
            buf_bytes(out, ELLIPSIS, dots < room ? dots : room);
            return;
        }
        if (blank_due)
            buf_byte(out, ' ');
        blank_due = false;
        if (showable)
            buf_bytes(out, bytes + i, used);
        else
            buf_byte(out, '?');
        if (out->count - start + strlen(ELLIPSIS) <= limit)
            cut = out->count;
    }
}

void
text_clean_lines(struct buf *out, const char *bytes, size_t count, size_t limit)
{
    size_t start = out->count;
    for (const char *end = bytes + count; bytes < end && out->count - start < limit;) {
        size_t line = 0;
        while (bytes + line < end && bytes[line] != '\n' && bytes[line] != '\r')
            line++;
        text_clean(out, bytes, line, limit - (out->count - start));
        if (out->count - start < limit)
            buf_byte(out, '\n');
        bytes += line + 1 + (bytes + line + 1 < end && bytes[line] == '\r' && bytes[line + 1] == '\n');
    }
    while (out->count > start && out->at[out->count - 1] == '\n')
        out->at[--out->count] = '\0';
}

void
text_clean_into(char *out, size_t room, const char *bytes, size_t count)
{
    if (count < room && is_clean_ascii(bytes, count) && !(count > 0 && bytes[count - 1] == ' ')) {
        memcpy(out, bytes, count);
        out[count] = '\0';
        return;
    }
    struct buf clean = {0};
    text_clean(&clean, bytes, count, room - 1);
    memcpy(out, buf_string(&clean), clean.count + 1);
    buf_free(&clean);
}

/* Returns a letter or digit as it is compared; 0 for a separator of words, -1 for a mark above or below a letter. Like
 * SQLite's tokenizer "unicode61", whose index is searched for words, it removes accents from Latin letters only. */
static utf8proc_int32_t
fold(utf8proc_int32_t point)
{
    utf8proc_int32_t parts[4];
    int last = 0;
    if (point < 0x80)
        return isalpha(point) ? tolower(point) : isdigit(point) ? point : 0;
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        break;
    case UTF8PROC_CATEGORY_MN:
        return -1;
    default:
        return 0;
    }
    point = utf8proc_tolower(point);
    bool accented = utf8proc_decompose_char(point, parts, 4, UTF8PROC_DECOMPOSE, &last) > 1;
    return accented && parts[0] < 0x80 && isalpha(parts[0]) ? parts[0] : point;
}

void
text_words(struct buf *out, const char *string)
{
    bool inside = false;
    for (int columns; *string != '\0';) {
        uint8_t bytes[4];
        utf8proc_int32_t point = (utf8proc_int32_t)text_next(&string, &columns);
        point = fold(point);
        if (point > 0 && !inside)
            buf_byte(out, ' ');
        if (point > 0)
            buf_bytes(out, (const char *)bytes, (size_t)utf8proc_encode_char(point, bytes));
        inside = point > 0 || (point < 0 && inside);
    }
}

int
text_width(const char *string)
{
    int total = 0, columns;
    while (text_next(&string, &columns))
        total += columns;
    return total;
}

size_t
text_fit(const char *string, int columns)
{
    const char *at = string, *end = string;
    int width;
    while (text_next(&at, &width)) {
        if (width > columns)
            break;
        columns -= width;
        end = at;
    }
    return (size_t)(end - string);
}

size_t
text_break(const char *string, int columns, const char **next)
{
    size_t fit = text_fit(string, columns);
    size_t end = fit;
    if (string[fit] != '\0' && string[fit] != ' ')
        while (end > 0 && string[end] != ' ')
            end--;
    if (end == 0)
        end = fit;
    if (end == 0 && *string) { /* not even one character fits */
        const char *at = string;
        int width;
        text_next(&at, &width);
        end = (size_t)(at - string);
    }
    *next = string + end + strspn(string + end, " ");
    return end;
}

void
text_fold(struct buf *out, const char *lines, int columns)
{
    while (*lines) {
        size_t count = strcspn(lines, "\n");
        char *line = mem_copy_bytes(lines, count);
        int indent = (int)strspn(line, " ");
        const char *at = line + indent, *next;
        if (indent > columns / 2)
            indent = 0;
        do {
            size_t fit = text_break(at, columns - indent, &next);
            buf_format(out, "%*s%.*s\n", indent, "", (int)fit, at);
            at = next;
        } while (*at);
        free(line);
        lines += count + (lines[count] == '\n');
    }
}

size_t
text_read_integer(const char *string, int64_t most, int64_t *out)
{
    size_t i = 0;
    int64_t number = 0;
    for (unsigned digit; (digit = (unsigned char)(string[i] - '0')) <= 9; i++) {
        if (number > most / 10 || number * 10 > most - (int64_t)digit)
            return 0;
        number = number * 10 + digit;
    }
    if (i > 0)
        *out = number;
    return i;
}

size_t
text_read_decimal(const char *string, double *out)
{
    int64_t whole, fraction = 0;
    size_t used = text_read_integer(string, INT32_MAX, &whole);
    size_t decimals = used && string[used] == '.' ? strspn(string + used + 1, "0123456789") : 0;
    if (used == 0 || decimals > TEXT_DECIMALS)
        return 0;
    double scale = 1;
    for (size_t i = 0; i < decimals; i++)
        scale *= 10;
    if (decimals)
        used += 1 + text_read_integer(string + used + 1, INT32_MAX, &fraction);
    *out = ((double)whole * scale + (double)fraction) / scale;
    return used;
}

char *
text_digits(char *at, uint64_t number)
{
    char digits[TEXT_DIGITS];
    size_t count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    while (count > 0)
        *at++ = digits[--count];
    return at;
}

void
text_number(struct buf *out, int64_t number)
{
    char digits[TEXT_DIGITS];
    uint64_t magnitude = number < 0 ? -(uint64_t)number : (uint64_t)number;
    size_t count = (size_t)(text_digits(digits, magnitude) - digits);
    if (number < 0)
        buf_byte(out, '-');
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            buf_byte(out, ',');
        buf_byte(out, digits[i]);
    }
}

void
text_duration(struct buf *out, int64_t ms)
{
    static const struct {
        int64_t seconds;
        const char *unit;
    } units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
    enum { UNITS = sizeof units / sizeof units[0] };

    int64_t left = ms > 0 ? ms / 1000 : 0;
    size_t u = 0;
    while (u + 1 < UNITS && left < units[u].seconds)
        u++;
    buf_format(out, "%" PRId64 " %s", left / units[u].seconds, units[u].unit);
    if (u + 1 < UNITS && left % units[u].seconds >= units[u + 1].seconds)
        buf_format(out, " %" PRId64 " %s", left % units[u].seconds / units[u + 1].seconds, units[u + 1].unit);
}

#include "text.h"

#include "mem.h"

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
    if (*s < 0x80) { /* by far the commonest case, and utf8proc asks for a length */
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

/* Letters, marks, numbers, punctuation, symbols and plain blanks may be shown. Everything else can move the cursor,
 * turn the line around or hide itself: Cc controls, Cf formatting (bidi overrides, zero-width), Cs, Co, Cn, Zl, Zp. */
static bool
is_showable(uint32_t point)
{
    switch (utf8proc_category((utf8proc_int32_t)point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    default:
        return true;
    }
}

static bool
is_blank(uint32_t point)
{
    return point == ' ' || (point >= '\t' && point <= '\r') ||
           utf8proc_category((utf8proc_int32_t)point) == UTF8PROC_CATEGORY_ZS;
}

/* The code point at bytes[0]; *used bytes of it. -1 for an invalid byte. NUL is an ordinary (unshowable) character. */
static int32_t
decode(const char *bytes, size_t count, size_t *used)
{
    utf8proc_int32_t point;
    utf8proc_ssize_t got = utf8proc_iterate((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)count, &point);
    *used = got > 0 ? (size_t)got : 1;
    return got > 0 ? point : -1;
}

void
text_clean(struct buf *out, const char *bytes, size_t count, size_t limit)
{
    size_t start = out->count;
    bool blank_due = false;
    for (size_t i = 0, used; i < count; i += used) {
        int32_t point = decode(bytes + i, count - i, &used);
        if (point >= 0 && is_blank((uint32_t)point)) {
            blank_due = out->count > start;
            continue;
        }
        bool showable = point >= 0 && is_showable((uint32_t)point);
        size_t need = (blank_due ? 1 : 0) + (showable ? used : 1);
        if (out->count - start + need + strlen(ELLIPSIS) > limit) {
            buf_text(out, ELLIPSIS);
            return;
        }
        if (blank_due)
            buf_byte(out, ' ');
        blank_due = false;
        if (showable)
            buf_bytes(out, bytes + i, used);
        else
            buf_byte(out, '?');
    }
}

char *
text_clean_copy(const char *bytes, size_t count)
{
    struct buf out = {0};
    text_clean(&out, bytes, count, TEXT_CLEAN_MAX);
    return buf_take(&out);
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
text_number(struct buf *out, int64_t number)
{
    if (number < 0) {
        buf_byte(out, '-');
        number = -number;
    }
    if (number >= 1000) {
        text_number(out, number / 1000);
        buf_format(out, ",%03d", (int)(number % 1000));
    } else {
        buf_format(out, "%d", (int)number);
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
    buf_format(out, "%d %s", (int)(left / units[u].seconds), units[u].unit);
    if (u + 1 < UNITS && left % units[u].seconds >= units[u + 1].seconds)
        buf_format(out, " %d %s", (int)(left % units[u].seconds / units[u + 1].seconds), units[u + 1].unit);
}

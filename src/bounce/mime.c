#include "bounce/mime.h"

#include <ctype.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { DEPTH = 24, VALUE_MOST = 16 * 1024, CHUNK = 4096, ENTITY = 10 };

/* ---- lines and fields ---- */

bool
mime_line(const char **at, const char *end, const char **line, size_t *count)
{
    if (*at >= end)
        return false;
    const char *c = *line = *at;
    while (c < end && *c != '\n' && *c != '\r')
        c++;
    *count = (size_t)(c - *line);
    c += c + 1 < end && *c == '\r' && c[1] == '\n';
    *at = c < end ? c + 1 : end;
    return true;
}

/* Returns the length of a field's name at the start of a line, or 0. */
static size_t
name_length(const char *line, size_t count)
{
    size_t length = 0;
    while (length < count && (isalnum((unsigned char)line[length]) || line[length] == '-' || line[length] == '_'))
        length++;
    size_t colon = length;
    while (colon < count && line[colon] == ' ')
        colon++;
    return colon < count && line[colon] == ':' ? length : 0;
}

bool
mime_is_field(const char *name, size_t count, const char *wanted)
{
    return strlen(wanted) == count && strncasecmp(name, wanted, count) == 0;
}

bool
mime_field(const char **at, const char *end, const char **name, size_t *name_count, struct buf *value)
{
    const char *next = *at, *line;
    size_t count;
    buf_clear(value);
    *name = NULL;
    if (!mime_line(&next, end, &line, &count))
        return false;
    if (count == 0) {
        *at = next;
        return false;
    }
    *name = line;
    *name_count = name_length(line, count);
    if (*name_count == 0)
        return false;
    const char *colon = memchr(line, ':', count);
    for (bool first = true;; first = false) {
        const char *text = first ? colon + 1 : line;
        size_t length = (size_t)(line + count - text);
        for (; length > 0 && (*text == ' ' || *text == '\t'); length--)
            text++;
        if (value->count + length < VALUE_MOST) {
            buf_bytes(value, first ? "" : "\n", !first);
            buf_bytes(value, text, length);
        }
        *at = next;
        if (next >= end || (*next != ' ' && *next != '\t') || !mime_line(&next, end, &line, &count))
            return true;
    }
}

/* ---- the head of a part ---- */

struct head {
    bool multipart;
    char boundary[MIME_BOUNDARY];
    struct mime_part part;
};

/* Finds "NAME=VALUE" or NAME="VALUE" behind a semicolon. Returns false if there is none that fits. */
static bool
parameter(const char *value, const char *name, char *out, size_t room)
{
    size_t count = strlen(name);
    for (const char *at = strchr(value, ';'); at; at = strchr(at, ';')) {
        at += 1 + strspn(at + 1, " \t\n");
        if (strncasecmp(at, name, count) != 0 || at[count] != '=')
            continue;
        at += count + 1;
        bool quoted = *at == '"';
        at += quoted;
        size_t length = strcspn(at, quoted ? "\"\n" : "; \t\n");
        snprintf(out, room, "%.*s", (int)length, at);
        return length > 0 && length < room;
    }
    return false;
}

static enum mime_kind
kind_of(const char *type)
{
    static const struct {
        const char *type;
        enum mime_kind kind;
    } kinds[] = {{"text/html", MIME_HTML},
                 {"text/rfc822-header", MIME_RETURNED},
                 {"text/", MIME_TEXT},
                 {"message/delivery-status", MIME_STATUS},
                 {"message/xdelivery-status", MIME_STATUS},
                 {"message/global-delivery-status", MIME_STATUS},
                 {"message/feedback-report", MIME_FEEDBACK},
                 {"message/", MIME_RETURNED}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strncasecmp(type, kinds[i].type, strlen(kinds[i].type)) == 0)
            return kinds[i].kind;
    return strchr(type, '/') ? MIME_OTHER : MIME_TEXT;
}

/* Returns whether a field names a file with a mail in it: "application/octet-stream; name=bounce.eml". */
static bool
names_mail(const char *value)
{
    static const char *const parameters[] = {"name", "filename", "name*", "filename*"};
    char name[MIME_BOUNDARY];
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++)
        if (parameter(value, parameters[i], name, sizeof name) && strlen(name) > 4 &&
            strcasecmp(name + strlen(name) - 4, ".eml") == 0)
            return true;
    return false;
}

/* Returns whether a line that is no field is followed by one: the head goes on behind it. */
static bool
goes_on(const char *at, const char *end)
{
    const char *line;
    size_t count;
    return mime_line(&at, end, &line, &count) && mime_line(&at, end, &line, &count) && name_length(line, count) > 0;
}

/* Reads the head of a mail or part and moves *at to its body. */
static void
read_head(const char **at, const char *end, struct head *head)
{
    struct buf value = {0};
    const char *name;
    size_t count;
    bool is_mail = false;
    *head = (struct head){0};
    for (bool any = false;; any = true) {
        if (!mime_field(at, end, &name, &count, &value)) {
            if (!name || !any || !goes_on(*at, end))
                break;
            mime_line(at, end, &name, &count);
            continue;
        }
        const char *text = buf_string(&value);
        is_mail = is_mail || (strncasecmp(name, "content-", 8) == 0 && names_mail(text));
        if (mime_is_field(name, count, "content-type")) {
            head->part.kind = kind_of(text);
            head->multipart = strncasecmp(text, "multipart/", 10) == 0 &&
                              parameter(text, "boundary", head->boundary, sizeof head->boundary);
            if (strncasecmp(text, "multipart/", 10) == 0)
                head->part.kind = MIME_TEXT;
            parameter(text, "charset", head->part.charset, sizeof head->part.charset);
        } else if (mime_is_field(name, count, "content-transfer-encoding")) {
            head->part.encoding = strncasecmp(text, "quoted-printable", 16) == 0 ? MIME_QUOTED
                                  : strncasecmp(text, "base64", 6) == 0          ? MIME_BASE64
                                                                                 : MIME_PLAIN;
        }
    }
    if (is_mail && head->part.kind == MIME_OTHER)
        head->part.kind = MIME_RETURNED;
    buf_free(&value);
}

/* ---- cutting ---- */

/* The boundaries of the multiparts around a place, the innermost last. */
struct walk {
    char boundaries[DEPTH][MIME_BOUNDARY];
    size_t depth;
    size_t taken;
    mime_take *take;
    void *arg;
};

/* Looks for a boundary of any multipart in a line. Returns whether there is one: *depth is then the number of
 * multiparts that are still open. *closes: the multipart ends. */
static bool
is_boundary(const struct walk *walk, const char *line, size_t count, size_t *depth, bool *closes)
{
    if (count < 3 || line[0] != '-' || line[1] != '-')
        return false;
    while (count > 2 && (line[count - 1] == ' ' || line[count - 1] == '\t'))
        count--;
    for (size_t i = walk->depth; i-- > 0;) {
        size_t length = strlen(walk->boundaries[i]);
        *closes = count == length + 4 && line[count - 1] == '-' && line[count - 2] == '-';
        if ((count == length + 2 || *closes) && memcmp(line + 2, walk->boundaries[i], length) == 0) {
            *depth = *closes ? i : i + 1;
            return true;
        }
    }
    return false;
}

/* Moves *at behind the next boundary that begins a part. Returns where the text before it ends; *more = a part
 * follows. */
static const char *
skip_to_part(struct walk *walk, const char **at, const char *end, bool *more)
{
    const char *line, *text_end = NULL;
    size_t count, depth;
    bool closes;
    *more = false;
    while (mime_line(at, end, &line, &count)) {
        if (!is_boundary(walk, line, count, &depth, &closes))
            continue;
        text_end = text_end ? text_end : line;
        walk->depth = depth;
        if (!closes) {
            *more = true;
            break;
        }
    }
    return text_end ? text_end : end;
}

void
mime_walk(const char *bytes, size_t count, mime_take *take, void *arg)
{
    struct walk walk = {.take = take, .arg = arg};
    const char *at = bytes, *end = bytes + count, *body = NULL;
    bool more = true;
    while (more) {
        struct head head;
        read_head(&at, end, &head);
        body = body ? body : at;
        bool goes_in = head.multipart && walk.depth < DEPTH;
        if (goes_in)
            memcpy(walk.boundaries[walk.depth++], head.boundary, sizeof head.boundary);
        head.part.bytes = at;
        const char *text_end = skip_to_part(&walk, &at, end, &more);
        if (goes_in)
            continue;
        head.part.count = (size_t)(text_end - head.part.bytes);
        walk.taken++;
        take(arg, &head.part);
    }
    if (walk.taken == 0) /* a multipart without parts */
        take(arg, &(struct mime_part){.bytes = body, .count = (size_t)(end - body)});
}

/* ---- decoding ---- */

static void
decode_quoted(const struct mime_part *part, size_t most, struct buf *out)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = part->bytes, *end = at + part->count, *line;
    size_t count;
    while (out->count < most && mime_line(&at, end, &line, &count)) {
        while (count > 0 && (line[count - 1] == ' ' || line[count - 1] == '\t'))
            count--;
        bool soft = count > 0 && line[count - 1] == '=';
        count -= soft;
        for (size_t i = 0; i < count && out->count < most; i++) {
            const char *high = i + 2 < count ? memchr(digits, tolower((unsigned char)line[i + 1]), 16) : NULL;
            const char *low = high ? memchr(digits, tolower((unsigned char)line[i + 2]), 16) : NULL;
            bool coded = line[i] == '=' && low;
            buf_byte(out, coded ? (char)((high - digits) << 4 | (low - digits)) : line[i]);
            i += coded ? 2 : 0;
        }
        if (!soft)
            buf_byte(out, '\n');
    }
}

static void
decode_base64(const struct mime_part *part, size_t most, struct buf *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned bits = 0, have = 0;
    for (size_t i = 0; i < part->count && out->count < most && part->bytes[i] != '='; i++) {
        const char *digit = part->bytes[i] ? strchr(digits, part->bytes[i]) : NULL;
        if (!digit)
            continue;
        bits = bits << 6 | (unsigned)(digit - digits);
        have += 6;
        if (have >= 8) {
            have -= 8;
            buf_byte(out, (char)(bits >> have));
        }
    }
}

/* Appends the bytes in UTF-8. Bytes that the charset does not have become "?". Returns false if the system does not
 * know the charset. */
static bool
convert(const char *charset, const struct buf *from, size_t most, struct buf *out)
{
    if (strspn(charset, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != strlen(charset))
        return false;
    iconv_t conversion = iconv_open("UTF-8", charset);
    if (conversion == (iconv_t)-1) /* NOLINT: that is its interface */
        return false;
    char *at = from->at;
    size_t left = from->count;
    while (left > 0 && out->count < most) {
        char chunk[CHUNK], *to = chunk;
        size_t room = sizeof chunk, before = left;
        iconv(conversion, &at, &left, &to, &room);
        buf_bytes(out, chunk, (size_t)(to - chunk));
        if (left == before && to == chunk) {
            buf_byte(out, '?');
            at++;
            left--;
        }
    }
    iconv_close(conversion);
    return true;
}

/* Appends the character of "#64;" or "#x40;", a blank for those that are none to see. Returns its length, or 0. */
static size_t
numeric_entity(const char *at, struct buf *out)
{
    enum { LAST = 0x10ffff, NO_BREAK = 0xa0 };
    bool hex = tolower((unsigned char)at[1]) == 'x';
    char *end;
    unsigned long code = strtoul(at + 1 + hex, &end, hex ? 16 : 10);
    if (!isxdigit((unsigned char)at[1 + hex]) || end == at + 1 || code > LAST)
        return 0;
    char wide[] = {0, (char)(code >> 16), (char)(code >> 8), (char)code};
    if (code < ' ' || code == NO_BREAK)
        buf_byte(out, ' ');
    else
        convert("UTF-32BE", &(struct buf){.at = wide, .count = sizeof wide}, SIZE_MAX, out);
    return (size_t)(end - at) + (*end == ';');
}

/* Appends the character of an entity ("lt;", "#64;"). Returns its length, or 0. */
static size_t
entity(const char *at, struct buf *out)
{
    static const char *const names[] = {"lt;", "gt;", "amp;", "quot;", "nbsp;", "period;", "commat;", "colon;"};
    static const char characters[] = "<>&\" .@:";
    if (*at == '#')
        return numeric_entity(at, out);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strncasecmp(at, names[i], strlen(names[i])) == 0) {
            buf_byte(out, characters[i]);
            return strlen(names[i]);
        }
    return 0;
}

/* Appends the text of HTML: without tags, styles and scripts, with line breaks where blocks end. */
static void
strip_html(const char *at, struct buf *out)
{
    static const char *const breaks[] = {"<br", "</p", "</div", "</tr", "<td",   "<th", "<li",
                                         "<dt", "<dd", "</li",  "</h",  "</pre", "<p"};
    static const char *const hidden[] = {"<style", "<script", "<head"};
    while (*at) {
        if (*at == '&') {
            size_t count = entity(at + 1, out);
            buf_bytes(out, "&", count == 0);
            at += count + 1;
        } else if (*at != '<') {
            buf_byte(out, *at == '\r' || *at == '\n' ? ' ' : *at);
            at++;
        } else {
            const char *end = NULL;
            for (size_t i = 0; i < sizeof breaks / sizeof breaks[0]; i++)
                if (strncasecmp(at, breaks[i], strlen(breaks[i])) == 0) {
                    buf_byte(out, '\n');
                    break;
                }
            for (size_t i = 0; i < sizeof hidden / sizeof hidden[0] && !end; i++) {
                char close[ENTITY];
                snprintf(close, sizeof close, "</%s", hidden[i] + 1);
                if (strncasecmp(at, hidden[i], strlen(hidden[i])) == 0 && !(end = strcasestr(at, close)))
                    return;
            }
            at = end ? end : at;
            at += strcspn(at, ">");
            at += *at != '\0';
        }
    }
}

void
mime_decode(const struct mime_part *part, size_t most, struct buf *out)
{
    struct buf bytes = {0}, text = {0};
    if (part->encoding == MIME_QUOTED)
        decode_quoted(part, most, &bytes);
    else if (part->encoding == MIME_BASE64)
        decode_base64(part, most, &bytes);
    else
        buf_bytes(&bytes, part->bytes, part->count < most ? part->count : most);
    bool plain =
        !*part->charset || strcasecmp(part->charset, "utf-8") == 0 || strcasecmp(part->charset, "us-ascii") == 0;
    if (plain || !convert(part->charset, &bytes, most, &text))
        buf_bytes(&text, buf_string(&bytes), bytes.count);
    if (part->kind == MIME_HTML)
        strip_html(buf_string(&text), out);
    else
        buf_bytes(out, buf_string(&text), text.count);
    buf_free(&bytes);
    buf_free(&text);
}

/* ---- dates ---- */

int64_t
mime_date(const char *text)
{
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    struct tm tm = {0};
    char month[4] = "", zone[8] = "";
    const char *comma = strchr(text, ',');
    int year, used = 0;
    text = comma ? comma + 1 : text;
    int read = sscanf(text, " %2d %3s %4d %2d:%2d%n", &tm.tm_mday, month, &year, &tm.tm_hour, &tm.tm_min, &used);
    if (read != 5)
        return 0;
    for (size_t i = 0; month[i]; i++)
        month[i] = (char)tolower((unsigned char)month[i]);
    const char *found = strlen(month) == 3 ? strstr(months, month) : NULL;
    if (!found || (found - months) % 3 != 0)
        return 0;
    text += used;
    if (sscanf(text, ":%2d%n", &tm.tm_sec, &used) == 1)
        text += used;
    tm.tm_mon = (int)(found - months) / 3;
    tm.tm_year = year < 70 ? year + 100 : year < 1900 ? year : year - 1900;
    int64_t time = (int64_t)timegm(&tm);
    int hours, minutes;
    if (sscanf(text, " %7s", zone) == 1 && (*zone == '+' || *zone == '-') &&
        sscanf(zone + 1, "%2d%2d", &hours, &minutes) == 2)
        time -= (*zone == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return time > 0 ? time : 0;
}

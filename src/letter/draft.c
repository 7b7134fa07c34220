#include "letter/draft.h"

#include "base/clock.h"
#include "base/csv.h"
#include "base/text.h"

#include <string.h>

enum { WORD_BYTES = 42 /* of an encoded word of 75 characters (RFC 2047) */, SUBJECT_COLUMNS = 200 };

#define SPECIALS " \"(),:;<>[]\\"
#define PLACEHOLDER "your-address@example.invalid"

bool
draft_is_mailbox(const char *text)
{
    const char *at = strchr(text, '@');
    bool plain = at && at > text && at[1] && !strchr(at + 1, '@') && !strpbrk(text, SPECIALS);
    for (; plain && *text; text++)
        plain = *text > ' ' && *text < 0x7F;
    return plain;
}

void
draft_put_base64(struct buf *out, const char *bytes, size_t count)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < count; i += 3) {
        size_t left = count - i;
        uint32_t group = (uint32_t)(uint8_t)bytes[i] << 16 | (left > 1 ? (uint32_t)(uint8_t)bytes[i + 1] << 8 : 0) |
                         (left > 2 ? (uint8_t)bytes[i + 2] : 0);
        buf_byte(out, digits[group >> 18]);
        buf_byte(out, digits[group >> 12 & 63]);
        buf_byte(out, left > 1 ? digits[group >> 6 & 63] : '=');
        buf_byte(out, left > 2 ? digits[group & 63] : '=');
    }
}

static bool
is_ascii(const char *text)
{
    while (*text && (unsigned char)*text < 0x80)
        text++;
    return !*text;
}

/* Appends text as encoded words, none of which cuts a character. */
static void
put_encoded(struct buf *out, const char *text)
{
    for (const char *end; *text; text = end) {
        const char *next = text;
        int columns;
        for (end = text; *next && next - text <= WORD_BYTES; end = next - text <= WORD_BYTES ? next : end)
            text_next(&next, &columns);
        buf_text(out, "=?utf-8?B?");
        draft_put_base64(out, text, (size_t)(end - text));
        buf_text(out, *end ? "?=\r\n " : "?=");
    }
}

static void
put_subject(struct buf *out, const char *subject)
{
    char *text = mem_copy_bytes(subject, text_fit(subject, SUBJECT_COLUMNS));
    buf_text(out, "Subject: ");
    if (is_ascii(text))
        buf_text(out, text);
    else
        put_encoded(out, text);
    buf_text(out, "\r\n");
    free(text);
}

static void
put_from(struct buf *out, const struct complaint *c)
{
    const char *mail = c->from_mail && draft_is_mailbox(c->from_mail) ? c->from_mail : PLACEHOLDER;
    char *name = text_clean_copy(c->from_name ? c->from_name : "", c->from_name ? strlen(c->from_name) : 0);
    buf_text(out, "From: ");
    if (*name && !is_ascii(name)) {
        put_encoded(out, name);
    } else if (*name) {
        buf_byte(out, '"');
        for (const char *at = name; *at; at++)
            buf_format(out, *at == '"' || *at == '\\' ? "\\%c" : "%c", *at);
        buf_byte(out, '"');
    }
    buf_format(out, "%s<%s>\r\n", *name ? " " : "", mail);
    free(name);
}

/* Appends the lines of a part, ended as in mail. */
static void
put_part(struct buf *out, const char *lines)
{
    for (size_t count; *lines; lines += count + (lines[count] == '\n')) {
        count = strcspn(lines, "\n");
        bool ended = count > 0 && lines[count - 1] == '\r';
        buf_bytes(out, lines, count);
        buf_text(out, ended ? "\n" : "\r\n");
    }
}

void
draft_put_csv(struct buf *out, const struct complaint *c, bool head)
{
    char text[ADDR_TEXT], time[CLOCK_TEXT];
    buf_text(out, head ? "address,first_seen,last_seen,name\r\n" : "");
    for (size_t i = 0; i < c->sources.count; i++) {
        const struct complaint_source *source = &c->sources.at[i];
        struct addr address = addr_from_v4(source->address);
        if (complaint_has_server(c, &address))
            continue;
        buf_format(out, "%s,", addr_text(&address, text));
        buf_format(out, "%s,", source->first_ms > 0 ? clock_rfc3339(source->first_ms, time) : "");
        buf_format(out, "%s,", source->last_ms > 0 ? clock_rfc3339(source->last_ms, time) : "");
        csv_cell(out, source->name);
        buf_text(out, "\r\n");
    }
}

void
draft_put(struct buf *out, const struct letter *letter, const struct complaint *c)
{
    char date[sizeof "Mon, 30 Nov 2026 22:06:38 +0000"], boundary[UUID_TEXT];
    struct uuid uuid = uuid_new(c->now_ms);
    const char *domain =
        c->from_mail && draft_is_mailbox(c->from_mail) ? strchr(c->from_mail, '@') : "@example.invalid";
    buf_format(out, "Date: %s\r\n", clock_text(c->now_ms, "%a, %d %b %Y %H:%M:%S +0000", date, sizeof date));
    put_from(out, c);
    if (c->to && draft_is_mailbox(c->to))
        buf_format(out, "To: <%s>\r\n", c->to);
    put_subject(out, buf_string(&letter->subject));
    buf_format(out, "Message-ID: <%s%s>\r\n", uuid_text(&uuid, boundary), domain);
    buf_format(out, "X-Unsent: 1\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"%s\"\r\n", boundary);
    buf_format(out, "\r\n--%s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
               boundary);
    put_part(out, buf_string(&letter->body));
    if (c->sources.count > 0) {
        struct buf table = {0};
        draft_put_csv(&table, c, true);
        buf_format(out,
                   "\r\n--%s\r\nContent-Type: text/csv; charset=utf-8; header=present\r\n"
                   "Content-Disposition: attachment; filename=\"%s.csv\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
                   boundary, "addresses");
        put_part(out, buf_string(&table));
        buf_free(&table);
    }
    buf_format(out, "\r\n--%s--\r\n", boundary);
}

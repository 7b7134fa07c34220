#include "bounce/bounce_reader.h"

#include "base/buf.h"
#include "base/text.h"
#include "base/unpack.h"
#include "base/vec.h"
#include "bounce/event.h"
#include "bounce/input.h"
#include "bounce/log_line.h"
#include "bounce/mail_parts.h"
#include "bounce/mime.h"
#include "bounce/needles.h"
#include "bounce/reply.h"
#include "lists/list_key.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 256 * 1024 };

struct stream {
    struct bounce_reader *reader;
    const char *name;
    enum input input;
    struct buf held; /* bytes that are not read yet */
    size_t scanned;  /* of them: hold no boundary */
    bool skipping;   /* the rest of a line, mail or event that was cut */
    char newline;
    unsigned long line, message; /* lines that are read; number of the mail or event */
    struct needles *needles;
    struct log_line_context *context;
    unsigned depth; /* of the braces of JSON */
    bool in_string, escaped, found;
};

/* Words of which an event with a rejection or complaint has one, besides those of log lines. */
static const char *const event_words[] = {
    "bounce", "compl", "spam",  "invalid", "fail",  "error", "undeliv", "drop",  "block", "smtp;", "5.0.",
    "5.1.",   "5.2.",  "5.3.",  "5.4.",    "5.5.",  "5.6.",  "5.7.",    "4.2.",  "4.3.",  "4.4.",  "4.5.",
    "4.7.",   "\"421", "\"450", "\"451",   "\"452", "\"454", "\"500",   "\"501", "\"502", "\"503", "\"504",
    "\"521",  "\"530", "\"541", "\"550",   "\"551", "\"552", "\"553",   "\"554", "\"555", "\"571",
};

/* ---- handing over ---- */

static void
take(void *arg, struct rejection *r)
{
    struct stream *s = arg;
    text_clean_into(r->source.file, sizeof r->source.file, s->name, strlen(s->name));
    r->source.line = s->line + 1;
    r->source.message = s->message;
    list_key_mask_all(s->reader->catalogue, r->recipient);
    list_key_mask_all(s->reader->catalogue, r->receiver.host);
    r->text[list_key_mask_reply(s->reader->catalogue, r->text, strlen(r->text))] = '\0';
    s->found = s->found || r->kind != REJECTION_NONE;
    s->reader->take(s->reader->arg, r);
}

static unsigned long
count_lines(const struct stream *s, const char *from, const char *to)
{
    unsigned long count = 0;
    while (from < to && (from = memchr(from, s->newline, (size_t)(to - from)))) {
        count++;
        from++;
    }
    return count;
}

/* Removes bytes from the front; the lines of some of them are counted already. */
static void
drop(struct stream *s, size_t count, size_t counted)
{
    s->line += count_lines(s, s->held.at + counted, s->held.at + count);
    s->held.count -= count;
    memmove(s->held.at, s->held.at + count, s->held.count);
    s->scanned = s->scanned > count ? s->scanned - count : 0;
}

/* ---- logs ---- */

static bool
begins_reply(const char *line, size_t count, bool last)
{
    return count > 3 && strchr("245", *line) && isdigit((unsigned char)line[1]) && isdigit((unsigned char)line[2]) &&
           (isspace((unsigned char)line[3]) || (!last && line[3] == '-'));
}

/* Returns whether a line of a text goes on at `next`: folded, which begins with blanks, or, if the line is of no log
 * that is known, with more of the reply. Marks of quotations are no part of lines. */
static bool
is_folded(const struct stream *s, const struct rejection *r, const char *next, const char *end)
{
    const char *stop = s->input == INPUT_TEXT && next < end ? memchr(next, s->newline, (size_t)(end - next)) : NULL;
    if (s->input != INPUT_TEXT || next >= end)
        return false;
    stop = stop ? stop : end;
    while (next < stop && *next == '>')
        next += 1 + (stop - next > 1 && next[1] == ' ');
    const char *word = next;
    while (word < stop && isspace((unsigned char)*word))
        word++;
    return word < stop && (word > next || (!*r->software && !memmem(word, (size_t)(stop - word), "said: ", 6)));
}

/* Hands over the rejection in a line, once for each recipient of "to=<a@b.example>,<c@d.example>". */
static void
take_line(struct stream *s, struct rejection *r, const char *line, size_t count)
{
    size_t length = strlen(r->recipient);
    const char *end = line + count, *at = length > 0 ? memmem(line, count, r->recipient, length) : NULL;
    take(s, r);
    for (at = at ? at + length : end; end - at > 3 && memcmp(at, ">,<", 3) == 0;) {
        const char *box = at + 3;
        at = memchr(box, '>', (size_t)(end - box));
        at = at ? at : end;
        text_clean_into(r->recipient, sizeof r->recipient, box, (size_t)(at - box));
        take(s, r);
    }
}

/* Reads the event that a program wrote as JSON into a line. Returns false if the line has none. */
static bool
has_event(struct stream *s, const char *line, size_t count)
{
    const char *open = memmem(line, count, "{\"", 2), *close = open ? mem_last(line, '}', count) : NULL;
    bool before = s->found;
    if (!close || close < open)
        return false;
    s->found = false;
    event_read(open, (size_t)(close + 1 - open), s->reader->catalogue, s->reader->marks, take, s);
    bool found = s->found;
    s->found = found || before;
    return found;
}

/* Reads a line of a log, or one reply of a long list of them; `next` is the line behind it. */
static void
read_log_line(struct stream *s, const char *line, size_t count, const char *next, const char *end)
{
    struct rejection r;
    struct bounce_reader *reader = s->reader;
    if (count > 0 && line[count - 1] == '\r')
        count--;
    if (has_event(s, line, count))
        return;
    if (log_line_read(line, count, s->context, reader->catalogue, reader->marks, &r)) {
        if (!is_folded(s, &r, next, end))
            take_line(s, &r, line, count);
        return;
    }
    r = (struct rejection){.kind = REJECTION_REPLY};
    if (s->input == INPUT_LOG && *line != '2' && begins_reply(line, count, true) &&
        reply_read(line, count, reader->catalogue, reader->marks, &r))
        take(s, &r);
}

/* Reads whole lines; only those with one of the words are looked at. */
static void
read_log_lines(struct stream *s, const char *at, const char *end)
{
    const char *found;
    while (at < end && (found = needles_find(s->needles, at, (size_t)(end - at)))) {
        const char *before = mem_last(at, s->newline, (size_t)(found - at));
        const char *start = before ? before + 1 : at, *stop = memchr(found, s->newline, (size_t)(end - found));
        s->line += count_lines(s, at, start);
        at = stop ? stop + 1 : end;
        read_log_line(s, start, (size_t)((stop ? stop : end) - start), at, end);
        s->line += stop != NULL;
    }
    s->line += count_lines(s, at, end);
}

static void
read_log(struct stream *s, bool final)
{
    const char *at = s->held.at, *end = at + s->held.count, *stop;
    if (s->skipping) {
        stop = memchr(at, s->newline, s->held.count);
        s->skipping = !stop;
        s->line += stop != NULL;
        at = stop ? stop + 1 : end;
    }
    stop = final ? end : mem_last(at, s->newline, (size_t)(end - at));
    if (!stop && end - at >= BOUNCE_READER_LINE) {
        s->reader->counts.cut++;
        s->skipping = true;
        read_log_line(s, at, BOUNCE_READER_LINE, end, end);
        at = end;
    } else if (stop) {
        stop += !final;
        read_log_lines(s, at, stop);
        at = stop;
    }
    drop(s, (size_t)(at - s->held.at), (size_t)(at - s->held.at));
}

/* ---- mails ---- */

static void
read_mail(struct stream *s, size_t start, size_t count)
{
    struct bounce_reader *reader = s->reader;
    s->message++;
    reader->counts.mails++;
    reader->counts.cut += s->skipping;
    if (!mail_read(s->held.at + start, count, reader->catalogue, reader->marks, take, s))
        reader->counts.cut += !s->skipping;
}

/* Returns the start of the next mail of an mbox; 0 = it is not there yet. */
static size_t
find_separator(struct stream *s, bool final)
{
    const char mark[] = {s->newline, 'F', 'r', 'o', 'm', ' '};
    enum { SEPARATOR_MOST = 512 };
    for (;;) {
        const char *at = s->held.at + s->scanned, *end = s->held.at + s->held.count;
        const char *found = memmem(at, (size_t)(end - at), mark, sizeof mark);
        size_t place = found ? (size_t)(found - s->held.at) : s->held.count - (s->held.count > 0);
        bool is_start = found && input_is_separator(found + 1, (size_t)(end - found - 1), s->newline);
        bool is_short = found && !final && end - found < SEPARATOR_MOST;
        s->scanned = found && !is_short ? place + 1 : place > sizeof mark && !found ? place - sizeof mark : place;
        if (!found || is_start || is_short)
            return is_start ? place + 1 : 0;
    }
}

static void
read_mails(struct stream *s, bool final)
{
    size_t start = 0, next;
    while (s->input == INPUT_MBOX && (next = find_separator(s, final)) > 0) {
        if (!s->skipping)
            read_mail(s, start, next - start);
        s->line += count_lines(s, s->held.at + start, s->held.at + next);
        s->skipping = false;
        s->scanned = start = next;
    }
    if (!s->skipping && s->held.count - start >= BOUNCE_READER_MAIL) {
        s->skipping = true;
        read_mail(s, start, BOUNCE_READER_MAIL);
    }
    if (!s->skipping && final && s->held.count > start)
        read_mail(s, start, s->held.count - start);
    drop(s, s->skipping && s->input == INPUT_MBOX ? s->scanned : s->skipping ? s->held.count : start, start);
}

/* ---- JSON ---- */

static void
read_event(struct stream *s, const char *bytes, size_t count)
{
    struct bounce_reader *reader = s->reader;
    s->message++;
    reader->counts.events++;
    bool may_matter = needles_find(s->needles, bytes, count);
    if (may_matter && !event_read(bytes, count, reader->catalogue, reader->marks, take, s))
        reader->counts.cut++;
}

/* Moves on by one byte of JSON. Returns whether an object ends with it; one that begins sets *start. A line that ends
 * inside a string, and an object at the start of a line, show that the one before was broken. */
static bool
step_json(struct stream *s, size_t at, size_t *start)
{
    char byte = s->held.at[at];
    bool broken = (byte == s->newline && s->in_string) ||
                  (byte == '{' && s->depth > 0 && at > *start && s->held.at[at - 1] == s->newline);
    if (broken) {
        s->reader->counts.cut++;
        s->depth = 0;
        s->in_string = s->escaped = false;
    }
    if (s->in_string) {
        s->in_string = s->escaped || byte != '"';
        s->escaped = !s->escaped && byte == '\\';
    } else if (byte == '"') {
        s->in_string = true;
    } else if (byte == '{') {
        *start = s->depth++ == 0 ? at : *start;
    } else if (byte == '}' && s->depth > 0) {
        return --s->depth == 0;
    }
    return false;
}

static void
read_json(struct stream *s, bool final)
{
    size_t start = 0, done = 0;
    for (size_t at = s->scanned; at < s->held.count; at++) {
        if (!step_json(s, at, &start))
            continue;
        read_log_lines(s, s->held.at + done, s->held.at + start); /* in the same journal */
        done = start;
        if (!s->skipping)
            read_event(s, s->held.at + start, at + 1 - start);
        s->line += count_lines(s, s->held.at + done, s->held.at + at + 1);
        done = at + 1;
        s->skipping = false;
    }
    const char *rest = s->held.at + done, *stop = s->held.at + s->held.count;
    const char *last = final || s->depth > 0 ? NULL : mem_last(rest, s->newline, (size_t)(stop - rest));
    if (s->depth == 0 && (final || last)) {
        read_log_lines(s, rest, last ? last + 1 : stop);
        done = (size_t)((last ? last + 1 : stop) - s->held.at);
    }
    drop(s, s->depth > 0 && start > done ? start : done, done);
    if (s->held.count > EVENT_MOST || (s->skipping && s->held.count > 0)) {
        s->reader->counts.cut += !s->skipping;
        s->skipping = true;
        drop(s, s->held.count, 0);
    }
    s->scanned = s->held.count;
    if (final && s->depth > 0)
        s->reader->counts.cut++;
}

/* ---- pasted text ---- */

/* Returns whether a text without code and status is of a person, who asks or tells of a list, or says of no list that
 * it refused anything; "list" alone says it of an address. Other languages than these are taken for replies. */
static bool
only_mentions(const char *text, bool has_address)
{
    static const char *const verbs[] = {"liste", "block",  "bloc",   "bloq",     "blok",   "black", "reject",
                                        "rejet", "rechaz", "rifiut", "refus",    "den",    "bann",  "spam ",
                                        "sperr", "query",  "lookup", "rblcheck", "is in ", "abgel"};
    static const char *const persons[] = {" me ", " my ", " I ", " I'm ", "? "};
    bool refuses = has_address && strcasestr(text, "list") && (strstr(text, " on ") || strstr(text, " in "));
    for (const char *at = text; *at && !refuses; at++)
        refuses = (unsigned char)*at >= 0x80;
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0] && !refuses; i++)
        refuses = strcasestr(text, verbs[i]);
    size_t count = strlen(text);
    bool is_letter = (count > 0 && text[count - 1] == '?') || strncmp(text, "I ", 2) == 0;
    for (size_t i = 0; i < sizeof persons / sizeof persons[0] && !is_letter; i++)
        is_letter = strstr(text, persons[i]);
    return is_letter || !refuses;
}

/* Takes the mailbox of the last command in a session before the reply's end, or, of a reply about the recipient, the
 * one in it: "550 5.1.1 <bob@example.org>: User unknown". */
static void
find_recipient(struct rejection *r, const char *session, const char *end)
{
    static const char command[] = "RCPT TO:";
    enum { LENGTH = sizeof command - 1 };
    for (const char *at = session; (at = memmem(at, (size_t)(end - at), command, LENGTH));) {
        at += LENGTH + (end - at > LENGTH && at[LENGTH] == ' ');
        mail_box(at, (size_t)(end - at), r->recipient);
    }
    for (const char *at = r->text; *at && r->party == PARTY_RECIPIENT && !*r->recipient; at++)
        if (at == r->text || strchr(" <(\"'", at[-1]))
            mail_box(at, strlen(at), r->recipient);
}

/* Reads replies, each of which ends before a line that begins another. */
static void
read_replies(struct stream *s)
{
    struct bounce_reader *reader = s->reader;
    const char *start = s->held.at, *end = start + s->held.count, *at = start;
    bool over = false;
    while (at < end) {
        const char *stop = memchr(at, s->newline, (size_t)(end - at)), *next = stop ? stop + 1 : end;
        over = over || begins_reply(at, (size_t)(end - at), true);
        if (next == end || (over && begins_reply(next, (size_t)(end - next), false))) {
            struct rejection r = {.kind = REJECTION_NONE};
            bool is_reply = reply_read(start, (size_t)(next - start), reader->catalogue, reader->marks, &r);
            is_reply = is_reply && (r.code || *r.status || !only_mentions(r.text, r.own.address.family != ADDR_NONE));
            if (!is_reply) { /* neither an address nor a list is of one's own mail */
                struct rejection none = {.kind = REJECTION_NONE};
                memcpy(none.text, r.text, sizeof none.text);
                r = none;
            }
            bool is_success = r.code / 100 == 2 && !(next == end && !s->found);
            r.kind = is_reply ? REJECTION_REPLY : REJECTION_NONE;
            find_recipient(&r, s->held.at, next);
            if (r.code / 100 == 2 || (!r.code && *r.status == '2'))
                rejection_set_delivered(&r);
            if (!is_success)
                take(s, &r);
            s->line += count_lines(s, start, next);
            start = next;
            over = false;
        }
        at = next;
    }
}

/* Blanks the lines that are of a configuration or of a web server's log, or warn of a client: no server replied so. */
static void
blank_foreign(struct stream *s)
{
    static const char *const words[] = {"reject_rbl_", "reject_rhsbl_", "permit_dnswl_", "postscreen_",
                                        "smtpd_",      "$rbl_",         "dnslists",      "$dnslist_",
                                        "check_rbl(",  "FEATURE(`",     "mynetworks"};
    char *end = s->held.at + s->held.count, *stop;
    bool is_foreign = false;
    for (char *at = s->held.at; at < end; at = stop + 1) {
        stop = memchr(at, s->newline, (size_t)(end - at));
        stop = stop ? stop : end;
        const char *word = at;
        while (word < stop && isblank((unsigned char)*word))
            word++;
        bool is_quoted =
            begins_reply(word, (size_t)(stop - word), true) || memmem(at, (size_t)(stop - at), "said: ", 6);
        is_foreign = is_foreign && word > at && !is_quoted; /* goes on */
        for (size_t i = 0; i < sizeof words / sizeof words[0] && !is_foreign; i++)
            is_foreign = memmem(at, (size_t)(stop - at), words[i], strlen(words[i]));
        const char *warning = memmem(at, (size_t)(stop - at), "Warning: ", 9);
        is_foreign = is_foreign || (warning && memmem(warning, (size_t)(stop - warning), " listed ", 8));
        if ((is_foreign && !is_quoted) || log_line_is_request(at, (size_t)(stop - at)))
            memset(at, ' ', (size_t)(stop - at));
    }
}

/* Keeps what a bounce without headers says, unless it says nothing. */
static void
take_text(void *arg, struct rejection *r)
{
    if (r->kind != REJECTION_NONE)
        take(arg, r);
}

/* Reads a bounce, or a piece of a queue's listing, as a mail without header fields. */
static void
read_headless(struct stream *s, const char *at, size_t count)
{
    struct bounce_reader *reader = s->reader;
    struct buf mail = {0};
    buf_byte(&mail, s->newline);
    buf_bytes(&mail, at, count);
    if (!mail_read(mail.at, mail.count, reader->catalogue, reader->marks, take_text, s))
        reader->counts.cut++;
    buf_free(&mail);
}

/* Reads the mails of a queue's listing, each of which a blank line, or the line of the next one, ends. */
static void
read_queue(struct stream *s, bool final)
{
    const char blank[] = {s->newline, s->newline};
    const char *begin = s->held.at, *end = begin + s->held.count, *at = begin;
    for (const char *stop; at < end; at = stop) {
        stop = memmem(at, (size_t)(end - at), blank, sizeof blank);
        stop = stop ? stop + sizeof blank : final || end - at > BOUNCE_READER_LINE ? end : NULL;
        if (!stop)
            break;
        read_headless(s, at, (size_t)(stop - at));
        s->line += count_lines(s, at, stop);
    }
    drop(s, (size_t)(at - begin), (size_t)(at - begin));
}

static void
read_text(struct stream *s, bool final)
{
    struct bounce_reader *reader = s->reader;
    const char *at = s->held.at;
    size_t count = s->held.count, blank = 0;
    if (!final)
        return;
    read_log_lines(s, at, at + count);
    reader->counts.lines += s->line;
    s->line = 0;
    blank_foreign(s);
    while (blank < count && isspace((unsigned char)at[blank]))
        blank++;
    if (s->found || blank == count)
        return;
    if (!begins_reply(at + blank, count - blank, false))
        read_headless(s, at, count);
    if (!s->found)
        read_replies(s);
}

/* ---- streams ---- */

static void
stream_begin(struct stream *s, bool whole)
{
    const char *words[sizeof event_words / sizeof event_words[0] + 64];
    bool has_lf = memchr(buf_string(&s->held), '\n', s->held.count);
    s->newline = !has_lf && memchr(buf_string(&s->held), '\r', s->held.count) ? '\r' : '\n';
    s->context = log_line_context_new();
    if (s->held.count >= 3 && memcmp(s->held.at, "\xEF\xBB\xBF", 3) == 0)
        drop(s, 3, 3); /* a byte order mark */
    s->input = s->held.count > 0 ? input_of(s->held.at, s->held.count, s->newline, whole) : INPUT_LOG;
    size_t count = log_line_word_count;
    memcpy(words, log_line_words, count * sizeof *words);
    if (s->input == INPUT_JSON) {
        memcpy(words + count, event_words, sizeof event_words);
        count += sizeof event_words / sizeof event_words[0];
    }
    s->needles = needles_new(words, count, buf_string(&s->held), s->held.count);
}

static void
stream_read(struct stream *s, bool final)
{
    static void (*const readers[])(struct stream *, bool) = {
        [INPUT_LOG] = read_log,   [INPUT_MBOX] = read_mails, [INPUT_MAIL] = read_mails,
        [INPUT_JSON] = read_json, [INPUT_TEXT] = read_text,  [INPUT_QUEUE] = read_queue,
    };
    if (s->held.count > 0)
        readers[s->input](s, final);
    if (final && (s->input == INPUT_LOG || s->input == INPUT_JSON || s->input == INPUT_QUEUE))
        s->reader->counts.lines += s->line;
}

static void
stream_end(struct stream *s)
{
    needles_free(s->needles);
    log_line_context_free(s->context);
    buf_free(&s->held);
}

void
bounce_reader_text(struct bounce_reader *reader, const char *text, size_t count)
{
    struct stream s = {.reader = reader, .name = "pasted text"};
    reader->counts.bytes += count;
    buf_bytes(&s.held, text, count);
    stream_begin(&s, true);
    stream_read(&s, true);
    stream_end(&s);
}

/* Returns the charset of a text in UTF-16, which Windows writes with a mark and some programs without, or NULL. */
static const char *
find_wide(const char *at, ssize_t count)
{
    ssize_t zeros[2] = {0, 0}, looked = count < 64 ? count : 64;
    for (ssize_t i = 0; i < looked; i++)
        zeros[i % 2] += at[i] == '\0';
    if (looked > 3 && zeros[0] + zeros[1] > 0 && memcmp(at, "\xFF\xFE", 2) == 0)
        return "UTF-16LE";
    if (looked > 3 && zeros[0] + zeros[1] > 0 && memcmp(at, "\xFE\xFF", 2) == 0)
        return "UTF-16BE";
    bool is_low = zeros[0] == 0 && 8 * zeros[1] >= 3 * looked, is_high = zeros[1] == 0 && 8 * zeros[0] >= 3 * looked;
    return looked > 7 && is_low ? "UTF-16LE" : looked > 7 && is_high ? "UTF-16BE" : NULL;
}

/* Turns the last bytes that are held from a charset into UTF-8. */
static void
widen(struct stream *s, const char *charset, size_t count)
{
    struct buf text = {0};
    struct mime_part part = {.bytes = s->held.at + s->held.count - count, .count = count};
    snprintf(part.charset, sizeof part.charset, "%s", charset);
    mime_decode(&part, SIZE_MAX, &text);
    s->held.count -= count;
    buf_bytes(&s->held, buf_string(&text), text.count);
    buf_free(&text);
}

/* Waits for the head, or for all of a short input, before it is clear what it is. */
static const char *
read_all(struct bounce_reader *reader, struct stream *s, struct unpack *unpack)
{
    const char *wide = NULL;
    ssize_t got;
    do {
        char *to = buf_room(&s->held, PIECE);
        got = unpack_read(unpack, to, PIECE);
        buf_wrote(&s->held, to + (got > 0 ? got : 0));
        reader->counts.bytes += got > 0 ? (uint64_t)got : 0;
        wide = s->needles ? wide : find_wide(to, got);
        if (wide && got > 0)
            widen(s, wide, (size_t)got);
        if (!s->needles)
            stream_begin(s, got < PIECE);
        bool on = !reader->progress || reader->progress(reader->arg, reader->counts.bytes);
        stream_read(s, got < PIECE || !on);
        if (!on)
            return NULL;
    } while (got == PIECE);
    return unpack_problem(unpack);
}

bool
bounce_reader_descriptor(struct bounce_reader *reader, int fd, const char *name, struct fault *fault)
{
    struct stream s = {.reader = reader, .name = name};
    struct unpack *unpack = unpack_new(fd);
    const char *why = unpack ? read_all(reader, &s, unpack) : strerror(errno);
    unpack_free(unpack);
    stream_end(&s);
    return !why || fault_set(fault, "cannot read %s: %s", name, why);
}

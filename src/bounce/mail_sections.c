#include "bounce/mail_parts.h"
#include "bounce/reply.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Free text: most bounces say which recipient they are about at the start of a line, and why below it. */

enum { SECTION_MOST = 16 * 1024, CODE = 3 };

/* How sure it is that a mailbox in a line is a recipient. */
enum surety { SURE_NOT, SURE_MENTIONED, SURE_LABELLED, SURE_FIRST };

/* Returns the length of what could be a mailbox: up to a character that none has outside quotes. In brackets it may
 * begin with a quoted string and have letters of all languages (RFC 6531). */
static size_t
run_length(const char *at, size_t count, bool bracket)
{
    static const bool stops[UCHAR_MAX + 1] = {
        ['<'] = true, ['>'] = true, ['('] = true, [')'] = true, ['['] = true,  [']'] = true,  [','] = true,
        [';'] = true, [':'] = true, ['"'] = true, ['|'] = true, ['\''] = true, ['\\'] = true, ['/'] = true};
    size_t length = 0;
    if (bracket && count > 0 && *at == '"') {
        while (++length < count && at[length] != '"' && at[length] != '\n')
            length += at[length] == '\\';
        length++;
    }
    while (length < count && (unsigned char)at[length] > ' ' && at[length] != 0x7f &&
           (bracket || (unsigned char)at[length] < 0x7f) && !stops[(unsigned char)at[length]])
        length++;
    return length < count ? length : count;
}

size_t
mail_box(const char *at, size_t count, char out[static REJECTION_MAILBOX])
{
    bool bracket = count > 0 && *at == '<';
    count = count - bracket < REJECTION_MAILBOX ? count - bracket : REJECTION_MAILBOX;
    at += bracket;
    size_t length = run_length(at, count, bracket);
    if (bracket && (length == count || at[length] != '>'))
        return 0;
    while (!bracket && length > 0 && at[length - 1] == '.')
        length--;
    const char *sign = mem_last(at, '@', length);
    if (!sign || sign == at || sign + 1 == at + length || length >= REJECTION_MAILBOX)
        return 0;
    memcpy(out, at, length);
    out[length] = '\0';
    return length + 2 * (size_t)bracket;
}

/* ---- lines ---- */

/* Returns whether the returned mail begins with this line. */
static bool
begins_returned(const char *line, size_t count)
{
    static const char *const words[] = {"copy of",
                                        "original message",
                                        "header of the original",
                                        "message headers follow",
                                        "unsent message follows",
                                        "message text follows",
                                        "returned message",
                                        "message header follows",
                                        "original mail",
                                        "original e-mail"};
    static const char *const fields[] = {"Received:", "Return-Path:", "DKIM-Signature:",         "X-Received:",
                                         "ARC-Seal:", "Message Hops", "Original Message Headers"};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (count >= strlen(fields[i]) && strncasecmp(line, fields[i], strlen(fields[i])) == 0)
            return true;
    if (count > 100 ||
        !(*line == '-' || *line == '=' || *line == '|' || line[count - 1] == '.' || line[count - 1] == ':'))
        return false;
    char low[104] = "";
    for (size_t i = 0; i < count; i++)
        low[i] = (char)tolower((unsigned char)line[i]);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strstr(low, words[i]) && (*line == '-' || *line == '|' || strstr(low, "follow") || strstr(low, "below")))
            return true;
    return false;
}

/* Returns whether the words before a mailbox introduce a recipient. */
static bool
introduces(const char *line, size_t at)
{
    static const char *const words[] = {"rcpt to:",     "rcpt to: ",   "delivered to: ",     "recipient: ",
                                        "mail to ",     "message to ", "message to: ",       "undeliverable to ",
                                        "size: ",       "attempts: ",  "errors: ",           "to address ",
                                        "recipient ",   "rcpt: ",      "account ",           "delivered to ",
                                        "gateway for ", "address: ",   "recipient address: "};
    while (at > 0 && line[at - 1] == '"')
        at--;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t count = strlen(words[i]);
        if (at >= count && strncasecmp(line + at - count, words[i], count) == 0)
            return true;
    }
    return false;
}

/* Returns the length of the code at the start of a line, of the status behind it and of the blanks behind them. */
static size_t
code_length(const char *line, size_t count)
{
    if (count < CODE + 2 || strspn(line, "0123456789") != CODE || !strchr("45", *line) || line[CODE] != ' ')
        return 0;
    size_t status = strspn(line + CODE + 1, "0123456789.");
    return CODE + 1 + status + (status > 0 && line[CODE + 1 + status] == ' ');
}

/* Returns whether the words before a mailbox say that it helps: "contact tosa@rx.t-online.de". */
static bool
is_helper(const char *line, size_t at)
{
    static const char *const words[] = {"contact", "forward",   "write to",  "write an",
                                        "kontakt", "report to", "request to"};
    enum { BEFORE = 32 };
    char before[BEFORE + 1];
    size_t from = at > BEFORE ? at - BEFORE : 0;
    bool found = false;
    snprintf(before, sizeof before, "%.*s", (int)(at - from), line + from);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        found = found || strcasestr(before, words[i]);
    return found;
}

/* Finds the surest mailbox of a line. *ends: what is about it stands before it ("554 <a@b>... User unknown" in a
 * transcript). */
static enum surety
find_mailbox(const char *line, size_t count, char out[static REJECTION_MAILBOX], bool *ends)
{
    enum surety best = SURE_NOT;
    size_t first = 0;
    while (first < count && line[first] && strchr(" \t>*-", line[first]))
        first++;
    size_t reply = code_length(line + first, count - first);
    *ends = reply > 0 && first + reply < count && line[first + reply] == '<';
    first += *ends ? reply : 0;
    const char *sign = memchr(line, '@', count);
    for (size_t at = first; at < count;) {
        char box[REJECTION_MAILBOX];
        sign = sign && sign < line + at ? memchr(line + at, '@', count - at) : sign;
        if (!sign)
            break;
        size_t run = run_length(line + at, count - at, false);
        if (run >= REJECTION_MAILBOX) { /* no mailbox is so long */
            at += run;
            continue;
        }
        size_t used = at == 0 || strchr(" \t<(\"':=,;>", line[at - 1]) || at == first || line[at] == '<'
                          ? mail_box(line + at, count - at, box)
                          : 0;
        size_t from = at - (at > 0 && line[at - 1] == ' '); /* the sender's: "MAIL From:<a@b>" */
        bool is_sender = from >= 5 && strncasecmp(line + from - 5, "from:", 5) == 0;
        enum surety surety = used == 0 || is_sender ? SURE_NOT
                             : at == first          ? SURE_FIRST
                             : introduces(line, at) ? SURE_LABELLED
                             : is_helper(line, at)  ? SURE_NOT
                                                    : SURE_MENTIONED;
        if (at == first && used > 0 && at + used < count && (unsigned char)line[at + used] >= 0x80)
            surety = SURE_MENTIONED; /* "a@b您好" greets the sender */
        if (surety > best) {
            best = surety;
            memcpy(out, box, sizeof box);
        }
        at += used > 0 ? used : 1;
    }
    *ends = *ends && best == SURE_FIRST;
    return best;
}

/* Returns whether a line of a listing of a queue names a mail: "4XyZ1abcd*    1234 Mon Nov 30 09:14:03 a@b.example".
 */
static bool
begins_queued(const char *line, size_t count)
{
    char head[48], day[4];
    snprintf(head, sizeof head, "%.*s", (int)(count < sizeof head ? count : sizeof head - 1), line);
    return sscanf(head, "%*[A-Za-z0-9]%*[*!#+?X -]%*u %3s", day) == 1 && strstr(" Mon Tue Wed Thu Fri Sat Sun ", day) &&
           strlen(day) == 3;
}

/* Finds the recipients of a listing of a queue (mailq), where the reason stands in brackets before those that it holds
 * for. Returns false if the text is none. */
static bool
cut_queue(struct mail *m)
{
    const char *text = buf_string(&m->text), *at = text, *end = text + m->prose, *line, *reason = NULL;
    size_t count;
    bool is_queue = false, ends;
    for (bool queued = false; mime_line(&at, end, &line, &count);) {
        struct mail_section section = {.order = m->sections.count};
        size_t blanks = 0;
        while (blanks < count && strchr(" \t", line[blanks]))
            blanks++;
        bool begins = begins_queued(line, count);
        is_queue = is_queue || begins;
        queued = begins || (queued && blanks < count);
        reason = begins || !queued ? NULL : line[blanks] == '(' ? line : reason;
        if (!reason || reason == line || find_mailbox(line, count, section.recipient, &ends) != SURE_FIRST)
            continue;
        section.begin = (size_t)(reason - text);
        section.end = section.begin + strcspn(reason, "\r\n");
        vec_push(&m->sections, section);
    }
    m->is_report = m->is_report || is_queue;
    return is_queue;
}

/* Cuts the text into sections at the mailboxes of at least this surety; `with_others`: also at those of the sender, the
 * writer and for help. */
static void
cut(struct mail *m, enum surety least, bool with_others)
{
    static const char *const helpers[] = {"postmaster@", "mailer-daemon@", "support@", "abuse@", "helpdesk@"};
    const char *text = buf_string(&m->text), *at = text, *end = text + m->prose, *line;
    size_t count, behind = 0;
    bool ends;
    while (mime_line(&at, end, &line, &count)) {
        char box[REJECTION_MAILBOX];
        size_t begin = (size_t)(line - text);
        if (find_mailbox(line, count, box, &ends) < least)
            continue;
        bool is_other = strcasecmp(box, m->sender) == 0 || strcasecmp(box, m->from) == 0;
        for (size_t i = 0; i < sizeof helpers / sizeof helpers[0]; i++)
            is_other = is_other || strncasecmp(box, helpers[i], strlen(helpers[i])) == 0;
        if (is_other && !with_others)
            continue;
        if (m->failed.count > 0 && !strcasestr(m->failed.at, box))
            continue;
        ends = ends && (behind > 0 || m->sections.count == 0);
        struct mail_section section = {.begin = ends ? behind : begin, .end = m->prose, .order = m->sections.count};
        if (m->sections.count > 0 && m->sections.at[m->sections.count - 1].end > section.begin)
            m->sections.at[m->sections.count - 1].end = section.begin;
        snprintf(section.recipient, sizeof section.recipient, "%s", box);
        vec_push(&m->sections, section);
        if (ends) {
            behind = (size_t)(at - text);
            m->sections.at[m->sections.count - 1].end = behind;
        }
    }
}

static int
compare(const void *a, const void *b)
{
    const struct mail_section *x = a, *y = b;
    int order = strcasecmp(x->recipient, y->recipient);
    return order ? order : x->order < y->order ? -1 : 1;
}

/* Ends the text where the returned mail begins, which is then that, and the prose where status fields begin. */
static void
cut_returned(struct mail *m)
{
    const char *text = buf_string(&m->text), *at = text, *end = text + m->text.count, *line;
    size_t count;
    bool any = false;
    m->prose = m->text.count;
    while (mime_line(&at, end, &line, &count)) {
        size_t skipped = 0;
        while (skipped < count && (line[skipped] == '>' || line[skipped] == ' ' || line[skipped] == '\t'))
            skipped++;
        if (count == skipped)
            continue;
        if (m->prose == m->text.count && any && strncasecmp(line + skipped, "Reporting-MTA:", 14) == 0)
            m->prose = (size_t)(line - text);
        if (begins_returned(line + skipped, count - skipped) && any) {
            if (!m->returned) {
                m->returned = line;
                m->returned_count = (size_t)(end - line);
                m->returned_in_text = true;
            }
            m->text.count = (size_t)(line - text);
            m->prose = m->prose < m->text.count ? m->prose : m->text.count;
            return;
        }
        any = true;
    }
}

void
mail_find_sections(struct mail *m)
{
    static const enum surety order[] = {SURE_FIRST, SURE_LABELLED, SURE_MENTIONED};
    cut_returned(m);
    for (size_t pass = cut_queue(m) ? 2 : 0; pass < 2 && m->sections.count == 0; pass++)
        for (size_t i = 0; i < sizeof order / sizeof order[0] - pass && m->sections.count == 0; i++)
            cut(m, order[i], pass > 0);
    if (m->sections.count > 0)
        qsort(m->sections.at, m->sections.count, sizeof m->sections.at[0], compare);
}

/* Returns the first section of a recipient, or the number of all. */
static size_t
first_section(const struct mail *m, const char *recipient)
{
    size_t low = 0, high = m->sections.count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcasecmp(m->sections.at[middle].recipient, recipient) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool
mail_read_sections(const struct mail *m, const char *recipient, bool alone, struct rejection *r)
{
    struct buf lines = {0};
    const struct mail_section *sections = m->sections.at;
    size_t count = m->sections.count;
    bool one = count == 0 || strcasecmp(sections[0].recipient, sections[count - 1].recipient) == 0;
    for (size_t i = first_section(m, recipient); i < count && strcasecmp(sections[i].recipient, recipient) == 0; i++)
        if (lines.count + sections[i].end - sections[i].begin < SECTION_MOST)
            buf_bytes(&lines, m->text.at + sections[i].begin, sections[i].end - sections[i].begin);
    bool found = lines.count > 0 && reply_read(lines.at, lines.count, m->catalogue, m->marks, r);
    if (one && (alone || lines.count > 0) && m->prose > 0) {
        struct rejection prose = {.kind = REJECTION_DSN};
        bool replied = *r->text && reply_read(m->text.at, m->prose, m->catalogue, m->marks, &prose);
        if (!found && replied)
            *r->text = '\0'; /* the reply in full, which the status fields may shorten */
        found = reply_read(m->text.at, m->prose, m->catalogue, m->marks, r) || found;
    }
    buf_free(&lines);
    return found;
}

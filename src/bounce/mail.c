#include "bounce/mail.h"

#include "base/text.h"
#include "bounce/event.h"
#include "bounce/mail_parts.h"
#include "bounce/reply.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
    TEXT_MOST = 256 * 1024,
    FIELDS_MOST = 4 * 1024 * 1024,
    FAILED_MOST = 64 * 1024,
    FORWARDED_MOST = 3,
    BROUGHT_MOST = 64
};

/* ---- taking a mail apart ---- */

/* Takes the first mailbox of an address field. */
static void
take_mailbox(const char *value, char out[static REJECTION_MAILBOX])
{
    const char *bracket = strchr(value, '<');
    if (*out || (bracket && mail_box(bracket, strlen(bracket), out) > 0))
        return;
    for (const char *at = value; *at; at += strcspn(at, " \t\n,\"") + (at[strcspn(at, " \t\n,\"")] != '\0'))
        if (mail_box(at, strlen(at), out) > 0)
            return;
}

/* Returns whether a subject, or a text without one, has words of bounces. */
static bool
has_report_words(const char *text)
{
    static const char *const words[] = {"deliver",     "undeliver",    "returned",  "failure",    "bounce",
                                        "not be sent", "unzustellbar", "non remis", "mail system"};
    bool found = false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        found = found || strcasestr(text, words[i]);
    return found;
}

static void
take_subject(struct mail *m, const char *subject)
{
    static const char *const answers[] = {"automatic reply", "auto reply", "autoreply", "out of office", "abwesen"};
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
        m->is_automatic = m->is_automatic || strcasestr(subject, answers[i]);
    m->is_feedback = m->is_feedback || strncasecmp(subject, "complaint about message from ", 29) == 0;
    size_t prefix = strcspn(subject, ": ");
    if (subject[prefix] == ':' && prefix >= 2 && prefix <= 3)
        return; /* "Fwd: Undelivered Mail" is a letter */
    m->is_report = m->is_report || has_report_words(subject);
}

static void
take_head_field(struct mail *m, const char *name, size_t count, const char *value)
{
    if (mime_is_field(name, count, "To"))
        take_mailbox(value, m->sender);
    else if (mime_is_field(name, count, "From"))
        take_mailbox(value, m->from);
    else if (mime_is_field(name, count, "Date"))
        m->all.time = mime_date(value) ? mime_date(value) : m->all.time;
    else if (mime_is_field(name, count, "Received") && strrchr(value, ';') && !m->all.time)
        m->all.time = mime_date(strrchr(value, ';') + 1); /* the newest stands first */
    else if (mime_is_field(name, count, "Message-ID") && !*m->all.id)
        text_clean_into(m->all.id, sizeof m->all.id, value, strlen(value));
    else if (mime_is_field(name, count, "X-Failed-Recipients") && m->failed.count < FAILED_MOST)
        buf_text(&m->failed, value);
    else if (mime_is_field(name, count, "Subject"))
        take_subject(m, value);
    else if (mime_is_field(name, count, "Auto-Submitted"))
        m->is_automatic = m->is_automatic || strncasecmp(value, "auto-", 5) == 0;
    else if (mime_is_field(name, count, "X-Autoreply") || mime_is_field(name, count, "X-Autorespond"))
        m->is_automatic = true;
}

static void
take_part(void *arg, const struct mime_part *part)
{
    struct mail *m = arg;
    if (part->kind == MIME_TEXT && !m->returned) {
        mime_decode(part, TEXT_MOST - (m->text.count < TEXT_MOST ? m->text.count : TEXT_MOST), &m->text);
        buf_byte(&m->text, '\n');
    } else if (part->kind == MIME_HTML && m->html.count == 0 && !m->returned) {
        mime_decode(part, TEXT_MOST, &m->html);
    } else if ((part->kind == MIME_STATUS || part->kind == MIME_FEEDBACK) && !m->status) {
        m->status = part->bytes;
        m->status_count = part->count;
        m->is_feedback = part->kind == MIME_FEEDBACK;
        if (part->encoding != MIME_PLAIN) {
            mime_decode(part, FIELDS_MOST, &m->fields);
            m->status = buf_string(&m->fields);
            m->status_count = m->fields.count;
        }
    } else if (part->kind == MIME_RETURNED) {
        vec_push(&m->brought, *part);
        bool is_plain = m->brought.at[0].encoding == MIME_PLAIN;
        m->returned = is_plain ? m->brought.at[0].bytes : "";
        m->returned_report = m->returned_report || !is_plain; /* a file that somebody attached */
        m->returned_count = is_plain ? m->brought.at[0].count : 0;
    }
}

/* Returns whether the text has the name behind a colon or semicolon, with a blank or without. */
static bool
has_value(const char *at, size_t count, const char *name, size_t length)
{
    const char *end = at + count, *found;
    for (const char *from = at; (found = memmem(from, (size_t)(end - from), name, length)); from = found + length)
        if (found - at > 2 && strchr(":;", found[-1 - (found[-1] == ' ')]) &&
            (found + length == end || strchr(" \r\n", found[length])))
            return true;
    return false;
}

bool
mail_was_passed_on(const struct mail *m)
{
    return m->status && memmem(m->status, m->status_count, "Remote-MTA:", 11);
}

/* Returns the name of the host that wrote a Received field, and what follows it, or "". */
static const char *
writer_of(const char *received)
{
    const char *name = received;
    while ((name = strstr(name + 1, "by ")) && !strchr(" \t\n", name[-1]))
        ;
    return name ? name + 3 : "";
}

/* Returns whether the system that wrote the bounce received the mail, and not the one that refused it: it then handed
 * the mail on itself, and who gave it the mail is no client of the receiver. */
static bool
is_by_writer(const struct mail *m, const char *received)
{
    const char *name = writer_of(received);
    size_t length = strcspn(name, " ;(\t\n");
    if (length == 0)
        return false;
    if (strcmp(m->all.software, "Exim") == 0 && strcasestr(buf_string(&m->text), "from remote mail server"))
        return true;
    const char *writer = strncasecmp(m->from, "mailer-daemon@", 14) == 0 ? m->from + 14 : "";
    size_t host = *writer && strlen(writer) <= length ? length - strlen(writer) : length;
    if (host < length && strncasecmp(name + host, writer, length - host) == 0 && (host == 0 || name[host - 1] == '.'))
        return true;
    return (mail_was_passed_on(m) && has_value(m->status, m->status_count, name, length)) ||
           (!m->status && has_value(buf_string(&m->text), m->text.count, name, length));
}

/* Takes the address that a Received field names first. Returns false if it names none. */
static bool
take_hop(struct mail *m, const char *received)
{
    size_t from = strcspn(received, "[(");
    for (const char *open = received + from; *open; open += 1 + strcspn(open + 1, "[(")) {
        struct addr address;
        const char *digits = open + 1 + (strncasecmp(open + 1, "ipv6:", 5) == 0 ? 5 : 0);
        size_t length = strspn(digits, "0123456789abcdefABCDEF:.");
        if (length < 3 || !strchr("])", digits[length]) || !addr_parse_bytes(digits, length, &address) ||
            (addr_reserved(&address) && !addr_is_example(&address)))
            continue;
        rejection_add_address(&m->all, &address, TRUST_HOP);
        const char *by = writer_of(received);
        snprintf(m->hop_by, sizeof m->hop_by, "%.*s", (int)strcspn(by, " ;(\t\n"), by);
        return true;
    }
    return false;
}

/* Takes what the returned mail says: who it was for, its id, and the address of its last hop. */
static void
read_returned(struct mail *m)
{
    const char *at = m->returned, *end = at + m->returned_count, *name;
    struct buf value = {0};
    size_t count;
    bool hop = strcmp(m->all.software, "Exchange") == 0; /* its headers name relays */
    for (const char *line;
         at < end && !mime_field(&at, end, &name, &count, &value) && name;) /* "----- Unsent message" */
        mime_line(&at, end, &line, &count);
    while (value.count > 0 || (at < end && mime_field(&at, end, &name, &count, &value))) {
        const char *text = buf_string(&value);
        if (mime_is_field(name, count, "Content-Type")) {
            m->returned_report = m->returned_report || strncasecmp(text, "multipart/report", 16) == 0;
        } else if (mime_is_field(name, count, "From")) {
            m->returned_report = m->returned_report || strcasestr(text, "mailer-daemon@");
        } else if (mime_is_field(name, count, "To")) {
            take_mailbox(text, m->original_to);
        } else if (mime_is_field(name, count, "Message-ID")) {
            text_clean_into(m->all.id, sizeof m->all.id, text, strlen(text));
            m->returned_id = true;
        } else if (mime_is_field(name, count, "Received") && !hop) {
            hop = is_by_writer(m, text) || take_hop(m, text);
        }
        buf_clear(&value);
    }
    buf_free(&value);
}

/* Names the program that wrote the bounce. */
static void
name_software(struct mail *m, const char *bytes, size_t count)
{
    static const struct {
        const char *words, *name;
    } signs[] = {{"qmail-send program", "qmail"},
                 {"X-Postfix-", "Postfix"},
                 {"the Postfix program", "Postfix"},
                 {"This is the mail system at host", "Postfix"},
                 {"DragonFly Mail Agent", "DragonFly Mail Agent"},
                 {"mailer-daemon@googlemail.com", "Google"},
                 {"Transcript of session follows", "Sendmail"},
                 {"Generating server:", "Exchange"},
                 {"Remote Server returned '", "Exchange"},
                 {"X-MS-Exchange", "Exchange"},
                 {"<MicrosoftExchange", "Exchange"},
                 {".prod.outlook.com", "Exchange"},
                 {"(OpenSMTPD)", "OpenSMTPD"},
                 {"amavisd", "Amavis"},
                 {"mail.zoho.com", "Zoho"},
                 {"(Exim ", "Exim"},
                 {"message was created automatically by mail delivery software", "Exim"}};
    size_t looked = count < TEXT_MOST ? count : TEXT_MOST;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0] && !*m->all.software; i++)
        if (memmem(bytes, looked, signs[i].words, strlen(signs[i].words)))
            snprintf(m->all.software, sizeof m->all.software, "%s", signs[i].name);
}

/* ---- rejections ---- */

void
mail_emit(void *mail, struct rejection *r)
{
    struct mail *m = mail;
    if (!r->time)
        r->time = m->all.time;
    if (!*r->software)
        memcpy(r->software, m->all.software, sizeof r->software);
    if (!*r->id)
        memcpy(r->id, m->all.id, sizeof r->id);
    bool by_other = *r->receiver.host && *m->hop_by && strcasecmp(r->receiver.host, m->hop_by) != 0;
    if (m->all.own.address.family != ADDR_NONE && !(by_other && m->all.own.trust == TRUST_HOP))
        rejection_add_address(r, &m->all.own.address, m->all.own.trust);
    for (size_t i = 0; i < m->all.other_count; i++)
        if (!by_other || m->all.others[i].trust != TRUST_HOP)
            rejection_add_address(r, &m->all.others[i].address, m->all.others[i].trust);
    if (r->code / 100 == 2)
        rejection_set_delivered(r);
    m->taken++;
    m->take(m->arg, r);
}

/* Returns whether the mail's sender is a mail system. */
static bool
is_of_daemon(const struct mail *m)
{
    static const char *const daemons[] = {"mailer-daemon", "mailerdaemon", "postmaster", "mail.delivery", "mailer",
                                          "maildaemon",    "mdaemon",      "no-reply",   "bounce"};
    for (size_t i = 0; i < sizeof daemons / sizeof daemons[0]; i++)
        if (strncasecmp(m->from, daemons[i], strlen(daemons[i])) == 0)
            return true;
    return false;
}

/* Returns whether no mail system wrote the mail. */
static bool
is_letter(const struct mail *m)
{
    return !is_of_daemon(m) && !m->is_report && (*m->from || !m->has_head);
}

/* Returns whether a person asks about a list, and quotes no reply: "Is Spamhaus the reason?" */
static bool
asks(const struct mail *m, const struct rejection *r)
{
    return !is_of_daemon(m) && !r->code && !*r->status && *r->list.name &&
           (strstr(r->text, "? ") || (*r->text && r->text[strlen(r->text) - 1] == '?'));
}

/* Returns whether a text without header fields is of a mail system rather than of a person or a program: it has words
 * of bounces, or quotes a refusal. */
static bool
quotes_refusal(const char *text)
{
    bool found = has_report_words(text) || strcasestr(text, "said:") || strstr(text, ">:");
    for (const char *at = text; !found && (at = strpbrk(at, "45")); at++) {
        bool is_code = isdigit((unsigned char)at[1]) && isdigit((unsigned char)at[2]) && (at[3] == ' ' || at[3] == '-');
        bool is_first =
            at == text || strchr("\r\n", at[-1]) || (at - text > 1 && strchr(":<", at[-2]) && at[-1] == ' ');
        found =
            is_code && (is_first || ((at[4] == '4' || at[4] == '5') && at[5] == '.' && isdigit((unsigned char)at[6])));
    }
    return found;
}

/* Hands over a rejection for the recipient of a section. */
static void
emit_recipient(struct mail *m, const char *recipient)
{
    static const char *const final[] = {"permanent error", "permanent failure", "given up", "giving up",
                                        "not going to try again"};
    struct rejection r = {.kind = REJECTION_DSN};
    snprintf(r.recipient, sizeof r.recipient, "%s", recipient);
    bool replied = mail_read_sections(m, recipient, m->sections.count == 0, &r);
    for (size_t i = 0; i < sizeof final / sizeof final[0]; i++)
        if (strcasestr(buf_string(&m->text), final[i]))
            rejection_end_retries(&r);
    bool is_quoted = replied && (!m->is_automatic || r.code || *r.status);
    if ((!is_quoted && is_letter(m)) || asks(m, &r))
        return; /* a mailbox in a letter, or the new one in an automatic answer */
    mail_emit(m, &r);
}

static int
by_order(const void *a, const void *b)
{
    const struct mail_section *const *x = a, *const *y = b;
    return (*x)->order < (*y)->order ? -1 : 1;
}

/* Hands over the rejection in a text that names no recipient, if it quotes a reply or a mail system says which list
 * has which address. */
static void
emit_reply(struct mail *m)
{
    struct rejection r = {.kind = REJECTION_DSN};
    bool brings_other = m->returned && !m->returned_in_text && (is_letter(m) || m->returned_report);
    if (brings_other || !reply_read(buf_string(&m->text), m->prose, m->catalogue, m->marks, &r))
        return;
    bool is_quoted = r.code && *r.list.zone && strcasestr(r.text, r.list.zone);
    bool is_told = r.code || *r.status || (*r.list.name && (m->is_report || r.own.address.family != ADDR_NONE)) ||
                   (m->is_report && r.party == PARTY_RECIPIENT);
    if (is_quoted || (is_told && !is_letter(m) && !m->is_automatic && !asks(m, &r)))
        mail_emit(m, &r);
}

/* Hands over a rejection for each recipient in free text, in the order of the text. */
static void
read_text(struct mail *m)
{
    VEC(const struct mail_section *) firsts = {0};
    for (size_t i = 0; i < m->sections.count; i++)
        if (i == 0 || strcasecmp(m->sections.at[i].recipient, m->sections.at[i - 1].recipient) != 0)
            vec_push(&firsts, &m->sections.at[i]);
    if (firsts.count > 0)
        qsort(firsts.at, firsts.count, sizeof firsts.at[0], by_order);
    for (size_t i = 0; i < firsts.count; i++)
        emit_recipient(m, firsts.at[i]->recipient);
    vec_free(&firsts);
    if (m->taken == 0 && m->failed.count > 0) {
        char recipient[REJECTION_MAILBOX] = "";
        take_mailbox(m->failed.at, recipient);
        emit_recipient(m, recipient);
    } else if (m->taken == 0 && !m->returned_report && !is_letter(m) && *m->original_to) {
        emit_recipient(m, m->original_to);
    }
    if (m->taken == 0 && m->has_head)
        emit_reply(m);
}

/* Hands over what is in an event that a mail service sends as a mail: JSON with long lines folded, and perhaps a footer
 * behind "--". Returns false if the text is none. */
static bool
read_event(struct mail *m)
{
    const char *text = buf_string(&m->text), *at = text + strspn(text, " \n"), *end = text + m->text.count, *line;
    struct buf json = {0};
    size_t count, before = m->taken;
    if (*at != '{')
        return false;
    while (mime_line(&at, end, &line, &count) && (count != 2 || memcmp(line, "--", 2) != 0)) {
        size_t folded = json.count > 0 && count > 0 && *line == ' ';
        buf_bytes(&json, line + folded, count - folded);
    }
    event_read(buf_string(&json), json.count, m->catalogue, m->marks, mail_emit, m);
    buf_free(&json);
    return m->taken > before;
}

/* Reads one mail. Returns whether it is none of a mail system, but brings others with it. */
static bool
read_one(struct mail *m, const char *bytes, size_t count)
{
    const char *at = bytes, *end = bytes + count, *name, *line;
    struct buf value = {0};
    size_t length;
    while (mime_field(&at, end, &name, &length, &value) || (name && mime_line(&at, end, &line, &length)))
        if (value.count > 0)
            take_head_field(m, name, length, buf_string(&value));
    buf_free(&value);
    mime_walk(bytes, count, take_part, m);
    if (m->text.count < 4 && m->html.count > 0)
        buf_text(&m->text, buf_string(&m->html));
    name_software(m, bytes, count);
    m->has_head = *m->from || *m->sender || m->all.time;
    m->is_report = m->is_report || (!m->has_head && quotes_refusal(buf_string(&m->text)));
    mail_find_sections(m);
    if (m->returned)
        read_returned(m);
    if (m->is_feedback) {
        m->status = m->status ? m->status : "";
        mail_read_feedback(m);
    } else if (!read_event(m) && !mail_read_status(m) && (m->has_head || m->is_report)) {
        read_text(m);
    }
    return m->taken == 0 && m->returned && !m->returned_in_text && (is_letter(m) || m->returned_report);
}

/* Moves behind blank lines and the line that separates mails. */
static void
skip_separator(const char **bytes, size_t *count)
{
    const char *end = *bytes + *count, *line;
    size_t length;
    while (*bytes < end && (**bytes == '\n' || **bytes == '\r'))
        ++*bytes;
    if (end - *bytes > 5 && strncmp(*bytes, "From ", 5) == 0)
        mime_line(bytes, end, &line, &length);
    *count = (size_t)(end - *bytes);
}

static void
free_parts(struct mail *m)
{
    buf_free(&m->text);
    buf_free(&m->html);
    buf_free(&m->fields);
    buf_free(&m->failed);
    vec_free(&m->sections);
    vec_free(&m->brought);
}

bool
mail_read(const char *bytes, size_t count, const struct catalogue *catalogue, const struct marks *marks,
          mail_take *take, void *arg)
{
    bool whole = true;
    VEC(struct mime_part) mails = {0}; /* this one and those that it brings */
    VEC(struct buf) decoded = {0};     /* of those */
    size_t taken = 0, outer = 0;
    vec_push(&mails, ((struct mime_part){.bytes = bytes, .count = count}));
    for (size_t i = 0, depth = 1; i < mails.count; i++) {
        struct mail m = {.catalogue = catalogue, .marks = marks, .take = take, .arg = arg};
        depth += i > outer;
        outer = i > outer ? mails.count - 1 : outer;
        bytes = mails.at[i].bytes;
        count = mails.at[i].count;
        if (mails.at[i].encoding != MIME_PLAIN) {
            struct buf plain = {0};
            mime_decode(&mails.at[i], FIELDS_MOST, &plain);
            bytes = buf_string(&plain);
            count = plain.count;
            vec_push(&decoded, plain);
        }
        skip_separator(&bytes, &count);
        if (read_one(&m, bytes, count) && depth < FORWARDED_MOST)
            for (size_t part = 0; part < m.brought.count && mails.count < BROUGHT_MOST; part++)
                vec_push(&mails, m.brought.at[part]);
        if (i + 1 == mails.count && taken + m.taken == 0) {
            struct rejection none = {.kind = REJECTION_NONE};
            if (is_letter(&m))
                snprintf(none.recipient, sizeof none.recipient, "%s", m.from);
            mail_emit(&m, &none);
        }
        taken += m.taken;
        whole = whole && m.text.count <= TEXT_MOST && m.html.count < TEXT_MOST && m.fields.count < FIELDS_MOST;
        free_parts(&m);
    }
    for (size_t i = 0; i < decoded.count; i++)
        buf_free(&decoded.at[i]);
    vec_free(&decoded);
    vec_free(&mails);
    return whole;
}

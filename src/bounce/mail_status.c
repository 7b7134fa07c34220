#include "base/text.h"
#include "bounce/mail_parts.h"
#include "bounce/reply.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Status fields (RFC 3464): a group for the message, then one for each recipient. */

struct group {
    char recipient[REJECTION_MAILBOX];
    char final[REJECTION_MAILBOX];
    char action[16];
    char status[REJECTION_STATUS];
    struct buf diagnostic;
    char receiver[REJECTION_HOST];
    int64_t time;
    bool has_final, any;
};

/* Returns the value behind a type ("rfc822; a@b", "smtp; 550 ..."). */
static const char *
without_type(const char *value)
{
    const char *semicolon = strchr(value, ';');
    size_t type = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_ ");
    if (!semicolon || value + type != semicolon || isdigit((unsigned char)*value))
        return value;
    semicolon++;
    return semicolon + strspn(semicolon, " \t\n");
}

/* Takes a mailbox, or what stands in its place ("|/usr/bin/vacation", a name). */
static void
take_recipient(const char *value, char out[static REJECTION_MAILBOX])
{
    value = without_type(value);
    size_t count = strcspn(value, "\n");
    if (*out || count == 0)
        return;
    char box[REJECTION_MAILBOX];
    const char *mailbox = value + strspn(value, "<\"' ");
    if (mail_box(mailbox, (size_t)(value + count - mailbox), box) > 0)
        snprintf(out, REJECTION_MAILBOX, "%s", box);
    else
        text_clean_into(out, REJECTION_MAILBOX, value, count);
}

/* Takes the host and address of "dns; mx.example.org (192.0.2.1, ...)" or "dns; [192.0.2.1]". */
static void
take_host(const char *value, struct rejection *r, bool is_receiver)
{
    struct addr address;
    value = without_type(value);
    const char *at = value + strcspn(value, "[(");
    at = *at ? at + strspn(at, "[(") : value;
    at += strncasecmp(at, "ipv6:", 5) == 0 ? 5 : 0;
    bool known = addr_parse_bytes(at, strspn(at, "0123456789abcdefABCDEF:."), &address);
    size_t count = strcspn(value, " \n([;,");
    count -= count > 0 && value[count - 1] == '.';
    if (is_receiver)
        rejection_set_receiver(r, value, memchr(value, '.', count) ? count : 0, known ? &address : NULL);
    else if (known)
        rejection_add_address(r, &address, TRUST_CLIENT);
}

/* Reads the reply and the lines about the recipient. The status in a reply is what the receiver said; the field may be
 * the MTA's own ("4.4.7": it gave up), and is often no more than a class. */
static void
read_group(const struct mail *m, const struct group *g, struct rejection *r)
{
    const char *diagnostic = without_type(buf_string(&g->diagnostic));
    if (*g->receiver)
        take_host(g->receiver, r, true);
    reply_read(diagnostic, strlen(diagnostic), m->catalogue, m->marks, r);
    if (!*r->status && *g->status && strcmp(g->status + 1, ".0.0") != 0)
        snprintf(r->status, sizeof r->status, "%s", g->status);
    bool alone = m->groups < 2;
    if (!mail_read_sections(m, g->final, alone, r) && *g->recipient)
        mail_read_sections(m, g->recipient, alone, r);
    if (!*r->status)
        snprintf(r->status, sizeof r->status, "%s", g->status);
}

/* Hands over the rejection of a group, and empties it. */
static void
emit_group(struct mail *m, struct group *g)
{
    struct rejection r = {.kind = REJECTION_DSN, .time = g->time};
    bool done = strcasecmp(g->action, "delivered") == 0 || strcasecmp(g->action, "relayed") == 0 ||
                strcasecmp(g->action, "expanded") == 0 || strcasecmp(g->action, "deliverable") == 0;
    const char *recipient = *g->final && strchr(g->final, '@') ? g->final : g->recipient;
    char box[REJECTION_MAILBOX];
    if (mail_box(recipient, strlen(recipient), box) == 0 && m->groups < 2 && m->sections.count > 0)
        recipient = m->sections.at[0].recipient; /* "|/usr/bin/procmail", "@mx.example.org" */
    snprintf(r.recipient, sizeof r.recipient, "%s", *recipient ? recipient : g->final);
    read_group(m, g, &r);
    if (done)
        rejection_set_delivered(&r);
    else if (strcasecmp(g->action, "failed") == 0)
        rejection_end_retries(&r);
    mail_emit(m, &r);
    buf_clear(&g->diagnostic);
    *g = (struct group){.diagnostic = g->diagnostic};
}

/* Takes a field of the message. Returns false if it is none. */
static bool
take_message_field(struct mail *m, const char *name, size_t count, const char *value)
{
    if (mime_is_field(name, count, "Arrival-Date"))
        m->all.time = mime_date(value);
    else if (mime_is_field(name, count, "Received-From-MTA") && !mail_was_passed_on(m))
        take_host(value, &m->all, false);
    else if (mime_is_field(name, count, "X-Postfix-Queue-ID") && !m->returned_id)
        text_clean_into(m->all.id, sizeof m->all.id, value, strlen(value));
    else
        return false;
    return true;
}

static void
take_field(struct group *g, const char *name, size_t count, const struct buf *field)
{
    const char *value = buf_string(field);
    if (mime_is_field(name, count, "Final-Recipient")) {
        take_recipient(value, g->final);
        g->has_final = true;
    } else if (mime_is_field(name, count, "X-Actual-Recipient") || mime_is_field(name, count, "Original-Recipient")) {
        take_recipient(value, g->recipient);
    } else if (mime_is_field(name, count, "Action")) {
        snprintf(g->action, sizeof g->action, "%.*s", (int)strcspn(value, " \n("), value);
    } else if (mime_is_field(name, count, "Status")) {
        unsigned class, subject, detail; /* "5.1.1 (permanent failure)" */
        if (!*g->status && sscanf(value, " %1u.%3u.%3u", &class, &subject, &detail) == 3)
            snprintf(g->status, sizeof g->status, "%u.%u.%u", class, subject, detail);
    } else if (mime_is_field(name, count, "Diagnostic-Code")) {
        if (g->diagnostic.count == 0)
            buf_text(&g->diagnostic, value);
    } else if (mime_is_field(name, count, "Remote-MTA")) {
        snprintf(g->receiver, sizeof g->receiver, "%s", value);
    } else if (mime_is_field(name, count, "Last-Attempt-Date")) {
        g->time = mime_date(value);
    } else {
        return;
    }
    g->any = true;
}

/* Returns whether the fields of a group speak of a recipient. */
static bool
is_recipient(const struct group *g)
{
    return g->has_final || *g->recipient || (g->any && (*g->status || g->diagnostic.count > 0));
}

/* Reads groups of fields. In the text of a bounce other lines and blank ones are between the fields of one group. */
static void
read_groups(struct mail *m, const char *at, const char *end, bool in_text)
{
    struct group g = {0};
    struct buf value = {0};
    static const char final[] = "Final-Recipient:";
    const char *name, *line, *from = at;
    size_t count;
    for (m->groups = 0; mime_line(&from, end, &line, &count);)
        m->groups += count >= sizeof final - 1 && strncasecmp(line, final, sizeof final - 1) == 0;
    while (at < end) {
        if (mime_field(&at, end, &name, &count, &value)) {
            if (g.has_final && (mime_is_field(name, count, "Final-Recipient") ||
                                (*g.status && mime_is_field(name, count, "Original-Recipient")))) {
                emit_group(m, &g);
            }
            if (!take_message_field(m, name, count, buf_string(&value)))
                take_field(&g, name, count, &value);
        } else if (name) {
            mime_line(&at, end, &line, &count);
        } else if (is_recipient(&g) && !in_text) {
            emit_group(m, &g);
        }
    }
    if (is_recipient(&g))
        emit_group(m, &g);
    buf_free(&value);
    buf_free(&g.diagnostic);
}

/* Copies the text without the marks of quotations and without indentation. Returns whether it has status fields. */
static bool
unquote_fields(const struct buf *text, struct buf *out)
{
    const char *at = buf_string(text), *end = at + text->count, *line;
    size_t count;
    bool found = false;
    while (mime_line(&at, end, &line, &count)) {
        size_t quoted = 0, blanks = 0;
        while (quoted < count &&
               (line[quoted] == '>' || (line[quoted] == ' ' && quoted + 1 < count && line[quoted + 1] == '>')))
            quoted++;
        quoted += quoted > 0 && quoted < count && line[quoted] == ' ';
        while (quoted + blanks < count && line[quoted + blanks] == ' ')
            blanks++;
        size_t name = quoted + blanks;
        while (name < count && (isalpha((unsigned char)line[name]) || line[name] == '-'))
            name++;
        if (name > quoted + blanks + 4 && name + 1 < count && line[name] == ':' && line[name + 1] != '/')
            quoted += blanks; /* a field's name */
        found = found || (count - quoted > 16 && strncasecmp(line + quoted, "Final-Recipient:", 16) == 0);
        buf_bytes(out, line + quoted, count - quoted);
        buf_byte(out, '\n');
    }
    return found;
}

bool
mail_read_status(struct mail *m)
{
    size_t before = m->taken;
    struct buf fields = {0};
    if (m->status && !m->is_feedback)
        read_groups(m, m->status, m->status + m->status_count, false);
    if (m->taken == before && unquote_fields(&m->text, &fields))
        read_groups(m, fields.at, fields.at + fields.count, true);
    buf_free(&fields);
    return m->taken > before;
}

/* ---- feedback reports ---- */

/* Says what a report is about: "not-spam" takes an earlier complaint back (RFC 6430), "auth-failure" is the mail's own
 * (RFC 6591). */
static void
take_feedback_type(struct rejection *r, const char *type)
{
    text_clean_into(r->text, sizeof r->text, type, strlen(type));
    if (strncasecmp(type, "not-spam", 8) == 0) {
        rejection_set_delivered(r);
    } else if (strncasecmp(type, "auth-failure", 12) == 0) {
        r->advice[0] = ADVICE_AUTHENTICATE;
    }
}

void
mail_read_feedback(struct mail *m)
{
    struct rejection r = {.kind = REJECTION_COMPLAINT, .party = PARTY_SENDER};
    const char *at = m->status, *end = at + m->status_count, *name;
    struct buf value = {0};
    struct addr address;
    size_t count, recipients = 0;
    rejection_add_advice(&r, ADVICE_COMPLAINT);
    for (const char *pass = at; mime_field(&pass, end, &name, &count, &value);) {
        const char *text = buf_string(&value);
        size_t length = strspn(text, "0123456789abcdefABCDEF:.");
        if (mime_is_field(name, count, "Source-IP") && addr_parse_bytes(text, length, &address))
            rejection_add_address(&r, &address, TRUST_REPLY);
        else if (mime_is_field(name, count, "Arrival-Date") || mime_is_field(name, count, "Received-Date"))
            r.time = mime_date(text);
        else if (mime_is_field(name, count, "Feedback-Type"))
            take_feedback_type(&r, text);
        else if (mime_is_field(name, count, "User-Agent"))
            text_clean_into(r.software, sizeof r.software, text, strlen(text));
    }
    while (mime_field(&at, end, &name, &count, &value)) {
        if (!mime_is_field(name, count, "Original-Rcpt-To") && !mime_is_field(name, count, "Removal-Recipient"))
            continue;
        struct rejection one = r;
        take_recipient(buf_string(&value), one.recipient);
        recipients++;
        mail_emit(m, &one);
    }
    if (recipients == 0) {
        snprintf(r.recipient, sizeof r.recipient, "%s", m->original_to);
        mail_emit(m, &r);
    }
    buf_free(&value);
}

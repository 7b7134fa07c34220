/* A row of `grammars` for each form of line: a word by which it is known, and a function that finds the reply in it. */
#include "bounce/log_line.h"

#include "base/text.h"
#include "bounce/log_date.h"
#include "bounce/reply.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const char *const log_line_words[] = {
    "said:",       "dsn=4",      "dsn=5",      "bounced",  "deferred",  "defer (",  "reject",   "error from remote",
    "blocked",     " listed ",   "dnsbl rank", "failure:", "deferral:", "permfail", "tempfail", "failed-command",
    "retval=deny", "-perm-fail", "-temp-fail", ",<,\"4",   ",<,\"5",    ",<,4",     ",<,5",     ",>,\"4",
    ",>,\"5",      ",>,4",       ",>,5",       "#fields:",
};
const size_t log_line_word_count = sizeof log_line_words / sizeof log_line_words[0];

const struct log_line_columns log_line_columns = {.session = 2, .local = 4, .remote = 5, .event = 6, .data = 7};

struct span {
    const char *at;
    size_t count;
};

struct reading {
    struct span line; /* behind its date */
    struct span reply;
    struct buf scratch; /* of a reply that is not in the line as it is */
    const struct log_line_columns *columns;
    struct rejection *out;
};

/* ---- parts of a line ---- */

/* Sets *rest to what follows a word. */
static bool
behind(struct span text, const char *word, struct span *rest)
{
    const char *found = memmem(text.at, text.count, word, strlen(word));
    if (!found)
        return false;
    rest->at = found + strlen(word);
    rest->count = (size_t)(text.at + text.count - rest->at);
    return true;
}

static bool
begins(struct span text, const char *word)
{
    return text.count >= strlen(word) && memcmp(text.at, word, strlen(word)) == 0;
}

static struct span
before_any(struct span text, const char *ends)
{
    size_t count = 0;
    while (count < text.count && !strchr(ends, text.at[count]))
        count++;
    return (struct span){text.at, count};
}

static struct span
before(struct span text, const char *word)
{
    const char *found = memmem(text.at, text.count, word, strlen(word));
    return (struct span){text.at, found ? (size_t)(found - text.at) : text.count};
}

/* Returns the value of key="VALUE" or key=VALUE. */
static bool
quoted(struct span line, const char *key, struct span *value)
{
    if (!behind(line, key, value))
        return false;
    if (begins(*value, "\"")) {
        *value = (struct span){value->at + 1, value->count - 1};
        *value = before_any(*value, "\"");
    } else {
        *value = before_any(*value, " ,;");
    }
    return true;
}

static void
take_mailbox(struct rejection *r, struct span text)
{
    while (text.count > 0 && strchr("<\"[ ", *text.at))
        text = (struct span){text.at + 1, text.count - 1};
    text = before_any(text, ">, \"];");
    if (memchr(text.at, '@', text.count))
        text_clean_into(r->recipient, sizeof r->recipient, text.at, text.count);
}

static void
take_status(struct rejection *r, struct span line)
{
    struct span value;
    if (!behind(line, "dsn=", &value))
        return;
    value = before_any(value, ", ");
    if (value.count < sizeof r->status)
        text_clean_into(r->status, sizeof r->status, value.at, value.count);
}

/* Takes the word before a place for the name of the message. */
static void
take_id(struct rejection *r, struct span line, const char *place)
{
    const char *end = place;
    while (end > line.at && strchr(": ", end[-1]))
        end--;
    const char *start = end;
    while (start > line.at && !strchr(" :", start[-1]))
        start--;
    text_clean_into(r->id, sizeof r->id, start, (size_t)(end - start));
}

static bool
read_address(struct span text, struct addr *out)
{
    if (begins(text, "IPv6:"))
        text = (struct span){text.at + 5, text.count - 5};
    if (!addr_parse_bytes(text.at, text.count, out)) {
        const char *colon = mem_last(text.at, ':', text.count);
        if (!colon || !addr_parse_bytes(text.at, (size_t)(colon - text.at), out))
            return false;
    }
    addr_unmap(out);
    return true;
}

/* Reads "NAME[ADDRESS]:PORT", "NAME (HELO) [ADDRESS]", "ADDRESS (NAME)", "ADDRESS:PORT" or a name alone. */
static void
read_host(struct span text, struct span *name, struct addr *address)
{
    const char *bracket = memchr(text.at, '[', text.count), *paren = memchr(text.at, '(', text.count);
    address->family = ADDR_NONE;
    *name = before_any(text, " [(,");
    if (bracket) {
        struct span inside = {bracket + 1, (size_t)(text.at + text.count - bracket - 1)};
        read_address(before_any(inside, "]"), address);
    } else if (read_address(*name, address)) {
        struct span inside = {paren + 1, paren ? (size_t)(text.at + text.count - paren - 1) : 0};
        *name = paren ? before_any(inside, ")") : (struct span){text.at, 0};
    }
}

static void
take_receiver(struct rejection *r, struct span text)
{
    struct span name;
    read_host(text, &name, &r->receiver.address);
    while (name.count > 0 && name.at[name.count - 1] == '.')
        name.count--;
    text_clean_into(r->receiver.host, sizeof r->receiver.host, name.at, name.count);
}

/* Takes the host that was refused by the writer of the log. */
static void
take_stranger(struct rejection *r, struct span text)
{
    struct span name;
    struct addr address;
    r->inbound = true;
    read_host(text, &name, &address);
    if (address.family != ADDR_NONE)
        rejection_add_address(r, &address, TRUST_CLIENT);
}

/* ---- Postfix ---- */

/* QUEUE-ID: to=<>, relay=NAME[ADDRESS]:PORT, ..., dsn=5.7.1, status=bounced (REPLY); a filter or the delivery on this
 * machine is no other server. */
static bool
read_postfix(struct reading *g)
{
    struct span status, relay, to;
    if (!behind(g->line, " status=", &status) || begins(status, "sent") || !behind(g->line, " relay=", &relay) ||
        !behind(g->line, "to=<", &to))
        return false;
    take_mailbox(g->out, to);
    take_status(g->out, g->line);
    take_id(g->out, g->line, to.at - 4);
    relay = before_any(relay, ",");
    if (!begins(relay, "none"))
        take_receiver(g->out, relay);
    bool is_socket = behind(relay, "[private/", &to) || behind(relay, "[/", &to);
    bool is_loopback = g->out->receiver.address.family != ADDR_NONE && addr_is_loopback(&g->out->receiver.address);
    g->out->inbound = is_socket || is_loopback;
    if (!behind(status, "(", &g->reply))
        return false;
    const char *end = mem_last(g->reply.at, ')', g->reply.count);
    g->reply.count = end ? (size_t)(end - g->reply.at) : g->reply.count;
    return behind(g->reply, "said:", &to) || behind(g->reply, "refused to talk to me:", &to); /* else no server spoke */
}

/* NOQUEUE: reject: RCPT from NAME[ADDRESS]: 554 5.7.1 TEXT; from=<> to=<> proto=ESMTP helo=<>; also of postscreen,
 * cleanup and milters */
static bool
read_postfix_refusal(struct reading *g)
{
    struct span rest, from, to;
    if (!behind(g->line, "reject: ", &rest) && !behind(g->line, "reject_warning: ", &rest))
        return false;
    if (!behind(rest, " from ", &from) || !memchr(from.at, '[', from.count))
        return false;
    take_id(g->out, g->line, before(g->line, "reject").at + before(g->line, "reject").count);
    take_stranger(g->out, before(from, "]"));
    if (behind(rest, " to=<", &to))
        take_mailbox(g->out, to);
    if (!behind(from, "]", &g->reply) || !behind(g->reply, " ", &g->reply))
        return false;
    g->reply = before(g->reply, "; from=<");
    return true;
}

/* DNSBL rank 8 for [ADDRESS]:PORT */
static bool
read_postscreen(struct reading *g)
{
    struct span rest;
    if (!behind(g->line, "DNSBL rank ", &rest) || !behind(rest, " for ", &rest))
        return false;
    take_stranger(g->out, rest);
    g->reply = g->line;
    return true;
}

/* addr ADDRESS listed by domain ZONE as 127.0.0.2 */
static bool
read_dnsblog(struct reading *g)
{
    struct span address;
    if (!behind(g->line, "addr ", &address) || !behind(address, " listed by domain ", &g->reply))
        return false;
    take_stranger(g->out, before_any(address, " "));
    g->reply = (struct span){address.at, g->reply.count + (size_t)(g->reply.at - address.at)};
    return true;
}

/* ---- Sendmail ---- */

/* QUEUE-ID: to=<>, delay=, mailer=, relay=NAME [ADDRESS], dsn=5.7.1, reply=REPLY, stat=TEXT. Older ones lack reply=. */
static bool
read_sendmail(struct reading *g)
{
    struct span to, relay, stat;
    if (!behind(g->line, ", stat=", &stat) || !behind(g->line, "to=", &to) || !behind(g->line, ", relay=", &relay))
        return false;
    take_mailbox(g->out, to);
    take_status(g->out, g->line);
    take_id(g->out, g->line, to.at - 3);
    take_receiver(g->out, before_any(relay, ","));
    if (*g->out->status != '4' && *g->out->status != '5')
        return false;
    if (behind(g->line, ", reply=", &g->reply)) {
        g->reply = before(g->reply, ", stat=");
    } else {
        const char *status = *g->out->status == '5' ? g->out->status : "";
        buf_format(&g->scratch, "%s %.*s", status, (int)stat.count, stat.at);
        g->reply = (struct span){buf_string(&g->scratch), g->scratch.count};
    }
    return true;
}

/* ruleset=check_relay, arg1=, arg2=ADDRESS, relay=NAME [ADDRESS], reject=REPLY */
static bool
read_sendmail_refusal(struct reading *g)
{
    struct span relay;
    if (!behind(g->line, ", reject=", &g->reply) || !behind(g->line, "relay=", &relay))
        return false;
    take_stranger(g->out, before_any(relay, ","));
    return true;
}

/* ---- Exim ---- */

/* ID ** RECIPIENT F=<> R= T= H=NAME [ADDRESS]:PORT ...: SMTP error from remote mail server after CMD: REPLY; == where
 * it was deferred */
static bool
read_exim(struct reading *g)
{
    struct span to, host;
    struct addr local;
    if (!behind(g->line, " ** ", &to) && !behind(g->line, " == ", &to))
        return false;
    take_mailbox(g->out, to);
    take_id(g->out, g->line, to.at - 4);
    if (behind(to, " H=", &host)) {
        host = before(host, ": ");
        const char *end = memchr(host.at, ']', host.count);
        take_receiver(g->out, (struct span){host.at, end ? (size_t)(end - host.at) : host.count});
    }
    if (behind(to, " I=[", &host) && addr_parse_bytes(host.at, before(host, "]").count, &local))
        rejection_add_address(g->out, &local, TRUST_CLIENT);
    return behind(to, "error from remote mail server", &g->reply);
}

/* H=NAME (HELO) [ADDRESS]:PORT F=<> rejected RCPT <>: TEXT, where TEXT is the administrator's own */
static bool
read_exim_refusal(struct reading *g)
{
    struct span host, rest;
    if (!behind(g->line, "H=", &host) || !behind(g->line, " rejected ", &rest))
        return false;
    take_stranger(g->out, before(host, "]"));
    take_id(g->out, g->line, host.at - 2);
    if (behind(rest, "<", &g->reply))
        take_mailbox(g->out, g->reply);
    if (!behind(rest, ">: ", &g->reply) && !behind(rest, ": ", &g->reply))
        g->reply = rest;
    return true;
}

/* ---- qmail ---- */

/* delivery 5: failure: ADDRESS_does_not_like_recipient./Remote_host_said:_REPLY/Giving_up_on_ADDRESS./ */
static bool
read_qmail(struct reading *g)
{
    struct span rest, said, host;
    if (!behind(g->line, "delivery ", &rest))
        return false;
    take_id(g->out, rest, before_any(rest, ":").at + before_any(rest, ":").count);
    if ((!behind(rest, ": failure: ", &rest) && !behind(rest, ": deferral: ", &rest)) ||
        !behind(rest, "emote_host_said:_", &said))
        return false;
    if (!behind(rest, "Giving_up_on_", &host))
        host = rest;
    host = before_any(host, "_/");
    while (host.count > 0 && host.at[host.count - 1] == '.')
        host.count--;
    take_receiver(g->out, host);
    said = before(said, "/Giving_up");
    for (size_t i = 0; i < said.count; i++)
        buf_byte(&g->scratch, said.at[i] == '_' ? ' ' : said.at[i] == '/' && i + 1 == said.count ? ' ' : said.at[i]);
    g->reply = (struct span){buf_string(&g->scratch), g->scratch.count};
    return true;
}

/* ---- OpenSMTPD ---- */

/* SESSION mta delivery evpid= from=<> to=<> rcpt=<> source="ADDRESS" relay="ADDRESS (NAME)" delay= result="PermFail"
 * stat="REPLY" */
static bool
read_opensmtpd(struct reading *g)
{
    struct span value;
    if (!quoted(g->line, "result=", &value) || (!begins(value, "PermFail") && !begins(value, "TempFail")))
        return false;
    if (behind(g->line, " to=<", &value))
        take_mailbox(g->out, value);
    if (quoted(g->line, "relay=", &value))
        take_receiver(g->out, value);
    struct addr source;
    if (quoted(g->line, "source=", &value) && read_address(value, &source))
        rejection_add_address(g->out, &source, TRUST_CLIENT);
    if (quoted(g->line, "evpid=", &value))
        text_clean_into(g->out->id, sizeof g->out->id, value.at, value.count);
    return quoted(g->line, "stat=", &g->reply);
}

/* SESSION smtp failed-command command="" result="REPLY" */
static bool
read_opensmtpd_refusal(struct reading *g)
{
    struct span value;
    g->out->inbound = true;
    if (quoted(g->line, "address=", &value))
        take_stranger(g->out, value);
    if (quoted(g->line, "command=", &value) && behind(value, "<", &value))
        take_mailbox(g->out, value);
    return quoted(g->line, "result=", &g->reply);
}

/* ---- others ---- */

/* [NOTICE] [UUID] [outbound] recipient <> rejected: REPLY */
static bool
read_haraka(struct reading *g)
{
    struct span rest;
    if (!behind(g->line, "[outbound] ", &rest) || !behind(rest, "recipient ", &rest))
        return false;
    take_mailbox(g->out, rest);
    struct span id = before(g->line, "] [outbound]");
    const char *start = mem_last(id.at, '[', id.count);
    if (start)
        text_clean_into(g->out->id, sizeof g->out->id, start + 1, (size_t)(id.at + id.count - start - 1));
    return behind(rest, " rejected: ", &g->reply) || behind(rest, " deferred: ", &g->reply);
}

/* hook=connect plugin=dns-list function= params= retval=DENY msg="TEXT" */
static bool
read_haraka_refusal(struct reading *g)
{
    struct span rest;
    if (!behind(g->line, "retval=DENY", &rest))
        return false;
    g->out->inbound = true;
    if (!quoted(rest, "msg=", &g->reply))
        g->reply = rest;
    return true;
}

/* [INFO] [UUID] [dns-list] host [ADDRESS] is listed on ZONE */
static bool
read_haraka_list(struct reading *g)
{
    struct span host;
    if (!behind(g->line, "] host [", &host))
        return false;
    take_stranger(g->out, before_any(host, "]"));
    g->reply = (struct span){host.at - 1, host.count + 1};
    return true;
}

/* ... ip: ADDRESS, ..., (default: F (reject): [20.00/15.00] [SYMBOL(4.00){...},...]) */
static bool
read_rspamd(struct reading *g)
{
    struct span ip, rcpts;
    if (!behind(g->line, "(reject): ", &g->reply) || !behind(g->line, " ip: ", &ip))
        return false;
    take_stranger(g->out, before_any(ip, ", "));
    if (behind(g->line, "rcpts: ", &rcpts) && behind(rcpts, "<", &rcpts))
        take_mailbox(g->out, rcpts);
    return true;
}

/* (ID) Blocked CLASS {...}, [ADDRESS] <from> -> <to>, ... */
static bool
read_amavis(struct reading *g)
{
    struct span rest, to;
    if (!behind(g->line, ") Blocked ", &g->reply) || !behind(g->reply, " -> ", &to) || !behind(g->reply, ", ", &rest))
        return false;
    take_mailbox(g->out, to);
    take_stranger(g->out, rest);
    return true;
}

/* (delivery.rcpt-to-rejected) queueId = 1, ..., hostname = "NAME", to = "ADDRESS", code = 550, details = "TEXT" */
static bool
read_stalwart(struct reading *g)
{
    struct span rest, value, code;
    if (!behind(g->line, "(delivery.", &rest))
        return false;
    struct span to = rest;
    while (behind(to, " to = \"", &to)) /* the last one, behind the list of all */
        take_mailbox(g->out, to);
    if (behind(rest, "hostname = \"", &value))
        take_receiver(g->out, before_any(value, "\""));
    if (behind(rest, "queueId = ", &value)) {
        value = before_any(value, ", ");
        text_clean_into(g->out->id, sizeof g->out->id, value.at, value.count);
    }
    if (!behind(rest, "code = ", &code) || !behind(rest, "details = \"", &value))
        return false;
    code = before_any(code, ", ");
    value = before_any(value, "\"");
    buf_format(&g->scratch, "%.*s %.*s", (int)code.count, code.at, (int)value.count, value.at);
    g->reply = (struct span){buf_string(&g->scratch), g->scratch.count};
    return code.count == 3 && (*code.at == '4' || *code.at == '5');
}

/* (smtp.rcpt-to-rejected) listenerId = ..., remoteIp = ADDRESS, ... */
static bool
read_stalwart_refusal(struct reading *g)
{
    struct span value;
    if (!behind(g->line, "(smtp.", &g->reply) || !behind(g->reply, "remoteIp = ", &value))
        return false;
    take_stranger(g->out, before_any(value, ", "));
    return true;
}

/* Any line that has "host NAME[ADDRESS] said: 550 ...". */
static bool
read_said(struct reading *g)
{
    struct span code;
    g->reply = g->line;
    return behind(g->line, "said: ", &code) && code.count > 3 && (*code.at == '4' || *code.at == '5') &&
           isdigit((unsigned char)code.at[1]) && isdigit((unsigned char)code.at[2]);
}

static const struct grammar {
    const char *mark, *software;
    bool (*read)(struct reading *);
} grammars[] = {
    {" status=", "Postfix", read_postfix},
    {"reject", "Postfix", read_postfix_refusal},
    {"DNSBL rank", "Postfix", read_postscreen},
    {" listed by domain ", "Postfix", read_dnsblog},
    {", stat=", "Sendmail", read_sendmail},
    {", reject=", "Sendmail", read_sendmail_refusal},
    {" error from remote", "Exim", read_exim},
    {" rejected ", "Exim", read_exim_refusal},
    {"emote_host_said:", "qmail", read_qmail},
    {"Fail", "OpenSMTPD", read_opensmtpd},
    {"failed-command", "OpenSMTPD", read_opensmtpd_refusal},
    {"[outbound]", "Haraka", read_haraka},
    {"retval=DENY", "Haraka", read_haraka_refusal},
    {"[dns-list]", "Haraka", read_haraka_list},
    {"[dnsbl]", "Haraka", read_haraka_list},
    {"(reject)", "Rspamd", read_rspamd},
    {") Blocked ", "amavis", read_amavis},
    {"(delivery.", "Stalwart", read_stalwart},
    {"(smtp.", "Stalwart", read_stalwart_refusal},
    {"said: ", "", read_said},
};

/* ---- Exchange ---- */

/* Returns the cell of a row of CSV (RFC 4180), without its quotes; empty if the row is shorter. */
static struct span
csv_cell(struct span row, unsigned column)
{
    for (;; column--) {
        struct span cell;
        bool is_quoted = begins(row, "\"");
        cell = is_quoted ? before_any((struct span){row.at + 1, row.count - 1}, "\"") : before_any(row, ",");
        if (column == 0)
            return cell;
        size_t used = (size_t)(cell.at + cell.count - row.at);
        struct span rest = {row.at + used, row.count - used};
        if (!behind(rest, ",", &row))
            return (struct span){row.at, 0};
    }
}

bool
log_line_fields(const char *line, size_t count, struct log_line_columns *out)
{
    enum { MISSING = 99 };
    struct log_line_columns found = {MISSING, MISSING, MISSING, MISSING, MISSING};
    const struct {
        const char *name;
        unsigned *column;
    } names[] = {{"session-id", &found.session},
                 {"local-endpoint", &found.local},
                 {"remote-endpoint", &found.remote},
                 {"event", &found.event},
                 {"data", &found.data}};
    struct span row;
    if (!behind((struct span){line, count}, "#Fields: ", &row))
        return false;
    for (unsigned column = 0; column < MISSING && csv_cell(row, column).count > 0; column++) {
        struct span cell = csv_cell(row, column);
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            if (cell.count == strlen(names[i].name) && begins(cell, names[i].name))
                *names[i].column = column;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (*names[i].column == MISSING)
            return false;
    *out = found;
    return true;
}

/* date,connector,session,number,local,remote,event,data,context: an event "<" has what the other server said, ">" what
 * this one did. */
static bool
read_exchange(struct reading *g)
{
    struct span event = csv_cell(g->line, g->columns->event), id = csv_cell(g->line, g->columns->session);
    struct addr local;
    g->reply = csv_cell(g->line, g->columns->data);
    if (event.count != 1 || g->reply.count < 3 || (*g->reply.at != '4' && *g->reply.at != '5'))
        return false;
    if (*event.at == '>') {
        take_stranger(g->out, csv_cell(g->line, g->columns->remote));
    } else {
        take_receiver(g->out, csv_cell(g->line, g->columns->remote));
        if (read_address(csv_cell(g->line, g->columns->local), &local))
            rejection_add_address(g->out, &local, TRUST_CLIENT);
    }
    text_clean_into(g->out->id, sizeof g->out->id, id.at, id.count);
    return true;
}

/* ---- the line ---- */

/* Sets the date, and returns what follows it. Compose and other collectors write "NAME | " before the line. */
static struct span
skip_date(struct span line, int64_t *when)
{
    enum { NAME_MOST = 64 };
    struct span name = {line.at, line.count < NAME_MOST ? line.count : NAME_MOST}, rest;
    size_t used = log_date_read(line.at, line.count, when);
    if (used == 0 && behind(name, " | ", &rest)) {
        rest.count = (size_t)(line.at + line.count - rest.at);
        used = log_date_read(rest.at, rest.count, when);
        line = rest;
    }
    return (struct span){line.at + used, line.count - used};
}

bool
log_line_is_dated(const char *line, size_t count)
{
    int64_t when = 0;
    return skip_date((struct span){line, count}, &when).count < count && when != 0;
}

bool
log_line_read(const char *line, size_t count, const struct log_line_columns *columns, const struct catalogue *catalogue,
              const struct marks *marks, struct rejection *out)
{
    static const struct rejection none = {.kind = REJECTION_LOG};
    struct reading g = {.columns = columns, .out = out};
    int64_t when = 0;
    bool found = false;
    const char *software = "Exchange";
    *out = none;
    struct span text = skip_date((struct span){line, count}, &when);
    g.line = (struct span){line, count};
    if (when != 0 && begins(text, ","))
        found = read_exchange(&g);
    g.line = text;
    for (size_t i = 0; i < sizeof grammars / sizeof grammars[0] && !found && !begins(text, ","); i++) {
        if (!memmem(text.at, text.count, grammars[i].mark, strlen(grammars[i].mark)))
            continue;
        *out = none;
        buf_clear(&g.scratch);
        found = grammars[i].read(&g);
        software = grammars[i].software;
    }
    out->time = when;
    text_clean_into(out->software, sizeof out->software, software, strlen(software));
    if (found && !reply_read(g.reply.at, g.reply.count, catalogue, marks, out)) {
        text_clean_into(out->text, sizeof out->text, g.reply.at, g.reply.count);
        found = out->inbound;
    }
    out->kind = REJECTION_LOG;
    if (out->inbound && out->party != PARTY_RECEIVER) { /* nothing that the owner of this log must do */
        out->party = PARTY_UNKNOWN;
        out->advice[0] = ADVICE_NONE;
        out->form[0] = '\0';
    }
    buf_free(&g.scratch);
    return found;
}

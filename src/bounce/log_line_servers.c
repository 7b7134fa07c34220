/* The lines of mail servers. */
#include "base/text.h"
#include "bounce/log_line_parts.h"

#include <string.h>

/* ---- Postfix ---- */

/* QUEUE-ID: to=<>, relay=NAME[ADDRESS]:PORT, ..., dsn=5.7.1, status=bounced (REPLY), where the reply may be Postfix's
 * own words; a filter or the delivery on this machine ("relay=local") is no other server. */
bool
log_line_postfix(struct reading *g)
{
    struct span status, relay, to;
    if (!span_behind(g->line, " status=", &status) || span_begins(status, "sent") ||
        span_begins(status, "deliverable") || !span_behind(g->line, " relay=", &relay) ||
        !span_behind(g->line, "to=<", &to))
        return false;
    log_line_take_mailbox(g->out, to);
    log_line_take_status(g->out, g->line);
    log_line_take_id(g->out, g->line, to.at - 4);
    relay = span_before_any(relay, ",");
    bool is_local = !span_begins(relay, "none") && !memchr(relay.at, '[', relay.count);
    if (!span_begins(relay, "none") && !is_local)
        log_line_take_receiver(g->out, relay);
    bool is_socket = span_behind(relay, "[private/", &to) || span_behind(relay, "[/", &to);
    bool is_loopback = g->out->receiver.address.family != ADDR_NONE && addr_is_loopback(&g->out->receiver.address);
    g->is_final = span_begins(status, "bounced");
    g->is_kept = span_begins(status, "deferred");
    g->out->inbound = is_socket || is_loopback || is_local;
    if (!span_behind(status, "(", &g->reply))
        return false;
    g->out->is_repeat = span_begins(g->reply, "delivery temporarily suspended: ");
    const char *end = mem_last(g->reply.at, ')', g->reply.count);
    g->reply.count = end ? (size_t)(end - g->reply.at) : g->reply.count;
    return true;
}

/* NOQUEUE: reject: RCPT from NAME[ADDRESS]: 554 5.7.1 TEXT; from=<> to=<> proto=ESMTP helo=<>; also of postscreen,
 * cleanup and milters */
bool
log_line_postfix_refusal(struct reading *g)
{
    struct span rest, from, to;
    if (!span_behind(g->line, "reject: ", &rest) && !span_behind(g->line, "reject_warning: ", &rest))
        return false;
    if (!span_behind(rest, " from ", &from) || !memchr(from.at, '[', from.count))
        return false;
    log_line_take_id(g->out, g->line, span_before(g->line, "reject").at + span_before(g->line, "reject").count);
    log_line_take_stranger(g->out, span_before(from, "]"));
    if (span_behind(rest, " to=<", &to))
        log_line_take_mailbox(g->out, to);
    if (!span_behind(from, "]", &g->reply) || !span_behind(g->reply, " ", &g->reply))
        return false;
    if (!span_behind(from, "]; from=<", &to) || !span_behind(to, " helo=<", &to) ||
        !span_behind(to, ">: ", &g->reply)) /* of a header: the reply is last */
        g->reply = span_before(g->reply, "; from=<");
    return true;
}

/* DNSBL rank 8 for [ADDRESS]:PORT */
bool
log_line_postscreen(struct reading *g)
{
    struct span rest;
    if (!span_behind(g->line, "DNSBL rank ", &rest) || !span_behind(rest, " for ", &rest))
        return false;
    log_line_take_stranger(g->out, rest);
    g->reply = g->line;
    return true;
}

/* addr ADDRESS listed by domain ZONE as 127.0.0.2 */
bool
log_line_dnsblog(struct reading *g)
{
    struct span address;
    if (!span_behind(g->line, "addr ", &address) || !span_behind(address, " listed by domain ", &g->reply))
        return false;
    log_line_take_stranger(g->out, span_before_any(address, " "));
    g->reply = (struct span){address.at, g->reply.count + (size_t)(g->reply.at - address.at)};
    return true;
}

/* warning: QUESTION: RBL lookup error: WHY; warning: dnsblog_query: lookup error for DNS query QUESTION: WHY; warning:
 * dnsblog reply timeout 10s for ZONE. Of Exim: DNS list lookup defer (probably timeout) for QUESTION: assumed not in
 * list. This server's own resolver is at fault. */
bool
log_line_lookup_error(struct reading *g)
{
    g->out->inbound = true;
    g->reply = g->line;
    return true;
}

/* ---- Sendmail ---- */

/* QUEUE-ID: to=<>, delay=, mailer=, relay=NAME [ADDRESS], dsn=5.7.1, reply=REPLY, stat=TEXT. Older ones lack reply=. */
bool
log_line_sendmail(struct reading *g)
{
    struct span to, relay, stat;
    if (!span_behind(g->line, ", stat=", &stat) || !span_behind(g->line, "to=", &to) ||
        !span_behind(g->line, ", relay=", &relay))
        return false;
    log_line_take_mailbox(g->out, to);
    log_line_take_status(g->out, g->line);
    log_line_take_id(g->out, g->line, to.at - 3);
    log_line_take_receiver(g->out, span_before_any(relay, ","));
    g->is_final = *g->out->status == '5';
    g->is_kept = *g->out->status == '4';
    if (!g->is_final && !g->is_kept)
        return false;
    if (span_behind(g->line, ", reply=", &g->reply)) {
        g->reply = span_before(g->reply, ", stat=");
    } else {
        const char *status = *g->out->status == '5' ? g->out->status : "";
        buf_format(&g->scratch, "%s %.*s", status, (int)stat.count, stat.at);
        g->reply = (struct span){buf_string(&g->scratch), g->scratch.count};
    }
    return true;
}

/* ruleset=check_relay, arg1=, arg2=ADDRESS, relay=NAME [ADDRESS], reject=REPLY */
bool
log_line_sendmail_refusal(struct reading *g)
{
    struct span relay, to;
    if (!span_behind(g->line, ", reject=", &g->reply) || !span_behind(g->line, "relay=", &relay))
        return false;
    if (span_behind(g->line, "ruleset=check_rcpt, arg1=", &to))
        log_line_take_mailbox(g->out, to);
    log_line_take_stranger(g->out, span_before_any(relay, ","));
    return true;
}

/* ---- Exim ---- */

/* ID ** RECIPIENT F=<> R= T= H=NAME [ADDRESS]:PORT ...: SMTP error from remote mail server after CMD: REPLY, or Exim's
 * own words; == where it was deferred */
bool
log_line_exim(struct reading *g)
{
    struct span to, host, reply;
    struct addr local;
    bool has_id = span_behind(g->line, " ** ", &to) || span_behind(g->line, " == ", &to);
    if (!has_id) /* of one mail's own log (exim -Mvl) */
        to = span_begins(g->line, " ") ? (struct span){g->line.at + 1, g->line.count - 1} : g->line;
    if (!memchr(to.at, '@', span_before_any(to, " :").count))
        return false;
    log_line_take_mailbox(g->out, to);
    if (has_id)
        log_line_take_id(g->out, g->line, to.at - 4);
    g->is_final = has_id && to.at[-2] == '*';
    g->is_kept = !g->is_final;
    if (span_behind(to, " H=", &host)) {
        host = span_before(host, ": ");
        const char *end = memchr(host.at, ']', host.count);
        log_line_take_receiver(g->out, (struct span){host.at, end ? (size_t)(end - host.at) : host.count});
    }
    if (span_behind(to, " I=[", &host) && addr_parse_bytes(host.at, span_before(host, "]").count, &local))
        rejection_add_address(g->out, &local, TRUST_CLIENT);
    if (has_id != (strchr(g->out->id, '-') != NULL) ||
        (!span_behind(to, "error from remote mail server", &reply) && !span_behind(to, ": ", &reply) &&
         !span_behind(to, " defer (", &reply)))
        return false;
    g->out->is_repeat = span_begins(reply, "retry time"); /* "... exceeded", "... not reached for any host" */
    log_line_unescape(g, span_before(reply, " H="), "\\n", '\n');
    return true;
}

/* H=NAME (HELO) [ADDRESS]:PORT F=<> rejected RCPT <>: TEXT, where TEXT is the administrator's own */
bool
log_line_exim_refusal(struct reading *g)
{
    struct span host, rest;
    if (!span_behind(g->line, "H=", &host) || !span_behind(g->line, " rejected ", &rest))
        return false;
    log_line_take_stranger(g->out, span_before(host, "]"));
    log_line_take_id(g->out, g->line, host.at - 2);
    if (span_behind(rest, "<", &g->reply))
        log_line_take_mailbox(g->out, g->reply);
    if (!span_behind(rest, ">: ", &g->reply) && !span_behind(rest, ": ", &g->reply))
        g->reply = rest;
    log_line_unescape(g, g->reply, "\\n", '\n');
    return true;
}

/* ---- qmail ---- */

/* starting delivery 5: msg 4711 to remote MAILBOX */
bool
log_line_qmail_start(struct reading *g)
{
    struct span rest, to;
    if (!span_behind(g->line, "starting delivery ", &rest))
        return false;
    g->out->inbound = span_behind(rest, " to local ", &to);
    if (!g->out->inbound && !span_behind(rest, " to remote ", &to))
        return false;
    log_line_take_mailbox(g->out, to);
    log_line_remember(g, span_before_any(rest, ":"));
    return false;
}

/* delivery 5: failure: ADDRESS_does_not_like_recipient./Remote_host_said:_REPLY/Giving_up_on_ADDRESS./, or qmail's own
 * words */
bool
log_line_qmail(struct reading *g)
{
    static const char *const before[] = {"iving_up_on_", "onnected_to_", ""};
    struct span name, rest, said, host = {"", 0};
    struct addr address = {.family = ADDR_NONE};
    if (!span_behind(g->line, "delivery ", &name))
        return false;
    g->is_final = span_behind(name, ": failure: ", &rest);
    if (!g->is_final && !span_behind(name, ": deferral: ", &rest))
        return false;
    name = span_before_any(name, ":");
    log_line_take_id(g->out, name, name.at + name.count);
    for (size_t i = 0; i < sizeof before / sizeof before[0] && address.family == ADDR_NONE; i++) {
        host = span_behind(rest, before[i], &host) ? span_before_any(host, "_/") : rest;
        while (host.count > 0 && host.at[host.count - 1] == '.')
            host.count--;
        log_line_read_address(host, &address);
    }
    if (address.family != ADDR_NONE)
        log_line_take_receiver(g->out, host);
    if (!span_behind(rest, "emote_host_said:_", &said))
        said = rest;
    said = span_before(said, "/Giving_up");
    said.count -= said.count > 0 && said.at[said.count - 1] == '/';
    log_line_unescape(g, said, "_", ' ');
    log_line_recall(g, name);
    return true;
}

/* ---- OpenSMTPD ---- */

/* SESSION mta delivery evpid= from=<> to=<> rcpt=<> source="ADDRESS" relay="ADDRESS (NAME)" delay= result="PermFail"
 * stat="REPLY" */
bool
log_line_opensmtpd(struct reading *g)
{
    struct span value;
    if (!span_quoted(g->line, "result=", &value) ||
        (!span_begins(value, "PermFail") && !span_begins(value, "TempFail")))
        return false;
    if (span_behind(g->line, " to=<", &value))
        log_line_take_mailbox(g->out, value);
    if (span_quoted(g->line, "relay=", &value))
        log_line_take_receiver(g->out, value);
    struct addr source;
    if (span_quoted(g->line, "source=", &value) && log_line_read_address(value, &source))
        rejection_add_address(g->out, &source, TRUST_CLIENT);
    if (span_quoted(g->line, "evpid=", &value))
        text_clean_into(g->out->id, sizeof g->out->id, value.at, value.count);
    return span_quoted(g->line, "stat=", &g->reply);
}

/* SESSION smtp connected address=ADDRESS host=NAME */
bool
log_line_opensmtpd_client(struct reading *g)
{
    struct span client, session = span_before(g->line, " smtp connected");
    const char *blank = mem_last(session.at, ' ', session.count);
    if (!blank || !span_quoted(g->line, " address=", &client))
        return false;
    log_line_take_stranger(g->out, client);
    log_line_remember(g, (struct span){blank + 1, (size_t)(session.at + session.count - blank - 1)});
    return false;
}

/* SESSION smtp failed-command command="" result="REPLY" */
bool
log_line_opensmtpd_refusal(struct reading *g)
{
    struct span value;
    g->out->inbound = true;
    if (span_quoted(g->line, "address=", &value))
        log_line_take_stranger(g->out, value);
    if (span_quoted(g->line, "command=", &value) && span_behind(value, "<", &value))
        log_line_take_mailbox(g->out, value);
    struct span session = span_before(g->line, " smtp failed-command");
    const char *blank = mem_last(session.at, ' ', session.count);
    if (blank)
        log_line_recall(g, (struct span){blank + 1, (size_t)(session.at + session.count - blank - 1)});
    return span_quoted(g->line, "result=", &g->reply);
}

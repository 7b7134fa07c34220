/* The lines of filters, and of servers that write in a form of their own. */
#include "base/text.h"
#include "bounce/log_date.h"
#include "bounce/log_line_parts.h"
#include "bounce/reply.h"

#include <stdlib.h>
#include <string.h>

/* [NOTICE] [UUID] [outbound] recipient <> rejected: REPLY, "bounced MAILBOX: REPLY", or host=NAME ip=ADDRESS
 * response="REPLY" */
bool
log_line_haraka(struct reading *g)
{
    struct span rest, host;
    if (!span_behind(g->line, "[outbound] ", &rest))
        return false;
    struct span id = span_before(g->line, "] [outbound]");
    const char *open = mem_last(id.at, '[', id.count);
    if (open)
        text_clean_into(g->out->id, sizeof g->out->id, open + 1, (size_t)(id.at + id.count - open - 1));
    if (span_quoted(rest, "response=", &g->reply)) {
        if (span_quoted(rest, " host=", &host))
            log_line_take_receiver(g->out, host);
        if (span_quoted(rest, " ip=", &host))
            log_line_read_address(host, &g->out->receiver.address);
        return g->reply.count > 3 && (*g->reply.at == '4' || *g->reply.at == '5');
    }
    if (!span_behind(rest, "recipient ", &rest) && !span_behind(rest, "bounced ", &rest))
        return false;
    log_line_take_mailbox(g->out, rest);
    return span_behind(rest, ": ", &g->reply);
}

/* hook=connect plugin=dns-list function= params= retval=DENY msg="TEXT" */
bool
log_line_haraka_refusal(struct reading *g)
{
    struct span rest;
    if (!span_behind(g->line, "retval=DENY", &rest))
        return false;
    g->out->inbound = true;
    if (!span_quoted(rest, "msg=", &g->reply))
        g->reply = rest;
    return true;
}

/* [INFO] [UUID] [dns-list] host [ADDRESS] is listed on ZONE */
bool
log_line_haraka_list(struct reading *g)
{
    struct span host;
    if (!span_behind(g->line, "] host [", &host))
        return false;
    log_line_take_stranger(g->out, span_before_any(host, "]"));
    g->reply = (struct span){host.at - 1, host.count + 1};
    return true;
}

/* Adds the lists that the symbols of a task are for, the one with the most points first: "RBL_SENDERSCORE(2.00){...}".
 */
static void
take_symbols(struct reading *g, struct span symbols)
{
    double most = 0;
    struct span score;
    while (span_behind(symbols, "(", &score)) {
        struct span name = span_before_any(symbols, "(");
        struct rejection one = {.kind = REJECTION_LOG};
        double points = strtod(score.at, NULL);
        while (name.count > 0 && strchr(" ,[", *name.at))
            name = (struct span){name.at + 1, name.count - 1};
        reply_read(name.at, name.count, g->catalogue, g->marks, &one);
        if (one.list.known && points > 0)
            rejection_add_list(g->out, &one, points > most);
        most = one.list.known && points > most ? points : most;
        const char *next = memchr(score.at, ',', score.count), *brace = memchr(score.at, '}', score.count);
        next = brace && (!next || next > brace) ? brace : next ? next : score.at + score.count - 1;
        symbols = (struct span){next + 1, (size_t)(score.at + score.count - next - 1)};
    }
}

/* ... ip: ADDRESS, ..., (default: F (reject): [20.00/15.00] [SYMBOL(4.00){...},...]) */
bool
log_line_rspamd(struct reading *g)
{
    struct span ip, rcpts, symbols;
    if (!span_behind(g->line, "reject): ", &g->reply) || !span_behind(g->line, " ip: ", &ip))
        return false;
    log_line_take_stranger(g->out, span_before_any(ip, ", "));
    g->reply = span_before(g->reply, "), len:");
    if (span_behind(g->reply, "] [", &symbols))
        take_symbols(g, symbols);
    if (span_behind(g->line, "rcpts: ", &rcpts) && span_behind(rcpts, "<", &rcpts))
        log_line_take_mailbox(g->out, rcpts);
    return true;
}

/* (ID) Blocked CLASS {...}, [ADDRESS] <from> -> <to>, ... */
bool
log_line_amavis(struct reading *g)
{
    struct span rest, to;
    if (!span_behind(g->line, ") Blocked ", &g->reply) || !span_behind(g->reply, " -> ", &to) ||
        !span_behind(g->reply, ", ", &rest))
        return false;
    log_line_take_mailbox(g->out, to);
    log_line_take_stranger(g->out, rest);
    return true;
}

/* (delivery.rcpt-to-rejected) queueId = 1, ..., hostname = "NAME", to = "ADDRESS", code = 550, enhanced = "5.7.1",
 * reason = "TEXT", details = "TEXT", in any order; an enhanced status is also a second code */
bool
log_line_stalwart(struct reading *g)
{
    static const char *const texts[] = {" code = ",   " enhanced = ", " code = \"",
                                        " reason = ", " details = ",  " message = "};
    struct span rest, value;
    if (!span_behind(g->line, "(delivery.", &rest))
        return false;
    struct span to = rest;
    while (span_behind(to, " to = \"", &to)) /* the last one, behind the list of all */
        log_line_take_mailbox(g->out, to);
    if (span_quoted(rest, "hostname = ", &value))
        log_line_take_receiver(g->out, value);
    if (span_quoted(rest, "remoteIp = ", &value))
        log_line_read_address(value, &g->out->receiver.address);
    if (span_quoted(rest, "queueId = ", &value))
        text_clean_into(g->out->id, sizeof g->out->id, value.at, value.count);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (span_quoted(rest, texts[i], &value))
            buf_format(&g->scratch, "%s%.*s", g->scratch.count > 0 ? " " : "", (int)span_before_any(value, "\"").count,
                       value.at);
    g->reply = (struct span){buf_string(&g->scratch), g->scratch.count};
    return g->reply.count > 3 && (*g->reply.at == '4' || *g->reply.at == '5');
}

/* (smtp.rcpt-to-rejected) listenerId = ..., remoteIp = ADDRESS, ... */
bool
log_line_stalwart_refusal(struct reading *g)
{
    struct span value;
    if (!span_behind(g->line, "(smtp.", &g->reply) || !span_behind(g->reply, "remoteIp = ", &value))
        return false;
    log_line_take_stranger(g->out, span_before_any(value, ", "));
    return true;
}

/* ---- Exchange ---- */

const struct log_line_columns log_line_columns = {.session = 2, .local = 4, .remote = 5, .event = 6, .data = 7};
const struct log_line_accounts log_line_accounts = {
    .time = 1, .recipient = 4, .diagnostic = 8, .receiver = 9, .source = 14};

/* Returns the cell of a row of CSV (RFC 4180), without the quotes around it; empty if the row is shorter. */
static struct span
csv_cell(struct span row, unsigned column)
{
    for (;; column--) {
        struct span cell;
        bool is_quoted = span_begins(row, "\"");
        cell = is_quoted ? (struct span){row.at + 1, 0} : span_before_any(row, ",");
        const char *end = row.at + row.count;
        for (const char *at = cell.at; is_quoted && at < end && (*at != '"' || (at + 1 < end && at[1] == '"')); at++) {
            at += *at == '"';
            cell.count = (size_t)(at + 1 - cell.at);
        }
        if (column == 0)
            return cell;
        size_t used = (size_t)(cell.at + cell.count - row.at);
        struct span rest = {row.at + used, row.count - used};
        if (!span_behind(rest, ",", &row))
            return (struct span){row.at, 0};
    }
}

/* A column that a log may have anywhere. */
struct column {
    const char *name;
    unsigned *at;
};

/* Finds the columns in the head of a log. Returns false, and sets none, if one is missing. */
static bool
find_columns(struct span head, const struct column *columns, size_t count)
{
    enum { MISSING = 99, MOST = 8 };
    unsigned found[MOST];
    for (size_t i = 0; i < count; i++) {
        found[i] = MISSING;
        for (unsigned column = 0; column < MISSING && csv_cell(head, column).count > 0; column++) {
            struct span cell = csv_cell(head, column);
            if (cell.count == strlen(columns[i].name) && span_begins(cell, columns[i].name))
                found[i] = column;
        }
        if (found[i] == MISSING)
            return false;
    }
    for (size_t i = 0; i < count; i++)
        *columns[i].at = found[i];
    return true;
}

/* Reads "#Fields: date-time,connector-id,...". */
static void
take_fields(struct reading *g)
{
    struct span head;
    if (!g->context || !span_behind(g->line, "#Fields: ", &head))
        return;
    struct log_line_columns *at = &g->context->columns;
    struct log_line_tracking *tracking = &g->context->tracking;
    const struct column tracked[] = {{"event-id", &tracking->event},
                                     {"recipient-address", &tracking->recipient},
                                     {"recipient-status", &tracking->status}};
    *tracking = (struct log_line_tracking){0};
    const struct column columns[] = {{"session-id", &at->session},
                                     {"local-endpoint", &at->local},
                                     {"remote-endpoint", &at->remote},
                                     {"event", &at->event},
                                     {"data", &at->data}};
    if (!find_columns(head, tracked, sizeof tracked / sizeof tracked[0]))
        find_columns(head, columns, sizeof columns / sizeof columns[0]);
}

/* A row whose event is FAIL or DEFER, with the status "550 5.7.1 ..." or "[{LED=550 5.7.1 ...};{MSG=};{FQDN=NAME};{IP=
 * ADDRESS};...]" */
static bool
read_tracked(struct reading *g, const struct log_line_tracking *columns)
{
    struct span event = csv_cell(g->line, columns->event), status = csv_cell(g->line, columns->status), said;
    g->is_final = span_begins(event, "FAIL");
    g->is_kept = span_begins(event, "DEFER");
    log_line_take_mailbox(g->out, csv_cell(g->line, columns->recipient));
    if (span_behind(status, "{FQDN=", &said))
        log_line_take_receiver(g->out, span_before(said, "}"));
    if (span_behind(status, "{IP=", &said))
        log_line_read_address(span_before(said, "}"), &g->out->receiver.address);
    g->reply = span_behind(status, "{LED=", &said) ? span_before(said, "};{") : status;
    return (g->is_final || g->is_kept) && status.count > 0;
}

/* date,connector,session,number,local,remote,event,data,context: an event "<" has what the other server said, ">" what
 * this one did. */
bool
log_line_exchange(struct reading *g)
{
    const struct log_line_columns *columns = g->context ? &g->context->columns : &log_line_columns;
    if (span_begins(g->line, "#"))
        take_fields(g);
    if (g->context && g->context->tracking.status > 0)
        return !span_begins(g->line, "#") && read_tracked(g, &g->context->tracking);
    struct span event = csv_cell(g->line, columns->event), id = csv_cell(g->line, columns->session), to;
    struct addr local;
    g->reply = csv_cell(g->line, columns->data);
    if (span_behind(g->reply, "RCPT TO:", &to) && span_begins(g->reply, "RCPT TO:")) {
        log_line_take_mailbox(g->out, to);
        log_line_remember(g, id);
    }
    if (event.count != 1 || g->reply.count < 3 || (*g->reply.at != '4' && *g->reply.at != '5'))
        return false;
    if (*event.at == '>') {
        log_line_take_stranger(g->out, csv_cell(g->line, columns->remote));
    } else {
        log_line_take_receiver(g->out, csv_cell(g->line, columns->remote));
        if (log_line_read_address(csv_cell(g->line, columns->local), &local))
            rejection_add_address(g->out, &local, TRUST_CLIENT);
    }
    text_clean_into(g->out->id, sizeof g->out->id, id.at, id.count);
    log_line_unescape(g, g->reply, "\"\"", '"');
    log_line_recall(g, id);
    return log_line_join(g, id);
}

/* type,timeLogged,...,rcpt,...,dsnDiag,dsnMta,...: a type "b" bounced, "t" is tried again; the order of the columns is
 * in the first line. */
bool
log_line_powermta(struct reading *g)
{
    struct log_line_accounts *at = g->context ? &g->context->accounts : NULL, known = at ? *at : log_line_accounts;
    struct addr source;
    if (at && span_begins(g->line, "type,")) {
        const struct column columns[] = {{"timeLogged", &at->time},
                                         {"rcpt", &at->recipient},
                                         {"dsnDiag", &at->diagnostic},
                                         {"dsnMta", &at->receiver},
                                         {"dlvSourceIp", &at->source}};
        find_columns(g->line, columns, sizeof columns / sizeof columns[0]);
        return false;
    }
    g->is_kept = span_begins(g->line, "t,");
    g->is_final = span_begins(g->line, "b,") || span_begins(g->line, "rb,");
    struct span reply = csv_cell(g->line, known.diagnostic), time = csv_cell(g->line, known.time);
    if ((!g->is_kept && !g->is_final) || !span_behind(reply, ";", &g->reply))
        return false;
    log_date_read(time.at, time.count, &g->out->time);
    log_line_take_mailbox(g->out, csv_cell(g->line, known.recipient));
    log_line_take_receiver(g->out, csv_cell(g->line, known.receiver));
    if (log_line_read_address(csv_cell(g->line, known.source), &source))
        rejection_add_address(g->out, &source, TRUST_CLIENT);
    return true;
}

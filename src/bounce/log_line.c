/* A row of `grammars` for each form of line: a word by which it is known, and a function that finds the reply in it. */
#include "bounce/log_line.h"

#include "base/mem.h"
#include "base/text.h"
#include "bounce/log_date.h"
#include "bounce/log_line_parts.h"
#include "bounce/reply.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The last three are of events in log lines. */
const char *const log_line_words[] = {
    "said:",          "dsn=4",
    "dsn=5",          "bounced",
    "deferred",       "defer (",
    "reject",         "error from remote",
    "blocked",        " listed ",
    "dnsbl rank",     "lookup error",
    "dnsblog reply",  "list lookup defer",
    "failure:",       "deferral:",
    "permfail",       "tempfail",
    "failed-command", "retval=deny",
    "-perm-fail",     "-temp-fail",
    ",<,\"4",         ",<,\"5",
    ",<,4",           ",<,5",
    ",>,\"4",         ",>,\"5",
    ",>,4",           ",>,5",
    "#fields:",       " ** ",
    " == ",           "starting delivery",
    "smtp connected", "rcpt to:<",
    "timelogged",     "smtp;4",
    "smtp;5",         "to talk to me:",
    ",fail,",         ",defer,",
    "\"bounce",       "\"failed",
    "\"complain",
};
const size_t log_line_word_count = sizeof log_line_words / sizeof log_line_words[0];

/* Any line that has "host NAME[ADDRESS] said: 550 ..." or "refused to talk to me: 554 ...". */
static bool
read_said(struct reading *g)
{
    struct span code;
    g->reply = g->line;
    if (span_begins(g->line, "<")) /* "<bob@example.org>: host ...", a line of a bounce */
        log_line_take_mailbox(g->out, g->line);
    bool found = span_behind(g->line, "said: ", &code) || span_behind(g->line, " refused to talk to me: ", &code);
    return found && code.count > 3 && (*code.at == '4' || *code.at == '5') && isdigit((unsigned char)code.at[1]) &&
           isdigit((unsigned char)code.at[2]);
}

static const struct {
    const char *mark, *software;
    log_line_grammar *read;
} grammars[] = {
    {" status=", "Postfix", log_line_postfix},
    {"reject", "Postfix", log_line_postfix_refusal},
    {"DNSBL rank", "Postfix", log_line_postscreen},
    {" listed by domain ", "Postfix", log_line_dnsblog},
    {"RBL lookup error: ", "Postfix", log_line_lookup_error},
    {" lookup error for DNS query ", "Postfix", log_line_lookup_error},
    {"dnsblog reply timeout ", "Postfix", log_line_lookup_error},
    {"DNS list lookup defer ", "Exim", log_line_lookup_error},
    {", stat=", "Sendmail", log_line_sendmail},
    {", reject=", "Sendmail", log_line_sendmail_refusal},
    {" ** ", "Exim", log_line_exim},
    {" == ", "Exim", log_line_exim},
    {" defer (", "Exim", log_line_exim},
    {" rejected ", "Exim", log_line_exim_refusal},
    {"starting delivery ", "qmail", log_line_qmail_start},
    {"delivery ", "qmail", log_line_qmail},
    {"Fail", "OpenSMTPD", log_line_opensmtpd},
    {" smtp connected", "OpenSMTPD", log_line_opensmtpd_client},
    {"failed-command", "OpenSMTPD", log_line_opensmtpd_refusal},
    {"[outbound]", "Haraka", log_line_haraka},
    {"retval=DENY", "Haraka", log_line_haraka_refusal},
    {"[dns-list]", "Haraka", log_line_haraka_list},
    {"[dnsbl]", "Haraka", log_line_haraka_list},
    {"reject)", "Rspamd", log_line_rspamd},
    {") Blocked ", "amavis", log_line_amavis},
    {"(delivery.", "Stalwart", log_line_stalwart},
    {"(smtp.", "Stalwart", log_line_stalwart_refusal},
    {"said: ", "", read_said},
    {" to talk to me: ", "", read_said},
};

/* ---- the line ---- */

struct log_line_context *
log_line_context_new(void)
{
    struct log_line_context *context = mem_zero(sizeof *context);
    context->columns = log_line_columns;
    context->accounts = log_line_accounts;
    return context;
}

void
log_line_context_free(struct log_line_context *context)
{
    free(context);
}

/* Sets the date, and returns what follows it. Compose and other collectors write "NAME | " before the line. */
static struct span
skip_date(struct span line, int64_t *when)
{
    enum { NAME_MOST = 64 };
    struct span name = {line.at, line.count < NAME_MOST ? line.count : NAME_MOST}, rest;
    size_t used = log_date_read(line.at, line.count, when);
    if (used == 0 && span_behind(name, " | ", &rest)) {
        rest.count = (size_t)(line.at + line.count - rest.at);
        used = log_date_read(rest.at, rest.count, when);
        line = rest;
    }
    return (struct span){line.at + used, line.count - used};
}

bool
log_line_is_request(const char *line, size_t count)
{
    static const char *const words[] = {"\"GET /", "\"POST /", "\"HEAD /", " HTTP/1.", " HTTP/2"};
    bool found = false;
    for (size_t i = 0; i < sizeof words / sizeof words[0] && !found; i++)
        found = memmem(line, count, words[i], strlen(words[i]));
    return found;
}

bool
log_line_is_dated(const char *line, size_t count)
{
    int64_t when = 0;
    return skip_date((struct span){line, count}, &when).count < count && when != 0;
}

/* Tries the grammars, and sets the name of the program of the one that fits. */
static bool
read_grammars(struct reading *g, struct span line, struct span text)
{
    static const struct rejection none = {.kind = REJECTION_LOG};
    g->line = line;
    bool is_row = span_begins(text, ","), found = (is_row || span_begins(line, "#Fields")) && log_line_exchange(g);
    const char *software = "Exchange";
    g->line = text;
    bool is_account =
        span_begins(line, "type,") || span_begins(line, "b,") || span_begins(line, "rb,") || span_begins(line, "t,");
    if (is_account) {
        is_row = true;
        software = "PowerMTA";
        found = log_line_powermta(g);
    }
    for (size_t i = 0; i < sizeof grammars / sizeof grammars[0] && !found && !is_row; i++) {
        if (!memmem(text.at, text.count, grammars[i].mark, strlen(grammars[i].mark)))
            continue;
        *g->out = none;
        buf_clear(&g->scratch);
        g->is_final = g->is_kept = false;
        found = grammars[i].read(g);
        software = grammars[i].software;
    }
    snprintf(g->out->software, sizeof g->out->software, "%s", software);
    return found;
}

bool
log_line_read(const char *line, size_t count, struct log_line_context *context, const struct catalogue *catalogue,
              const struct marks *marks, struct rejection *out)
{
    struct reading g = {.context = context, .catalogue = catalogue, .marks = marks, .out = out};
    int64_t when = 0;
    *out = (struct rejection){.kind = REJECTION_LOG};
    struct span all = {line, count}, text = skip_date(all, &when);
    bool found = !log_line_is_request(line, count) && read_grammars(&g, all, text);
    out->time = when ? when : out->time;
    if (found && !reply_read(g.reply.at, g.reply.count, catalogue, marks, out)) {
        text_clean_into(out->text, sizeof out->text, g.reply.at, g.reply.count);
        found = out->inbound || *out->software;
    }
    if (g.is_final)
        rejection_end_retries(out);
    else if (g.is_kept && *out->software)
        rejection_add_advice(out, ADVICE_RETRY);
    out->kind = span_begins(text, "<") && !*out->software ? REJECTION_DSN : REJECTION_LOG;
    if (out->inbound && out->party != PARTY_RECEIVER && out->party != PARTY_RECIPIENT) {
        out->party = PARTY_UNKNOWN; /* nothing that the owner of this log must do */
        out->advice[0] = ADVICE_NONE;
        out->form[0] = '\0';
    }
    buf_free(&g.scratch);
    return found;
}

#include "bounce/log_line_parts.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* ---- parts of a line ---- */

bool
span_behind(struct span text, const char *word, struct span *rest)
{
    const char *found = memmem(text.at, text.count, word, strlen(word));
    if (!found)
        return false;
    rest->at = found + strlen(word);
    rest->count = (size_t)(text.at + text.count - rest->at);
    return true;
}

bool
span_begins(struct span text, const char *word)
{
    return text.count >= strlen(word) && memcmp(text.at, word, strlen(word)) == 0;
}

struct span
span_before_any(struct span text, const char *ends)
{
    size_t count = 0;
    while (count < text.count && !strchr(ends, text.at[count]))
        count++;
    return (struct span){text.at, count};
}

struct span
span_before(struct span text, const char *word)
{
    const char *found = memmem(text.at, text.count, word, strlen(word));
    return (struct span){text.at, found ? (size_t)(found - text.at) : text.count};
}

bool
span_quoted(struct span line, const char *key, struct span *value)
{
    if (!span_behind(line, key, value))
        return false;
    if (span_begins(*value, "\"")) {
        *value = (struct span){value->at + 1, value->count - 1};
        *value = span_before_any(*value, "\"");
    } else {
        *value = span_before_any(*value, " ,;");
    }
    return true;
}

/* ---- taking what they say ---- */

void
log_line_take_mailbox(struct rejection *r, struct span text)
{
    while (text.count > 0 && strchr("<[ ", *text.at))
        text = (struct span){text.at + 1, text.count - 1};
    size_t quoted = span_begins(text, "\"") ? span_before(text, "\"@").count : text.count;
    bool is_quoted = quoted < text.count && quoted < span_before_any(text, "<>\n").count;
    while (!is_quoted && text.count > 0 && strchr("\"<[ ", *text.at))
        text = (struct span){text.at + 1, text.count - 1};
    quoted = is_quoted ? quoted + 1 : 0;
    text.count = quoted + span_before_any((struct span){text.at + quoted, text.count - quoted}, ">, \"];").count;
    text.count -= text.count > 0 && text.at[text.count - 1] == ':';
    if (memchr(text.at, '@', text.count))
        text_clean_into(r->recipient, sizeof r->recipient, text.at, text.count);
}

void
log_line_take_status(struct rejection *r, struct span line)
{
    struct span value;
    if (!span_behind(line, "dsn=", &value))
        return;
    value = span_before_any(value, ", ");
    if (value.count < sizeof r->status)
        text_clean_into(r->status, sizeof r->status, value.at, value.count);
}

void
log_line_take_id(struct rejection *r, struct span line, const char *place)
{
    const char *end = place;
    while (end > line.at && strchr(": ", end[-1]))
        end--;
    const char *start = end;
    while (start > line.at && !strchr(" :", start[-1]))
        start--;
    text_clean_into(r->id, sizeof r->id, start, (size_t)(end - start));
}

bool
log_line_read_address(struct span text, struct addr *out)
{
    if (span_begins(text, "IPv6:"))
        text = (struct span){text.at + 5, text.count - 5};
    if (!addr_parse_bytes(text.at, text.count, out)) {
        const char *colon = mem_last(text.at, ':', text.count);
        if (!colon || !addr_parse_bytes(text.at, (size_t)(colon - text.at), out))
            return false;
    }
    addr_unmap(out);
    return true;
}

/* Reads "NAME[ADDRESS]:PORT", "NAME (HELO) [ADDRESS]", "ADDRESS (NAME)", "NAME (ADDRESS)", "ADDRESS:PORT" or a name
 * alone. */
static void
read_host(struct span text, struct span *name, struct addr *address)
{
    const char *bracket = memchr(text.at, '[', text.count), *paren = memchr(text.at, '(', text.count);
    address->family = ADDR_NONE;
    *name = span_before_any(text, " [(,");
    struct span inside = {paren ? paren + 1 : "", paren ? (size_t)(text.at + text.count - paren - 1) : 0};
    inside = span_before_any(inside, ")");
    if (bracket)
        log_line_read_address(
            span_before_any((struct span){bracket + 1, (size_t)(text.at + text.count - bracket - 1)}, "]"), address);
    else if (log_line_read_address(*name, address))
        *name = inside;
    else if (paren)
        log_line_read_address(inside, address);
}

void
log_line_take_receiver(struct rejection *r, struct span text)
{
    struct span name;
    read_host(text, &name, &r->receiver.address);
    while (name.count > 0 && name.at[name.count - 1] == '.')
        name.count--;
    text_clean_into(r->receiver.host, sizeof r->receiver.host, name.at, name.count);
}

void
log_line_take_stranger(struct rejection *r, struct span text)
{
    struct span name;
    struct addr address;
    r->inbound = true;
    read_host(text, &name, &address);
    if (address.family != ADDR_NONE)
        rejection_add_address(r, &address, TRUST_CLIENT);
}

void
log_line_unescape(struct reading *g, struct span text, const char *escape, char byte)
{
    size_t count = strlen(escape);
    for (size_t i = 0; i < text.count; i++) {
        bool escaped = text.count - i >= count && memcmp(text.at + i, escape, count) == 0;
        buf_byte(&g->scratch, escaped ? byte : text.at[i]);
        i += escaped ? count - 1 : 0;
    }
    g->reply = (struct span){buf_string(&g->scratch), g->scratch.count};
}

/* ---- what earlier lines said ---- */

/* Returns what is known of a session; a new one takes the place of the oldest. */
static struct log_line_session *
find_session(struct log_line_context *context, struct span name, bool add)
{
    if (!context || name.count == 0 || name.count >= LOG_LINE_SESSION_NAME)
        return NULL;
    for (size_t i = 0; i < LOG_LINE_SESSIONS; i++) {
        struct log_line_session *session =
            &context->sessions[(context->next + LOG_LINE_SESSIONS - 1 - i) % LOG_LINE_SESSIONS];
        if (strlen(session->name) == name.count && memcmp(session->name, name.at, name.count) == 0)
            return session;
    }
    if (!add)
        return NULL;
    struct log_line_session *session = &context->sessions[context->next++ % LOG_LINE_SESSIONS];
    *session = (struct log_line_session){.inbound = false};
    memcpy(session->name, name.at, name.count);
    return session;
}

void
log_line_remember(struct reading *g, struct span name)
{
    struct log_line_session *session = find_session(g->context, name, true);
    if (!session)
        return;
    memcpy(session->recipient, g->out->recipient, sizeof session->recipient);
    session->own = g->out->own;
    session->inbound = g->out->inbound;
}

void
log_line_recall(struct reading *g, struct span name)
{
    const struct log_line_session *session = find_session(g->context, name, false);
    if (!session)
        return;
    if (!*g->out->recipient)
        memcpy(g->out->recipient, session->recipient, sizeof g->out->recipient);
    if (session->own.address.family != ADDR_NONE)
        rejection_add_address(g->out, &session->own.address, session->own.trust);
    g->out->inbound = g->out->inbound || session->inbound;
}

bool
log_line_join(struct reading *g, struct span name)
{
    enum { CODE = 3 };
    struct span line = g->reply;
    bool goes_on = line.count > CODE && line.at[CODE] == '-';
    struct log_line_session *session = find_session(g->context, name, goes_on);
    if (!session || (!goes_on && strncmp(session->said, line.at, CODE) != 0))
        return true;
    size_t used = strlen(session->said);
    if (!goes_on) {
        struct buf whole = {0};
        buf_format(&whole, "%s%.*s", session->said, (int)line.count, line.at);
        buf_free(&g->scratch);
        g->scratch = whole;
        g->reply = (struct span){buf_string(&g->scratch), g->scratch.count};
        session->said[0] = '\0';
    } else {
        snprintf(session->said + used, sizeof session->said - used, "%.*s\n", (int)line.count, line.at);
    }
    return !goes_on;
}

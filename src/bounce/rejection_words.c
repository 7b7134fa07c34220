#include "bounce/rejection_words.h"

#include <string.h>

const char *
rejection_words_form(enum rejection_kind kind)
{
    static const char *const forms[] = {
        [REJECTION_NONE] = "text",    [REJECTION_DSN] = "bounce",  [REJECTION_REPLY] = "reply",
        [REJECTION_LOG] = "log line", [REJECTION_EVENT] = "event", [REJECTION_COMPLAINT] = "complaint",
    };
    return forms[kind];
}

void
rejection_words_receiver(const struct rejection *r, struct buf *out)
{
    char text[ADDR_TEXT];
    bool known = r->receiver.address.family != ADDR_NONE;
    if (*r->receiver.host)
        buf_text(out, r->receiver.host);
    if (known)
        buf_format(out, *r->receiver.host ? " [%s]" : "%s", addr_text(&r->receiver.address, text));
    if (!known && !*r->receiver.host)
        buf_text(out, "a server that the text does not name");
}

void
rejection_words_list(const struct rejection *r, struct buf *out)
{
    buf_text(out, r->list.name);
    if (*r->list.zone && !strstr(r->list.name, r->list.zone))
        buf_format(out, " (%s)", r->list.zone);
    if (r->list.dead)
        buf_text(out, ", which is shut down");
}

const char *
rejection_words_party(enum rejection_party party)
{
    static const char *const parties[] = {
        [PARTY_UNKNOWN] = "The text does not say who can end it.",
        [PARTY_SENDER] = "Your own server is the cause.",
        [PARTY_NEIGHBOURS] = "Addresses around yours are the cause, not your server.",
        [PARTY_PROVIDER] = "Your provider, or its rules for the range, is the cause.",
        [PARTY_RECEIVER] = "The receiver's own configuration is at fault; your address need not be listed.",
        [PARTY_RECIPIENT] = "The recipient is the reason: no list is involved.",
    };
    return parties[party];
}

void
rejection_words_who(const struct rejection *r, struct buf *out)
{
    size_t start = out->count;
    if (r->kind == REJECTION_COMPLAINT) {
        buf_format(out, "%s reported the mail as spam", *r->recipient ? r->recipient : "A recipient");
        return;
    }
    if (r->is_repeat && !*r->receiver.host && r->receiver.address.family == ADDR_NONE) {
        buf_format(out, "Your own server did not try again to deliver mail to %s",
                   *r->recipient ? r->recipient : "the recipient");
        return;
    }
    rejection_words_receiver(r, out);
    out->at[start] = !*r->receiver.host && out->at[start] == 'a' ? 'A' : out->at[start];
    bool is_deferral = r->code / 100 == 4 || (r->code == 0 && *r->status == '4');
    buf_text(out, is_deferral ? " deferred mail" : " refused mail");
    if (*r->recipient)
        buf_format(out, " to %s", r->recipient);
    if (*r->list.name) {
        buf_text(out, " because of ");
        rejection_words_list(r, out);
    }
    for (size_t i = 0; i < REJECTION_LISTS && r->further[i].list; i++)
        buf_format(out, ", %s", r->further[i].zone);
}

void
rejection_words_refused(const struct rejection *r, struct buf *out)
{
    rejection_words_who(r, out);
    if (*r->list.name || r->party != PARTY_UNKNOWN)
        buf_format(out, ". %.*s", (int)strlen(rejection_words_party(r->party)) - 1, rejection_words_party(r->party));
    buf_text(out, ". The text names no address of yours");
}

void
rejection_words_taken(const struct rejection *r, struct buf *out)
{
    char text[ADDR_TEXT];
    const char *form = rejection_words_form(r->kind), *first = *r->software ? r->software : form;
    bool known = *r->receiver.host || r->receiver.address.family != ADDR_NONE;
    buf_format(out, "took %s from %s %s%s%s", addr_text(&r->own.address, text),
               strchr("AEIOUaeiou", *first) ? "an" : "a", r->software, *r->software ? " " : "", form);
    if (r->inbound)
        buf_text(out, "; the server that wrote it refused this address");
    else if (known)
        buf_format(out, " of %s", *r->receiver.host ? r->receiver.host : addr_text(&r->receiver.address, text));
    if (r->other_count > 0)
        buf_format(out, "; %zu other address%s in it", r->other_count, r->other_count > 1 ? "es" : "");
}

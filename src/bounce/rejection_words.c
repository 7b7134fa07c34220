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

/* Appends "a Postfix bounce of mx.example.org". */
static void
put_origin(const struct rejection *r, struct buf *out)
{
    char text[ADDR_TEXT];
    const char *form = rejection_words_form(r->kind), *first = *r->software ? r->software : form;
    bool known = *r->receiver.host || r->receiver.address.family != ADDR_NONE;
    buf_format(out, "%s %s%s%s", strchr("AEIOUaeiou", *first) ? "an" : "a", r->software, *r->software ? " " : "", form);
    if (known && !r->inbound)
        buf_format(out, " of %s", *r->receiver.host ? r->receiver.host : addr_text(&r->receiver.address, text));
}

void
rejection_words_nameless(const struct rejection *r, struct buf *out)
{
    buf_text(out, "is ");
    put_origin(r, out);
    if (*r->list.name)
        buf_format(out, " because of %s", r->list.name);
    buf_format(out, " that names no address of yours%s%s. Try: whylisted bounce -", *r->meaning ? ": " : "",
               r->meaning);
}

void
rejection_words_taken(const struct rejection *r, struct buf *out)
{
    char text[ADDR_TEXT];
    buf_format(out, "took %s from ", addr_text(&r->own.address, text));
    put_origin(r, out);
    if (r->inbound)
        buf_text(out, "; the server that wrote it refused this address");
    if (r->other_count > 0)
        buf_format(out, "; %zu other address%s in it", r->other_count, r->other_count > 1 ? "es" : "");
}

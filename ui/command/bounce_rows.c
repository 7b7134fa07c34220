/* Keys are always present, null means "not known". */
#include "command/bounce_rows.h"

#include "base/clock.h"
#include "base/csv.h"
#include "bounce/advice.h"
#include "command/parts_json.h"
#include "letter/template.h"
#include "pages/rejection_page.h"

#include <stdio.h>

static struct json_t *
address_json(const struct addr *address)
{
    char text[ADDR_TEXT];
    return parts_json_text(address->family == ADDR_NONE ? NULL : addr_text(address, text));
}

static struct json_t *
source_json(const struct rejection *r)
{
    struct json_t *o = parts_json_object();
    parts_json_set(o, "file", parts_json_text(r->source.file));
    parts_json_set(o, "line", parts_json_number((int64_t)r->source.line, r->source.line > 0));
    parts_json_set(o, "message", parts_json_number((int64_t)r->source.message, r->source.message > 0));
    return o;
}

static struct json_t *
list_json(const struct rejection *r)
{
    if (!*r->list.name)
        return parts_json_text(NULL);
    struct json_t *o = parts_json_object();
    parts_json_set(o, "zone", parts_json_text(r->list.zone));
    parts_json_set(o, "name", parts_json_text(r->list.name));
    parts_json_set(o, "private", parts_json_bool(r->list.is_private));
    parts_json_set(o, "dead", parts_json_bool(r->list.dead));
    parts_json_set(o, "unknown", parts_json_bool(r->list.unknown));
    return o;
}

static struct json_t *
further_json(const struct rejection *r)
{
    struct json_t *zones = parts_json_array();
    for (size_t i = 0; i < REJECTION_LISTS && r->further[i].list; i++)
        parts_json_push(zones, parts_json_string(r->further[i].zone));
    return zones;
}

/* Sets the addresses that may be the sender's; the stranger's whom this server refused is none. */
static void
set_addresses(struct json_t *o, const struct rejection *r)
{
    struct json_t *others = parts_json_array(), *from = parts_json_array();
    static const struct addr none;
    bool known = !r->inbound && r->own.address.family != ADDR_NONE;
    for (size_t i = 0; i < r->other_count && !r->inbound; i++) {
        parts_json_push(others, address_json(&r->others[i].address));
        parts_json_push(from, parts_json_string(rejection_trust_words(r->others[i].trust)));
    }
    parts_json_set(o, "address", address_json(r->inbound ? &none : &r->own.address));
    parts_json_set(o, "address_from", parts_json_text(known ? rejection_trust_words(r->own.trust) : NULL));
    parts_json_set(o, "others", others);
    parts_json_set(o, "others_from", from);
    parts_json_set(o, "client", address_json(r->inbound ? &r->own.address : &none));
}

void
bounce_rows_json(struct buf *out, const struct rejection *r, const struct result *checked, bool pretty)
{
    struct json_t *o = parts_json_object(), *receiver = parts_json_object(), *advice = parts_json_array();
    enum rejection_now still = checked ? rejection_page_now(r, checked->evidence) : REJECTION_NOW_NONE;
    char code[8];
    struct buf text = {0};
    for (size_t i = 0; i < REJECTION_ADVICE && r->advice[i] != ADVICE_NONE; i++) {
        buf_clear(&text);
        advice_words(r, r->advice[i], &text);
        parts_json_push(advice, parts_json_string(buf_string(&text)));
    }
    buf_clear(&text);
    letter_put_note(&text, r);
    snprintf(code, sizeof code, "%u", r->code);
    parts_json_set(receiver, "host", parts_json_text(r->receiver.host));
    parts_json_set(receiver, "address", address_json(&r->receiver.address));
    parts_json_set(o, "schema", parts_json_number(1, true));
    parts_json_set(o, "source", source_json(r));
    parts_json_set(o, "kind", parts_json_string(rejection_kind_name(r->kind)));
    parts_json_set(o, "direction", parts_json_string(r->inbound ? "inbound" : "outbound"));
    parts_json_set(o, "time", parts_json_time(r->time * 1000));
    parts_json_set(o, "recipient", parts_json_text(r->recipient));
    parts_json_set(o, "reply_code", parts_json_text(r->code > 0 ? code : NULL));
    parts_json_set(o, "status", parts_json_text(r->status));
    parts_json_set(o, "text", parts_json_text(r->text));
    set_addresses(o, r);
    char net[PREFIX_TEXT];
    parts_json_set(o, "receiver", receiver);
    parts_json_set(o, "list", list_json(r));
    parts_json_set(o, "further_lists", further_json(r));
    parts_json_set(o, "level", parts_json_number(r->level, r->level > 0));
    parts_json_set(o, "net", parts_json_text(r->net.addr.family == ADDR_NONE ? NULL : prefix_text(&r->net, net)));
    parts_json_set(o, "party", parts_json_string(rejection_party_name(r->party)));
    parts_json_set(o, "advice", advice);
    parts_json_set(o, "note", parts_json_text(buf_string(&text)));
    parts_json_set(o, "form", parts_json_text(r->form));
    parts_json_set(o, "still_listed",
                   still == REJECTION_NOW_LISTED || still == REJECTION_NOW_GONE
                       ? parts_json_bool(still == REJECTION_NOW_LISTED)
                       : parts_json_text(NULL));
    parts_json_set(o, "checked", checked ? result_json_value(checked) : parts_json_text(NULL));
    parts_json_print(out, o, pretty);
    buf_free(&text);
}

void
bounce_rows_csv_head(struct buf *out)
{
    buf_text(out, "file,line,message,kind,direction,time,recipient,reply_code,status,text,address,others,receiver_host,"
                  "receiver_address,list_zone,list_name,private,dead,unknown,level,net,party,advice,form,checked,still_"
                  "listed,further_lists\r\n");
}

static void
put_cell(struct buf *out, const char *text)
{
    csv_cell(out, text);
    buf_byte(out, ',');
}

static void
put_number(struct buf *out, unsigned long number)
{
    if (number > 0)
        buf_format(out, "%lu", number);
    buf_byte(out, ',');
}

static void
put_address(struct buf *out, const struct addr *address)
{
    char text[ADDR_TEXT];
    put_cell(out, address->family == ADDR_NONE ? "" : addr_text(address, text));
}

static void
put_list(struct buf *out, const struct rejection *r)
{
    static const char *const words[] = {"false", "true"};
    bool named = *r->list.name;
    put_cell(out, r->list.zone);
    put_cell(out, r->list.name);
    put_cell(out, named ? words[r->list.is_private] : "");
    put_cell(out, named ? words[r->list.dead] : "");
    put_cell(out, named ? words[r->list.unknown] : "");
    put_number(out, r->level);
}

void
bounce_rows_csv(struct buf *out, const struct rejection *r, const struct result *checked)
{
    static const struct addr none;
    char text[PREFIX_TEXT], when[CLOCK_TEXT];
    struct buf joined = {0};
    put_cell(out, r->source.file);
    put_number(out, r->source.line);
    put_number(out, r->source.message);
    put_cell(out, rejection_kind_name(r->kind));
    put_cell(out, r->inbound ? "inbound" : "outbound");
    put_cell(out, r->time > 0 ? clock_rfc3339(r->time * 1000, when) : "");
    put_cell(out, r->recipient);
    put_number(out, r->code);
    put_cell(out, r->status);
    put_cell(out, r->text);
    put_address(out, r->inbound ? &none : &r->own.address);
    for (size_t i = 0; i < r->other_count && !r->inbound; i++)
        buf_format(&joined, "%s%s", i > 0 ? " " : "", addr_text(&r->others[i].address, text));
    put_cell(out, buf_string(&joined));
    put_cell(out, r->receiver.host);
    put_address(out, &r->receiver.address);
    put_list(out, r);
    put_cell(out, r->net.addr.family == ADDR_NONE ? "" : prefix_text(&r->net, text));
    put_cell(out, rejection_party_name(r->party));
    buf_clear(&joined);
    for (size_t i = 0; i < REJECTION_ADVICE && r->advice[i] != ADVICE_NONE; i++) {
        buf_text(&joined, i > 0 ? " " : "");
        advice_words(r, r->advice[i], &joined);
    }
    put_cell(out, buf_string(&joined));
    put_cell(out, r->form);
    enum rejection_now still = checked ? rejection_page_now(r, checked->evidence) : REJECTION_NOW_NONE;
    put_cell(out, checked ? verdict_state_name(checked->verdict->state) : "");
    put_cell(out, still == REJECTION_NOW_LISTED ? "true" : still == REJECTION_NOW_GONE ? "false" : "");
    buf_clear(&joined);
    for (size_t i = 0; i < REJECTION_LISTS && r->further[i].list; i++)
        buf_format(&joined, "%s%s", i > 0 ? " " : "", r->further[i].zone);
    csv_cell(out, buf_string(&joined));
    buf_text(out, "\r\n");
    buf_free(&joined);
}

/* Writes JSON without a library, because one takes five times as long to sort the keys of each line. */
#include "journal/json_read.h"
#include "journal/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Writes the next key of an object, after a comma if it is not the first. */
static void
put_key(struct buf *out, const char *key)
{
    if (out->at[out->count - 1] != '{')
        buf_byte(out, ',');
    buf_format(out, "\"%s\":", key);
}

static void
put_array(struct buf *out, const char *key)
{
    put_key(out, key);
    buf_byte(out, '[');
}

static void
put_string(struct buf *out, const char *text)
{
    buf_byte(out, '"');
    for (;;) {
        size_t plain = strcspn(text, "\"\\\n");
        buf_bytes(out, text, plain);
        text += plain;
        if (*text == '\0')
            break;
        buf_byte(out, '\\');
        buf_byte(out, *text == '\n' ? 'n' : *text);
        text++;
    }
    buf_byte(out, '"');
}

/* Writes null for NULL and "". */
static void
put_text(struct buf *out, const char *key, const char *text)
{
    put_key(out, key);
    if (text && *text)
        put_string(out, text);
    else
        buf_text(out, "null");
}

/* Writes "" for NULL. */
static void
put_words(struct buf *out, const char *key, const char *text)
{
    put_key(out, key);
    put_string(out, text ? text : "");
}

static void
put_number(struct buf *out, const char *key, int64_t number)
{
    put_key(out, key);
    buf_format(out, "%" PRId64, number);
}

/* Writes null for `none`. */
static void
put_known(struct buf *out, const char *key, int64_t number, int64_t none)
{
    if (number != none)
        put_number(out, key, number);
    else
        put_text(out, key, NULL);
}

/* Writes as many digits as it takes to read the same number again. */
static void
put_real(struct buf *out, const char *key, double number)
{
    char text[32];
    snprintf(text, sizeof text, "%.15g", number);
    if (strtod(text, NULL) != number)
        snprintf(text, sizeof text, "%.17g", number);
    put_key(out, key);
    buf_text(out, text);
}

static void
put_bool(struct buf *out, const char *key, bool yes)
{
    put_key(out, key);
    buf_text(out, yes ? "true" : "false");
}

/* Writes null for 0: never. */
static void
put_time(struct buf *out, const char *key, int64_t wall_ms)
{
    struct tm day;
    time_t seconds = (time_t)(wall_ms / 1000);
    put_key(out, key);
    if (wall_ms == 0) {
        buf_text(out, "null");
        return;
    }
    gmtime_r(&seconds, &day);
    buf_format(out, "\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\"", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday,
               day.tm_hour, day.tm_min, day.tm_sec, (int)(wall_ms % 1000));
}

static void
put_uuid(struct buf *out, const char *key, const struct uuid *uuid)
{
    char text[UUID_TEXT];
    put_text(out, key, uuid_text(uuid, text));
}

/* Begins an object in an array. */
static void
begin_item(struct buf *out)
{
    buf_text(out, out->at[out->count - 1] == '[' ? "{" : ",{");
}

static void
put_nets(struct buf *out, const density_nets *nets)
{
    put_array(out, "nets");
    for (size_t i = 0; i < nets->count; i++) {
        const struct listed_net *net = &nets->at[i];
        char prefix[PREFIX_TEXT];
        begin_item(out);
        put_known(out, "abusers", net->abusers, LISTING_UNKNOWN);
        put_known(out, "asn", net->holder.asn, 0);
        put_text(out, "country", net->holder.country);
        put_bool(out, "from_zone", net->from_zone);
        put_known(out, "impacts", net->impacts, LISTING_UNKNOWN);
        put_text(out, "kind", net_kind_name(net->kind));
        put_number(out, "limit", net->limit);
        put_text(out, "org", net->holder.org);
        put_bool(out, "permanent", net->permanent);
        put_text(out, "prefix", prefix_text(&net->prefix, prefix));
        buf_byte(out, '}');
    }
    buf_byte(out, ']');
}

static void
put_lists(struct buf *out, const observed_lists *lists)
{
    put_array(out, "lists");
    for (size_t i = 0; i < lists->count; i++) {
        const struct observed_list *list = &lists->at[i];
        begin_item(out);
        put_text(out, "list", list->zone);
        put_text(out, "part", list->part);
        put_text(out, "state", list_state_name(list->state));
        put_array(out, "texts");
        for (size_t t = 0; t < list->texts.count; t++) {
            buf_text(out, t > 0 ? "," : "");
            put_string(out, list->texts.at[t]);
        }
        buf_text(out, "]}");
    }
    buf_byte(out, ']');
}

void
journal_json_put_observation(struct buf *out, const struct observation *o)
{
    char address[ADDR_TEXT];
    buf_byte(out, '{');
    put_text(out, "address", addr_text(&o->address, address));
    put_known(out, "asn", o->asn, 0);
    put_array(out, "cause");
    for (unsigned cause = CAUSE_ADDRESS; cause <= CAUSE_PROVIDER; cause <<= 1)
        if (o->causes & cause)
            buf_format(out, "%s\"%s\"", out->at[out->count - 1] == '[' ? "" : ",", cause_name((enum cause)cause));
    buf_byte(out, ']');
    put_text(out, "country", o->country);
    put_time(out, "first", o->first_ms);
    put_words(out, "headline", o->headline);
    put_time(out, "last", o->last_ms);
    put_lists(out, &o->lists);
    put_text(out, "name", o->name);
    put_nets(out, &o->nets);
    put_text(out, "org", o->org);
    put_text(out, "resolver", o->resolver);
    if (o->score >= 0)
        put_real(out, "score", o->score);
    else
        put_text(out, "score", NULL);
    put_known(out, "score_asn", o->score_asn, 0);
    put_known(out, "serial", o->serial, 0);
    put_text(out, "source", journal_source_name(o->source));
    put_number(out, "times", o->times);
    put_text(out, "type", "observation");
    put_uuid(out, "uid", &o->uuid);
    put_text(out, "verdict", verdict_state_name(o->verdict));
    buf_text(out, "}\n");
}

/* A note has at most CASE_NOTE_MOST bytes, each of which takes at most two; the note that exceeds LINE_FULL is the last
 * of its line. */
enum { LINE_FULL = JOURNAL_LINE_MOST / 4 };

void
journal_json_put_case(struct buf *out, const struct journal_case *c)
{
    char resource[RESOURCE_TEXT];
    size_t notes = 0, contacts = 0, start;
    do {
        buf_byte(out, '{');
        put_time(out, "due", c->due_ms);
        put_time(out, "due_set", c->due_set_ms);
        put_text(out, "matter", resource_text(&c->resource, resource));
        put_array(out, "notes");
        for (start = out->count; notes < c->notes.count && out->count - start < LINE_FULL; notes++) {
            const struct case_note *note = &c->notes.at[notes];
            begin_item(out);
            put_time(out, "at", note->at_ms);
            put_bool(out, "current", note->current);
            put_words(out, "text", note->text);
            put_uuid(out, "uid", &note->uuid);
            buf_byte(out, '}');
        }
        buf_byte(out, ']');
        put_time(out, "opened", c->opened_ms);
        put_text(out, "state", case_state_name(c->state));
        put_time(out, "state_set", c->state_ms);
        put_text(out, "tags", c->tags);
        put_time(out, "tags_set", c->tags_ms);
        put_text(out, "ticket", c->ticket);
        put_time(out, "ticket_set", c->ticket_ms);
        put_array(out, "told");
        for (start = out->count; contacts < c->contacts.count && out->count - start < LINE_FULL; contacts++) {
            const struct case_contact *contact = &c->contacts.at[contacts];
            begin_item(out);
            put_time(out, "at", contact->at_ms);
            put_uuid(out, "uid", &contact->uuid);
            put_text(out, "what", contact->what);
            put_words(out, "who", contact->who);
            buf_byte(out, '}');
        }
        buf_byte(out, ']');
        put_text(out, "type", "case");
        put_uuid(out, "uid", &c->uuid);
        buf_text(out, "}\n");
    } while (notes < c->notes.count || contacts < c->contacts.count);
}

void
journal_json_put_neighbour(struct buf *out, const struct journal_neighbour *n)
{
    struct addr address = addr_from_v4(n->address);
    char text[ADDR_TEXT];
    buf_byte(out, '{');
    put_time(out, "absent", n->absent_ms);
    put_text(out, "address", addr_text(&address, text));
    put_time(out, "first", n->first_ms);
    put_time(out, "last", n->last_ms);
    put_text(out, "type", "neighbour");
    buf_text(out, "}\n");
}

void
journal_json_put_count(struct buf *out, const struct journal_count *s)
{
    char resource[RESOURCE_TEXT];
    buf_byte(out, '{');
    put_time(out, "at", s->at_ms);
    put_known(out, "impacts", s->impacts, LISTING_UNKNOWN);
    put_real(out, "limit", s->limit);
    put_number(out, "listed", s->listed);
    put_text(out, "matter", resource_text(&s->resource, resource));
    put_known(out, "serial", s->serial, 0);
    put_text(out, "type", "snapshot");
    buf_text(out, "}\n");
}

void
journal_json_put_rejection(struct buf *out, const struct journal_rejection *r)
{
    char text[ADDR_TEXT];
    buf_byte(out, '{');
    put_text(out, "address", addr_text(&r->address, text));
    put_time(out, "at", r->at_ms);
    put_known(out, "level", r->level, 0);
    put_text(out, "list", r->list);
    put_text(out, "receiver", r->receiver);
    put_text(out, "type", "rejection");
    put_uuid(out, "uid", &r->uuid);
    put_text(out, "zone", r->zone);
    buf_text(out, "}\n");
}

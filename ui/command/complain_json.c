#include "command/complain_json.h"

#include "base/clock.h"
#include "base/text.h"
#include "command/parts_json.h"
#include "letter/draft.h"

#include <stdlib.h>
#include <string.h>

enum { ORG_MOST = 100 /* columns; at most 200 characters */ };

void
complain_json_put(struct buf *out, const struct complaint *c, const struct letter *letter, bool pretty)
{
    struct json_t *o = parts_json_object(), *sources = parts_json_array(), *letters = parts_json_array(),
                  *servers = parts_json_array();
    char text[RESOURCE_TEXT];
    for (size_t i = 0; i < c->sources.count; i++)
        parts_json_push(sources, parts_json_v4(c->sources.at[i].address));
    for (size_t i = 0; i < c->servers.count; i++)
        parts_json_push(servers, parts_json_string(addr_text(&c->servers.at[i].address, text)));
    for (enum letter_kind kind = 0; kind < LETTER_KINDS; kind++)
        if (c->kinds & 1U << kind)
            parts_json_push(letters, parts_json_string(letter_kind_name(kind)));
    parts_json_set(o, "schema", parts_json_number(1, true));
    parts_json_set(o, "target", parts_json_string(resource_text(&c->target, text)));
    parts_json_set(o, "subject", parts_json_string(resource_text(&c->subject, text)));
    parts_json_set(o, "servers", servers);
    parts_json_set(o, "letter", parts_json_string(letter_kind_name(c->kind)));
    parts_json_set(o, "letters", letters);
    parts_json_set(o, "reference", parts_json_text(c->reference));
    parts_json_set(o, "to", parts_json_text(c->to));
    parts_json_set(o, "first_sent", parts_json_time(c->told_ms));
    parts_json_set(o, "zone", parts_json_text(c->list ? c->list->zone : NULL));
    parts_json_set(o, "zone_serial", parts_json_number(c->serial, c->serial != 0));
    parts_json_set(o, "answered", parts_json_time(c->answered_ms));
    parts_json_set(o, "net", c->has_net ? parts_json_net(&c->net, &c->policy, c->stale) : parts_json_text(NULL));
    parts_json_set(o, "listed", parts_json_number((int64_t)c->listed, c->knows_sources));
    parts_json_set(o, "sources", sources);
    parts_json_set(o, "subject_line", parts_json_text(buf_string(&letter->subject)));
    parts_json_set(o, "text", parts_json_text(buf_string(&letter->body)));
    parts_json_print(out, o, pretty);
}

/* ---- XARF ---- */

static struct json_t *
party(const struct complaint *c)
{
    struct json_t *o = parts_json_object();
    const char *domain = strchr(c->from_mail, '@') + 1, *name = c->from_name && *c->from_name ? c->from_name : domain;
    char *org = text_clean_copy(name, strlen(name));
    org[text_fit(org, ORG_MOST)] = '\0';
    parts_json_set(o, "org", parts_json_string(org));
    parts_json_set(o, "contact", parts_json_string(c->from_mail));
    parts_json_set(o, "domain", parts_json_string(domain));
    free(org);
    return o;
}

/* Adds a text to the evidence. */
static void
add_evidence(struct json_t *evidence, const char *description, const char *text)
{
    struct json_t *item = parts_json_object();
    struct buf payload = {0};
    draft_put_base64(&payload, text, strlen(text));
    parts_json_set(item, "content_type", parts_json_string("text/plain"));
    parts_json_set(item, "description", parts_json_string(description));
    parts_json_set(item, "payload", parts_json_string(buf_string(&payload)));
    parts_json_set(item, "size", parts_json_number((int64_t)strlen(text), true));
    parts_json_push(evidence, item);
    buf_free(&payload);
}

/* Appends the report about one source, with the net or AS for whose sake it is listed in the description. */
static void
put_report(struct buf *out, const struct complaint *c, const char *identifier, const struct complaint_source *source)
{
    struct json_t *o = parts_json_object(), *evidence = parts_json_array();
    struct uuid uuid = uuid_random();
    char id[UUID_TEXT], subject[RESOURCE_TEXT], first[CLOCK_TEXT], last[CLOCK_TEXT];
    struct buf words = {0};
    buf_format(&words, "UCEPROTECT level %u lists %s (%s); reference %s", c->list->level,
               resource_text(&c->subject, subject), c->list->zone, c->reference);
    parts_json_set(o, "xarf_version", parts_json_string("4.0.0"));
    parts_json_set(o, "report_id", parts_json_string(uuid_text(&uuid, id)));
    parts_json_set(o, "timestamp", parts_json_time(c->answered_ms > 0 ? c->answered_ms : c->now_ms));
    parts_json_set(o, "reporter", party(c));
    parts_json_set(o, "sender", party(c));
    parts_json_set(o, "source_identifier", parts_json_string(identifier));
    parts_json_set(o, "category", parts_json_string("reputation"));
    parts_json_set(o, "type", parts_json_string("blocklist"));
    parts_json_set(o, "threat_type", parts_json_string("spam_source"));
    parts_json_set(o, "evidence_source", parts_json_string("threat_intelligence"));
    parts_json_set(o, "description", parts_json_string(buf_string(&words)));
    if (c->text)
        add_evidence(evidence, "TXT record of the list", c->text);
    if (source && source->first_ms > 0) {
        buf_clear(&words);
        buf_format(&words, "first seen %s, last seen %s", clock_rfc3339(source->first_ms, first),
                   clock_rfc3339(source->last_ms, last));
        add_evidence(evidence, "When the reporter saw the address on level 1", buf_string(&words));
    }
    parts_json_set(o, "evidence", evidence);
    parts_json_print(out, o, false);
    buf_free(&words);
}

void
complain_json_put_xarf(struct buf *out, const struct complaint *c)
{
    char text[RESOURCE_TEXT];
    bool put = false;
    for (size_t i = 0; i < c->sources.count; i++) {
        struct addr address = addr_from_v4(c->sources.at[i].address);
        if (complaint_has_server(c, &address))
            continue;
        put_report(out, c, addr_text(&address, text), &c->sources.at[i]);
        put = true;
    }
    if (!put)
        put_report(out, c, resource_text(&c->subject, text), NULL);
}

#include "letter/fields.h"

#include "base/text.h"
#include "letter/tables.h"

#include <stdio.h>
#include <string.h>

enum { DAY_MS = 24 * 60 * 60 * 1000, HOUR_MS = 60 * 60 * 1000, NAME_MOST = 32 };

/* All names, between blanks. */
static const char names[] =
    " subject net length impacts abusers limit to-lose hours ends own own-name own-clean own-listed own-since own-text "
    "servers servers-clean servers-listed origin level zone list text answered age serial holder asn score score-limit "
    "as-impacts as-addresses as-limit as-lose as-share as-listed worst-nets listed sources counted seen more-sources "
    "blocks names rejections reference told told-who days impacts-then left came ended receiver recipient reply "
    "rejected dead shut-down signature ";

void
fields_put_names(struct buf *out)
{
    for (const char *at = names + 1; *at; at++)
        buf_text(out, *at != ' ' ? (char[]){*at, '\0'} : at[1] ? ", " : "");
}

static bool
is(const char *field, const char *name)
{
    return strcmp(field, name) == 0;
}

/* ---- words ---- */

static void
put_text(struct buf *out, const char *text)
{
    buf_text(out, text ? text : "");
}

/* Writes the name and address that the user has configured. */
static void
put_signature(struct buf *out, const struct complaint *c)
{
    const char *name = c->from_name ? c->from_name : "", *mail = c->from_mail ? c->from_mail : "";
    text_clean(out, name, strlen(name), TEXT_CLEAN_MAX);
    buf_text(out, *name && *mail ? " <" : "");
    text_clean(out, mail, strlen(mail), TEXT_CLEAN_MAX);
    buf_text(out, *name && *mail ? ">" : "");
}

static void
put_flag(struct buf *out, bool holds)
{
    buf_text(out, holds ? "yes" : "");
}

static void
put_holder(struct buf *out, uint32_t asn, const char *org)
{
    if (asn != 0)
        buf_format(out, *org ? "AS%u %s" : "AS%u", asn, org);
}

/* ---- fields ---- */

static void
put_of_net(struct buf *out, const char *field, const struct complaint *c, enum letter_language language)
{
    const struct listed_net *net = &c->net;
    char text[PREFIX_TEXT];
    bool rated = c->has_net && !net->permanent && net->impacts != LISTING_UNKNOWN && net->limit > 0;
    int64_t hours = policy_hours_to_clear(&c->policy, net->impacts, net->limit);
    int64_t window_ms = (c->policy.window_hours + c->policy.rebuild_hours) * (int64_t)HOUR_MS;
    if (is(field, "subject"))
        buf_text(out, resource_text(&c->subject, text));
    else if (is(field, "ends") && !c->stale)
        tables_put_time(out, c->now_ms + window_ms, true);
    else if (is(field, "net") && c->has_net)
        buf_text(out, prefix_text(&net->prefix, text));
    else if (is(field, "length") && rated)
        buf_format(out, "%u", net->prefix.length);
    else if (is(field, "impacts") && c->has_net)
        tables_put_number(out, net->impacts, language);
    else if (is(field, "abusers"))
        tables_put_number(out, c->has_net ? net->abusers : c->abusers, language);
    else if (is(field, "limit") && rated)
        tables_put_number(out, net->limit, language);
    else if (is(field, "to-lose") && rated && net->impacts >= net->limit)
        tables_put_number(out, policy_to_lose(net->impacts, net->limit), language);
    else if (is(field, "hours") && rated && !c->stale && net->impacts >= net->limit && hours > 1)
        tables_put_number(out, hours, language);
}

static void
put_of_own(struct buf *out, const char *field, const struct complaint *c)
{
    const struct complaint_server *own = c->servers.count == 1 ? &c->servers.at[0] : NULL;
    char text[ADDR_TEXT];
    if (is(field, "origin"))
        put_holder(out, c->origin, c->origin_org ? c->origin_org : "");
    if (!own)
        return;
    if (is(field, "own"))
        buf_text(out, addr_text(&own->address, text));
    else if (is(field, "own-name"))
        put_text(out, c->own_name);
    else if (is(field, "own-clean"))
        put_flag(out, own->state == STATE_CLEAR);
    else if (is(field, "own-listed"))
        put_flag(out, own->state == STATE_LISTED);
    else if (is(field, "own-since"))
        tables_put_time(out, c->own_since_ms, false);
    else if (is(field, "own-text"))
        put_text(out, c->own_text);
}

/* Writes what is said of several addresses of ours. */
static void
put_of_servers(struct buf *out, const char *field, const struct complaint *c)
{
    size_t clean = 0;
    char text[ADDR_TEXT];
    for (size_t i = 0; i < c->servers.count && c->servers.count > 1; i++) {
        const struct complaint_server *server = &c->servers.at[i];
        clean += server->state == STATE_CLEAR;
        if (is(field, "servers") || (is(field, "servers-listed") && server->state == STATE_LISTED))
            buf_format(out, "%s%s", out->count > 0 ? ", " : "", addr_text(&server->address, text));
    }
    put_flag(out, is(field, "servers-clean") && clean > 0 && clean == c->servers.count);
}

static void
put_of_listing(struct buf *out, const char *field, const struct complaint *c)
{
    const struct list *list = c->list;
    int64_t days = (c->now_ms - c->answered_ms) / DAY_MS;
    if (is(field, "level") && list && list->level > 0)
        buf_format(out, "%u", list->level);
    else if (is(field, "zone") && list)
        buf_text(out, list->zone);
    else if (is(field, "list"))
        buf_text(out, c->rejection && *c->rejection->list.name ? c->rejection->list.name : list ? list->title : "");
    else if (is(field, "text"))
        put_text(out, c->text);
    else if (is(field, "answered"))
        tables_put_time(out, c->answered_ms, false);
    else if (is(field, "age") && c->answered_ms > 0 && days > 1)
        buf_format(out, "%lld", (long long)days);
    else if (is(field, "serial") && c->serial != 0)
        buf_format(out, "%u", c->serial);
    else if (is(field, "holder"))
        put_holder(out, c->holder.asn, c->holder.org);
    else if (is(field, "asn") && c->holder.asn != 0)
        buf_format(out, "AS%u", c->holder.asn);
}

static void
put_of_as(struct buf *out, const char *field, const struct complaint *c, enum letter_language language)
{
    const struct asn_density *as = &c->estimate;
    int64_t needed = policy_needed(&c->policy, (int64_t)as->addresses), lose = as->impacts - needed + 1;
    bool is_over = c->has_estimate && lose > 0;
    if (is(field, "score"))
        tables_put_decimal(out, c->score, language);
    else if (is(field, "score-limit") && (c->score >= 0 || (c->list && c->list->level == 3)))
        tables_put_number(out, (int64_t)c->score_limit, language);
    else if (is(field, "worst-nets"))
        tables_put_nets(out, c, language);
    else if (is(field, "as-impacts") && c->has_estimate)
        tables_put_number(out, as->impacts, language);
    else if (is(field, "as-addresses") && c->has_estimate)
        tables_put_number(out, (int64_t)as->addresses, language);
    else if (is(field, "as-limit") && c->has_estimate)
        tables_put_number(out, needed, language);
    else if (is(field, "as-lose") && is_over)
        tables_put_number(out, lose, language);
    else if (is(field, "as-share") && is_over)
        tables_put_number(out, (lose * 100 + as->impacts - 1) / as->impacts, language);
    else if (is(field, "as-listed") && c->has_estimate)
        tables_put_number(out, (int64_t)as->listed, language);
}

/* Returns whether the journal knows any of the sources. */
static bool
have_seen(const struct complaint *c)
{
    size_t i = 0;
    while (i < c->sources.count && c->sources.at[i].first_ms == 0)
        i++;
    return i < c->sources.count;
}

static void
put_evidence(struct buf *out, const char *field, const struct complaint *c, enum letter_language language)
{
    struct buf rows = {0};
    if (is(field, "listed") && c->knows_sources)
        tables_put_number(out, (int64_t)c->listed, language);
    else if (is(field, "sources"))
        tables_put_sources(out, c);
    else if (is(field, "counted") && !(c->source == SOURCE_ZONE && c->counted_ms == c->answered_ms))
        tables_put_time(out, c->counted_ms, false);
    else if (is(field, "seen"))
        put_flag(out, have_seen(c));
    else if (is(field, "more-sources")) {
        size_t more = c->sources.count > 0 ? tables_put_sources(&rows, c) : 0;
        tables_put_number(out, more > 0 ? (int64_t)more : LISTING_UNKNOWN, language);
    } else if (is(field, "blocks"))
        tables_put_blocks(out, c);
    else if (is(field, "names"))
        tables_put_names(out, c);
    else if (is(field, "rejections"))
        tables_put_rejections(out, c);
    buf_free(&rows);
}

static void
put_of_case(struct buf *out, const char *field, const struct complaint *c, enum letter_language language)
{
    int64_t until_ms = c->ended_ms > 0 ? c->ended_ms : c->now_ms, days = (until_ms - c->told_ms) / DAY_MS;
    if (is(field, "reference"))
        put_text(out, c->reference);
    else if (is(field, "told"))
        tables_put_time(out, c->told_ms, true);
    else if (is(field, "told-who") && c->told_who && strchr(c->told_who, '@'))
        put_text(out, c->told_who);
    else if (is(field, "days") && c->told_ms > 0 && days > 1)
        tables_put_number(out, days, language);
    else if (is(field, "impacts-then"))
        tables_put_number(out, c->impacts_then, language);
    else if (is(field, "left"))
        tables_put_addresses(out, c->left.at, c->left.count);
    else if (is(field, "came"))
        tables_put_addresses(out, c->came.at, c->came.count);
    else if (is(field, "ended"))
        tables_put_time(out, c->ended_ms, true);
}

static void
put_of_receiver(struct buf *out, const char *field, const struct rejection *r)
{
    if (is(field, "receiver"))
        buf_text(out, r->receiver.host);
    else if (is(field, "recipient"))
        buf_text(out, r->recipient);
    else if (is(field, "reply"))
        buf_text(out, r->text);
    else if (is(field, "rejected"))
        tables_put_time(out, r->time * 1000, false);
    else if (is(field, "dead"))
        put_flag(out, r->list.dead);
    else if (is(field, "shut-down") && r->list.known && r->list.dead)
        buf_text(out, r->list.known->since);
}

bool
fields_put(struct buf *out, const char *name, size_t count, const struct complaint *c, enum letter_language language)
{
    char field[NAME_MOST];
    snprintf(field, sizeof field, " %.*s ", (int)(count < sizeof field ? count : sizeof field), name);
    if (memchr(name, ' ', count) || !strstr(names, field))
        return false;
    snprintf(field, sizeof field, "%.*s", (int)count, name);
    put_of_net(out, field, c, language);
    put_of_own(out, field, c);
    put_of_servers(out, field, c);
    put_of_listing(out, field, c);
    put_of_as(out, field, c, language);
    put_evidence(out, field, c, language);
    put_of_case(out, field, c, language);
    if (c->rejection)
        put_of_receiver(out, field, c->rejection);
    if (is(field, "signature"))
        put_signature(out, c);
    return true;
}

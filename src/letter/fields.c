#include "letter/fields.h"

#include "base/text.h"
#include "letter/tables.h"
#include "verdict/phrases.h"

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

/* ---- values by their form ---- */

static void
put_texts(struct buf *out, const char *field, const struct complaint *c)
{
    const struct rejection *r = c->rejection;
    const struct complaint_server *own = c->servers.count == 1 ? &c->servers.at[0] : NULL;
    const struct list *dead = r && r->list.dead ? r->list.known : NULL;
    const char *title = c->list ? c->list->title : NULL;
    bool seen = false;
    for (size_t i = 0; i < c->sources.count && !seen; i++)
        seen = c->sources.at[i].first_ms != 0;
    const struct {
        const char *name, *text;
    } texts[] = {
        {"own-name", own ? c->own_name : NULL},
        {"own-clean", own && own->state == STATE_CLEAR ? "yes" : NULL},
        {"own-listed", own && own->state == STATE_LISTED ? "yes" : NULL},
        {"own-text", own ? c->own_text : NULL},
        {"zone", c->list ? c->list->zone : NULL},
        {"list", r && *r->list.name ? r->list.name : title},
        {"text", c->text},
        {"seen", seen ? "yes" : NULL},
        {"reference", c->reference},
        {"told-who", c->told_who && strchr(c->told_who, '@') ? c->told_who : NULL},
        {"receiver", r ? r->receiver.host : NULL},
        {"recipient", r ? r->recipient : NULL},
        {"reply", r ? r->text : NULL},
        {"dead", r && r->list.dead ? "yes" : NULL},
        {"shut-down", dead ? dead->since : NULL},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (is(field, texts[i].name) && texts[i].text)
            buf_text(out, texts[i].text);
}

static void
put_times(struct buf *out, const char *field, const struct complaint *c)
{
    int64_t window_ms = (c->policy.window_hours + c->policy.rebuild_hours) * (int64_t)HOUR_MS;
    bool same = c->source == SOURCE_ZONE && c->counted_ms == c->answered_ms;
    const struct {
        const char *name;
        int64_t ms; /* 0 = no value */
        bool day;
    } times[] = {
        {"ends", c->stale ? 0 : c->now_ms + window_ms, true},
        {"own-since", c->servers.count == 1 ? c->own_since_ms : 0, false},
        {"answered", c->answered_ms, false},
        {"counted", same ? 0 : c->counted_ms, false},
        {"told", c->told_ms, true},
        {"ended", c->ended_ms, true},
        {"rejected", c->rejection ? c->rejection->time * 1000 : 0, false},
    };
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        if (is(field, times[i].name))
            tables_put_time(out, times[i].ms, times[i].day);
}

/* Returns the days from one time to another, from 2 on. */
static int64_t
days_between(int64_t from_ms, int64_t to_ms)
{
    int64_t days = (to_ms - from_ms) / DAY_MS;
    return from_ms > 0 && days > 1 ? days : LISTING_UNKNOWN;
}

static void
put_numbers(struct buf *out, const char *field, const struct complaint *c, enum letter_language language)
{
    const struct listed_net *net = &c->net;
    const struct asn_density *as = &c->estimate;
    bool rated = c->has_net && !net->permanent && net->impacts != LISTING_UNKNOWN && net->limit > 0;
    bool over = rated && net->impacts >= net->limit, level3 = c->list && c->list->level == 3;
    int64_t hours = policy_hours_to_clear(&c->policy, net->impacts, net->limit);
    int64_t needed = policy_needed(&c->policy, (int64_t)as->addresses), lose = as->impacts - needed + 1;
    bool has_as = c->has_estimate, as_over = has_as && lose > 0;
    const struct {
        const char *name;
        int64_t number;
        bool known;
    } numbers[] = {
        {"length", net->prefix.length, rated},
        {"impacts", net->impacts, c->has_net},
        {"abusers", c->has_net ? net->abusers : c->abusers, true},
        {"limit", net->limit, rated},
        {"to-lose", policy_to_lose(net->impacts, net->limit), over},
        {"hours", hours, over && !c->stale && hours > 1},
        {"level", c->list ? c->list->level : 0, c->list && c->list->level > 0},
        {"age", days_between(c->answered_ms, c->now_ms), true},
        {"score-limit", (int64_t)c->score_limit, c->score >= 0 || level3},
        {"as-impacts", as->impacts, has_as},
        {"as-addresses", (int64_t)as->addresses, has_as},
        {"as-limit", needed, has_as},
        {"as-lose", lose, as_over},
        {"as-share", as_over ? (lose * 100 + as->impacts - 1) / as->impacts : 0, as_over},
        {"as-listed", (int64_t)as->listed, has_as},
        {"listed", (int64_t)c->listed, c->knows_sources},
        {"days", days_between(c->told_ms, c->ended_ms > 0 ? c->ended_ms : c->now_ms), true},
        {"impacts-then", c->impacts_then, true},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (is(field, numbers[i].name) && numbers[i].known)
            tables_put_number(out, numbers[i].number, language);
}

/* Writes names of nets and ASes, and the name and address that the user has configured. */
static void
put_names(struct buf *out, const char *field, const struct complaint *c)
{
    const char *name = c->from_name ? c->from_name : "", *mail = c->from_mail ? c->from_mail : "";
    const char *org = c->origin_org ? c->origin_org : "";
    char text[RESOURCE_TEXT];
    if (is(field, "subject"))
        buf_text(out, resource_text(&c->subject, text));
    else if (is(field, "net") && c->has_net)
        buf_text(out, prefix_text(&c->net.prefix, text));
    else if (is(field, "serial") && c->serial != 0)
        buf_format(out, "%u", c->serial);
    else if (is(field, "holder"))
        phrases_holder(out, c->holder.asn, c->holder.org, "");
    else if (is(field, "asn"))
        phrases_holder(out, c->holder.asn, "", "");
    else if (is(field, "origin"))
        phrases_holder(out, c->origin, org, "");
    else if (is(field, "signature")) {
        text_clean(out, name, strlen(name), TEXT_CLEAN_MAX);
        buf_text(out, *name && *mail ? " <" : "");
        text_clean(out, mail, strlen(mail), TEXT_CLEAN_MAX);
        buf_text(out, *name && *mail ? ">" : "");
    }
}

/* Writes what is said of addresses of ours: `own` of one, the rest of several. */
static void
put_servers(struct buf *out, const char *field, const struct complaint *c)
{
    size_t clean = 0, count = c->servers.count;
    char text[ADDR_TEXT];
    for (size_t i = 0; i < count; i++) {
        const struct complaint_server *server = &c->servers.at[i];
        bool listed = server->state == STATE_LISTED;
        clean += server->state == STATE_CLEAR;
        if (is(field, count == 1 ? "own" : "servers") || (count > 1 && listed && is(field, "servers-listed")))
            buf_format(out, "%s%s", out->count > 0 ? ", " : "", addr_text(&server->address, text));
    }
    if (is(field, "servers-clean") && count > 1 && clean == count)
        buf_text(out, "yes");
}

static void
put_tables(struct buf *out, const char *field, const struct complaint *c, enum letter_language language)
{
    struct buf rows = {0};
    size_t more = is(field, "more-sources") && c->sources.count > 0 ? tables_put_sources(&rows, c) : 0;
    if (more > 0)
        tables_put_number(out, (int64_t)more, language);
    else if (is(field, "score"))
        tables_put_decimal(out, c->score, language);
    else if (is(field, "worst-nets"))
        tables_put_nets(out, c, language);
    else if (is(field, "sources"))
        tables_put_sources(out, c);
    else if (is(field, "blocks"))
        tables_put_blocks(out, c);
    else if (is(field, "names"))
        tables_put_names(out, c);
    else if (is(field, "rejections"))
        tables_put_rejections(out, c);
    else if (is(field, "left"))
        tables_put_addresses(out, c->left.at, c->left.count);
    else if (is(field, "came"))
        tables_put_addresses(out, c->came.at, c->came.count);
    buf_free(&rows);
}

bool
fields_put(struct buf *out, const char *name, size_t count, const struct complaint *c, enum letter_language language)
{
    char field[NAME_MOST];
    snprintf(field, sizeof field, " %.*s ", (int)(count < sizeof field ? count : sizeof field), name);
    if (memchr(name, ' ', count) || !strstr(names, field))
        return false;
    snprintf(field, sizeof field, "%.*s", (int)count, name);
    put_texts(out, field, c);
    put_times(out, field, c);
    put_numbers(out, field, c, language);
    put_names(out, field, c);
    put_servers(out, field, c);
    put_tables(out, field, c, language);
    return true;
}

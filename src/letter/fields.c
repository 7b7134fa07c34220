#include "letter/fields.h"

#include "base/text.h"
#include "letter/tables.h"

#include <string.h>

enum { DAY_MS = 24 * 60 * 60 * 1000, HOUR_MS = 60 * 60 * 1000 };

enum field {
    SUBJECT,
    NET,
    LENGTH,
    IMPACTS,
    ABUSERS,
    LIMIT,
    TO_LOSE,
    HOURS,
    ENDS, /* the net */
    OWN,
    OWN_NAME,
    OWN_CLEAN,
    OWN_LISTED,
    OWN_SINCE,
    OWN_TEXT,
    ORIGIN, /* the address */
    LEVEL,
    ZONE,
    LIST,
    TEXT,
    ANSWERED,
    AGE,
    SERIAL,
    HOLDER,
    ASN, /* the listing */
    SCORE,
    SCORE_LIMIT,
    AS_IMPACTS,
    AS_ADDRESSES,
    AS_LIMIT,
    AS_LOSE,
    AS_SHARE,
    AS_LISTED,
    WORST_NETS, /* the AS */
    LISTED,
    SOURCES,
    COUNTED,
    SEEN,
    MORE_SOURCES,
    BLOCKS,
    NAMES,
    REJECTIONS, /* evidence */
    REFERENCE,
    TOLD,
    TOLD_WHO,
    DAYS,
    IMPACTS_THEN,
    LEFT,
    CAME,
    ENDED, /* its case */
    RECEIVER,
    RECIPIENT,
    REPLY,
    REJECTED,
    DEAD,
    SHUT_DOWN, /* the receiver */
    SENDER,
    MAIL,
    FIELDS
};

static const char *const names[FIELDS] = {[SUBJECT] = "subject",
                                          [NET] = "net",
                                          [LENGTH] = "length",
                                          [IMPACTS] = "impacts",
                                          [ABUSERS] = "abusers",
                                          [LIMIT] = "limit",
                                          [TO_LOSE] = "to-lose",
                                          [HOURS] = "hours",
                                          [ENDS] = "ends",
                                          [OWN] = "own",
                                          [OWN_NAME] = "own-name",
                                          [OWN_CLEAN] = "own-clean",
                                          [OWN_LISTED] = "own-listed",
                                          [OWN_SINCE] = "own-since",
                                          [OWN_TEXT] = "own-text",
                                          [ORIGIN] = "origin",
                                          [LEVEL] = "level",
                                          [ZONE] = "zone",
                                          [LIST] = "list",
                                          [TEXT] = "text",
                                          [ANSWERED] = "answered",
                                          [AGE] = "age",
                                          [SERIAL] = "serial",
                                          [HOLDER] = "holder",
                                          [ASN] = "asn",
                                          [SCORE] = "score",
                                          [SCORE_LIMIT] = "score-limit",
                                          [AS_IMPACTS] = "as-impacts",
                                          [AS_ADDRESSES] = "as-addresses",
                                          [AS_LIMIT] = "as-limit",
                                          [AS_LOSE] = "as-lose",
                                          [AS_SHARE] = "as-share",
                                          [AS_LISTED] = "as-listed",
                                          [WORST_NETS] = "worst-nets",
                                          [LISTED] = "listed",
                                          [SOURCES] = "sources",
                                          [COUNTED] = "counted",
                                          [SEEN] = "seen",
                                          [MORE_SOURCES] = "more-sources",
                                          [BLOCKS] = "blocks",
                                          [NAMES] = "names",
                                          [REJECTIONS] = "rejections",
                                          [REFERENCE] = "reference",
                                          [TOLD] = "told",
                                          [TOLD_WHO] = "told-who",
                                          [DAYS] = "days",
                                          [IMPACTS_THEN] = "impacts-then",
                                          [LEFT] = "left",
                                          [CAME] = "came",
                                          [ENDED] = "ended",
                                          [RECEIVER] = "receiver",
                                          [RECIPIENT] = "recipient",
                                          [REPLY] = "reply",
                                          [REJECTED] = "rejected",
                                          [DEAD] = "dead",
                                          [SHUT_DOWN] = "shut-down",
                                          [SENDER] = "sender",
                                          [MAIL] = "mail"};

void
fields_put_names(struct buf *out)
{
    for (size_t i = 0; i < FIELDS; i++)
        buf_format(out, "%s%s", i > 0 ? ", " : "", names[i]);
}

/* ---- words ---- */

static void
put_text(struct buf *out, const char *text)
{
    buf_text(out, text ? text : "");
}

/* Writes what the user has configured. */
static void
put_clean(struct buf *out, const char *text)
{
    if (text)
        text_clean(out, text, strlen(text), TEXT_CLEAN_MAX);
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
put_of_net(struct buf *out, enum field field, const struct complaint *c, enum letter_language language)
{
    const struct listed_net *net = &c->net;
    char text[PREFIX_TEXT];
    bool rated = c->has_net && !net->permanent && net->impacts != LISTING_UNKNOWN && net->limit > 0;
    int64_t hours = policy_hours_to_clear(&c->policy, net->impacts, net->limit);
    int64_t window_ms = (c->policy.window_hours + c->policy.rebuild_hours) * (int64_t)HOUR_MS;
    if (field == SUBJECT)
        buf_text(out, resource_text(&c->subject, text));
    else if (field == ENDS)
        tables_put_time(out, c->now_ms + window_ms, true);
    else if (field == NET && c->has_net)
        buf_text(out, prefix_text(&net->prefix, text));
    else if (field == LENGTH && rated)
        buf_format(out, "%u", net->prefix.length);
    else if (field == IMPACTS && c->has_net)
        tables_put_number(out, net->impacts, language);
    else if (field == ABUSERS)
        tables_put_number(out, c->has_net ? net->abusers : c->abusers, language);
    else if (field == LIMIT && rated)
        tables_put_number(out, net->limit, language);
    else if (field == TO_LOSE && rated && net->impacts >= net->limit)
        tables_put_number(out, policy_to_lose(net->impacts, net->limit), language);
    else if (field == HOURS && rated && net->impacts >= net->limit && hours > 1)
        tables_put_number(out, hours, language);
}

static void
put_of_own(struct buf *out, enum field field, const struct complaint *c)
{
    char text[ADDR_TEXT];
    if (field == ORIGIN)
        put_holder(out, c->origin, c->origin_org ? c->origin_org : "");
    if (!c->has_own)
        return;
    if (field == OWN)
        buf_text(out, addr_text(&c->own, text));
    else if (field == OWN_NAME)
        put_text(out, c->own_name);
    else if (field == OWN_CLEAN)
        put_flag(out, c->own_state == STATE_CLEAR);
    else if (field == OWN_LISTED)
        put_flag(out, c->own_state == STATE_LISTED);
    else if (field == OWN_SINCE)
        tables_put_time(out, c->own_since_ms, false);
    else if (field == OWN_TEXT)
        put_text(out, c->own_text);
}

static void
put_of_listing(struct buf *out, enum field field, const struct complaint *c)
{
    const struct list *list = c->list;
    int64_t days = (c->now_ms - c->answered_ms) / DAY_MS;
    if (field == LEVEL && list && list->level > 0)
        buf_format(out, "%u", list->level);
    else if (field == ZONE && list)
        buf_text(out, list->zone);
    else if (field == LIST)
        buf_text(out, c->rejection && *c->rejection->list.name ? c->rejection->list.name : list ? list->title : "");
    else if (field == TEXT)
        put_text(out, c->text);
    else if (field == ANSWERED)
        tables_put_time(out, c->answered_ms, false);
    else if (field == AGE && c->answered_ms > 0 && days > 1)
        buf_format(out, "%lld", (long long)days);
    else if (field == SERIAL && c->serial != 0)
        buf_format(out, "%u", c->serial);
    else if (field == HOLDER)
        put_holder(out, c->holder.asn, c->holder.org);
    else if (field == ASN && c->holder.asn != 0)
        buf_format(out, "AS%u", c->holder.asn);
}

static void
put_of_as(struct buf *out, enum field field, const struct complaint *c, enum letter_language language)
{
    const struct asn_density *as = &c->estimate;
    int64_t needed = policy_needed(&c->policy, (int64_t)as->addresses), lose = as->impacts - needed + 1;
    bool is_over = c->has_estimate && lose > 0;
    if (field == SCORE)
        tables_put_decimal(out, c->score, language);
    else if (field == SCORE_LIMIT && c->list && c->list->level == 3)
        tables_put_number(out, (int64_t)c->score_limit, language);
    else if (field == WORST_NETS)
        tables_put_nets(out, c, language);
    else if (field == AS_IMPACTS && c->has_estimate)
        tables_put_number(out, as->impacts, language);
    else if (field == AS_ADDRESSES && c->has_estimate)
        tables_put_number(out, (int64_t)as->addresses, language);
    else if (field == AS_LIMIT && c->has_estimate)
        tables_put_number(out, needed, language);
    else if (field == AS_LOSE && is_over)
        tables_put_number(out, lose, language);
    else if (field == AS_SHARE && is_over)
        tables_put_number(out, (lose * 100 + as->impacts - 1) / as->impacts, language);
    else if (field == AS_LISTED && c->has_estimate)
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
put_evidence(struct buf *out, enum field field, const struct complaint *c, enum letter_language language)
{
    struct buf rows = {0};
    if (field == LISTED && c->knows_sources)
        tables_put_number(out, (int64_t)c->listed, language);
    else if (field == SOURCES)
        tables_put_sources(out, c);
    else if (field == COUNTED && !(c->source == SOURCE_ZONE && c->counted_ms == c->answered_ms))
        tables_put_time(out, c->counted_ms, false);
    else if (field == SEEN)
        put_flag(out, have_seen(c));
    else if (field == MORE_SOURCES) {
        size_t more = c->sources.count > 0 ? tables_put_sources(&rows, c) : 0;
        tables_put_number(out, more > 0 ? (int64_t)more : LISTING_UNKNOWN, language);
    } else if (field == BLOCKS)
        tables_put_blocks(out, c);
    else if (field == NAMES)
        tables_put_names(out, c);
    else if (field == REJECTIONS)
        tables_put_rejections(out, c);
    buf_free(&rows);
}

static void
put_of_case(struct buf *out, enum field field, const struct complaint *c, enum letter_language language)
{
    int64_t until_ms = c->ended_ms > 0 ? c->ended_ms : c->now_ms, days = (until_ms - c->told_ms) / DAY_MS;
    if (field == REFERENCE)
        put_text(out, c->reference);
    else if (field == TOLD)
        tables_put_time(out, c->told_ms, true);
    else if (field == TOLD_WHO && c->told_who && strchr(c->told_who, '@'))
        put_text(out, c->told_who);
    else if (field == DAYS && c->told_ms > 0 && days > 1)
        tables_put_number(out, days, language);
    else if (field == IMPACTS_THEN)
        tables_put_number(out, c->impacts_then, language);
    else if (field == LEFT)
        tables_put_addresses(out, c->left.at, c->left.count);
    else if (field == CAME)
        tables_put_addresses(out, c->came.at, c->came.count);
    else if (field == ENDED)
        tables_put_time(out, c->ended_ms, true);
}

static void
put_of_receiver(struct buf *out, enum field field, const struct rejection *r)
{
    if (field == RECEIVER)
        buf_text(out, r->receiver.host);
    else if (field == RECIPIENT)
        buf_text(out, r->recipient);
    else if (field == REPLY)
        buf_text(out, r->text);
    else if (field == REJECTED)
        tables_put_time(out, r->time * 1000, false);
    else if (field == DEAD)
        put_flag(out, r->list.dead);
    else if (field == SHUT_DOWN && r->list.known && r->list.dead)
        buf_text(out, r->list.known->since);
}

static void
put_field(struct buf *out, enum field field, const struct complaint *c, enum letter_language language)
{
    if (field <= ENDS)
        put_of_net(out, field, c, language);
    else if (field <= ORIGIN)
        put_of_own(out, field, c);
    else if (field <= ASN)
        put_of_listing(out, field, c);
    else if (field <= WORST_NETS)
        put_of_as(out, field, c, language);
    else if (field <= REJECTIONS)
        put_evidence(out, field, c, language);
    else if (field <= ENDED)
        put_of_case(out, field, c, language);
    else if (field <= SHUT_DOWN && c->rejection)
        put_of_receiver(out, field, c->rejection);
    else if (field == SENDER)
        put_clean(out, c->from_name);
    else if (field == MAIL)
        put_clean(out, c->from_mail);
}

bool
fields_put(struct buf *out, const char *name, size_t count, const struct complaint *c, enum letter_language language)
{
    enum field field = 0;
    while (field < FIELDS && (strlen(names[field]) != count || memcmp(names[field], name, count) != 0))
        field++;
    if (field < FIELDS)
        put_field(out, field, c, language);
    return field < FIELDS;
}

#include "letter/fields.h"

#include "base/clock.h"
#include "base/text.h"
#include "verdict/phrases.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 20, PATTERNS = 6, NET_COLUMNS = 20, RUN_COLUMNS = 34, NAME_COLUMNS = 40, DAY = 10 /* bytes of a date */ };
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

/* Makes "1,234.5" from `start` on German: "1.234,5". */
static void
localise(struct buf *out, size_t start, enum letter_language language)
{
    for (size_t i = start; language == LETTER_DE && i < out->count; i++)
        out->at[i] = out->at[i] == ',' ? '.' : out->at[i] == '.' ? ',' : out->at[i];
}

static void
put_number(struct buf *out, int64_t number, enum letter_language language)
{
    size_t start = out->count;
    if (number == LISTING_UNKNOWN)
        return;
    text_number(out, number);
    localise(out, start, language);
}

static void
put_decimal(struct buf *out, double number, enum letter_language language)
{
    size_t start = out->count;
    if (number < 0)
        return;
    text_decimal(out, number);
    localise(out, start, language);
}

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

/* Writes a time; 0 is none. */
static void
put_time(struct buf *out, int64_t wall_ms, bool day)
{
    char text[CLOCK_MINUTE];
    if (wall_ms > 0)
        buf_format(out, "%.*s", day ? DAY : (int)sizeof text, clock_minute(wall_ms, text));
}

static void
put_holder(struct buf *out, uint32_t asn, const char *org)
{
    if (asn != 0)
        buf_format(out, *org ? "AS%u %s" : "AS%u", asn, org);
}

/* Writes a new row, whose first cell has so many columns. */
static void
put_row(struct buf *out, const char *cell, int columns)
{
    int width = text_width(cell);
    buf_format(out, "%s%s%*s", out->count > 0 ? "\n" : "", cell, width < columns ? columns - width : 1, "");
}

/* ---- runs of sources ---- */

struct run {
    size_t first, count; /* places in the sources */
    size_t around;       /* sources in its /24 */
};

static int
compare_runs(const void *a, const void *b)
{
    const struct run *x = a, *y = b;
    if (x->around != y->around)
        return x->around > y->around ? -1 : 1;
    return x->first < y->first ? -1 : x->first > y->first;
}

/* Writes "203.0.113.9" or "203.0.113.9 - 203.0.113.12". */
static void
put_range(struct buf *out, uint32_t first, uint32_t last)
{
    struct addr from = addr_from_v4(first), to = addr_from_v4(last);
    char text[ADDR_TEXT];
    buf_text(out, addr_text(&from, text));
    if (first != last)
        buf_format(out, " - %s", addr_text(&to, text));
}

/* Writes the days on which the journal first and last saw a run listed. */
static void
put_seen(struct buf *out, const struct complaint *c, const struct run *run)
{
    int64_t first_ms = 0, last_ms = 0;
    for (size_t i = run->first; i < run->first + run->count; i++) {
        const struct complaint_source *source = &c->sources.at[i];
        if (source->first_ms > 0 && (first_ms == 0 || source->first_ms < first_ms))
            first_ms = source->first_ms;
        last_ms = source->last_ms > last_ms ? source->last_ms : last_ms;
    }
    if (first_ms == 0)
        return;
    put_time(out, first_ms, true);
    if (last_ms / DAY_MS > first_ms / DAY_MS) {
        buf_text(out, " .. ");
        put_time(out, last_ms, true);
    }
}

/* Writes a row for each run of consecutive addresses, ROWS at most: then those of the worst /24s first. Returns how
 * many addresses are left. */
static size_t
put_sources(struct buf *out, const struct complaint *c)
{
    VEC(struct run) runs = {0};
    size_t shown = 0;
    for (size_t i = 0, end; i < c->sources.count; i = end) {
        struct run run = {.first = i};
        uint32_t block = c->sources.at[i].address >> 8;
        for (end = i + 1; end < c->sources.count && c->sources.at[end].address == c->sources.at[end - 1].address + 1;)
            end++;
        run.count = end - i;
        for (size_t k = i; k < c->sources.count && c->sources.at[k].address >> 8 == block; k++)
            run.around++;
        for (size_t k = i; k > 0 && c->sources.at[k - 1].address >> 8 == block; k--)
            run.around++;
        vec_push(&runs, run);
    }
    if (runs.count > ROWS)
        qsort(runs.at, runs.count, sizeof *runs.at, compare_runs);
    for (size_t i = 0; i < runs.count && i < ROWS; i++) {
        const struct run *run = &runs.at[i];
        struct buf range = {0};
        put_range(&range, c->sources.at[run->first].address, c->sources.at[run->first + run->count - 1].address);
        put_row(out, buf_string(&range), RUN_COLUMNS);
        put_seen(out, c, run);
        buf_free(&range);
        shown += run->count;
    }
    vec_free(&runs);
    return c->listed - shown;
}

/* Writes addresses, runs as ranges, with commas between. */
static void
put_addresses(struct buf *out, const uint32_t *at, size_t count)
{
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && at[end] == at[end - 1] + 1;)
            end++;
        buf_text(out, i > 0 ? ", " : "");
        put_range(out, at[i], at[end - 1]);
    }
}

/* ---- kinds of names ---- */

/* Returns the part of a name that its neighbours share: without the first label, and those after it with digits, but
 * with two labels at least. */
static const char *
common_part(const char *name)
{
    const char *part = name, *dot;
    while ((dot = strchr(part, '.')) && strchr(dot + 1, '.') &&
           (part == name || strcspn(part, "0123456789") < (size_t)(dot - part)))
        part = dot + 1;
    return part;
}

struct pattern {
    const char *part, *first; /* first: the whole name */
    size_t count;
};

static int
compare_patterns(const void *a, const void *b)
{
    const struct pattern *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return strcmp(x->part, y->part);
}

static void
put_names(struct buf *out, const struct complaint *c)
{
    VEC(struct pattern) patterns = {0};
    for (size_t i = 0; i < c->sources.count; i++) {
        const char *part = c->sources.at[i].name ? common_part(c->sources.at[i].name) : NULL;
        size_t k = 0;
        while (part && k < patterns.count && strcmp(patterns.at[k].part, part) != 0)
            k++;
        if (part && k == patterns.count)
            vec_push(&patterns, ((struct pattern){.part = part, .first = c->sources.at[i].name}));
        if (part)
            patterns.at[k].count++;
    }
    if (patterns.count > 1)
        qsort(patterns.at, patterns.count, sizeof *patterns.at, compare_patterns);
    for (size_t i = 0; i < patterns.count && i < PATTERNS; i++) {
        struct buf name = {0};
        bool alone = patterns.at[i].count == 1;
        buf_format(&name, "%s%s", alone ? "" : "*.", alone ? patterns.at[i].first : patterns.at[i].part);
        put_row(out, buf_string(&name), NAME_COLUMNS);
        buf_format(out, "%zu", patterns.at[i].count);
        buf_free(&name);
    }
    vec_free(&patterns);
}

/* ---- tables ---- */

static void
put_nets(struct buf *out, const struct complaint *c, enum letter_language language)
{
    char text[PREFIX_TEXT];
    for (size_t i = 0; i < c->worst_nets.count; i++) {
        const struct listed_net *net = &c->worst_nets.at[i];
        put_row(out, prefix_text(&net->prefix, text), NET_COLUMNS);
        put_number(out, net->impacts, language);
        buf_text(out, " / ");
        put_number(out, net->limit, language);
    }
}

static void
put_blocks(struct buf *out, const struct complaint *c)
{
    char text[PREFIX_TEXT];
    for (size_t i = 0; i < c->blocks.count; i++) {
        put_row(out, prefix_text(&c->blocks.at[i].prefix, text), NET_COLUMNS);
        buf_format(out, "%zu", c->blocks.at[i].listed);
    }
}

static void
put_rejections(struct buf *out, const struct complaint *c)
{
    for (size_t i = 0; i < c->rejections.count && i < ROWS; i++) {
        const struct seen_rejections *group = &c->rejections.at[i];
        put_row(out, *group->receiver ? group->receiver : "?", RUN_COLUMNS);
        buf_format(out, "%llu   ", (unsigned long long)group->count);
        put_time(out, group->first_ms, true);
        buf_text(out, " .. ");
        put_time(out, group->last_ms, true);
    }
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
        put_time(out, c->now_ms + window_ms, true);
    else if (field == NET && c->has_net)
        buf_text(out, prefix_text(&net->prefix, text));
    else if (field == LENGTH && rated)
        buf_format(out, "%u", net->prefix.length);
    else if (field == IMPACTS && c->has_net)
        put_number(out, net->impacts, language);
    else if (field == ABUSERS)
        put_number(out, c->has_net ? net->abusers : c->abusers, language);
    else if (field == LIMIT && rated)
        put_number(out, net->limit, language);
    else if (field == TO_LOSE && rated && net->impacts >= net->limit)
        put_number(out, policy_to_lose(net->impacts, net->limit), language);
    else if (field == HOURS && rated && net->impacts >= net->limit && hours > 1)
        put_number(out, hours, language);
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
        put_time(out, c->own_since_ms, false);
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
        put_time(out, c->answered_ms, false);
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
        put_decimal(out, c->score, language);
    else if (field == SCORE_LIMIT && c->list && c->list->level == 3)
        put_number(out, (int64_t)c->score_limit, language);
    else if (field == WORST_NETS)
        put_nets(out, c, language);
    else if (field == AS_IMPACTS && c->has_estimate)
        put_number(out, as->impacts, language);
    else if (field == AS_ADDRESSES && c->has_estimate)
        put_number(out, (int64_t)as->addresses, language);
    else if (field == AS_LIMIT && c->has_estimate)
        put_number(out, needed, language);
    else if (field == AS_LOSE && is_over)
        put_number(out, lose, language);
    else if (field == AS_SHARE && is_over)
        put_number(out, (lose * 100 + as->impacts - 1) / as->impacts, language);
    else if (field == AS_LISTED && c->has_estimate)
        put_number(out, (int64_t)as->listed, language);
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
        put_number(out, (int64_t)c->listed, language);
    else if (field == SOURCES)
        put_sources(out, c);
    else if (field == SEEN)
        put_flag(out, have_seen(c));
    else if (field == MORE_SOURCES) {
        size_t more = c->sources.count > 0 ? put_sources(&rows, c) : 0;
        put_number(out, more > 0 ? (int64_t)more : LISTING_UNKNOWN, language);
    } else if (field == BLOCKS)
        put_blocks(out, c);
    else if (field == NAMES)
        put_names(out, c);
    else if (field == REJECTIONS)
        put_rejections(out, c);
    buf_free(&rows);
}

static void
put_of_case(struct buf *out, enum field field, const struct complaint *c, enum letter_language language)
{
    int64_t until_ms = c->ended_ms > 0 ? c->ended_ms : c->now_ms, days = (until_ms - c->told_ms) / DAY_MS;
    if (field == REFERENCE)
        put_text(out, c->reference);
    else if (field == TOLD)
        put_time(out, c->told_ms, true);
    else if (field == TOLD_WHO)
        put_text(out, c->told_who);
    else if (field == DAYS && c->told_ms > 0 && days > 1)
        put_number(out, days, language);
    else if (field == IMPACTS_THEN)
        put_number(out, c->impacts_then, language);
    else if (field == LEFT)
        put_addresses(out, c->left.at, c->left.count);
    else if (field == CAME)
        put_addresses(out, c->came.at, c->came.count);
    else if (field == ENDED)
        put_time(out, c->ended_ms, true);
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
        put_time(out, r->time * 1000, false);
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

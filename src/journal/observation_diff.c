#include "base/text.h"
#include "journal/db.h"
#include "journal/filter_row.h"
#include "verdict/phrases.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char NOTHING[] = "-", NOT_KNOWN[] = "not known";

struct comparison {
    const struct observation *then, *now;
    observation_differences *out; /* NULL = no words are wanted */
    bool differ;
};

/* Sets `differ`; returns whether the caller must add words. */
static bool
differs(struct comparison *c)
{
    c->differ = true;
    return c->out != NULL;
}

static void
put(struct comparison *c, const char *what, const char *then, const char *now)
{
    struct difference difference = {.change = ""};
    text_clean_into(difference.what, sizeof difference.what, what, strlen(what));
    text_clean_into(difference.then, sizeof difference.then, then, strlen(then));
    text_clean_into(difference.now, sizeof difference.now, now, strlen(now));
    vec_push(c->out, difference);
}

/* Frees the buffers. */
static void
put_both(struct comparison *c, const char *what, struct buf *then, struct buf *now)
{
    put(c, what, buf_string(then), buf_string(now));
    buf_free(then);
    buf_free(now);
}

/* ---- completeness ---- */

/* Returns whether the list's data about the address is complete. Levels 2 and 3 do not answer for an exempt address. */
static bool
knows(const struct observation *o, const char *part, bool has_figures)
{
    const struct observed_list *list = observed_list_of_part(&o->lists, part);
    if (!list)
        return false;
    if (list->state == STATE_LISTED)
        return has_figures || list->texts.count > 0;
    return list->state == STATE_CLEAR && observation_state(o, "exemption") != STATE_LISTED;
}

static bool
knows_net(const struct observation *o, const struct listed_net *net)
{
    bool dns_may_hide =
        observation_state(o, "level2") == STATE_LISTED && o->source != SOURCE_ZONE; /* nets behind narrower ones */
    for (size_t i = 0; i < o->nets.count; i++)
        dns_may_hide = dns_may_hide && !o->nets.at[i].from_zone;
    return knows(o, "level2", o->nets.count > 0) && !(net->from_zone && dns_may_hide);
}

/* ---- lists ---- */

/* A list in both observations; NULL where it was not asked. */
struct pair {
    const struct observed_list *then, *now;
};

/* Steps through the lists of both, which are sorted; false at the end. */
static bool
next_pair(const struct comparison *c, size_t *then_at, size_t *now_at, struct pair *out)
{
    const observed_lists *then = &c->then->lists, *now = &c->now->lists;
    bool has_then = *then_at < then->count, has_now = *now_at < now->count;
    int order = has_then && has_now ? observed_list_order(&then->at[*then_at], &now->at[*now_at]) : has_now - has_then;
    out->then = has_then && order <= 0 ? &then->at[(*then_at)++] : NULL;
    out->now = has_now && order >= 0 ? &now->at[(*now_at)++] : NULL;
    return has_then || has_now;
}

static const char *
list_name(const struct pair *pair)
{
    static const char *const names[][2] = {{"level1", "level 1"}, {"level2", "level 2"}, {"level3", "level 3"}};
    const struct observed_list *list = pair->now ? pair->now : pair->then;
    for (size_t i = 0; list->part && i < sizeof names / sizeof *names; i++)
        if (strcmp(list->part, names[i][0]) == 0)
            return names[i][1];
    return list->part ? list->part : list->zone;
}

static const char *
state_word(const struct observed_list *list)
{
    static const char *const words[STATE_COUNT] = {
        [STATE_UNASKED] = "not asked",
        [STATE_CLEAR] = "clear",
        [STATE_LISTED] = "listed",
        [STATE_REFUSED] = "refused to answer",
        [STATE_ERROR] = "error",
        [STATE_TIMEOUT] = "no answer",
        [STATE_INVALID] = "invalid answer",
        [STATE_UNHEALTHY] = "failed its own test",
        [STATE_DEAD] = "shut down",
    };
    if (list && list->part && strcmp(list->part, "exemption") == 0 && list_state_is_known(list->state))
        return list->state == STATE_LISTED ? "registered" : "none";
    return words[list ? list->state : STATE_UNASKED];
}

/* Returns the first text of a list that the other lacks, whatever their order; NULL = none. */
static const char *
text_only_in(const struct observed_list *list, const struct observed_list *other)
{
    for (size_t i = 0; i < list->texts.count; i++) {
        size_t k = 0;
        while (k < other->texts.count && strcmp(list->texts.at[i], other->texts.at[k]) != 0)
            k++;
        if (k == other->texts.count)
            return list->texts.at[i];
    }
    return NULL;
}

/* Adds no words if `explained`, because then the text only repeats the changed figures. */
static void
compare_texts(struct comparison *c, const struct pair *pair, bool explained)
{
    const struct observed_list *then = pair->then, *now = pair->now;
    if (!then || !now || then->state != STATE_LISTED || now->state != STATE_LISTED || now->texts.count == 0)
        return;
    const char *old = text_only_in(then, now), *new = text_only_in(now, then);
    if ((!old && !new) || !differs(c) || explained)
        return;
    char what[sizeof((struct difference *)0)->what];
    snprintf(what, sizeof what, "text of %s", list_name(pair));
    put(c, what, old ? old : then->texts.count > 0 ? NOTHING : NOT_KNOWN, new ? new : NOTHING);
}

/* ---- nets ---- */

static const struct listed_net *
net_at(const struct observation *o, const struct prefix *prefix)
{
    for (size_t i = 0; i < o->nets.count; i++)
        if (prefix_equal(&o->nets.at[i].prefix, prefix))
            return &o->nets.at[i];
    return NULL;
}

static bool
has_impacts(const struct listed_net *net)
{
    return !net->permanent && net->impacts != LISTING_UNKNOWN;
}

static void
put_limit(struct buf *out, const struct listed_net *net)
{
    if (!has_impacts(net) || net->limit <= 0)
        return;
    buf_text(out, " (limit ");
    text_number(out, net->limit);
    buf_byte(out, ')');
}

static void
net_words(struct buf *out, const struct listed_net *net, const struct listed_net *other, bool known)
{
    if (!net) {
        buf_text(out, known ? NOTHING : NOT_KNOWN);
        return;
    }
    phrases_net(out, net);
    put_limit(out, net);
    if (other && other->holder.asn != net->holder.asn && net->holder.asn)
        buf_format(out, ", AS%u", net->holder.asn);
}

static void
compare_net(struct comparison *c, const struct prefix *prefix)
{
    const struct listed_net *old = net_at(c->then, prefix), *new = net_at(c->now, prefix);
    bool same = old && new && old->permanent == new->permanent && old->impacts == new->impacts &&
                old->abusers == new->abusers && old->limit == new->limit && old->holder.asn == new->holder.asn;
    if (same || (!new && !knows_net(c->now, old)) || !differs(c))
        return;
    struct buf then_words = {0}, now_words = {0};
    char text[PREFIX_TEXT];
    net_words(&then_words, old, new, old || knows_net(c->then, new));
    net_words(&now_words, new, old, true);
    put_both(c, prefix_text(prefix, text), &then_words, &now_words);
    /* If nothing else differs: "impacts 19 -> 23 (limit 9)". */
    if (!old || !new || !has_impacts(old) || !has_impacts(new) || old->holder.asn != new->holder.asn ||
        (old->impacts == new->impacts && old->limit == new->limit))
        return;
    struct difference *difference = &c->out->at[c->out->count - 1];
    struct buf words = {0};
    buf_text(&words, "impacts ");
    text_number(&words, old->impacts);
    if (old->limit != new->limit)
        put_limit(&words, old);
    buf_text(&words, " -> ");
    text_number(&words, new->impacts);
    put_limit(&words, new);
    text_clean_into(difference->change, sizeof difference->change, buf_string(&words), words.count);
    buf_free(&words);
}

/* ---- score and all of it ---- */

static void
score_words(struct buf *out, const struct observation *o)
{
    if (o->score_asn == 0 && o->score < 0)
        buf_text(out, knows(o, "level3", false) ? NOTHING : NOT_KNOWN);
    if (o->score >= 0)
        buf_format(out, "%.1f", o->score);
    if (o->score_asn)
        buf_format(out, "%sAS%u", o->score >= 0 ? " of " : "", o->score_asn);
}

bool
observation_compare(observation_differences *out, const struct observation *then, const struct observation *now)
{
    struct comparison comparison = {then, now, out, false}, *c = &comparison;
    struct pair pair;
    struct buf then_words = {0}, now_words = {0};
    if (then->verdict != now->verdict && differs(c))
        put(c, "verdict", verdict_state_name(then->verdict), verdict_state_name(now->verdict));
    for (size_t i = 0, k = 0; next_pair(c, &i, &k, &pair);)
        if ((!pair.then || !pair.now || pair.then->state != pair.now->state) && differs(c))
            put(c, list_name(&pair), state_word(pair.then), state_word(pair.now));
    /* Widest first, because they weigh most: the nets of now, then those that are gone. */
    size_t before = c->out ? c->out->count : 0;
    for (size_t i = now->nets.count; i > 0; i--)
        compare_net(c, &now->nets.at[i - 1].prefix);
    for (size_t i = then->nets.count; i > 0; i--)
        if (!net_at(now, &then->nets.at[i - 1].prefix))
            compare_net(c, &then->nets.at[i - 1].prefix);
    bool nets = c->out && c->out->count > before;
    bool score = (then->score_asn != now->score_asn || (then->score < 0) != (now->score < 0) ||
                  (then->score >= 0 && then->score != now->score)) &&
                 knows(now, "level3", now->score_asn != 0 || now->score >= 0) && differs(c);
    if (score) {
        score_words(&then_words, then);
        score_words(&now_words, now);
        put_both(c, "score", &then_words, &now_words);
    }
    if ((then->asn != now->asn || (!then->org && now->org)) && now->asn != 0 && differs(c)) {
        phrases_holder(&then_words, then->asn, then->org ? then->org : "", NOT_KNOWN);
        phrases_holder(&now_words, now->asn, now->org ? now->org : "", NOT_KNOWN);
        put_both(c, "announced by", &then_words, &now_words);
    }
    if (now->name && (!then->name || strcasecmp(then->name, now->name) != 0) && differs(c))
        put(c, "name", then->name ? then->name : NOTHING, now->name);
    for (size_t i = 0, k = 0; next_pair(c, &i, &k, &pair);) {
        const char *part = pair.now && pair.now->part ? pair.now->part : "";
        compare_texts(c, &pair, (nets && strcmp(part, "level2") == 0) || (score && strcmp(part, "level3") == 0));
    }
    return c->differ;
}

bool
observation_compare_matched(observation_differences *out, const struct observation *then, const struct observation *now)
{
    struct observation matched;
    observation_copy(&matched, then);
    observation_match(&matched, now);
    bool differ = observation_compare(out, &matched, now);
    observation_fini(&matched);
    return differ;
}

bool
observation_says_less(const struct observation *then, const struct observation *now)
{
    for (size_t i = 0; i < then->nets.count; i++)
        if (!net_at(now, &then->nets.at[i].prefix))
            return true;
    return !now->knows_neighbours && then->verdict != VERDICT_UNKNOWN;
}

/* A prefix is one that level 2 publishes. */
void
observation_difference_text(struct buf *out, const struct difference *d)
{
    bool is_net = strchr(d->what, '/'), was = strcmp(d->then, NOTHING) != 0, is = strcmp(d->now, NOTHING) != 0;
    buf_format(out, "%s: ", d->what);
    if (*d->change)
        buf_text(out, d->change);
    else if (is_net && !was)
        buf_format(out, "published, %s", d->now);
    else if (is_net && !is)
        buf_format(out, "no longer published, was %s", d->then);
    else
        buf_format(out, "%s -> %s", was ? d->then : "none", is ? d->now : "none");
}

/* Nets and figures change with the text that contains them. */
bool
observation_is_behind(const struct observation *then, const struct observation *now)
{
    struct comparison c = {then, now, NULL, false};
    struct pair pair;
    for (size_t i = 0, k = 0; next_pair(&c, &i, &k, &pair) && !c.differ;) {
        if (!pair.now || pair.now->answered_ms == 0 || pair.now->answered_ms > then->last_ms)
            continue;
        c.differ = !pair.then || pair.then->state != pair.now->state;
        compare_texts(&c, &pair, false);
    }
    return c.differ;
}

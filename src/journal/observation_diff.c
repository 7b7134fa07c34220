/* observation_same and observation_compare are one walk, so that they never disagree: the first only wants to know
 * whether there is anything. */
#include "journal/observation.h"

#include "base/text.h"
#include "verdict/phrases.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char NOTHING[] = "-", NOT_KNOWN[] = "not known";

struct export
{
    observation_differences *out; /* NULL = no words are wanted */
    bool differ;
};

/* There is a difference; whether it is to be told. */
static bool
tells(struct export *report)
{
    report->differ = true;
    return report->out != NULL;
}

static void
put_short(char *to, size_t room, const char *text)
{
    struct buf out = {0};
    text_clean(&out, text, strlen(text), room - 1);
    memcpy(to, buf_string(&out), out.count + 1);
    buf_free(&out);
}

static void
put(struct export *report, const char *what, const char *then, const char *now)
{
    struct difference difference = {.change = ""};
    put_short(difference.what, sizeof difference.what, what);
    put_short(difference.then, sizeof difference.then, then);
    put_short(difference.now, sizeof difference.now, now);
    vec_push(report->out, difference);
}

/* Takes what is in the buffers. */
static void
put_both(struct export *report, const char *what, struct buf *then, struct buf *now)
{
    put(report, what, buf_string(then), buf_string(now));
    buf_free(then);
    buf_free(now);
}

/* ---- what a look knows ---- */

static bool
is_listed(const struct observation *o, enum list_id list)
{
    return o->states[list] == STATE_LISTED;
}

static bool
has_text(const struct observation *o, enum list_id list, const char *text)
{
    for (size_t i = 0; i < o->texts.count; i++)
        if (o->texts.at[i].list == list && (!text || strcmp(o->texts.at[i].text, text) == 0))
            return true;
    return false;
}

/* Whether all is known that the list has to tell of the address. An exempt one levels 2 and 3 do not answer about. */
static bool
knows(const struct observation *o, enum list_id list, bool has_figures)
{
    if (is_listed(o, list))
        return has_figures || has_text(o, list, NULL);
    return o->states[list] == STATE_CLEAR && !is_listed(o, LIST_EXEMPTION);
}

static bool
knows_nets(const struct observation *o)
{
    return knows(o, LIST_LEVEL2, o->nets.count > 0);
}

static bool
has_score(const struct observation *o)
{
    return o->score_asn != 0 || o->score >= 0;
}

static bool
knows_score(const struct observation *o)
{
    return knows(o, LIST_LEVEL3, has_score(o));
}

/* Whether the DNS alone was heard, which hides nets behind narrower ones. */
static bool
may_hide(const struct observation *o)
{
    if (!is_listed(o, LIST_LEVEL2) || o->source == SOURCE_ZONE)
        return false;
    for (size_t i = 0; i < o->nets.count; i++)
        if (o->nets.at[i].from_zone)
            return false;
    return true;
}

static bool
knows_net(const struct observation *o, const struct listed_net *net)
{
    return knows_nets(o) && !(net->from_zone && may_hide(o));
}

/* ---- states ---- */

static const struct {
    enum list_id list;
    const char *name;
} lists[LIST_COUNT] = {
    {LIST_LEVEL1, "level 1"},
    {LIST_LEVEL2, "level 2"},
    {LIST_LEVEL3, "level 3"},
    {LIST_EXEMPTION, "exemption"},
    {LIST_BACKSCATTERER, "backscatterer"},
};

static const char *
state_word(enum list_id list, enum list_state state)
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
    if (list == LIST_EXEMPTION && list_state_is_known(state))
        return state == STATE_LISTED ? "registered" : "none";
    return words[state];
}

static void
compare_verdict(struct export *report, const struct observation *then, const struct observation *now)
{
    if (then->verdict != now->verdict && tells(report))
        put(report, "verdict", verdict_state_name(then->verdict), verdict_state_name(now->verdict));
}

static void
compare_states(struct export *report, const struct observation *then, const struct observation *now)
{
    for (size_t i = 0; i < LIST_COUNT; i++) {
        enum list_id list = lists[i].list;
        if (then->states[list] != now->states[list] && tells(report))
            put(report, lists[i].name, state_word(list, then->states[list]), state_word(list, now->states[list]));
    }
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
same_figures(const struct listed_net *a, const struct listed_net *b)
{
    return a->permanent == b->permanent && a->impacts == b->impacts && a->abusers == b->abusers &&
           a->limit == b->limit && a->holder.asn == b->holder.asn;
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

/* When that is all that is different: "impacts 19 -> 23 (limit 9)". */
static void
put_impacts_change(struct export *report, const struct listed_net *old, const struct listed_net *new)
{
    struct difference *difference = &report->out->at[report->out->count - 1];
    struct buf words = {0};
    if (!old || !new || !has_impacts(old) || !has_impacts(new) || old->holder.asn != new->holder.asn ||
        (old->impacts == new->impacts && old->limit == new->limit))
        return;
    buf_text(&words, "impacts ");
    text_number(&words, old->impacts);
    if (old->limit != new->limit)
        put_limit(&words, old);
    buf_text(&words, " -> ");
    text_number(&words, new->impacts);
    put_limit(&words, new);
    put_short(difference->change, sizeof difference->change, buf_string(&words));
    buf_free(&words);
}

static void
compare_net(struct export *report, const struct observation *then, const struct observation *now,
            const struct prefix *prefix)
{
    const struct listed_net *old = net_at(then, prefix), *new = net_at(now, prefix);
    bool differ = old && new ? !same_figures(old, new) : new || knows_net(now, old);
    if (!differ || !tells(report))
        return;
    struct buf then_words = {0}, now_words = {0};
    char text[PREFIX_TEXT];
    net_words(&then_words, old, new, old || knows_net(then, new));
    net_words(&now_words, new, old, true);
    put_both(report, prefix_text(prefix, text), &then_words, &now_words);
    put_impacts_change(report, old, new);
}

/* Widest first, as they weigh: those of now, then those that are there no more. */
static bool
compare_nets(struct export *report, const struct observation *then, const struct observation *now)
{
    size_t before = report->out ? report->out->count : 0;
    for (size_t i = now->nets.count; i > 0; i--)
        compare_net(report, then, now, &now->nets.at[i - 1].prefix);
    for (size_t i = then->nets.count; i > 0; i--)
        if (!net_at(now, &then->nets.at[i - 1].prefix))
            compare_net(report, then, now, &then->nets.at[i - 1].prefix);
    return report->out && report->out->count > before;
}

/* ---- figures of level 3, holder, name ---- */

static void
score_words(struct buf *out, const struct observation *o)
{
    if (!has_score(o))
        buf_text(out, knows_score(o) ? NOTHING : NOT_KNOWN);
    if (o->score >= 0)
        buf_format(out, "%.1f", o->score);
    if (o->score_asn)
        buf_format(out, "%sAS%u", o->score >= 0 ? " of " : "", o->score_asn);
}

static bool
compare_score(struct export *report, const struct observation *then, const struct observation *now)
{
    bool same = then->score_asn == now->score_asn &&
                (then->score < 0 ? now->score < 0 : now->score >= 0 && then->score == now->score);
    if (same || !knows_score(now) || !tells(report))
        return false;
    struct buf then_words = {0}, now_words = {0};
    score_words(&then_words, then);
    score_words(&now_words, now);
    put_both(report, "score", &then_words, &now_words);
    return true;
}

static void
compare_holder(struct export *report, const struct observation *then, const struct observation *now)
{
    bool same = then->asn == now->asn && (then->org || !now->org);
    if (same || now->asn == 0 || !tells(report))
        return;
    struct buf then_words = {0}, now_words = {0};
    phrases_holder(&then_words, then->asn, then->org ? then->org : "", NOT_KNOWN);
    phrases_holder(&now_words, now->asn, now->org ? now->org : "", NOT_KNOWN);
    put_both(report, "announced by", &then_words, &now_words);
}

static void
compare_name(struct export *report, const struct observation *then, const struct observation *now)
{
    if (now->name && (!then->name || strcasecmp(then->name, now->name) != 0) && tells(report))
        put(report, "name", then->name ? then->name : NOTHING, now->name);
}

/* ---- texts ---- */

/* The first text of one look that the other lacks, in whatever order they came; NULL = none. */
static const char *
text_only_in(const struct observation *o, const struct observation *other, enum list_id list)
{
    for (size_t i = 0; i < o->texts.count; i++)
        if (o->texts.at[i].list == list && !has_text(other, list, o->texts.at[i].text))
            return o->texts.at[i].text;
    return NULL;
}

/* Figures that have changed are in the text, too: it is told only where they did not (`explained`). */
static void
compare_texts(struct export *report, const struct observation *then, const struct observation *now, size_t list,
              bool explained)
{
    enum list_id id = lists[list].list;
    if (!is_listed(then, id) || !is_listed(now, id) || !has_text(now, id, NULL))
        return;
    const char *old = text_only_in(then, now, id), *new = text_only_in(now, then, id);
    if ((!old && !new) || !tells(report) || explained)
        return;
    char what[sizeof((struct difference *)0)->what];
    snprintf(what, sizeof what, "text of %s", lists[list].name);
    put(report, what, old ? old : has_text(then, id, NULL) ? NOTHING : NOT_KNOWN, new ? new : NOTHING);
}

static void
compare(struct export *report, const struct observation *then, const struct observation *now)
{
    bool explained[LIST_COUNT] = {false};
    compare_verdict(report, then, now);
    compare_states(report, then, now);
    explained[LIST_LEVEL2] = compare_nets(report, then, now);
    explained[LIST_LEVEL3] = compare_score(report, then, now);
    compare_holder(report, then, now);
    compare_name(report, then, now);
    for (size_t i = 0; i < LIST_COUNT; i++)
        compare_texts(report, then, now, i, explained[lists[i].list]);
}

bool
observation_same(const struct observation *then, const struct observation *now)
{
    struct export report = {0};
    compare(&report, then, now);
    return !report.differ;
}

bool
observation_says_less(const struct observation *then, const struct observation *now)
{
    for (size_t i = 0; i < then->nets.count; i++)
        if (!net_at(now, &then->nets.at[i].prefix))
            return true;
    return !now->knows_neighbours && then->verdict != VERDICT_UNKNOWN;
}

void
observation_compare(observation_differences *out, const struct observation *then, const struct observation *now)
{
    struct export report = {.out = out};
    compare(&report, then, now);
}

/* Of a prefix, which has no other name, the words say that it is one that level 2 publishes. */
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

/* What a list's text holds, its nets and figures, changes with the text. */
bool
observation_is_behind(const struct observation *then, const struct observation *now)
{
    struct export report = {0};
    for (size_t i = 0; i < LIST_COUNT && !report.differ; i++) {
        enum list_id id = lists[i].list;
        if (now->answered_ms[id] == 0 || now->answered_ms[id] > then->last_ms)
            continue;
        report.differ = then->states[id] != now->states[id];
        compare_texts(&report, then, now, i, false);
    }
    return report.differ;
}

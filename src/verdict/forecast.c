#include "verdict/forecast.h"

#include "base/clock.h"
#include "base/text.h"
#include "verdict/list_words.h"
#include "verdict/phrases.h"

enum { UNLIKELY = 60 }; /* per cent still listed from which a listing will hardly end soon */

/* Shares of the nets over their limit that were still listed 8 days later, measured on the zones of summer 2026. */
static const struct {
    int64_t times; /* impacts / limit, from here on */
    int per_cent;
} stay_rates[] = {{32, 95}, {8, 89}, {4, 83}, {2, 73}, {1, 52}};

enum { STAY_RATES = sizeof stay_rates / sizeof stay_rates[0] };

static void
add(struct verdict *v, unsigned level, bool estimate, struct buf *text, struct buf *brief)
{
    vec_push(&v->ends, ((struct statement){
                           .text = buf_take(text), .brief = buf_take(brief), .level = level, .estimate = estimate}));
}

/* The last impact is not published, so only the latest day is known: 7 days after the abuse stopped, plus the next
 * rebuild of the zone, plus the TTL of the old answer. Old data gives no day; data of unknown age is current only if it
 * came over DNS. When the journal last saw the address clear, it had no impact in the window, so all impacts came
 * later. */
static void
level1(struct verdict *v, const struct evidence *e, const struct policy *policy)
{
    const struct list_result *f = evidence_level(e, 1);
    struct seen_list seen = evidence_seen(e, f);
    int64_t seconds = (policy->window_hours + policy->rebuild_hours) * 3600 + f->ttl;
    int64_t least_ms = seen.other_ms + policy->window_hours * 3600 * 1000;
    enum data_age age = data_date_age(list_result_date(f));
    int64_t days = policy->window_hours / 24;
    bool fresh = age == DATA_FRESH || (age == DATA_UNDATED && f->source == SOURCE_DNS);
    char when[CLOCK_TEXT], least[CLOCK_MINUTE], clear[CLOCK_MINUTE];
    struct buf out = {0}, brief = {0};
    clock_rfc3339(clock_wall_ms() + seconds * 1000, when);
    buf_format(&out, "Level 1 ends by itself, for free, about %lld days after the last impact", (long long)days);
    if (fresh)
        buf_format(&out, ": by %.10s if the abuse has stopped.", when);
    else
        buf_text(&out, "; this data is too old for a date.");
    if (fresh)
        buf_format(&brief, "by %.10s if abuse has stopped", when);
    else
        buf_format(&brief, "%lld days after the last impact", (long long)days);
    add(v, 1, true, &out, &brief);
    if (seen.state != STATE_LISTED || seen.other_ms == 0 || least_ms <= clock_wall_ms())
        return;
    buf_format(&out,
               "Level 1 does not end by itself before about %s UTC: it was seen clear on %s UTC, so all its impacts "
               "came later, and each counts for %lld days.",
               clock_minute(least_ms, least), clock_minute(seen.other_ms, clear), (long long)days);
    buf_format(&brief, "not before about %s UTC", least);
    add(v, 1, true, &out, &brief);
}

/* Returns the hours until all nets with figures are under their limits, because each of them lists the address, and
 * sets *count to how many these are. A net of a low limit may take some hours longer than the one farthest over its
 * limit.
 */
static int64_t
hours_to_end(const struct evidence *e, const struct policy *policy, size_t *count)
{
    int64_t most = 0;
    *count = 0;
    for (size_t i = 0; i < e->nets.count; i++) {
        const struct listed_net *net = &e->nets.at[i];
        if (net->stale || listed_net_times(net) == 0)
            continue;
        int64_t hours = policy_hours_to_clear(policy, net->impacts, net->limit);
        most = hours > most ? hours : most;
        ++*count;
    }
    return most;
}

/* Rounds to days, and never exceeds the window of the count. */
static void
net_ends(struct verdict *v, const struct evidence *e, const struct listed_net *net, bool hand,
         const struct policy *policy)
{
    enum { DAY = 24 };
    size_t count;
    int64_t hours = hours_to_end(e, policy, &count);
    int64_t days = (hours + DAY / 2) / DAY, window = policy->window_hours / DAY;
    struct buf out = {0}, brief = {0};
    char text[PREFIX_TEXT];
    buf_format(&out, "%s when %s loses ", hand ? "The rest of level 2 ends" : "Level 2 ends",
               prefix_text(&net->prefix, text));
    text_number(&out, policy_to_lose(net->impacts, net->limit));
    buf_text(&out, " of its ");
    text_number(&out, net->impacts);
    buf_text(&out, " impacts: ");
    if (days >= window)
        buf_format(&out, "%lld days after all abuse there stops.", (long long)window);
    else if (hours >= 2 * DAY)
        buf_format(&out, "about %lld days", (long long)days);
    else
        buf_format(&out, "about %lld hour%s", (long long)hours, hours == 1 ? "" : "s");
    if (days < window)
        buf_format(&out, " after all abuse there stops, at the latest after %lld days.", (long long)window);
    if (count > 1)
        buf_format(&out, " It is the worst of %zu nets; all of them must end.", count);
    if (days >= window || hours >= 2 * DAY)
        buf_format(&brief, "%lld days after all abuse stops", (long long)(days < window ? days : window));
    else
        buf_format(&brief, "%lld hour%s after all abuse stops", (long long)hours, hours == 1 ? "" : "s");
    add(v, 2, true, &out, &brief);
}

static void
level2(struct verdict *v, const struct evidence *e, const struct policy *policy)
{
    const struct listed_net *net = evidence_deciding_net(e), *permanent = evidence_permanent_net(e);
    struct buf out = {0}, brief = {0};
    char text[PREFIX_TEXT];
    if (permanent) {
        buf_format(&out, "Level 2 does not end by itself: %s is listed by hand and has no expiry.",
                   prefix_text(&permanent->prefix, text));
        buf_text(&brief, "never by itself: listed by hand");
        add(v, 2, false, &out, &brief);
    }
    if (net && listed_net_times(net) > 0) {
        size_t place = 0;
        while (place < STAY_RATES && net->impacts < stay_rates[place].times * net->limit)
            place++;
        net_ends(v, e, net, permanent, policy);
        if (place < STAY_RATES) {
            int rate = stay_rates[place].per_cent;
            buf_format(&out, "%s%d %% of nets this far over the limit were still listed 8 days later (summer 2026).",
                       rate > UNLIKELY ? "Unlikely to end soon: " : "", rate);
            buf_format(&brief, "%d %% of such nets last over 8 days", rate);
            add(v, 2, true, &out, &brief);
        }
    } else if (!permanent && !net) { /* the rule, because there are no figures */
        buf_format(&out,
                   "Level 2 ends when the listed net has fewer impacts in 7 days than its limit; the net is not "
                   "known (%s).",
                   phrases_unsaid(evidence_level(e, 2)));
        buf_text(&brief, "when its net (unknown) is under the limit");
        add(v, 2, false, &out, &brief);
    } else if (!permanent && net->limit > 0) {
        buf_format(&out, "Level 2 ends when %s has fewer than %lld impacts in 7 days; its text gives no number.",
                   prefix_text(&net->prefix, text), (long long)net->limit);
        buf_format(&brief, "when under %lld impacts in 7 days", (long long)net->limit);
        add(v, 2, false, &out, &brief);
    }
}

static void
level3(struct verdict *v, const struct evidence *e, const struct policy *policy)
{
    const struct listing *l3 = evidence_level3(e);
    enum { SHORT_NAME = 6 }; /* columns of a name that fits beside the rest on a screen */
    struct buf out = {0}, brief = {0}, name = {0};
    if (!l3 || l3->form != LISTING_L3) {
        buf_format(&out,
                   "Level 3 ends when the provider's score falls under %g or it has fewer than %lld impacts in 7 days; "
                   "neither is known (%s).",
                   policy->score, (long long)policy->impacts, phrases_unsaid(evidence_level(e, 3)));
        buf_format(&brief, "when its score (unknown) is under %g", policy->score);
        add(v, 3, false, &out, &brief);
        return;
    }
    /* In tenths, as scores are printed; at the limit itself the AS is still listed. */
    int64_t have = (int64_t)(l3->score * 10 + 0.5), limit = (int64_t)(policy->score * 10 + 0.5);
    int share = have < limit ? 0 : (int)((have - limit) * 100 / have) + 1;
    buf_text(&out, "Level 3 ends when ");
    phrases_isp(&out, e, false);
    if (share > 0)
        buf_format(&out, " has lost %d %% of its impacts (then its score is under %g)", share, policy->score);
    else
        buf_format(&out, " is rated again (its score is under %g already)", policy->score);
    buf_format(&out, " or has fewer than %lld in 7 days.", (long long)policy->impacts);
    phrases_isp(&name, e, true);
    buf_format(&brief, "when %s", name.count <= SHORT_NAME ? buf_string(&name) : "it");
    buf_free(&name);
    if (share > 0)
        buf_format(&brief, " sheds %d %% of its impacts", share);
    else
        buf_text(&brief, " is rated again");
    add(v, 3, true, &out, &brief);
}

/* The weightiest lists without a part in the escalation that publish how a listing ends. */
static void
others(struct verdict *v, const struct evidence *e)
{
    enum { NAMED = 3 };
    list_results others;
    evidence_others(e, &others);
    for (size_t i = 0; i < others.count && i < NAMED; i++) {
        struct buf out = {0}, brief = {0};
        if (!*others.at[i]->list->ends)
            continue;
        list_words_name(&out, others.at[i]);
        buf_format(&out, " ends its listing %s, as it publishes.", others.at[i]->list->ends);
        list_words_short_name(&brief, others.at[i]);
        buf_format(&brief, ": %s", others.at[i]->list->ends);
        add(v, 0, false, &out, &brief);
    }
    vec_free(&others);
}

void
forecast_write(struct verdict *v, const struct evidence *e, const struct policy *policy)
{
    struct buf out = {0}, brief = {0};
    if (v->listed & CAUSE_ADDRESS)
        level1(v, e, policy);
    if (v->listed & CAUSE_ALLOCATION)
        level2(v, e, policy);
    if (v->listed & CAUSE_PROVIDER)
        level3(v, e, policy);
    if (list_result_is_listed(evidence_backscatterer(e))) {
        buf_text(&out, "ips.backscatterer.org ends its listing 4 weeks after the last hit, as it publishes.");
        buf_text(&brief, "4 weeks after the last bounce");
        add(v, 0, false, &out, &brief);
    }
    others(v, e);
}

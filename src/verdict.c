/* The decision table is `rules`, one row for each set of levels that list the address; the figures are put into its
 * words by expand(). Everything else here looks at what the table cannot know: levels that gave no answer, exemption,
 * hand-made listings, and when it ends. */
#include "verdict.h"

#include "clock.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { L1 = CAUSE_ADDRESS, L2 = CAUSE_ALLOCATION, L3 = CAUSE_PROVIDER, LEVELS = 3, ADVICE = 4 };

static const enum list_id level_lists[LEVELS] = {LIST_LEVEL1, LIST_LEVEL2, LIST_LEVEL3};

/* In the texts {address}, {net}, {impacts}, {limit}, {owner}, {isp} and {score} stand for figures of the evidence. */
struct rule {
    unsigned listed;
    enum actor actor, then;
    const char *lead;
    const char *advice[ADVICE];
};

#define ADVICE_FIND                                                                                                    \
    "Find what {address} sends: a compromised account or script, forwarding that breaks SPF, backscatter, a missing "  \
    "or generic PTR name. Stop it first; then level 1 ends by itself."
#define ADVICE_COMPLAIN                                                                                                \
    "Complain to {owner}, who can end it: {net}, {impacts} impacts in 7 days, limit {limit}, and the listed "          \
    "neighbours in it."
#define ADVICE_PROVIDER "Tell {isp}; only the provider can end level 3, for all its customers at once."
#define ADVICE_BOUNCES                                                                                                 \
    "Check your bounces: unless a receiver names this zone in a rejection, nothing is lost and watching is enough."

static const struct rule rules[] = {
    {0, ACTOR_NOBODY, ACTOR_UNKNOWN, "Clear", {"Nothing to do. If mail still bounces, another list is the reason."}},
    {L1, ACTOR_YOU, ACTOR_UNKNOWN, "This address itself", {ADVICE_FIND, "Wait 7 days after the last impact."}},
    {L2,
     ACTOR_NET_OWNER,
     ACTOR_UNKNOWN,
     "Your neighbours, not you",
     {ADVICE_BOUNCES, ADVICE_COMPLAIN, "If rejections matter meanwhile: another address outside {net}, or a relay."}},
    {L3,
     ACTOR_PROVIDER,
     ACTOR_UNKNOWN,
     "Your provider, not you",
     {ADVICE_BOUNCES, ADVICE_PROVIDER, "A new address at the same provider does not help."}},
    {L1 | L2,
     ACTOR_YOU,
     ACTOR_NET_OWNER,
     "This address itself and its neighbours",
     {ADVICE_FIND, "If yours is the only level 1 address in {net}, level 2 ends with it.", ADVICE_COMPLAIN}},
    {L1 | L3, ACTOR_YOU, ACTOR_PROVIDER, "This address itself and its provider", {ADVICE_FIND, ADVICE_PROVIDER}},
    {L2 | L3,
     ACTOR_PROVIDER,
     ACTOR_UNKNOWN,
     "A bad neighbourhood at a bad provider, not you",
     {ADVICE_BOUNCES, "Consider moving to another provider; a new address at this one does not help.",
      "Meanwhile: send by IPv6 (these lists are IPv4 only) or through a relay.", ADVICE_COMPLAIN}},
    {L1 | L2 | L3,
     ACTOR_YOU,
     ACTOR_PROVIDER,
     "This address itself, its neighbours and its provider",
     {ADVICE_FIND, "Level 1 first: it feeds the other two.", ADVICE_COMPLAIN, ADVICE_PROVIDER}},
};

static const char *const state_names[] = {
    [VERDICT_CLEAR] = "clear",
    [VERDICT_COLLATERAL] = "collateral",
    [VERDICT_DIRECT] = "direct",
    [VERDICT_UNKNOWN] = "unknown",
};

static const char *const actor_names[] = {
    [ACTOR_UNKNOWN] = NULL,          [ACTOR_NOBODY] = "nobody",     [ACTOR_YOU] = "you",
    [ACTOR_NET_OWNER] = "net owner", [ACTOR_PROVIDER] = "provider",
};

const char *
verdict_state_name(enum verdict_state state)
{
    return state_names[state];
}

const char *
actor_name(enum actor actor)
{
    return actor_names[actor];
}

/* ---- figures ---- */

int
verdict_share_to_lose(double score, const struct policy *policy)
{
    return score >= policy->score ? (int)ceil((1 - policy->score / score) * 100 + 1e-9) : 0;
}

int
verdict_stay_rate(int64_t impacts, int64_t limit)
{
    static const struct {
        int64_t times; /* impacts / limit, from here on */
        int per_cent;
    } rates[] = {{32, 95}, {8, 89}, {4, 83}, {2, 73}, {1, 52}};
    for (size_t i = 0; limit > 0 && i < sizeof rates / sizeof rates[0]; i++)
        if (impacts >= rates[i].times * limit)
            return rates[i].per_cent;
    return 0;
}

static bool
is_listed(const struct evidence *e, enum list_id id)
{
    return e->lists[id].state == STATE_LISTED;
}

static unsigned
listed_levels(const struct evidence *e)
{
    return (is_listed(e, LIST_LEVEL1) ? L1 : 0) | (is_listed(e, LIST_LEVEL2) ? L2 : 0) |
           (is_listed(e, LIST_LEVEL3) ? L3 : 0);
}

static const struct rule *
rule_for(unsigned listed)
{
    const struct rule *rule = rules;
    while (rule->listed != listed)
        rule++;
    return rule;
}

/* ---- words ---- */

static void
put_holder(struct buf *out, uint32_t asn, const char *org, const char *otherwise)
{
    if (asn == 0)
        buf_text(out, otherwise);
    else
        buf_format(out, "AS%u%s%s", asn, *org ? " " : "", org);
}

static void
put_owner(struct buf *out, const struct evidence *e)
{
    const struct net *net = evidence_widest_net(e);
    if (net && net->holder.asn)
        put_holder(out, net->holder.asn, net->holder.org, "");
    else
        put_holder(out, e->network.asn, e->network.org, "the net's owner");
}

/* The ASN of level 3 is the one that its text names: an address may lie in a carrier's prefix as another's customer. */
static void
put_isp(struct buf *out, const struct evidence *e)
{
    const struct listing *l3 = evidence_level3(e);
    put_holder(out, l3 ? l3->holder.asn : 0, l3 ? l3->holder.org : "", "your provider");
}

static void
put_net(struct buf *out, const struct evidence *e)
{
    const struct net *net = evidence_widest_net(e);
    char text[PREFIX_TEXT];
    if (!net)
        net = evidence_permanent_net(e);
    buf_text(out, net ? prefix_text(&net->prefix, text) : "the listed net");
}

static void
put_impacts(struct buf *out, const struct evidence *e)
{
    const struct net *net = evidence_widest_net(e);
    if (net)
        text_number(out, net->impacts);
    else
        buf_text(out, "an unpublished number of");
}

static void
put_limit(struct buf *out, const struct evidence *e)
{
    const struct net *net = evidence_widest_net(e);
    if (net)
        text_number(out, net->limit);
    else
        buf_text(out, "not published");
}

static void
put_address(struct buf *out, const struct evidence *e)
{
    char text[ADDR_TEXT];
    buf_text(out, addr_text(&e->address, text));
}

static const struct {
    const char *name;
    void (*put)(struct buf *, const struct evidence *);
} placeholders[] = {
    {"{address}", put_address}, {"{net}", put_net},     {"{impacts}", put_impacts},
    {"{limit}", put_limit},     {"{owner}", put_owner}, {"{isp}", put_isp},
};

static char *
expand(const char *template, const struct evidence *e)
{
    struct buf out = {0};
    while (*template) {
        size_t skip = 0;
        for (size_t i = 0; i < sizeof placeholders / sizeof placeholders[0]; i++) {
            size_t length = strlen(placeholders[i].name);
            if (strncmp(template, placeholders[i].name, length) == 0) {
                placeholders[i].put(&out, e);
                skip = length;
            }
        }
        if (skip == 0)
            buf_byte(&out, *template);
        template += skip ? skip : 1;
    }
    return buf_take(&out);
}

static void
add_end(struct verdict *v, bool estimate, struct buf *text)
{
    vec_push(&v->ends, ((struct statement){.text = buf_take(text), .estimate = estimate}));
}

static void
add_note(struct verdict *v, struct buf *text)
{
    vec_push(&v->notes, buf_take(text));
}

/* ---- headline: lead, then a clause for each level that lists the address ---- */

static void
clause_level2(struct buf *out, const struct evidence *e)
{
    const struct net *net = evidence_widest_net(e);
    const struct net *permanent = evidence_permanent_net(e);
    char text[PREFIX_TEXT];
    if (permanent) {
        buf_format(out, "level 2 lists %s by hand (PERMANENT: no limit, no expiry)",
                   prefix_text(&permanent->prefix, text));
        return;
    }
    if (!net) {
        buf_text(out, "level 2 lists it without naming a net");
        return;
    }
    buf_format(out, "level 2 lists %s", prefix_text(&net->prefix, text));
    if (e->nets.count > 1)
        buf_format(out, " and %zu net%s inside it", e->nets.count - 1, e->nets.count > 2 ? "s" : "");
    buf_text(out, " (");
    text_number(out, net->impacts);
    buf_text(out, " impacts in 7 days, limit ");
    text_number(out, net->limit);
    buf_byte(out, ')');
}

static void
clause_old_level2(struct buf *out, const struct net *net)
{
    char text[PREFIX_TEXT];
    buf_format(out, "level 2 lists %s (%lld abusers, by the rule before 2021)", prefix_text(&net->prefix, text),
               (long long)net->abusers);
}

static void
clause_level3(struct buf *out, const struct evidence *e, const struct policy *policy)
{
    const struct listing *l3 = evidence_level3(e);
    buf_text(out, "level 3 lists ");
    if (!l3) {
        buf_text(out, "its provider without naming it");
        return;
    }
    put_isp(out, e);
    if (l3->form == LISTING_L3)
        buf_format(out, " (spamscore %.1f, limit %g)", l3->score, policy->score);
    else
        buf_format(out, " (%lld abusers, by the rule before 2021)", (long long)l3->abusers);
}

static void
clauses(struct buf *out, const struct evidence *e, unsigned listed, const struct policy *policy)
{
    const char *between = ": ";
    bool only_old = e->nets.count > 0 && !evidence_widest_net(e) && !evidence_permanent_net(e);
    if (listed & L1) {
        buf_format(out, "%slevel 1 lists ", between);
        put_address(out, e);
        between = "; ";
    }
    if (listed & L2) {
        buf_text(out, between);
        if (only_old)
            clause_old_level2(out, &e->nets.at[e->nets.count - 1]);
        else
            clause_level2(out, e);
        between = "; ";
    }
    if (listed & L3) {
        buf_text(out, between);
        clause_level3(out, e, policy);
    }
}

/* "level 3", "levels 1 and 2", "levels 1, 2 and 3" for a set of levels (bit n = level n + 1). */
static void
name_levels(struct buf *out, unsigned set)
{
    int left = __builtin_popcount(set);
    buf_text(out, left > 1 ? "levels " : "level ");
    for (unsigned level = 0; level < LEVELS; level++)
        if (set & 1U << level) {
            left--;
            buf_format(out, "%u%s", level + 1, left > 1 ? ", " : left == 1 ? " and " : "");
        }
}

static const char *
state_words(enum state state)
{
    static const char *const words[STATE_COUNT] = {
        [STATE_UNASKED] = "not asked",
        [STATE_REFUSED] = "refuses to answer this resolver",
        [STATE_ERROR] = "gave an error",
        [STATE_TIMEOUT] = "gave no answer",
        [STATE_INVALID] = "gave an answer that no DNSBL gives",
        [STATE_UNHEALTHY] = "failed its own test",
        [STATE_DEAD] = "has been shut down",
    };
    return words[state];
}

static bool
same_trouble(const struct finding *a, const struct finding *b)
{
    return a->state == b->state && strcmp(a->detail ? a->detail : "", b->detail ? b->detail : "") == 0;
}

/* Levels that gave no believable answer, those with the same trouble together: "level 3 gave an error: REFUSED from
 * 127.0.0.1:53". */
static void
put_troubles(struct buf *out, const struct evidence *e)
{
    unsigned told = 0;
    const char *between = "";
    for (unsigned i = 0; i < LEVELS; i++) {
        const struct finding *f = &e->lists[level_lists[i]];
        if (f->pending || state_is_known(f->state) || told & 1U << i)
            continue;
        unsigned same = 0;
        for (unsigned j = i; j < LEVELS; j++)
            if (!e->lists[level_lists[j]].pending && same_trouble(f, &e->lists[level_lists[j]]))
                same |= 1U << j;
        told |= same;
        buf_text(out, between);
        name_levels(out, same);
        buf_format(out, " %s", state_words(f->state));
        if (f->detail)
            buf_format(out, " (%s)", f->detail);
        between = "; ";
    }
}

static bool
any_trouble(const struct evidence *e)
{
    for (unsigned i = 0; i < LEVELS; i++)
        if (!e->lists[level_lists[i]].pending && !state_is_known(e->lists[level_lists[i]].state))
            return true;
    return false;
}

static void
put_rewriter(struct buf *out, const struct evidence *e)
{
    char text[ADDR_TEXT];
    buf_format(out,
               "Cannot tell: the resolver makes up answers (%s for names that do not exist); use another one with "
               "--resolver.",
               addr_text(&e->rewriter, text));
}

static unsigned
pending_levels(const struct evidence *e)
{
    unsigned set = 0;
    for (unsigned i = 0; i < LEVELS; i++)
        set |= e->lists[level_lists[i]].pending ? 1U << i : 0;
    return set;
}

static bool
is_exempt(const struct evidence *e)
{
    return is_listed(e, LIST_EXEMPTION);
}

/* Nothing was asked, and why. */
static bool
headline_unasked(struct buf *out, const struct evidence *e)
{
    if (e->reserved) {
        put_address(out, e);
        buf_format(out, " is not routable (%s): no DNSBL can list it.", e->reserved);
    } else if (e->address.family != ADDR_V4) {
        buf_text(out, "UCEPROTECT lists IPv4 addresses only: none of its levels can list ");
        put_address(out, e);
        buf_byte(out, '.');
    } else if (e->offline) {
        buf_text(out, "Cannot tell: nothing was asked (--offline).");
    }
    return out->count > 0;
}

static void
headline_clear(struct buf *out, const struct evidence *e)
{
    if (is_exempt(e))
        buf_text(out, "Exempt: registered at ips.whitelisted.org, so levels 2 and 3 do not apply; level 1 is clear.");
    else if (is_listed(e, LIST_BACKSCATTERER))
        buf_format(out, "This address itself: ips.backscatterer.org lists it as a source of misdirected bounces%s.",
                   any_trouble(e) ? "" : "; none of the three levels does");
    else
        buf_text(out, "Clear: on none of the three levels, and all three proved that they answer.");
}

static void
headline_pending(struct buf *out, const struct evidence *e, unsigned listed, const struct policy *policy)
{
    unsigned pending = pending_levels(e);
    if (listed) {
        buf_text(out, "So far");
        clauses(out, e, listed, policy);
        buf_text(out, "; still asking ");
    } else {
        buf_text(out, "Asking ");
    }
    if (pending)
        name_levels(out, pending);
    else
        buf_text(out, "the other lists");
    buf_text(out, " ...");
}

static char *
headline(const struct verdict *v, const struct evidence *e, unsigned listed, const struct policy *policy)
{
    struct buf out = {0};
    if (headline_unasked(&out, e))
        return buf_take(&out);
    if (v->pending) {
        headline_pending(&out, e, listed, policy);
        return buf_take(&out);
    }
    if (e->rewritten && v->state == VERDICT_UNKNOWN) {
        put_rewriter(&out, e);
    } else if (v->state == VERDICT_UNKNOWN) {
        buf_text(&out, "Cannot tell: ");
        put_troubles(&out, e);
        if (listed) {
            buf_text(&out, "; but ");
            struct buf known = {0};
            clauses(&known, e, listed, policy);
            buf_text(&out, buf_string(&known) + strlen(": "));
            buf_free(&known);
        }
        buf_byte(&out, '.');
    } else if (listed) {
        buf_text(&out, rule_for(listed)->lead);
        clauses(&out, e, listed, policy);
        buf_byte(&out, '.');
    } else {
        headline_clear(&out, e);
    }
    return buf_take(&out);
}

/* ---- what ends it ---- */

/* The hit that counts is not published, so all that can be said is the latest moment: 7 days after the abuse stopped,
 * at the next rebuild of the zone, once caches have forgotten the old answer. */
static void
end_of_level1(struct verdict *v, const struct evidence *e, const struct policy *policy)
{
    const struct finding *f = &e->lists[LIST_LEVEL1];
    struct buf out = {0};
    char when[CLOCK_TEXT];
    int64_t hours = policy->window_hours + policy->rebuild_hours;
    clock_rfc3339(clock_wall_ms() + (hours * 3600 + f->ttl) * 1000, when);
    buf_format(&out,
               "Level 1 ends by itself and for free, %lld days after the last impact: if the abuse has stopped by now, "
               "at the latest on %.10s at %.5s UTC.",
               (long long)(policy->window_hours / 24), when, when + 11);
    add_end(v, true, &out);
}

/* Every net that covers the address must fall under its limit, so the slowest decides. */
static const struct net *
slowest_net(const struct evidence *e, const struct policy *policy)
{
    const struct net *slowest = NULL;
    int64_t most = -1;
    for (size_t i = 0; i < e->nets.count; i++) {
        const struct net *net = &e->nets.at[i];
        int64_t hours =
            net->impacts == LISTING_UNKNOWN ? -1 : policy_hours_to_clear(policy, net->impacts, net->limit);
        if (hours > most) {
            most = hours;
            slowest = net;
        }
    }
    return slowest;
}

static void
end_of_level2(struct verdict *v, const struct evidence *e, const struct policy *policy)
{
    struct buf out = {0};
    char text[PREFIX_TEXT];
    const struct net *net = slowest_net(e, policy);
    if (evidence_permanent_net(e)) {
        buf_format(&out, "%s is listed by hand: no expiry; only its owner can settle it with the operator.",
                   prefix_text(&evidence_permanent_net(e)->prefix, text));
        add_end(v, false, &out);
    }
    if (!net)
        return;
    buf_format(&out, "Level 2 ends when %s%s", prefix_text(&net->prefix, text), " loses ");
    text_number(&out, policy_to_lose(net->impacts, net->limit));
    buf_text(&out, " of its ");
    text_number(&out, net->impacts);
    buf_text(&out, " impacts: about ");
    text_duration(&out, policy_hours_to_clear(policy, net->impacts, net->limit) * 3600 * 1000);
    buf_format(&out, " after all abuse there stops, 7 days at the latest%s.",
               e->nets.count > 1 ? " (the slowest of the nets; all must end)" : "");
    add_end(v, true, &out);
    if (verdict_stay_rate(net->impacts, net->limit)) {
        buf_format(&out, "Of nets this far over their limit, %d in 100 were still listed after 8 days.",
                   verdict_stay_rate(net->impacts, net->limit));
        add_end(v, true, &out);
    }
}

static void
end_of_level3(struct verdict *v, const struct evidence *e, const struct policy *policy)
{
    struct buf out = {0};
    const struct listing *l3 = evidence_level3(e);
    if (!l3 || l3->form != LISTING_L3)
        return;
    buf_text(&out, "Level 3 ends when ");
    put_isp(&out, e);
    buf_format(&out, " has lost %d %% of its impacts (score under %g), or is under %lld impacts in 7 days.",
               verdict_share_to_lose(l3->score, policy), policy->score, (long long)policy->impacts);
    add_end(v, true, &out);
}

/* ---- what limits the answer ---- */

static void
note_hidden(struct verdict *v, const struct evidence *e)
{
    unsigned length = evidence_hidden_from(e);
    struct buf out = {0};
    if (length == 0 || !is_listed(e, LIST_LEVEL2))
        return;
    buf_format(&out,
               "Wider nets (/%u and up) may be listed too: the DNS shows only the most specific rows and hides the "
               "rest; the zone file has them all.",
               length);
    add_note(v, &out);
}

static void
note_missing_text(struct verdict *v, const struct evidence *e)
{
    for (size_t i = 0; i < LIST_COUNT; i++) {
        struct buf out = {0};
        if (!is_listed(e, (enum list_id)i) || !e->lists[i].txt_missing)
            continue;
        buf_format(&out, "%s lists it, but its text could not be had, so the details are not known.",
                   catalogue_at((enum list_id)i)->zone);
        add_note(v, &out);
    }
}

static void
note_stale(struct verdict *v, const struct evidence *e)
{
    for (unsigned i = 0; i < LEVELS; i++) {
        const struct finding *f = &e->lists[level_lists[i]];
        int64_t age = evidence_zone_age_ms(f);
        struct buf out = {0};
        if (age <= EVIDENCE_STALE_MS)
            continue;
        buf_format(&out, "Level %u's zone is stale: generated ", i + 1);
        text_duration(&out, age);
        buf_text(&out, " ago, though it is rebuilt hourly; what it says may be out of date.");
        add_note(v, &out);
    }
}

static void
note_troubles(struct verdict *v, const struct evidence *e)
{
    struct buf out = {0};
    if (v->state == VERDICT_UNKNOWN || v->pending || !any_trouble(e))
        return;
    buf_text(&out, "Not known: ");
    put_troubles(&out, e);
    buf_byte(&out, '.');
    add_note(v, &out);
}

static void
note_exemption(struct verdict *v, const struct evidence *e, unsigned listed)
{
    struct buf out = {0};
    if (!is_exempt(e) || !listed)
        return;
    if (listed & L1)
        buf_text(&out, "Registered at ips.whitelisted.org, but a level 1 hit ends the registration.");
    else
        buf_text(&out, "Registered at ips.whitelisted.org, so levels 2 and 3 should not list it: one of the zones is "
                       "older than the other.");
    add_note(v, &out);
}

static void
note_backscatter(struct verdict *v, const struct evidence *e, unsigned listed)
{
    struct buf out = {0};
    if (!listed || !is_listed(e, LIST_BACKSCATTERER))
        return;
    buf_text(&out, "Also on ips.backscatterer.org: it sends bounces to people who never wrote (4 weeks a listing).");
    add_note(v, &out);
}

/* ---- the judgement ---- */

static enum verdict_state
judge(const struct evidence *e, unsigned listed)
{
    bool exempt = is_exempt(e), silent = false;
    if (listed & L1)
        return VERDICT_DIRECT;
    if (!state_is_known(e->lists[LIST_LEVEL1].state))
        return VERDICT_UNKNOWN;
    if (listed)
        return VERDICT_COLLATERAL;
    if (!exempt) /* levels 2 and 3 do not apply to a registered address, so their silence takes nothing away */
        silent = !state_is_known(e->lists[LIST_LEVEL2].state) || !state_is_known(e->lists[LIST_LEVEL3].state);
    if (is_listed(e, LIST_BACKSCATTERER))
        return VERDICT_DIRECT;
    return silent ? VERDICT_UNKNOWN : VERDICT_CLEAR;
}

static void
advise_unknown(struct verdict *v, const struct evidence *e)
{
    static const char *const resolver_advice =
        "Ask through your own resolver (--resolver ADDRESS): many lists do not answer public resolvers.";
    if (e->reserved)
        vec_push(&v->advice, mem_copy("Check the public address from which your mail leaves."));
    else if (e->address.family != ADDR_V4)
        vec_push(&v->advice, mem_copy("Check the IPv4 address of the same mail server."));
    else if (e->offline)
        vec_push(&v->advice, mem_copy("Run it again without --offline."));
    else
        vec_push(&v->advice, mem_copy(resolver_advice));
}

static void
advise(struct verdict *v, const struct evidence *e, unsigned listed)
{
    const struct rule *rule = rule_for(listed);
    if (v->state == VERDICT_UNKNOWN) {
        advise_unknown(v, e);
        return;
    }
    v->actor = rule->actor;
    v->then = rule->then;
    if (listed == 0 && is_listed(e, LIST_BACKSCATTERER)) {
        v->actor = ACTOR_YOU;
        vec_push(&v->advice, mem_copy("Reject unknown recipients during the SMTP dialogue instead of bouncing later; "
                                      "it ends 4 weeks after the last hit."));
        return;
    }
    for (size_t i = 0; i < ADVICE && rule->advice[i]; i++)
        vec_push(&v->advice, expand(rule->advice[i], e));
}

static bool
lists_pending(const struct evidence *e)
{
    for (size_t i = 0; i < LIST_COUNT; i++)
        if (e->lists[i].pending)
            return true;
    return false;
}

void
verdict_reach(struct verdict *v, const struct evidence *e, const struct policy *policy)
{
    unsigned listed = listed_levels(e);
    *v = (struct verdict){.pending = lists_pending(e)};
    v->state = judge(e, listed);
    v->causes = listed | (is_listed(e, LIST_BACKSCATTERER) ? CAUSE_ADDRESS : 0);
    v->headline = headline(v, e, listed, policy);
    if (v->pending && !listed)
        return;
    advise(v, e, listed);
    if (listed & L1)
        end_of_level1(v, e, policy);
    if (listed & L2)
        end_of_level2(v, e, policy);
    if (listed & L3)
        end_of_level3(v, e, policy);
    note_troubles(v, e);
    note_exemption(v, e, listed);
    note_backscatter(v, e, listed);
    note_hidden(v, e);
    note_missing_text(v, e);
    note_stale(v, e);
}

static void
free_strings(char **strings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(strings[i]);
}

void
verdict_fini(struct verdict *v)
{
    free(v->headline);
    for (size_t i = 0; i < v->ends.count; i++)
        free(v->ends.at[i].text);
    vec_free(&v->ends);
    free_strings(v->advice.at, v->advice.count);
    vec_free(&v->advice);
    free_strings(v->notes.at, v->notes.count);
    vec_free(&v->notes);
}

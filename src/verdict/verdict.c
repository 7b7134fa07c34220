/* The decision table is `rules`, one row for each set of levels that list the address. What it cannot know, levels that
 * gave no answer, exemption, backscatter, is looked at in judgement_of(). */
#include "verdict/verdict.h"

#include "base/text.h"
#include "verdict/forecast.h"
#include "verdict/headline.h"
#include "verdict/notes.h"
#include "verdict/phrases.h"

#include <stdlib.h>

enum { L1 = CAUSE_ADDRESS, L2 = CAUSE_ALLOCATION, L3 = CAUSE_PROVIDER, ADVICE = 4 };

/* {net} and the like: phrases.h */
struct rule {
    unsigned listed;
    bool permanent;       /* by hand only: no net has impacts */
    bool carrier;         /* level 3 names another ASN than the one that announces the address */
    enum company company; /* of levels 1 and 2 together: whether neighbours are guilty too */
    enum actor actor, then;
    const char *lead;
    const char *advice[ADVICE];
};

#define ADVICE_FIND                                                                                                    \
    "Find what {address} sends: a compromised account or script, forwarding that breaks SPF, backscatter, a missing "  \
    "or generic PTR name. Stop it first; then level 1 ends by itself."
#define ADVICE_COMPLAIN "Complain to {owner}, who can end level 2: {name it}."
#define ADVICE_PERMANENT                                                                                               \
    "Only {hand owner} can settle the listing of {hand} by hand with the operator. Waiting does not end it."
#define ADVICE_PROVIDER "Tell {isp}; only the provider can end level 3, for all its customers at once."
#define ADVICE_IF_NOT_ALONE                                                                                            \
    "See whether yours is the only listed address in {net} (whylisted range or sweep): then its listing ends with "    \
    "yours. "                                                                                                          \
    "If not, complain to {owner}, who can end level 2: {name it}."
#define ADVICE_CARRIER "Tell your provider, {provider}; only {isp} can end level 3, for all behind it at once."
#define ADVICE_BOUNCES                                                                                                 \
    "Check your bounces for UCEPROTECT{zones}: unless a receiver names it in a rejection, nothing is lost and "        \
    "watching is enough."
#define ADVICE_OUTSIDE "If rejections matter meanwhile: {outside}, or a relay."
#define ADVICE_LEVEL3                                                                                                  \
    "Level 3 is not known here: if it lists {provider}, another address there does not help{estimate}."
#define ADVICE_MOVE "Consider moving to another provider; a new address at this one does not help."
#define ADVICE_MEANWHILE "Meanwhile: send by IPv6 (these lists are IPv4 only) or through a relay."
#define ADVICE_BACKSCATTER "Reject unknown recipients during the SMTP dialogue instead of bouncing later."

static const struct rule rules[] = {
    {.listed = 0,
     .actor = ACTOR_NOBODY,
     .lead = "Clear",
     .advice =
         {"Nothing to do. If mail still bounces, read the bounce: another list, or something else, is the reason."}},
    {.listed = L1, .actor = ACTOR_YOU, .lead = "This address itself", .advice = {ADVICE_FIND}},
    {.listed = L2,
     .actor = ACTOR_NET_OWNER,
     .lead = "Your neighbours, not you",
     .advice = {ADVICE_BOUNCES, ADVICE_COMPLAIN, ADVICE_OUTSIDE}},
    {.listed = L2,
     .permanent = true,
     .actor = ACTOR_NET_OWNER,
     .lead = "Listed by hand, not for what this address did",
     .advice = {ADVICE_BOUNCES, ADVICE_PERMANENT, ADVICE_OUTSIDE}},
    {.listed = L3,
     .actor = ACTOR_PROVIDER,
     .lead = "Your provider, not you",
     .advice = {ADVICE_BOUNCES, ADVICE_PROVIDER, "A new address at the same provider does not help."}},
    {.listed = L1 | L2,
     .actor = ACTOR_YOU,
     .then = ACTOR_NET_OWNER,
     .lead = "This address itself, and perhaps its neighbours",
     .advice = {ADVICE_FIND, ADVICE_IF_NOT_ALONE}},
    {.listed = L1 | L2,
     .company = COMPANY_SOME,
     .actor = ACTOR_YOU,
     .then = ACTOR_NET_OWNER,
     .lead = "This address itself and its neighbours",
     .advice = {ADVICE_FIND, ADVICE_COMPLAIN}},
    {.listed = L1 | L2,
     .company = COMPANY_NONE,
     .actor = ACTOR_YOU,
     .lead = "This address itself, alone in its net",
     .advice = {ADVICE_FIND, "No other address in {net} is listed{as of}: the listing of the net ends with yours."}},
    {.listed = L1 | L2,
     .permanent = true,
     .actor = ACTOR_YOU,
     .then = ACTOR_NET_OWNER,
     .lead = "This address itself, and a net listed by hand",
     .advice = {ADVICE_FIND, ADVICE_PERMANENT}},
    {.listed = L1 | L3,
     .actor = ACTOR_YOU,
     .then = ACTOR_PROVIDER,
     .lead = "This address itself and its provider",
     .advice = {ADVICE_FIND, ADVICE_PROVIDER}},
    {.listed = L2 | L3,
     .actor = ACTOR_PROVIDER,
     .lead = "Your neighbours and your provider, not you",
     .advice = {ADVICE_BOUNCES, ADVICE_MOVE, ADVICE_MEANWHILE, ADVICE_COMPLAIN}},
    {.listed = L2 | L3,
     .permanent = true,
     .actor = ACTOR_PROVIDER,
     .lead = "A net listed by hand and your provider, not you",
     .advice = {ADVICE_BOUNCES, ADVICE_MOVE, ADVICE_MEANWHILE, ADVICE_PERMANENT}},
    {.listed = L1 | L2 | L3,
     .actor = ACTOR_YOU,
     .then = ACTOR_PROVIDER,
     .lead = "This address itself, its net and its provider",
     .advice = {ADVICE_FIND, "Level 1 first: it feeds the other two.", ADVICE_IF_NOT_ALONE, ADVICE_PROVIDER}},
    {.listed = L1 | L2 | L3,
     .permanent = true,
     .actor = ACTOR_YOU,
     .then = ACTOR_PROVIDER,
     .lead = "This address itself, a net listed by hand, and its provider",
     .advice = {ADVICE_FIND, ADVICE_PERMANENT, ADVICE_PROVIDER}},

    {.listed = L3,
     .carrier = true,
     .actor = ACTOR_CARRIER,
     .lead = "Perhaps your provider's carrier, not you",
     .advice = {ADVICE_BOUNCES, ADVICE_CARRIER}},
    {.listed = L1 | L3,
     .carrier = true,
     .actor = ACTOR_YOU,
     .then = ACTOR_CARRIER,
     .lead = "This address itself, and perhaps its provider's carrier",
     .advice = {ADVICE_FIND, ADVICE_CARRIER}},
    {.listed = L2 | L3,
     .carrier = true,
     .actor = ACTOR_NET_OWNER,
     .then = ACTOR_CARRIER,
     .lead = "Your neighbours and perhaps your provider's carrier, not you",
     .advice = {ADVICE_BOUNCES, ADVICE_COMPLAIN, ADVICE_CARRIER, ADVICE_MEANWHILE}},
    {.listed = L2 | L3,
     .permanent = true,
     .carrier = true,
     .actor = ACTOR_NET_OWNER,
     .then = ACTOR_CARRIER,
     .lead = "A net listed by hand and perhaps your provider's carrier, not you",
     .advice = {ADVICE_BOUNCES, ADVICE_PERMANENT, ADVICE_CARRIER, ADVICE_MEANWHILE}},
    {.listed = L1 | L2 | L3,
     .carrier = true,
     .actor = ACTOR_YOU,
     .then = ACTOR_CARRIER,
     .lead = "This address itself, its net, and perhaps its provider's carrier",
     .advice = {ADVICE_FIND, "Level 1 first: it feeds the other two.", ADVICE_IF_NOT_ALONE, ADVICE_CARRIER}},
    {.listed = L1 | L2 | L3,
     .permanent = true,
     .carrier = true,
     .actor = ACTOR_YOU,
     .then = ACTOR_CARRIER,
     .lead = "This address itself, a net listed by hand, and perhaps its provider's carrier",
     .advice = {ADVICE_FIND, ADVICE_PERMANENT, ADVICE_CARRIER}},
};

static const char *const state_names[] = {
    [VERDICT_CLEAR] = "clear",
    [VERDICT_COLLATERAL] = "collateral",
    [VERDICT_DIRECT] = "direct",
    [VERDICT_UNKNOWN] = "unknown",
};

static const char *const actor_names[] = {
    [ACTOR_UNKNOWN] = NULL,          [ACTOR_NOBODY] = "nobody",     [ACTOR_YOU] = "you",
    [ACTOR_NET_OWNER] = "net owner", [ACTOR_PROVIDER] = "provider", [ACTOR_CARRIER] = "provider",
};

const char *
cause_name(enum cause cause)
{
    return cause == CAUSE_ADDRESS ? "address" : cause == CAUSE_ALLOCATION ? "allocation" : "provider";
}

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

bool
verdict_is_backscatter(const struct verdict *v, unsigned listed)
{
    return v->causes & CAUSE_ADDRESS && !(listed & CAUSE_ADDRESS);
}

/* ---- the judgement ---- */

static enum verdict_state
judge(const enum list_state lists[static LIST_COUNT], unsigned listed)
{
    if (listed & L1)
        return VERDICT_DIRECT;
    if (!list_state_is_known(lists[LIST_LEVEL1]))
        return VERDICT_UNKNOWN;
    if (lists[LIST_BACKSCATTERER] == STATE_LISTED)
        return VERDICT_DIRECT;
    if (listed)
        return VERDICT_COLLATERAL;
    if (lists[LIST_EXEMPTION] == STATE_LISTED) /* levels 2 and 3 do not apply, so their silence takes nothing away */
        return VERDICT_CLEAR;
    return list_state_is_known(lists[LIST_LEVEL2]) && list_state_is_known(lists[LIST_LEVEL3]) ? VERDICT_CLEAR
                                                                                              : VERDICT_UNKNOWN;
}

struct judgement
judgement_of(const enum list_state lists[static LIST_COUNT])
{
    unsigned listed = (lists[LIST_LEVEL1] == STATE_LISTED ? L1 : 0) | (lists[LIST_LEVEL2] == STATE_LISTED ? L2 : 0) |
                      (lists[LIST_LEVEL3] == STATE_LISTED ? L3 : 0);
    return (struct judgement){
        .state = judge(lists, listed),
        .listed = listed,
        .causes = listed | (lists[LIST_BACKSCATTERER] == STATE_LISTED ? CAUSE_ADDRESS : 0),
    };
}

static const struct rule *
rule_for(unsigned listed, const struct evidence *e)
{
    bool permanent = listed & L2 && evidence_permanent_net(e) && !evidence_widest_net(e);
    bool carrier = listed & L3 && evidence_names_carrier(e);
    enum company company = listed == (L1 | L2) && !permanent ? evidence_company(e) : COMPANY_UNKNOWN;
    const struct rule *rule = rules;
    while (rule->listed != listed || rule->permanent != permanent || rule->carrier != carrier ||
           rule->company != company)
        rule++;
    return rule;
}

/* Against what keeps the first such level from being known. */
static const char *
trouble_advice(const struct evidence *e)
{
    unsigned level = 1;
    if (!e->rewritten && evidence_resolver_trouble(e))
        return phrases_resolver_advice(evidence_resolver_trouble(e));
    while (level < EVIDENCE_LEVELS && list_state_is_known(evidence_level(e, level)->state))
        level++;
    switch (e->rewritten ? STATE_INVALID : evidence_level(e, level)->state) {
    case STATE_REFUSED:
    case STATE_INVALID:
        return "Ask through your own resolver (--resolver ADDRESS): many lists do not answer public resolvers.";
    case STATE_UNHEALTHY:
    case STATE_DEAD:
        return "Ask again later, or through another resolver (--resolver ADDRESS): either the list or this resolver is "
               "out of order.";
    default:
        return "Ask again; if it stays so, through your own resolver (--resolver ADDRESS): many lists do not answer "
               "public resolvers.";
    }
}

/* Files that nobody must be asked for. */
static void
advise_files(struct verdict *v, const struct evidence *e)
{
    struct buf out = {0};
    int64_t oldest = -1;
    for (size_t i = 0; i < LIST_COUNT; i++)
        if (evidence_file_age_ms(e, (enum list_id)i) > oldest)
            oldest = evidence_file_age_ms(e, (enum list_id)i);
    buf_text(&out, "Meanwhile: --offline answers from the zone files alone");
    if (oldest >= 0) {
        buf_text(&out, ", which are up to ");
        text_duration(&out, oldest);
        buf_text(&out, " old");
    }
    buf_byte(&out, '.');
    vec_push(&v->advice, buf_take(&out));
}

static void
advise_unknown(struct verdict *v, const struct evidence *e)
{
    if (e->reserved)
        vec_push(&v->advice, mem_copy("Check the public address from which your mail leaves."));
    else if (e->address.family != ADDR_V4)
        vec_push(&v->advice, mem_copy("Check the IPv4 address of the same mail server."));
    else if (e->offline)
        vec_push(&v->advice, mem_copy("Run it without --offline, or name a folder with all zone files with --zones."));
    else
        vec_push(&v->advice, mem_copy(trouble_advice(e)));
    if (!e->offline && evidence_has_zone_file(e))
        advise_files(v, e);
}

static void
advise(struct verdict *v, const struct evidence *e, unsigned listed, const struct rule *rule)
{
    if (v->state == VERDICT_UNKNOWN) {
        advise_unknown(v, e);
        return;
    }
    v->actor = rule->actor;
    v->then = rule->then;
    if (verdict_is_backscatter(v, listed)) {
        v->actor = ACTOR_YOU;
        v->then = listed ? rule->actor : ACTOR_UNKNOWN;
        vec_push(&v->advice, mem_copy(ADVICE_BACKSCATTER));
        if (!listed)
            return;
    }
    for (size_t i = 0; i < ADVICE && rule->advice[i]; i++)
        vec_push(&v->advice, phrases_expand(rule->advice[i], e));
    if (listed == L2 && !list_state_is_known(e->lists[LIST_LEVEL3].state) &&
        !list_result_is_awaited(&e->lists[LIST_LEVEL3])) {
        vec_push(&v->advice, phrases_expand(ADVICE_LEVEL3, e));
        v->if_level3 = v->advice.count;
    }
    if (listed & L2 && !rule->permanent && evidence_permanent_net(e)) /* besides one that has impacts */
        vec_push(&v->advice, phrases_expand(ADVICE_PERMANENT, e));
    if (listed & L1 && evidence_is_listed(e, LIST_BACKSCATTERER))
        vec_push(&v->advice, mem_copy(ADVICE_BACKSCATTER));
}

static bool
is_awaited(const struct evidence *e)
{
    for (size_t i = 0; i < LIST_COUNT; i++)
        if (list_result_is_awaited(&e->lists[i]))
            return true;
    return false;
}

static struct judgement
judge_evidence(const struct evidence *e)
{
    enum list_state lists[LIST_COUNT];
    for (size_t i = 0; i < LIST_COUNT; i++)
        lists[i] = e->lists[i].state;
    return judgement_of(lists);
}

/* Returns the rule that applies. */
static const struct rule *
reach_headline(struct verdict *v, const struct judgement *judgement, const struct evidence *e,
               const struct policy *policy)
{
    const struct rule *rule = rule_for(judgement->listed, e);
    struct buf headline = {0};
    *v = (struct verdict){.pending = is_awaited(e), .state = judgement->state, .causes = judgement->causes};
    headline_write(&headline, v, rule->lead, judgement->listed, e, policy);
    v->headline = buf_take(&headline);
    return rule;
}

void
verdict_reach_headline(struct verdict *v, const struct evidence *e, const struct policy *policy)
{
    struct judgement judgement = judge_evidence(e);
    reach_headline(v, &judgement, e, policy);
}

void
verdict_reach(struct verdict *v, const struct evidence *e, const struct policy *policy)
{
    struct judgement judgement = judge_evidence(e);
    const struct rule *rule = reach_headline(v, &judgement, e, policy);
    if (v->pending && !judgement.listed)
        return;
    advise(v, e, judgement.listed, rule);
    forecast_write(v, judgement.listed, e, policy);
    notes_write(v, judgement.listed, e);
}

void
verdict_take_estimate(struct verdict *v, const struct evidence *e, enum call call)
{
    static const char *const advice[] = {
        [CALL_UNDER] = "Level 3 is not known here; by our estimate it does not list {provider}.",
        [CALL_OVER] =
            "Level 3 is not known here, but by our estimate it lists all of {provider}: another address there "
            "does not help against that.",
        [CALL_BORDERLINE] = NULL,
    };
    if (v->if_level3 == 0 || !advice[call])
        return;
    free(v->advice.at[v->if_level3 - 1]);
    v->advice.at[v->if_level3 - 1] = phrases_expand(advice[call], e);
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

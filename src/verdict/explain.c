/* The decision table is `rules`, one row for each set of levels that list the address. */
#include "verdict/explain.h"

#include "base/text.h"
#include "verdict/forecast.h"
#include "verdict/headline.h"
#include "verdict/list_words.h"
#include "verdict/notes.h"
#include "verdict/parties.h"
#include "verdict/phrases.h"

#include <stdlib.h>

enum { L1 = CAUSE_ADDRESS, L2 = CAUSE_ALLOCATION, L3 = CAUSE_PROVIDER, ADVICE = 5 };

/* Conditions of a rule besides the levels that list the address. */
enum {
    HAND = 8,     /* no net has impacts: listed by hand alone */
    CARRIER = 16, /* level 3 names another AS than the one that announces the address */
    SHARED = 32,  /* with levels 1 and 2: neighbours contribute ... */
    ALONE = 64    /* ... or do not */
};

enum advice_kind {
    ADVICE_NONE,
    ADVICE_NOTHING,
    ADVICE_FIND,
    ADVICE_COMPLAIN,
    ADVICE_PERMANENT,
    ADVICE_PROVIDER,
    ADVICE_COMPANY,
    ADVICE_CARRIER,
    ADVICE_BOUNCES,
    ADVICE_LEVEL3,
    ADVICE_ANOTHER,
    ADVICE_MEANWHILE,
    ADVICE_BACKSCATTER,
    ADVICE_STOP,
    ADVICE_MINOR,
    ADVICE_KINDS
};

/* The lead begins the headline, `brief` is the headline in a few words. */
struct rule {
    unsigned when;
    enum actor actor, then;
    const char *lead, *brief;
    enum advice_kind advice[ADVICE];
};

/* {net} and the like: phrases.h */
static const struct {
    const char *text, *brief;
} advices[ADVICE_KINDS] = {
    [ADVICE_NOTHING] = {"Nothing to do. If mail still bounces, read the bounce: another list, or something else, is "
                        "the reason.",
                        "nothing; if mail bounces, read why"},
    [ADVICE_FIND] = {"Find what {address} sends: a compromised account or script, forwarding that breaks SPF, "
                     "backscatter, a missing or generic PTR name. Stop it first; then level 1 ends by itself and for "
                     "free: the operator's paid express delisting is never needed.",
                     "find what it sends, and stop it"},
    [ADVICE_COMPLAIN] = {"Complain to {owner}, who can end level 2: {name it}.", "level 2: complain to {brief owner}"},
    [ADVICE_PERMANENT] = {"Only {hand owner} can settle the listing of {hand} by hand with the operator. Waiting does "
                          "not end it.",
                          "{hand}: only {brief hand owner} can settle it"},
    [ADVICE_PROVIDER] = {"Tell {isp}; only the provider can end level 3, for all its customers at once.",
                         "level 3: tell {brief isp}"},
    [ADVICE_COMPANY] = {"{company}", "{brief company}"},
    [ADVICE_CARRIER] = {"Tell {your provider}, {provider}; only {isp} can end level 3, for all behind it at once.",
                        "level 3: tell {brief provider}, whose carrier is {brief isp}"},
    [ADVICE_BOUNCES] = {"{bounces}", "{brief bounces}"},
    [ADVICE_LEVEL3] = {"Level 3 is not known here: if it lists {provider}, another address there does not help.",
                       "level 3 is not known: move only after it is"},
    [ADVICE_ANOTHER] = {"{another}", "{brief another}"},
    [ADVICE_MEANWHILE] = {"Meanwhile: send by IPv6 (these lists are IPv4 only) or through a relay.",
                          "meanwhile: IPv6 or a relay"},
    [ADVICE_BACKSCATTER] = {"Reject unknown recipients during the SMTP dialogue instead of bouncing later.",
                            "reject unknown users, never bounce"},
    [ADVICE_STOP] = {"Find what {address} sends: a compromised account or script, forwarding that breaks SPF, a "
                     "missing or generic PTR name. Stop it first, or lists will list it again.",
                     "find what it sends, and stop it"},
    [ADVICE_MINOR] = {"Lists of little effect: if no rejection names them, {you can ignore them}.",
                      "ignore it unless bounces name it"},
};

static const struct rule rules[] = {
    {0, ACTOR_NOBODY, ACTOR_UNKNOWN, "Clear", "CLEAR.", {ADVICE_NOTHING}},
    {L1, ACTOR_YOU, ACTOR_UNKNOWN, "This address itself", "{YOU. This address itself} is listed.", {ADVICE_FIND}},
    {L2,
     ACTOR_NET_OWNER,
     ACTOR_UNKNOWN,
     "{Your neighbours}, {not you}",
     "{NOT YOU}. {Your neighbours} are listed.",
     {ADVICE_BOUNCES, ADVICE_COMPLAIN, ADVICE_ANOTHER}},
    {L2 | HAND,
     ACTOR_NET_OWNER,
     ACTOR_UNKNOWN,
     "Listed by hand, not for what this address did",
     "{NOT YOU}. {Your net} is listed by hand.",
     {ADVICE_BOUNCES, ADVICE_PERMANENT, ADVICE_ANOTHER}},
    {L3,
     ACTOR_PROVIDER,
     ACTOR_UNKNOWN,
     "{Your provider}, {not you}",
     "{NOT YOU}. {Your provider} is listed.",
     {ADVICE_BOUNCES, ADVICE_PROVIDER, ADVICE_ANOTHER}},
    {L1 | L2,
     ACTOR_YOU,
     ACTOR_NET_OWNER,
     "{You}, and perhaps {your neighbours}",
     "{YOU}, and perhaps {your neighbours}.",
     {ADVICE_FIND, ADVICE_COMPANY, ADVICE_ANOTHER}},
    {L1 | L2 | SHARED,
     ACTOR_YOU,
     ACTOR_NET_OWNER,
     "{You} and {your neighbours}",
     "{YOU}, and {your neighbours}.",
     {ADVICE_FIND, ADVICE_COMPANY, ADVICE_ANOTHER}},
    {L1 | L2 | ALONE,
     ACTOR_YOU,
     ACTOR_UNKNOWN,
     "{You}, alone in {your net}",
     "{YOU}, alone in {your net}.",
     {ADVICE_FIND, ADVICE_COMPANY}},
    {L1 | L2 | HAND,
     ACTOR_YOU,
     ACTOR_NET_OWNER,
     "{You}, and a net listed by hand",
     "{YOU}, and a net listed by hand.",
     {ADVICE_FIND, ADVICE_PERMANENT, ADVICE_ANOTHER}},
    {L1 | L3,
     ACTOR_YOU,
     ACTOR_PROVIDER,
     "{You} and {your provider}",
     "{YOU}, and {your provider}.",
     {ADVICE_FIND, ADVICE_PROVIDER, ADVICE_ANOTHER}},
    {L2 | L3,
     ACTOR_PROVIDER,
     ACTOR_UNKNOWN,
     "{Your neighbours} and {your provider}, {not you}",
     "{NOT YOU}. {Your neighbours} and {your provider} are listed.",
     {ADVICE_BOUNCES, ADVICE_ANOTHER, ADVICE_MEANWHILE, ADVICE_COMPLAIN}},
    {L2 | L3 | HAND,
     ACTOR_PROVIDER,
     ACTOR_UNKNOWN,
     "A net listed by hand and {your provider}, {not you}",
     "{NOT YOU}. A net by hand and {your provider} are listed.",
     {ADVICE_BOUNCES, ADVICE_ANOTHER, ADVICE_MEANWHILE, ADVICE_PERMANENT}},
    {L1 | L2 | L3,
     ACTOR_YOU,
     ACTOR_PROVIDER,
     "{You}, {your net} and {your provider}",
     "{YOU}, {your net} and {your provider}.",
     {ADVICE_FIND, ADVICE_COMPANY, ADVICE_PROVIDER, ADVICE_ANOTHER}},
    {L1 | L2 | L3 | SHARED,
     ACTOR_YOU,
     ACTOR_PROVIDER,
     "{You}, {your neighbours} and {your provider}",
     "{YOU}, {your neighbours} and {your provider}.",
     {ADVICE_FIND, ADVICE_COMPANY, ADVICE_PROVIDER, ADVICE_ANOTHER}},
    {L1 | L2 | L3 | ALONE,
     ACTOR_YOU,
     ACTOR_PROVIDER,
     "{You}, alone in {your net}, and {your provider}",
     "{YOU}, alone in {your net}, and {your provider}.",
     {ADVICE_FIND, ADVICE_COMPANY, ADVICE_PROVIDER, ADVICE_ANOTHER}},
    {L1 | L2 | L3 | HAND,
     ACTOR_YOU,
     ACTOR_PROVIDER,
     "{You}, a net listed by hand, and {your provider}",
     "{YOU}, a net listed by hand, and {your provider}.",
     {ADVICE_FIND, ADVICE_PERMANENT, ADVICE_PROVIDER, ADVICE_ANOTHER}},
    {L3 | CARRIER,
     ACTOR_CARRIER,
     ACTOR_UNKNOWN,
     "Perhaps {your provider}'s carrier, {not you}",
     "{NOT YOU}. Perhaps {your provider}'s carrier.",
     {ADVICE_BOUNCES, ADVICE_CARRIER, ADVICE_ANOTHER}},
    {L1 | L3 | CARRIER,
     ACTOR_YOU,
     ACTOR_CARRIER,
     "{You}, and perhaps {your provider}'s carrier",
     "{YOU}, and perhaps {your provider}'s carrier.",
     {ADVICE_FIND, ADVICE_CARRIER, ADVICE_ANOTHER}},
    {L2 | L3 | CARRIER,
     ACTOR_NET_OWNER,
     ACTOR_CARRIER,
     "{Your neighbours} and perhaps {your provider}'s carrier, {not you}",
     "{NOT YOU}. {Your neighbours} and perhaps a carrier.",
     {ADVICE_BOUNCES, ADVICE_COMPLAIN, ADVICE_CARRIER, ADVICE_ANOTHER, ADVICE_MEANWHILE}},
    {L2 | L3 | HAND | CARRIER,
     ACTOR_NET_OWNER,
     ACTOR_CARRIER,
     "A net listed by hand and perhaps {your provider}'s carrier, {not you}",
     "{NOT YOU}. A net by hand and perhaps a carrier.",
     {ADVICE_BOUNCES, ADVICE_PERMANENT, ADVICE_CARRIER, ADVICE_ANOTHER, ADVICE_MEANWHILE}},
    {L1 | L2 | L3 | CARRIER,
     ACTOR_YOU,
     ACTOR_CARRIER,
     "{You}, {your net}, and perhaps {your provider}'s carrier",
     "{YOU}, {your net} and perhaps a carrier.",
     {ADVICE_FIND, ADVICE_COMPANY, ADVICE_CARRIER, ADVICE_ANOTHER}},
    {L1 | L2 | L3 | SHARED | CARRIER,
     ACTOR_YOU,
     ACTOR_CARRIER,
     "{You}, {your neighbours}, and perhaps {your provider}'s carrier",
     "{YOU}, {your neighbours} and perhaps a carrier.",
     {ADVICE_FIND, ADVICE_COMPANY, ADVICE_CARRIER, ADVICE_ANOTHER}},
    {L1 | L2 | L3 | ALONE | CARRIER,
     ACTOR_YOU,
     ACTOR_CARRIER,
     "{You}, alone in {your net}, and perhaps {your provider}'s carrier",
     "{YOU}, alone in {your net}, and perhaps a carrier.",
     {ADVICE_FIND, ADVICE_COMPANY, ADVICE_CARRIER, ADVICE_ANOTHER}},
    {L1 | L2 | L3 | HAND | CARRIER,
     ACTOR_YOU,
     ACTOR_CARRIER,
     "{You}, a net listed by hand, and perhaps {your provider}'s carrier",
     "{YOU}, a net by hand and perhaps a carrier.",
     {ADVICE_FIND, ADVICE_PERMANENT, ADVICE_CARRIER, ADVICE_ANOTHER}},
};

static const struct rule *
rule_for(unsigned listed, const struct evidence *e)
{
    const struct rule *rule = rules;
    const struct listed_net *net = evidence_deciding_net(e);
    unsigned when = listed;
    if (listed & L2 && net && net->permanent)
        when |= HAND;
    if (listed & L3 && evidence_names_carrier(e))
        when |= CARRIER;
    if ((when & (L1 | L2 | HAND)) == (L1 | L2) && evidence_company(e) != COMPANY_UNKNOWN)
        when |= evidence_company(e) == COMPANY_SOME ? SHARED : ALONE;
    while (rule->when != when)
        rule++;
    return rule;
}

/* Takes the text; brief may be NULL. */
static void
add_advice(struct verdict *v, char *text, char *brief)
{
    vec_push(&v->advice, ((struct advice){.text = text, .brief = brief}));
}

/* Adds advice of the table, unless it has nothing to say for lack of knowledge. */
static void
add_kind(struct verdict *v, const struct evidence *e, enum advice_kind kind)
{
    char *text = phrases_expand(advices[kind].text, e), *brief = phrases_expand(advices[kind].brief, e);
    if (*text) {
        add_advice(v, text, brief);
        v->advice.at[v->advice.count - 1].complains =
            kind == ADVICE_COMPLAIN || kind == ADVICE_PERMANENT || kind == ADVICE_PROVIDER || kind == ADVICE_CARRIER;
        v->advice.at[v->advice.count - 1].in_provider = kind == ADVICE_ANOTHER && e->another_helps;
        return;
    }
    free(text);
    free(brief);
}

/* Returns the first level that is not known, or else the first other list. */
static const struct list_result *
first_missing(const struct evidence *e)
{
    const struct list_result *level1 = evidence_level(e, 1);
    for (unsigned level = 1; level <= LIST_LEVELS; level++)
        if (list_result_is_trouble(evidence_level(e, level)))
            return evidence_level(e, level);
    for (size_t i = 0; i < e->lists.count; i++) {
        if (evidence_misses(e, &e->lists.at[i]))
            return &e->lists.at[i];
    }
    return level1;
}

/* Writes the advice for the first list that is missing. */
static void
put_trouble_advice(struct buf *out, const struct evidence *e)
{
    const struct list_result *f = first_missing(e);
    enum resolver_trouble trouble = evidence_resolver_trouble(e);
    if (!e->rewritten && (trouble || f->filtered)) {
        phrases_resolver_advice(out, trouble ? trouble : RESOLVER_FILTERS, e);
        buf_text(out, " `whylisted doctor` shows the answers.");
        return;
    }
    if (!e->rewritten && phrases_list_advice(out, f))
        return;
    enum list_state state = e->rewritten ? STATE_INVALID : f->state;
    if (f->cut_off && !e->rewritten) {
        buf_text(out, "Run it again and let it end; with --deadline, give it more time.");
        return;
    }
    phrases_put(
        out,
        state == STATE_REFUSED || state == STATE_INVALID
            ? "Use {your own resolver} (--resolver ADDRESS): many lists do not answer public resolvers."
        : state == STATE_UNHEALTHY && f->proved
            ? "Use a resolver that asks the lists' servers itself (--resolver ADDRESS), or have the mirror behind "
              "this one fetch the zones again."
        : state == STATE_UNHEALTHY || state == STATE_DEAD
            ? "Try again later, or use another resolver (--resolver ADDRESS): either the list or this resolver "
              "does not work."
        : f->stale ? "Try again; if it fails again, have the resolver serve no expired answers (unbound serve-expired, "
                     "BIND stale-answer-enable, dnsmasq use-stale-cache), or use {your own} (--resolver ADDRESS)."
                   : "Try again; if it fails again, use {your own resolver} (--resolver ADDRESS): many lists do not "
                     "answer public resolvers.",
        e);
}

/* Also offers the answer that zone files give without questions. */
static void
advise_unknown(struct verdict *v, const struct evidence *e)
{
    const char *advice = e->reserved                    ? "Check the public address from which {your mail} leaves."
                         : evidence_lacks_blocklists(e) ? "Choose blocklists, too: `whylisted lists` shows them."
                         : evidence_is_unlistable(e) && e->address.family == ADDR_V6
                             ? "Check the IPv4 address of the same mail server."
                         : evidence_is_unlistable(e) && !e->offline
                             ? "Choose lists that know IPv4 addresses: `whylisted lists` shows them."
                         : e->offline ? "Run without --offline, or name a folder with all zone files (--zones)."
                                      : NULL;
    struct buf out = {0};
    int64_t oldest = -1;
    bool have = false, doubted = false;
    for (size_t i = 0; i < e->lists.count; i++) {
        have |= e->lists.at[i].file.have;
        doubted |= e->lists.at[i].file.doubt != NULL;
    }
    if (advice && e->offline && !e->reserved && e->address.family == ADDR_V4 && doubted)
        advice = "Fetch the zone files again, or run without --offline.";
    if (advice)
        phrases_put(&out, advice, e);
    else
        put_trouble_advice(&out, e);
    add_advice(v, buf_take(&out), NULL);
    if (e->offline || !have)
        return;
    for (size_t i = 0; i < e->lists.count; i++)
        if (list_result_file_age_ms(&e->lists.at[i]) > oldest)
            oldest = list_result_file_age_ms(&e->lists.at[i]);
    buf_text(&out, "Meanwhile: --offline answers from the zone files alone");
    if (oldest >= 0) {
        buf_text(&out, ", which are up to ");
        text_duration(&out, oldest);
        buf_text(&out, " old");
    }
    buf_byte(&out, '.');
    add_advice(v, buf_take(&out), NULL);
}

/* A removal of the other listing does not end one by policy in the same answer. */
static void
advise_policy_beside(struct verdict *v, const struct evidence *e, const struct list_result *f, const char *page)
{
    const struct addr *answer = list_words_policy_beside(f);
    struct buf out = {0}, brief = {0}, name = {0};
    if (!answer)
        return;
    list_words_part(&name, f->list, answer);
    buf_format(
        &out,
        "%s lists it all the same, by policy: send through %s's relay, or, if a mail server belongs here, ask for "
        "removal from that, too",
        buf_string(&name), parties_word(e, "your provider"));
    if (*page)
        buf_format(&out, " (%s)", page);
    buf_byte(&out, '.');
    buf_format(&brief, "use a relay, or ask %s, too", buf_string(&name));
    add_advice(v, buf_take(&out), buf_take(&brief));
    buf_free(&name);
}

/* Names the way to a removal from one list. Policy is no fault, so nothing has to end first. */
static void
advise_removal(struct verdict *v, const struct evidence *e, const struct list_result *f)
{
    enum list_scope scope = list_result_scope(f);
    bool policy = scope == SCOPE_POLICY, others = scope == SCOPE_RANGE || scope == SCOPE_ASN;
    const char *page = *f->list->delist ? f->list->delist : f->list->policy;
    struct buf out = {0}, brief = {0}, name = {0};
    list_words_name(&name, f);
    if (policy)
        buf_format(&out, "Send through %s's relay, or, if a mail server belongs here, ask %s for removal",
                   parties_word(e, "your provider"), buf_string(&name));
    else if (others)
        buf_format(&out, "The owner of the net must end the cause, then ask %s for removal", buf_string(&name));
    else if (*f->list->delist || !*f->list->ends)
        buf_format(&out, "End the cause, then ask %s for removal", buf_string(&name));
    else
        buf_format(&out, "End the cause; then %s ends its listing by itself", buf_string(&name));
    if (*page)
        buf_format(&out, " (%s)", page);
    buf_byte(&out, '.');
    buf_text(&brief, policy ? "use a relay, or ask " : others ? "net owner: ask " : "end the cause, then ask ");
    list_words_short_name(&brief, f);
    add_advice(v, buf_take(&out), buf_take(&brief));
    buf_free(&name);
    advise_policy_beside(v, e, f, page);
}

/* Advice for listings on lists without a part in the escalation, the weightiest first. */
static void
advise_others(struct verdict *v, const struct evidence *e)
{
    enum { NAMED = 3 };
    list_results others;
    bool itself = v->others & CAUSE_ADDRESS && !(v->listed & CAUSE_ADDRESS);
    evidence_others(e, &others);
    if (itself && v->state == VERDICT_DIRECT)
        add_kind(v, e, ADVICE_STOP);
    else if (itself && !verdict_leader(v, &others))
        add_kind(v, e, ADVICE_MINOR);
    for (size_t i = 0; i < others.count && i < NAMED; i++)
        advise_removal(v, e, others.at[i]);
    if (others.count > NAMED) {
        struct buf out = {0}, brief = {0};
        list_results rest = {0};
        for (size_t i = NAMED; i < others.count; i++)
            vec_push(&rest, others.at[i]);
        buf_text(&out, "The same for ");
        list_words_names(&out, &rest, others.count);
        buf_byte(&out, '.');
        buf_format(&brief, "the same for %zu more", rest.count);
        add_advice(v, buf_take(&out), buf_take(&brief));
        vec_free(&rest);
    }
    if (itself && v->state != VERDICT_DIRECT && verdict_leader(v, &others))
        add_kind(v, e, ADVICE_MINOR);
    vec_free(&others);
}

/* Sets who can end listings on lists without a part in the escalation: you, where a list takes requests of anybody.
 * Then whoever the rule names for levels that matter less. */
static void
put_actor_of_others(struct verdict *v, const struct evidence *e, const struct rule *rule)
{
    list_results others;
    evidence_others(e, &others);
    const struct list_result *leader = verdict_leader(v, &others);
    const struct list_result *first = leader ? leader : others.at[0];
    enum list_scope scope = list_result_scope(first);
    bool anybody = scope == SCOPE_IP || (scope == SCOPE_POLICY && *first->list->delist);
    if (!v->listed || (leader && scope != SCOPE_IP)) {
        v->actor = anybody || (!leader && v->others & CAUSE_ADDRESS) ? ACTOR_YOU
                   : scope == SCOPE_ASN                              ? ACTOR_PROVIDER
                                                                     : ACTOR_NET_OWNER;
        v->then = v->listed && rule->actor != v->actor ? rule->actor : ACTOR_UNKNOWN;
    }
    vec_free(&others);
}

/* Returns whether lists without a part in the escalation matter most, as the headline has it: levels 2 and 3 are noise
 * beside them. */
static bool
leads(const struct verdict *v, const struct evidence *e)
{
    list_results others;
    evidence_others(e, &others);
    bool itself = v->state == VERDICT_DIRECT && v->others & CAUSE_ADDRESS;
    bool first = !(v->listed & CAUSE_ADDRESS) && (itself || verdict_leader(v, &others));
    vec_free(&others);
    return first;
}

static void
advise(struct verdict *v, const struct evidence *e, const struct rule *rule)
{
    if (v->state == VERDICT_UNKNOWN) {
        advise_unknown(v, e);
        return;
    }
    v->actor = rule->actor;
    v->then = rule->then;
    if (v->causes & CAUSE_ADDRESS && !(v->listed & CAUSE_ADDRESS)) {
        v->actor = ACTOR_YOU;
        v->then = v->listed ? rule->actor : ACTOR_UNKNOWN;
    }
    if (v->others && !verdict_is_backscatter(v))
        put_actor_of_others(v, e, rule);
    bool first = leads(v, e);
    if (first)
        advise_others(v, e);
    if (v->listed & L2 && evidence_permanent_net(e) && v->actor == ACTOR_YOU && !v->then) /* alone in the other net */
        v->then = ACTOR_NET_OWNER;
    if (list_result_is_listed(evidence_backscatterer(e)) && !(v->listed & L1))
        add_kind(v, e, ADVICE_BACKSCATTER);
    for (size_t i = 0; i < ADVICE && rule->advice[i] && (v->listed || !v->causes); i++)
        add_kind(v, e, rule->advice[i]);
    if (evidence_lacks_level3(e) && !e->another)
        add_kind(v, e, ADVICE_LEVEL3);
    if (v->listed & L2 && !(rule->when & HAND) && evidence_permanent_net(e)) /* beside one with impacts */
        add_kind(v, e, ADVICE_PERMANENT);
    if (v->listed & L1 && list_result_is_listed(evidence_backscatterer(e)))
        add_kind(v, e, ADVICE_BACKSCATTER);
    if (v->others && !first)
        advise_others(v, e);
}

void
verdict_reach_headline(struct verdict *v, const struct evidence *e, const struct policy *policy)
{
    struct list_states states = list_states_of(e);
    struct buf headline = {0};
    *v = (struct verdict){0};
    for (size_t i = 0; i < e->lists.count; i++)
        v->pending = v->pending || list_result_is_awaited(&e->lists.at[i]);
    struct judgement judgement = judgement_of(&states);
    v->state = judgement.state;
    v->listed = judgement.listed;
    v->others = judgement.others;
    v->causes = judgement.causes;
    headline_write(&headline, v, rule_for(v->listed, e)->lead, e, policy);
    v->headline = buf_take(&headline);
}

void
verdict_reach(struct verdict *v, const struct evidence *e, const struct policy *policy)
{
    const struct rule *rule;
    struct buf brief = {0}, remedy = {0};
    verdict_reach_headline(v, e, policy);
    rule = rule_for(v->listed, e);
    if (!v->pending || v->listed) {
        advise(v, e, rule);
        forecast_write(v, e, policy);
        notes_write(v, e);
    }
    headline_write_brief(&brief, &remedy, v, rule->brief, e);
    v->brief = buf_take(&brief);
    v->remedy = buf_take(&remedy);
}

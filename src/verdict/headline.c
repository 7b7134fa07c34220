/* A headline is a lead, then a clause for each listing. */
#include "verdict/headline.h"

#include "base/text.h"
#include "verdict/list_words.h"
#include "verdict/parties.h"
#include "verdict/phrases.h"

#include <stdlib.h>
#include <string.h>

/* ---- clauses ---- */

static void
clause_level2(struct buf *out, const struct evidence *e)
{
    const struct listed_net *permanent = evidence_permanent_net(e), *net = evidence_deciding_net(e);
    char text[PREFIX_TEXT];
    size_t others = 0;
    for (size_t i = 0; i < e->nets.count; i++)
        others += &e->nets.at[i] != net && !e->nets.at[i].permanent && !e->nets.at[i].stale;
    buf_text(out, "level 2 lists ");
    if (permanent)
        buf_format(out, "%s by hand (PERMANENT: no limit, no expiry)%s", prefix_text(&permanent->prefix, text),
                   net && !net->permanent ? " and " : "");
    if (net && net->impacts != LISTING_UNKNOWN) {
        buf_format(out, "%s (", prefix_text(&net->prefix, text));
        text_number(out, net->impacts);
        buf_text(out, " impacts in 7 days");
        if (net->limit > 0) { /* none was published for prefixes wider than /8 */
            buf_text(out, ", limit ");
            text_number(out, net->limit);
        }
        buf_byte(out, ')');
        if (others > 0)
            buf_format(out, " and %zu other net%s", others, others > 1 ? "s" : "");
    } else if (!permanent) {
        buf_text(out, net ? prefix_text(&net->prefix, text) : "the address without naming a net");
        if (net && net->abusers != LISTING_UNKNOWN) /* texts before 2021 */
            buf_format(out, " (%lld abusers, by the rule before 2021)", (long long)net->abusers);
        else if (net)
            buf_text(out, " (its text gives no impacts)");
    }
}

static void
clause_level3(struct buf *out, const struct evidence *e, const struct policy *policy)
{
    const struct listing *l3 = evidence_level3(e);
    buf_text(out, "level 3 lists ");
    if (!l3) {
        buf_text(out, "the address without naming a provider");
        return;
    }
    phrases_isp(out, e, false);
    if (l3->form == LISTING_L3)
        buf_format(out, " (spamscore %.1f, limit %g)", l3->score, policy->score);
    else
        buf_format(out, " (%lld abusers, by the rule before 2021)", (long long)l3->abusers);
    if (evidence_names_carrier(e)) {
        buf_format(out, ", not %s ", parties_word(e, "your provider"));
        phrases_provider(out, e);
    }
}

/* Begins a clause behind those since `start`. */
static void
separate(struct buf *out, size_t start)
{
    if (out->count > start)
        buf_text(out, "; ");
}

static void
clauses_levels(struct buf *out, const struct verdict *v, const struct evidence *e, const struct policy *policy,
               size_t start)
{
    char text[ADDR_TEXT];
    if (v->listed & CAUSE_ADDRESS) {
        separate(out, start);
        buf_format(out, "%s is on level 1", addr_text(&e->address, text));
    }
    if (list_result_is_listed(evidence_backscatterer(e)) && !(v->listed & CAUSE_ADDRESS)) {
        separate(out, start);
        buf_text(out, "ips.backscatterer.org lists it as a source of misdirected bounces");
    }
    if (v->listed & CAUSE_ALLOCATION) {
        separate(out, start);
        clause_level2(out, e);
    }
    if (v->listed & CAUSE_PROVIDER) {
        separate(out, start);
        clause_level3(out, e, policy);
    }
}

/* Whether a listing is of little effect: on a list of low weight, and of the address itself. */
static bool
is_minor(const struct list_result *f)
{
    return list_result_scope(f) == SCOPE_IP && list_result_weight(f) < LIST_DIRECT_WEIGHT;
}

/* Names what lists by policy in the same answers. */
static void
put_policy_beside(struct buf *out, const list_results *chosen)
{
    for (size_t i = 0; i < chosen->count; i++) {
        const struct addr *answer = list_words_policy_beside(chosen->at[i]);
        if (!answer)
            continue;
        buf_text(out, ", and ");
        list_words_part(out, chosen->at[i]->list, answer);
        buf_text(out, " does by policy");
    }
}

/* Writes one clause about the listings of one scope. */
static void
clause_others(struct buf *out, const list_results *others, enum list_scope scope, bool minor, const struct evidence *e,
              size_t start)
{
    enum { NAMED = 2 };
    list_results chosen = {0};
    for (size_t i = 0; i < others->count; i++)
        if (list_result_scope(others->at[i]) == scope && is_minor(others->at[i]) == minor)
            vec_push(&chosen, others->at[i]);
    if (chosen.count > 0) {
        separate(out, start);
        list_words_names(out, &chosen, NAMED);
        buf_format(out, "%s %s ", minor ? ", of little effect," : "", chosen.count > 1 ? "list" : "lists");
        list_words_subject(out, &chosen, e);
        buf_text(out, scope == SCOPE_POLICY ? " by policy, not for abuse" : "");
        put_policy_beside(out, &chosen);
    }
    vec_free(&chosen);
}

/* The weightiest listings come first; beside a weighty one levels 2 and 3 are noise. */
static void
clauses(struct buf *out, const struct verdict *v, const struct evidence *e, const struct policy *policy)
{
    static const enum list_scope scopes[] = {SCOPE_IP, SCOPE_RANGE, SCOPE_ASN, SCOPE_POLICY};
    list_results others;
    size_t start = out->count;
    evidence_others(e, &others);
    const struct list_result *leader = verdict_leader(v, &others);
    if (leader)
        clause_others(out, &others, list_result_scope(leader), false, e, start);
    clauses_levels(out, v, e, policy, start);
    if (leader && v->listed && !(v->listed & CAUSE_ADDRESS))
        buf_text(out, ", which is noise beside it");
    for (size_t i = 0; i < sizeof scopes / sizeof scopes[0]; i++)
        if (!leader || scopes[i] != list_result_scope(leader))
            clause_others(out, &others, scopes[i], false, e, start);
    clause_others(out, &others, SCOPE_IP, true, e, start);
    vec_free(&others);
}

/* ---- sentences ---- */

/* Returns whether a list must list the address, so that it can be tested. */
static bool
is_test_point(const struct evidence *e)
{
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list *list = e->lists.at[i].list;
        for (size_t p = 0; p < list->points.count; p++)
            if (list->points.at[p].listed && addr_equal(&list->points.at[p].address, &e->address))
                return true;
    }
    return false;
}

static void
pending(struct buf *out, const struct verdict *v, const struct evidence *e, const struct policy *policy)
{
    unsigned levels = 0;
    for (unsigned i = 0; i < LIST_LEVELS; i++)
        levels |= list_result_is_awaited(evidence_level(e, i + 1)) ? 1U << i : 0;
    if (v->causes) {
        buf_text(out, "So far: ");
        clauses(out, v, e, policy);
        buf_text(out, "; still asking ");
    } else {
        bool clear = evidence_level(e, 1)->state == STATE_CLEAR && !evidence_has_trouble(e);
        buf_text(out, levels || !clear ? "Asking " : "So far clear; still asking ");
    }
    if (levels)
        phrases_levels(out, levels);
    else
        buf_text(out, "the other lists");
    buf_text(out, " ...");
}

/* Writes what is missing: levels, then other lists. */
static void
put_missing(struct buf *out, const struct evidence *e)
{
    list_results missing = {0};
    size_t start = out->count;
    phrases_troubles(out, e);
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        if (evidence_misses(e, f))
            vec_push(&missing, f);
    }
    if (missing.count > 0) {
        separate(out, start);
        phrases_lists_trouble(out, &missing);
    } else if (out->count == start) {
        buf_text(out, "no list gave an answer that counts");
    }
    vec_free(&missing);
}

static void
unknown(struct buf *out, const struct verdict *v, const struct evidence *e, const struct policy *policy)
{
    char text[ADDR_TEXT];
    buf_text(out, "Cannot tell: ");
    if (e->rewritten)
        buf_format(out, "the resolver makes up answers (%s from several lists); choose another with --resolver",
                   addr_text(&e->rewriter, text));
    else if (evidence_resolver_trouble(e))
        phrases_resolver(out, e);
    else
        put_missing(out, e);
    if (v->causes) {
        buf_text(out, "; but ");
        clauses(out, v, e, policy);
    }
}

/* Writes the lead of a listing: the cause, and whether it is the address itself. */
static void
put_lead(struct buf *out, const struct verdict *v, const char *lead, const struct evidence *e)
{
    static const char but[] = ", {not you}";
    bool itself = v->causes & CAUSE_ADDRESS && !(v->listed & CAUSE_ADDRESS);
    const char *end = strstr(lead, but);
    list_results others;
    evidence_others(e, &others);
    const struct list_result *leader = verdict_leader(v, &others);
    enum list_scope scope = leader ? list_result_scope(leader) : SCOPE_IP;
    if (itself && v->state == VERDICT_DIRECT)
        buf_text(out, "This address itself");
    else if (scope != SCOPE_IP && (v->listed || itself))
        buf_format(out, "%s%s",
                   scope == SCOPE_POLICY  ? "By policy"
                   : scope == SCOPE_RANGE ? parties_word(e, "Your net")
                                          : parties_word(e, "Your provider"),
                   itself ? "" : ", not for what this address did");
    else if (v->listed && itself && end) {
        char *without = mem_copy_bytes(lead, (size_t)(end - lead)); /* a list of little effect has the address itself */
        phrases_put(out, without, e);
        free(without);
    } else if (v->listed)
        phrases_put(out, lead, e);
    else if (itself)
        buf_text(out, "Nothing of weight");
    else if (others.count > 0 && list_result_scope(others.at[0]) == SCOPE_POLICY)
        buf_text(out, "By policy, not for what this address did");
    else
        buf_text(out, "Not for what this address did");
    buf_text(out, ": ");
    vec_free(&others);
}

enum { ALL_LEVELS = (1 << LIST_LEVELS) - 1 };

static unsigned
levels_that(const struct evidence *e, bool (*are)(const struct list_result *))
{
    unsigned set = 0;
    for (unsigned i = 0; i < LIST_LEVELS; i++)
        set |= are(evidence_level(e, i + 1)) ? 1U << i : 0;
    return set;
}

static bool
is_asked(const struct list_result *f)
{
    return f->asked;
}

/* Names the lists that the address is not on. */
static void
put_clear(struct buf *out, const struct evidence *e)
{
    size_t others = 0;
    unsigned levels = levels_that(e, is_asked);
    for (size_t i = 0; i < e->lists.count; i++) {
        const struct list_result *f = &e->lists.at[i];
        bool other = !f->list->part || (f->list->is_backscatterer && levels != ALL_LEVELS);
        others += other && f->list->scope != SCOPE_ALLOW && f->state == STATE_CLEAR;
    }
    if (levels != ALL_LEVELS) {
        buf_text(out, "Clear: not on ");
        if (levels)
            phrases_levels(out, levels);
        if (others > 0)
            buf_format(out, "%s%zu %slist%s that passed the self-test", levels ? ", nor on " : "", others,
                       levels ? "other " : "", others == 1 ? "" : "s");
        buf_text(out, levels ? "; no other level was asked." : ".");
    } else if (others == 0)
        buf_text(out, "Clear: on none of the three levels, and all three passed their self-test.");
    else
        buf_format(out, "Clear: on none of the three levels, nor on %zu other list%s; all passed their self-tests.",
                   others, others == 1 ? "" : "s");
}

void
headline_write(struct buf *out, const struct verdict *v, const char *lead, const struct evidence *e,
               const struct policy *policy)
{
    char text[ADDR_TEXT];
    bool levels = levels_that(e, is_asked) == ALL_LEVELS;
    addr_text(&e->address, text);
    if (e->reserved) {
        buf_format(out, "%s is not routable (%s): %s.", text, e->reserved,
                   is_test_point(e) ? "lists list it only so that they can be tested" : "no DNSBL can list it");
    } else if (evidence_lacks_blocklists(e)) {
        buf_text(out, "Cannot tell: no blocklist was chosen, only lists of good addresses.");
    } else if (evidence_is_unlistable(e) && !catalogue_level(e->catalogue, 1)->chosen) {
        buf_format(out, "None of the chosen lists knows IPv%d addresses such as %s.",
                   e->address.family == ADDR_V6 ? 6 : 4, text);
    } else if (evidence_is_unlistable(e)) {
        buf_format(out, "UCEPROTECT lists IPv4 addresses only: none of its levels can list %s.", text);
    } else if (e->offline && !evidence_has_zone_file(e)) {
        buf_text(out, "Cannot tell: nothing was asked (--offline).");
    } else if (v->pending) {
        pending(out, v, e, policy);
    } else if (v->state == VERDICT_UNKNOWN) {
        unknown(out, v, e, policy);
    } else if (v->causes) {
        put_lead(out, v, lead, e);
        clauses(out, v, e, policy);
        buf_text(out, v->listed || !levels || evidence_has_trouble(e) ? "" : "; none of the three levels does");
    } else if (list_result_is_listed(evidence_exemption(e))) {
        buf_text(out, "Exempt: registered at ips.whitelisted.org, so levels 2 and 3 do not apply; level 1 is clear.");
    } else if (e->offline) {
        buf_text(out, "Clear: in none of the zone files of the three levels.");
    } else {
        put_clear(out, e);
    }
    if (out->at[out->count - 1] != '.') /* names may end in a full stop */
        buf_byte(out, '.');
}

/* ---- the same in a few words ---- */

static void
put_actor(struct buf *out, const struct evidence *e, enum actor actor)
{
    if (actor == ACTOR_NET_OWNER)
        phrases_owner(out, e);
    else if (evidence_level3(e))
        phrases_isp(out, e, true);
    else
        phrases_short_holder(out, e->network.asn, e->network.org, parties_word(e, "your provider"));
}

/* Returns whether other lists, which another may have to end, are beside what the actor can end. */
static bool
is_one_of_several(const struct verdict *v, const struct evidence *e)
{
    list_results others;
    evidence_others(e, &others);
    bool several = others.count > !v->listed;
    vec_free(&others);
    return several;
}

/* Writes who can end the listing. Of a level that is not known it is not known either. */
static void
put_remedy(struct buf *out, const struct verdict *v, const struct evidence *e)
{
    size_t start = out->count;
    unsigned asking = levels_that(e, list_result_is_awaited), unknown = levels_that(e, list_result_is_trouble);
    if (asking || unknown) {
        buf_text(out, asking ? "Asking " : "Not known: ");
        phrases_levels(out, asking ? asking : unknown);
        buf_text(out, asking ? " ..." : ".");
    } else if (v->actor != ACTOR_UNKNOWN && v->actor != ACTOR_NOBODY) {
        buf_text(out, v->actor == ACTOR_YOU ? "You" : v->then || is_one_of_several(v, e) ? "" : "Only ");
        if (v->actor != ACTOR_YOU)
            put_actor(out, e, v->actor);
        buf_text(out, v->then ? ", then " : "");
        if (v->then)
            put_actor(out, e, v->then);
        buf_text(out, v->then ? ", can end it." : " can end it.");
        phrases_begin(out, start);
    }
}

/* Nothing is said of a level that is not known. */
static void
brief_unknown(struct buf *out, const struct verdict *v, const struct evidence *e)
{
    buf_text(out, "CANNOT TELL: ");
    if (e->offline && !evidence_has_zone_file(e))
        buf_text(out, "nothing was asked (--offline)");
    else if (e->rewritten)
        buf_text(out, "the resolver makes up answers");
    else if (evidence_resolver_trouble(e))
        phrases_resolver(out, e);
    else
        put_missing(out, e);
    if (v->listed) {
        buf_text(out, "; listed on ");
        phrases_levels(out, v->listed);
    }
    buf_byte(out, '.');
}

/* Writes the weightiest of the lists beside the levels, and how many more there are. */
static void
put_leader(struct buf *out, const struct evidence *e, const struct list_result *leader, bool itself, size_t more)
{
    list_words_short_name(out, leader);
    if (itself && more > 0)
        buf_format(out, " and %zu more", more);
    if (itself)
        return;
    buf_text(out, list_result_scope(leader) == SCOPE_POLICY ? " lists it by policy"
                                                            : parties_word(e, " lists your net or provider"));
    if (more > 0)
        buf_format(out, ", and %zu more %s it", more, more > 1 ? "list" : "lists");
}

/* Names the weightiest list beside the levels. */
static void
brief_others(struct buf *out, const struct verdict *v, const struct evidence *e)
{
    list_results others;
    evidence_others(e, &others);
    const struct list_result *leader = verdict_leader(v, &others);
    leader = leader || others.count == 0 ? leader : others.at[0];
    bool back = list_result_is_listed(evidence_backscatterer(e)), levels = levels_that(e, is_asked) == ALL_LEVELS;
    bool itself = v->state == VERDICT_DIRECT || (leader && list_result_scope(leader) == SCOPE_IP);
    bool named = leader && (!back || v->others & CAUSE_ADDRESS);
    if (itself && named && e->address.family == ADDR_V6 && leader->list->granularity < 128) {
        buf_format(out, "%s ", parties_word(e, "YOUR NET"));
        list_words_extent(out, leader, e);
        buf_text(out, ", ");
    } else {
        buf_format(out, itself ? "%s, " : "%s. ", parties_word(e, itself ? "YOU" : "NOT YOU"));
    }
    if (itself && named)
        buf_text(out, v->state == VERDICT_DIRECT ? "on " : "but only on ");
    if (named)
        put_leader(out, e, leader, itself, others.count - 1);
    if (back)
        buf_text(out, named ? ", and as a backscatterer" : "as a backscatterer");
    buf_text(out, v->listed                            ? "; also on "
                  : !levels || evidence_has_trouble(e) ? "."
                  : named && back                      ? "; on none of the three levels."
                                                       : ", on none of the three levels.");
    if (v->listed) {
        phrases_levels(out, v->listed);
        buf_byte(out, '.');
    }
    vec_free(&others);
}

/* Returns whether lists beside the levels matter most. */
static bool
is_about_others(const struct verdict *v, const struct evidence *e)
{
    list_results others;
    evidence_others(e, &others);
    const struct list_result *leader = verdict_leader(v, &others);
    bool about = v->causes && (!v->listed || (v->state == VERDICT_DIRECT && !(v->listed & CAUSE_ADDRESS)) ||
                               (leader && list_result_scope(leader) != SCOPE_IP));
    vec_free(&others);
    return about;
}

void
headline_write_brief(struct buf *out, struct buf *remedy, const struct verdict *v, const char *brief,
                     const struct evidence *e)
{
    static const char but[] = "{NOT YOU}. ";
    bool asked = !e->offline || evidence_has_zone_file(e);
    if (e->reserved) {
        buf_format(out, "NOT ROUTABLE (%s).", e->reserved);
        buf_text(remedy, "No DNSBL can list it.");
    } else if (evidence_lacks_blocklists(e)) {
        buf_text(out, "CANNOT TELL: no blocklist was chosen.");
    } else if (evidence_is_unlistable(e)) {
        buf_format(out, "NOT LISTABLE. These lists are IPv%d only.", e->address.family == ADDR_V6 ? 4 : 6);
    } else if (asked && v->pending) {
        buf_text(out, v->causes ? "SO FAR on " : "ASKING ");
        if (v->causes ? v->listed : levels_that(e, list_result_is_awaited))
            phrases_levels(out, v->causes ? v->listed : levels_that(e, list_result_is_awaited));
        else
            buf_text(out, v->causes ? "another list" : "the other lists");
        buf_text(out, v->causes ? "." : " ...");
        if (v->causes)
            put_remedy(remedy, v, e);
    } else if (!asked || v->state == VERDICT_UNKNOWN) {
        brief_unknown(out, v, e);
    } else if (is_about_others(v, e)) {
        brief_others(out, v, e);
        put_remedy(remedy, v, e);
    } else {
        unsigned levels = levels_that(e, is_asked);
        bool minor = v->causes & CAUSE_ADDRESS && v->state != VERDICT_DIRECT;
        bool denies = strncmp(brief, but, strlen(but)) == 0;
        phrases_put(out, minor && denies ? brief + strlen(but) : brief, e);
        if (v->causes)
            put_remedy(remedy, v, e);
        else if (list_result_is_listed(evidence_exemption(e)))
            buf_text(out, " Exempt: levels 2 and 3 do not apply.");
        else
            buf_text(out, e->offline             ? " In none of the zone files of the three levels."
                          : levels == ALL_LEVELS ? " On none of the three levels."
                          : levels               ? " Not every level was asked."
                                                 : " On none of the lists.");
    }
}

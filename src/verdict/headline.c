/* A headline is a lead, then a clause for each listing. */
#include "verdict/headline.h"

#include "base/text.h"
#include "verdict/phrases.h"

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
        buf_text(out, ", not your provider ");
        phrases_provider(out, e);
    }
}

static void
clauses(struct buf *out, const struct verdict *v, const struct evidence *e, const struct policy *policy)
{
    const char *then = "";
    char text[ADDR_TEXT];
    if (verdict_is_backscatter(v)) {
        buf_text(out, "ips.backscatterer.org lists it as a source of misdirected bounces");
        then = "; ";
    } else if (v->listed & CAUSE_ADDRESS) {
        buf_format(out, "%s is on level 1", addr_text(&e->address, text));
        then = "; ";
    }
    if (v->listed & CAUSE_ALLOCATION) {
        buf_text(out, then);
        clause_level2(out, e);
        then = "; ";
    }
    if (v->listed & CAUSE_PROVIDER) {
        buf_text(out, then);
        clause_level3(out, e, policy);
        then = "; ";
    }
    for (size_t i = 0; i < e->lists.count; i++)
        if (list_result_is_other(&e->lists.at[i])) {
            const struct list *list = e->lists.at[i].list;
            buf_format(out, "%s%s lists %s", then, list->zone,
                       list->scope == SCOPE_IP ? addr_text(&e->address, text) : list->covers);
            then = "; ";
        }
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
        buf_text(out, "Asking ");
    }
    if (levels)
        phrases_levels(out, levels);
    else
        buf_text(out, "the other lists");
    buf_text(out, " ...");
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
        phrases_troubles(out, e);
    if (v->causes) {
        buf_text(out, "; but ");
        clauses(out, v, e, policy);
    }
}

void
headline_write(struct buf *out, const struct verdict *v, const char *lead, const struct evidence *e,
               const struct policy *policy)
{
    char text[ADDR_TEXT];
    addr_text(&e->address, text);
    if (e->reserved) {
        buf_format(out, "%s is not routable (%s): %s.", text, e->reserved,
                   is_test_point(e) ? "lists list it only so that they can be tested" : "no DNSBL can list it");
    } else if (e->address.family != ADDR_V4 && !v->causes) {
        buf_format(out, "UCEPROTECT lists IPv4 addresses only: none of its levels can list %s.", text);
    } else if (e->offline && !evidence_has_zone_file(e)) {
        buf_text(out, "Cannot tell: nothing was asked (--offline).");
    } else if (v->pending) {
        pending(out, v, e, policy);
    } else if (v->state == VERDICT_UNKNOWN) {
        unknown(out, v, e, policy);
    } else if (v->causes) {
        bool itself = v->causes & CAUSE_ADDRESS && !(v->listed & CAUSE_ADDRESS);
        buf_format(out, "%s: ", itself ? "This address itself" : v->listed ? lead : "Not for what this address did");
        clauses(out, v, e, policy);
        buf_text(out, v->listed || evidence_has_trouble(e) ? "" : "; none of the three levels does");
    } else if (list_result_is_listed(evidence_exemption(e))) {
        buf_text(out, "Exempt: registered at ips.whitelisted.org, so levels 2 and 3 do not apply; level 1 is clear.");
    } else if (e->offline) {
        buf_text(out, "Clear: in none of the zone files of the three levels.");
    } else {
        buf_text(out, "Clear: on none of the three levels, and all three passed their self-test.");
    }
    if (out->at[out->count - 1] != '.') /* names may end in a full stop */
        buf_byte(out, '.');
}

/* ---- the same in a few words ---- */

static unsigned
levels_that(const struct evidence *e, bool (*are)(const struct list_result *))
{
    unsigned set = 0;
    for (unsigned i = 0; i < LIST_LEVELS; i++)
        set |= are(evidence_level(e, i + 1)) ? 1U << i : 0;
    return set;
}

static void
put_actor(struct buf *out, const struct evidence *e, enum actor actor)
{
    if (actor == ACTOR_NET_OWNER)
        phrases_owner(out, e);
    else if (evidence_level3(e))
        phrases_isp(out, e, true);
    else
        phrases_short_holder(out, e->network.asn, e->network.org, "your provider");
}

/* Writes who can end the listing. Of a level that is not known it is not known either. */
static void
put_remedy(struct buf *out, const struct verdict *v, const struct evidence *e)
{
    unsigned asking = levels_that(e, list_result_is_awaited), unknown = levels_that(e, list_result_is_trouble);
    if (asking || unknown) {
        buf_text(out, asking ? "Asking " : "Not known: ");
        phrases_levels(out, asking ? asking : unknown);
        buf_text(out, asking ? " ..." : ".");
    } else if (v->actor != ACTOR_UNKNOWN && v->actor != ACTOR_NOBODY) {
        buf_text(out, v->actor == ACTOR_YOU ? "You" : v->then ? "" : "Only ");
        if (v->actor != ACTOR_YOU)
            put_actor(out, e, v->actor);
        buf_text(out, v->then ? ", then " : "");
        if (v->then)
            put_actor(out, e, v->then);
        buf_text(out, v->then ? ", can end it." : " can end it.");
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
        phrases_troubles(out, e);
    if (v->listed) {
        buf_text(out, "; listed on ");
        phrases_levels(out, v->listed);
    }
    buf_byte(out, '.');
}

void
headline_write_brief(struct buf *out, struct buf *remedy, const struct verdict *v, const char *brief,
                     const struct evidence *e)
{
    bool itself = v->causes & CAUSE_ADDRESS && !(v->listed & CAUSE_ADDRESS);
    bool unlistable = e->address.family != ADDR_V4 && !v->causes, asked = !e->offline || evidence_has_zone_file(e);
    if (e->reserved) {
        buf_format(out, "NOT ROUTABLE (%s).", e->reserved);
        buf_text(remedy, "No DNSBL can list it.");
    } else if (unlistable) {
        buf_text(out, "NOT LISTABLE. These lists are IPv4 only.");
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
    } else if (itself || (v->causes && !v->listed)) {
        buf_text(out, verdict_is_backscatter(v) ? "YOU, as a backscatterer"
                      : itself                  ? "YOU, on another list"
                                                : "NOT YOU. Another list has your net or provider");
        buf_text(out, v->listed ? "; also on " : evidence_has_trouble(e) ? "." : ", on none of the three levels.");
        if (v->listed) {
            phrases_levels(out, v->listed);
            buf_byte(out, '.');
        }
        put_remedy(remedy, v, e);
    } else {
        buf_text(out, brief);
        if (v->causes)
            put_remedy(remedy, v, e);
        else if (list_result_is_listed(evidence_exemption(e)))
            buf_text(out, " Exempt: levels 2 and 3 do not apply.");
        else
            buf_text(out,
                     e->offline ? " In none of the zone files of the three levels." : " On none of the three levels.");
    }
}

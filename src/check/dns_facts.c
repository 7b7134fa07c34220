/* Two nets nest or are apart; sorted by address and the wider first, those around a prefix come widest first. */
#include "check/dns_facts.h"

#include "base/clock.h"
#include "base/text.h"

void
dns_facts_fini(struct dns_facts *dns_facts)
{
    vec_free(&dns_facts->nets);
    vec_free(&dns_facts->isps);
    vec_free(&dns_facts->networks);
}

static void
forget_ended(struct dns_facts *dns_facts, const struct evidence *e)
{
    size_t kept = 0;
    for (size_t i = 0; i < dns_facts->nets.count; i++) {
        const struct prefix *prefix = &dns_facts->nets.at[i].net.prefix;
        if (!prefix_holds(prefix, &e->address) || evidence_dns_net(e, prefix, NULL) != DNS_NET_ABSENT)
            dns_facts->nets.at[kept++] = dns_facts->nets.at[i];
    }
    dns_facts->version += kept < dns_facts->nets.count;
    dns_facts->nets.count = kept;
}

static bool
is_same(const struct dns_facts_net *a, const struct dns_facts_net *b)
{
    return prefix_equal(&a->net.prefix, &b->net.prefix) && a->net.kind == b->net.kind;
}

/* In the place of the same net, told before, or else in its order. */
static void
put(struct dns_facts *dns_facts, const struct dns_facts_net *net)
{
    size_t at = 0;
    while (at < dns_facts->nets.count && prefix_compare(&dns_facts->nets.at[at].net.prefix, &net->net.prefix) < 0)
        at++;
    while (at < dns_facts->nets.count && prefix_equal(&dns_facts->nets.at[at].net.prefix, &net->net.prefix) &&
           !is_same(&dns_facts->nets.at[at], net))
        at++;
    bool known = at < dns_facts->nets.count && is_same(&dns_facts->nets.at[at], net);
    if (known && dns_facts->nets.at[at].at_ms >= net->at_ms)
        return;
    if (!known) {
        vec_push(&dns_facts->nets, *net);
        for (size_t i = dns_facts->nets.count - 1; i > at; i--)
            dns_facts->nets.at[i] = dns_facts->nets.at[i - 1];
    }
    dns_facts->nets.at[at] = *net;
    dns_facts->version++;
}

/* ---- providers ---- */

static void
put_isp(struct dns_facts *dns_facts, const struct dns_facts_provider *isp)
{
    size_t at = 0;
    while (at < dns_facts->isps.count && dns_facts->isps.at[at].asn != isp->asn)
        at++;
    if (at == dns_facts->isps.count)
        vec_push(&dns_facts->isps, *isp);
    else if (isp->at_ms > dns_facts->isps.at[at].at_ms)
        dns_facts->isps.at[at] = *isp;
}

/* That an exempt address is not listed says nothing of its provider. */
static void
take_isp(struct dns_facts *dns_facts, const struct evidence *e)
{
    const struct list_result *level3 = evidence_level(e, 3);
    const struct listing *text = evidence_level3(e);
    uint32_t named = text ? text->holder.asn : 0, origin = e->network.asn;
    if (level3->source != SOURCE_DNS || level3->pending || !list_state_is_known(level3->state) ||
        e->address.family != ADDR_V4)
        return;
    bool listed = level3->state == STATE_LISTED;
    struct dns_facts_provider isp = {.score = -1, .asked = e->address, .at_ms = level3->answered_ms};
    if (listed && named != 0) {
        isp.asn = named;
        isp.listed = true;
        isp.score = text->form == LISTING_L3 ? text->score : -1;
        put_isp(dns_facts, &isp);
    }
    if (origin == 0 || origin == named || (listed ? named == 0 : list_result_is_listed(evidence_exemption(e))))
        return;
    isp = (struct dns_facts_provider){
        .asn = origin, .other = named, .score = -1, .asked = e->address, .at_ms = level3->answered_ms};
    put_isp(dns_facts, &isp);
}

static void
take_network(struct dns_facts *dns_facts, const struct evidence *e)
{
    const struct network *network = &e->network;
    const struct listing *text = evidence_level3(e);
    struct dns_facts_network found = {.prefix = prefix_around(&e->address, 32)};
    if (e->address.family != ADDR_V4)
        return;
    if (network->source == NETWORK_CYMRU && network->asn != 0 && network->has_bgp) {
        found.prefix = network->bgp;
        found.asn = network->asn;
    } else if (network->asn == 0 && !network->pending && text) {
        found.asn = text->holder.asn;
        found.by_level3 = true;
    }
    for (size_t i = 0; i < dns_facts->networks.count; i++)
        if (prefix_equal(&dns_facts->networks.at[i].prefix, &found.prefix)) {
            dns_facts->networks.at[i] = found.asn ? found : dns_facts->networks.at[i];
            return;
        }
    if (found.asn != 0)
        vec_push(&dns_facts->networks, found);
}

const struct dns_facts_provider *
dns_facts_provider(const struct dns_facts *dns_facts, uint32_t asn)
{
    for (size_t i = 0; i < dns_facts->isps.count; i++)
        if (dns_facts->isps.at[i].asn == asn)
            return &dns_facts->isps.at[i];
    return NULL;
}

void
dns_facts_provider_sentence(const struct dns_facts *dns_facts, uint32_t asn, struct buf *out)
{
    const struct dns_facts_provider *isp = dns_facts_provider(dns_facts, asn);
    char asked[ADDR_TEXT];
    if (!isp)
        return;
    addr_text(&isp->asked, asked);
    if (isp->listed)
        buf_text(out, "Level 3 lists it");
    else if (isp->other != 0)
        buf_format(out, "Level 3 does not list it, but AS%u around it", isp->other);
    else
        buf_format(out, "Level 3 does not list %s, which it announces", asked);
    if (isp->listed && isp->score >= 0)
        buf_format(out, " with a spamscore of %.1f", isp->score);
    buf_text(out, ", said the DNS");
    if (isp->listed || isp->other != 0)
        buf_format(out, " of %s", asked);
    buf_byte(out, ' ');
    text_duration(out, clock_wall_ms() - isp->at_ms);
    buf_text(out, isp->listed ? " ago: another address here does not help against that." : " ago.");
}

const struct dns_facts_network *
dns_facts_network(const struct dns_facts *dns_facts, const struct prefix *prefix)
{
    const struct dns_facts_network *best = NULL;
    for (size_t i = 0; i < dns_facts->networks.count; i++) {
        const struct dns_facts_network *n = &dns_facts->networks.at[i];
        if (prefix_covers(&n->prefix, prefix) && (!best || n->prefix.length > best->prefix.length))
            best = n;
    }
    return best;
}

/* ---- all of it ---- */

void
dns_facts_take(struct dns_facts *dns_facts, const struct evidence *e)
{
    take_isp(dns_facts, e);
    take_network(dns_facts, e);
    const struct list_result *level2 = evidence_level(e, 2);
    if (level2->source != SOURCE_DNS || level2->pending)
        return;
    forget_ended(dns_facts, e);
    for (size_t i = 0; i < e->nets.count && level2->state == STATE_LISTED; i++)
        if (!e->nets.at[i].from_zone)
            put(dns_facts, &(struct dns_facts_net){e->nets.at[i], level2->answered_ms});
}

int64_t
dns_facts_nets(const struct dns_facts *dns_facts, const struct prefix *prefix, density_nets *out)
{
    int64_t oldest_ms = 0;
    for (size_t i = 0; i < dns_facts->nets.count; i++) {
        const struct dns_facts_net *net = &dns_facts->nets.at[i];
        if (!prefix_overlaps(&net->net.prefix, prefix))
            continue;
        vec_push(out, net->net);
        if (oldest_ms == 0 || net->at_ms < oldest_ms)
            oldest_ms = net->at_ms;
    }
    return oldest_ms;
}

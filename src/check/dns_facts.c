#include "check/dns_facts.h"

#include "base/clock.h"
#include "base/text.h"

/* ---- nets ---- */

/* Replaces the same net when it is newer, or inserts it in order. Two nets nest or are apart: sorted by address, wider
 * first, those around a prefix come widest first. */
static void
put_net(struct dns_facts *facts, const struct dns_facts_net *net)
{
    size_t at = 0;
    for (; at < facts->nets.count; at++) {
        struct dns_facts_net *known = &facts->nets.at[at];
        int order = prefix_compare(&known->net.prefix, &net->net.prefix);
        if (order > 0)
            break;
        if (order < 0 || known->net.kind != net->net.kind)
            continue;
        if (known->at_ms < net->at_ms) {
            *known = *net;
            facts->version++;
        }
        return;
    }
    vec_push(&facts->nets, *net);
    for (size_t i = facts->nets.count - 1; i > at; i--)
        facts->nets.at[i] = facts->nets.at[i - 1];
    facts->nets.at[at] = *net;
    facts->version++;
}

int64_t
dns_facts_nets(const struct dns_facts *facts, const struct prefix *prefix, density_nets *out)
{
    int64_t oldest_ms = 0;
    for (size_t i = 0; i < facts->nets.count; i++) {
        const struct dns_facts_net *net = &facts->nets.at[i];
        if (!prefix_overlaps(&net->net.prefix, prefix))
            continue;
        vec_push(out, net->net);
        if (oldest_ms == 0 || net->at_ms < oldest_ms)
            oldest_ms = net->at_ms;
    }
    return oldest_ms;
}

/* ---- providers ---- */

static void
put_provider(struct dns_facts *facts, const struct dns_facts_provider *provider)
{
    size_t at = 0;
    while (at < facts->providers.count && facts->providers.at[at].asn != provider->asn)
        at++;
    if (at == facts->providers.count)
        vec_push(&facts->providers, *provider);
    else if (provider->at_ms > facts->providers.at[at].at_ms)
        facts->providers.at[at] = *provider;
}

/* Level 3 lists the AS that its text names. The origin AS, if it is another, or if level 3 is clear, is not listed;
 * but an exempt address that is clear tells nothing about its provider. */
static void
take_provider(struct dns_facts *facts, const struct evidence *e)
{
    const struct list_result *level3 = evidence_level(e, 3);
    const struct listing *text = evidence_level3(e);
    uint32_t named = text ? text->holder.asn : 0, origin = e->network.asn;
    if (level3->source != SOURCE_DNS || level3->pending || !list_state_is_known(level3->state) ||
        e->address.family != ADDR_V4)
        return;
    bool listed = level3->state == STATE_LISTED;
    struct dns_facts_provider provider = {.score = -1, .asked = e->address, .at_ms = level3->answered_ms};
    if (listed && named != 0) {
        provider.asn = named;
        provider.listed = true;
        provider.score = text->form == LISTING_L3 ? text->score : -1;
        put_provider(facts, &provider);
    }
    if (origin == 0 || origin == named || (listed ? named == 0 : list_result_is_listed(evidence_exemption(e))))
        return;
    provider = (struct dns_facts_provider){
        .asn = origin, .other = named, .score = -1, .asked = e->address, .at_ms = level3->answered_ms};
    put_provider(facts, &provider);
}

const struct dns_facts_provider *
dns_facts_provider(const struct dns_facts *facts, uint32_t asn)
{
    for (size_t i = 0; i < facts->providers.count; i++)
        if (facts->providers.at[i].asn == asn)
            return &facts->providers.at[i];
    return NULL;
}

enum level3
dns_facts_level3(const struct dns_facts *facts, uint32_t asn)
{
    const struct dns_facts_provider *provider = dns_facts_provider(facts, asn);
    return !provider || provider->other ? LEVEL3_UNKNOWN : provider->listed ? LEVEL3_OWN : LEVEL3_ABSENT;
}

void
dns_facts_provider_sentence(const struct dns_facts *facts, uint32_t asn, struct buf *out)
{
    const struct dns_facts_provider *provider = dns_facts_provider(facts, asn);
    char asked[ADDR_TEXT];
    if (!provider)
        return;
    addr_text(&provider->asked, asked);
    if (provider->listed)
        buf_text(out, "Level 3 lists it");
    else if (provider->other != 0)
        buf_format(out, "Level 3 does not list it, but lists AS%u around it", provider->other);
    else
        buf_format(out, "Level 3 does not list %s, which it announces", asked);
    if (provider->listed && provider->score >= 0)
        buf_format(out, " with a spamscore of %.1f", provider->score);
    buf_text(out, " (DNS");
    if (provider->listed || provider->other != 0)
        buf_format(out, " for %s", asked);
    buf_text(out, ", ");
    text_duration(out, clock_wall_ms() - provider->at_ms);
    buf_text(out, " ago).");
}

/* ---- origins ---- */

static void
take_network(struct dns_facts *facts, const struct evidence *e)
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
    if (found.asn == 0)
        return;
    for (size_t i = 0; i < facts->networks.count; i++)
        if (prefix_equal(&facts->networks.at[i].prefix, &found.prefix)) {
            facts->networks.at[i] = found;
            return;
        }
    vec_push(&facts->networks, found);
}

const struct dns_facts_network *
dns_facts_network(const struct dns_facts *facts, const struct prefix *prefix)
{
    const struct dns_facts_network *best = NULL;
    for (size_t i = 0; i < facts->networks.count; i++) {
        const struct dns_facts_network *n = &facts->networks.at[i];
        if (prefix_covers(&n->prefix, prefix) && (!best || n->prefix.length > best->prefix.length))
            best = n;
    }
    return best;
}

void
dns_facts_take(struct dns_facts *facts, const struct evidence *e)
{
    take_provider(facts, e);
    take_network(facts, e);
    const struct list_result *level2 = evidence_level(e, 2);
    if (level2->source != SOURCE_DNS || level2->pending)
        return;
    size_t kept = 0; /* nets around the address that level 2 no longer lists have ended */
    for (size_t i = 0; i < facts->nets.count; i++) {
        const struct prefix *prefix = &facts->nets.at[i].net.prefix;
        if (!prefix_holds(prefix, &e->address) || evidence_dns_net(e, prefix, NULL) != DNS_NET_ABSENT)
            facts->nets.at[kept++] = facts->nets.at[i];
    }
    facts->version += kept < facts->nets.count;
    facts->nets.count = kept;
    for (size_t i = 0; i < e->nets.count && level2->state == STATE_LISTED; i++)
        if (!e->nets.at[i].from_zone)
            put_net(facts, &(struct dns_facts_net){e->nets.at[i], level2->answered_ms});
}

/* Two nets nest or are apart; sorted by address and the wider first, those around a prefix come widest first. */
#include "check/heard.h"

#include "base/clock.h"
#include "base/text.h"

void
heard_fini(struct heard *heard)
{
    vec_free(&heard->nets);
    vec_free(&heard->isps);
    vec_free(&heard->networks);
}

static void
forget_ended(struct heard *heard, const struct evidence *e)
{
    size_t kept = 0;
    for (size_t i = 0; i < heard->nets.count; i++) {
        const struct prefix *prefix = &heard->nets.at[i].net.prefix;
        if (!prefix_holds(prefix, &e->address) || evidence_told(e, prefix, NULL) != TOLD_ABSENT)
            heard->nets.at[kept++] = heard->nets.at[i];
    }
    heard->version += kept < heard->nets.count;
    heard->nets.count = kept;
}

static bool
is_same(const struct heard_net *a, const struct heard_net *b)
{
    return prefix_equal(&a->net.prefix, &b->net.prefix) && a->net.kind == b->net.kind;
}

/* In the place of the same net, told before, or else in its order. */
static void
put(struct heard *heard, const struct heard_net *net)
{
    size_t at = 0;
    while (at < heard->nets.count && prefix_compare(&heard->nets.at[at].net.prefix, &net->net.prefix) < 0)
        at++;
    while (at < heard->nets.count && prefix_equal(&heard->nets.at[at].net.prefix, &net->net.prefix) &&
           !is_same(&heard->nets.at[at], net))
        at++;
    bool known = at < heard->nets.count && is_same(&heard->nets.at[at], net);
    if (known && heard->nets.at[at].at_ms >= net->at_ms)
        return;
    if (!known) {
        vec_push(&heard->nets, *net);
        for (size_t i = heard->nets.count - 1; i > at; i--)
            heard->nets.at[i] = heard->nets.at[i - 1];
    }
    heard->nets.at[at] = *net;
    heard->version++;
}

/* ---- providers ---- */

static void
put_isp(struct heard *heard, const struct heard_isp *isp)
{
    size_t at = 0;
    while (at < heard->isps.count && heard->isps.at[at].asn != isp->asn)
        at++;
    if (at == heard->isps.count)
        vec_push(&heard->isps, *isp);
    else if (isp->at_ms > heard->isps.at[at].at_ms)
        heard->isps.at[at] = *isp;
}

/* That an exempt address is not listed says nothing of its provider. */
static void
take_isp(struct heard *heard, const struct evidence *e)
{
    const struct finding *level3 = &e->lists[LIST_LEVEL3];
    const struct listing *text = evidence_level3(e);
    uint32_t named = text ? text->holder.asn : 0, announcer = e->network.asn;
    if (level3->source != SOURCE_DNS || !state_is_known(level3->state) || e->address.family != ADDR_V4)
        return;
    bool listed = level3->state == STATE_LISTED;
    struct heard_isp isp = {.score = -1, .asked = e->address, .at_ms = level3->answered_ms};
    if (listed && named != 0) {
        isp.asn = named;
        isp.listed = true;
        isp.score = text->form == LISTING_L3 ? text->score : -1;
        put_isp(heard, &isp);
    }
    if (announcer == 0 || announcer == named || (listed ? named == 0 : evidence_is_listed(e, LIST_EXEMPTION)))
        return;
    isp = (struct heard_isp){
        .asn = announcer, .other = named, .score = -1, .asked = e->address, .at_ms = level3->answered_ms};
    put_isp(heard, &isp);
}

static void
take_network(struct heard *heard, const struct evidence *e)
{
    const struct network *network = &e->network;
    const struct listing *text = evidence_level3(e);
    struct heard_network found = {.prefix = prefix_around(&e->address, 32)};
    if (e->address.family != ADDR_V4)
        return;
    if (network->source == NETWORK_CYMRU && network->asn != 0 && network->has_bgp) {
        found.prefix = network->bgp;
        found.asn = network->asn;
    } else if (network->asn == 0 && !network->pending && text) {
        found.asn = text->holder.asn;
        found.by_level3 = true;
    }
    for (size_t i = 0; i < heard->networks.count; i++)
        if (prefix_equal(&heard->networks.at[i].prefix, &found.prefix)) {
            heard->networks.at[i] = found.asn ? found : heard->networks.at[i];
            return;
        }
    if (found.asn != 0)
        vec_push(&heard->networks, found);
}

const struct heard_isp *
heard_isp(const struct heard *heard, uint32_t asn)
{
    for (size_t i = 0; i < heard->isps.count; i++)
        if (heard->isps.at[i].asn == asn)
            return &heard->isps.at[i];
    return NULL;
}

void
heard_isp_sentence(const struct heard *heard, uint32_t asn, struct buf *out)
{
    const struct heard_isp *isp = heard_isp(heard, asn);
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

const struct heard_network *
heard_network(const struct heard *heard, const struct prefix *prefix)
{
    const struct heard_network *best = NULL;
    for (size_t i = 0; i < heard->networks.count; i++) {
        const struct heard_network *n = &heard->networks.at[i];
        if (prefix_covers(&n->prefix, prefix) && (!best || n->prefix.length > best->prefix.length))
            best = n;
    }
    return best;
}

/* ---- all of it ---- */

void
heard_take(struct heard *heard, const struct evidence *e)
{
    take_isp(heard, e);
    take_network(heard, e);
    const struct finding *level2 = &e->lists[LIST_LEVEL2];
    if (level2->source != SOURCE_DNS)
        return;
    forget_ended(heard, e);
    for (size_t i = 0; i < e->nets.count && level2->state == STATE_LISTED; i++)
        if (!e->nets.at[i].from_zone)
            put(heard, &(struct heard_net){e->nets.at[i], level2->answered_ms});
}

int64_t
heard_nets(const struct heard *heard, const struct prefix *prefix, density_nets *out)
{
    int64_t oldest_ms = 0;
    for (size_t i = 0; i < heard->nets.count; i++) {
        const struct heard_net *net = &heard->nets.at[i];
        if (!prefix_overlaps(&net->net.prefix, prefix))
            continue;
        vec_push(out, net->net);
        if (oldest_ms == 0 || net->at_ms < oldest_ms)
            oldest_ms = net->at_ms;
    }
    return oldest_ms;
}

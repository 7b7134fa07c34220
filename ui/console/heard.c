/* Two nets nest or are apart; sorted by address and the wider first, those around a prefix come widest first. */
#include "heard.h"

void
heard_fini(struct heard *heard)
{
    vec_free(&heard->nets);
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

void
heard_take(struct heard *heard, const struct evidence *e)
{
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

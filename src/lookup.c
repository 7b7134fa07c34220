#include "lookup.h"

#include "density.h"
#include "text.h"

#include <stdlib.h>

enum { ROWS = 64, SLASH24 = 256 };

static void
look_up_local(struct evidence *e, const struct zones *zones, enum list_id id, uint32_t address)
{
    const struct zonefile *file = zones_at(zones, id);
    struct local *local = &e->local[id];
    *local = (struct local){.have = file != NULL};
    if (!file)
        return;
    local->state = zonefile_lists(file, address) ? STATE_LISTED : STATE_CLEAR;
    local->serial = zonefile_serial(file);
}

/* The finding as if the zone had been asked. */
static void
take_finding(struct evidence *e, const struct zones *zones, enum list_id id, uint32_t address)
{
    const struct zonefile *file = zones_at(zones, id);
    struct finding *f = &e->lists[id];
    struct zonefile_row rows[ROWS];
    finding_clear_answer(f);
    finding_clear_texts(f);
    free(f->detail);
    f->detail = NULL;
    f->source = SOURCE_ZONE;
    f->state = e->local[id].state;
    f->serial = e->local[id].serial;
    size_t count = zonefile_answer(file, address, rows, ROWS);
    for (size_t i = 0; i < count && i < ROWS; i++) {
        struct buf raw = {0};
        struct listing text;
        zonefile_text(file, &rows[i], address, &raw);
        char *clean = text_clean_copy(buf_string(&raw), raw.count);
        listing_parse(clean, &text);
        vec_push(&f->txt, clean);
        vec_push(&f->texts, text);
        buf_free(&raw);
    }
}

static bool
has_net(const struct evidence *e, const struct prefix *prefix)
{
    for (size_t i = 0; i < e->nets.count; i++)
        if (prefix_equal(&e->nets.at[i].prefix, prefix))
            return true;
    return false;
}

/* The narrowest of rbldnsd's keys that a net of this length has rows under. */
static unsigned
key_of(unsigned length)
{
    return (length + 7) / 8;
}

/* Whether the DNS is silent of the net though it is listed: it answers with all rows of one key, so what is missing
 * beside them under that key has ended, or is newer, unless the answer was cut. */
static bool
may_be_hidden(const struct evidence *e, const struct net *net, unsigned answered_key)
{
    return e->offline || key_of(net->prefix.length) < answered_key || evidence_may_be_cut(e);
}

void
lookup_hidden_nets(struct evidence *e, const struct zones *zones, const struct policy *policy)
{
    struct prefix self = prefix_around(&e->address, 32);
    density_nets around = {0};
    unsigned answered_key = e->nets.count > 0 ? key_of(e->nets.at[0].prefix.length) : 0;
    if (!e->local[LIST_LEVEL2].have || e->local[LIST_LEVEL2].state != STATE_LISTED)
        return;
    density_nets_around(&around, zones, policy, &self);
    for (size_t i = 0; i < around.count; i++) {
        struct net net = around.at[i];
        if (has_net(e, &net.prefix) || !may_be_hidden(e, &net, answered_key))
            continue;
        net.from_zone = true;
        size_t at = e->nets.count;
        vec_push(&e->nets, net);
        for (; at > 0 && e->nets.at[at - 1].prefix.length < net.prefix.length; at--)
            e->nets.at[at] = e->nets.at[at - 1];
        e->nets.at[at] = net;
    }
    vec_free(&around);
}

static void
look_around(struct evidence *e, const struct zones *zones, const struct policy *policy, uint32_t address)
{
    struct prefix around = prefix_around(&e->address, 24);
    struct neighbour found[SLASH24];
    const struct network *n = &e->network;
    ladder_fini(&e->ladder);
    vec_clear(&e->neighbours);
    e->has_density = zones_at(zones, LIST_LEVEL1) != NULL;
    if (!e->has_density)
        return;
    density_ladder(&e->ladder, zones, policy, address, n->has_bgp ? &n->bgp : n->has_record ? &n->record : NULL);
    size_t count = density_neighbours(zones, &around, 0, found, SLASH24);
    for (size_t i = 0; i < count; i++)
        vec_push(&e->neighbours, found[i]);
}

void
lookup_zones(struct evidence *e, const struct zones *zones, const struct policy *policy)
{
    if (e->address.family != ADDR_V4 || e->reserved)
        return;
    uint32_t address = addr_to_v4(&e->address);
    for (size_t i = 0; i < LIST_COUNT; i++) {
        look_up_local(e, zones, (enum list_id)i, address);
        if (e->offline && e->local[i].have)
            take_finding(e, zones, (enum list_id)i, address);
        else if (e->offline && !e->lists[i].detail)
            e->lists[i].detail = mem_copy("there is no zone file of it");
    }
    if (e->offline) {
        vec_clear(&e->nets);
        lookup_hidden_nets(e, zones, policy);
    }
    look_around(e, zones, policy, address);
}

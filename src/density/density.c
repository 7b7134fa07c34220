#include "density/density.h"

#include "base/sort.h"
#include "zones/zone_listing.h"

enum { ROWS = 64 };

/* ---- level 1 addresses ---- */

/* Returns the sorted level 1 addresses inside a prefix, test record included. */
static const uint32_t *
addresses_in(const struct zone_set *zones, const struct prefix *prefix, size_t *count)
{
    const struct zone_file *level1 = zone_set_level(zones, 1);
    uint32_t first = addr_to_v4(&prefix->addr), last = first + (uint32_t)(prefix_size(prefix) - 1);
    size_t from = 0, all;
    *count = level1 ? zone_file_count(level1, first, last, &from) : 0;
    return *count > 0 ? zone_file_addresses(level1, &all) + from : NULL;
}

size_t
density_listed(const struct zone_set *zones, const struct prefix *prefix)
{
    size_t count, at;
    const uint32_t *addresses = addresses_in(zones, prefix, &count);
    sort_search(at, 0, count, addresses[at] < DENSITY_TEST_POINT);
    return count - (at < count && addresses[at] == DENSITY_TEST_POINT);
}

void
density_blocks_of(density_blocks *out, const struct zone_set *zones, const struct prefix *prefix)
{
    size_t count;
    const uint32_t *addresses = addresses_in(zones, prefix, &count);
    for (size_t i = 0; i < count; i++) {
        struct addr address = addr_from_v4(addresses[i]);
        struct prefix block = prefix->length > 24 ? *prefix : prefix_around(&address, 24);
        if (addresses[i] == DENSITY_TEST_POINT)
            continue;
        if (out->count == 0 || !prefix_equal(&out->at[out->count - 1].prefix, &block))
            vec_push(out, ((struct block){.prefix = block}));
        out->at[out->count - 1].listed++;
    }
}

size_t
density_neighbours(const struct zone_set *zones, const struct prefix *prefix, size_t from, struct neighbour *out,
                   size_t room)
{
    const struct catalogue *catalogue = zone_set_catalogue(zones);
    const struct zone_file *exempt = zone_set_at(zones, catalogue_exemption(catalogue)),
                           *backscatterer = zone_set_at(zones, catalogue_backscatterer(catalogue));
    size_t count, put = 0, place = 0;
    const uint32_t *addresses = addresses_in(zones, prefix, &count);
    for (size_t i = 0; i < count && put < room; i++) {
        if (addresses[i] == DENSITY_TEST_POINT || place++ < from)
            continue;
        out[put++] = (struct neighbour){
            .address = addresses[i],
            .exempt = exempt && zone_file_lists(exempt, addresses[i]),
            .backscatterer = backscatterer && zone_file_lists(backscatterer, addresses[i]),
        };
    }
    return put;
}

/* ---- level 2 nets ---- */

struct listed_net
density_net_of(const struct zone_file *file, const struct zone_file_row *row, const struct policy *policy)
{
    struct zone_listing said = {0};
    zone_listing_read(&said, file, row, addr_to_v4(&row->prefix.addr));
    const struct listing *text = &said.listing;
    bool named = text->net.addr.family && prefix_covers(&text->net, &row->prefix);
    struct listed_net net = {
        .prefix = named ? text->net : row->prefix,
        .kind = text->kind,
        .permanent = text->form == LISTING_L2_PERMANENT,
        .impacts = text->form == LISTING_L2 ? text->impacts : LISTING_UNKNOWN,
        .abusers = text->form == LISTING_L2_OLD ? text->abusers : LISTING_UNKNOWN,
        .holder = text->holder,
    };
    zone_listing_fini(&said);
    net.limit = policy_limit(policy, net.prefix.length);
    return net;
}

/* A range that is not a prefix comes as several rows with one text, which may name a net around them all. Only nets
 * inside that net lie between those rows. */
static void
add_net(density_nets *out, const struct listed_net *net)
{
    for (size_t i = out->count; i > 0 && prefix_covers(&net->prefix, &out->at[i - 1].prefix); i--)
        if (prefix_equal(&out->at[i - 1].prefix, &net->prefix))
            return;
    vec_push(out, *net);
}

void
density_nets_around(density_nets *out, const struct zone_set *zones, const struct policy *policy,
                    const struct prefix *prefix)
{
    const struct zone_file *level2 = zone_set_level(zones, 2);
    struct zone_file_row rows[ROWS];
    size_t count = level2 ? zone_file_find(level2, addr_to_v4(&prefix->addr), rows, ROWS) : 0;
    for (size_t i = 0; i < count && i < ROWS; i++) {
        if (rows[i].excluded || !prefix_covers(&rows[i].prefix, prefix))
            continue;
        struct listed_net net = density_net_of(level2, &rows[i], policy);
        add_net(out, &net);
    }
}

void
density_nets_inside(density_nets *out, const struct zone_set *zones, const struct policy *policy,
                    const struct prefix *prefix)
{
    const struct zone_file *level2 = zone_set_level(zones, 2);
    size_t count = level2 ? zone_file_row_count(level2) : 0;
    uint32_t first = addr_to_v4(&prefix->addr), last = first + (uint32_t)(prefix_size(prefix) - 1);
    for (size_t i = level2 ? zone_file_row_from(level2, first) : 0; i < count; i++) {
        struct zone_file_row row = zone_file_row_at(level2, i);
        if (addr_to_v4(&row.prefix.addr) > last)
            return;
        if (row.prefix.length <= prefix->length)
            continue; /* equals or holds the prefix: density_nets_around */
        struct listed_net net = density_net_of(level2, &row, policy);
        add_net(out, &net);
    }
}

const struct listed_net *
density_outermost(const density_nets *nets, enum density_kind kind)
{
    const struct listed_net *widest = NULL;
    for (size_t i = 0; i < nets->count; i++) {
        const struct listed_net *net = &nets->at[i];
        bool wanted = kind == DENSITY_WITH_IMPACTS ? net->impacts != LISTING_UNKNOWN
                      : kind == DENSITY_PERMANENT  ? net->permanent
                                                   : true;
        if (wanted && !net->stale && (!widest || net->prefix.length <= widest->prefix.length))
            widest = net;
    }
    return widest;
}

const struct listed_net *
density_deciding(const density_nets *nets)
{
    static const enum density_kind kinds[] = {DENSITY_WITH_IMPACTS, DENSITY_PERMANENT, DENSITY_ANY};
    const struct listed_net *most = NULL;
    for (size_t i = 0; i < nets->count; i++) {
        const struct listed_net *net = &nets->at[i];
        if (!net->stale && listed_net_times(net) > (most ? listed_net_times(most) : 0))
            most = net;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && !most; i++)
        most = density_outermost(nets, kinds[i]);
    return most;
}

int64_t
density_beyond_listed(const struct zone_set *zones, const struct listed_net *net)
{
    int64_t listed = (int64_t)density_listed(zones, &net->prefix);
    return net->impacts > listed ? net->impacts - listed : 0;
}

/* Returns a lower bound of the impacts in an unpublished prefix: the impacts of the outermost nets inside it, plus one
 * for each address listed outside them. */
static int64_t
least_impacts(const struct zone_set *zones, const struct policy *policy, const struct prefix *prefix)
{
    const struct prefix *outermost = NULL;
    int64_t least = (int64_t)density_listed(zones, prefix);
    density_nets nets = {0};
    density_nets_inside(&nets, zones, policy, prefix);
    for (size_t i = 0; i < nets.count; i++) {
        if (outermost && prefix_covers(outermost, &nets.at[i].prefix))
            continue;
        least += density_beyond_listed(zones, &nets.at[i]);
        outermost = &nets.at[i].prefix;
    }
    vec_free(&nets);
    return least;
}

/* ---- the ladder ---- */

static struct rung *
rung_of(struct ladder *ladder, const struct prefix *prefix)
{
    size_t at = 0;
    while (at < ladder->rungs.count && ladder->rungs.at[at].prefix.length > prefix->length)
        at++;
    if (at < ladder->rungs.count && prefix_equal(&ladder->rungs.at[at].prefix, prefix))
        return &ladder->rungs.at[at];
    struct rung rung = {.prefix = *prefix, .impacts = LISTING_UNKNOWN};
    vec_push(&ladder->rungs, rung);
    for (size_t i = ladder->rungs.count - 1; i > at; i--)
        ladder->rungs.at[i] = ladder->rungs.at[i - 1];
    ladder->rungs.at[at] = rung;
    return &ladder->rungs.at[at];
}

void
density_publish(struct ladder *ladder, const struct zone_set *zones, const struct policy *policy,
                const struct listed_net *net)
{
    struct rung *rung = rung_of(ladder, &net->prefix);
    rung->published = true;
    rung->unknown = false;
    rung->permanent = net->permanent;
    rung->impacts = net->impacts;
    rung->net = *net;
    rung->listed = density_listed(zones, &rung->prefix);
    rung->limit = policy_limit(policy, rung->prefix.length);
    for (size_t i = 0; i < ladder->rungs.count; i++) { /* wider rungs include the net's impacts */
        struct rung *wider = &ladder->rungs.at[i];
        if (prefix_covers(&wider->prefix, &net->prefix) && wider->least < net->impacts)
            wider->least = net->impacts;
    }
}

void
density_ladder(struct ladder *out, const struct zone_set *zones, const struct policy *policy, uint32_t address,
               const struct prefix *record)
{
    struct addr addr = addr_from_v4(address);
    struct prefix self = prefix_around(&addr, 32), block = prefix_around(&addr, 24);
    density_nets nets = {0};
    vec_clear(&out->rungs);
    rung_of(out, &self);
    rung_of(out, &block);
    if (record)
        rung_of(out, record)->announced = true;
    for (size_t i = 0; i < out->rungs.count; i++) {
        struct rung *rung = &out->rungs.at[i];
        rung->unknown = !zone_set_level(zones, 2);
        rung->listed = density_listed(zones, &rung->prefix);
        rung->limit = policy_limit(policy, rung->prefix.length);
        rung->least = least_impacts(zones, policy, &rung->prefix);
    }
    density_nets_around(&nets, zones, policy, &self);
    for (size_t i = 0; i < nets.count; i++)
        density_publish(out, zones, policy, &nets.at[i]);
    vec_free(&nets);
}

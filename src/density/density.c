#include "density/density.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/sort.h"
#include "zones/zone_listing.h"

#include <math.h>
#include <stdlib.h>

enum { ROWS = 64, TEST_POINT = 0x7F000002 /* 127.0.0.2: a zone's test record is not a listing */ };

/* Ratios of estimated to needed impacts beyond which the estimate is sure, measured on the zones of summer 2026. */
static const double OVER_FROM = 1.5, UNDER_BELOW = 0.67;

/* ---- level 1 addresses ---- */

static uint32_t
first_of(const struct prefix *prefix)
{
    return addr_to_v4(&prefix->addr);
}

static uint32_t
last_of(const struct prefix *prefix)
{
    return first_of(prefix) + (uint32_t)(prefix_size(prefix) - 1);
}

/* Returns the sorted level 1 addresses inside a prefix, test record included. */
static const uint32_t *
addresses_in(const struct zone_set *zones, const struct prefix *prefix, size_t *count)
{
    const struct zone_file *level1 = zone_set_level(zones, 1);
    size_t from = 0, all;
    *count = level1 ? zone_file_count(level1, first_of(prefix), last_of(prefix), &from) : 0;
    return *count > 0 ? zone_file_addresses(level1, &all) + from : NULL;
}

size_t
density_listed(const struct zone_set *zones, const struct prefix *prefix)
{
    size_t count, at;
    const uint32_t *addresses = addresses_in(zones, prefix, &count);
    sort_search(at, 0, count, addresses[at] < TEST_POINT);
    return count - (at < count && addresses[at] == TEST_POINT);
}

void
density_blocks_of(density_blocks *out, const struct zone_set *zones, const struct prefix *prefix)
{
    size_t count;
    const uint32_t *addresses = addresses_in(zones, prefix, &count);
    for (size_t i = 0; i < count; i++) {
        struct addr address = addr_from_v4(addresses[i]);
        struct prefix block = prefix->length > 24 ? *prefix : prefix_around(&address, 24);
        if (addresses[i] == TEST_POINT)
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
        if (addresses[i] == TEST_POINT || place++ < from)
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

/* Parses a row's text. The net is the one that the text names, if it covers the row, else the row's own prefix. */
static struct listed_net
net_of(const struct zone_file *file, const struct zone_file_row *row, const struct policy *policy)
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
    size_t count = level2 ? zone_file_find(level2, first_of(prefix), rows, ROWS) : 0;
    for (size_t i = 0; i < count && i < ROWS; i++) {
        if (rows[i].excluded || !prefix_covers(&rows[i].prefix, prefix))
            continue;
        struct listed_net net = net_of(level2, &rows[i], policy);
        add_net(out, &net);
    }
}

void
density_nets_inside(density_nets *out, const struct zone_set *zones, const struct policy *policy,
                    const struct prefix *prefix)
{
    const struct zone_file *level2 = zone_set_level(zones, 2);
    size_t count = level2 ? zone_file_row_count(level2) : 0;
    for (size_t i = level2 ? zone_file_row_from(level2, first_of(prefix)) : 0; i < count; i++) {
        struct zone_file_row row = zone_file_row_at(level2, i);
        if (addr_to_v4(&row.prefix.addr) > last_of(prefix))
            return;
        if (row.prefix.length <= prefix->length)
            continue; /* equals or holds the prefix: density_nets_around */
        struct listed_net net = net_of(level2, &row, policy);
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

/* ---- the world ---- */

const char *
call_name(enum call call)
{
    static const char *const names[] = {
        [CALL_UNDER] = "under", [CALL_BORDERLINE] = "borderline", [CALL_OVER] = "over", [CALL_UNKNOWN] = "unknown"};
    return names[call];
}

/* The counts of one AS. */
struct tally {
    uint32_t listed, outside_nets;
    uint32_t unmeasured; /* listed addresses inside nets that publish no impacts */
    int64_t published;   /* impacts of its outermost rows */
    int64_t abusers;     /* of outermost rows with texts of the old generation */
};

/* A level 2 row around the current address. */
struct enclosing {
    uint32_t last;
    uint32_t asn;  /* that the row counts for; 0 = none */
    bool measured; /* its impacts are published */
};

/* One pass over both sorted tables: an address is counted while the rows that hold it are open. */
struct world {
    const struct asn_table *map;
    const struct policy *policy;
    struct tally *tallies; /* by ASN */

    const struct zone_file *level2;
    const uint32_t *addresses;
    size_t address_count, row_count;
    size_t address, row; /* next ones */
    struct zone_file_row next_row;
    VEC(struct enclosing) open; /* outermost first */

    struct level3_walk level3;
    bool *on_level3; /* by ASN */
};

/* Counts a row for its AS, unless a row around it, or another piece of the same net, already counts: the impacts of the
 * outer row include its own. */
static void
count_row(struct world *world, const struct zone_file_row *row)
{
    struct listed_net net = net_of(world->level2, row, world->policy);
    bool measured = net.impacts != LISTING_UNKNOWN, inside = false;
    uint32_t asn = measured || net.abusers != LISTING_UNKNOWN ? net.holder.asn : 0;
    size_t place;
    for (size_t i = 0; i < world->open.count; i++)
        inside = inside || (world->open.at[i].asn == asn && (world->open.at[i].measured || !measured));
    if (asn && !inside && asn_table_find(world->map, asn, &place)) {
        struct tally *tally = &world->tallies[place];
        *(measured ? &tally->published : &tally->abusers) += measured ? net.impacts : net.abusers;
    }
    vec_push(&world->open, ((struct enclosing){last_of(&net.prefix), asn, measured}));
}

/* Counts the next row or address, whichever starts first; after both, level 3. Returns false when all is counted. */
static bool
count_next(struct world *world)
{
    bool has_address = world->address < world->address_count, has_row = world->row < world->row_count;
    uint32_t address = has_address ? world->addresses[world->address] : UINT32_MAX;
    has_row = has_row && first_of(&world->next_row.prefix) <= address;
    uint32_t start = has_row ? first_of(&world->next_row.prefix) : address;
    while (world->open.count > 0 && world->open.at[world->open.count - 1].last < start) /* rows that end before it */
        world->open.count--;
    if (has_row) {
        count_row(world, &world->next_row);
        if (++world->row < world->row_count)
            world->next_row = zone_file_row_at(world->level2, world->row);
        return true;
    }
    if (!has_address)
        return level3_walk(&world->level3, world->map, world->on_level3);
    size_t place;
    bool measured = false;
    world->address++;
    if (address == TEST_POINT || !asn_table_locate(world->map, address, &place, NULL))
        return true;
    for (size_t i = 0; i < world->open.count; i++)
        measured = measured || world->open.at[i].measured;
    world->tallies[place].listed++;
    world->tallies[place].outside_nets += world->open.count == 0;
    world->tallies[place].unmeasured += world->open.count > 0 && !measured;
    return true;
}

struct world *
density_world_new(const struct zone_set *zones, const struct asn_table *map, const struct policy *policy)
{
    const struct zone_file *level1 = zone_set_level(zones, 1), *level2 = zone_set_level(zones, 2);
    struct world *world = mem_zero(sizeof *world);
    world->map = map;
    world->policy = policy;
    world->tallies = mem_zero(asn_table_count(map) * sizeof *world->tallies);
    world->addresses = level1 ? zone_file_addresses(level1, &world->address_count) : NULL;
    world->level2 = level2;
    world->level3.file = zone_set_level(zones, 3);
    world->on_level3 = mem_zero(asn_table_count(map) * sizeof *world->on_level3 + 1);
    world->row_count = level2 ? zone_file_row_count(level2) : 0;
    if (world->row_count > 0)
        world->next_row = zone_file_row_at(level2, 0);
    return world;
}

void
density_world_free(struct world *world)
{
    if (!world)
        return;
    vec_free(&world->open);
    free(world->tallies);
    free(world->on_level3);
    free(world);
}

bool
density_world_step(struct world *world, int64_t budget_us)
{
    enum { BATCH = 256 }; /* rows between two looks at the clock */
    int64_t began = clock_now_us();
    for (int i = 1; count_next(world); i++)
        if (i % BATCH == 0 && clock_now_us() - began >= budget_us)
            return false;
    return true;
}

struct asn_density
density_world_at(const struct world *world, size_t asn)
{
    const struct tally *tally = &world->tallies[asn];
    int64_t in_nets = tally->published + tally->unmeasured;
    struct asn_density d = {
        .asn = asn_table_number(world->map, asn),
        .addresses = asn_table_addresses(world->map, asn),
        .listed = tally->listed,
        .listed_outside_nets = tally->outside_nets,
        .impacts = (in_nets > tally->abusers ? in_nets : tally->abusers) + tally->outside_nets,
        .at_least = tally->unmeasured > 0 || tally->abusers > 0,
        .level3 = !world->level3.file     ? LEVEL3_UNKNOWN
                  : world->on_level3[asn] ? LEVEL3_OWN
                                          : LEVEL3_ABSENT,
    };
    double by_score = (double)d.addresses * world->policy->score / 100000;
    d.needed = by_score > (double)world->policy->impacts ? by_score : (double)world->policy->impacts;
    d.ratio = (double)d.impacts / d.needed;
    d.score = d.addresses > 0 ? policy_score(d.impacts, (int64_t)d.addresses) : 0;
    d.call = d.ratio >= OVER_FROM ? CALL_OVER : d.ratio < UNDER_BELOW ? CALL_UNDER : CALL_BORDERLINE;
    if (d.at_least && d.call != CALL_OVER)
        d.call = CALL_UNKNOWN;
    return d;
}

double
density_ratio_shown(double ratio)
{
    double shown = floor(ratio * 100 + .5) / 100;
    return ratio < 1 && shown >= 1 ? .99 : shown;
}

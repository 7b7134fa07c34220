#include "command/density_report.h"
#include "command/parts_json.h"

#include <jansson.h>
#include <stdlib.h>

static json_t *
prefix_json(const struct prefix *prefix)
{
    char text[PREFIX_TEXT];
    return json_string(prefix_text(prefix, text));
}

static json_t *
count_json(uint64_t count)
{
    return json_integer((json_int_t)count);
}

/* A double that JSON prints with as many decimals as it means something. */
static json_t *
decimal_json(double value, double steps)
{
    return json_real((double)(int64_t)(value * steps + 0.5) / steps);
}

/* ---- a prefix ---- */

/* What is told of prefixes and ASNs comes from zone files alone. */
static json_t *
net_json(const struct listed_net *net, const struct policy *policy)
{
    struct listed_net local = *net;
    local.from_zone = true;
    return parts_json_net(&local, policy);
}

static void
add_nets(json_t *array, const density_nets *nets, const char *relation, const struct policy *policy)
{
    for (size_t i = 0; i < nets->count; i++) {
        json_t *net = net_json(&nets->at[i], policy);
        parts_json_set(net, "relation", json_string(relation));
        json_array_append_new(array, net);
    }
}

static json_t *
blocks_json(const density_blocks *blocks)
{
    json_t *array = json_array();
    for (size_t i = 0; i < blocks->count; i++) {
        json_t *block = json_object();
        parts_json_set(block, "prefix", prefix_json(&blocks->at[i].prefix));
        parts_json_set(block, "listed", count_json(blocks->at[i].listed));
        json_array_append_new(array, block);
    }
    return array;
}

static json_t *
neighbours_json(const density_neighbour_list *neighbours)
{
    json_t *array = json_array();
    char text[ADDR_TEXT];
    for (size_t i = 0; i < neighbours->count; i++) {
        struct addr address = addr_from_v4(neighbours->at[i].address);
        json_array_append_new(array, json_string(addr_text(&address, text)));
    }
    return array;
}

/* A time as `check` writes it. */
static json_t *
seen_json(const journal_neighbours *neighbours, bool left)
{
    json_t *array = json_array();
    for (size_t i = 0; i < neighbours->count && i < RANGE_NEIGHBOURS; i++) {
        const struct journal_neighbour *n = &neighbours->at[i];
        struct addr address = addr_from_v4(n->address);
        char text[ADDR_TEXT];
        json_t *o = json_object();
        parts_json_set(o, "address", json_string(addr_text(&address, text)));
        parts_json_set(o, "first_seen", parts_json_time(n->first_ms));
        parts_json_set(o, "last_seen", parts_json_time(n->last_ms));
        if (left)
            parts_json_set(o, "gone", parts_json_time(n->absent_ms));
        json_array_append_new(array, o);
    }
    return array;
}

/* Of many the same number as of the neighbours. */
static json_t *
history_json(const struct range_report *r)
{
    json_t *o = json_object();
    parts_json_set(o, "listed", seen_json(&r->stayed, false));
    parts_json_set(o, "left", seen_json(&r->left, true));
    return o;
}

void
density_report_range_json(struct buf *out, const struct range_report *r, bool pretty)
{
    json_t *o = json_object(), *nets = r->has_nets ? json_array() : json_null();
    double share = (double)r->listed / (double)prefix_size(&r->prefix);
    add_nets(nets, &r->around, "around", r->policy);
    add_nets(nets, &r->inside, "inside", r->policy);
    parts_json_set(o, "schema", json_integer(1));
    parts_json_set(o, "prefix", prefix_json(&r->prefix));
    parts_json_set(o, "addresses", count_json(prefix_size(&r->prefix)));
    parts_json_set(o, "listed", count_json(r->listed));
    parts_json_set(o, "share", decimal_json(share, 1e9));
    parts_json_set(o, "limit", parts_json_number(r->limit, r->limit > 0));
    parts_json_set(o, "nets", nets);
    parts_json_set(o, "escalation", parts_json_ladder(&r->ladder));
    parts_json_set(o, "blocks", blocks_json(&r->blocks));
    parts_json_set(o, "neighbours", neighbours_json(&r->neighbours));
    parts_json_set(o, "history", r->has_seen ? history_json(r) : json_null());
    parts_json_set_zone(o, r->serial);
    parts_json_print(out, o, pretty);
}

/* ---- an ASN ---- */

static json_t *
figures_json(uint32_t number, const char *org, const struct asn_density *d)
{
    json_t *o = json_object();
    parts_json_set(o, "asn", json_integer(number));
    parts_json_set(o, "org", parts_json_text(org));
    parts_json_set(o, "addresses", count_json(d->addresses));
    parts_json_set(o, "listed", count_json(d->listed));
    parts_json_set(o, "listed_outside_nets", count_json(d->listed_outside_nets));
    parts_json_set(o, "impacts", json_integer(d->impacts));
    parts_json_set(o, "at_least", json_boolean(d->at_least));
    parts_json_set(o, "score", decimal_json(d->score, 10));
    parts_json_set(o, "needed", decimal_json(d->needed, 10));
    parts_json_set(o, "ratio", decimal_json(density_ratio_shown(d->ratio), 100));
    parts_json_set(o, "call", json_string(call_name(d->call)));
    parts_json_set(o, "level3", d->level3 == LEVEL3_UNKNOWN ? json_null() : json_boolean(d->level3 == LEVEL3_OWN));
    return o;
}

static json_t *
range_json(const struct asn_report *r, const struct provider_range *range, density_nets *nets)
{
    json_t *o = json_object(), *array = json_array();
    provider_nets(nets, r->zones, r->policy, &range->prefix);
    for (size_t i = 0; i < nets->count; i++)
        json_array_append_new(array, net_json(&nets->at[i], r->policy));
    parts_json_set(o, "prefix", prefix_json(&range->prefix));
    parts_json_set(o, "addresses", count_json(prefix_size(&range->prefix)));
    parts_json_set(o, "listed", count_json(range->listed));
    parts_json_set(o, "nets", array);
    parts_json_set(o, "level2", json_string(provider_cover_name(range->cover)));
    parts_json_set(o, "level3", r->provider.knows_level3 ? json_boolean(range->level3) : json_null());
    parts_json_set(o, "level3_asn", parts_json_number(range->other, range->other != 0));
    return o;
}

static json_t *
cleanest_json(const struct provider *provider)
{
    json_t *array = json_array();
    size_t *places = mem_alloc(provider->ranges.count * sizeof *places);
    size_t count = provider_cleanest(provider, places, provider->ranges.count);
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, prefix_json(&provider->ranges.at[places[i]].prefix));
    free(places);
    return array;
}

static json_t *
advice_json(const struct provider *provider)
{
    json_t *array = json_array();
    void (*const answers[])(const struct provider *, struct buf *) = {provider_on_level3, provider_on_ranges};
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct buf text = {0};
        answers[i](provider, &text);
        json_array_append_new(array, json_string(buf_string(&text)));
        buf_free(&text);
    }
    return array;
}

void
density_report_asn_json(struct buf *out, const struct asn_report *r, bool pretty)
{
    const struct provider *provider = &r->provider;
    json_t *o = figures_json(provider->asn, provider->org, &provider->density), *ranges = json_array();
    density_nets nets = {0};
    const struct zone_file *level1 = zone_set_level(r->zones, 1);
    for (size_t i = 0; i < provider->ranges.count; i++)
        json_array_append_new(ranges, range_json(r, &provider->ranges.at[i], &nets));
    vec_free(&nets);
    parts_json_set(o, "advice", advice_json(provider));
    parts_json_set(o, "cleanest", cleanest_json(provider));
    parts_json_set(o, "ranges", ranges);
    parts_json_set_zone(o, level1 ? zone_file_serial(level1) : 0);
    parts_json_print(out, o, pretty);
}

void
density_report_top_json(struct buf *out, const struct asn_table *map, const struct world *world, const size_t *order,
                        size_t count, bool pretty)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        struct asn asn = asn_table_at(map, order[i]);
        struct asn_density density = density_world_at(world, order[i]);
        json_array_append_new(array, figures_json(asn.number, asn.org, &density));
    }
    parts_json_print(out, array, pretty);
}

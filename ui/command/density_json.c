#include "command/density_report.h"
#include "command/json_parts.h"

#include <jansson.h>

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

static void
add_nets(json_t *array, const density_nets *nets, const char *relation, const struct policy *policy)
{
    for (size_t i = 0; i < nets->count; i++) {
        json_t *net = json_parts_net(&nets->at[i], policy);
        json_parts_set(net, "relation", json_string(relation));
        json_array_append_new(array, net);
    }
}

static json_t *
blocks_json(const density_blocks *blocks)
{
    json_t *array = json_array();
    for (size_t i = 0; i < blocks->count; i++) {
        json_t *block = json_object();
        json_parts_set(block, "prefix", prefix_json(&blocks->at[i].prefix));
        json_parts_set(block, "listed", count_json(blocks->at[i].listed));
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

void
range_report_json(struct buf *out, const struct range_report *r, bool pretty)
{
    json_t *o = json_object(), *nets = json_array();
    double share = (double)r->listed / (double)prefix_size(&r->prefix);
    add_nets(nets, &r->around, "around", r->policy);
    add_nets(nets, &r->inside, "inside", r->policy);
    json_parts_set(o, "schema", json_integer(1));
    json_parts_set(o, "prefix", prefix_json(&r->prefix));
    json_parts_set(o, "addresses", count_json(prefix_size(&r->prefix)));
    json_parts_set(o, "listed", count_json(r->listed));
    json_parts_set(o, "share", decimal_json(share, 1e6));
    json_parts_set(o, "limit", json_parts_number(r->limit, r->limit > 0));
    json_parts_set(o, "nets", nets);
    json_parts_set(o, "escalation", json_parts_ladder(&r->ladder));
    json_parts_set(o, "blocks", blocks_json(&r->blocks));
    json_parts_set(o, "neighbours", neighbours_json(&r->neighbours));
    json_parts_set_zone(o, r->serial);
    json_parts_print(out, o, pretty);
}

/* ---- an ASN ---- */

static json_t *
figures_json(const struct asn *asn, const struct asn_density *d)
{
    json_t *o = json_object();
    json_parts_set(o, "asn", json_integer(asn->number));
    json_parts_set(o, "org", json_parts_text(asn->org));
    json_parts_set(o, "addresses", count_json(asn->addresses));
    json_parts_set(o, "listed", count_json(d->listed));
    json_parts_set(o, "listed_outside_nets", count_json(d->listed_outside_nets));
    json_parts_set(o, "impacts", json_integer(d->impacts));
    json_parts_set(o, "score", decimal_json(d->score, 10));
    json_parts_set(o, "needed", decimal_json(d->needed, 10));
    json_parts_set(o, "ratio", decimal_json(d->ratio, 100));
    json_parts_set(o, "call", json_string(call_name(d->call)));
    return o;
}

static json_t *
range_json(const struct asn_report *r, const struct prefix *range, density_nets *nets)
{
    json_t *o = json_object(), *array = json_array();
    vec_clear(nets);
    density_nets_inside(nets, r->zones, r->policy, range);
    for (size_t i = 0; i < nets->count; i++)
        json_array_append_new(array, json_parts_net(&nets->at[i], r->policy));
    json_parts_set(o, "prefix", prefix_json(range));
    json_parts_set(o, "addresses", count_json(prefix_size(range)));
    json_parts_set(o, "listed", count_json(density_listed(r->zones, range)));
    json_parts_set(o, "nets", array);
    return o;
}

void
asn_report_json(struct buf *out, const struct asn_report *r, bool pretty)
{
    struct asn asn = asnmap_at(r->map, r->asn);
    json_t *o = figures_json(&asn, r->density), *ranges = json_array();
    density_nets nets = {0};
    const struct zonefile *level1 = zones_at(r->zones, LIST_LEVEL1);
    for (size_t i = 0; i < asn.range_count; i++) {
        struct prefix range = asnmap_range(r->map, r->asn, i);
        json_array_append_new(ranges, range_json(r, &range, &nets));
    }
    vec_free(&nets);
    json_parts_set(o, "ranges", ranges);
    json_parts_set_zone(o, level1 ? zonefile_serial(level1) : 0);
    json_parts_print(out, o, pretty);
}

void
top_report_json(struct buf *out, const struct asnmap *map, const struct world *world, const size_t *order, size_t count,
                bool pretty)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        struct asn asn = asnmap_at(map, order[i]);
        json_array_append_new(array, figures_json(&asn, density_world_at(world, order[i])));
    }
    json_parts_print(out, array, pretty);
}

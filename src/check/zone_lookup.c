#include "check/zone_lookup.h"

#include "density/density.h"
#include "zones/zone_listing.h"

#include <stdlib.h>

enum { ROWS = 64, SLASH24 = 256 };

static void
look_up_file(struct list_result *f, const struct zone_set *zones, uint32_t address)
{
    const struct zone_file *file = zone_set_at(zones, f->list);
    struct file_result *local = &f->file;
    *local = (struct file_result){.have = file != NULL};
    if (!file)
        return;
    local->state = zone_file_lists(file, address) ? STATE_LISTED : STATE_CLEAR;
    local->serial = zone_file_serial(file);
    local->skipped = zone_file_warning_count(file);
    local->skipped_at = local->skipped > 0 ? zone_file_warning_at(file, 0).line : 0;
}

/* Fills the result from the zone file as if the list had been asked. */
static void
fill_result(struct list_result *f, const struct zone_set *zones, uint32_t address)
{
    const struct zone_file *file = zone_set_at(zones, f->list);
    struct zone_file_row rows[ROWS];
    struct zone_listing parsed = {0};
    list_result_clear_answer(f);
    list_result_clear_texts(f);
    free(f->detail);
    f->detail = NULL;
    f->source = SOURCE_ZONE;
    f->state = f->file.state;
    f->serial = f->file.serial;
    size_t count = zone_file_answer(file, address, rows, ROWS);
    for (size_t i = 0; i < count && i < ROWS; i++) {
        zone_listing_read(&parsed, file, &rows[i], address);
        vec_push(&f->txt, mem_copy(buf_string(&parsed.clean)));
        vec_push(&f->texts, parsed.listing);
    }
    zone_listing_fini(&parsed);
}

/* Narrowest first. */
static void
insert_net(struct evidence *e, const struct listed_net *net)
{
    size_t at = e->nets.count;
    vec_push(&e->nets, *net);
    for (; at > 0 && e->nets.at[at - 1].prefix.length < net->prefix.length; at--)
        e->nets.at[at] = e->nets.at[at - 1];
    e->nets.at[at] = *net;
}

static void
drop_hidden_nets(struct evidence *e)
{
    size_t kept = 0;
    for (size_t i = 0; i < e->nets.count; i++)
        if (!e->nets.at[i].from_zone)
            e->nets.at[kept++] = e->nets.at[i];
    e->nets.count = kept;
}

/* Adds nets that DNS cannot show. A net that DNS would show but does not has expired, or is newer than the file. */
static void
add_hidden_nets(struct evidence *e)
{
    drop_hidden_nets(e);
    if (!list_result_is_listed(evidence_level(e, 2)) || evidence_level(e, 2)->file.state != STATE_LISTED)
        return;
    for (size_t i = 0; i < e->local_nets.count; i++) {
        struct listed_net net = e->local_nets.at[i];
        if (evidence_dns_net(e, &net.prefix, NULL) != DNS_NET_UNKNOWN)
            continue;
        net.from_zone = true;
        net.stale = !list_result_file_counts(evidence_level(e, 2));
        insert_net(e, &net);
    }
}

static void
update_ladder(struct evidence *e, const struct zone_set *zones, const struct policy *policy)
{
    const struct network *n = &e->network;
    ladder_fini(&e->ladder);
    if (!e->has_density)
        return;
    density_ladder(&e->ladder, zones, policy, addr_to_v4(&e->address),
                   n->has_bgp      ? &n->bgp
                   : n->has_record ? &n->record
                                   : NULL);
    if (evidence_level(e, 2)->file.have)
        return;
    for (size_t i = 0; i < e->ladder.rungs.count; i++)
        e->ladder.rungs.at[i].unknown = evidence_dns_net(e, &e->ladder.rungs.at[i].prefix, NULL) == DNS_NET_UNKNOWN;
    for (size_t i = 0; i < e->nets.count; i++)
        density_publish(&e->ladder, zones, policy, &e->nets.at[i]);
}

static bool
is_in_reach(const struct evidence *e)
{
    return e->address.family == ADDR_V4 && !e->reserved;
}

void
zone_lookup_more(struct evidence *e, const struct zone_set *zones, const struct policy *policy)
{
    if (!is_in_reach(e))
        return;
    add_hidden_nets(e);
    update_ladder(e, zones, policy);
}

static void
look_up_nets(struct evidence *e, const struct zone_set *zones, const struct policy *policy)
{
    struct prefix self = prefix_around(&e->address, 32);
    vec_clear(&e->local_nets);
    density_nets_around(&e->local_nets, zones, policy, &self);
}

static void
look_up_neighbours(struct evidence *e, const struct zone_set *zones)
{
    struct prefix around = prefix_around(&e->address, 24);
    struct neighbour found[SLASH24];
    vec_clear(&e->neighbours);
    e->has_density = zone_set_level(zones, 1) != NULL;
    size_t count = density_neighbours(zones, &around, 0, found, SLASH24);
    for (size_t i = 0; i < count; i++)
        vec_push(&e->neighbours, found[i]);
}

void
zone_lookup(struct evidence *e, const struct zone_set *zones, const struct policy *policy)
{
    if (!is_in_reach(e))
        return;
    uint32_t address = addr_to_v4(&e->address);
    for (size_t i = 0; i < e->lists.count; i++) {
        struct list_result *f = &e->lists.at[i];
        look_up_file(f, zones, address);
        if (e->offline && f->file.have)
            fill_result(f, zones, address);
        else if (e->offline && !f->detail)
            f->detail = mem_copy("there is no zone file of it");
    }
    look_up_nets(e, zones, policy);
    look_up_neighbours(e, zones);
    zone_lookup_more(e, zones, policy);
}

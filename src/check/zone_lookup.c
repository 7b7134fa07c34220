#include "check/zone_lookup.h"

#include "density/density.h"
#include "zones/zone_listing.h"

#include <stdlib.h>

enum { ROWS = 64, SLASH24 = 256 };

/* Fills the result from the zone file as if the list had been asked; from none, if there is none or it is in doubt. */
static void
fill_result(struct list_result *f, const struct zone_file *file, uint32_t address)
{
    struct zone_file_row rows[ROWS];
    struct zone_listing parsed = {0};
    list_result_clear_answer(f);
    list_result_clear_texts(f);
    free(f->detail);
    f->detail = file ? NULL : mem_copy(f->file.doubt ? f->file.doubt : "there is no zone file of it");
    f->source = file ? SOURCE_ZONE : SOURCE_NONE;
    f->state = f->file.state;
    f->serial = f->file.serial;
    size_t count = file ? zone_file_answer(file, address, rows, ROWS) : 0;
    for (size_t i = 0; i < count && i < ROWS; i++) {
        zone_listing_read(&parsed, file, &rows[i], address);
        vec_push(&f->txt, mem_copy(buf_string(&parsed.clean)));
        vec_push(&f->texts, parsed.listing);
    }
    zone_listing_fini(&parsed);
}

/* Updates the nets that DNS cannot show. A net that DNS would show but does not has expired, or is newer than the file.
 */
static void
update_hidden_nets(struct evidence *e)
{
    const struct list_result *level2 = evidence_level(e, 2);
    size_t kept = 0;
    for (size_t i = 0; i < e->nets.count; i++)
        if (!e->nets.at[i].from_zone)
            e->nets.at[kept++] = e->nets.at[i];
    e->nets.count = kept;
    if (!list_result_is_listed(level2) || level2->file.state != STATE_LISTED)
        return;
    for (size_t i = 0; i < e->local_nets.count; i++) {
        struct listed_net net = e->local_nets.at[i];
        if (evidence_dns_net(e, &net.prefix, NULL) != DNS_NET_UNKNOWN)
            continue;
        net.from_zone = true;
        net.stale = !list_result_file_counts(level2);
        size_t at = e->nets.count; /* narrowest first */
        vec_push(&e->nets, net);
        for (; at > 0 && e->nets.at[at - 1].prefix.length < net.prefix.length; at--)
            e->nets.at[at] = e->nets.at[at - 1];
        e->nets.at[at] = net;
    }
}

void
zone_lookup_more(struct evidence *e, const struct zone_set *zones, const struct policy *policy)
{
    const struct network *n = &e->network;
    const struct prefix *record = n->has_bgp ? &n->bgp : n->has_record ? &n->record : NULL;
    if (e->address.family != ADDR_V4 || e->reserved)
        return;
    update_hidden_nets(e);
    ladder_fini(&e->ladder);
    if (!e->has_density)
        return;
    density_ladder(&e->ladder, zones, policy, addr_to_v4(&e->address), record);
    if (evidence_level(e, 2)->file.have)
        return;
    for (size_t i = 0; i < e->ladder.rungs.count; i++)
        e->ladder.rungs.at[i].unknown = evidence_dns_net(e, &e->ladder.rungs.at[i].prefix, NULL) == DNS_NET_UNKNOWN;
    for (size_t i = 0; i < e->nets.count; i++)
        density_publish(&e->ladder, zones, policy, &e->nets.at[i]);
}

void
zone_lookup(struct evidence *e, const struct zone_set *zones, const struct policy *policy)
{
    if (e->address.family != ADDR_V4 || e->reserved)
        return;
    uint32_t address = addr_to_v4(&e->address);
    for (size_t i = 0; i < e->lists.count; i++) {
        struct list_result *f = &e->lists.at[i];
        const struct zone_file *file = zone_set_at(zones, f->list);
        const char *doubt = zone_set_doubt(zones, f->list);
        free(f->file.doubt);
        f->file = (struct file_result){
            .have = file, .state = zone_set_state(zones, f->list, address), .doubt = doubt ? mem_copy(doubt) : NULL};
        if (file) {
            f->file.serial = zone_file_serial(file);
            f->file.date = zone_file_date(file);
            f->file.skipped = zone_file_warning_count(file);
            f->file.skipped_at = f->file.skipped > 0 ? zone_file_warning_at(file, 0).line : 0;
        }
        if (e->offline)
            fill_result(f, file, address);
    }
    struct prefix self = prefix_around(&e->address, 32), around = prefix_around(&e->address, 24);
    struct neighbour found[SLASH24];
    vec_clear(&e->local_nets);
    density_nets_around(&e->local_nets, zones, policy, &self);
    vec_clear(&e->neighbours);
    e->has_density = zone_set_level(zones, 1) != NULL;
    size_t count = density_neighbours(zones, &around, 0, found, SLASH24);
    for (size_t i = 0; i < count; i++)
        vec_push(&e->neighbours, found[i]);
    zone_lookup_more(e, zones, policy);
}

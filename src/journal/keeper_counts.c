/* What is kept of places: how many are listed there, and who. */
#include "journal/keeper.h"

#include "base/clock.h"
#include "base/vec.h"
#include "check/sweep.h"
#include "zones/zonefile.h"

enum { TEST_RECORD = 0x7f000002 };

typedef VEC(uint32_t) address_list;

/* The listed addresses of a prefix, in order. */
static void
list_addresses(address_list *out, const struct zonefile *file, const struct prefix *prefix)
{
    uint32_t first = addr_to_v4(&prefix->addr);
    size_t total, from;
    const uint32_t *all = zonefile_addresses(file, &total);
    size_t count = zonefile_count(file, first, first + (uint32_t)(prefix_size(prefix) - 1), &from);
    for (size_t i = 0; i < count; i++)
        if (all[from + i] != TEST_RECORD)
            vec_push(out, all[from + i]);
}

/* Published for exactly this prefix, or -1. */
static int64_t
impacts_of(const struct zones *zones, const struct policy *policy, const struct prefix *prefix)
{
    density_nets nets = {0};
    int64_t impacts = -1;
    density_nets_around(&nets, zones, policy, prefix);
    for (size_t i = 0; i < nets.count; i++)
        if (prefix_equal(&nets.at[i].prefix, prefix) && nets.at[i].impacts != LISTING_UNKNOWN)
            impacts = nets.at[i].impacts;
    vec_free(&nets);
    return impacts;
}

void
keeper_saw_prefix(struct keeper *k, const struct zones *zones, const struct policy *policy, const struct prefix *prefix)
{
    const struct zonefile *file = zones ? zones_at(zones, LIST_LEVEL1) : NULL;
    address_list listed = {0};
    if (!file || !keeper_keeps(k))
        return;
    list_addresses(&listed, file, prefix);
    struct journal_snapshot snapshot = {.matter = matter_of_net(prefix),
                                        .at_ms = evidence_serial_ms(zonefile_serial(file)),
                                        .serial = zonefile_serial(file),
                                        .listed = (int64_t)listed.count,
                                        .impacts = impacts_of(zones, policy, prefix),
                                        .limit = (double)policy_limit(policy, prefix->length)};
    keeper_saw_snapshot(k, &snapshot);
    keeper_saw_neighbours(k, prefix, snapshot.at_ms, listed.at, listed.count, NULL, 0);
    vec_free(&listed);
}

void
keeper_saw_asn(struct keeper *k, const struct zones *zones, const struct asn_density *density)
{
    const struct zonefile *file = zones ? zones_at(zones, LIST_LEVEL1) : NULL;
    if (!file)
        return;
    keeper_saw_snapshot(k, &(struct journal_snapshot){.matter = matter_of_asn(density->asn),
                                                      .at_ms = evidence_serial_ms(zonefile_serial(file)),
                                                      .serial = zonefile_serial(file),
                                                      .listed = (int64_t)density->listed,
                                                      .impacts = density->impacts,
                                                      .limit = density->needed});
}

void
keeper_saw_sweep(struct keeper *k, const struct sweep *sweep, const struct prefix *prefix)
{
    address_list listed = {0}, asked = {0};
    uint32_t first = addr_to_v4(&prefix->addr);
    size_t total = (size_t)prefix_size(prefix);
    for (size_t i = 0; i < total; i++) {
        enum state state = sweep_state(sweep, i);
        if (state == STATE_LISTED)
            vec_push(&listed, first + (uint32_t)i);
        if (state_is_known(state))
            vec_push(&asked, first + (uint32_t)i);
    }
    if (asked.count > 0)
        keeper_saw_neighbours(k, prefix, clock_wall_ms(), listed.at, listed.count,
                              asked.count < total ? asked.at : NULL, asked.count);
    vec_free(&listed);
    vec_free(&asked);
}

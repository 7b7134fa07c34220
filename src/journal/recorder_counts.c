/* What is kept of places: how many are listed there, and who. */
#include "journal/recorder.h"

#include "base/clock.h"
#include "base/vec.h"
#include "zones/zone_file.h"

enum { TEST_RECORD = 0x7f000002 };

typedef VEC(uint32_t) address_list;

/* The listed addresses of a prefix, in order. */
static void
list_addresses(address_list *out, const struct zone_file *file, const struct prefix *prefix)
{
    uint32_t first = addr_to_v4(&prefix->addr);
    size_t total, from;
    const uint32_t *all = zone_file_addresses(file, &total);
    size_t count = zone_file_count(file, first, first + (uint32_t)(prefix_size(prefix) - 1), &from);
    for (size_t i = 0; i < count; i++)
        if (all[from + i] != TEST_RECORD)
            vec_push(out, all[from + i]);
}

/* Published for exactly this prefix, or -1. */
static int64_t
impacts_of(const struct zone_set *zones, const struct policy *policy, const struct prefix *prefix)
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
recorder_add_prefix(struct recorder *k, const struct zone_set *zones, const struct policy *policy,
                    const struct prefix *prefix)
{
    const struct zone_file *file = zones ? zone_set_level(zones, 1) : NULL;
    address_list listed = {0};
    if (!file || !recorder_stores(k))
        return;
    list_addresses(&listed, file, prefix);
    struct journal_count snapshot = {.resource = resource_of_net(prefix),
                                     .at_ms = evidence_serial_ms(zone_file_serial(file)),
                                     .serial = zone_file_serial(file),
                                     .listed = (int64_t)listed.count,
                                     .impacts = impacts_of(zones, policy, prefix),
                                     .limit = (double)policy_limit(policy, prefix->length)};
    recorder_add_count(k, &snapshot);
    recorder_add_neighbours(k, prefix, snapshot.at_ms, listed.at, listed.count, NULL, 0);
    vec_free(&listed);
}

void
recorder_add_asn(struct recorder *k, const struct zone_set *zones, const struct asn_density *density)
{
    const struct zone_file *file = zones ? zone_set_level(zones, 1) : NULL;
    if (!file)
        return;
    recorder_add_count(k, &(struct journal_count){.resource = resource_of_asn(density->asn),
                                                  .at_ms = evidence_serial_ms(zone_file_serial(file)),
                                                  .serial = zone_file_serial(file),
                                                  .listed = (int64_t)density->listed,
                                                  .impacts = density->impacts,
                                                  .limit = density->needed});
}

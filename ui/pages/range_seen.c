#include "pages/range_seen.h"

/* ---- recalling ---- */

static const struct journal_neighbour *
find(const journal_neighbours *list, uint32_t address)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->at[middle].address == address)
            return &list->at[middle];
        if (list->at[middle].address < address)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* It has left when that was seen: now, or by a look that is later than the last that found it there. */
static enum range_stay
stay_of(const struct range_spot *spot, const struct journal_neighbour *seen)
{
    if (spot->listed)
        return RANGE_STAYS;
    return range_state(spot) == STATE_CLEAR || seen->absent_ms > seen->last_ms ? RANGE_LEFT : RANGE_NOT_SEEN;
}

void
range_seen_recall(struct range *range, struct journal *journal)
{
    journal_neighbours list = {0};
    struct fault fault;
    if (!range->by_address || !journal || !journal_neighbours_of(journal, &range->prefix, &list, &fault))
        return;
    for (size_t i = 0; i < range->rows.count; i++) {
        struct range_spot *spot = &range->rows.at[i];
        const struct journal_neighbour *seen = find(&list, addr_to_v4(&spot->prefix.addr));
        spot->has_seen = seen;
        if (seen)
            spot->seen = *seen;
    }
    for (size_t i = 0; i < list.count; i++) {
        int cell = heatmap_find(&range->map, list.at[i].address);
        if (cell < 0 || range->cells[cell].listed)
            continue;
        struct range_spot spot = range->cells[cell];
        spot.has_seen = true;
        spot.seen = list.at[i];
        spot.stay = stay_of(&spot, &spot.seen);
        range->left += spot.stay == RANGE_LEFT;
        vec_push(&range->rows, spot);
    }
    vec_free(&list);
}

/* ---- keeping ---- */

void
range_seen_keep_zones(struct recorder *recorder, const struct range *range, const struct zone_set *zones,
                      const struct policy *policy)
{
    if (range->by_address) {
        recorder_add_prefix(recorder, zones, policy, &range->prefix);
        return;
    }
    struct journal_count snapshot = {
        .resource = resource_of_net(&range->prefix),
        .at_ms = evidence_serial_ms(range->filed),
        .serial = range->filed,
        .listed = (int64_t)range->listed,
        .impacts = range->own ? range->own->impacts : LISTING_UNKNOWN,
        .limit = (double)policy_limit(policy, range->prefix.length),
    };
    recorder_add_count(recorder, &snapshot);
}

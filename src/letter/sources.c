/* The listed neighbours as evidence: from the zone file of level 1 or, without it, from the journal. */
#include "base/text.h"
#include "journal/history.h"
#include "letter/complaint.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_NARROWEST = 28, BLOCK_LEAST = 2, COUNTS = 400, LOOKS = 300 };

void
complaint_set_name(struct complaint *c, size_t source, const char *name)
{
    free(c->sources.at[source].name);
    c->sources.at[source].name = name ? text_clean_copy(name, strlen(name)) : NULL;
}

/* Adds those of a prefix in the zone file, with the times of the journal, which are in the same order. */
static void
add_from_file(struct complaint *c, const struct zone_set *zones, const struct prefix *prefix,
              const journal_neighbours *seen)
{
    size_t room = COMPLAINT_SOURCES - c->sources.count, k = 0;
    struct neighbour *found = mem_alloc(room * sizeof *found + 1);
    size_t count = density_neighbours(zones, prefix, 0, found, room);
    const struct zone_file *file = zone_set_level(zones, 1);
    c->knows_sources = true;
    c->counted_ms = zone_file_date(file).at_ms;
    c->counted_serial = zone_file_serial(file);
    c->stale = c->stale || data_date_age(zone_file_date(file)) == DATA_STALE;
    c->listed += density_listed(zones, prefix);
    for (size_t i = 0; i < count; i++) {
        while (k < seen->count && seen->at[k].address < found[i].address)
            k++;
        struct complaint_source source = {.address = found[i].address};
        if (k < seen->count && seen->at[k].address == source.address) {
            source.first_ms = seen->at[k].first_ms;
            source.last_ms = seen->at[k].last_ms;
        }
        vec_push(&c->sources, source);
    }
    free(found);
}

/* Adds those of all ranges of the AS. */
static void
add_of_provider(struct complaint *c, const struct complaint_ground *g)
{
    const struct provider *p = dataset_provider(g->dataset, c->holder.asn);
    journal_neighbours none = {0};
    for (size_t i = 0; p && p->counted && i < p->ranges.count; i++)
        add_from_file(c, g->dataset->zones, &p->ranges.at[i].prefix, &none);
}

/* Takes those that the journal saw last on level 1. */
static void
add_from_journal(struct complaint *c, const journal_neighbours *seen)
{
    for (size_t i = 0; i < seen->count && c->sources.count < COMPLAINT_SOURCES; i++) {
        const struct journal_neighbour *n = &seen->at[i];
        if (n->absent_ms <= n->last_ms)
            vec_push(&c->sources, ((struct complaint_source){n->address, n->first_ms, n->last_ms, NULL}));
    }
    c->listed = c->sources.count;
    c->knows_sources = c->listed > 0;
}

/* ---- blocks ---- */

static int
worst_first(const void *a, const void *b)
{
    const struct block *x = a, *y = b;
    if (x->listed != y->listed)
        return x->listed > y->listed ? -1 : 1;
    return prefix_compare(&x->prefix, &y->prefix);
}

/* Narrows the block of each /24 to what still holds all of its sources. */
static void
find_blocks(struct complaint *c)
{
    for (size_t i = 0, end; i < c->sources.count; i = end) {
        struct addr first = addr_from_v4(c->sources.at[i].address);
        for (end = i + 1; end < c->sources.count && c->sources.at[end].address >> 8 == c->sources.at[i].address >> 8;)
            end++;
        struct addr last = addr_from_v4(c->sources.at[end - 1].address);
        struct block block = {.prefix = prefix_around(&first, BLOCK_NARROWEST), .listed = end - i};
        while (!prefix_holds(&block.prefix, &last))
            block.prefix = prefix_around(&first, block.prefix.length - 1);
        if (block.listed >= BLOCK_LEAST && block.prefix.length > c->net.prefix.length)
            vec_push(&c->blocks, block);
    }
    if (c->blocks.count > 1)
        qsort(c->blocks.at, c->blocks.count, sizeof *c->blocks.at, worst_first);
    if (c->blocks.count > COMPLAINT_BLOCKS)
        c->blocks.count = COMPLAINT_BLOCKS;
}

/* ---- what has changed since the first letter ---- */

/* Reads the impacts then: of a count, or of the last look at an address in the net. *counted: the journal has all
 * addresses of that count. */
static void
read_then(struct complaint *c, struct journal *journal, const journal_neighbours *seen, bool *counted)
{
    journal_counts counts = {0};
    journal_observations looks = {0};
    struct fault ignored;
    int64_t listed = -1, known = 0;
    for (size_t i = 0; i < seen->count; i++)
        known += seen->at[i].first_ms <= c->told_ms;
    journal_counts_of(journal, &c->subject, COUNTS, &counts, &ignored);
    for (size_t i = 0; i < counts.count && counts.at[i].at_ms <= c->told_ms; i++) {
        listed = counts.at[i].listed;
        c->impacts_then = counts.at[i].impacts;
    }
    *counted = listed >= 0 && listed <= known;
    vec_free(&counts);
    if (listed < 0)
        journal_history(journal, &c->subject, LOOKS, &looks, &ignored);
    for (size_t i = 0; i < looks.count && c->impacts_then == LISTING_UNKNOWN; i++)
        for (size_t k = 0; looks.at[i].first_ms <= c->told_ms && k < looks.at[i].nets.count; k++)
            if (prefix_equal(&looks.at[i].nets.at[k].prefix, &c->net.prefix))
                c->impacts_then = looks.at[i].nets.at[k].impacts;
    journal_observations_fini(&looks);
}

/* Compares the sources with those of a net that was counted as a whole when the letter was filed. */
static void
compare_sources(struct complaint *c, const journal_neighbours *seen)
{
    size_t k = 0;
    for (size_t i = 0; i < seen->count; i++) {
        const struct journal_neighbour *n = &seen->at[i];
        while (k < c->sources.count && c->sources.at[k].address < n->address)
            k++;
        bool still = k < c->sources.count && c->sources.at[k].address == n->address;
        bool left_before = n->absent_ms > n->last_ms && n->absent_ms <= c->told_ms;
        if (!still && !left_before && n->first_ms <= c->told_ms)
            vec_push(&c->left, n->address);
    }
    for (size_t i = 0; i < c->sources.count; i++)
        if (c->sources.at[i].first_ms == 0 || c->sources.at[i].first_ms > c->told_ms)
            vec_push(&c->came, c->sources.at[i].address);
}

void
complaint_add_sources(struct complaint *c, const struct complaint_ground *g)
{
    const struct zone_set *zones = g->dataset->zones;
    journal_neighbours seen = {0};
    struct fault ignored;
    bool counted = false;
    if (!c->has_net && c->subject.kind == RESOURCE_ASN && zones && zone_set_level(zones, 1))
        add_of_provider(c, g);
    if (c->subject.kind == RESOURCE_ASN)
        find_blocks(c);
    if (!c->has_net)
        return;
    if (g->journal)
        journal_neighbours_of(g->journal, &c->net.prefix, &seen, &ignored);
    if (zones && zone_set_level(zones, 1))
        add_from_file(c, zones, &c->net.prefix, &seen);
    else
        add_from_journal(c, &seen);
    find_blocks(c);
    if (g->journal && c->told_ms > 0)
        read_then(c, g->journal, &seen, &counted);
    if (counted && c->listed == c->sources.count)
        compare_sources(c, &seen);
    vec_free(&seen);
}

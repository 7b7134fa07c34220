/* Pointers to nets point into the summary's own vector, which does not move until it is gathered again. */
#include "check/range_summary.h"

#include "base/sort.h"
#include "verdict/evidence.h"

enum { ADDRESS = 32, BLOCKS_FROM = 16, CELL_BITS = 8 };

void
range_summary_fini(struct range_summary *range)
{
    vec_free(&range->nets);
    vec_free(&range->rows);
    vec_free(&range->seen);
}

const struct listed_net *
range_summary_deciding(const struct range_summary *range)
{
    density_nets covering = range->nets; /* they come first */
    covering.count = range->around;
    while (covering.count < range->nets.count && prefix_equal(&range->nets.at[covering.count].prefix, &range->prefix))
        covering.count++;
    return density_deciding(&covering);
}

/* ---- gathering ---- */

/* Orders the nets: those around the range, widest first, the range itself, those inside by address. */
static void
gather_nets(struct range_summary *range, const struct dataset *dataset, const struct dns_facts *dns_facts)
{
    vec_clear(&range->nets);
    range->around = 0;
    range->own = NULL;
    range->dns_facts_ms = 0;
    range->knows_nets = dataset_level(dataset, 2);
    if (range->knows_nets) {
        density_nets found = {0};
        density_nets_around(&found, dataset->zones, &dataset->policy, &range->prefix);
        for (size_t i = found.count; i-- > 0;)
            vec_push(&range->nets, found.at[i]);
        vec_free(&found);
        density_nets_inside(&range->nets, dataset->zones, &dataset->policy, &range->prefix);
    } else {
        range->dns_facts_ms = dns_facts_nets(dns_facts, &range->prefix, &range->nets);
    }
    while (range->around < range->nets.count && range->nets.at[range->around].prefix.length < range->prefix.length)
        range->around++;
    if (range->around < range->nets.count && range->nets.at[range->around].prefix.length == range->prefix.length)
        range->own = &range->nets.at[range->around];
}

/* Returns the net published for exactly that prefix; inside the range, nets are in order. */
static const struct listed_net *
net_of(const struct range_summary *range, const struct prefix *prefix)
{
    size_t at;
    sort_search(at, range->around, range->nets.count, prefix_compare(&range->nets.at[at].prefix, prefix) < 0);
    return at < range->nets.count && prefix_equal(&range->nets.at[at].prefix, prefix) ? &range->nets.at[at] : NULL;
}

static enum list_state
look_up(const struct dataset *dataset, const struct list *list, const struct prefix *address)
{
    return dataset->zones ? zone_set_state(dataset->zones, list, addr_to_v4(&address->addr)) : STATE_UNASKED;
}

/* Divides a /24 or smaller into cells of an address, a /16 or smaller into /24s, and any other into 256 equal parts. */
static void
gather_cells(struct range_summary *range, const struct dataset *dataset, const struct sweep *sweep)
{
    const struct catalogue *catalogue = dataset->catalogue;
    unsigned length = range->prefix.length;
    range->cell_length = range->by_address ? ADDRESS : length >= BLOCKS_FROM ? RANGE_BLOCK : length + CELL_BITS;
    range->cell_count = (size_t)1 << (range->cell_length - length);
    range->cell_limit = policy_limit(&dataset->policy, range->cell_length);
    for (size_t i = 0; i < range->cell_count; i++) {
        struct range_spot *spot = &range->cells[i];
        struct addr first =
            addr_from_v4(addr_to_v4(&range->prefix.addr) + ((uint32_t)i << (ADDRESS - range->cell_length)));
        *spot = (struct range_spot){.prefix = prefix_around(&first, range->cell_length)};
        spot->net = net_of(range, &spot->prefix);
        if (!range->by_address) {
            spot->listed = range->source == RANGE_ZONES ? density_listed(dataset->zones, &spot->prefix) : 0;
            range->listed += spot->listed;
            continue;
        }
        if (dataset_level(dataset, 1)) /* density_listed leaves the test record out */
            spot->local = density_listed(dataset->zones, &spot->prefix) > 0 ? STATE_LISTED : STATE_CLEAR;
        spot->state = sweep ? sweep_state(sweep, i) : spot->local;
        spot->asking = sweep && sweep_is_asking(sweep, i);
        spot->level2 = look_up(dataset, catalogue_level(catalogue, 2), &spot->prefix);
        spot->level3 = look_up(dataset, catalogue_level(catalogue, 3), &spot->prefix);
        spot->exempt = look_up(dataset, catalogue_exemption(catalogue), &spot->prefix) == STATE_LISTED;
        spot->backscatterer = look_up(dataset, catalogue_backscatterer(catalogue), &spot->prefix) == STATE_LISTED;
        spot->listed = range_spot_state(spot) == STATE_LISTED;
        range->listed += spot->listed;
        if (spot->listed)
            vec_push(&range->rows, *spot);
    }
}

static struct range_spot *
cell_of(struct range_summary *range, uint32_t address)
{
    return &range->cells[(address - addr_to_v4(&range->prefix.addr)) >> (ADDRESS - range->cell_length)];
}

/* Counts nested nets once: the outermost inside the range, and the outermost inside each cell. */
static void
gather_least(struct range_summary *range, const struct zone_set *zones)
{
    const struct prefix *in_range = NULL, *in_cell = NULL;
    range->least = (int64_t)range->listed;
    for (size_t i = 0; i < range->cell_count; i++)
        range->cells[i].least = (int64_t)range->cells[i].listed;
    for (size_t i = range->around; range->knows_nets && i < range->nets.count; i++) {
        const struct listed_net *net = &range->nets.at[i];
        if (net->prefix.length > range->prefix.length && !(in_range && prefix_covers(in_range, &net->prefix))) {
            range->least += density_beyond_listed(zones, net);
            in_range = &net->prefix;
        }
        if (net->prefix.length > range->cell_length && !(in_cell && prefix_covers(in_cell, &net->prefix))) {
            cell_of(range, addr_to_v4(&net->prefix.addr))->least += density_beyond_listed(zones, net);
            in_cell = &net->prefix;
        }
    }
}

void
range_summary_gather(struct range_summary *range, const struct engine *engine, const struct prefix *prefix,
                     const struct addr *here, const struct sweep *sweep)
{
    const struct dataset *dataset = &engine->dataset;
    struct fault fault;
    const struct zone_file *level1 = dataset_level(dataset, 1);
    range->prefix = *prefix;
    range->by_address = prefix->length >= RANGE_BLOCK;
    range->source = sweep ? RANGE_SWEEP : level1 ? RANGE_ZONES : RANGE_UNKNOWN;
    range->listed = range->left = 0;
    range->swept = sweep ? sweep_serial(sweep) : 0;
    range->filed = level1 ? zone_file_serial(level1) : 0;
    range->filed_date = level1 ? zone_file_date(level1) : (struct data_date){0};
    range->limit = policy_limit(&dataset->policy, prefix->length);
    range->has_seen = false;
    vec_clear(&range->rows);
    gather_nets(range, dataset, &engine->dns_facts);
    gather_cells(range, dataset, sweep);
    gather_least(range, dataset->zones);
    density_blocks blocks = {0};
    if (!range->by_address && range->source == RANGE_ZONES)
        density_blocks_of(&blocks, dataset->zones, prefix);
    for (size_t i = 0; i < blocks.count; i++) {
        const struct block *block = &blocks.at[i];
        struct range_spot row = {.prefix = block->prefix, .listed = block->listed};
        row.net = net_of(range, &block->prefix);
        vec_push(&range->rows, row);
    }
    vec_free(&blocks);
    range->level2 = range->knows_nets ? cover_of(dataset_level(dataset, 2), prefix) : COVER_NONE;
    range->knows_level3 = dataset_level(dataset, 3);
    range->level3 = range->knows_level3 ? cover_of(dataset_level(dataset, 3), prefix) : COVER_NONE;
    range->has_here = here;
    if (here)
        range->here = *here;
    range->announced = dataset_find_as(dataset, here ? here : &prefix->addr, &range->record, &fault);
}

/* ---- what is clean ---- */

/* Appends the widest prefixes that a gap consists of. */
static void
push_gap(range_spots *out, uint64_t from, uint64_t end)
{
    while (from < end) {
        unsigned length = RANGE_BLOCK;
        for (uint64_t size = 2u << (ADDRESS - length); from % size == 0 && from + size <= end; size *= 2)
            length--;
        struct addr first = addr_from_v4((uint32_t)from);
        vec_push(out, ((struct range_spot){.prefix = prefix_around(&first, length)}));
        from += (uint64_t)1 << (ADDRESS - length);
    }
}

size_t
range_summary_clean(const struct range_summary *range, range_spots *out)
{
    uint64_t next = addr_to_v4(&range->prefix.addr), end = next + prefix_size(&range->prefix);
    size_t row = 0, net = range->around, blocks = 0;
    vec_clear(out);
    while (net < range->nets.count && range->nets.at[net].prefix.length == range->prefix.length)
        net++;
    while (row < range->rows.count || net < range->nets.count) { /* both are in order of address */
        bool takes_row =
            net == range->nets.count ||
            (row < range->rows.count && prefix_compare(&range->rows.at[row].prefix, &range->nets.at[net].prefix) < 0);
        const struct prefix *taken = takes_row ? &range->rows.at[row++].prefix : &range->nets.at[net++].prefix;
        uint64_t first = addr_to_v4(&taken->addr), after = first + prefix_size(taken);
        push_gap(out, next, first / RANGE_CELLS * RANGE_CELLS);
        if (after > next)
            next = (after + RANGE_CELLS - 1) / RANGE_CELLS * RANGE_CELLS;
    }
    push_gap(out, next, end);
    for (size_t i = 0; i < out->count; i++)
        blocks += (size_t)(prefix_size(&out->at[i].prefix) / RANGE_CELLS);
    return blocks;
}

/* ---- the journal ---- */

bool
range_summary_recall(struct range_summary *range, struct journal *journal, struct fault *fault)
{
    enum { COUNTS_MOST = 1000 };
    struct resource resource = resource_of_net(&range->prefix);
    journal_counts counts = {0};
    vec_free(&range->seen);
    range->has_seen = journal_neighbours_of(journal, &range->prefix, &range->seen, fault) &&
                      journal_counts_of(journal, &resource, COUNTS_MOST, &counts, fault);
    range->first_look_ms = range->has_seen ? journal_first_look(&range->seen, &counts) : 0;
    vec_free(&counts);
    if (!range->has_seen || !range->by_address)
        return range->has_seen;
    for (size_t i = 0; i < range->rows.count; i++) {
        struct range_spot *spot = &range->rows.at[i];
        uint32_t address = addr_to_v4(&spot->prefix.addr);
        size_t at;
        sort_search(at, 0, range->seen.count, range->seen.at[at].address < address);
        spot->has_seen = at < range->seen.count && range->seen.at[at].address == address;
        if (spot->has_seen)
            spot->seen = range->seen.at[at];
    }
    for (size_t i = 0; i < range->seen.count; i++) {
        const struct journal_neighbour *seen = &range->seen.at[i];
        struct range_spot spot = *cell_of(range, seen->address);
        if (spot.listed)
            continue;
        bool is_gone = range_spot_state(&spot) == STATE_CLEAR || seen->absent_ms > seen->last_ms;
        spot.has_seen = true;
        spot.seen = *seen;
        spot.stay = is_gone ? RANGE_LEFT : RANGE_NOT_SEEN;
        range->left += is_gone;
        vec_push(&range->rows, spot);
    }
    return true;
}

void
range_summary_record(const struct range_summary *range, struct recorder *recorder, const struct dataset *dataset)
{
    if (range->by_address) { /* the neighbours of a wider range would be many */
        recorder_add_prefix(recorder, dataset->zones, &dataset->policy, &range->prefix);
        return;
    }
    struct journal_count count = {
        .resource = resource_of_net(&range->prefix),
        .at_ms = data_date_serial_ms(range->filed),
        .serial = range->filed,
        .listed = (int64_t)range->listed,
        .impacts = range->own ? range->own->impacts : LISTING_UNKNOWN,
        .limit = (double)range->limit,
    };
    recorder_add_count(recorder, &count);
}

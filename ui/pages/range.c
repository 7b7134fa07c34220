/* A spot's `net` points into the range's own nets, which stay where they are until it is gathered anew. */
#include "pages/range.h"

#include "base/clock.h"
#include "base/text.h"
#include "pages/figure.h"
#include "verdict/phrases.h"

#include <string.h>

enum { ADDRESS = 32, HEATS = 5, MINUTE_MS = 60 * 1000 };

/* Steps of the shading; each begins with so many listed addresses. */
static const size_t heats[HEATS] = {0, 1, 4, 16, 64};

void
range_fini(struct range *range)
{
    vec_free(&range->nets);
    vec_free(&range->rows);
}

/* ---- gathering ---- */

/* Widest first, then the net itself, then those inside in the order in which they come. */
static void
read_nets(struct range *range, const struct dataset *dataset)
{
    density_nets found = {0};
    density_nets_around(&found, dataset->zones, &dataset->policy, &range->prefix);
    for (size_t i = found.count; i-- > 0;)
        vec_push(&range->nets, found.at[i]);
    vec_clear(&found);
    density_nets_inside(&found, dataset->zones, &dataset->policy, &range->prefix);
    for (size_t i = 0; i < found.count; i++)
        if (found.at[i].prefix.length > range->prefix.length)
            vec_push(&range->nets, found.at[i]);
    vec_free(&found);
}

static void
gather_nets(struct range *range, const struct dataset *dataset, const struct dns_facts *dns_facts)
{
    vec_clear(&range->nets);
    range->around = 0;
    range->own = NULL;
    range->dns_facts_ms = 0;
    range->knows_nets = dataset_level(dataset, 2);
    if (range->knows_nets)
        read_nets(range, dataset);
    else
        range->dns_facts_ms = dns_facts_nets(dns_facts, &range->prefix, &range->nets);
    while (range->around < range->nets.count && range->nets.at[range->around].prefix.length < range->prefix.length)
        range->around++;
    if (range->around < range->nets.count && range->nets.at[range->around].prefix.length == range->prefix.length)
        range->own = &range->nets.at[range->around];
}

/* The net published for exactly that prefix. Those inside are in order of address, wider first. */
static const struct listed_net *
net_of(const struct range *range, const struct prefix *prefix)
{
    size_t low = range->around, high = range->nets.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = prefix_compare(&range->nets.at[middle].prefix, prefix);
        if (order == 0)
            return &range->nets.at[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static enum list_state
look_up(const struct dataset *dataset, const struct list *list, const struct prefix *address)
{
    const struct zone_file *zone = dataset_zone(dataset, list);
    return !zone ? STATE_UNASKED : zone_file_lists(zone, addr_to_v4(&address->addr)) ? STATE_LISTED : STATE_CLEAR;
}

enum list_state
range_state(const struct range_spot *spot)
{
    return list_state_is_known(spot->state) || !list_state_is_known(spot->local) ? spot->state : spot->local;
}

enum list_state
range_level(const struct range_spot *spot, unsigned level)
{
    return level == 1 ? range_state(spot) : level == 2 ? spot->level2 : spot->level3;
}

static void
gather_address(struct range *range, const struct dataset *dataset, struct range_spot *spot, const struct sweep *sweep)
{
    if (dataset_level(dataset, 1))
        spot->local = density_listed(dataset->zones, &spot->prefix) > 0 ? STATE_LISTED : STATE_CLEAR;
    size_t index = addr_to_v4(&spot->prefix.addr) - addr_to_v4(&range->prefix.addr);
    spot->state = sweep ? sweep_state(sweep, index) : spot->local;
    spot->asking = sweep && sweep_is_asking(sweep, index);
    spot->level2 = look_up(dataset, catalogue_level(dataset->catalogue, 2), &spot->prefix);
    spot->level3 = look_up(dataset, catalogue_level(dataset->catalogue, 3), &spot->prefix);
    spot->exempt = look_up(dataset, catalogue_exemption(dataset->catalogue), &spot->prefix) == STATE_LISTED;
    spot->backscatterer = look_up(dataset, catalogue_backscatterer(dataset->catalogue), &spot->prefix) == STATE_LISTED;
    spot->listed = range_state(spot) == STATE_LISTED;
    range->listed += spot->listed;
    if (spot->listed)
        vec_push(&range->rows, *spot);
}

static struct heatmap_cell
look_of_address(const struct range_spot *spot)
{
    if (spot->asking)
        return (struct heatmap_cell){GLYPH_ASKING, ROLE_ASKING};
    if (spot->listed)
        return (struct heatmap_cell){GLYPH_LISTED, ROLE_LISTED};
    if (spot->local == STATE_LISTED)
        return (struct heatmap_cell){GLYPH_BULLET, ROLE_WARN};
    if (range_state(spot) == STATE_UNASKED)
        return (struct heatmap_cell){GLYPH_UNKNOWN, ROLE_UNKNOWN};
    if (range_state(spot) != STATE_CLEAR)
        return (struct heatmap_cell){GLYPH_WARN, ROLE_WARN};
    if (spot->exempt)
        return (struct heatmap_cell){GLYPH_EXEMPT, ROLE_EXEMPT};
    if (spot->backscatterer)
        return (struct heatmap_cell){GLYPH_BACKSCATTER, ROLE_WARN};
    return (struct heatmap_cell){GLYPH_HEAT_0, ROLE_HEAT_0};
}

static struct heatmap_cell
look_of_count(size_t listed)
{
    int heat = 0;
    while (heat + 1 < HEATS && listed >= heats[heat + 1])
        heat++;
    return (struct heatmap_cell){(enum glyph)(GLYPH_HEAT_0 + heat), (enum role)(ROLE_HEAT_0 + heat)};
}

static void
gather_cells(struct range *range, const struct dataset *dataset, const struct sweep *sweep)
{
    for (int i = 0; i < range->map.count; i++) {
        struct range_spot *spot = &range->cells[i];
        *spot = (struct range_spot){.prefix = heatmap_prefix(&range->map, i)};
        spot->net = net_of(range, &spot->prefix);
        if (range->by_address) {
            gather_address(range, dataset, spot, sweep);
            range->map.cells[i] = look_of_address(spot);
        } else if (range->source == RANGE_ZONES) {
            spot->listed = density_listed(dataset->zones, &spot->prefix);
            range->listed += spot->listed;
            range->map.cells[i] = look_of_count(spot->listed);
        }
    }
}

/* Nested nets are counted once: of those inside the range the outermost, and so of those inside each cell. */
static void
gather_least(struct range *range, const struct dataset *dataset)
{
    const struct prefix *in_range = NULL, *in_cell = NULL;
    range->least = (int64_t)range->listed;
    for (int i = 0; i < range->map.count; i++)
        range->cells[i].least = (int64_t)range->cells[i].listed;
    for (size_t i = range->around; range->knows_nets && i < range->nets.count; i++) {
        const struct listed_net *net = &range->nets.at[i];
        if (net->prefix.length > range->prefix.length && !(in_range && prefix_covers(in_range, &net->prefix))) {
            range->least += density_beyond_listed(dataset->zones, net);
            in_range = &net->prefix;
        }
        if (net->prefix.length > range->map.cell_length && !(in_cell && prefix_covers(in_cell, &net->prefix))) {
            range->cells[heatmap_find(&range->map, addr_to_v4(&net->prefix.addr))].least +=
                density_beyond_listed(dataset->zones, net);
            in_cell = &net->prefix;
        }
    }
}

static void
gather_blocks(struct range *range, const struct dataset *dataset)
{
    density_blocks blocks = {0};
    density_blocks_of(&blocks, dataset->zones, &range->prefix);
    for (size_t i = 0; i < blocks.count; i++) {
        const struct block *block = &blocks.at[i];
        vec_push(&range->rows,
                 ((struct range_spot){
                     .prefix = block->prefix, .listed = block->listed, .net = net_of(range, &block->prefix)}));
    }
    vec_free(&blocks);
}

static void
place_map(struct range *range, const struct addr *here)
{
    int at = prefix_equal(&range->map.prefix, &range->prefix) ? range->map.at : HEATMAP_NOWHERE;
    heatmap_init(&range->map, &range->prefix);
    if (here)
        range->map.here = heatmap_find(&range->map, addr_to_v4(here));
    if (at != HEATMAP_NOWHERE)
        range->map.at = at;
    else if (range->map.here != HEATMAP_NOWHERE)
        range->map.at = range->map.here;
}

void
range_gather(struct range *range, const struct engine *engine, const struct prefix *prefix, const struct addr *here,
             const struct sweep *sweep)
{
    const struct dataset *dataset = &engine->dataset;
    struct fault fault;
    range->prefix = *prefix;
    range->by_address = prefix->length >= RANGE_BLOCK;
    range->source = sweep ? RANGE_SWEEP : dataset_level(dataset, 1) ? RANGE_ZONES : RANGE_UNKNOWN;
    range->listed = 0;
    range->swept = sweep ? sweep_serial(sweep) : 0;
    range->filed = dataset_level(dataset, 1) ? zone_file_serial(dataset_level(dataset, 1)) : 0;
    vec_clear(&range->rows);
    range->left = 0;
    place_map(range, here);
    gather_nets(range, dataset, &engine->dns_facts);
    gather_cells(range, dataset, sweep);
    gather_least(range, dataset);
    if (!range->by_address && range->source == RANGE_ZONES)
        gather_blocks(range, dataset);
    range->has_here = here;
    if (here)
        range->here = *here;
    range->announced =
        dataset->asndb && asndb_find(dataset->asndb, here ? here : &prefix->addr, &range->record, &fault);
}

/* ---- words ---- */

/* ", at least 12 impacts, limit 9 if announced": what is known of a prefix that is not published. Level 2 lists
 * announced prefixes and /24s, and which are announced is not told. */
static void
put_unpublished(struct buf *out, const struct policy *policy, unsigned length, int64_t least)
{
    int64_t limit = policy_limit(policy, length);
    if (least > 0) {
        buf_text(out, ", at least ");
        figure_count(out, least, "impact", "impacts");
    }
    if (limit > 0) {
        buf_text(out, ", limit ");
        text_number(out, limit);
        buf_text(out, length == RANGE_BLOCK ? "" : " if announced");
    }
}

static void
put_limit(struct buf *out, const struct policy *policy, unsigned length)
{
    int64_t limit = policy_limit(policy, length);
    if (limit <= 0)
        return;
    buf_text(out, ", limit ");
    figure_count(out, limit, "impact", "impacts");
}

/* What level 2 says of it, as far as its zone file is there or the DNS told of it; silence of the DNS about a net says
 * nothing. */
static void
put_level2(struct buf *out, const struct range *range, const struct policy *policy)
{
    char prefix[PREFIX_TEXT];
    if (range->own) {
        buf_text(out, range->knows_nets ? "; published: " : "; published (DNS): ");
        phrases_net(out, range->own);
        if (range->own->impacts != LISTING_UNKNOWN && range->own->limit > 0) {
            buf_text(out, " (");
            figure_times(out, (double)range->own->impacts / (double)range->own->limit);
            buf_byte(out, ')');
        }
        return;
    }
    bool unpublished = range->knows_nets && policy_limit(policy, range->prefix.length) > 0;
    buf_text(out, unpublished ? "; not published itself" : "");
    if (range->around > 0) {
        const struct listed_net *net = &range->nets.at[range->around - 1];
        buf_format(out, "%s inside %s with ", unpublished ? ", but" : ";", prefix_text(&net->prefix, prefix));
        phrases_net(out, net);
    }
}

void
range_nets_source(const struct range *range, struct buf *out)
{
    if (range->dns_facts_ms == 0)
        return;
    buf_text(out, range->nets.count == 1 ? "The net below is" : "The nets below are");
    buf_text(out, " what the DNS told ");
    int64_t age_ms = clock_wall_ms() - range->dns_facts_ms;
    if (age_ms < MINUTE_MS) {
        buf_text(out, "just now");
    } else {
        text_duration(out, age_ms / MINUTE_MS * MINUTE_MS);
        buf_text(out, " ago");
    }
    buf_text(out, "; there may be others.");
}

/* How many of the addresses that a sweep knows nothing of the zone file lists. */
static void
put_filed(struct buf *out, const struct range *range, size_t filed)
{
    buf_format(out, " (of these the zone file, ");
    figure_age(out, range->filed);
    buf_format(out, ", lists %zu)", filed);
}

static void
put_sweep(struct buf *out, const struct range *range)
{
    size_t told[STATE_COUNT] = {0}, filed = 0, all = (size_t)range->map.count;
    for (int i = 0; i < range->map.count; i++) {
        told[range->cells[i].state]++;
        filed += range->cells[i].listed && range->cells[i].state != STATE_LISTED;
    }
    size_t silent = all - told[STATE_LISTED] - told[STATE_CLEAR] - told[STATE_UNASKED];
    figure_count(out, (int64_t)told[STATE_LISTED], "listed address", "listed addresses");
    buf_format(out, ", %zu not listed", told[STATE_CLEAR]);
    if (silent > 0)
        buf_format(out, ", %zu without a believable answer", silent);
    if (told[STATE_UNASKED] > 0)
        buf_format(out, ", %zu not answered yet", told[STATE_UNASKED]);
    if (filed > 0)
        put_filed(out, range, filed);
}

static bool
is_contradicted(const struct range_spot *spot)
{
    return list_state_is_known(spot->state) && list_state_is_known(spot->local) && spot->state != spot->local;
}

void
range_difference(const struct range *range, struct buf *out)
{
    size_t count = 0;
    for (int i = 0; range->by_address && i < range->map.count; i++)
        count += is_contradicted(&range->cells[i]);
    if (count == 0)
        return;
    buf_text(out, "The DNS (data ");
    figure_age(out, range->swept);
    buf_text(out, ") and the zone file (");
    figure_age(out, range->filed);
    buf_text(out, ") differ in ");
    figure_count(out, (int64_t)count, "address", "addresses");
    buf_byte(out, '.');
}

/* The contradicted addresses of which the sweep was told this. */
static void
name_contradicted(struct buf *out, const struct range *range, enum list_state told, const char *where)
{
    enum { NAMED = 4 };
    size_t count = 0;
    for (int i = 0; i < range->map.count; i++) {
        const struct range_spot *spot = &range->cells[i];
        char address[ADDR_TEXT];
        if (!is_contradicted(spot) || spot->state != told)
            continue;
        if (count == 0)
            buf_format(out, "%snly in the %s: ", out->count > 0 ? "; o" : "O", where);
        if (count++ < NAMED)
            buf_format(out, "%s%s", count > 1 ? ", " : "", addr_text(&spot->prefix.addr, address));
    }
    if (count > NAMED)
        buf_format(out, " and %zu more", count - NAMED);
}

void
range_contradicted(const struct range *range, struct buf *out)
{
    if (!range->by_address)
        return;
    name_contradicted(out, range, STATE_LISTED, "DNS");
    name_contradicted(out, range, STATE_CLEAR, "file");
    buf_text(out, out->count > 0 ? "." : "");
}

void
range_sentence(const struct range *range, const struct policy *policy, struct buf *out)
{
    char prefix[PREFIX_TEXT];
    uint64_t size = prefix_size(&range->prefix);
    buf_format(out, "%s: ", prefix_text(&range->prefix, prefix));
    switch (range->source) {
    case RANGE_UNKNOWN:
        text_number(out, (int64_t)size);
        buf_text(out, size == 1 ? " address; whether it is listed is not known"
                                : " addresses; which are listed is not known");
        break;
    case RANGE_SWEEP:
        put_sweep(out, range);
        break;
    case RANGE_ZONES:
        figure_count(out, (int64_t)range->listed, "listed address", "listed addresses");
        buf_text(out, " of ");
        text_number(out, (int64_t)size);
        buf_text(out, " (");
        figure_share(out, range->listed, size);
        buf_byte(out, ')');
        break;
    }
    if (range->knows_nets && !range->own)
        put_unpublished(out, policy, range->prefix.length, range->least);
    else if (range->source != RANGE_UNKNOWN || range->own)
        put_limit(out, policy, range->prefix.length);
    put_level2(out, range, policy);
}

void
range_holder(const struct range *range, struct buf *out)
{
    char record[PREFIX_TEXT], here[ADDR_TEXT];
    if (!range->announced)
        return;
    if (range->record.record.length > range->prefix.length)
        buf_format(out, "more than one record; that of %s: ",
                   addr_text(range->has_here ? &range->here : &range->prefix.addr, here));
    if (range->record.asn != 0)
        buf_format(out, "AS%u%s%s", range->record.asn, *range->record.org ? " " : "", range->record.org);
    else
        buf_text(out, "no ASN recorded");
    buf_format(out, ", record %s (ASN database)", prefix_text(&range->record.record, record));
}

static const char *
state_words(const struct range *range, const struct range_spot *spot)
{
    if (spot->asking)
        return "asking ...";
    switch (spot->state) {
    case STATE_LISTED:
        return "on level 1";
    case STATE_CLEAR:
        return "not on level 1";
    case STATE_UNASKED:
        return range->source == RANGE_SWEEP ? "not asked yet" : "not known";
    default:
        return NULL;
    }
}

static void
put_address(struct buf *out, const struct range *range, const struct range_spot *spot)
{
    const char *words = state_words(range, spot);
    char address[ADDR_TEXT];
    buf_format(out, "%s: ", addr_text(&spot->prefix.addr, address));
    if (words)
        buf_text(out, words);
    else
        buf_format(out, "no believable answer (%s)", list_state_name(spot->state));
    if (range->source == RANGE_SWEEP && list_state_is_known(spot->local) && spot->local != spot->state) {
        buf_text(out, spot->local == STATE_LISTED ? "; listed in the zone file, " : "; not listed in the zone file, ");
        figure_age(out, range->filed);
    }
    if (spot->exempt)
        buf_text(out, ", registered as exempt from levels 2 and 3");
    if (spot->backscatterer)
        buf_text(out, ", a backscatterer");
}

void
range_cell(const struct range *range, const struct policy *policy, int cell, struct buf *out)
{
    const struct range_spot *spot = &range->cells[cell];
    char prefix[PREFIX_TEXT];
    if (range->by_address) {
        put_address(out, range, spot);
    } else {
        buf_format(out, "%s: ", prefix_text(&spot->prefix, prefix));
        figure_count(out, (int64_t)spot->listed, "listed address", "listed addresses");
        if (spot->net) {
            buf_text(out, ", ");
            phrases_net(out, spot->net);
            buf_text(out, spot->net->permanent ? "" : " published");
            put_limit(out, policy, spot->prefix.length);
        } else if (range->knows_nets) {
            put_unpublished(out, policy, spot->prefix.length, spot->least);
        }
    }
    if (cell == range->map.here)
        buf_text(out, "; you are here");
}

static bool
is_shown(const struct range *range, enum glyph glyph)
{
    for (int i = 0; i < range->map.count; i++)
        if (range->map.cells[i].glyph == glyph)
            return true;
    return false;
}

size_t
range_signs(const struct range *range, struct heatmap_sign out[static RANGE_SIGNS])
{
    static const struct heatmap_sign addresses[] = {
        {{GLYPH_LISTED, ROLE_LISTED}, "listed"},          {{GLYPH_HEAT_0, ROLE_HEAT_0}, "not on level 1"},
        {{GLYPH_EXEMPT, ROLE_EXEMPT}, "exempt"},          {{GLYPH_BACKSCATTER, ROLE_WARN}, "backscatterer"},
        {{GLYPH_ASKING, ROLE_ASKING}, "asking"},          {{GLYPH_WARN, ROLE_WARN}, "no believable answer"},
        {{GLYPH_UNKNOWN, ROLE_UNKNOWN}, "not asked yet"}, {{GLYPH_BULLET, ROLE_WARN}, "only in the zone file"},
    };
    static const char *const counts[HEATS] = {"none", "1-3", "4-15", "16-63", "64 and more"};
    enum { SIGNS = sizeof addresses / sizeof addresses[0], ALWAYS = 2 };
    size_t count = 0;
    if (range->by_address)
        for (size_t i = 0; i < SIGNS; i++)
            if (i < ALWAYS || is_shown(range, addresses[i].cell.glyph))
                out[count++] = addresses[i];
    for (; !range->by_address && count < HEATS; count++)
        out[count] = (struct heatmap_sign){look_of_count(heats[count]), counts[count]};
    return count;
}

void
range_caption(const struct range *range, struct buf *out)
{
    unsigned length = range->map.cell_length;
    if (range->by_address)
        buf_text(out, range->map.here != HEATMAP_NOWHERE ? "[ ] you are here" : "");
    else if (length == RANGE_BLOCK)
        buf_text(out, "listed addresses in each /24");
    else
        buf_format(out, "listed addresses in each /%u (%u /24s)", length, 1u << (RANGE_BLOCK - length));
}

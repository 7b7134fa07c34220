#include "provider.h"

#include "figure.h"
#include "text.h"

#include <math.h>
#include <string.h>

void
provider_fini(struct provider *provider)
{
    free(provider->org);
    vec_free(&provider->ranges);
}

/* ---- gathering ---- */

/* The nets of a range, wider first, itself among them. The impacts of an outermost one include those of the nets inside
 * it, so only these are added. */
static void
add_nets(struct provider_range *range, const struct net *nets, size_t count)
{
    const struct prefix *outermost = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct net *net = &nets[i];
        range->nets++;
        if (outermost && prefix_covers(outermost, &net->prefix))
            continue;
        outermost = &net->prefix;
        if (net->impacts != LISTING_UNKNOWN)
            range->impacts = (range->impacts == LISTING_UNKNOWN ? 0 : range->impacts) + net->impacts;
    }
}

static void
gather_range(struct provider_range *range, const struct atlas *atlas, density_nets *nets)
{
    range->impacts = LISTING_UNKNOWN;
    range->listed = density_listed(atlas_zones(atlas), &range->prefix);
    vec_clear(nets);
    density_nets_around(nets, atlas_zones(atlas), atlas_policy(atlas), &range->prefix);
    range->cover = nets->count > 0 ? PROVIDER_WHOLE : PROVIDER_FREE;
    nets->count = nets->count > 0 && nets->at[0].prefix.length == range->prefix.length; /* of these only itself */
    density_nets_inside(nets, atlas_zones(atlas), atlas_policy(atlas), &range->prefix);
    if (nets->count > 0 && range->cover == PROVIDER_FREE)
        range->cover = PROVIDER_PARTS;
    add_nets(range, nets->at, nets->count);
}

static void
gather_ranges(struct provider *provider, const struct atlas *atlas, const struct asnmap *map, size_t place)
{
    const struct zonefile *level3 = atlas_zone(atlas, LIST_LEVEL3);
    size_t count = asnmap_at(map, place).range_count;
    density_nets nets = {0};
    for (size_t i = 0; i < count; i++) {
        struct provider_range range = {.prefix = asnmap_range(map, place, i), .impacts = LISTING_UNKNOWN};
        if (provider->counted)
            gather_range(&range, atlas, &nets);
        provider->clean += range.listed == 0 && range.cover == PROVIDER_FREE;
        provider->level3 += level3 && zonefile_lists(level3, addr_to_v4(&range.prefix.addr));
        vec_push(&provider->ranges, range);
    }
    provider->knows_level3 = level3;
    vec_free(&nets);
}

void
provider_gather(struct provider *provider, struct atlas *atlas, uint32_t asn)
{
    const struct asnmap *map = atlas_map(atlas);
    const struct world *world = atlas_world(atlas);
    size_t place;
    provider_fini(provider);
    *provider = (struct provider){.asn = asn, .announces = map && asnmap_find(map, asn, &place)};
    if (!provider->announces)
        return;
    provider->org = mem_copy(asnmap_at(map, place).org);
    provider->density.addresses = asnmap_at(map, place).addresses;
    provider->counted = world;
    if (world)
        provider->density = *density_world_at(world, place);
    gather_ranges(provider, atlas, map, place);
}

/* ---- words ---- */

void
provider_sentence(const struct provider *provider, struct buf *out)
{
    const struct asn_density *d = &provider->density;
    if (!provider->counted)
        return;
    figure_count(out, d->impacts, "impact", "impacts");
    buf_text(out, " (estimate), needed ");
    figure_decimal(out, d->needed);
    buf_format(out, ": %.2f times, %s", d->ratio, call_name(d->call));
}

void
provider_figures(const struct provider *provider, const struct policy *policy, struct buf *out)
{
    const struct asn_density *d = &provider->density;
    figure_count(out, (int64_t)d->addresses, "address", "addresses");
    buf_text(out, " in ");
    figure_count(out, (int64_t)provider->ranges.count, "range", "ranges");
    if (!provider->counted)
        return;
    buf_text(out, ", ");
    text_number(out, (int64_t)d->listed);
    buf_text(out, " listed (");
    text_number(out, (int64_t)d->listed_outside_nets);
    buf_text(out, " outside published nets), score ");
    figure_decimal(out, d->score);
    buf_format(out, " (estimate; limit %g)", policy->score);
}

/* What level 3 lists is known from its zone file, else it is our estimate. */
static void
put_level3(struct buf *out, const struct provider *provider)
{
    static const char *const calls[] = {
        [CALL_UNDER] = "By this estimate level 3 does not list it.",
        [CALL_BORDERLINE] = "By this estimate level 3 may list all of it, or nothing.",
        [CALL_OVER] = "By this estimate level 3 lists all of it: another address here does not help.",
    };
    size_t all = provider->ranges.count;
    if (!provider->knows_level3)
        buf_text(out, calls[provider->density.call]);
    else if (provider->level3 == all)
        buf_text(out, "Level 3 lists all of it: another address here does not help against that.");
    else if (provider->level3 == 0)
        buf_text(out, "Level 3 lists none of its ranges.");
    else
        buf_format(out, "Level 3 lists %zu of its %zu ranges.", provider->level3, all);
}

void
provider_advice(const struct provider *provider, struct buf *out)
{
    size_t all = provider->ranges.count;
    if (!provider->counted)
        return;
    put_level3(out, provider);
    if (provider->clean == 0)
        buf_text(out, " In each of its ranges something is listed.");
    else if (provider->clean == all)
        buf_text(out, " Levels 1 and 2 list nothing in its ranges.");
    else
        buf_format(out, " Levels 1 and 2 list nothing in %zu of its %zu ranges (sorted by cleanest, they come first).",
                   provider->clean, all);
}

/* ---- the table ---- */

enum { RANGE, ADDRESSES, LISTED, SHARE, NETS, IMPACTS, COVER, CLEANEST };

static const struct sheet_column columns[] = {
    [RANGE] = {{"range", 18, 18, 0, false}, "address", "address", false},
    [ADDRESSES] = {{"addresses", 11, 11, 3, true}, "addresses", "addresses, most first", true},
    [LISTED] = {{"listed", 6, 6, 1, true}, "listed", "listed addresses, most first", true},
    [SHARE] = {{"share", 7, 7, 4, true}, "share", "share listed, largest first", true},
    [NETS] = {{"nets", 5, 5, 5, true}, "nets", "published nets, most first", true},
    [IMPACTS] = {{"impacts", 7, 7, 2, true}, "impacts", "published impacts, most first", true},
    [COVER] = {{"level 2", 7, 7, 6, false}, NULL, NULL, false},
    [CLEANEST] = {{"", 0, 0, 9, false}, "cleanest", "cleanest: no net, fewest listed", false},
};

static const struct provider_range *
range_at(void *self, size_t item)
{
    const struct provider *provider = self;
    return &provider->ranges.at[item];
}

static uint64_t
key_of(void *self, size_t item)
{
    const struct prefix *prefix = &range_at(self, item)->prefix;
    return (uint64_t)addr_to_v4(&prefix->addr) << 8 | (prefix->length + 1u);
}

static double
share_of(const struct provider_range *range)
{
    return 100 * (double)range->listed / (double)prefix_size(&range->prefix);
}

static double
figure(void *self, size_t item, size_t column)
{
    const struct provider *provider = self;
    const struct provider_range *range = range_at(self, item);
    if (column == RANGE)
        return addr_to_v4(&range->prefix.addr);
    if (column == ADDRESSES)
        return (double)prefix_size(&range->prefix);
    if (!provider->counted)
        return NAN;
    switch (column) {
    case LISTED:
        return (double)range->listed;
    case SHARE:
        return share_of(range);
    case NETS:
        return (double)range->nets;
    case IMPACTS:
        return range->impacts == LISTING_UNKNOWN ? NAN : (double)range->impacts;
    default:
        return 1000 * (double)range->cover + share_of(range);
    }
}

static bool
matches(void *self, size_t item, const char *word)
{
    char prefix[PREFIX_TEXT];
    return strcasestr(prefix_text(&range_at(self, item)->prefix, prefix), word);
}

static bool
touches(void *self, size_t item, const struct prefix *prefix)
{
    const struct prefix *own = &range_at(self, item)->prefix;
    return prefix_covers(own, prefix) || prefix_covers(prefix, own);
}

static enum role
put_cover(struct buf *out, const struct provider *provider, const struct provider_range *range)
{
    static const struct {
        const char *word;
        enum role role;
    } covers[] = {
        [PROVIDER_FREE] = {"-", ROLE_DIM},
        [PROVIDER_PARTS] = {"parts", ROLE_PLAIN},
        [PROVIDER_WHOLE] = {"whole", ROLE_LISTED},
    };
    buf_text(out, provider->counted ? covers[range->cover].word : "?");
    return covers[range->cover].role;
}

static enum role
cell(void *self, size_t item, size_t column, struct buf *out)
{
    const struct provider_range *range = range_at(self, item);
    char prefix[PREFIX_TEXT];
    double number = figure(self, item, column);
    if (column == RANGE) {
        buf_text(out, prefix_text(&range->prefix, prefix));
        return ROLE_PLAIN;
    }
    if (column == COVER)
        return put_cover(out, self, range);
    if (isnan(number)) {
        buf_byte(out, '-');
        return ROLE_DIM;
    }
    if (column == SHARE)
        figure_share(out, range->listed, prefix_size(&range->prefix));
    else
        text_number(out, (int64_t)number);
    return number > 0 ? ROLE_PLAIN : ROLE_DIM;
}

static const struct sheet_model model = {
    .thing = "range",
    .things = "ranges",
    .filter_label = "Filter: part of a prefix, listed>0, impacts>=100, nets=0, in:203.0.113.0/24",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .eye = {figure, matches, touches},
    .key = key_of,
    .cell = cell,
};

const struct sheet_model *
provider_sheet(void)
{
    return &model;
}

#include "density/provider.h"

#include "base/text.h"

#include <stdlib.h>

enum { BLOCK = 24 };

const char *
provider_cover_name(enum provider_cover cover)
{
    static const char *const names[] = {
        [PROVIDER_FREE] = "none", [PROVIDER_PARTS] = "parts", [PROVIDER_WHOLE] = "whole"};
    return names[cover];
}

void
provider_fini(struct provider *provider)
{
    free(provider->org);
    vec_free(&provider->ranges);
}

/* ---- gathering ---- */

void
provider_nets(density_nets *out, const struct zone_set *zones, const struct policy *policy, const struct prefix *range)
{
    vec_clear(out);
    density_nets_around(out, zones, policy, range);
    out->count = out->count > 0 && out->at[0].prefix.length == range->length; /* of those around only itself */
    density_nets_inside(out, zones, policy, range);
}

/* Wider first. The impacts of an outermost net include those of the nets inside it, so only these are added. */
static void
add_nets(struct provider_range *range, const density_nets *nets)
{
    const struct prefix *outermost = NULL;
    range->nets = nets->count;
    for (size_t i = 0; i < nets->count; i++) {
        const struct listed_net *net = &nets->at[i];
        if (outermost && prefix_covers(outermost, &net->prefix))
            continue;
        outermost = &net->prefix;
        if (net->impacts != LISTING_UNKNOWN)
            range->impacts = (range->impacts == LISTING_UNKNOWN ? 0 : range->impacts) + net->impacts;
    }
}

static void
count_range(struct provider_range *range, uint32_t asn, const struct zone_set *zones, const struct policy *policy,
            density_nets *nets)
{
    struct prefix block = prefix_around(&range->prefix.addr, BLOCK);
    range->listed = density_listed(zones, &range->prefix);
    range->near = range->prefix.length > BLOCK ? density_listed(zones, &block) : range->listed;
    range->level3 = level3_of(zones, addr_to_v4(&range->prefix.addr), asn, &range->other) >= LEVEL3_OWN;
    vec_clear(nets);
    density_nets_around(nets, zones, policy, &range->prefix);
    range->cover = nets->count > 0 ? PROVIDER_WHOLE : PROVIDER_FREE;
    for (size_t i = nets->count; i-- > 0;)
        if (nets->at[i].prefix.length < range->prefix.length)
            range->around = nets->at[i].prefix;
    provider_nets(nets, zones, policy, &range->prefix);
    if (nets->count > 0 && range->cover == PROVIDER_FREE)
        range->cover = PROVIDER_PARTS;
    add_nets(range, nets);
}

/* Whether neither level 1 nor level 2 lists anything in it, nor level 1 in the /24 around a longer one. */
static bool
is_clean(const struct provider_range *range)
{
    return range->near == 0 && range->cover == PROVIDER_FREE;
}

void
provider_gather(struct provider *provider, uint32_t asn, const struct asn_table *map, const struct world *world,
                const struct zone_set *zones, const struct policy *policy)
{
    size_t place;
    density_nets nets = {0};
    provider_fini(provider);
    *provider = (struct provider){.asn = asn, .announces = map && asn_table_find(map, asn, &place)};
    if (!provider->announces)
        return;
    struct asn known = asn_table_at(map, place);
    provider->org = mem_copy(known.org);
    provider->counted = world;
    provider->knows_level3 = world && zone_set_level(zones, 3);
    provider->density.addresses = known.addresses;
    if (world)
        provider->density = density_world_at(world, place);
    for (size_t i = 0; i < known.range_count; i++) {
        struct provider_range range = {.prefix = asn_table_range(map, place, i), .impacts = LISTING_UNKNOWN};
        if (world)
            count_range(&range, asn, zones, policy, &nets);
        provider->clean += is_clean(&range);
        provider->level3 += range.level3;
        provider->others += range.other != 0;
        vec_push(&provider->ranges, range);
    }
    vec_free(&nets);
}

/* ---- the cleanest ---- */

double
provider_near_share(const struct provider_range *range)
{
    unsigned length = range->prefix.length < BLOCK ? range->prefix.length : BLOCK;
    struct prefix around = prefix_around(&range->prefix.addr, length);
    return (double)range->near / (double)prefix_size(&around);
}

static int
by_cleanness(const void *a, const void *b)
{
    const struct provider_range *x = *(const struct provider_range *const *)a;
    const struct provider_range *y = *(const struct provider_range *const *)b;
    if (x->prefix.length != y->prefix.length)
        return x->prefix.length < y->prefix.length ? -1 : 1;
    return prefix_compare(&x->prefix, &y->prefix);
}

/* Ranges in which none of the three levels lists anything. */
static size_t
count_unlisted(const struct provider *provider)
{
    size_t count = 0;
    for (size_t i = 0; i < provider->ranges.count; i++)
        count += is_clean(&provider->ranges.at[i]) && !provider->ranges.at[i].level3;
    return count;
}

size_t
provider_cleanest(const struct provider *provider, size_t *out, size_t room)
{
    VEC(const struct provider_range *) clean = {0};
    bool unlisted = count_unlisted(provider) > 0;
    for (size_t i = 0; provider->counted && i < provider->ranges.count; i++) {
        const struct provider_range *range = &provider->ranges.at[i];
        if (is_clean(range) && !(unlisted && range->level3))
            vec_push(&clean, range);
    }
    size_t count = clean.count;
    if (count > 1)
        qsort(clean.at, count, sizeof clean.at[0], by_cleanness);
    for (size_t i = 0; i < count && i < room; i++)
        out[i] = (size_t)(clean.at[i] - provider->ranges.at);
    vec_free(&clean);
    return count;
}

/* ---- words ---- */

static void
put_some(struct buf *out, size_t some, size_t all)
{
    text_number(out, (int64_t)some);
    buf_text(out, " of its ");
    text_number(out, (int64_t)all);
    buf_text(out, " ranges");
}

/* "its only range lies", "all of its ranges lie", "3 of its 7 ranges lie", of those in what is listed for others. */
static void
put_others(struct buf *out, const struct provider *provider)
{
    size_t all = provider->ranges.count;
    uint32_t first = 0;
    bool several = false;
    for (size_t i = 0; i < all; i++) {
        uint32_t other = provider->ranges.at[i].other;
        several = several || (first && other && other != first);
        first = first ? first : other;
    }
    if (provider->others < all) {
        put_some(out, provider->others, all);
        buf_text(out, provider->others == 1 ? " lies" : " lie");
    } else {
        buf_text(out, all == 1 ? "its only range lies" : "all of its ranges lie");
    }
    buf_format(out, " in what level 3 lists for %sAS%u", several ? "others, first for " : "", first);
}

static void
put_own(struct buf *out, const struct provider *provider)
{
    size_t all = provider->ranges.count, own = provider->level3 - provider->others;
    buf_text(out, "On level 3");
    if (own == all) {
        buf_text(out, all == 1 ? ", its only range" : ", all of its ranges");
    } else if (own > 0) {
        buf_text(out, " in part, ");
        put_some(out, own, all);
    } else {
        buf_text(out, ", but with ranges that the ASN database has for others");
    }
}

void
provider_stands(const struct provider *provider, struct buf *out)
{
    if (!provider->knows_level3)
        return;
    if (provider->density.level3 == LEVEL3_OWN || provider->level3 > provider->others)
        put_own(out, provider);
    else
        buf_text(out, provider->others > 0 ? "Not on level 3 itself" : "Not on level 3");
    if (provider->others > 0) {
        buf_text(out, ": ");
        put_others(out, provider);
    }
    buf_byte(out, '.');
}

/* What level 3 lists is known from its zone file, else it is our estimate. */
void
provider_on_level3(const struct provider *provider, struct buf *out)
{
    static const char *const calls[] = {
        [CALL_UNDER] = "By this estimate level 3 does not list it.",
        [CALL_BORDERLINE] = "By this estimate level 3 may list all of it, or nothing.",
        [CALL_OVER] = "By this estimate level 3 lists all of it: another address here does not help against that.",
        [CALL_UNKNOWN] = "Whether level 3 lists it cannot be told: not all of its impacts are published.",
    };
    size_t all = provider->ranges.count;
    if (!provider->counted)
        return;
    if (!provider->knows_level3)
        buf_text(out, calls[provider->density.call]);
    else if (provider->level3 == all)
        buf_text(out, "Level 3 lists all of it: another address here does not help against that.");
    else if (provider->level3 == 0)
        buf_text(out, "Level 3 lists none of its ranges.");
    else {
        buf_text(out, "Level 3 lists ");
        put_some(out, provider->level3, all);
        buf_text(out, ": against that only an address in another one helps.");
    }
}

/* Of ranges none of which is clean. */
static const struct provider_range *
find_best(const struct provider *provider)
{
    const struct provider_range *best = &provider->ranges.at[0];
    for (size_t i = 1; i < provider->ranges.count; i++) {
        const struct provider_range *range = &provider->ranges.at[i];
        if (range->cover < best->cover ||
            (range->cover == best->cover && provider_near_share(range) < provider_near_share(best)))
            best = range;
    }
    return best;
}

/* Whether level 2 lists each address of each range. */
static bool
is_all_on_level2(const struct provider *provider)
{
    return provider->clean == 0 && find_best(provider)->cover == PROVIDER_WHOLE;
}

static void
put_best(struct buf *out, const struct provider *provider)
{
    const struct provider_range *best = find_best(provider);
    char prefix[PREFIX_TEXT];
    if (best->cover == PROVIDER_WHOLE) {
        buf_text(out, "Level 2 lists all of it: another address here does not help against that.");
        return;
    }
    buf_text(out, provider->ranges.count == 1 ? "Its only range is "
                                              : "In each of its ranges something is listed; the cleanest is ");
    buf_format(out, "%s: ", prefix_text(&best->prefix, prefix));
    text_number(out, (int64_t)best->near);
    buf_format(out, " listed address%s%s, ", best->near == 1 ? "" : "es",
               best->prefix.length > BLOCK ? " in the /24 around it" : "");
    buf_text(out, best->cover == PROVIDER_FREE ? "no published net." : "published nets in parts of it.");
}

void
provider_on_ranges(const struct provider *provider, struct buf *out)
{
    size_t all = provider->ranges.count, unlisted = count_unlisted(provider);
    if (!provider->counted)
        return;
    if (provider->clean == 0) {
        put_best(out, provider);
        return;
    }
    buf_text(out, "Levels 1 and 2 list nothing in ");
    if (provider->clean < all)
        put_some(out, provider->clean, all);
    else
        buf_text(out, all == 1 ? "its only range" : "any of its ranges");
    if (provider->level3 > 0 && provider->level3 < all) {
        buf_text(out, "; ");
        text_number(out, (int64_t)unlisted);
        buf_text(out, " of these are not on level 3 either");
    }
    buf_byte(out, '.');
}

void
provider_advice(const struct provider *provider, struct buf *out)
{
    size_t all = provider->ranges.count;
    if (!provider->counted)
        return;
    if (provider->knows_level3 && provider->level3 == all && is_all_on_level2(provider)) {
        buf_text(out, "Levels 2 and 3 list all of it: another address here does not help against either.");
        return;
    }
    provider_on_level3(provider, out);
    buf_byte(out, ' ');
    provider_on_ranges(provider, out);
}

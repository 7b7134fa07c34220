#include "density/provider.h"

#include "base/text.h"

#include <stdlib.h>

enum { BLOCK = 24 };

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
    range->clean = range->near == 0 && range->cover == PROVIDER_FREE;
    /* Nets come wider first, and the impacts of an outermost net include those of the nets inside it. */
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

void
provider_gather(struct provider *provider, uint32_t asn, const struct asn_table *map, const struct ranking *ranking,
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
    provider->counted = ranking;
    provider->knows_level3 = ranking && zone_set_level(zones, 3);
    provider->density.addresses = known.addresses;
    if (ranking)
        provider->density = ranking_at(ranking, place);
    for (size_t i = 0; i < known.range_count; i++) {
        struct provider_range range = {.prefix = asn_table_range(map, place, i), .impacts = LISTING_UNKNOWN};
        if (ranking)
            count_range(&range, asn, zones, policy, &nets);
        provider->clean += range.clean;
        provider->unlisted += range.clean && !range.level3;
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

size_t
provider_cleanest(const struct provider *provider, size_t *out, size_t room)
{
    VEC(const struct provider_range *) clean = {0};
    for (size_t i = 0; provider->counted && i < provider->ranges.count; i++) {
        const struct provider_range *range = &provider->ranges.at[i];
        if (range->clean && !(provider->unlisted > 0 && range->level3))
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
put_some(struct buf *out, const char *before, size_t some, size_t all)
{
    buf_text(out, before);
    text_number(out, (int64_t)some);
    buf_text(out, " of its ");
    text_number(out, (int64_t)all);
    buf_text(out, " ranges");
}

void
provider_stands(const struct provider *provider, struct buf *out)
{
    size_t all = provider->ranges.count, own = provider->level3 - provider->others;
    if (!provider->knows_level3)
        return;
    if (provider->density.level3 != LEVEL3_OWN && own == 0)
        buf_text(out, provider->others > 0 ? "Not on level 3 itself" : "Not on level 3");
    else if (own == all)
        buf_text(out, all == 1 ? "On level 3, its only range" : "On level 3, all of its ranges");
    else if (own > 0)
        put_some(out, "On level 3 in part, ", own, all);
    else
        buf_text(out, "On level 3, but with ranges that the ASN database assigns to other ASes");
    if (provider->others > 0) {
        uint32_t first = 0;
        bool several = false;
        for (size_t i = 0; i < all; i++) {
            uint32_t other = provider->ranges.at[i].other;
            several = several || (first && other && other != first);
            first = first ? first : other;
        }
        if (provider->others < all)
            put_some(out, ": ", provider->others, all);
        else
            buf_text(out, all == 1 ? ": its only range" : ": all of its ranges");
        buf_format(out, " %s inside level 3 listings of %sAS%u", provider->others == 1 ? "is" : "are",
                   several ? "several ASes, first " : "", first);
    }
    buf_byte(out, '.');
}

void
provider_on_level3(const struct provider *provider, struct buf *out)
{
    static const char *const calls[] = {
        [CALL_UNDER] = "By this estimate, level 3 does not list it.",
        [CALL_BORDERLINE] = "By this estimate, level 3 may list all of it or nothing.",
        [CALL_OVER] = "By this estimate, level 3 lists all of it; another address here does not help.",
        [CALL_UNKNOWN] = "No estimate for level 3: some of its impacts are not published.",
    };
    size_t all = provider->ranges.count, free_ranges = all - provider->level3;
    if (!provider->counted)
        return;
    if (!provider->knows_level3)
        buf_text(out, calls[provider->density.call]);
    else if (free_ranges == 0)
        buf_text(out, "Level 3 lists all of it; another address here does not help.");
    else if (free_ranges == all)
        buf_text(out, "Level 3 lists none of its ranges.");
    else {
        text_number(out, (int64_t)provider->level3);
        buf_text(out, " of ");
        text_number(out, (int64_t)all);
        buf_format(out, " ranges %s on level 3; pick an address from the other ", provider->level3 == 1 ? "is" : "are");
        if (free_ranges == 1)
            buf_text(out, "one");
        else
            text_number(out, (int64_t)free_ranges);
        buf_byte(out, '.');
    }
}

/* Returns the least listed range where none is clean. */
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

void
provider_on_ranges(const struct provider *provider, struct buf *out)
{
    size_t all = provider->ranges.count;
    if (!provider->counted)
        return;
    if (provider->clean == 0) {
        const struct provider_range *best = find_best(provider);
        char prefix[PREFIX_TEXT];
        if (best->cover == PROVIDER_WHOLE) {
            buf_text(out, "Level 2 lists all of it; another address here does not help.");
            return;
        }
        buf_text(out, all == 1 ? "Its only range is " : "Every range has listings; the cleanest is ");
        buf_format(out, "%s: ", prefix_text(&best->prefix, prefix));
        text_number(out, (int64_t)best->near);
        buf_format(out, " listed address%s%s, ", best->near == 1 ? "" : "es",
                   best->prefix.length > BLOCK ? " in the /24 around it" : "");
        buf_text(out, best->cover == PROVIDER_FREE ? "no published net." : "published nets in parts of it.");
        return;
    }
    buf_text(out, "Levels 1 and 2 list nothing in ");
    if (provider->clean < all)
        put_some(out, "", provider->clean, all);
    else
        buf_text(out, all == 1 ? "its only range" : "any of its ranges");
    if (provider->level3 > 0 && provider->level3 < all) {
        buf_text(out, "; ");
        text_number(out, (int64_t)provider->unlisted);
        buf_text(out, provider->unlisted == 1 ? " of these is not on level 3 either"
                                              : " of these are not on level 3 either");
    }
    buf_byte(out, '.');
}

void
provider_advice(const struct provider *provider, struct buf *out)
{
    if (!provider->counted)
        return;
    if (provider->knows_level3 && provider->level3 == provider->ranges.count && provider->clean == 0 &&
        find_best(provider)->cover == PROVIDER_WHOLE) {
        buf_text(out, "Levels 2 and 3 list all of it; another address here does not help.");
        return;
    }
    provider_on_level3(provider, out);
    buf_byte(out, ' ');
    provider_on_ranges(provider, out);
}

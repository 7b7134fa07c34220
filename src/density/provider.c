#include "density/provider.h"

#include "base/text.h"
#include "zones/zone_listing.h"

#include <stdlib.h>
#include <string.h>

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
    range->level2 = cover_of(zone_set_level(zones, 2), &range->prefix);
    if (zone_set_level(zones, 3))
        range->level3 = level3_cover(zone_set_level(zones, 3), &range->prefix, asn, &range->other);
    range->quiet = range->near == 0 && range->level2 == COVER_NONE;
    range->clean = range->quiet && range->level3 == COVER_NONE;
    vec_clear(nets);
    density_nets_around(nets, zones, policy, &range->prefix);
    for (size_t i = nets->count; i-- > 0;)
        if (nets->at[i].prefix.length < range->prefix.length)
            range->around = nets->at[i].prefix;
    provider_nets(nets, zones, policy, &range->prefix);
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

/* Takes the country from the texts of the range's nets, or else of level 3. */
static void
find_country(struct provider *provider, const struct provider_range *range, const struct zone_set *zones,
             const density_nets *nets)
{
    enum { ROWS = 4 };
    struct zone_file_row rows[ROWS];
    const struct zone_file *level3 = zone_set_level(zones, 3);
    struct holder holder = {0};
    for (size_t i = 0; i < nets->count && holder.asn != provider->asn; i++)
        holder = nets->at[i].holder;
    size_t count = level3 ? zone_file_find(level3, addr_to_v4(&range->prefix.addr), rows, ROWS) : 0;
    for (size_t i = 0; i < count && i < ROWS && holder.asn != provider->asn; i++)
        holder = zone_listing_holder(level3, &rows[i]);
    if (holder.asn == provider->asn)
        memcpy(provider->country, holder.country, sizeof holder.country);
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
        if (ranking && !*provider->country)
            find_country(provider, &range, zones, &nets);
        provider->quiet += range.quiet;
        provider->clean += range.clean;
        provider->level3[range.level3]++;
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
        if (range->clean)
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
    size_t all = provider->ranges.count, listed = all - provider->level3[COVER_NONE], own = listed - provider->others;
    size_t parts = provider->level3[COVER_PARTS];
    if (!provider->knows_level3)
        return;
    if (provider->density.level3 != LEVEL3_OWN && own == 0)
        buf_text(out, provider->others > 0 ? "Not on level 3 itself" : "Not on level 3");
    else if (own == all && all == 1)
        buf_text(out, parts > 0 ? "On level 3, parts of its only range" : "On level 3, its only range");
    else if (own == all && parts == 0)
        buf_text(out, "On level 3, all of its ranges");
    else if (own > 0)
        put_some(out, "On level 3: ", own, all);
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
            put_some(out, own > 0 ? "; " : ": ", provider->others, all);
        else
            buf_text(out, all == 1 ? ": its only range" : ": all of its ranges");
        buf_format(out, " %s inside level 3 listings of %sAS%u", provider->others == 1 ? "is" : "are",
                   several ? "several ASes, first " : "", first);
    }
    if (parts > 0 && parts == listed && own < all)
        buf_text(out, listed == 1 ? ", in parts" : ", each in parts");
    else if (parts > 0 && all > 1)
        buf_format(out, " (%zu in parts)", parts);
    if (provider->density.level3 == LEVEL3_OWN && provider->others == 0 && own > 0 && own < all)
        buf_text(out, "; it may not know the others");
    buf_byte(out, '.');
}

/* Returns the least listed range where none is clean: no whole one, then by level 3, level 2 and neighbours. */
static const struct provider_range *
find_best(const struct provider *provider)
{
    const struct provider_range *best = NULL;
    for (size_t i = 0; i < provider->ranges.count; i++) {
        const struct provider_range *range = &provider->ranges.at[i];
        if (range->level2 == COVER_WHOLE || range->level3 == COVER_WHOLE)
            continue;
        if (!best || range->level3 < best->level3 ||
            (range->level3 == best->level3 &&
             (range->level2 < best->level2 ||
              (range->level2 == best->level2 && provider_near_share(range) < provider_near_share(best)))))
            best = range;
    }
    return best;
}

/* Ends the sentence that no address of the provider helps. */
static void
put_no_help(const struct provider *provider, struct buf *out)
{
    size_t all = provider->ranges.count;
    buf_text(out, ": another address there does not help, only another provider's");
    if (provider->quiet == all && all > 0)
        buf_text(out, ", though levels 1 and 2 list nothing there");
    else if (provider->quiet > 0)
        put_some(out, ", though levels 1 and 2 list nothing in ", provider->quiet, all);
}

/* Says what is listed where no range is clean. Returns whether another address could help. */
static bool
put_listed(const struct provider *provider, const struct provider_range *best, struct buf *out)
{
    size_t all = provider->ranges.count, level2 = 0;
    char prefix[PREFIX_TEXT];
    for (size_t i = 0; i < all; i++)
        level2 += provider->ranges.at[i].level2 == COVER_WHOLE;
    if (!best) {
        bool on_level3 = provider->level3[COVER_WHOLE] == all;
        bool is_inside = on_level3 && provider->density.level3 != LEVEL3_OWN && provider->others > 0;
        buf_format(out, "%s all of AS%u%s",
                   on_level3 && level2 == all ? "Levels 2 and 3 list"
                   : on_level3                ? "Level 3 lists"
                   : level2 == all            ? "Level 2 lists"
                                              : "Levels 2 and 3 together list",
                   provider->asn, is_inside ? ", because of other ASes" : "");
        put_no_help(provider, out);
        return false;
    }
    if (all == 1)
        buf_format(out, "The only range of AS%u is not clean", provider->asn);
    else
        buf_format(out, "No range of AS%u is clean; the least listed is %s", provider->asn,
                   prefix_text(&best->prefix, prefix));
    buf_text(out, ", with ");
    text_number(out, (int64_t)best->near);
    buf_format(out, " listed address%s%s: another address there helps", best->near == 1 ? "" : "es",
               best->prefix.length > BLOCK ? " in the /24 around it" : "");
    if (best->level2 == COVER_PARTS || best->level3 == COVER_PARTS)
        buf_format(out, " outside the parts that %s",
                   best->level3 == COVER_NONE   ? "level 2 lists"
                   : best->level2 == COVER_NONE ? "level 3 lists"
                                                : "levels 2 and 3 list");
    return true;
}

/* Without level 3's zone file: what the DNS or else the estimate adds to the sentence about levels 1 and 2. */
static void
put_call(const struct provider *provider, enum level3 told, struct buf *out)
{
    static const char *const calls[] = {
        [CALL_UNDER] = "by our estimate level 3 does not list",
        [CALL_BORDERLINE] = "our estimate cannot tell whether level 3 lists",
        [CALL_UNKNOWN] = "level 3 is not known, nor all impacts of",
    };
    buf_format(out, "; %s AS%u",
               told == LEVEL3_ABSENT ? "by a DNS answer level 3 does not list" : calls[provider->density.call],
               provider->asn);
}

bool
provider_is_over(const struct provider *provider, enum level3 told)
{
    return !provider->knows_level3 && told == LEVEL3_UNKNOWN && provider->counted &&
           provider->density.call == CALL_OVER;
}

bool
provider_another(const struct provider *provider, enum level3 told, struct buf *out)
{
    size_t all = provider->ranges.count, clean = provider->clean;
    bool knows = provider->knows_level3, is_told = !knows && told == LEVEL3_OWN, helps = true;
    bool is_over = provider_is_over(provider, told);
    if (is_told || is_over) {
        buf_format(out,
                   is_told ? "By a DNS answer level 3 lists AS%u, by its rule with all ranges"
                           : "By our estimate level 3 lists all of AS%u",
                   provider->asn);
        put_no_help(provider, out);
        return false;
    }
    if (!provider->counted || all == 0)
        return false;
    if (clean == 0) {
        helps = put_listed(provider, find_best(provider), out);
    } else {
        buf_text(out, all == 1 ? "The only range" : clean == all ? "All " : "");
        if (all > 1)
            text_number(out, (int64_t)clean);
        if (clean < all) {
            buf_text(out, " of ");
            text_number(out, (int64_t)all);
        }
        buf_format(out, "%s of AS%u %s clean on %s: an address there helps%s", all > 1 ? " ranges" : "", provider->asn,
                   clean == 1 ? "is" : "are", knows ? "all levels" : "levels 1 and 2", knows ? "" : " against these");
    }
    if (!knows && helps)
        put_call(provider, told, out);
    return helps;
}

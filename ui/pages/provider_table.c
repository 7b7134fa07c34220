#include "pages/provider_table.h"

#include "base/text.h"
#include "pages/figure.h"

#include <math.h>
#include <string.h>

/* ---- words ---- */

void
provider_table_sentence(const struct provider *provider, struct buf *out)
{
    const struct asn_density *d = &provider->density;
    if (!provider->counted)
        return;
    provider_stands(provider, out);
    buf_format(out, "%sEstimate: %s", provider->knows_level3 ? " " : "", d->at_least ? "at least " : "");
    figure_count(out, d->impacts, "impact", "impacts");
    buf_format(out, d->ratio >= 10 ? ", %.0f times the limit (" : ", %.2f times the limit (",
               ranking_ratio_shown(d->ratio));
    text_number(out, (int64_t)ceil(d->needed));
    buf_byte(out, ')');
    if (!provider->knows_level3)
        buf_format(out, ": %s", call_name(d->call));
    buf_byte(out, '.');
}

void
provider_table_figures(const struct provider *provider, const struct policy *policy, struct buf *out)
{
    const struct asn_density *d = &provider->density;
    const struct prefix *first = NULL; /* net of level 2 that is wider than a range in it */
    size_t count = 0;
    bool several = false;
    char prefix[PREFIX_TEXT];
    figure_count(out, (int64_t)d->addresses, "address", "addresses");
    buf_text(out, " in ");
    figure_count(out, (int64_t)provider->ranges.count, "range", "ranges");
    if (!provider->counted)
        return;
    for (size_t i = 0; i < provider->ranges.count; i++) {
        const struct prefix *around = &provider->ranges.at[i].around;
        if (around->addr.family == ADDR_NONE)
            continue;
        several = several || (first && !prefix_equal(first, around));
        first = first ? first : around;
        count++;
    }
    if (count > 0 && provider->ranges.count > 1)
        buf_format(out, " (%zu inside level 2's %s", count, prefix_text(first, prefix));
    else if (count > 0)
        buf_format(out, " (inside level 2's %s", prefix_text(first, prefix));
    buf_text(out, count == 0 ? ", " : several ? " or others), " : "), ");
    text_number(out, (int64_t)d->listed);
    buf_text(out, " listed (");
    text_number(out, (int64_t)d->listed_outside_nets);
    buf_format(out, " outside published nets), score %s", d->at_least ? "at least " : "");
    text_decimal(out, d->score);
    buf_format(out, " (estimate; limit %g, and %lld impacts)", policy->score, (long long)policy->impacts);
}

/* ---- the table ---- */

enum { RANGE, ADDRESSES, LISTED, SHARE, NETS, IMPACTS, COVER, AROUND, CLEANEST = PROVIDER_COLUMN_CLEANEST };

static const struct table_column columns[] = {
    [RANGE] = {{"range", 18, 18, 0, false}, "address", "address", false, NULL, 0},
    [ADDRESSES] = {{"addresses", 11, 11, 3, true}, "addresses", "addresses, most first", true, NULL, 0},
    [LISTED] = {{"listed", 6, 6, 1, true}, "listed", "listed addresses, most first", true, NULL, 0},
    [SHARE] = {{"share", 7, 7, 4, true}, "share", "share listed, largest first", true, NULL, 0},
    [NETS] = {{"nets", 5, 5, 5, true}, "nets", "published nets, most first", true, NULL, 0},
    [IMPACTS] = {{"impacts", 7, 7, 2, true}, "impacts", "published impacts, most first", true, NULL, 0},
    [COVER] = {{"level 2", 7, 7, 6, false}, NULL, NULL, false, NULL, 0},
    [AROUND] = {{"net around it", 18, 18, 7, false}, NULL, NULL, false, NULL, 0},
    [CLEANEST] = {{"", 0, 0, 9, false}, "cleanest", "cleanest: no net, fewest listed, largest first", false, NULL, 0},
};

static const struct provider_range *
range_at(void *self, size_t item)
{
    const struct provider *provider = self;
    return &provider->ranges.at[item];
}

static struct prefix
prefix_at(void *self, size_t item)
{
    return range_at(self, item)->prefix;
}

/* CLEANEST is smallest for the cleanest range, in the order of provider_cleanest: by the cover of level 2, then by
 * neighbours, then those on level 3 last, then the largest first. */
static double
figure(void *self, size_t item, size_t column)
{
    static const double least = 1e-9; /* less than one address of any range */
    const struct provider *provider = self;
    const struct provider_range *range = range_at(self, item);
    double size = (double)prefix_size(&range->prefix);
    if (column == RANGE)
        return addr_to_v4(&range->prefix.addr);
    if (column == ADDRESSES)
        return size;
    if (!provider->counted)
        return NAN;
    switch (column) {
    case LISTED:
        return (double)range->listed;
    case SHARE:
        return 100 * (double)range->listed / size;
    case NETS:
        return (double)range->nets;
    case IMPACTS:
        return range->impacts == LISTING_UNKNOWN ? NAN : (double)range->impacts;
    default:
        return 1000 * (double)range->cover + provider_near_share(range) + (range->level3 ? least : 0) -
               least / 10 * size / (UINT32_MAX + 1.0);
    }
}

/* Level 2 counts even if it lists only a part of the range. */
static bool
on_level(void *self, size_t item, unsigned level)
{
    const struct provider *provider = self;
    const struct provider_range *range = range_at(self, item);
    const bool listed[] = {range->listed > 0, range->cover != PROVIDER_FREE, range->level3};
    if (!provider->counted)
        return false;
    return level > 0 ? listed[level - 1] : !listed[0] && !listed[1] && !listed[2];
}

static enum role
cell(void *self, size_t item, size_t column, struct buf *out)
{
    static const struct {
        const char *word;
        enum role role;
    } covers[] = {
        [PROVIDER_FREE] = {"-", ROLE_DIM},
        [PROVIDER_PARTS] = {"parts", ROLE_PLAIN},
        [PROVIDER_WHOLE] = {"whole", ROLE_LISTED},
    };
    const struct provider_range *range = range_at(self, item);
    char prefix[PREFIX_TEXT];
    double number = figure(self, item, column);
    if (column == RANGE) {
        buf_text(out, prefix_text(&range->prefix, prefix));
        return ROLE_PLAIN;
    }
    if (column == AROUND) {
        buf_text(out, range->around.addr.family == ADDR_NONE ? "-" : prefix_text(&range->around, prefix));
        return ROLE_DIM;
    }
    if (column == COVER) {
        buf_text(out, ((const struct provider *)self)->counted ? covers[range->cover].word : "?");
        return covers[range->cover].role;
    }
    if (isnan(number) || column != SHARE)
        return table_model_number(out, number, number > 0 ? ROLE_PLAIN : ROLE_DIM);
    figure_share(out, range->listed, prefix_size(&range->prefix));
    return number > 0 ? ROLE_PLAIN : ROLE_DIM;
}

const struct table_model provider_table = {
    .thing = "range",
    .things = "ranges",
    .filter_label = "Filter: part of a prefix, level:2, listed>0, impacts>=100, in:203.0.113.0/24",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .eye = {.figure = figure, .prefix = prefix_at, .on_level = on_level},
    .cell = cell,
};

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

enum {
    RANGE,
    LISTED,
    BAR,
    LEVEL2,
    LEVEL3,
    IMPACTS = PROVIDER_COLUMN_IMPACTS,
    SIZE,
    SHARE,
    NETS,
    AROUND,
    CLEANEST,
    TIE
};

static const struct table_column columns[] = {
    [RANGE] = {{"range", 18, 18, 0, false}, "address", "address", false, NULL, 0},
    [LISTED] = {{"1 listed", 8, 8, 1, true}, "listed", "listed addresses, most first", true, NULL, 0},
    [BAR] = {{"", 32, 8, 6, false}, NULL, NULL, false, NULL, 0},
    [LEVEL2] = {{"2", 5, 5, 3, false}, NULL, NULL, false, NULL, 0},
    [LEVEL3] = {{"3", 5, 5, 4, false}, NULL, NULL, false, NULL, 0},
    [IMPACTS] = {{"impacts", 8, 8, 2, true}, "impacts", "impacts, then listed addresses, most first", true, NULL, 0},
    [SIZE] = {{"size", 10, 10, 5, true}, "addresses", "addresses, most first", true, NULL, 0},
    [SHARE] = {{"share", 7, 7, 7, true}, "share", "share listed, largest first", true, NULL, 0},
    [NETS] = {{"nets", 5, 5, 8, true}, "nets", "published nets, most first", true, NULL, 0},
    [AROUND] = {{"net around it", 18, 18, 9, false}, NULL, NULL, false, NULL, 0},
    [CLEANEST] = {{"", 0, 0, 9, false}, "cleanest", "cleanest: levels 3, 2 and 1, then size", false, NULL, 0},
    [TIE] = {{"", 0, 0, 9, false}, NULL, NULL, true, NULL, 0},
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

/* CLEANEST is smallest for the cleanest range, in the order of provider_cleanest: by how much levels 3 and 2 list, then
 * by neighbours, then the largest first. */
static double
figure(void *self, size_t item, size_t column)
{
    static const double least = 1e-10; /* less than one address of any range */
    const struct provider *provider = self;
    const struct provider_range *range = range_at(self, item);
    double size = (double)prefix_size(&range->prefix);
    if (column == RANGE)
        return addr_to_v4(&range->prefix.addr);
    if (column == SIZE)
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
    case TIE: /* by size, too, where nothing is listed */
        return (double)range->listed + size * least;
    case IMPACTS:
        return range->impacts == LISTING_UNKNOWN ? NAN : (double)range->impacts;
    default:
        return 1000.0 * (COVER_COUNT * range->level3 + range->level2) + provider_near_share(range) -
               least * size / (UINT32_MAX + 1.0);
    }
}

/* Levels 2 and 3 count even if they list only parts of the range. */
static bool
on_level(void *self, size_t item, unsigned level)
{
    const struct provider *provider = self;
    const struct provider_range *range = range_at(self, item);
    const bool listed[] = {range->listed > 0, range->level2 != COVER_NONE, range->level3 != COVER_NONE};
    if (!provider->counted)
        return false;
    return level > 0 ? listed[level - 1] : !listed[0] && !listed[1] && !listed[2];
}

/* Words of addresses, and "clean". */
static bool
matches(void *self, size_t item, const char *word)
{
    const struct provider *provider = self;
    const struct provider_range *range = range_at(self, item);
    char prefix[PREFIX_TEXT];
    return strstr(prefix_text(&range->prefix, prefix), word) ||
           (provider->counted && range->clean && strcasecmp(word, "clean") == 0);
}

static enum role
cell(void *self, size_t item, size_t column, struct buf *out)
{
    static const enum role roles[] = {[COVER_NONE] = ROLE_DIM, [COVER_PARTS] = ROLE_PLAIN, [COVER_WHOLE] = ROLE_STRONG};
    const struct provider *provider = self;
    const struct provider_range *range = range_at(self, item);
    enum cover cover = column == LEVEL2 ? range->level2 : range->level3;
    bool known = column == LEVEL3 ? provider->knows_level3 : provider->counted;
    char prefix[PREFIX_TEXT];
    double number;
    switch (column) {
    case RANGE:
        buf_text(out, prefix_text(&range->prefix, prefix));
        return provider->knows_level3 && range->clean ? ROLE_CLEAR : ROLE_PLAIN;
    case AROUND:
        buf_text(out, range->around.addr.family == ADDR_NONE ? "-" : prefix_text(&range->around, prefix));
        return ROLE_DIM;
    case LEVEL2:
    case LEVEL3:
        buf_text(out, known ? cover_name(cover) : "?");
        return known ? roles[cover] : ROLE_UNKNOWN;
    case BAR:
        return ROLE_PLAIN;
    case SHARE:
        if (!known)
            break;
        figure_share(out, range->listed, prefix_size(&range->prefix));
        return range->listed > 0 ? ROLE_PLAIN : ROLE_DIM;
    }
    number = figure(self, item, column);
    return table_model_number(out, number, number > 0 ? ROLE_PLAIN : ROLE_DIM);
}

const struct table_model provider_table = {
    .thing = "range",
    .things = "ranges",
    .filter_label = "Filter: part of a prefix, clean, level:2, listed>0, impacts>=100, in:203.0.113.0/24",
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .tie = TIE,
    .bar = BAR,
    .bar_of = LISTED,
    .clean = "clean",
    .eye = {.figure = figure, .matches = matches, .prefix = prefix_at, .on_level = on_level},
    .cell = cell,
};

#include "density/ranking.h"

#include "base/clock.h"
#include "base/mem.h"
#include "density/density.h"

#include <math.h>
#include <stdlib.h>

/* Ratios of estimated to needed impacts beyond which the estimate is sure, measured on the zones of summer 2026. */
static const double OVER_FROM = 1.5, UNDER_BELOW = 0.67;

const char *
call_name(enum call call)
{
    static const char *const names[] = {
        [CALL_UNDER] = "under", [CALL_BORDERLINE] = "borderline", [CALL_OVER] = "over", [CALL_UNKNOWN] = "unknown"};
    return names[call];
}

/* The counts of one AS. */
struct tally {
    uint32_t listed, outside_nets;
    uint32_t unmeasured; /* listed addresses inside nets that publish no impacts */
    int64_t published;   /* impacts of its outermost rows */
    int64_t abusers;     /* of outermost rows with texts of the old generation */
};

/* A level 2 row around the current address. */
struct enclosing {
    uint32_t last;
    uint32_t asn;  /* that the row counts for; 0 = none */
    bool measured; /* its impacts are published */
};

/* One pass over both sorted tables: an address is counted while the rows that hold it are open. */
struct ranking {
    const struct asn_table *map;
    const struct policy *policy;
    struct tally *tallies; /* by ASN */

    const struct zone_file *level2;
    const uint32_t *addresses;
    size_t address_count, row_count;
    size_t address, row; /* next ones */
    struct zone_file_row next_row;
    VEC(struct enclosing) open; /* outermost first */

    struct level3_walk level3;
    struct level3_tally *on_level3; /* by ASN */
};

/* Counts a row for its AS, unless a row around it, or another piece of the same net, already counts: the impacts of the
 * outer row include its own. */
static void
count_row(struct ranking *ranking, const struct zone_file_row *row)
{
    struct listed_net net = density_net_of(ranking->level2, row, ranking->policy);
    bool measured = net.impacts != LISTING_UNKNOWN, inside = false;
    uint32_t last = addr_to_v4(&net.prefix.addr) + (uint32_t)(prefix_size(&net.prefix) - 1);
    uint32_t asn = measured || net.abusers != LISTING_UNKNOWN ? net.holder.asn : 0;
    size_t place;
    for (size_t i = 0; i < ranking->open.count; i++)
        inside = inside || (ranking->open.at[i].asn == asn && (ranking->open.at[i].measured || !measured));
    if (asn && !inside && asn_table_find(ranking->map, asn, &place)) {
        struct tally *tally = &ranking->tallies[place];
        *(measured ? &tally->published : &tally->abusers) += measured ? net.impacts : net.abusers;
    }
    vec_push(&ranking->open, ((struct enclosing){last, asn, measured}));
}

/* Counts the next row or address, whichever starts first; after both, level 3. Returns false when all is counted. */
static bool
count_next(struct ranking *ranking)
{
    bool has_address = ranking->address < ranking->address_count, has_row = ranking->row < ranking->row_count;
    uint32_t address = has_address ? ranking->addresses[ranking->address] : UINT32_MAX;
    has_row = has_row && addr_to_v4(&ranking->next_row.prefix.addr) <= address;
    uint32_t start = has_row ? addr_to_v4(&ranking->next_row.prefix.addr) : address;
    while (ranking->open.count > 0 &&
           ranking->open.at[ranking->open.count - 1].last < start) /* rows that end before it */
        ranking->open.count--;
    if (has_row) {
        count_row(ranking, &ranking->next_row);
        if (++ranking->row < ranking->row_count)
            ranking->next_row = zone_file_row_at(ranking->level2, ranking->row);
        return true;
    }
    if (!has_address)
        return level3_walk(&ranking->level3, ranking->map, ranking->on_level3);
    size_t place;
    bool measured = false;
    ranking->address++;
    if (address == DENSITY_TEST_POINT || !asn_table_locate(ranking->map, address, &place, NULL))
        return true;
    for (size_t i = 0; i < ranking->open.count; i++)
        measured = measured || ranking->open.at[i].measured;
    ranking->tallies[place].listed++;
    ranking->tallies[place].outside_nets += ranking->open.count == 0;
    ranking->tallies[place].unmeasured += ranking->open.count > 0 && !measured;
    return true;
}

struct ranking *
ranking_new(const struct zone_set *zones, const struct asn_table *map, const struct policy *policy)
{
    const struct zone_file *level1 = zone_set_level(zones, 1), *level2 = zone_set_level(zones, 2);
    struct ranking *ranking = mem_zero(sizeof *ranking);
    ranking->map = map;
    ranking->policy = policy;
    ranking->tallies = mem_zero(asn_table_count(map) * sizeof *ranking->tallies);
    ranking->addresses = level1 ? zone_file_addresses(level1, &ranking->address_count) : NULL;
    ranking->level2 = level2;
    ranking->level3.file = zone_set_level(zones, 3);
    ranking->on_level3 = mem_zero(asn_table_count(map) * sizeof *ranking->on_level3 + 1);
    ranking->row_count = level2 ? zone_file_row_count(level2) : 0;
    if (ranking->row_count > 0)
        ranking->next_row = zone_file_row_at(level2, 0);
    return ranking;
}

void
ranking_free(struct ranking *ranking)
{
    if (!ranking)
        return;
    vec_free(&ranking->open);
    free(ranking->tallies);
    free(ranking->on_level3);
    free(ranking);
}

bool
ranking_step(struct ranking *ranking, int64_t budget_us)
{
    enum { BATCH = 256 }; /* rows between two looks at the clock */
    int64_t began = clock_now_us();
    for (int i = 1; count_next(ranking); i++)
        if (i % BATCH == 0 && clock_now_us() - began >= budget_us)
            return false;
    return true;
}

struct asn_density
ranking_at(const struct ranking *ranking, size_t asn)
{
    const struct tally *tally = &ranking->tallies[asn];
    int64_t in_nets = tally->published + tally->unmeasured;
    struct asn_density d = {
        .asn = asn_table_number(ranking->map, asn),
        .addresses = asn_table_addresses(ranking->map, asn),
        .listed = tally->listed,
        .listed_outside_nets = tally->outside_nets,
        .impacts = (in_nets > tally->abusers ? in_nets : tally->abusers) + tally->outside_nets,
        .at_least = tally->unmeasured > 0 || tally->abusers > 0,
    };
    double by_score = (double)d.addresses * ranking->policy->score / 100000;
    d.needed = by_score > (double)ranking->policy->impacts ? by_score : (double)ranking->policy->impacts;
    d.ratio = (double)d.impacts / d.needed;
    d.score = d.addresses > 0 ? policy_score(d.impacts, (int64_t)d.addresses) : 0;
    d.call = d.ratio >= OVER_FROM ? CALL_OVER : d.ratio < UNDER_BELOW ? CALL_UNDER : CALL_BORDERLINE;
    if (d.at_least && d.call != CALL_OVER)
        d.call = CALL_UNKNOWN;
    const struct level3_tally *level3 = &ranking->on_level3[asn];
    d.level3_addresses = level3->addresses;
    d.level3 = !ranking->level3.file                                                        ? LEVEL3_UNKNOWN
               : level3->named || (level3->unnamed && 2 * level3->addresses >= d.addresses) ? LEVEL3_OWN
                                                                                            : LEVEL3_ABSENT;
    return d;
}

double
ranking_ratio_shown(double ratio)
{
    double shown = floor(ratio * 100 + .5) / 100;
    return ratio < 1 && shown >= 1 ? .99 : shown;
}

/* The ranking of all ASes by what is listed in their ranges, and the estimate whether level 3 lists them. */
#ifndef RANKING_H
#define RANKING_H

#include "asn/asn_table.h"
#include "density/level3.h"
#include "lists/policy.h"
#include "zones/zone_set.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum call { CALL_UNDER, CALL_BORDERLINE, CALL_OVER, CALL_UNKNOWN };

const char *call_name(enum call); /* "under", "borderline", "over", "unknown" */

/* The figures behind a level 3 listing. impacts, score and ratio are ESTIMATES: the sum over the outermost level 2 rows
 * that name the AS, plus 1 for each of its level 1 addresses outside every row. Rows without impacts (old texts, listed
 * by hand) add 1 for each listed address or abuser, so that the sum is AT LEAST that much. Only `level3` is exact: it
 * comes from the zone file. */
struct asn_density {
    uint32_t asn;
    uint64_t addresses;
    size_t listed;              /* level 1 addresses in its ranges */
    size_t listed_outside_nets; /* outside every level 2 row */
    int64_t impacts;
    bool at_least; /* impacts, score and ratio may be higher */
    double score;
    double needed;             /* max(50, addresses / 2000) */
    double ratio;              /* impacts / needed */
    enum call call;            /* over from 1.5, under below 0.67; unknown if at_least and not over */
    enum level3 level3;        /* lists the AS itself: names it, or without names at least half of its addresses */
    uint64_t level3_addresses; /* of its addresses, listed because of any AS */
};

/* Rounds a ratio to two decimals for display; a ratio below 1 stays below 1. */
double ranking_ratio_shown(double ratio);

/* The figures of all ASes, counted in one pass over zones and ranges. ASN table and policy must outlive it; the zones
 * must live until it is counted. */
struct ranking;

void ranking_free(struct ranking *);                               /* NULL is allowed */
struct asn_density ranking_at(const struct ranking *, size_t asn); /* by place in the ASN table */

/* Count in slices: a step runs for about budget_us microseconds and returns true when all is counted. */
struct ranking *ranking_new(const struct zone_set *, const struct asn_table *, const struct policy *);
bool ranking_step(struct ranking *, int64_t budget_us);

/* Counts all at once. */
static inline struct ranking *
ranking_of(const struct zone_set *zones, const struct asn_table *map, const struct policy *policy)
{
    struct ranking *ranking = ranking_new(zones, map, policy);
    ranking_step(ranking, INT64_MAX);
    return ranking;
}

#endif

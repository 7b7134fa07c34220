/* The rules of UCEPROTECT in numbers: the impacts that list a prefix at level 2 and an AS at level 3.
 *
 * The built-in table is the policy published in 2021, which the zones of summer 2026 obey. A dated file (policy.conf)
 * may replace it. An impact is one event of abuse, counted over 7 days; it is not an address.
 */
#ifndef POLICY_H
#define POLICY_H

#include "base/fault.h"

#include <stdbool.h>
#include <stdint.h>

enum { POLICY_SHORTEST = 8, POLICY_LONGEST = 32, POLICY_DATE = sizeof "2021-01-01" };

struct policy {
    char dated[POLICY_DATE];            /* the day on which these rules were checked, YYYY-MM-DD */
    int64_t limits[POLICY_LONGEST + 1]; /* by prefix length, POLICY_SHORTEST..POLICY_LONGEST */
    double score;                       /* level 3: listed at this spamscore or more ... */
    int64_t impacts;                    /* ... and at least this many impacts */
    int64_t window_hours;               /* the window of the count: 168 */
    int64_t rebuild_hours;              /* the interval of rebuilds: 1 */
};

/* Sets the built-in rules. */
void policy_default(struct policy *);

/* Reads an INI file: [policy] dated, window-hours, rebuild-hours; [level2] /24 = 4 ...; [level3] score, impacts. Keys
 * that the file lacks keep their values in *policy. On a fault (file, line, text) *policy is unchanged. Limits must be
 * positive, and a wider prefix must not have a lower limit. */
bool policy_load(struct policy *policy, const char *path, struct fault *);

/* Returns the impacts in 7 days that list an IPv4 prefix of this length at level 2; 0 = no limit. */
static inline int64_t
policy_limit(const struct policy *policy, unsigned prefix_length)
{
    return prefix_length <= POLICY_LONGEST ? policy->limits[prefix_length] : 0;
}

/* Returns the impacts that list an AS with so many addresses at level 3: max(50, addresses / 2000), rounded up, which
 * is "impacts / addresses x 100,000 >= 50" solved for the impacts. */
int64_t policy_needed(const struct policy *, int64_t addresses);

/* Returns the spamscore, to one decimal as the operator prints it. */
double policy_score(int64_t impacts, int64_t addresses);

/* Returns the impacts that a prefix must lose to fall under its limit: impacts - limit + 1; 0 = it is under it, or
 * there is no limit (0). */
static inline int64_t
policy_to_lose(int64_t impacts, int64_t limit)
{
    return limit > 0 && impacts >= limit ? impacts - limit + 1 : 0;
}

/* ESTIMATE: returns the hours until that many have left the 7-day window if all abuse stops now and arrived evenly.
 * Rounded up; at most the window. */
int64_t policy_hours_to_clear(const struct policy *, int64_t impacts, int64_t limit);

#endif

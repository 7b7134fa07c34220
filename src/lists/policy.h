/* The operator's rules in numbers: how many impacts list a prefix at level 2, and an ASN at level 3.
 *
 * The built-in table is the policy as published in 2021 and as the zones of summer 2026 obey it. Policies change, so a
 * dated file (policy.conf) may replace it. An impact is one event of abuse, counted over 7 days; it is not an address.
 */
#ifndef POLICY_H
#define POLICY_H

#include "base/fault.h"

#include <stdbool.h>
#include <stdint.h>

enum { POLICY_SHORTEST = 8, POLICY_LONGEST = 32, POLICY_DATE = sizeof "2021-01-01" };

struct policy {
    char dated[POLICY_DATE];            /* the day for which these rules were checked, YYYY-MM-DD */
    int64_t limits[POLICY_LONGEST + 1]; /* by prefix length, POLICY_SHORTEST..POLICY_LONGEST */
    double score;                       /* level 3: listed at this spamscore or more ... */
    int64_t impacts;                    /* ... and with at least so many impacts */
    int64_t window_hours;               /* impacts are counted over so long: 168 */
    int64_t rebuild_hours;              /* the zones are rebuilt so often: 1 */
};

/* The built-in rules; never fails. */
void policy_default(struct policy *);

/* Reads an INI file: [policy] dated, window-hours, rebuild-hours; [level2] /24 = 4 ...; [level3] score, impacts.
 * What the file does not name stays as it is in *policy. On a fault (file, line, text) *policy is untouched. Limits
 * must be positive and may not fall from a narrower prefix to a wider one. */
bool policy_load(struct policy *policy, const char *path, struct fault *);

/* Impacts in 7 days from which an IPv4 prefix of this length is listed at level 2; 0 for a length that has no limit. */
int64_t policy_limit(const struct policy *, unsigned prefix_length);

/* Impacts from which an ASN announcing so many addresses is listed at level 3: max(50, addresses / 2000), rounded up.
 * The score rule "impacts / addresses x 100,000 >= 50" said the other way round. */
int64_t policy_needed(const struct policy *, int64_t addresses);

/* The spamscore, to one decimal as the operator prints it. */
double policy_score(int64_t impacts, int64_t addresses);

/* Impacts a prefix must lose until it is under its limit: impacts - limit + 1; 0 when it is under already, or when its
 * length has no limit (0). */
int64_t policy_to_lose(int64_t impacts, int64_t limit);

/* ESTIMATE: hours until that many have left the 7-day window when all abuse stops now and had arrived evenly. Rounded
 * up; never over the window. */
int64_t policy_hours_to_clear(const struct policy *, int64_t impacts, int64_t limit);

#endif

/* What ends a listing, and when. All of it is estimate: the operator publishes impacts, but not their times. */
#ifndef FORECAST_H
#define FORECAST_H

#include "lists/policy.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"

/* Adds to the verdict's `ends` what ends each listing. */
void forecast_write(struct verdict *, const struct evidence *, const struct policy *);

/* Level 3: the share of its impacts that the ASN must lose, in whole per cent, until it is under the limit, from the
 * published score alone; 0 when it is. */
int forecast_share_to_lose(double score, const struct policy *);

/* Of the nets with so many impacts for their limit, how many in a hundred were still listed about 8 days later;
 * measured on the zones of summer 2026. 0 = not over the limit. */
int forecast_stay_rate(int64_t impacts, int64_t limit);

#endif

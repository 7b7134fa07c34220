/* When a listing ends. All dates are estimates, because the operator publishes impacts without their times. */
#ifndef FORECAST_H
#define FORECAST_H

#include "lists/policy.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"

/* Adds to the verdict's `ends` when each listing ends. */
void forecast_write(struct verdict *, const struct evidence *, const struct policy *);

/* Returns the share of its impacts, in per cent, that an AS must lose to fall under the limit of level 3, from the
 * published score alone; 0 = it is under the limit. */
int forecast_share_to_lose(double score, const struct policy *);

/* Returns how many per cent of the nets this far over their limit were still listed about 8 days later, measured on the
 * zones of summer 2026; 0 = not over the limit. */
int forecast_stay_rate(int64_t impacts, int64_t limit);

#endif

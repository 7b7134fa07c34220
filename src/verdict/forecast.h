/* When a listing ends. All dates are estimates, because the operator publishes impacts without their times. */
#ifndef FORECAST_H
#define FORECAST_H

#include "lists/policy.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"

/* Adds to the verdict's `ends` when each listing ends. */
void forecast_write(struct verdict *, const struct evidence *, const struct policy *);

#endif

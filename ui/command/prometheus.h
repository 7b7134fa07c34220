/* Results as metrics in the text format of Prometheus: one sample a target, and one for each list that lists it. */
#ifndef PROMETHEUS_H
#define PROMETHEUS_H

#include "base/hashtable.h"
#include "command/result.h"

enum prometheus_metric { METRIC_LISTED, METRIC_VERDICT, METRIC_UNKNOWN, METRIC_LEVEL2, METRIC_LEVEL3, METRICS };

/* Starts zeroed. */
struct prometheus {
    struct buf samples[METRICS];
    struct hashtable targets; /* by their labels: Prometheus refuses a file in which a sample is repeated */
};

/* Adds a target. Ignores a line that is none, and the second of two with the same labels. */
void prometheus_add(struct prometheus *, const struct result *);
/* Appends all metrics, with the time of the run. */
void prometheus_put(const struct prometheus *, int64_t run_ms, struct buf *out);
void prometheus_fini(struct prometheus *);

#endif

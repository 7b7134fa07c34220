/* Figures as people read them, and the ages of their sources. */
#ifndef FIGURE_H
#define FIGURE_H

#include "asn/asndb.h"
#include "base/buf.h"
#include "lists/catalogue.h"
#include "zones/zone_set.h"

#include <stdbool.h>
#include <stdint.h>

/* "3 listed addresses", "1 impact" */
void figure_count(struct buf *, int64_t count, const char *one, const char *many);

/* A part of a whole in per cent: "0.8 %", "<0.1 %"; only nothing is "0.0 %". */
void figure_share(struct buf *, uint64_t part, uint64_t whole);

/* How many times a limit: "1.8x", "23x". */
void figure_times(struct buf *, double times);

/* The age of data in hours: "2 h old", "2 h old by its file time", "of unknown age", "dated 3 h in the future". */
void figure_age(struct buf *, struct data_date);

/* Says how old the oldest zone file of the three levels is: "zones 2 h old"; nothing without any. */
void figure_zones(struct buf *, const struct zone_set *);

/* Names the sources: "Zones: L1 2 h old, L2 26 h old (stale); ASN database of 2026-06-01", without zone files that are
 * missing and without a database that is NULL. Returns false if one of them is so old that it may be wrong by now. */
bool figure_sources(struct buf *, const struct zone_set *, const struct asn_data *);

#endif

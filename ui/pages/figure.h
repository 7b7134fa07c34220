/* Figures as people read them, and the ages of what they come from. */
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

/* A part of a whole in per cent: "0.8 %"; what is more than nothing is not shown as nothing: "<0.1 %". */
void figure_share(struct buf *, uint64_t part, uint64_t whole);

/* How many times a limit: "1.8x", "23x". */
void figure_times(struct buf *, double times);

/* "2 h old", "of unknown age": what has this serial of a zone. */
void figure_age(struct buf *, uint32_t serial);

/* Where figures come from: "Zones: L1 2 h old, L2 26 h old (stale); ASN database of 2026-06-01". Zone
 * files that are not there, and a database that is NULL, are left out. False when one of them is so old that it may no
 * longer be true. */
bool figure_sources(struct buf *, const struct zone_set *, const struct asndb *);

#endif

/* What the journal has to do with a range that is shown by address: what it knows of each neighbour, and what a
 * sweep gives it to keep. */
#ifndef RANGE_PAST_H
#define RANGE_PAST_H

#include "keeper.h"
#include "range.h"

/* Says of each row since when its address was seen on level 1, and adds rows for those that are not on it now. What the
 * range counts stays as it is. */
void range_past_recall(struct range *, struct journal *);

/* What a sweep was told (what the zone files say, keeper_saw_prefix keeps). */
void range_past_keep_sweep(struct keeper *, const struct prefix *, const struct sweeper *, const void *sweep);

#endif

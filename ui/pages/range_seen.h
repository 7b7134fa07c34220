/* What the journal has to do with a range that is shown by address: what it knows of each neighbour, and what it is
 * given to keep. */
#ifndef RANGE_SEEN_H
#define RANGE_SEEN_H

#include "journal/recorder.h"
#include "pages/range.h"

/* Says of each row since when its address was seen on level 1, and adds rows for those that are not on it now. What the
 * range counts stays as it is. */
void range_seen_recall(struct range *, struct journal *);

/* How it stands in the zone files. Of a range by address its neighbours, too; of a wider one these would be many. */
void range_seen_keep_zones(struct recorder *, const struct range *, const struct zone_set *, const struct policy *);

#endif

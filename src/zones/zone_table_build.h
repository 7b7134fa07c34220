/* What makes a filled table one that can be searched: in steps, for those who must not be away for long. */
#ifndef ZONE_TABLE_BUILD_H
#define ZONE_TABLE_BUILD_H

#include "zones/zone_table.h"

#include <stdbool.h>

struct zone_table_build;

/* To be called once, when all is added; the table outlives it. */
struct zone_table_build *zone_table_build_new(struct zone_table *);
void zone_table_build_free(struct zone_table_build *); /* at any time; NULL is fine */

/* Does a part of it, of some ten thousand addresses or rows. True when all is done. */
bool zone_table_build_step(struct zone_table_build *);

#endif

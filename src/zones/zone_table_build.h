/* Private to zones: turns a filled table into one that can be searched, in steps, so that the console stays responsive.
 */
#ifndef ZONE_TABLE_BUILD_H
#define ZONE_TABLE_BUILD_H

#include "zones/zone_table.h"

#include <stdbool.h>

struct zone_table_build;

/* Begins when everything is added. The table must outlive it. */
struct zone_table_build *zone_table_build_new(struct zone_table *);
void zone_table_build_free(struct zone_table_build *); /* at any time; NULL is fine */

/* Handles some ten thousand addresses or rows. Returns true when all is done. */
bool zone_table_build_step(struct zone_table_build *);

#endif

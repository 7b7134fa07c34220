/* The part of an address's page that zone files make possible: the ladder of prefixes around it, and its /24 as a map.
 */
#ifndef CASE_DENSITY_H
#define CASE_DENSITY_H

#include "console/page.h"
#include "evidence.h"

/* Both add nothing without a level 1 zone file. */
void case_density_ladder(struct page *, const struct evidence *);
void case_density_map(struct page *, const struct evidence *);

#endif

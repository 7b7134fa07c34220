/* What zone files say about the neighbours of an address: the ladder of prefixes around it, and its /24 as a map. */
#ifndef ADDRESS_DENSITY_H
#define ADDRESS_DENSITY_H

#include "draw/page.h"
#include "pages/related_cases.h"
#include "verdict/evidence.h"

/* Names the listed neighbours in its /24: those of the sweep, else of the zone file, else none. `around` may be NULL.
 */
void address_density_neighbours(struct page *, const struct evidence *, const struct related_cases *around);

/* Add nothing without a level 1 zone file. */
void address_density_ladder(struct page *, const struct evidence *);
void address_density_map(struct page *, const struct evidence *);

#endif

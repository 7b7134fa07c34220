/* The part of an address's page that zone files make possible: the ladder of prefixes around it, and its /24 as a map.
 */
#ifndef CASE_DENSITY_H
#define CASE_DENSITY_H

#include "draw/page.h"
#include "pages/case_around.h"
#include "verdict/evidence.h"

/* The listed neighbours in its /24 by name, which advice speaks of: as the sweep found them, else as the zone file has
 * them; nothing where neither is there. `around` may be NULL. */
void case_density_neighbours(struct page *, const struct evidence *, const struct case_around *around);

/* Both add nothing without a level 1 zone file. */
void case_density_ladder(struct page *, const struct evidence *);
void case_density_map(struct page *, const struct evidence *);

#endif

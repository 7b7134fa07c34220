/* The part of an address's page that zone files make possible: the ladder of prefixes around it, and its /24 as a map.
 */
#ifndef ADDRESS_DENSITY_H
#define ADDRESS_DENSITY_H

#include "draw/page.h"
#include "pages/related_cases.h"
#include "verdict/evidence.h"

/* The listed neighbours in its /24 by name, which advice speaks of: as the sweep found them, else as the zone file has
 * them; nothing where neither is there. `around` may be NULL. */
void address_density_neighbours(struct page *, const struct evidence *, const struct related_cases *around);

/* Both add nothing without a level 1 zone file. */
void address_density_ladder(struct page *, const struct evidence *);
void address_density_map(struct page *, const struct evidence *);

#endif

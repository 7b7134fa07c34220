/* What zone files say about the neighbours of an address: the ladder of prefixes around it, and its /24. */
#ifndef ADDRESS_DENSITY_H
#define ADDRESS_DENSITY_H

#include "check/ptr_cache.h"
#include "draw/page.h"
#include "pages/related_cases.h"
#include "verdict/evidence.h"

/* Adds the other listed addresses of the /24, as the sweep found them, else the zone file, else none: each with its PTR
 * name where names are asked for and few enough to be all in sight, else as runs. `around` may be NULL. */
void address_density_neighbours(struct page *, const struct evidence *, const struct related_cases *around,
                                struct ptr_cache *names);

/* Adds nothing without a level 1 zone file; the title says how old it is, live, or else its date. */
void address_density_ladder(struct page *, const struct evidence *);
void address_density_title(struct buf *out, const struct evidence *, bool live);

/* Writes the last octets of sorted addresses, runs as one: ".87, .91-.92". */
void address_density_put_runs(struct buf *out, const uint32_t *addresses, size_t count, const char *between);

#endif

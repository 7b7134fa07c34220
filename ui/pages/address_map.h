/* The map of a net around an address, from zone files, with the worst of it. */
#ifndef ADDRESS_MAP_H
#define ADDRESS_MAP_H

#include "draw/page.h"
#include "pages/address_facts.h"

enum { ADDRESS_MAP_NETS = 24 };

/* Writes the nets that a map may show: the published ones from the widest on, then the /24. Returns how many. */
size_t address_map_nets(const struct evidence *, struct prefix out[static ADDRESS_MAP_NETS]);

/* Adds map and worst blocks in at most `rows` rows where they can be cut, and sets the title. Without zone files for a
 * map, adds the published nets and says what is missing, and returns false. */
bool address_map(struct page *, const struct address_facts *, const struct prefix *, int rows, struct buf *title);

#endif

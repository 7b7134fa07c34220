/* The map of a net around an address, from zone files, with the worst of it. */
#ifndef ADDRESS_MAP_H
#define ADDRESS_MAP_H

#include "density/density.h"
#include "draw/heatmap.h"
#include "draw/page.h"
#include "pages/address_facts.h"

enum { ADDRESS_MAP_NETS = 24 };

/* Writes the nets that a map may show: the published ones from the widest on, then the /24. Returns how many. */
size_t address_map_nets(const struct evidence *, struct prefix out[static ADDRESS_MAP_NETS]);

/* Fills the map of a net from zone files, and its title; adds the /24s of a wider net that have listed addresses, the
 * worst first. Returns false without zone files. */
bool address_map_fill(struct heatmap *, const struct address_facts *, const struct prefix *, density_blocks *,
                      struct buf *title);

/* Adds map and worst blocks in at most `rows` rows where they can be cut, and sets the title. Without zone files for a
 * map, adds the published nets and says what is missing, and returns false. */
bool address_map(struct page *, const struct address_facts *, const struct prefix *, int rows, struct buf *title);

#endif

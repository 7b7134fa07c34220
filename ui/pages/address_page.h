/* The first screen about one address: the verdict, the levels as bars, the map of the net that lists it, when it ends,
 * what to do. As wide columns as fit; all in one column on a narrow screen and on the command line. */
#ifndef ADDRESS_PAGE_H
#define ADDRESS_PAGE_H

#include "draw/page.h"
#include "pages/address_facts.h"

/* Lays the page out; `rows` show of it without scrolling. `net` is the place of the map's net (address_map_nets). */
void address_page(struct page *, const struct address_facts *, int rows, size_t net);

#endif

/* What the lists say about an address: the chain of levels, with nets, score and exemption. */
#ifndef ADDRESS_LEVELS_H
#define ADDRESS_LEVELS_H

#include "draw/page.h"
#include "lists/policy.h"
#include "verdict/evidence.h"

/* Adds nothing if no list was asked. `live` as in address_page. */
void address_levels(struct page *, const struct evidence *, const struct policy *, bool live);

/* Adds the texts of a list that nothing else shows, the nets if there are several, and since when the journal has its
 * state. */
void address_levels_remarks(struct page *, const struct evidence *, const struct list_result *);

#endif

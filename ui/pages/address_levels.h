/* What the lists say about an address: the chain of levels, with nets, score and exemption. */
#ifndef ADDRESS_LEVELS_H
#define ADDRESS_LEVELS_H

#include "draw/page.h"
#include "lists/policy.h"
#include "verdict/evidence.h"

/* Adds nothing if no list was asked. `live` as in address_page. */
void address_levels(struct page *, const struct evidence *, const struct policy *, bool live);

#endif

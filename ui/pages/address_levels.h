/* The part of an address's page that is what the lists say: the chain of levels, with nets, score and exemption. */
#ifndef ADDRESS_LEVELS_H
#define ADDRESS_LEVELS_H

#include "draw/page.h"
#include "lists/policy.h"
#include "verdict/evidence.h"

/* Adds nothing where no list was asked. `live`: as of address_page. */
void address_levels(struct page *, const struct evidence *, const struct policy *, bool live);

#endif

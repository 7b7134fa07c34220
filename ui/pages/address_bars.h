/* The levels of an address, a line each, with a bar that crosses its limit. */
#ifndef ADDRESS_BARS_H
#define ADDRESS_BARS_H

#include "draw/page.h"
#include "pages/address_facts.h"

/* Adds nothing if no list was asked. */
void address_bars(struct page *, const struct address_facts *);

#endif

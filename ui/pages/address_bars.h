/* The levels of an address, a line each, with a bar that crosses its limit. */
#ifndef ADDRESS_BARS_H
#define ADDRESS_BARS_H

#include "draw/page.h"
#include "pages/address_facts.h"
#include "pages/address_rows.h"

/* What the line of a level says. */
struct address_bar {
    struct address_look look;
    struct buf subject, figures;
    double times; /* of the limit; 0 = not known */
    uint64_t key; /* of the subject, to open */
};
/* Fills it, with words where there is room for them; the texts belong to the caller. */
void address_bars_read(struct address_bar *, const struct address_facts *, unsigned level, bool wide);

/* Adds nothing if no list was asked. */
void address_bars(struct page *, const struct address_facts *);

#endif

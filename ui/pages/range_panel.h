/* The map of a range (range_command.h) with the words about it: what is under the cursor, and what its signs mean. */
#ifndef RANGE_PANEL_H
#define RANGE_PANEL_H

#include "pages/range.h"

/* Rows that it takes as a whole in so many columns. */
int range_panel_rows(const struct range *, const struct policy *, int cols);

/* The words stand beside the map where there is room, else under it; of too little room the map takes what is left by
 * what is under the cursor, and shows the part around it. */
void range_panel_draw(const struct range *, const struct policy *, const struct canvas *, bool focus);

#endif

/* The map of a range with the words about it: the cell under the cursor, and what its signs mean. */
#ifndef RANGE_PANEL_H
#define RANGE_PANEL_H

#include "check/range_summary.h"
#include "draw/heatmap.h"

/* Fills the map from the range. The cursor stays on its cell if the prefix is
 * the same, else it starts on the user's address. */
void range_panel_map(struct heatmap *, const struct range_summary *);

/* Returns the rows that map and words need in so many columns. */
int range_panel_rows(const struct range_summary *, const struct heatmap *, int cols);

/* Draws the words beside the map if there is room, else below it. With too few rows, the map shows the part around its
 * cursor and leaves room for the words about it. */
void range_panel_draw(const struct range_summary *, const struct heatmap *, const struct canvas *, bool focus);

#endif

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

/* Draws the compact map and, below a rule, what there is of the block (gathered by address, NULL = none): its listed
 * addresses, runs of the same kind in one row, with names and for how long they are listed; or, without one, the nets
 * around and inside. The cell of `selected` (NULL = none) is marked on the map. Stores the addresses whose names it
 * would show, at most RANGE_PANEL_NAMES, and returns how many. */
enum { RANGE_PANEL_NAMES = 64, RANGE_PANEL_COLS = HEATMAP_COMPACT_COLS + 3 };
size_t range_panel_side(const struct range_summary *, const struct heatmap *, const struct prefix *selected,
                        const struct range_summary *block, const struct canvas *,
                        uint32_t names[static RANGE_PANEL_NAMES]);

#endif

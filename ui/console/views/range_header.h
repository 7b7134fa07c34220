/* The text above the tables of a range. */
#ifndef RANGE_HEADER_H
#define RANGE_HEADER_H

#include "check/range_summary.h"
#include "check/sweep_store.h"
#include "draw/header.h"
#include "pages/changes.h"
#include "pages/range.h"
#include "pages/related_cases.h"

/* Returns why no list can hold an address of the range ("private network, RFC 1918"); NULL = one can. */
const char *range_header_barred(const struct engine *, const struct range_summary *);

/* Writes the header, `cols` columns wide; `sweep` may be NULL. `whole`: with what the lines about levels 2 and 3 say.
 */
void range_header_write(struct header *, int cols, struct engine *, const struct range_summary *, const struct sweep *,
                        const struct related_headline *, const struct last_count *, bool whole);

/* Returns how many rows the lines about levels 2 and 3 take: one, or two on narrow screens. */
int range_header_level_rows(const struct range_level *level2, const struct range_level *level3, int cols);
/* Draws level 2 with a bar of its impacts, and level 3 at the right or below. */
void range_header_draw_levels(const struct range_level *level2, const struct range_level *level3,
                              const struct canvas *);

#endif

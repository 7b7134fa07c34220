/* The text above the tables of a range. */
#ifndef RANGE_HEADER_H
#define RANGE_HEADER_H

#include "check/range_summary.h"
#include "check/sweep_store.h"
#include "draw/header.h"
#include "pages/changes.h"
#include "pages/related_cases.h"

/* Returns why no list can hold an address of the range ("private network, RFC 1918"); NULL = one can. */
const char *range_header_barred(const struct engine *, const struct range_summary *);

/* Writes the header, `cols` columns wide; `sweep` may be NULL. `whole`: with what the lines about levels 2 and 3 say.
 */
void range_header_write(struct header *, int cols, struct engine *, const struct range_summary *, const struct sweep *,
                        const struct related_headline *, const struct last_count *, bool whole);

#endif

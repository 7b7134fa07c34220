/* How much of a prefix a zone file lists: none of it, parts, or the whole. */
#ifndef COVER_H
#define COVER_H

#include "zones/zone_file.h"

enum cover { COVER_NONE, COVER_PARTS, COVER_WHOLE, COVER_COUNT };

const char *cover_name(enum cover); /* "none", "parts", "whole" */

/* Returns the cover of so many addresses of which so many are listed. */
static inline enum cover
cover_from(uint64_t listed, uint64_t all)
{
    return listed == 0 ? COVER_NONE : listed < all ? COVER_PARTS : COVER_WHOLE;
}

/* Counts over all addresses of the prefix. Addresses that are excluded one by one count as listed with the net around
 * them, because only their owners are exempt; the test record does not count. */
enum cover cover_of(const struct zone_file *, const struct prefix *);

#endif

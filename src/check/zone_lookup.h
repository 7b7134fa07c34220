/* Answers from the local zone files: the same questions as by DNS, at once and completely. */
#ifndef ZONE_LOOKUP_H
#define ZONE_LOOKUP_H

#include "lists/policy.h"
#include "verdict/evidence.h"
#include "zones/zone_set.h"

/* Fills the file results, neighbours, ladder and the nets that DNS hides; with evidence->offline also the results of
 * the lists. */
void zone_lookup(struct evidence *, const struct zone_set *, const struct policy *);

/* Updates ladder and hidden nets: call it after an answer of level 2 or the exemption, and once the origin is known. */
void zone_lookup_more(struct evidence *, const struct zone_set *, const struct policy *);

#endif

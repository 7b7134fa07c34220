/* What the local zone files say of an address: the same questions as by DNS, answered at once and completely. */
#ifndef ZONE_LOOKUP_H
#define ZONE_LOOKUP_H

#include "lists/policy.h"
#include "verdict/evidence.h"
#include "zones/zone_set.h"

/* Fills local, neighbours, ladder and the nets that the DNS hides; with evidence->offline also the lists themselves. */
void zone_lookup(struct evidence *, const struct zone_set *, const struct policy *);

/* The last two anew: to be called when level 2 or the exemption was answered, its nets taken from the texts, and when
 * it has become known who announces the address. */
void zone_lookup_more(struct evidence *, const struct zone_set *, const struct policy *);

#endif

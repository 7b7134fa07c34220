/* What the local zone files say of an address: the same questions as by DNS, answered at once and completely. */
#ifndef LOOKUP_H
#define LOOKUP_H

#include "lists/policy.h"
#include "verdict/evidence.h"
#include "zones/zones.h"

/* Fills local, neighbours, ladder and the nets that the DNS hides; with evidence->offline also the lists themselves. */
void lookup_zones(struct evidence *, const struct zones *, const struct policy *);

/* The last two anew: to be called when level 2 or the exemption was answered, its nets taken from the texts, and when
 * it has become known who announces the address. */
void lookup_more(struct evidence *, const struct zones *, const struct policy *);

#endif

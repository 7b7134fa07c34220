/* What the local zone files say of an address: the same questions as by DNS, answered at once and completely. */
#ifndef LOOKUP_H
#define LOOKUP_H

#include "evidence.h"
#include "policy.h"
#include "zones.h"

/* Fills local, ladder and neighbours; with evidence->offline also the lists themselves and the nets. */
void lookup_zones(struct evidence *, const struct zones *, const struct policy *);

/* Adds the nets of the level 2 zone file that the DNS answer hides. To be called when level 2 is listed by DNS and its
 * nets have been taken from the texts. */
void lookup_hidden_nets(struct evidence *, const struct zones *, const struct policy *);

#endif

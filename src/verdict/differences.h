/* Where the DNS and the zone files say different things. The DNS is the truth of now; the file is what the operator had
 * when it was fetched. Both are told, with their ages. */
#ifndef DIFFERENCES_H
#define DIFFERENCES_H

#include "base/buf.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"

#include <stdbool.h>

/* Adds to the verdict's `notes`: lists that differ in their state, and what level 2 publishes otherwise. */
void differences_write(struct verdict *, const struct evidence *);

/* How the zone file differs about a net that the DNS shows, as half a sentence: "19 impacts in the zone file (2 h
 * old)". False when it does not, or there is nothing to compare. */
bool differences_on_net(struct buf *out, const struct evidence *, const struct listed_net *);

#endif

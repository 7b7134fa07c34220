/* Differences between DNS and the zone files. DNS is current, the file is as old as its download; both are reported
 * with their ages. */
#ifndef DIFFERENCES_H
#define DIFFERENCES_H

#include "base/buf.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"

#include <stdbool.h>

/* Adds to the verdict's `notes` the lists whose states differ, and the nets of level 2 that differ. */
void differences_write(struct verdict *, const struct evidence *);

/* Writes how the zone file differs about a net that DNS shows, as half a sentence: "19 impacts in the zone file (2 h
 * old)". Returns false if it does not. */
bool differences_on_net(struct buf *out, const struct evidence *, const struct listed_net *);

#endif

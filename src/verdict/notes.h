/* What limits a verdict: levels that are not known, nets that the DNS hides, stale zones, missing texts, lists that
 * contradict each other. */
#ifndef NOTES_H
#define NOTES_H

#include "verdict/evidence.h"
#include "verdict/verdict.h"

/* Adds to the verdict's `notes`. `listed` are the levels that list the address, as CAUSE_*. */
void notes_write(struct verdict *, unsigned listed, const struct evidence *);

#endif

/* What limits a verdict: levels that are not known, nets that the DNS hides, stale zones, missing texts, lists that
 * contradict each other. */
#ifndef NOTES_H
#define NOTES_H

#include "verdict/evidence.h"
#include "verdict/verdict.h"

/* Adds to the verdict's `notes`. */
void notes_write(struct verdict *, const struct evidence *);

#endif

/* Limits of a verdict: unknown levels, nets that DNS hides, stale zones, missing texts, contradictions. */
#ifndef NOTES_H
#define NOTES_H

#include "verdict/evidence.h"
#include "verdict/verdict.h"

/* Adds to the verdict's `notes`. */
void notes_write(struct verdict *, const struct evidence *);

#endif

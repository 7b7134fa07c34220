/* The engine's sweep (src/sweep.h) as the map of a range wants it (sweeper.h). */
#ifndef SWEEPING_H
#define SWEEPING_H

#include "check/investigation.h"
#include "console/sweeper.h"

/* The engine outlives it. */
struct sweeper sweeping_sweeper(const struct engine *);

#endif

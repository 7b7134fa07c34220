/* `whylisted range`: the density of a prefix, from zone files. */
#ifndef RANGE_H
#define RANGE_H

#include "session/options.h"

int range_run(const struct options *);

#endif

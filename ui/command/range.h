/* `whylisted range`: the density of a prefix, from zone files. */
#ifndef RANGE_H
#define RANGE_H

#include "options.h"

int range_run(const struct options *);

#endif

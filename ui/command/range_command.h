/* `whylisted range`: the density of a prefix, from zone files. */
#ifndef RANGE_COMMAND_H
#define RANGE_COMMAND_H

#include "session/options.h"

int range_command_run(const struct options *);

#endif

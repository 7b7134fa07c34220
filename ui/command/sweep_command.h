/* `whylisted sweep`: level 1 of each address of a prefix, by DNS. */
#ifndef SWEEP_COMMAND_H
#define SWEEP_COMMAND_H

#include "session/options.h"

/* Returns the exit status: 2 when an address is listed, 3 when some are not known, else 0. */
int sweep_command_run(const struct options *);

#endif

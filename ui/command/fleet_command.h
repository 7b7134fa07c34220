/* `whylisted fleet`: checks the targets of a file and prints them, worst first. */
#ifndef FLEET_COMMAND_H
#define FLEET_COMMAND_H

#include "session/options.h"
#include "targets/fleet.h"

/* Returns the exit status. */
int fleet_command_run(const struct options *);

/* Reads the fleet that the options name, and reports lines that are not taken on stderr. Returns false with a fault and
 * its exit status if it cannot be read or has no target. */
bool fleet_command_read(const struct options *, struct fleet *, struct fault *, int *status);

#endif

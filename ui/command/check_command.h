/* `whylisted check`: queries, judges and prints one target or a stream of targets. */
#ifndef CHECK_COMMAND_H
#define CHECK_COMMAND_H

#include "command/check_fleet.h"
#include "session/options.h"

/* Returns the exit status. Prints data to stdout, everything else to stderr. */
int check_command_run(const struct options *);

/* Runs it with a fleet in place of targets. */
int check_command_run_fleet(const struct options *, const struct check_fleet *);

#endif

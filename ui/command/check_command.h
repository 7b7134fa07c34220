/* `whylisted check`: queries, judges and prints one target or a stream of targets. */
#ifndef CHECK_COMMAND_H
#define CHECK_COMMAND_H

#include "session/options.h"

/* Returns the exit status. Prints data to stdout, everything else to stderr. */
int check_command_run(const struct options *);

#endif

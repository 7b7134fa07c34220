/* `whylisted check`: ask, judge, print, for one target or a stream of them. */
#ifndef CHECK_COMMAND_H
#define CHECK_COMMAND_H

#include "session/options.h"

/* Returns the exit status. Data go to stdout, everything else to stderr. */
int check_command_run(const struct options *);

#endif

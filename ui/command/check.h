/* `whylisted check`: ask, judge, print, for one target or a stream of them. */
#ifndef CHECK_H
#define CHECK_H

#include "session/options.h"

/* Returns the exit status. Data go to stdout, everything else to stderr. */
int check_run(const struct options *);

#endif

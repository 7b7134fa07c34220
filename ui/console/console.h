/* The console on the real terminal. */
#ifndef CONSOLE_H
#define CONSOLE_H

#include "session/options.h"

/* Opens the case of the first target, or asks for one. Returns the exit status; on leaving, a summary of the last case
 * stays on the normal screen. */
int console_run(const struct options *);

#endif

/* `whylisted setup`: finds out what fits this machine, shows it, and writes it. */
#ifndef SETUP_COMMAND_H
#define SETUP_COMMAND_H

#include "session/options.h"

/* Runs the command. Returns the exit status. */
int setup_command_run(const struct options *);

#endif

/* `whylisted config`: the settings in force, and where they are written. */
#ifndef CONFIG_COMMAND_H
#define CONFIG_COMMAND_H

#include "session/options.h"

/* Runs the command. Returns the exit status. */
int config_command_run(const struct options *);

#endif

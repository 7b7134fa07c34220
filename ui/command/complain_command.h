/* The command `complain`: writes the letter that can end a listing. */
#ifndef COMPLAIN_COMMAND_H
#define COMPLAIN_COMMAND_H

#include "session/options.h"

/* Returns the exit status: 0 also if there is nothing to complain about, STATUS_UNKNOWN without the facts. */
int complain_command_run(const struct options *);

#endif

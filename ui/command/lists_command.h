/* The command `lists`: the catalogue, and with --probe what each list proves through the resolver. */
#ifndef LISTS_COMMAND_H
#define LISTS_COMMAND_H

#include "session/options.h"

/* Prints the lists that are known. With --probe those that are asked in this run run their self-tests first. Returns
 * STATUS_UNKNOWN if one that weighs would not be believed. */
int lists_command_run(const struct options *);

#endif

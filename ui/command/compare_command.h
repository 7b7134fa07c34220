/* `whylisted compare`: ASes, prefixes and addresses side by side, from zone files and ASN database. */
#ifndef COMPARE_COMMAND_H
#define COMPARE_COMMAND_H

#include "session/options.h"

int compare_command_run(const struct options *);

#endif

/* The command `sync`: fetches zone files and ASN data, or says what is there. */
#ifndef SYNC_COMMAND_H
#define SYNC_COMMAND_H

#include "session/options.h"

int sync_command_run(const struct options *);

#endif

/* The command `domain`: what a domain publishes about its mail, and what is listed of it. */
#ifndef DOMAIN_COMMAND_H
#define DOMAIN_COMMAND_H

#include "session/options.h"

/* Returns whether the one target is a domain, which check leaves to this command. */
bool domain_command_takes(const struct options *);

int domain_command_run(const struct options *);

#endif

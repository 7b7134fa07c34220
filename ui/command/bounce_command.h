/* The command `bounce`: reads what lies on the desk, then checks the rejected addresses. */
#ifndef BOUNCE_COMMAND_H
#define BOUNCE_COMMAND_H

#include "session/options.h"

int bounce_command_run(const struct options *);

#endif

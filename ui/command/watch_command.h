/* `whylisted watch`: looks at a fleet once, compares with what the journal remembers, and reports changes. */
#ifndef WATCH_COMMAND_H
#define WATCH_COMMAND_H

#include "session/options.h"

/* Returns the exit status: that of the worst verdict, or STATUS_FILE if a channel did not take a message, which the
 * next run sends again. */
int watch_command_run(const struct options *);

#endif

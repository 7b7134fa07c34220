/* `whylisted report`: a page about one target for people without a console. */
#ifndef REPORT_COMMAND_H
#define REPORT_COMMAND_H

#include "session/options.h"

/* Returns the exit status: that of the command that looks at such a target (check, range, asn). */
int report_command_run(const struct options *);

#endif

/* `whylisted doctor`: whether the resolver is fit to ask the lists. */
#ifndef DOCTOR_COMMAND_H
#define DOCTOR_COMMAND_H

#include "session/options.h"

/* Returns the exit status: 0 when every server is fit for a verdict, 3 when one is not. */
int doctor_command_run(const struct options *);

#endif

/* `whylisted doctor`: whether the resolver is fit to ask the lists. */
#ifndef DOCTOR_COMMAND_H
#define DOCTOR_COMMAND_H

#include "check/doctor_server.h"
#include "session/options.h"

struct json_t;

/* Returns what was found at one server; the caller owns it. */
struct json_t *doctor_command_json(const struct doctor_server *);

/* Returns the exit status: 0 when every server is fit for a verdict, 3 when one is not. */
int doctor_command_run(const struct options *);

#endif

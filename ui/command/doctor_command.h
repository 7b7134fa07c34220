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

/* Examines the resolver's servers until every question is answered, the deadline (0 = none) comes or the user
 * interrupts, and shows progress on a terminal. The caller frees the doctor. */
struct doctor *doctor_command_examine(struct engine *, int64_t deadline_ms);

#endif

/* The exit status that follows from a rejection alone, when its address is not checked. */
#ifndef BOUNCE_STATUS_H
#define BOUNCE_STATUS_H

#include "bounce/rejection.h"
#include "session/exit_status.h"

/* Returns what the verdict on a listing would be if the reply is true. Of a list that nobody can ask, or that the reply
 * does not name, nothing is known but the reply. */
enum exit_status bounce_status(const struct rejection *);

#endif

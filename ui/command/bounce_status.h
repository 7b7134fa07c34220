/* The exit status that follows from a rejection alone, when its address is not checked. */
#ifndef BOUNCE_STATUS_H
#define BOUNCE_STATUS_H

#include "bounce/rejection.h"
#include "session/exit_status.h"

/* Returns the status that a verdict on the listing would have if the reply is true; STATUS_UNKNOWN for a private list,
 * and for one that the reply does not name. */
enum exit_status bounce_status(const struct rejection *);

#endif

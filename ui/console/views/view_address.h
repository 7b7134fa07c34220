/* The case: one address, live. */
#ifndef VIEW_ADDRESS_H
#define VIEW_ADDRESS_H

#include "check/investigation.h"
#include "console/app/app.h"
#include "console/views/navigator.h"

/* Starts an investigation of the address and shows it. Engine, drill (NULL: no way into ranges) and summary outlive the
 * view. `target` is clean. On closing, what should stay behind on the normal screen replaces the content of *summary.
 */
void view_address_open(struct app *, const struct engine *, struct nav *, const char *target, const struct addr *,
                       struct buf *summary);

#endif

/* The case: one address, live. */
#ifndef VIEW_CASE_H
#define VIEW_CASE_H

#include "app.h"
#include "investigation.h"

/* Starts an investigation of the address and shows it. Engine and summary outlive the view. `target` is clean. On
 * closing, what should stay behind on the normal screen replaces the content of *summary. */
void view_case_open(struct app *, const struct engine *, const char *target, const struct addr *, struct buf *summary);

#endif

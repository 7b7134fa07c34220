/* A grid as text with colours, for the command line on a terminal: ECMA-48 SGR in the 16-colour looks of role.h. */
#ifndef SGR_H
#define SGR_H

#include "base/buf.h"
#include "draw/grid.h"
#include "draw/role.h"

/* As dump_grid (dump.h), coloured. */
void sgr_grid(struct buf *out, const struct grid *);

/* Switches to the look of a role; ROLE_PLAIN switches back. */
void sgr_role(struct buf *out, enum role);

#endif

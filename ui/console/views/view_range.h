/* A prefix: how many of its addresses are listed, where they lie, and which nets are published around and inside. */
#ifndef VIEW_RANGE_H
#define VIEW_RANGE_H

#include "console/views/navigator.h"

/* An IPv4 prefix; `here` is an address of which the user comes, NULL = none. */
void view_range_open(struct nav *, const struct prefix *, const struct addr *here, const struct prefix *from);

#endif

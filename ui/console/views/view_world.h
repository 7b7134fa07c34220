/* All ASNs, ranked. */
#ifndef VIEW_WORLD_H
#define VIEW_WORLD_H

#include "console/views/navigator.h"

void view_world_open(struct nav *, uint32_t asn);

#endif

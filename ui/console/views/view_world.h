/* All ASNs, ranked. */
#ifndef VIEW_WORLD_H
#define VIEW_WORLD_H

#include "console/views/drill.h"

void view_world_open(struct drill *, uint32_t asn);

#endif

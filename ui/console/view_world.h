/* All ASNs, ranked. */
#ifndef VIEW_WORLD_H
#define VIEW_WORLD_H

#include "drill.h"

void view_world_open(struct drill *, uint32_t asn);

#endif

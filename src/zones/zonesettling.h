/* What makes a filled table one that can be searched: in steps, for those who must not be away for long. */
#ifndef ZONESETTLING_H
#define ZONESETTLING_H

#include "zones/zonetable.h"

#include <stdbool.h>

struct zonesettling;

/* To be called once, when all is added; the table outlives it. */
struct zonesettling *zonesettling_new(struct zonetable *);
void zonesettling_free(struct zonesettling *); /* at any time; NULL is fine */

/* Does a part of it, of some ten thousand addresses or rows. True when all is done. */
bool zonesettling_step(struct zonesettling *);

#endif

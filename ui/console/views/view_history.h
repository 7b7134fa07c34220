/* The history of an address, a net or an ASN, as the journal has it. */
#ifndef VIEW_HISTORY_H
#define VIEW_HISTORY_H

#include "console/views/navigator.h"

void view_history_open(struct nav *, const struct resource *);

#endif

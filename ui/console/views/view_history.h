/* The history of an address, a net or an ASN, as the journal has it. */
#ifndef VIEW_HISTORY_H
#define VIEW_HISTORY_H

#include "console/views/drill.h"

void view_history_open(struct drill *, const struct matter *);

#endif

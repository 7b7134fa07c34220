/* An entry of the journal: an address as it was then, beside what is true now. */
#ifndef VIEW_ENTRY_H
#define VIEW_ENTRY_H

#include "console/views/drill.h"
#include "journal/observation.h"

/* Asks anew, and shows both; what is given is copied. */
void view_entry_open(struct drill *, const struct observation *then);
/* The newest that the journal has of the address; where there is none, the app says so. */
void view_entry_open_newest(struct drill *, const struct addr *);

#endif

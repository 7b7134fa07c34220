/* An entry of the journal: an address as it was then, beside what is true now. */
#ifndef VIEW_THEN_NOW_H
#define VIEW_THEN_NOW_H

#include "console/views/navigator.h"
#include "journal/observation.h"

/* Asks anew, and shows both; what is given is copied. */
void view_then_now_open(struct nav *, const struct observation *then);
/* The newest that the journal has of the address; where there is none, the app says so. */
void view_then_now_open_newest(struct nav *, const struct addr *);

#endif

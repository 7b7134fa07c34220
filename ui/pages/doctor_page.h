/* An examination of the resolver's servers, for both faces. */
#ifndef DOCTOR_PAGE_H
#define DOCTOR_PAGE_H

#include "check/doctor.h"
#include "draw/page.h"

/* Adds the servers side by side, as far as they fit, then what was found at each; before its end, how far it is. */
void doctor_page(struct page *, const struct doctor *);

#endif

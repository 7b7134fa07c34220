/* Changes the cases of several resources at once: all of them, or none. */
#ifndef MANY_CASES_H
#define MANY_CASES_H

#include "console/views/navigator.h"

/* Part of a view. Starts zeroed but for nav. */
struct many_cases {
    struct nav *nav;
    VEC(struct resource) resources; /* the view frees it */
};

/* Asks for a line, and adds it to the note of each resource. */
void many_cases_note(struct many_cases *);
/* Asks for a state, and sets it for each. */
void many_cases_state(struct many_cases *);

#endif

/* Investigates an address for as long as a view of it is open: all views of one address show the same answers. */
#ifndef WATCH_H
#define WATCH_H

#include "check/investigation.h"
#include "console/views/navigator.h"

/* Views read it. */
struct watch {
    struct investigation *investigation;
    const struct evidence *evidence; /* of the investigation */
    unsigned changes;                /* of the evidence, and of what the time of day changes */
    struct nav *nav;
    struct timer minute;
    VEC(const void *) views;
};

/* Starts investigating an address for a view, or joins the investigation that another one has started. */
struct watch *watch_open(struct nav *, const struct addr *, const void *view);
/* Ends it with the last view. */
void watch_close(struct watch *, const void *view);

/* Asks everything again. */
void watch_again(struct watch *);

/* Passes on what has changed (engine.h), once for all views. */
void watch_changed(struct watch *, const void *view, unsigned what);

/* Says when the newest answer came, while questions are under way how many have and how long the others take if that is
 * seconds, and without any how old the files are. */
void watch_status(const struct watch *, struct buf *out);

#endif

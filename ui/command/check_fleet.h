/* A fleet for check, and what a command makes of its results. */
#ifndef CHECK_FLEET_H
#define CHECK_FLEET_H

#include "command/result.h"
#include "targets/fleet.h"

/* A fleet in place of targets, with the same window, and its results in the caller's hands. */
struct check_fleet {
    const struct fleet *fleet;
    /* Prepares before anything is asked, with the journal open. Returns false with a fault to refuse; NULL = not
     * needed. */
    bool (*begin)(void *arg, struct engine *, struct fault *);
    /* Takes the result of a target in the order of the fleet; NULL: prints in check's formats. */
    void (*take)(void *arg, const struct fleet_target *, const struct result *);
    /* Appends what the command prints at the end; if the user interrupts, called only for whole results. */
    void (*finish)(void *arg, struct engine *, struct buf *out);
    bool whole; /* results have advice and ends, and the last look in the journal */
    void *arg;
};

#endif

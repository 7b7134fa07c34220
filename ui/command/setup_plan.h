/* What `whylisted setup` would write, from what it found out. */
#ifndef SETUP_PLAN_H
#define SETUP_PLAN_H

#include "base/buf.h"
#include "base/fault.h"
#include "session/options.h"

#include <stdbool.h>
#include <stddef.h>

struct setup_file {
    char *path;      /* as it is shown and named */
    char *at;        /* where it is written: below $DESTDIR with --system */
    struct buf text; /* "" = none is needed */
    bool exists;
};

struct setup_plan {
    char *folder, *data; /* of settings and of data */
    bool system;
    struct setup_file config, fleet;
    struct buf found; /* a line for each thing that was found out */
    struct buf steps; /* commands that do the same by hand */
    char *timers;     /* the one that has systemd do it every hour; NULL = cron does */
};

/* Finds everything out, and asks the lists through the resolver for that. Returns false with a fault and its exit
 * status if options or files do not allow it. */
bool setup_plan_make(struct setup_plan *, const struct options *, struct fault *, int *status);
void setup_plan_fini(struct setup_plan *);

/* Appends the lines of a file to be written that the present one does not have. Returns their number. */
size_t setup_plan_differ(struct buf *out, const struct setup_file *);

/* Writes a file that does not exist, with its folder. Returns false with a fault. */
bool setup_plan_write(const struct setup_file *, bool is_public, struct fault *);

#endif

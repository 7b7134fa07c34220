/* Reads the zone files for the console: after the first frame, and again when they have changed, in slices between the
 * turns of the loop. The dataset gets them once all are read; slow reading shows its progress on the screen. */
#ifndef ZONE_LOADER_H
#define ZONE_LOADER_H

#include "check/engine.h"
#include "console/app/app.h"

enum { ZONE_LOADER_PATIENCE_MS = 500, ZONE_LOADER_AGAIN_MS = 60 * 1000 };

/* Lives in its owner's memory: set the first part, and zero the rest. */
struct zone_loader {
    struct app *app;
    struct engine *engine; /* its dataset gets the zones */
    int64_t slice_us;
    /* Gets sentences about problems after each reading; "" = none. */
    void (*tell)(void *arg, const char *sentences);
    void *arg;

    struct zone_set *zones;
    struct timer timer;
    int64_t began_ms; /* of the present reading */
    bool reading;
};

/* Starts with the next turn of the loop; a NULL directory does nothing. */
void zone_loader_start(struct zone_loader *, const char *directory);

/* Stops reading; zones that the dataset has stay. */
void zone_loader_stop(struct zone_loader *);

#endif

/* Feeds the console with the zone files: reads them after the first frame, and again when they have changed, in slices
 * between the turns of the loop. Until all are read nobody sees anything of them; where that takes long, the screen
 * says how far it is. */
#ifndef ZONE_LOADER_H
#define ZONE_LOADER_H

#include "check/engine.h"
#include "console/app/app.h"

enum { ZONE_LOADER_PATIENCE_MS = 500, ZONE_LOADER_AGAIN_MS = 60 * 1000 };

/* Lives in its owner's memory: set the first part, and zero the rest. */
struct zone_loader {
    struct app *app;
    struct engine *engine; /* has the zones once they are read */
    int64_t slice_us;
    /* What there is to say after each reading; "" = nothing. */
    void (*tell)(void *arg, const char *sentences);
    void *arg;

    struct zone_set *zones;
    struct timer timer;
    int64_t began_ms; /* when reading */
    bool reading;
};

/* Begins with the next turn of the loop; does nothing when there is no directory (NULL). */
void zone_loader_start(struct zone_loader *, const char *directory);

/* Gives up what it is reading; the zones that were read stay where they are. */
void zone_loader_stop(struct zone_loader *);

#endif

/* Feeds the console with the zone files: reads them after the first frame, and again when they have changed, in slices
 * between the turns of the loop. Until all are read nobody sees anything of them; where that takes long, the screen
 * says how far it is. */
#ifndef ZONEFEED_H
#define ZONEFEED_H

#include "console/app/app.h"
#include "density/atlas.h"
#include "session/setup.h"
#include "zones/zones.h"

enum { ZONEFEED_PATIENCE_MS = 500, ZONEFEED_AGAIN_MS = 60 * 1000 };

/* Lives in its owner's memory: set the first part, and zero the rest. */
struct zonefeed {
    struct app *app;
    struct atlas *atlas;
    struct setup *setup; /* has the zones once they are read */
    int64_t slice_us;
    /* What there is to say after each reading; "" = nothing. */
    void (*tell)(void *arg, const char *sentences);
    void *arg;

    struct zones *zones;
    struct timer timer;
    int64_t began_ms; /* when reading */
    bool reading;
};

/* Begins with the next turn of the loop; does nothing when there is no directory (NULL). */
void zonefeed_start(struct zonefeed *, const char *directory);

/* Gives up what it is reading; the zones that were read stay where they are. */
void zonefeed_stop(struct zonefeed *);

#endif

/* Loads the zone files into the dataset: after the first frame, and again when they have changed, in slices between the
 * turns of the loop. The dataset gets them when all are read; slow reading shows its progress. */
#ifndef ZONE_LOADER_H
#define ZONE_LOADER_H

#include "check/engine.h"
#include "console/app/app.h"

enum { ZONE_LOADER_PATIENCE_MS = 500, ZONE_LOADER_AGAIN_MS = 60 * 1000 };

/* Set the first part and zero the rest. */
struct zone_loader {
    struct app *app;
    struct engine *engine; /* whose dataset gets the zones */
    int64_t slice_us;
    int64_t max_age_ms;                             /* zone_set.h */
    void (*report)(void *arg, const char *problem); /* called after each reading; "" = no problem, or told before */
    void *arg;

    struct zone_set *zones;
    struct timer timer;
    int64_t began_ms; /* when reading */
    bool reading;
    struct fault told; /* of the last reading */
};

/* Begins with the next turn of the loop; does nothing without a directory (NULL). */
void zone_loader_start(struct zone_loader *, const char *directory);

/* Looks at the files with the next turn of the loop, unless it does not read any. */
void zone_loader_again(struct zone_loader *);

/* Stops reading; the dataset keeps the zones that it has. */
void zone_loader_stop(struct zone_loader *);

#endif

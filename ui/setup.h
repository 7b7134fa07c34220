/* From options to an engine that is ready to investigate. */
#ifndef SETUP_H
#define SETUP_H

#include "asnmap.h"
#include "investigation.h"
#include "options.h"
#include "zones.h"

struct setup {
    struct loop *loop;
    struct resolver *resolver;
    struct proofs *proofs;
    struct asndb *asndb;
    struct zones *zones;  /* NULL until setup_open_zones */
    struct asnmap *map;   /* NULL until setup_open_map */
    struct engine engine; /* of the above */
};

/* Opens what the options name. On a fault *status is the exit status and nothing stays open. A file in a usual place
 * that cannot be used is a warning, for the caller to show: *warning is "" when there is none. */
bool setup_open(struct setup *, const struct options *, struct fault *, struct fault *warning, int *status);

/* Loads the zone files of --zones, or of the usual folder if there is one; without either zones stays NULL, which is a
 * fault only when they are needed, as `needed_for` says. */
bool setup_open_zones(struct setup *, const struct options *, const char *needed_for, struct fault *, int *status);

/* One sentence on the lines of a list's zone file that were not understood and skipped; false when there are none. */
bool setup_zone_warning(const struct setup *, enum list_id, struct fault *);
/* All these sentences on stderr. */
void setup_complain_of_zones(const struct setup *);

/* Reads the whole ASN database. */
bool setup_open_map(struct setup *, const char *needed_for, struct fault *, int *status);

void setup_close(struct setup *);

#endif

/* From options to an engine that is ready to investigate. */
#ifndef SETUP_H
#define SETUP_H

#include "investigation.h"
#include "options.h"

struct setup {
    struct loop *loop;
    struct resolver *resolver;
    struct proofs *proofs;
    struct asndb *asndb;
    struct engine engine; /* of the above */
};

/* Opens what the options name. On a fault *status is the exit status and nothing stays open. A file in a usual place
 * that cannot be used is a warning, for the caller to show: *warning is "" when there is none. */
bool setup_open(struct setup *, const struct options *, struct fault *, struct fault *warning, int *status);
void setup_close(struct setup *);

#endif

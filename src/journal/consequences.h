/* The outcome of complaints: when a complaint about a listing was filed, and when the journal saw it ended. */
#ifndef CONSEQUENCES_H
#define CONSEQUENCES_H

#include "base/fault.h"
#include "base/resource.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

struct journal;

struct consequence {
    struct resource resource; /* of the case */
    int64_t complained_ms;    /* the first contact of the case */
    int64_t ended_ms;         /* the first look after it that found the listing ended; 0 = none did */
    int64_t seen_ms;          /* the last look after it; 0 = none: what came of it is not known */
    bool listed;              /* by that look: with an end, it was listed again */
};
typedef VEC(struct consequence) consequences;

/* Reads one for each case with a complaint, the oldest first, without looks; messages of the watch are no
 * complaints. False with a fault. */
bool consequences_read(struct journal *, consequences *out, struct fault *);
/* Adds the looks after the complaint. The listing is that of level 2 for a prefix, of level 3 for an AS, and of any
 * level for an address. False with a fault. */
bool consequence_follow(struct consequence *, struct journal *, struct fault *);

#endif

/* What the DNS told in this run of nets of level 2, about whichever addresses were asked: all that there is to say of
 * them where their zone file is not there. */
#ifndef HEARD_H
#define HEARD_H

#include "density.h"
#include "evidence.h"
#include "vec.h"

#include <stdint.h>

struct heard_net {
    struct net net;
    int64_t at_ms; /* wall time */
};

/* Zeroed is empty. */
struct heard {
    VEC(struct heard_net) nets; /* wider ones before those inside them */
    unsigned version;           /* another one after each change */
};

void heard_fini(struct heard *);

/* Takes in what is told of an address; nets around it of which it is told that they are no more are forgotten. */
void heard_take(struct heard *, const struct evidence *);

/* The nets around a prefix, itself, and those inside it, wider before narrower. Returns when the oldest of them was
 * told, 0 when there is none. */
int64_t heard_nets(const struct heard *, const struct prefix *, density_nets *out);

#endif

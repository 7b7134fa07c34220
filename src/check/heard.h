/* What the DNS told in this run about whichever addresses were asked, of nets of level 2, of providers on level 3, and
 * of who announces what: all that there is to say of them where zone files and database are not there. */
#ifndef HEARD_H
#define HEARD_H

#include "base/vec.h"
#include "density/density.h"
#include "verdict/evidence.h"

#include <stdint.h>

struct heard_net {
    struct net net;
    int64_t at_ms; /* wall time */
};

/* What level 3 said of an ASN, as it was asked about an address that it announces. */
struct heard_isp {
    uint32_t asn;
    bool listed;       /* by a text that names it */
    uint32_t other;    /* ... or that names this one instead; 0 = none does */
    double score;      /* of it; less than 0 = not told */
    struct addr asked; /* this address */
    int64_t at_ms;     /* wall time */
};

/* Who announces a prefix. */
struct heard_network {
    struct prefix prefix;
    uint32_t asn;
    bool by_level3; /* named so by a text of level 3, and not by Team Cymru */
};

/* Zeroed is empty. */
struct heard {
    VEC(struct heard_isp) isps;
    VEC(struct heard_network) networks;
    VEC(struct heard_net) nets; /* wider ones before those inside them */
    unsigned version;           /* another one after each change */
};

void heard_fini(struct heard *);

/* Takes in what is told of an address; nets around it of which it is told that they are no more are forgotten. */
void heard_take(struct heard *, const struct evidence *);

/* The nets around a prefix, itself, and those inside it, wider before narrower. Returns when the oldest of them was
 * told, 0 when there is none. */
int64_t heard_nets(const struct heard *, const struct prefix *, density_nets *out);

/* What was told last of an ASN, NULL = nothing; and the same as a sentence, which is nothing, too. */
const struct heard_isp *heard_isp(const struct heard *, uint32_t asn);
void heard_isp_sentence(const struct heard *, uint32_t asn, struct buf *out);

/* Who was told to announce the narrowest prefix that holds this one; NULL = nobody. */
const struct heard_network *heard_network(const struct heard *, const struct prefix *);

#endif

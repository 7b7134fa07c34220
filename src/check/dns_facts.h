/* What the DNS told in this run about whichever addresses were asked, of nets of level 2, of providers on level 3, and
 * of who announces what: all that there is to say of them where zone files and database are not there. */
#ifndef DNS_FACTS_H
#define DNS_FACTS_H

#include "base/vec.h"
#include "density/density.h"
#include "verdict/evidence.h"

#include <stdint.h>

struct dns_facts_net {
    struct listed_net net;
    int64_t at_ms; /* wall time */
};

/* What level 3 said of an ASN, as it was asked about an address that it announces. */
struct dns_facts_provider {
    uint32_t asn;
    bool listed;       /* by a text that names it */
    uint32_t other;    /* ... or that names this one instead; 0 = none does */
    double score;      /* of it; less than 0 = not told */
    struct addr asked; /* this address */
    int64_t at_ms;     /* wall time */
};

/* Who announces a prefix. */
struct dns_facts_network {
    struct prefix prefix;
    uint32_t asn;
    bool by_level3; /* named so by a text of level 3, and not by Team Cymru */
};

/* Zeroed is empty. */
struct dns_facts {
    VEC(struct dns_facts_provider) isps;
    VEC(struct dns_facts_network) networks;
    VEC(struct dns_facts_net) nets; /* wider ones before those inside them */
    unsigned version;               /* another one after each change */
};

void dns_facts_fini(struct dns_facts *);

/* Takes in what is told of an address; nets around it of which it is told that they are no more are forgotten. */
void dns_facts_take(struct dns_facts *, const struct evidence *);

/* The nets around a prefix, itself, and those inside it, wider before narrower. Returns when the oldest of them was
 * told, 0 when there is none. */
int64_t dns_facts_nets(const struct dns_facts *, const struct prefix *, density_nets *out);

/* What was told last of an ASN, NULL = nothing; and the same as a sentence, which is nothing, too. */
const struct dns_facts_provider *dns_facts_provider(const struct dns_facts *, uint32_t asn);
void dns_facts_provider_sentence(const struct dns_facts *, uint32_t asn, struct buf *out);

/* Who was told to announce the narrowest prefix that holds this one; NULL = nobody. */
const struct dns_facts_network *dns_facts_network(const struct dns_facts *, const struct prefix *);

#endif

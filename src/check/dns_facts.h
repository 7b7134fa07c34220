/* Facts from the DNS answers of this run, for any address: nets on level 2, providers on level 3, and origins. Without
 * zone files and database nothing else is known of them. */
#ifndef DNS_FACTS_H
#define DNS_FACTS_H

#include "base/vec.h"
#include "density/density.h"
#include "density/level3.h"
#include "verdict/evidence.h"

#include <stdint.h>

struct dns_facts_net {
    struct listed_net net;
    int64_t at_ms; /* wall time */
};

/* Level 3 about an AS, queried for an address that it announces. */
struct dns_facts_provider {
    uint32_t asn;
    bool listed;       /* by a text that names it */
    uint32_t other;    /* ... or that names this AS instead; 0 = none */
    double score;      /* negative = not known */
    struct addr asked; /* the address */
    int64_t at_ms;     /* wall time */
};

/* The AS that announces a prefix. */
struct dns_facts_network {
    struct prefix prefix;
    uint32_t asn;
    bool by_level3; /* according to a text of level 3, not to Team Cymru */
};

/* Zeroed is empty. */
struct dns_facts {
    VEC(struct dns_facts_provider) providers;
    VEC(struct dns_facts_network) networks;
    VEC(struct dns_facts_net) nets; /* by address, wider ones before those inside them */
    unsigned version;               /* grows with each change of the nets */
};

static inline void
dns_facts_fini(struct dns_facts *facts)
{
    vec_free(&facts->nets);
    vec_free(&facts->providers);
    vec_free(&facts->networks);
}

/* Adds the facts in the answers about an address, and removes nets around it that have ended. */
void dns_facts_take(struct dns_facts *, const struct evidence *);

/* Appends the nets around a prefix, itself, and those inside it, wider before narrower. Returns the time of the oldest;
 * 0 when there is none. */
int64_t dns_facts_nets(const struct dns_facts *, const struct prefix *, density_nets *out);

/* Returns the newest fact about an AS; NULL when there is none. The last appends it as a sentence. */
const struct dns_facts_provider *dns_facts_provider(const struct dns_facts *, uint32_t asn);
/* Returns whether level 3 lists an AS itself, by the same fact. */
enum level3 dns_facts_level3(const struct dns_facts *, uint32_t asn);
void dns_facts_provider_sentence(const struct dns_facts *, uint32_t asn, struct buf *out);

/* Returns the narrowest announced prefix that covers this one; NULL when none does. */
const struct dns_facts_network *dns_facts_network(const struct dns_facts *, const struct prefix *);

#endif

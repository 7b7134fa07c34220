/* What the pages about an address are made from. */
#ifndef ADDRESS_FACTS_H
#define ADDRESS_FACTS_H

#include "asn/asndb.h"
#include "check/ptr_cache.h"
#include "lists/receivers.h"
#include "pages/related_cases.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"
#include "zones/zone_set.h"

/* Database, zones, cases and names may be NULL. */
struct address_facts {
    const struct evidence *evidence;
    const struct verdict *verdict;
    const struct policy *policy;
    struct asn_data asns; /* that announce it; no path = none */
    const struct zone_set *zones;
    const struct related_cases *cases;
    const struct receivers *receivers; /* NULL = say nothing of them */
    struct ptr_cache *names;           /* of the /24 around it, asked for as they show; NULL = none are */
    const char *since;                 /* what changed since the last look; NULL = nothing, or it was seen ... */
    unsigned changed;                  /* ... on these levels: 1, 2, 4 */
    bool live; /* drawn again as time goes by: in few words, with ages and countdowns, with targets */
};

#endif

/* Neighbour density: how many addresses are listed in a prefix, an ASN, the world, and how far that is from a limit.
 *
 * Two different things are counted and never mixed. A *listed address* is one row of level 1. An *impact* is one event
 * of abuse; impacts are published only with a level 2 row, and one address can account for many. Where no impacts are
 * published, n listed addresses mean "at least n impacts". All counts are exact for the zone files they come from, and
 * as old as these; what is inferred from them is marked estimate. */
#ifndef DENSITY_H
#define DENSITY_H

#include "asn/asn_table.h"
#include "base/addr.h"
#include "base/vec.h"
#include "density/level3.h"
#include "lists/listed_net.h"
#include "lists/policy.h"
#include "zones/zone_set.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- a prefix ---- */

/* Level 1 addresses inside an IPv4 prefix, without the test record; O(log n). */
size_t density_listed(const struct zone_set *, const struct prefix *);

/* One rung of the ladder from an address outwards. */
struct rung {
    struct prefix prefix;
    size_t listed;   /* level 1 addresses inside */
    int64_t impacts; /* published, or LISTING_UNKNOWN */
    int64_t least;   /* ... then at least so many: of what is listed and published inside */
    int64_t limit;   /* 0: this length has none */
    bool published;  /* a level 2 row */
    bool unknown;    /* ... or not: what level 2 publishes is not known */
    bool permanent;
    bool announced;        /* the database's record of the address */
    struct listed_net net; /* of a published rung */
};

struct ladder {
    VEC(struct rung) rungs; /* narrowest first */
};

/* Every prefix of interest around an address: /32, /24, each published net, the database record (NULL = not known).
 * Without level 2's zone file no net is known. */
void density_ladder(struct ladder *, const struct zone_set *, const struct policy *, uint32_t address,
                    const struct prefix *record);
/* Puts a net on it that is known otherwise than from the zone file. */
void density_publish(struct ladder *, const struct zone_set *, const struct policy *, const struct listed_net *);
void ladder_fini(struct ladder *);

/* Level 2 rows, as nets with their limits. */
typedef VEC(struct listed_net) density_nets;

/* Those that hold the prefix or equal it, narrowest first; and those inside it, in order of address, wider first. */
void density_nets_around(density_nets *, const struct zone_set *, const struct policy *, const struct prefix *);
void density_nets_inside(density_nets *, const struct zone_set *, const struct policy *, const struct prefix *);

/* At least so many impacts there were in a prefix that is not published itself: what the outermost nets inside it have,
 * and one for each address listed outside of these. */
int64_t density_least(const struct zone_set *, const struct policy *, const struct prefix *);
/* How many more a net has than the addresses listed in it account for. */
int64_t density_beyond_listed(const struct zone_set *, const struct listed_net *);

/* Of nets in any order, those that are stale left out: the outermost that has impacts published, the outermost that is
 * listed by hand, and the outermost of all; NULL = none. Of equals the last. */
const struct listed_net *density_widest(const density_nets *);
const struct listed_net *density_permanent(const density_nets *);
const struct listed_net *density_outermost(const density_nets *);

/* The /24 blocks of a prefix with level 1 addresses in them, in order. A prefix longer than /24 is one block. */
struct block {
    struct prefix prefix;
    size_t listed;
};
typedef VEC(struct block) density_blocks;
void density_blocks_of(density_blocks *, const struct zone_set *, const struct prefix *);

/* What the other lists say of a listed neighbour. */
struct neighbour {
    uint32_t address;
    bool exempt, backscatterer;
};

typedef VEC(struct neighbour) density_neighbour_list;

/* The listed addresses of a prefix in order, from the place `from` on, at most `room`; returns how many were put out.
 */
size_t density_neighbours(const struct zone_set *, const struct prefix *, size_t from, struct neighbour *out,
                          size_t room);

/* ---- an ASN ---- */

enum call { CALL_UNDER, CALL_BORDERLINE, CALL_OVER, CALL_UNKNOWN };

const char *call_name(enum call); /* "under", "borderline", "over", "unknown" */

/* What level 3 goes by. impacts, score and ratio are ESTIMATES: the sum over the outermost level 2 rows that name the
 * ASN plus 1 for each of its level 1 addresses outside every level 2 row. Where rows publish no impacts (old texts,
 * none, by hand) it is 1 for each address listed in them, or each abuser that they count, and so AT LEAST that much.
 * Whether level 3 lists it is no estimate but what its zone file says. */
struct asn_density {
    uint32_t asn;
    uint64_t addresses;
    size_t listed;              /* level 1 addresses in its ranges */
    size_t listed_outside_nets; /* ... outside every level 2 row */
    int64_t impacts;
    bool at_least; /* there may be more of them, and so of the next and of the ratio */
    double score;
    double needed;      /* max(50, addresses / 2000) */
    double ratio;       /* impacts / needed */
    enum call call;     /* over from 1.5, under below 0.67; unknown if not over and at least so much */
    enum level3 level3; /* LEVEL3_OWN, LEVEL3_ABSENT or LEVEL3_UNKNOWN */
};

/* As it is shown, with two decimals: one that is less than 1 stays so. */
double density_ratio_shown(double ratio);

/* All ASNs of the map, counted in one pass over zones and ranges, in order of the map. Map and policy outlive the
 * world; the zones are needed as long as it is counted. */
struct world;

struct world *density_world(const struct zone_set *, const struct asn_table *, const struct policy *);
void density_world_free(struct world *); /* NULL is fine */
struct asn_density density_world_at(const struct world *, size_t asn);

/* The same in slices, so that nobody waits: each goes on for about so many microseconds and returns true when all is
 * counted. */
struct world *density_world_new(const struct zone_set *, const struct asn_table *, const struct policy *);
bool density_world_step(struct world *, int64_t budget_us);

#endif

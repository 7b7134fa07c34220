/* Neighbour density: counts the listed addresses and the nets of a prefix, and compares them with the limits.
 *
 * Two different figures are never mixed. A *listed address* is one row of level 1. An *impact* is one event of abuse;
 * only level 2 rows publish impacts, and one address can cause many. Without published impacts, n listed addresses mean
 * "at least n impacts". Counts are exact for the zone files and as old as they are; inferred figures are estimates. */
#ifndef DENSITY_H
#define DENSITY_H

#include "base/addr.h"
#include "base/vec.h"
#include "lists/listed_net.h"
#include "lists/policy.h"
#include "zones/zone_set.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 127.0.0.2: the test record of a zone is not a listing. */
enum { DENSITY_TEST_POINT = 0x7F000002 };

/* Counts the level 1 addresses inside an IPv4 prefix, without the test record, in O(log n). */
size_t density_listed(const struct zone_set *, const struct prefix *);

/* One rung of the ladder from an address outwards. */
struct rung {
    struct prefix prefix;
    size_t listed;   /* level 1 addresses inside */
    int64_t impacts; /* published, or LISTING_UNKNOWN */
    int64_t least;   /* lower bound of the impacts, from addresses and nets inside */
    int64_t limit;   /* 0 = this length has none */
    bool published;  /* has a level 2 row */
    bool unknown;    /* without level 2's zone file, published is not known */
    bool permanent;
    bool announced;        /* is the database's record of the address */
    struct listed_net net; /* of a published rung */
};

struct ladder {
    VEC(struct rung) rungs; /* narrowest first */
};

/* Fills the ladder of an address: /32, /24, each published net, the database record (NULL = unknown). Without level 2's
 * zone file it has no nets. */
void density_ladder(struct ladder *, const struct zone_set *, const struct policy *, uint32_t address,
                    const struct prefix *record);
/* Adds a net that does not come from the zone file. */
void density_publish(struct ladder *, const struct zone_set *, const struct policy *, const struct listed_net *);
static inline void
ladder_fini(struct ladder *ladder)
{
    vec_free(&ladder->rungs);
}

/* Parses the text of a level 2 row, with its limit. The net is the one that the text names, if it covers the row, else
 * the row's own prefix. */
struct listed_net density_net_of(const struct zone_file *, const struct zone_file_row *, const struct policy *);

typedef VEC(struct listed_net) density_nets;

/* Append the nets that hold or equal a prefix, narrowest first; and those inside it, by address, wider first. */
void density_nets_around(density_nets *, const struct zone_set *, const struct policy *, const struct prefix *);
void density_nets_inside(density_nets *, const struct zone_set *, const struct policy *, const struct prefix *);

/* Returns by how much a net's impacts exceed the count of its listed addresses; at least 0. */
int64_t density_beyond_listed(const struct zone_set *, const struct listed_net *);

/* Returns the outermost net of any kind, with published impacts, or listed by hand; NULL = none. Stale nets do not
 * count; of equally wide nets the last one does. */
enum density_kind { DENSITY_ANY, DENSITY_WITH_IMPACTS, DENSITY_PERMANENT };
const struct listed_net *density_outermost(const density_nets *, enum density_kind);

/* Returns the net to name of those that list an address, because it is the last to end: the farthest over its limit.
 * Without such figures the outermost with impacts, else listed by hand, else of any kind; NULL = none. Stale nets do
 * not count; of nets equally far over their limit the first one does. */
const struct listed_net *density_deciding(const density_nets *);

/* A /24 with level 1 addresses in it; a prefix longer than /24 is one block. */
struct block {
    struct prefix prefix;
    size_t listed;
};
typedef VEC(struct block) density_blocks;
/* Appends the blocks of a prefix in order of address. */
void density_blocks_of(density_blocks *, const struct zone_set *, const struct prefix *);

/* A level 1 address and its state on the other lists. */
struct neighbour {
    uint32_t address;
    bool exempt, backscatterer;
};

typedef VEC(struct neighbour) density_neighbour_list;

/* Copies the listed addresses of a prefix in order, from place `from` on, at most `room`. Returns how many. */
size_t density_neighbours(const struct zone_set *, const struct prefix *, size_t from, struct neighbour *out,
                          size_t room);

#endif

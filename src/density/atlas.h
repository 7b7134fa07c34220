/* What is known of the internet at large, for the views of ranges, ASNs and the world: the zone files, the ASN
 * database, and what follows from both.
 *
 * The database is read as a whole when a view first needs it, and then the world is counted when one first needs that,
 * both in slices between the turns of the loop. Views hold keys, never what these functions return, across turns;
 * atlas_version tells them when to look again. */
#ifndef ATLAS_H
#define ATLAS_H

#include "asn/asndb.h"
#include "asn/asnmap.h"
#include "base/loop.h"
#include "density/density.h"
#include "lists/policy.h"
#include "zones/zones.h"

struct atlas;

/* Loop, policy and database (NULL = none) outlive it. */
struct atlas *atlas_new(struct loop *, const struct policy *, const struct asndb *);
void atlas_free(struct atlas *);

/* Called when what the functions below return has become another. */
void atlas_on_change(struct atlas *, void (*changed)(void *arg), void *arg);

/* The zones (NULL = none) are borrowed; they are there now, or were read again: to be called after each change of
 * theirs, before the next turn of the loop. Until the first call they may be awaited. */
void atlas_await_zones(struct atlas *);
void atlas_set_zones(struct atlas *, const struct zones *);

const struct policy *atlas_policy(const struct atlas *);
const struct asndb *atlas_asndb(const struct atlas *); /* NULL = none */
const struct zones *atlas_zones(const struct atlas *); /* NULL = none */
/* One list's file; NULL when it is not there. */
const struct zonefile *atlas_zone(const struct atlas *, enum list_id);

/* The whole database; NULL while it is being read, and when there is none. The first call starts the reading. */
const struct asnmap *atlas_map(struct atlas *);
/* The world; NULL while it is being counted, as long as there is no map, and without the zone files of levels 1 and 2.
 * The first call starts the count. */
const struct world *atlas_world(struct atlas *);

/* Why there is no map or no world yet, and how to get it, as sentences; "" when there is nothing to say. */
const char *atlas_lacks_map(const struct atlas *);
const char *atlas_lacks_zones(const struct atlas *);
const char *atlas_lacks_world(const struct atlas *); /* though there are a map and the zones */

/* Grows with each change. */
unsigned atlas_version(const struct atlas *);

#endif

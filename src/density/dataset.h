/* What is known of the internet at large, for the views of ranges, ASNs and the world: the zone files, the ASN
 * database, and what follows from both.
 *
 * The database is read as a whole when a view first needs it, and then the world is counted when one first needs that,
 * both in slices between the turns of the loop. Views hold keys, never what these functions return, across turns;
 * dataset_version tells them when to look again. */
#ifndef DATASET_H
#define DATASET_H

#include "asn/asn_table.h"
#include "asn/asndb.h"
#include "base/loop.h"
#include "density/density.h"
#include "lists/policy.h"
#include "zones/zone_set.h"

struct dataset;

/* Loop, policy and database (NULL = none) outlive it. */
struct dataset *dataset_new(struct loop *, const struct policy *, const struct asndb *);
void dataset_free(struct dataset *);

/* Called when what the functions below return has become another. */
void dataset_on_change(struct dataset *, void (*changed)(void *arg), void *arg);

/* The zones (NULL = none) are borrowed; they are there now, or were read again: to be called after each change of
 * theirs, before the next turn of the loop. Until the first call they may be awaited. */
void dataset_await_zones(struct dataset *);
void dataset_set_zones(struct dataset *, const struct zone_set *);

const struct policy *dataset_policy(const struct dataset *);
const struct asndb *dataset_asndb(const struct dataset *);    /* NULL = none */
const struct zone_set *dataset_zones(const struct dataset *); /* NULL = none */
/* One list's file; NULL when it is not there. */
const struct zone_file *dataset_zone(const struct dataset *, enum list_id);

/* The whole database; NULL while it is being read, and when there is none. The first call starts the reading. */
const struct asn_table *dataset_map(struct dataset *);
/* The world; NULL while it is being counted, as long as there is no map, and without the zone files of levels 1 and 2.
 * The first call starts the count. */
const struct world *dataset_world(struct dataset *);

/* Why there is no map or no world yet, and how to get it, as sentences; "" when there is nothing to say. */
const char *dataset_lacks_map(const struct dataset *);
const char *dataset_lacks_zones(const struct dataset *);
const char *dataset_lacks_world(const struct dataset *); /* though there are a map and the zones */

/* Grows with each change. */
unsigned dataset_version(const struct dataset *);

#endif

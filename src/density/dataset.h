/* The local data: policy, zone files, announced prefixes, ASN database, allocations, and what follows from them.
 *
 * The ASN table is read when it is first needed, and the ranking is counted when that is first needed, both in slices
 * between the turns of the loop. Across turns, callers hold keys and never pointers that these functions returned, and
 * look again after changed(). */
#ifndef DATASET_H
#define DATASET_H

#include "asn/allocations.h"
#include "asn/asn_table.h"
#include "asn/asndb.h"
#include "base/loop.h"
#include "density/density.h"
#include "density/provider.h"
#include "density/ranking.h"
#include "lists/policy.h"
#include "zones/zone_set.h"

struct dataset {
    struct loop *loop;
    struct policy policy;
    const struct catalogue *catalogue;      /* borrowed; the built-in lists unless others are set */
    struct asndb *asndb;                    /* the engine's; NULL = none (yet); replaced by dataset_set_asndb */
    bool asndb_awaited;                     /* it is being read for the first time */
    unsigned asndb_revision;                /* grows when that ends, and with each other source of ASes */
    struct asn_table *announced;            /* what a routing table has; NULL = none (yet) */
    struct allocations *allocations;        /* of the registries; NULL = none (yet) */
    char *kept;                             /* folder of compact files of databases, with its slash; NULL = none */
    struct zone_set *zones;                 /* borrowed; NULL = none (yet); set by dataset_set_zones */
    bool zones_awaited;                     /* they are being read */
    struct asn_table *asn_table;            /* `announced`, else the database's; NULL until it is read */
    struct ranking *ranking;                /* NULL until it is counted */
    unsigned zones_revision;                /* grows with each change of the zones */
    void (*changed)(void *arg, bool zones); /* called after each change: of the zones, or of the rest; NULL = not */
    void *arg;

    /* private */
    struct asn_table *reading;
    struct fault fault; /* why the table cannot be read; "" = it can */
    struct ranking *counting;
    bool wants_ranking;
    struct provider provider; /* the last one */
    struct timer slice;
};

/* Starts with the default policy and no data; loop and catalogue outlive it. */
void dataset_init(struct dataset *, struct loop *, const struct catalogue *);
void dataset_fini(struct dataset *);

/* Announces zones that are being read; dataset_set_zones ends the wait. */
void dataset_await_zones(struct dataset *);
/* Sets the zones that were read or have changed; NULL = none. */
void dataset_set_zones(struct dataset *, struct zone_set *);

/* Announces an ASN database that is being read; dataset_set_asndb ends the wait. */
static inline void
dataset_await_asndb(struct dataset *d)
{
    d->asndb_awaited = true;
}

/* Takes a database in place of the one before, which it closes; NULL: there is none. */
void dataset_set_asndb(struct dataset *, struct asndb *);

/* Take tables in place of those before, which they free; NULL: there is none. */
void dataset_set_announced(struct dataset *, struct asn_table *);
void dataset_set_allocations(struct dataset *, struct allocations *);

/* Returns what says which AS announces an address: the announced prefixes, else the ASN database. Without a path there
 * is neither. Borrowed until the next change. */
struct asn_data dataset_asn_source(const struct dataset *);

/* Finds the AS of an address there, and its announced prefix, or the database's record. Returns as asndb_find does. */
bool dataset_find_as(const struct dataset *, const struct addr *, struct asndb_record *out, struct fault *);

/* Returns the zone file of level 1, 2 or 3, or of a list of the catalogue; NULL when there is none. */
static inline const struct zone_file *
dataset_level(const struct dataset *d, unsigned level)
{
    return d->zones ? zone_set_level(d->zones, level) : NULL;
}

static inline const struct zone_file *
dataset_zone(const struct dataset *d, const struct list *list)
{
    return d->zones ? zone_set_at(d->zones, list) : NULL;
}

/* Reads a whole table at once, which it takes; NULL: the ASN database's. Returns false with a fault. */
bool dataset_read_asn_table(struct dataset *, struct asn_table *, struct fault *);
/* Returns the table; NULL while it is being read and without a database. The first call starts the reading. */
const struct asn_table *dataset_asn_table(struct dataset *);
/* Returns the ranking; NULL while it is being counted, without an ASN table, and without the zone files of levels 1 and
 * 2. The first call starts the count. */
const struct ranking *dataset_ranking(struct dataset *);

/* Counts the ranking at once, and reads the ASN database before if need be. Returns false if something is missing. */
bool dataset_count_ranking(struct dataset *);
/* Returns an AS with its ranges counted; NULL as for the ranking. Valid until the next call or change. */
const struct provider *dataset_provider(struct dataset *, uint32_t asn);

/* Returns whether what provider and ranking need is still being read or counted. */
static inline bool
dataset_is_counting(const struct dataset *d)
{
    return d->zones_awaited || d->asndb_awaited || d->reading || d->counting;
}

/* Return why the table, a zone file or the ranking is missing, and how to get it, as sentences; "" = none is missing.
 */
const char *dataset_lacks_asn_table(const struct dataset *);
const char *dataset_lacks_zones(const struct dataset *);
/* The same about the ranking that is being counted from table and zones. */
static inline const char *
dataset_lacks_ranking(const struct dataset *d)
{
    return d->counting ? "Counting what is listed of each ASN ..." : "";
}

#endif

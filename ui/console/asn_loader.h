/* Loads announced prefixes, allocations and ASN database into the dataset: after the first frame, and again when a file
 * has changed, in slices between the turns of the loop. */
#ifndef ASN_LOADER_H
#define ASN_LOADER_H

#include "check/engine.h"

#include <sys/stat.h>

enum { ASN_LOADER_SOON_MS = 1000, ASN_LOADER_AGAIN_MS = 60 * 1000 };

/* Set the first part and zero the rest. */
struct asn_loader {
    struct engine *engine; /* whose dataset gets the database */
    int64_t slice_us;
    void (*report)(void *arg, const char *problem); /* called when a file cannot be used, once for each problem */
    void *arg;

    struct asndb_reader *reader;
    bool in_database;                   /* whose reading has begun */
    struct stat announced, allocations; /* the last ones that were read */
    struct asn_table *table;            /* that is being read; NULL = none */
    struct allocations *blocks;         /* alike */
    struct timer timer;
};

/* Begins with the next turn of the loop, with the file or (NULL) the usual places. */
void asn_loader_start(struct asn_loader *, const char *path);

/* Stops reading; the dataset keeps the database that it has. */
void asn_loader_stop(struct asn_loader *);

#endif

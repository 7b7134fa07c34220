/* From options to an engine that is ready to investigate. */
#ifndef SETUP_H
#define SETUP_H

#include "asn/asnmap.h"
#include "check/investigation.h"
#include "journal/keeper.h"
#include "session/options.h"
#include "zones/zones.h"

struct setup {
    struct loop *loop;
    struct resolver *resolver;
    struct proofs *proofs;
    struct asndb *asndb;
    struct zones *zones;   /* NULL until setup_open_zones or setup_take_zones */
    struct asnmap *map;    /* NULL until setup_open_map */
    struct keeper *keeper; /* NULL until setup_open_journal, and without a journal */
    struct engine engine;  /* of the above */
};

/* Opens what the options name. On a fault *status is the exit status and nothing stays open. A file in a usual place
 * that cannot be used is a warning, for the caller to show: *warning is "" when there is none. */
bool setup_open(struct setup *, const struct options *, struct fault *, struct fault *warning, int *status);

/* Loads the zone files of these lists (zones.h) in --zones, or in the usual folder if there is one; without either
 * zones stays NULL, which is a fault only when they are needed, as `needed_for` says. */
bool setup_open_zones(struct setup *, const struct options *, unsigned lists, const char *needed_for, struct fault *,
                      int *status);

/* Where they lie; the caller frees it. NULL = neither. */
char *setup_zones_directory(const struct options *);

/* For who reads them himself, in steps: investigations wait for them until they come, or do not (NULL). They are the
 * setup's from then on; to be called again after each change of theirs. */
void setup_await_zones(struct setup *);
void setup_take_zones(struct setup *, struct zones *);

/* One sentence on stderr for each list's zone file with lines that were not understood and skipped. */
void setup_complain_of_zones(const struct setup *);

/* Reads the whole ASN database. */
bool setup_open_map(struct setup *, const char *needed_for, struct fault *, int *status);

/* Opens the journal that is to be kept: the one that was named, else, when it is to be kept `anyway` (the console), the
 * usual one, which is made when it is not there. Without either, and with --no-journal, keeper stays NULL. *notice is
 * for the caller to show, "" when there is none; so is, in time, what the keeper tells. False with a fault when it
 * cannot be opened: who asked for answers gets them all the same. */
bool setup_open_journal(struct setup *, const struct options *, bool anyway, keeper_tells *, void *arg,
                        struct fault *notice, struct fault *);

/* The same for a command: keeps in bulk, and tells on stderr, also that there is no journal to keep it in. */
void setup_keep_journal(struct setup *, const struct options *);

/* Where the journal lies that the options name, or the usual one; the caller frees it. NULL with a fault when there is
 * no home. */
char *setup_journal_path(const struct options *, struct fault *);

void setup_close(struct setup *);

#endif

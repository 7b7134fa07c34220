/* From options to an engine that is ready to investigate. */
#ifndef SESSION_H
#define SESSION_H

#include "asn/asn_table.h"
#include "check/investigation.h"
#include "journal/recorder.h"
#include "session/options.h"
#include "zones/zone_set.h"

struct setup {
    struct loop *loop;
    struct resolver *resolver;
    struct health *health;
    struct asndb *asndb;
    struct zone_set *zones;    /* NULL until session_open_zones or session_take_zones */
    struct asn_table *map;     /* NULL until session_open_map */
    struct recorder *recorder; /* NULL until session_open_journal, and without a journal */
    struct engine engine;      /* of the above */
};

/* Opens what the options name. On a fault *status is the exit status and nothing stays open. A file in a usual place
 * that cannot be used is a warning, for the caller to show: *warning is "" when there is none. */
bool session_open(struct setup *, const struct options *, struct fault *, struct fault *warning, int *status);

/* Loads the zone files of these lists (zone_set.h) in --zones, or in the usual folder if there is one; without either
 * zones stays NULL, which is a fault only when they are needed, as `needed_for` says. */
bool session_open_zones(struct setup *, const struct options *, unsigned lists, const char *needed_for, struct fault *,
                        int *status);

/* Where they lie; the caller frees it. NULL = neither. */
char *session_zones_directory(const struct options *);

/* For who reads them himself, in steps: investigations wait for them until they come, or do not (NULL). They are the
 * setup's from then on; to be called again after each change of theirs. */
void session_await_zones(struct setup *);
void session_take_zones(struct setup *, struct zone_set *);

/* One sentence on stderr for each list's zone file with lines that were not understood and skipped. */
void session_complain_of_zones(const struct setup *);

/* Reads the whole ASN database. */
bool session_open_map(struct setup *, const char *needed_for, struct fault *, int *status);

/* Opens the journal that is to be kept: the one that was named, else, when it is to be kept `anyway` (the console), the
 * usual one, which is made when it is not there. Without either, and with --no-journal, keeper stays NULL. *notice is
 * for the caller to show, "" when there is none; so is, in time, what the keeper tells. False with a fault when it
 * cannot be opened: who asked for answers gets them all the same. */
bool session_open_journal(struct setup *, const struct options *, bool anyway, recorder_reports *, void *arg,
                          struct fault *notice, struct fault *);

/* The same for a command: keeps in bulk, and tells on stderr, also that there is no journal to keep it in. */
void session_keep_journal(struct setup *, const struct options *);

/* Where the journal lies that the options name, or the usual one; the caller frees it. NULL with a fault when there is
 * no home. */
char *session_journal_path(const struct options *, struct fault *);

/* Like exit_status_report, for a command that cannot answer at all. With --format nagios it also prints the sentence as
 * a status line, "DNSBL UNKNOWN - sentence", because a monitoring system reads only stdout. */
int session_refuse(const struct options *, const char *sentence, int status);

void session_close(struct setup *);

#endif

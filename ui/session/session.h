/* From options to an engine that is ready to investigate. */
#ifndef SESSION_H
#define SESSION_H

#include "check/engine.h"
#include "session/options.h"

/* Opens what the options name. On a fault *status is the exit status and nothing stays open. A file in a usual place
 * that cannot be used is a warning, for the caller to show: *warning is "" when there is none. */
bool session_open(struct engine *, const struct options *, struct fault *, struct fault *warning, int *status);

/* Loads the zone files of these lists (zone_set.h) in --zones, or in the usual folder if there is one; without either
 * zones stays NULL, which is a fault only when they are needed, as `needed_for` says. */
bool session_open_zones(struct engine *, const struct options *, unsigned lists, const char *needed_for, struct fault *,
                        int *status);

/* Where they lie; the caller frees it. NULL = neither. */
char *session_zones_directory(const struct options *);

/* One sentence on stderr for each list's zone file with lines that were not understood and skipped. */
void session_complain_of_zones(const struct engine *);

/* Reads the whole ASN database. */
bool session_open_map(struct engine *, const char *needed_for, struct fault *, int *status);

/* Opens the journal that is to be kept: the one that was named, else, when it is to be kept `anyway` (the console), the
 * usual one, which is made when it is not there. Without either, and with --no-journal, keeper stays NULL. *notice is
 * for the caller to show, "" when there is none; so is, in time, what the keeper tells. False with a fault when it
 * cannot be opened: who asked for answers gets them all the same. */
bool session_open_journal(struct engine *, const struct options *, bool anyway, recorder_reports *, void *arg,
                          struct fault *notice, struct fault *);

/* The same for a command: keeps in bulk, and tells on stderr, also that there is no journal to keep it in. */
void session_keep_journal(struct engine *, const struct options *);

/* Where the journal lies that the options name, or the usual one; the caller frees it. NULL with a fault when there is
 * no home. */
char *session_journal_path(const struct options *, struct fault *);

/* Like exit_status_report, for a command that cannot answer at all. With --format nagios it also prints the sentence as
 * a status line, "DNSBL UNKNOWN - sentence", because a monitoring system reads only stdout. */
int session_refuse(const struct options *, const char *sentence, int status);

void session_close(struct engine *);

#endif

/* From options to an engine that is ready to investigate. */
#ifndef SESSION_H
#define SESSION_H

#include "bounce/marks.h"
#include "check/engine.h"
#include "contacts/contacts.h"
#include "lists/receivers.h"
#include "session/options.h"
#include "targets/target.h"

/* Returns the built-in lists with those of lists.conf, the lists of --lists chosen, and reports on stderr what it
 * leaves out. NULL with a fault and its exit status if a file cannot be read or a list is unknown. The caller frees it.
 */
struct catalogue *session_load_lists(const struct options *, struct fault *, int *status);

/* Returns the built-in receivers and those of receivers.conf; the caller frees them. NULL with a fault if a file is
 * bad.
 */
struct receivers *session_load_receivers(struct fault *);

/* Returns the built-in marks of replies and those of receivers.conf; the caller frees them. NULL with a fault if a file
 * is bad. */
struct marks *session_load_marks(struct fault *);

/* Opens what the options name. Returns false with a fault and its exit status, and nothing stays open. *warning is ""
 * unless an ASN database in a usual place cannot be used; the caller shows it. Without it (NULL), the caller reads the
 * ASN database later. */
bool session_open(struct engine *, const struct options *, struct fault *, struct fault *warning, int *status);

/* Loads the zone files of these levels (zone_set.h) from --zones or the usual folder. Without a folder `zones` stays
 * NULL, which is a fault only if `needed_for` names a command that needs them. */
bool session_open_zones(struct engine *, const struct options *, unsigned levels, const char *needed_for,
                        struct fault *, int *status);

/* Returns the folder of the zone files, NULL = none; the caller frees it. */
char *session_zones_directory(const struct options *);

/* Report on stderr, in one sentence a zone file, why it is not read or used; also how many lines were skipped; and,
 * with `ages` for tables without room for that, how old the file is unless it is fresh. */
void session_report_doubts(const struct engine *);
void session_report_zones(const struct engine *, bool ages);

/* Reads who announces everything: the announced prefixes, else the whole ASN database, which it opens if need be. */
bool session_open_map(struct engine *, const struct options *, const char *needed_for, struct fault *, int *status);

/* Opens the journal that --journal names. Without that option a command gets none, unless it needs one
 * (options_need_journal), and recorder stays NULL; the console (`anyway`) gets the usual one, which is created if it is
 * missing, and with --no-journal one in memory. The caller shows *notice unless it is "", and what `report` gets later.
 * Returns false with a fault if the journal cannot be opened: then the console has one in memory. */
bool session_open_journal(struct engine *, const struct options *, bool anyway, recorder_reports *report, void *arg,
                          struct fault *notice, struct fault *);

/* Compares the zone files with the numbers of entries that the journal has of the last sound ones, and stores those of
 * sound ones. A file that is cut at the end of a line shows only so. Returns whether a file came into doubt, with the
 * last one as the fault, which is "" otherwise. */
bool session_recall_zones(struct engine *, struct fault *);

/* Like session_open_journal, for a command: records in bulk and reports every problem on stderr. Then recalls zones. */
void session_keep_journal(struct engine *, const struct options *);

/* Returns the path of the journal that the options name, else of the usual one; the caller frees it. NULL with a fault
 * without a home directory. */
char *session_journal_path(const struct options *, struct fault *);

/* Sets what lookups of contacts use, as the options say; the caller frees `fetch`. */
void session_contacts(const struct engine *, const struct options *, struct contacts_setup *out);

/* Reads the one target that the words name together, and reports on stderr what was taken if the words do not say it.
 */
bool session_read_target(char *const *words, size_t count, const struct catalogue *, struct target *out,
                         struct fault *);

/* Like exit_status_report, for a command that cannot answer at all. With --format nagios it also prints the sentence as
 * a status line, "DNSBL UNKNOWN - sentence", because a monitoring system reads only stdout. */
int session_refuse(const struct options *, const char *sentence, int status);

/* Appends standard input, which may not be larger than a fleet's file. Returns false with a fault. */
bool session_read_stdin(struct buf *out, struct fault *);

void session_close(struct engine *);

#endif

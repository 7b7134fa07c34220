/* Keeps in the journal what is found, as it is found, and stays out of the way when it cannot.
 *
 * While another program writes, what is to be kept waits in a queue of at most RECORDER_QUEUE and is tried again; when
 * the journal cannot be written at all, that is told once for each reason, and the program goes on without it. */
#ifndef RECORDER_H
#define RECORDER_H

#include "base/loop.h"
#include "density/density.h"
#include "journal/journal.h"
#include "lists/policy.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"
#include "zones/zone_set.h"

struct recorder;

enum { RECORDER_QUEUE = 4096, RECORDER_LEAVING_MS = 2000 };

/* What the user is to be told, clean. */
typedef void recorder_reports(void *arg, const char *sentence);

/* `batched`: what is found is written when recorder_flush is called, many at once (a batch); otherwise at once, and
 * where that would take long, some in each turn of the loop. The journal is the keeper's from now on; loop outlives it.
 */
struct recorder *recorder_new(struct loop *, struct journal *, bool batched, recorder_reports *, void *arg);
/* Writes what waits, in bulk for up to JOURNAL_WAIT_MS, otherwise, since somebody wants to leave, RECORDER_LEAVING_MS;
 * tells what could not be kept, and closes the journal. NULL is fine. */
void recorder_free(struct recorder *);

/* Whether what is found is kept: not once the journal broke, nor where it is open for reading only. */
bool recorder_stores(const struct recorder *);

/* NULL once the journal broke. For what users do to cases, and for reading. */
struct journal *recorder_journal(struct recorder *);

/* Reads what the journal knows of an address, with what waits to be written; zeroed when nothing. */
void recorder_seen(struct recorder *, const struct addr *, struct seen *out);

/* An investigation came to its end: what it saw, and the neighbours of the zone file. Nothing is kept of one that asked
 * nothing (reserved address, offline without zones), nor in a journal that is open for reading only. */
void recorder_add(struct recorder *, const struct evidence *, const struct verdict *);
/* As journal_neighbours_add and journal_count_store; what is given is copied. Neither is kept without its time (at_ms
 * not positive). */
void recorder_add_neighbours(struct recorder *, const struct prefix *, int64_t at_ms, const uint32_t *listed,
                             size_t listed_count, const uint32_t *asked, size_t asked_count);
void recorder_add_count(struct recorder *, const struct journal_count *);

/* What the user looked at, where the counts come from level 1's zone file (a prefix: its neighbours and its figures; an
 * ASN: its figures), or from a sweep over DNS, perhaps one that was stopped. Nothing without that file, nor of a file
 * that does not tell when it was made. */
void recorder_add_prefix(struct recorder *, const struct zone_set *, const struct policy *, const struct prefix *);
void recorder_add_asn(struct recorder *, const struct zone_set *, const struct asn_density *);

/* Writes what waits now; false when something still has to wait, or could not be kept. */
bool recorder_flush(struct recorder *);

/* Grows with each thing that was written, also by keeper's user calling recorder_touched after changing a case, and
 * within a second when another program wrote: views look again. */
unsigned recorder_version(struct recorder *);
void recorder_touched(struct recorder *);

#endif

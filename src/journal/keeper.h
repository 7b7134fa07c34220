/* Keeps in the journal what is found, as it is found, and stays out of the way when it cannot.
 *
 * While another program writes, what is to be kept waits in a queue of at most KEEPER_QUEUE and is tried again; when
 * the journal cannot be written at all, that is told once for each reason, and the program goes on without it. */
#ifndef KEEPER_H
#define KEEPER_H

#include "base/loop.h"
#include "density/density.h"
#include "journal/journal.h"
#include "lists/policy.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"
#include "zones/zones.h"

struct keeper;
struct sweep;

enum { KEEPER_QUEUE = 4096, KEEPER_LEAVING_MS = 2000 };

/* What the user is to be told, clean. */
typedef void keeper_tells(void *arg, const char *sentence);

/* `in_bulk`: what is found is written when keeper_flush is called, many at once (a batch); otherwise at once, and where
 * that would take long, some in each turn of the loop. The journal is the keeper's from now on; loop outlives it. */
struct keeper *keeper_new(struct loop *, struct journal *, bool in_bulk, keeper_tells *, void *arg);
/* Writes what waits, in bulk for up to JOURNAL_WAIT_MS, otherwise, since somebody wants to leave, KEEPER_LEAVING_MS;
 * tells what could not be kept, and closes the journal. NULL is fine. */
void keeper_free(struct keeper *);

/* Whether what is found is kept: not once the journal broke, nor where it is open for reading only. */
bool keeper_keeps(const struct keeper *);

/* NULL once the journal broke. For what users do to cases, and for reading. */
struct journal *keeper_journal(struct keeper *);

/* Reads what the journal knows of an address, with what waits to be written; zeroed when nothing. */
void keeper_past(struct keeper *, const struct addr *, struct past *out);

/* An investigation came to its end: what it saw, and the neighbours of the zone file. Nothing is kept of one that asked
 * nothing (reserved address, offline without zones), nor in a journal that is open for reading only. */
void keeper_saw(struct keeper *, const struct evidence *, const struct verdict *);
/* As journal_neighbours_saw and journal_snapshot_keep; what is given is copied. Neither is kept without its time (at_ms
 * not positive). */
void keeper_saw_neighbours(struct keeper *, const struct prefix *, int64_t at_ms, const uint32_t *listed,
                           size_t listed_count, const uint32_t *asked, size_t asked_count);
void keeper_saw_snapshot(struct keeper *, const struct journal_snapshot *);

/* What the user looked at, where the counts come from level 1's zone file (a prefix: its neighbours and its figures; an
 * ASN: its figures), or from a sweep over DNS, perhaps one that was stopped. Nothing without that file, nor of a file
 * that does not tell when it was made. */
void keeper_saw_prefix(struct keeper *, const struct zones *, const struct policy *, const struct prefix *);
void keeper_saw_asn(struct keeper *, const struct zones *, const struct asn_density *);
void keeper_saw_sweep(struct keeper *, const struct sweep *, const struct prefix *);

/* Writes what waits now; false when something still has to wait, or could not be kept. */
bool keeper_flush(struct keeper *);

/* Grows with each thing that was written, also by keeper's user calling keeper_touched after changing a case, and within
 * a second when another program wrote: views look again. */
unsigned keeper_version(struct keeper *);
void keeper_touched(struct keeper *);

#endif

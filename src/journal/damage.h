/* Damage that a journal has without being noticed in use. */
#ifndef DAMAGE_H
#define DAMAGE_H

#include "base/buf.h"
#include "journal/journal.h"

/* Examines the whole file and reads every record. Appends a line, clean, for each fault found, the first ones of many;
 * nothing if the journal is whole. False with a fault if it could not be examined, or was stopped (then the fault is
 * ""). Slow. */
bool journal_check(struct journal *, journal_progress *, void *progress_arg, struct buf *out, struct fault *);

/* Examines table number *at, and moves *at on, unless that takes longer than most_ms. False with a fault: it is
 * damaged. After the last table, *at stays. */
bool journal_check_table(struct journal *, size_t *at, int64_t most_ms, struct fault *);

#endif

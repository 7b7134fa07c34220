/* One run of the watch over a fleet: compares each look with those that the journal remembers, and gathers the changes
 * that are worth a message. Stores everything at once, so that a run that is killed has not happened. */
#ifndef ROUND_H
#define ROUND_H

#include "journal/journal.h"
#include "journal/watches.h"
#include "lists/policy.h"
#include "targets/fleet.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"

struct round_rules {
    const struct policy *policy; /* must outlive the round */
    unsigned need, of;           /* looks, see alarm.h */
    unsigned blind_after;        /* runs without an answer from which "cannot tell" is reported */
    bool collateral;             /* also listings of net, provider and policy that no receiver minds */
    bool digest;                 /* one message a day, of all changes since the last */
    unsigned channels;           /* a bit for each that a message must reach */
};

struct round_counts {
    size_t seen, missed;                        /* missed: the deadline came first */
    size_t first;                               /* first looks, which are not reported ... */
    size_t first_by_state[VERDICT_UNKNOWN + 1]; /* ... by verdict */
    size_t unknown;                             /* looks that could not tell */
};

struct round;

/* Starts a run. NULL with a fault if the journal cannot be read. The caller calls round_free. */
struct round *round_new(struct journal *, const struct round_rules *, struct fault *);
void round_free(struct round *); /* NULL is fine */

/* Takes a look at a target, with a verdict that needs no more than a headline. Without evidence, or if it was cut
 * short, the target was not seen. */
void round_take(struct round *, const struct fleet_target *, const struct evidence *, const struct verdict *);

const struct round_counts *round_counts(const struct round *);

/* Ends the run: stores looks and changes, and makes a message of them if there is something to say. JOURNAL_DONE means
 * that it survives a power failure; JOURNAL_BUSY that it may be called again. */
enum journal_result round_store(struct round *, struct fault *);

#endif

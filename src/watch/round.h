/* One run of the watch over a fleet: compares each look with those that the journal remembers, and gathers the changes
 * that are worth a message. Each list is remembered by itself, and a message tells what changes for the target: the
 * first list of a scope, any other that alarms at once or that a receiver named, and the end of these, and of the last.
 * Stores everything at once, so that a run that is killed has not happened. */
#ifndef ROUND_H
#define ROUND_H

#include "journal/journal.h"
#include "journal/watches.h"
#include "lists/policy.h"
#include "targets/fleet.h"
#include "verdict/evidence.h"
#include "verdict/verdict.h"
#include "watch/alarm.h"

struct round_rules {
    const char *fleet;           /* the file, to which the messages belong; must outlive the round */
    const struct policy *policy; /* likewise */
    struct alarm_rules alarm;
    unsigned blind_after; /* runs without an answer from which "cannot tell" is reported */
    bool collateral;      /* also listings of net, provider and policy that no receiver minds */
    bool ran_before;      /* an empty memory is one that was lost */
    bool digest;          /* one message a day, of all changes since the last */
    unsigned channels;    /* a bit for each that a message must reach */
};

struct round_counts {
    size_t seen, missed;                        /* missed: the deadline came first */
    size_t first;                               /* first looks, which are not reported ... */
    size_t first_by_state[VERDICT_UNKNOWN + 1]; /* ... by verdict */
    size_t unlistable;                          /* targets that no list can have */
};

struct round;

/* Starts a run. NULL with a fault if the journal cannot be read. The caller calls round_free. */
struct round *round_new(struct journal *, const struct round_rules *, struct fault *);
void round_free(struct round *); /* NULL is fine */

/* Takes a look at a target, with a verdict that needs no more than a headline. Without evidence the target was not
 * seen, and if that was cut short, only listings that are proved were. */
void round_take(struct round *, const struct fleet_target *, const struct evidence *, const struct verdict *);

const struct round_counts *round_counts(const struct round *);

/* Ends the run: stores looks and changes, and makes a message of them if there is something to say. JOURNAL_DONE means
 * that it survives a power failure; JOURNAL_BUSY that it may be called again. */
enum journal_result round_store(struct round *, struct fault *);

#endif

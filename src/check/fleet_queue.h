/* Keeps what is known of many targets fresh: asks at once about those that the user sees, about the others a batch at a
 * time, and about each of them again when the TTLs of its answers end.
 *
 * An investigation lives as long as its answers are awaited, so that thousands of targets need little memory. Answers
 * whose TTL has not ended come from the resolver's memory. */
#ifndef FLEET_QUEUE_H
#define FLEET_QUEUE_H

#include "check/survey.h"
#include "targets/fleet.h"

/* Targets asked about at once, and how many the user does not see are begun a second: with the five lists of
 * UCEPROTECT, 100 questions to one operator, as in a sweep. A batch, because each batch costs every list a self-test. A
 * domain may have hundreds of addresses, so that few are surveyed at once. */
enum { FLEET_QUEUE_WINDOW = 256, FLEET_QUEUE_SURVEYS = 4, FLEET_QUEUE_BATCH = 20, FLEET_QUEUE_BATCH_MS = 1000 };

struct fleet_queue;

/* The state of a target, valid only for the call that receives it. */
struct fleet_look {
    const struct evidence *evidence; /* NULL = it cannot be asked about: */
    const char *error;               /* why; else NULL */
    const struct survey *survey;     /* of a domain; else NULL */
    bool over;                       /* no answer is awaited */
};

struct fleet_listener {
    /* Takes a change of what is known of a target, whose place in the fleet it gets. Returns false to be called again
     * by fleet_queue_show, because the user holds the screen. */
    bool (*take)(void *arg, size_t target, const struct fleet_look *);
    /* Returns whether targets are to be asked about again. Those that were not asked yet always are. */
    bool (*wants)(void *arg);
    void *arg;
};

/* Asks nothing before fleet_queue_show. Engine and fleet outlive it; the engine counts the targets. */
struct fleet_queue *fleet_queue_new(struct engine *, const struct fleet *, const struct fleet_listener *);
void fleet_queue_free(struct fleet_queue *);

/* Names the targets that the user sees now, and goes on. */
void fleet_queue_show(struct fleet_queue *, const size_t *targets, size_t count);

/* Asks about every target again, those that show first; what the resolver remembers is not asked. */
void fleet_queue_again(struct fleet_queue *);

/* Passes on what has changed (engine.h); new zone files and a new ASN database make every target due. */
void fleet_queue_changed(struct fleet_queue *, unsigned what);

/* Returns the number of targets that were never asked about to the end. */
size_t fleet_queue_left(const struct fleet_queue *);

#endif

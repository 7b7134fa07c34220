/* Asks level 1 over DNS for each address of a prefix, when there is no zone file to count in.
 *
 * Paced and pausable: an address without an answer never counts as clear, and no answer counts before level 1 has
 * passed a self-test that began later. The engine's recorder gets the result once, when the sweep is done or stopped.
 */
#ifndef SWEEP_H
#define SWEEP_H

#include "check/engine.h"
#include "lists/listing_text.h"

/* The widest prefix that is swept without the user's consent, and at all. */
enum { SWEEP_FREELY = 24, SWEEP_WIDEST = 16 };

/* Questions a second, evenly spaced, because behind the user's resolver they all go to one operator's servers, which
 * are free of charge. A /24 still takes less than three seconds. */
enum { SWEEP_PER_SECOND = 100 };

struct sweep;

enum sweep_phase { SWEEP_ASKING, SWEEP_PAUSED, SWEEP_STOPPED, SWEEP_DONE };

struct sweep_counts {
    enum sweep_phase phase;
    size_t total, asked, ended;    /* addresses; asked includes ended */
    size_t answered;               /* ended by any answer of a server, also a failure */
    size_t listed, clear, unknown; /* of the ended ones; unknown: neither listed nor clear */
    double per_second;             /* ended a second so far; 0 = not known */
    double limit;                  /* questions a second that the resolver takes; 0 = no limit was met */
    int64_t left_ms;               /* until the end at this rate */
    int64_t changed_ms;            /* monotonic time of the last change */
};

/* Called after each answer, never from inside a function of this header. */
typedef void sweep_changed(void *arg);

/* Starts sweeping an IPv4 prefix no wider than SWEEP_WIDEST. The engine, which has a resolver, outlives it. */
struct sweep *sweep_new(const struct engine *, const struct prefix *, sweep_changed *, void *arg);
/* Drops questions under way. NULL is fine. */
void sweep_free(struct sweep *);

void sweep_pause(struct sweep *, bool);
/* Sends nothing more; keeps the answers. */
void sweep_stop(struct sweep *);

const struct prefix *sweep_prefix(const struct sweep *);
void sweep_counts(const struct sweep *, struct sweep_counts *out);
/* Returns whether it is asking, or paused. */
bool sweep_is_open(const struct sweep *);

/* Returns the state of the address at that index of the prefix: UNASKED until it was answered and level 1 passed a
 * self-test after that. */
enum list_state sweep_state(const struct sweep *, size_t index);
/* Returns whether that address is being asked about. */
bool sweep_is_asking(const struct sweep *, size_t index);

/* Returns the serial of the oldest data that answered, YYYYMMDDHH in German local time; 0 = not known. */
uint32_t sweep_serial(const struct sweep *);

/* Returns why nothing is known, as half a sentence: about the resolvers when none answered, else about level 1 when it
 * failed its self-test; NULL = no problem. */
const char *sweep_problem(const struct sweep *);

#endif

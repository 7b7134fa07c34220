/* Asking level 1 over DNS for each address of a prefix, when there is no zone file to count in.
 *
 * Paced, pausable, and honest about how far it came: an address that was not answered is never counted as clear, and
 * nothing is believed before level 1 proved itself in this run. */
#ifndef SWEEP_H
#define SWEEP_H

#include "base/addr.h"
#include "check/investigation.h"
#include "lists/listing_text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The widest prefix that is swept without the user's consent, and at all. */
enum { SWEEP_FREELY = 24, SWEEP_WIDEST = 16 };

/* Questions a second, evenly: behind the user's resolver they all go to one operator's servers, who gives them for
 * free. A /24 is done in under three seconds all the same. */
enum { SWEEP_PER_SECOND = 100 };

struct sweep;

struct sweep_counts {
    size_t total, asked, ended;    /* addresses; asked includes ended, which are under way no more */
    size_t answered;               /* ended because a server said something, be it that it failed */
    size_t listed, clear, unknown; /* of the ended ones; unknown: neither listed nor clear */
    double per_second;             /* ended a second so far; 0 = not known */
    int64_t left_ms;               /* until the end at this rate */
    bool paused, done;
};

/* Called after each question's end, never from inside a function of ours. */
typedef void sweep_changed(void *arg);

/* Starts sweeping an IPv4 prefix no wider than SWEEP_WIDEST. The engine, which has a resolver, outlives it. */
struct sweep *sweep_new(const struct engine *, const struct prefix *, sweep_changed *, void *arg);
/* Questions under way are dropped. NULL is fine. */
void sweep_free(struct sweep *);

void sweep_pause(struct sweep *, bool);

void sweep_counts(const struct sweep *, struct sweep_counts *out);

/* What is known of the address at that place of the prefix: UNASKED until its answer is there and level 1 has proved
 * itself. */
enum list_state sweep_state(const struct sweep *, size_t index);

/* Of the newest data that answered, YYYYMMDDHH in German local time; 0 = not known. */
uint32_t sweep_serial(const struct sweep *);

/* Half a sentence, why nothing is known: of the resolvers where none gave any answer, else of level 1 where it failed
 * its proof; NULL. */
const char *sweep_problem(const struct sweep *);

#endif

/* A sweep of level 1 over DNS, as the map of a range shows it. Who can do one hands these functions to the console; a
 * view starts it, and ends it when it closes. */
#ifndef SWEEPER_H
#define SWEEPER_H

#include "base/addr.h"
#include "base/fault.h"
#include "lists/listing_text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sweeper_phase { SWEEPER_ASKING, SWEEPER_PAUSED, SWEEPER_STOPPED, SWEEPER_DONE };

struct sweeper_progress {
    enum sweeper_phase phase;
    size_t total, answered; /* questions, and those to which a server said anything */
    double per_second;      /* that were done with; 0 = not known */
    int64_t left_ms;
    const char *problem; /* why nothing is known, half a sentence; NULL = none */
};

struct sweeper {
    void *arg;
    /* Starts asking about each address of a prefix of /24 or longer; NULL with a reason when it cannot. changed() is
     * called after answers, and never from inside these functions. */
    void *(*start)(void *arg, const struct prefix *, void (*changed)(void *changed_arg), void *changed_arg,
                   struct fault *);
    void (*pause)(void *sweep, bool pause);
    /* Asks no more; what was answered stays. */
    void (*stop)(void *sweep);
    void (*free)(void *sweep);
    struct sweeper_progress (*progress)(const void *sweep);
    /* What level 1 says of an address: STATE_UNASKED until it was answered. */
    enum list_state (*state)(const void *sweep, uint32_t address, bool *asking);
    /* Of the data that answered (sweep.h). */
    uint32_t (*serial)(const void *sweep);
};

#endif

/* What the sweeps of this run were told, by prefix. It outlives the view that asked, so that nothing is asked again
 * unless the user wants it; a new sweep of the same prefix takes the place of the old one. */
#ifndef SWEEP_STORE_H
#define SWEEP_STORE_H

#include "console/views/navigator.h"

struct sweep_store {
    struct app *app;
    const struct sweeper *sweeper;
    void *sweep;
    struct prefix prefix;
    unsigned version; /* grows with each answer */
    int64_t at_ms;    /* monotonic time of the last one */
    bool kept;        /* it is in the journal */
};

/* The sweep of exactly that prefix, there until the drill's end; NULL = none. */
struct sweep_store *sweep_store_find(const struct nav *, const struct prefix *);
/* Begins one; NULL with a reason when it cannot. */
struct sweep_store *sweep_store_start(struct nav *, const struct prefix *, struct fault *);

bool sweep_store_is_asking(const struct sweep_store *); /* or paused in between */
/* What it was told is put into the drill's journal, once. */
void sweep_store_keep(struct sweep_store *, struct nav *);
/* Asks no more, and keeps what was told. NULL is fine. */
void sweep_store_leave(struct sweep_store *, struct nav *);

void sweep_store_free_all(struct nav *);

#endif

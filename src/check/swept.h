/* What the sweeps of this run were told, by prefix. It outlives the view that asked, so that nothing is asked again
 * unless the user wants it; a new sweep of the same prefix takes the place of the old one. */
#ifndef SWEPT_H
#define SWEPT_H

#include "console/views/drill.h"

struct swept {
    struct app *app;
    const struct sweeper *sweeper;
    void *sweep;
    struct prefix prefix;
    unsigned version; /* grows with each answer */
    int64_t at_ms;    /* monotonic time of the last one */
    bool kept;        /* it is in the journal */
};

/* The sweep of exactly that prefix, there until the drill's end; NULL = none. */
struct swept *swept_find(const struct drill *, const struct prefix *);
/* Begins one; NULL with a reason when it cannot. */
struct swept *swept_start(struct drill *, const struct prefix *, struct fault *);

bool swept_is_asking(const struct swept *); /* or paused in between */
/* What it was told is put into the drill's journal, once. */
void swept_keep(struct swept *, struct drill *);
/* Asks no more, and keeps what was told. NULL is fine. */
void swept_leave(struct swept *, struct drill *);

void swept_free_all(struct drill *);

#endif

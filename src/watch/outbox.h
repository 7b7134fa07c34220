/* Sends the messages that the journal keeps, and forgets each only after its channel has taken it: a run that is killed
 * loses no change. One that is killed while a channel takes a message repeats it with the same id. */
#ifndef OUTBOX_H
#define OUTBOX_H

#include "journal/journal.h"
#include "journal/watches.h"

struct outbox {
    struct journal *journal;
    const char *fleet; /* whose messages */
    unsigned channels; /* a bit for each that is wanted, of those in journal_message.waits */
    /* Hands a message to one channel. Returns false with a fault if it was not taken. */
    bool (*send)(void *arg, unsigned channel, const struct journal_message *, const journal_alarms *, struct fault *);
    void (*report)(void *arg, const struct fault *);
    void *arg;
};

/* Sends what waits: first what was tried least often, so that a message that a channel never takes keeps no other back,
 * but never one about a target before an older one about it. Reports each failure; three end a channel for this run.
 * A message whose channels are all no longer wanted goes to those that are. What the first channel has taken is noted
 * in the cases of the addresses. */
void outbox_send(const struct outbox *);

#endif

/* Sends the messages that the journal keeps, and forgets each only after its channel has taken it: a run that is killed
 * loses no change. One that is killed while a channel takes a message repeats it with the same id. */
#ifndef OUTBOX_H
#define OUTBOX_H

#include "journal/journal.h"
#include "journal/watches.h"

struct outbox {
    struct journal *journal;
    unsigned channels; /* a bit for each that is wanted, of those in journal_message.waits */
    /* Hands a message to one channel. Returns false with a fault if it was not taken. */
    bool (*send)(void *arg, unsigned channel, const struct journal_message *, const journal_alarms *, struct fault *);
    void (*report)(void *arg, const struct fault *);
    void *arg;
};

/* Sends what waits, the oldest first, and reports each channel that fails, which is not tried again in this run. A
 * message whose channels are all no longer wanted goes to those that are. */
void outbox_send(const struct outbox *);

#endif

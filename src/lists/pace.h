/* Private to lists: lets the questions to one operator's lists through, a bounded number at a time and, if the operator
 * wants that, no more than so many a second or a day. The others wait in order, those of self-tests before all.
 *
 * This comes before the resolver's window, which is about the server that is asked. */
#ifndef PACE_H
#define PACE_H

#include "base/loop.h"
#include "base/queue.h"

#include <stdbool.h>
#include <stddef.h>

/* Questions under way to one operator: as many as keep a server nearby busy (RESOLVER_WINDOW). */
enum { PACE_WINDOW = 112 };

struct pace;

/* The turn of a question, a part of it. Zeroed = none. */
struct pace_turn {
    struct pace *pace;
    void (*take)(struct pace_turn *);
    struct queue_link link;
    struct queue *queue; /* in which it waits */
    bool taken;
};

/* Returns the pace of an operator, whose name is borrowed, without a limit of its rate. */
struct pace *pace_new(struct loop *, const char *name);
void pace_free(struct pace *);

const char *pace_name(const struct pace *);

/* Lets no more than so many turns be taken in a second; the lowest limit counts, and 0 is none. */
void pace_limit(struct pace *, unsigned per_second);

/* The same for a day: half of them as fast as they come, the rest evenly over the day. */
void pace_limit_daily(struct pace *, unsigned per_day);

/* Takes the turn as soon as it may, perhaps from inside pace_enter or the pace_leave of another. */
typedef void pace_take(struct pace_turn *);
void pace_enter(struct pace *, struct pace_turn *, pace_take *, bool urgent);
/* Ends a turn that waits or was taken, if there is one. */
void pace_leave(struct pace_turn *);

/* Return how many turns wait, and the limit of the rate. */
size_t pace_waiting(const struct pace *);
unsigned pace_per_second(const struct pace *);

#endif

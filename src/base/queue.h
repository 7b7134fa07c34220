/* A queue, first in first out, of things that carry their own link; it owns none of them. */
#ifndef QUEUE_H
#define QUEUE_H

#include "base/mem.h"

#include <stddef.h>

struct queue_link {
    struct queue_link *before, *behind;
};

/* A ring through `ends`; call queue_init first. */
struct queue {
    struct queue_link ends;
    size_t count;
};

static inline void
queue_init(struct queue *queue)
{
    queue->ends = (struct queue_link){&queue->ends, &queue->ends};
    queue->count = 0;
}

/* Adds at the end. The link must be in no queue. */
static inline void
queue_add(struct queue *queue, struct queue_link *link)
{
    *link = (struct queue_link){queue->ends.before, &queue->ends};
    link->before->behind = link->behind->before = link;
    queue->count++;
}

static inline void
queue_remove(struct queue *queue, struct queue_link *link)
{
    link->before->behind = link->behind;
    link->behind->before = link->before;
    queue->count--;
}

/* Returns the first link, or the one behind `link`; NULL at the end. */
static inline struct queue_link *
queue_first(const struct queue *queue)
{
    return queue->count > 0 ? queue->ends.behind : NULL;
}

static inline struct queue_link *
queue_next(const struct queue *queue, const struct queue_link *link)
{
    return link->behind != &queue->ends ? link->behind : NULL;
}

/* Moves everything from one queue to the end of another. */
static inline void
queue_move(struct queue *to, struct queue *from)
{
    for (struct queue_link *link; (link = queue_first(from));) {
        queue_remove(from, link);
        queue_add(to, link);
    }
}

#endif

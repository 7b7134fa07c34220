/* One thread, one poll(2), nothing blocks: file descriptors and timers. */
#ifndef LOOP_H
#define LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct loop;

struct loop *loop_new(void);
void loop_free(struct loop *); /* NULL is fine */

/* Watches a descriptor for `events` of poll(2), in place of those before; 0 ends it. The callback may watch and close
 * any descriptor. */
typedef void loop_ready(void *arg, int fd, short revents);
void loop_watch(struct loop *, int fd, short events, loop_ready *, void *arg);

/* A timer is part of its owner and fires once. Initialise `fire` and `arg`, and zero the rest. */
struct timer {
    void (*fire)(void *arg);
    void *arg;
    int64_t due_ms;    /* on clock_now_ms() */
    uint32_t position; /* private to the loop: 1 + place in its heap, 0 when not set */
};

/* Sets or moves a timer; clears it (no effect when not set). Clear a timer before freeing its memory. */
void loop_timer_set(struct loop *, struct timer *, int64_t due_ms);
void loop_timer_clear(struct loop *, struct timer *);

static inline bool
loop_timer_is_set(const struct timer *timer)
{
    return timer->position != 0;
}

/* Waits for the first event, until `until_ms` at most (INT64_MAX: without limit; a time in the past: not at all), and
 * calls what is due: descriptors first, then timers. Returns false when nothing is left to wait for. EINTR ends the
 * wait. */
bool loop_turn(struct loop *, int64_t until_ms);

/* Opens a pipe whose ends never block and are closed on exec, as a signal handler needs to wake the loop. Returns false
 * with errno set. */
bool loop_pipe(int ends[static 2]);

#endif

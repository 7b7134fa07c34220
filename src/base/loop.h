/* One thread, one poll, nothing blocks. File descriptors and timers; what is neither does not wait. */
#ifndef LOOP_H
#define LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct loop;

struct loop *loop_new(void);
void loop_free(struct loop *); /* NULL is fine */

/* `events` and `revents` as of poll(2). Watching a descriptor again replaces what was wanted; events 0 forgets it.
 * The callback may watch, forget and close any descriptor. */
typedef void loop_ready(void *arg, int fd, short revents);
void loop_watch(struct loop *, int fd, short events, loop_ready *, void *arg);

/* A timer lives in its owner's memory and fires once. Initialise `fire` and `arg`, and zero the rest. */
struct timer {
    void (*fire)(void *arg);
    void *arg;
    int64_t due_ms;    /* on clock_now_ms() */
    uint32_t position; /* loop's own: 1 + place in its heap, 0 when not set */
};

/* Sets or moves a timer; clears it (no effect when not set). A timer must be cleared before its memory goes. */
void loop_timer_set(struct loop *, struct timer *, int64_t due_ms);
void loop_timer_clear(struct loop *, struct timer *);
bool loop_timer_is_set(const struct timer *);

/* Opens a pipe whose ends never block and are closed on exec, as a signal handler needs to wake the loop. Returns false
 * with errno set. */
bool loop_pipe(int ends[static 2]);

/* Waits for the first event, but not after `until_ms` (INT64_MAX: no bound; the past: do not wait), and calls what is
 * due: descriptors first, then timers. Returns false when there is nothing left to wait for. EINTR ends the wait. */
bool loop_turn(struct loop *, int64_t until_ms);

#endif

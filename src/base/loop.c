#include "base/loop.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/vec.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <unistd.h>

/* Descriptors are dense in `polled`, ready for poll(2), each with its callback at the same place of `watches`;
 * `place_of_fd` finds them. Timers are a binary heap, the earliest first and those due together in the order they were
 * set; each knows its place. Callbacks may change all of this during a walk: see dispatch and loop_turn. */

struct watch {
    loop_ready *ready;
    void *arg;
};

struct due {
    int64_t due_ms;
    uint64_t order;
    struct timer *timer;
};

struct loop {
    VEC(struct pollfd) polled;
    VEC(struct watch) watches;
    VEC(size_t) place_of_fd; /* 1 + place, 0 when not watched */
    VEC(struct due) heap;
    uint64_t order;
    int64_t now_ms; /* of the turn; a timer set earlier than that is due now, behind those that are due already */
};

struct loop *
loop_new(void)
{
    struct loop *loop = mem_zero(sizeof *loop);
    loop->now_ms = INT64_MIN;
    return loop;
}

void
loop_free(struct loop *loop)
{
    if (!loop)
        return;
    vec_free(&loop->polled);
    vec_free(&loop->watches);
    vec_free(&loop->place_of_fd);
    vec_free(&loop->heap);
    free(loop);
}

/* ---- descriptors ---- */

void
loop_watch(struct loop *loop, int fd, short events, loop_ready *ready, void *arg)
{
    assert(fd >= 0);
    size_t place = (size_t)fd < loop->place_of_fd.count ? loop->place_of_fd.at[fd] : 0;
    if (!events && !place)
        return;
    if (!events) { /* the last one moves into the gap */
        size_t gap = place - 1, last = --loop->polled.count;
        loop->watches.count--;
        loop->polled.at[gap] = loop->polled.at[last];
        loop->watches.at[gap] = loop->watches.at[last];
        loop->place_of_fd.at[loop->polled.at[gap].fd] = gap + 1;
        loop->place_of_fd.at[fd] = 0;
        return;
    }
    if (!place) {
        while (loop->place_of_fd.count <= (size_t)fd)
            vec_push(&loop->place_of_fd, 0);
        vec_push(&loop->polled, (struct pollfd){.fd = fd});
        vec_push(&loop->watches, (struct watch){0});
        loop->place_of_fd.at[fd] = place = loop->polled.count;
    }
    loop->polled.at[place - 1].events = events;
    loop->watches.at[place - 1] = (struct watch){ready, arg};
}

/* Goes from the last to the first and sets revents to 0 when done: so a watch that a callback drops is replaced only by
 * one that is done, and new ones are behind. */
static void
dispatch(struct loop *loop)
{
    for (size_t i = loop->polled.count; i-- > 0;) {
        if (i >= loop->polled.count)
            continue;
        struct pollfd *p = &loop->polled.at[i];
        short revents = p->revents & (p->events | POLLERR | POLLHUP | POLLNVAL);
        p->revents = 0;
        if (revents)
            loop->watches.at[i].ready(loop->watches.at[i].arg, p->fd, revents);
    }
}

/* ---- timers ---- */

static bool
is_earlier(const struct due *a, const struct due *b)
{
    return a->due_ms != b->due_ms ? a->due_ms < b->due_ms : a->order < b->order;
}

static void
place_due(struct loop *loop, size_t place, struct due due)
{
    loop->heap.at[place] = due;
    due.timer->position = (uint32_t)place + 1;
}

/* Moves `due` from a free place towards the root, or else towards the leaves, until the heap is in order. */
static void
sift(struct loop *loop, size_t place, struct due due)
{
    for (; place > 0 && is_earlier(&due, &loop->heap.at[(place - 1) / 2]); place = (place - 1) / 2)
        place_due(loop, place, loop->heap.at[(place - 1) / 2]);
    for (;;) {
        size_t child = 2 * place + 1;
        if (child + 1 < loop->heap.count && is_earlier(&loop->heap.at[child + 1], &loop->heap.at[child]))
            child++;
        if (child >= loop->heap.count || !is_earlier(&loop->heap.at[child], &due))
            break;
        place_due(loop, place, loop->heap.at[child]);
        place = child;
    }
    place_due(loop, place, due);
}

void
loop_timer_set(struct loop *loop, struct timer *timer, int64_t due_ms)
{
    struct due due = {due_ms > loop->now_ms ? due_ms : loop->now_ms, loop->order++, timer};
    timer->due_ms = due_ms;
    if (!timer->position) {
        vec_push(&loop->heap, due);
        timer->position = (uint32_t)loop->heap.count;
    }
    sift(loop, timer->position - 1, due);
}

void
loop_timer_clear(struct loop *loop, struct timer *timer)
{
    if (!timer->position)
        return;
    size_t gap = timer->position - 1;
    assert(gap < loop->heap.count && loop->heap.at[gap].timer == timer);
    timer->position = 0;
    struct due last = loop->heap.at[--loop->heap.count];
    if (last.timer != timer)
        sift(loop, gap, last);
}

/* ---- the turn ---- */

/* Fires no timer that was set meanwhile, so that one that sets itself again, due at once, waits for the next turn. */
bool
loop_turn(struct loop *loop, int64_t until_ms)
{
    int wait_ms = -1; /* for ever */
    if (loop->polled.count == 0 && loop->heap.count == 0)
        return false;
    if (loop->heap.count > 0 && loop->heap.at[0].due_ms < until_ms)
        until_ms = loop->heap.at[0].due_ms;
    if (until_ms < INT64_MAX) {
        int64_t now_ms = clock_now_ms();
        wait_ms = until_ms <= now_ms ? 0 : until_ms - now_ms < INT_MAX ? (int)(until_ms - now_ms) : INT_MAX;
    }
    if (poll(loop->polled.at, loop->polled.count, wait_ms) > 0)
        dispatch(loop);
    loop->now_ms = clock_now_ms();
    uint64_t began = loop->order;
    while (loop->heap.count > 0 && loop->heap.at[0].due_ms <= loop->now_ms && loop->heap.at[0].order < began) {
        struct timer *timer = loop->heap.at[0].timer;
        loop_timer_clear(loop, timer);
        timer->fire(timer->arg);
    }
    return true;
}

/* In steps, because macOS has no pipe2(2). */
bool
loop_pipe(int ends[static 2])
{
    if (pipe(ends) != 0)
        return false;
    for (int i = 0; i < 2; i++)
        if (fcntl(ends[i], F_SETFD, FD_CLOEXEC) == -1 || fcntl(ends[i], F_SETFL, O_NONBLOCK) == -1) {
            int error = errno;
            close(ends[0]);
            close(ends[1]);
            ends[0] = ends[1] = -1;
            errno = error;
            return false;
        }
    return true;
}

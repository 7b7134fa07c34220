#include "lists/pace.h"

#include "base/clock.h"

#include <stdlib.h>

enum { LATE_US = 10000 /* lateness that is caught up with, because timers count in milliseconds */ };

struct pace {
    struct loop *loop;
    const char *name;
    unsigned per_second;
    struct queue urgent, waiting;
    size_t taken;
    int64_t next_us; /* when a turn may be taken, with a rate */
    struct timer due;
};

/* Gives the turns that may be taken now. */
static void
give(void *arg)
{
    struct pace *pace = arg;
    while (pace->taken < PACE_WINDOW && pace_waiting(pace) > 0) {
        int64_t now_us = pace->per_second > 0 ? clock_now_us() : 0;
        if (pace->next_us > now_us) {
            loop_timer_set(pace->loop, &pace->due, pace->next_us / 1000 + 1);
            return;
        }
        struct queue *queue = pace->urgent.count > 0 ? &pace->urgent : &pace->waiting;
        struct pace_turn *turn = mem_container(queue_first(queue), struct pace_turn, link);
        queue_remove(queue, &turn->link);
        turn->queue = NULL;
        turn->taken = true;
        pace->taken++;
        if (pace->per_second > 0) {
            int64_t from_us = pace->next_us > now_us - LATE_US ? pace->next_us : now_us - LATE_US;
            pace->next_us = from_us + 1000000 / pace->per_second;
        }
        turn->take(turn);
    }
}

struct pace *
pace_new(struct loop *loop, const char *name)
{
    struct pace *pace = mem_zero(sizeof *pace);
    pace->loop = loop;
    pace->name = name;
    pace->due = (struct timer){.fire = give, .arg = pace};
    queue_init(&pace->urgent);
    queue_init(&pace->waiting);
    return pace;
}

void
pace_free(struct pace *pace)
{
    loop_timer_clear(pace->loop, &pace->due);
    free(pace);
}

const char *
pace_name(const struct pace *pace)
{
    return pace->name;
}

void
pace_limit(struct pace *pace, unsigned per_second)
{
    if (per_second > 0 && (pace->per_second == 0 || per_second < pace->per_second))
        pace->per_second = per_second;
}

void
pace_enter(struct pace *pace, struct pace_turn *turn, pace_take *take, bool urgent)
{
    turn->pace = pace;
    turn->take = take;
    turn->queue = urgent ? &pace->urgent : &pace->waiting;
    queue_add(turn->queue, &turn->link);
    give(pace);
}

void
pace_leave(struct pace_turn *turn)
{
    struct pace *pace = turn->pace;
    if (turn->queue)
        queue_remove(turn->queue, &turn->link);
    turn->queue = NULL;
    if (turn->taken) {
        turn->taken = false;
        pace->taken--;
        give(pace);
    }
}

size_t
pace_waiting(const struct pace *pace)
{
    return pace->urgent.count + pace->waiting.count;
}

unsigned
pace_per_second(const struct pace *pace)
{
    return pace->per_second;
}

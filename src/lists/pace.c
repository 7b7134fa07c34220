#include "lists/pace.h"

#include "base/clock.h"
#include "lists/catalogue.h"

#include <stdlib.h>

enum { LATE_US = 10000 /* lateness that is caught up with, because timers count in milliseconds */ };

struct pace {
    struct loop *loop;
    const char *name;
    unsigned per_second, per_day;
    unsigned given; /* of the day */
    struct queue urgent, waiting;
    size_t taken;
    int64_t next_us; /* when a turn may be taken, with a rate */
    struct timer due;
};

/* Returns the least time between two turns; 0 = none. */
static int64_t
interval_us(const struct pace *pace)
{
    int64_t second = pace->per_second > 0 ? 1000000 / pace->per_second : 0;
    bool slow = pace->per_day > 0 && pace->given >= pace->per_day / LIST_DAY_AT_ONCE;
    int64_t day = slow ? INT64_C(1000000) * LIST_DAY_S / pace->per_day : 0;
    return day > second ? day : second;
}

/* Gives the turns that may be taken now. */
static void
give(void *arg)
{
    struct pace *pace = arg;
    while (pace->taken < PACE_WINDOW && pace_waiting(pace) > 0) {
        int64_t interval = interval_us(pace), now_us = interval > 0 ? clock_now_us() : 0;
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
        pace->given++;
        if (interval > 0) {
            int64_t from_us = pace->next_us > now_us - LATE_US ? pace->next_us : now_us - LATE_US;
            pace->next_us = from_us + interval;
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
pace_limit_daily(struct pace *pace, unsigned per_day)
{
    if (per_day > 0 && (pace->per_day == 0 || per_day < pace->per_day))
        pace->per_day = per_day;
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

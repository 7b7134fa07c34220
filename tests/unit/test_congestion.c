/* The window and the pace against servers that limit their clients, in simulated time. */
#include "dns/congestion.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TRIES = 1024, QUESTIONS = 20000, PATIENCE_US = 3000000 };

/* What a server takes; 0 is no limit. */
struct model {
    const char *name;
    int64_t latency_us, service_us; /* round trip; time for each question, one after the other */
    unsigned buffer;                /* questions that may wait for their service */
    unsigned rate;                  /* questions in each ... */
    int64_t period_us;
    bool fixed; /* the period begins with the clock's second or minute */
    unsigned in_flight;
    unsigned lost_percent, refused_percent; /* at random */
    bool refuses;                           /* what is too much; else it is dropped */
    unsigned questions;
    double seconds; /* at most */
};

struct attempt {
    unsigned question, level;
    int64_t sent_us, back_us; /* when the answer or the refusal is here; 0 = never */
    bool refused;
};

struct run {
    struct congestion congestion;
    struct attempt tries[TRIES];
    size_t try_count;
    unsigned waiting[QUESTIONS], first, waiting_count, level[QUESTIONS];
    int64_t taken_us[QUESTIONS]; /* times at which the server took a question */
    size_t taken;
    int64_t free_us; /* when the server has served what it has */
    unsigned answered, sent, missed, most_in_flight;
    uint32_t random;
};

static unsigned
held(const struct run *r, int64_t now_us)
{
    unsigned count = 0;
    for (size_t i = 0; i < r->try_count; i++)
        count += !r->tries[i].refused && r->tries[i].back_us > now_us;
    return count;
}

static bool
is_too_much(const struct run *r, const struct model *m, int64_t now_us)
{
    int64_t since_us = m->fixed ? now_us - now_us % m->period_us : now_us - m->period_us;
    if (m->rate > 0 && r->taken >= m->rate && r->taken_us[r->taken - m->rate] >= since_us)
        return true;
    return m->in_flight > 0 && held(r, now_us) >= m->in_flight;
}

static void
send_next(struct run *r, const struct model *m, int64_t now_us)
{
    unsigned question = r->waiting[r->first];
    struct attempt *t = &r->tries[r->try_count];
    r->first = (r->first + 1) % QUESTIONS;
    r->waiting_count--;
    *t = (struct attempt){.question = question, .level = r->level[question], .sent_us = now_us};
    t->level = t->level > r->congestion.dry ? t->level : r->congestion.dry;
    int64_t start_us = r->free_us > now_us ? r->free_us : now_us;
    r->random = r->random * 1664525 + 1013904223;
    unsigned dice = r->random >> 16;
    if (is_too_much(r, m, now_us)) {
        t->refused = true;
        t->back_us = m->refuses ? now_us + m->latency_us : 0;
    } else if (dice >= 65536 - m->refused_percent * 655) {
        t->refused = true;
        t->back_us = now_us + m->latency_us;
    } else if (dice < m->lost_percent * 655 || (m->buffer > 0 && start_us - now_us > m->buffer * m->service_us)) {
        t->back_us = 0;
    } else {
        r->free_us = start_us + m->service_us;
        t->back_us = r->free_us + m->latency_us;
        r->taken_us[r->taken++ % QUESTIONS] = now_us;
    }
    r->try_count++;
    r->sent++;
    r->most_in_flight = r->try_count > r->most_in_flight ? (unsigned)r->try_count : r->most_in_flight;
    congestion_sent(&r->congestion, now_us);
}

/* Ends the try whose answer or timeout comes first, if it comes before `due_us`; returns the time. */
static int64_t
end_next(struct run *r, int64_t due_us)
{
    size_t next = TRIES;
    bool timed_out = false;
    for (size_t i = 0; i < r->try_count; i++) {
        const struct attempt *t = &r->tries[i];
        int64_t timeout_us = t->sent_us + congestion_timeout_us(&r->congestion, t->level, PATIENCE_US);
        bool late = t->back_us == 0 || t->back_us > timeout_us;
        int64_t end_us = late ? timeout_us : t->back_us;
        if (end_us < due_us) {
            due_us = end_us;
            next = i;
            timed_out = late;
        }
    }
    if (next == TRIES)
        return due_us;
    struct attempt t = r->tries[next];
    r->tries[next] = r->tries[--r->try_count];
    if (!timed_out && !t.refused) {
        r->answered++;
        congestion_answered(&r->congestion, t.sent_us, due_us);
        return due_us;
    }
    r->missed++;
    r->level[t.question]++;
    r->waiting[(r->first + r->waiting_count++) % QUESTIONS] = t.question;
    congestion_missed(&r->congestion, !timed_out, t.sent_us, due_us);
    return due_us;
}

/* Asks all questions; returns the seconds that this took. */
static double
simulate(struct run *r, const struct model *m)
{
    int64_t now_us = 1000000000, began_us = now_us;
    *r = (struct run){.random = 1, .waiting_count = m->questions};
    congestion_init(&r->congestion, 0);
    for (unsigned i = 0; i < m->questions; i++)
        r->waiting[i] = i;
    while (r->answered < m->questions) {
        int64_t due_us = INT64_MAX;
        if (r->waiting_count > 0 && congestion_may_send(&r->congestion, r->try_count, now_us, &due_us)) {
            send_next(r, m, now_us);
            continue;
        }
        now_us = end_next(r, r->waiting_count > 0 && due_us > 0 ? due_us : INT64_MAX);
        assert_true(now_us < began_us + 1000000000);
    }
    return (double)(now_us - began_us) / 1e6;
}

static const struct model models[] = {
    {"on loopback", 60, 5, 118, .questions = 20000, .seconds = 0.15},
    {"20 ms away", 20000, 5, .questions = 768, .seconds = 0.07},
    {"20 ms away, small buffer", 20000, 5, 118, .questions = 768, .seconds = 0.3},
    {"20 a second, dropped", 1000, .rate = 20, .period_us = 1000000, .questions = 540, .seconds = 1.2 * 27},
    {"20 in each second, dropped", 1000, .rate = 20, .period_us = 1000000, .fixed = true, .questions = 540,
     .seconds = 1.25 * 27},
    {"120 a second, refused", 200, .rate = 120, .period_us = 1000000, .refuses = true, .questions = 2240,
     .seconds = 1.2 * 18.7},
    {"120 in each second, refused", 200, .rate = 120, .period_us = 1000000, .fixed = true, .refuses = true,
     .questions = 2240, .seconds = 1.25 * 18.7},
    {"1,000 a minute, refused", 200, .rate = 1000, .period_us = 60000000, .refuses = true, .questions = 2240,
     .seconds = 130},
    {"100 in flight, dropped", 20000, .in_flight = 100, .questions = 5000, .seconds = 1.5},
    {"100 in flight, refused", 20000, .in_flight = 100, .refuses = true, .questions = 5000, .seconds = 2.5},
    {"10 in flight, refused", 20000, .in_flight = 10, .refuses = true, .questions = 500, .seconds = 6},
    {"150 in flight, refused", 20000, .in_flight = 150, .refuses = true, .questions = 762, .seconds = 0.14},
    {"150 in flight, refused, long", 20000, .in_flight = 150, .refuses = true, .questions = 2240, .seconds = 0.39},
    {"150 in flight, refused, near", 500, .in_flight = 150, .refuses = true, .questions = 2240, .seconds = 0.05},
    {"120 a second, 762 questions", 200, .rate = 120, .period_us = 1000000, .refuses = true, .questions = 762,
     .seconds = 1.3 * 6.35},
    {"150 in flight, 7,500", 20000, .in_flight = 150, .refuses = true, .questions = 7500, .seconds = 1.2},
    {"12 in 100 ms, refused", 500, .rate = 12, .period_us = 100000, .refuses = true, .questions = 2240,
     .seconds = 1.3 * 18.7},
    {"12 in 100 ms, dropped", 500, .rate = 12, .period_us = 100000, .questions = 2240, .seconds = 1.3 * 18.7},
    {"one in fifty lost", 20000, .lost_percent = 2, .questions = 2000, .seconds = 8},
    {"30 % lost", 200, .lost_percent = 30, .questions = 762, .seconds = 20},
    {"30 % lost, 20 ms away", 20000, .lost_percent = 30, .questions = 762, .seconds = 20},
    {"15 % refused", 200, .refused_percent = 15, .questions = 762, .seconds = 5},
    {"30 % refused", 200, .refused_percent = 30, .questions = 762, .seconds = 5},
    {"30 % refused, 20 ms away", 20000, .refused_percent = 30, .questions = 762, .seconds = 5},
    {"50 % refused", 200, .refused_percent = 50, .questions = 762, .seconds = 10},
};

static struct run run;

static void
limits_all_are_respected(void **state)
{
    (void)state;
    bool bad = false;
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        double seconds = simulate(&run, &models[i]);
        print_message("%-28s %7.3f s (%.3f), %u sent, %u missed, %u in flight, pace %.0f constant %.2f\n",
                      models[i].name, seconds, models[i].seconds, run.sent, run.missed, run.most_in_flight,
                      run.congestion.pace, run.congestion.constant_share);
        bad |= seconds > models[i].seconds;
    }
    assert_false(bad);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_all_are_respected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

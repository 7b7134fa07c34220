#include "lists/pace.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NOW_MS = 1000000, TURNS = 200 };

static struct pace_turn turns[TURNS];
static size_t taken[TURNS], taken_count;
static struct loop *loop;
static int64_t passed_ms;

static void
on_turn(struct pace_turn *turn)
{
    taken[taken_count++] = (size_t)(turn - turns);
}

static struct pace *
open_pace(unsigned per_second)
{
    struct pace *pace = pace_new(loop = loop_new(), "Operator");
    pace_limit(pace, per_second);
    memset(turns, 0, sizeof turns);
    taken_count = 0;
    passed_ms = 0;
    clock_fake(NOW_MS, NOW_MS);
    return pace;
}

static void
close_pace(struct pace *pace)
{
    for (size_t i = TURNS; i-- > 0;)
        pace_leave(&turns[i]);
    assert_int_equal(pace_waiting(pace), 0);
    pace_free(pace);
    assert_false(loop_turn(loop, INT64_MIN)); /* no timer is left */
    loop_free(loop);
    clock_real();
}

static void
pass(int64_t ms)
{
    passed_ms += ms;
    clock_fake(NOW_MS + passed_ms, NOW_MS + passed_ms);
    loop_turn(loop, INT64_MIN);
}

static void
window_full_makes_others_wait_in_order(void **state)
{
    (void)state;
    struct pace *pace = open_pace(0);
    for (size_t i = 0; i < TURNS; i++)
        pace_enter(pace, &turns[i], on_turn, false);
    assert_int_equal(taken_count, PACE_WINDOW);
    assert_int_equal(pace_waiting(pace), TURNS - PACE_WINDOW);
    pace_leave(&turns[PACE_WINDOW]); /* it gives up waiting */
    assert_int_equal(taken_count, PACE_WINDOW);
    pace_leave(&turns[5]);
    assert_int_equal(taken_count, PACE_WINDOW + 1);
    assert_int_equal(taken[PACE_WINDOW], PACE_WINDOW + 1);
    assert_false(loop_turn(loop, INT64_MIN)); /* it needs no timer */
    close_pace(pace);
}

static void
urgent_turn_comes_before_others(void **state)
{
    (void)state;
    struct pace *pace = open_pace(0);
    for (size_t i = 0; i < PACE_WINDOW + 10; i++)
        pace_enter(pace, &turns[i], on_turn, false);
    pace_enter(pace, &turns[150], on_turn, true);
    pace_enter(pace, &turns[151], on_turn, true);
    for (size_t i = 0; i < 3; i++)
        pace_leave(&turns[i]);
    assert_int_equal(taken[PACE_WINDOW], 150);
    assert_int_equal(taken[PACE_WINDOW + 1], 151);
    assert_int_equal(taken[PACE_WINDOW + 2], PACE_WINDOW);
    close_pace(pace);
}

static void
rate_is_kept_and_lowest_counts(void **state)
{
    (void)state;
    struct pace *pace = open_pace(100);
    pace_limit(pace, 0);
    pace_limit(pace, 20);
    pace_limit(pace, 50);
    assert_int_equal(pace_per_second(pace), 20);
    for (size_t i = 0; i < 100; i++)
        pace_enter(pace, &turns[i], on_turn, false);
    size_t first = taken_count;
    assert_in_range(first, 1, 2);
    for (size_t i = 0; i < first; i++)
        pace_leave(&turns[i]); /* an answer lets nothing through that is not due */
    assert_int_equal(taken_count, first);
    for (size_t i = 0; i < 1000; i++)
        pass(1);
    assert_in_range(taken_count, 20, 22);
    pass(60000); /* time that nobody used is no credit */
    size_t late = taken_count;
    assert_in_range(late, 20, 24);
    close_pace(pace);
}

/* Half of a day's limit at once, the rest evenly. */
static void
limit_of_a_day_slows_after_half(void **state)
{
    (void)state;
    enum { DAY_MS = 24 * 60 * 60 * 1000, LIMIT = 40 };
    struct pace *pace = open_pace(0);
    pace_limit_daily(pace, 2 * LIMIT);
    pace_limit_daily(pace, LIMIT);
    pace_limit_daily(pace, 0);
    for (size_t i = 0; i < 2 * LIMIT; i++)
        pace_enter(pace, &turns[i], on_turn, false);
    assert_int_equal(pace_waiting(pace), 2 * LIMIT - LIMIT / 2 - 1);
    pass(DAY_MS / LIMIT + 20);
    assert_int_equal(pace_waiting(pace), 2 * LIMIT - LIMIT / 2 - 2);
    close_pace(pace);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(window_full_makes_others_wait_in_order),
        cmocka_unit_test(urgent_turn_comes_before_others),
        cmocka_unit_test(rate_is_kept_and_lowest_counts),
        cmocka_unit_test(limit_of_a_day_slows_after_half),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

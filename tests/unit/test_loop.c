#include "base/loop.h"

#include "base/clock.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct loop *loop;

static int
open_loop(void **state)
{
    (void)state;
    loop = loop_new();
    return 0;
}

static int
close_loop(void **state)
{
    (void)state;
    clock_real();
    loop_free(loop);
    return 0;
}

/* ---- timers ---- */

struct alarm {
    struct timer timer;
    unsigned fired, place; /* place: how many had fired before it */
    struct alarm *other;   /* for the callbacks that meddle */
};

static unsigned fired;

static void
fire(void *arg)
{
    struct alarm *a = arg;
    a->fired++;
    a->place = fired++;
}

static struct alarm
new_alarm(void (*callback)(void *))
{
    return (struct alarm){.timer.fire = callback};
}

static void
set(struct alarm *a, int64_t due_ms)
{
    a->timer.arg = a;
    loop_timer_set(loop, &a->timer, due_ms);
}

static void
timers_fire_once_in_order(void **state)
{
    (void)state;
    enum { TIMERS = 500 };
    static struct alarm alarms[TIMERS];
    uint32_t random = 1;
    clock_fake(1000, 0);
    fired = 0;
    for (size_t i = 0; i < TIMERS; i++) {
        alarms[i] = new_alarm(fire);
        random = random * 1664525 + 1013904223;
        set(&alarms[i], 2000 + (random >> 16) % 100);
    }
    assert_true(loop_turn(loop, 0));
    assert_int_equal(fired, 0);
    clock_fake(1999, 0);
    loop_turn(loop, 0);
    assert_int_equal(fired, 0);
    for (int64_t now = 2000; now < 2100; now++) {
        clock_fake(now, 0);
        loop_turn(loop, 0);
        for (size_t i = 0; i < TIMERS; i++)
            assert_int_equal(alarms[i].fired, alarms[i].timer.due_ms <= now);
    }
    assert_int_equal(fired, TIMERS);
    assert_false(loop_turn(loop, 0));
}

static void
timers_of_equal_time_fire_in_set_order(void **state)
{
    (void)state;
    struct alarm alarms[20];
    clock_fake(1000, 0);
    fired = 0;
    for (size_t i = 0; i < COUNT(alarms); i++) {
        alarms[i] = new_alarm(fire);
        set(&alarms[i], 1000);
    }
    loop_turn(loop, 0);
    for (size_t i = 0; i < COUNT(alarms); i++)
        assert_int_equal(alarms[i].place, i);
}

static void
timer_can_be_moved_and_cleared(void **state)
{
    (void)state;
    struct alarm a = new_alarm(fire), b = new_alarm(fire), c = new_alarm(fire);
    clock_fake(1000, 0);
    fired = 0;
    loop_timer_clear(loop, &a.timer);
    assert_false(loop_timer_is_set(&a.timer));
    set(&a, 1500);
    set(&b, 1600);
    set(&c, 1700);
    set(&a, 1800);
    set(&c, 1550);
    loop_timer_clear(loop, &b.timer);
    assert_true(loop_timer_is_set(&a.timer));
    assert_false(loop_timer_is_set(&b.timer));
    clock_fake(1600, 0);
    loop_turn(loop, 0);
    assert_int_equal(c.fired, 1);
    assert_int_equal(a.fired + b.fired, 0);
    clock_fake(9999, 0);
    loop_turn(loop, 0);
    assert_int_equal(a.fired, 1);
    assert_int_equal(b.fired, 0);
    assert_false(loop_timer_is_set(&a.timer));
}

static void
fire_and_clear_other(void *arg)
{
    struct alarm *a = arg;
    fire(a);
    loop_timer_clear(loop, &a->other->timer);
}

static void
fire_and_set_again(void *arg)
{
    struct alarm *a = arg;
    fire(a);
    set(a, 0);
}

static void
timer_changed_in_callback_is_safe(void **state)
{
    (void)state;
    struct alarm a = new_alarm(fire_and_clear_other), b = new_alarm(fire_and_clear_other);
    a.other = &b;
    b.other = &a;
    clock_fake(1000, 0);
    fired = 0;
    set(&a, 1000);
    set(&b, 1000);
    loop_turn(loop, 0);
    assert_int_equal(a.fired, 1);
    assert_int_equal(b.fired, 0);
    assert_false(loop_turn(loop, 0));
}

/* It is due again at once, always; yet it comes once a turn, and others come to their turn, however many wait. */
static void
timer_rearming_itself_does_not_starve_loop(void **state)
{
    (void)state;
    struct alarm eager = new_alarm(fire_and_set_again), other = new_alarm(fire), later[5];
    clock_fake(1000, 0);
    fired = 0;
    set(&eager, 0);
    set(&other, 1000);
    for (size_t i = 0; i < COUNT(later); i++) {
        later[i] = new_alarm(fire);
        set(&later[i], 2000);
    }
    for (unsigned turn = 1; turn <= 3; turn++) {
        loop_turn(loop, 0);
        assert_int_equal(other.fired, 1);
        assert_int_equal(eager.fired, turn);
    }
    loop_timer_clear(loop, &eager.timer);
    for (size_t i = 0; i < COUNT(later); i++)
        loop_timer_clear(loop, &later[i].timer);
}

/* ---- descriptors ---- */

struct line {
    int in, out; /* of a pipe */
    unsigned ready;
    short revents;
    struct line *victim; /* for the callbacks that meddle */
};

static void
open_line(struct line *line)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    *line = (struct line){.in = ends[0], .out = ends[1]};
}

static void
close_line(struct line *line)
{
    loop_watch(loop, line->in, 0, NULL, NULL);
    close(line->in);
    close(line->out);
}

static void
take(void *arg, int fd, short revents)
{
    struct line *line = arg;
    char byte;
    assert_int_equal(fd, line->in);
    line->ready++;
    line->revents = revents;
    if (revents & POLLIN)
        assert_int_equal(read(fd, &byte, 1), 1);
}

static void
put(const struct line *line)
{
    assert_int_equal(write(line->out, "x", 1), 1);
}

static void
loop_without_work_ends(void **state)
{
    (void)state;
    struct line line;
    assert_false(loop_turn(loop, INT64_MAX));
    open_line(&line);
    loop_watch(loop, line.in, POLLIN, take, &line);
    put(&line);
    assert_true(loop_turn(loop, INT64_MAX));
    assert_int_equal(line.ready, 1);
    assert_true(loop_turn(loop, 0));
    assert_int_equal(line.ready, 1);
    loop_watch(loop, line.in, 0, NULL, NULL);
    assert_false(loop_turn(loop, INT64_MAX));
    loop_watch(loop, line.in, 0, NULL, NULL);
    close_line(&line);
}

static void
watching_again_replaces(void **state)
{
    (void)state;
    struct line line, other;
    open_line(&line);
    open_line(&other);
    other.in = line.in;
    loop_watch(loop, line.in, POLLIN, take, &line);
    loop_watch(loop, line.in, POLLIN, take, &other);
    put(&line);
    loop_turn(loop, 0);
    assert_int_equal(line.ready, 0);
    assert_int_equal(other.ready, 1);
    loop_watch(loop, line.out, POLLOUT, take, &line);
    loop_watch(loop, line.out, 0, NULL, NULL);
    close_line(&line);
    close(other.out);
}

static void
hangup_is_reported(void **state)
{
    (void)state;
    struct line line;
    open_line(&line);
    loop_watch(loop, line.in, POLLIN, take, &line);
    close(line.out);
    line.out = open("/dev/null", O_WRONLY);
    loop_turn(loop, INT64_MAX);
    assert_int_equal(line.ready, 1);
    assert_true(line.revents & POLLHUP);
    close_line(&line);
}

static void
take_and_close_victim(void *arg, int fd, short revents)
{
    struct line *line = arg;
    take(arg, fd, revents);
    if (line->victim) {
        close_line(line->victim);
        line->victim->victim = NULL;
        open_line(line->victim);
        loop_watch(loop, line->victim->in, POLLIN, take, line->victim);
        line->victim = NULL;
    }
}

/* All are ready at once; the first that is called closes another, whose descriptor is taken anew: what was ready on the
 * old one must not be told of the new one. Tried for each pair, since the order of calls is the loop's own. */
static void
descriptor_changed_in_callback_is_safe(void **state)
{
    (void)state;
    enum { LINES = 5 };
    for (size_t killer = 0; killer < LINES; killer++)
        for (size_t victim = 0; victim < LINES; victim++) {
            struct line lines[LINES];
            if (killer == victim)
                continue;
            for (size_t i = 0; i < LINES; i++) {
                open_line(&lines[i]);
                loop_watch(loop, lines[i].in, POLLIN, take_and_close_victim, &lines[i]);
                put(&lines[i]);
            }
            lines[killer].victim = &lines[victim];
            loop_turn(loop, 0);
            for (size_t i = 0; i < LINES; i++)
                assert_int_equal(lines[i].ready, i != victim);
            put(&lines[victim]);
            loop_turn(loop, 0);
            assert_int_equal(lines[victim].ready, 1);
            for (size_t i = 0; i < LINES; i++)
                close_line(&lines[i]);
        }
}

static struct line *all;
static size_t all_count;

static void
close_all(void *arg, int fd, short revents)
{
    (void)fd, (void)revents;
    ((struct line *)arg)->ready++;
    for (size_t i = 0; i < all_count; i++)
        close_line(&all[i]);
}

static void
all_closed_in_callback_is_safe(void **state)
{
    (void)state;
    struct line lines[4];
    unsigned ready = 0;
    all = lines;
    all_count = COUNT(lines);
    for (size_t i = 0; i < COUNT(lines); i++) {
        open_line(&lines[i]);
        loop_watch(loop, lines[i].in, POLLIN, close_all, &lines[i]);
        put(&lines[i]);
    }
    loop_turn(loop, 0);
    for (size_t i = 0; i < COUNT(lines); i++)
        ready += lines[i].ready;
    assert_int_equal(ready, 1);
    assert_false(loop_turn(loop, 0));
}

/* Descriptors come before timers in a turn, and a timer that they set for now fires in it. */
static struct alarm after;

static void
take_and_set_timer(void *arg, int fd, short revents)
{
    take(arg, fd, revents);
    assert_int_equal(after.fired, 0);
    set(&after, clock_now_ms());
}

static void
descriptors_come_before_timers(void **state)
{
    (void)state;
    struct line line;
    struct alarm early = new_alarm(fire);
    fired = 0;
    after = new_alarm(fire);
    open_line(&line);
    put(&line);
    loop_watch(loop, line.in, POLLIN, take_and_set_timer, &line);
    set(&early, 0);
    loop_turn(loop, 0);
    assert_int_equal(line.ready, 1);
    assert_int_equal(early.fired, 1);
    assert_int_equal(after.fired, 1);
    close_line(&line);
}

/* ---- waiting ---- */

static void
wait_ends_at_bound_or_timer(void **state)
{
    (void)state;
    struct alarm a = new_alarm(fire);
    int64_t began_ms = clock_now_ms();
    fired = 0;
    set(&a, began_ms + 60000);
    assert_true(loop_turn(loop, began_ms + 20));
    assert_int_equal(fired, 0);
    assert_true(clock_now_ms() >= began_ms + 20);
    set(&a, began_ms + 40);
    while (fired == 0)
        assert_true(loop_turn(loop, INT64_MAX));
    assert_true(clock_now_ms() >= began_ms + 40);
}

static void
ignore_signal(int number)
{
    (void)number;
}

static void
wait_ends_at_signal(void **state)
{
    (void)state;
    struct line line;
    struct sigaction action = {.sa_handler = ignore_signal};
    struct itimerval soon = {.it_value.tv_usec = 20000};
    open_line(&line);
    loop_watch(loop, line.in, POLLIN, take, &line);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &soon, NULL);
    assert_true(loop_turn(loop, INT64_MAX));
    assert_int_equal(line.ready, 0);
    close_line(&line);
}

static void
loop_pipe_never_blocks_and_is_closed_on_exec(void **state)
{
    (void)state;
    int ends[2];
    char byte = 'x';
    assert_true(loop_pipe(ends));
    assert_int_equal(read(ends[0], &byte, 1), -1);
    assert_int_equal(write(ends[1], &byte, 1), 1);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    for (int i = 0; i < 2; i++) {
        assert_int_not_equal(fcntl(ends[i], F_GETFL) & O_NONBLOCK, 0);
        assert_int_equal(fcntl(ends[i], F_GETFD), FD_CLOEXEC);
        close(ends[i]);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_loop, close_loop)

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(timers_fire_once_in_order),
        TEST(timers_of_equal_time_fire_in_set_order),
        TEST(timer_can_be_moved_and_cleared),
        TEST(timer_changed_in_callback_is_safe),
        TEST(timer_rearming_itself_does_not_starve_loop),
        TEST(loop_without_work_ends),
        TEST(watching_again_replaces),
        TEST(hangup_is_reported),
        TEST(descriptor_changed_in_callback_is_safe),
        TEST(all_closed_in_callback_is_safe),
        TEST(descriptors_come_before_timers),
        TEST(wait_ends_at_bound_or_timer),
        TEST(wait_ends_at_signal),
        TEST(loop_pipe_never_blocks_and_is_closed_on_exec),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

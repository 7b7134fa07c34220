#include "../screen/fake_resolver.h"
#include "base/clock.h"
#include "builtin_lists.h"
#include "check/sweep_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { NOW_MS = 1000000, SLASH24 = 256, PROOFS = 3 };
#define WALL_MS INT64_C(1783361580000)

struct bench {
    struct engine engine;
    struct sweep *sweep;
    unsigned changes;
    int64_t passed_ms; /* since the beginning */
};

static void
on_change(void *arg)
{
    struct bench *b = arg;
    b->changes++;
}

/* A resolver that waits for fake_resolver_deliver. */
static void
open_bench(struct bench *b, const char *script)
{
    *b = (struct bench){0};
    clock_fake(NOW_MS, WALL_MS);
    b->engine.loop = loop_new();
    b->engine.resolver = fake_resolver_new(b->engine.loop);
    fake_resolver_hold(b->engine.resolver);
    fake_resolver_say(b->engine.resolver, script);
    b->engine.dataset.catalogue = catalogue_builtin();
    b->engine.health = health_new(b->engine.loop, b->engine.resolver, catalogue_builtin());
}

static void
close_bench(struct bench *b)
{
    sweep_free(b->sweep);
    health_free(b->engine.health);
    assert_int_equal(fake_resolver_waiting(b->engine.resolver), 0);
    resolver_free(b->engine.resolver);
    assert_false(loop_turn(b->engine.loop, INT64_MIN)); /* no timer is left */
    loop_free(b->engine.loop);
    clock_real();
}

static void
start(struct bench *b, const char *text)
{
    struct prefix prefix;
    assert_true(prefix_parse(text, &prefix, NULL));
    b->sweep = sweep_new(&b->engine, &prefix, on_change, b);
    assert_int_equal(b->changes, 0);
}

/* Lets time go by, and the questions go that are due. */
static void
pass(struct bench *b, int64_t ms)
{
    for (int64_t end_ms = b->passed_ms + ms; b->passed_ms <= end_ms; b->passed_ms++) {
        clock_fake(NOW_MS + b->passed_ms, WALL_MS + b->passed_ms);
        loop_turn(b->engine.loop, INT64_MIN);
    }
    b->passed_ms--;
}

/* All questions are put and answered. */
static void
finish(struct bench *b)
{
    for (int i = 0; i < 100; i++) {
        pass(b, 100);
        fake_resolver_deliver_all(b->engine.resolver);
    }
}

static struct sweep_counts
counts(const struct bench *b)
{
    struct sweep_counts c;
    sweep_counts(b->sweep, &c);
    return c;
}

static void
assert_counts(const struct bench *b, size_t answered, size_t listed, size_t clear, size_t unknown)
{
    struct sweep_counts c = counts(b);
    assert_int_equal(c.answered, answered);
    assert_int_equal(c.listed, listed);
    assert_int_equal(c.clear, clear);
    assert_int_equal(c.unknown, unknown);
}

/* At most so many answers to the questions about addresses. */
static size_t
answer(struct bench *b, size_t most)
{
    return fake_resolver_deliver(b->engine.resolver, "*.113.0.203.*", NULL, most);
}

static size_t
answer_proof(struct bench *b)
{
    size_t answered = fake_resolver_deliver(b->engine.resolver, "*.0.0.127.*", NULL, PROOFS);
    return answered + fake_resolver_deliver(b->engine.resolver, "probe-*", NULL, 1);
}

/* Once nothing is under way, level 1 proves itself again; only then the answers before count. */
static void
confirm(struct bench *b)
{
    pass(b, 100);
    assert_in_range(answer_proof(b), PROOFS - 1, PROOFS); /* the random label is for listings alone */
}

static enum list_state
state_at(const struct bench *b, size_t index)
{
    return sweep_state(b->sweep, index);
}

/* ---- what is asked ---- */

static void
sweep_asks_each_address_once(void **state)
{
    (void)state;
    struct bench b;
    char expected[64];
    open_bench(&b, "");
    start(&b, "203.0.113.0/24");
    for (int ms = 0; ms < 3000; ms += 10) {
        pass(&b, 10);
        fake_resolver_deliver_all(b.engine.resolver);
    }
    const char *asked = fake_resolver_asked(b.engine.resolver);
    size_t lines = 0, labels = 0, proofs = 0;
    for (const char *at = asked; *at; at++)
        lines += *at == '\n';
    for (const char *at = asked; (at = strstr(at, "probe-")); at++)
        labels++;
    for (const char *at = asked; (at = strstr(at, "2.0.0.127.dnsbl-1")); at++)
        proofs++;
    assert_int_equal(labels, 1); /* nothing is listed, so that no wildcard need be feared */
    assert_int_equal(lines, SLASH24 + labels + proofs * (PROOFS - 1));
    assert_in_range(proofs, 2, 1 + (SLASH24 + 63) / 64);
    for (unsigned i = 0; i < SLASH24; i++) {
        snprintf(expected, sizeof expected, "\n%u.113.0.203.dnsbl-1.uceprotect.net A\n", i);
        const char *found = strstr(asked, expected);
        assert_non_null(found);
        assert_null(strstr(found + 1, expected));
    }
    close_bench(&b);
}

static void
sweep_stays_within_window(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "");
    start(&b, "203.0.113.0/24");
    answer_proof(&b);
    pass(&b, 60000);
    assert_int_equal(fake_resolver_waiting(b.engine.resolver), RESOLVER_WINDOW);
    for (size_t answered = 0; answered < SLASH24; answered++) {
        struct sweep_counts c = counts(&b);
        assert_in_range(c.asked - c.ended, 1, RESOLVER_WINDOW);
        assert_int_not_equal(c.phase, SWEEP_DONE);
        assert_int_equal(answer(&b, 1), 1);
        answer_proof(&b);
        pass(&b, 10);
    }
    finish(&b);
    assert_int_equal(counts(&b).phase, SWEEP_DONE);
    close_bench(&b);
}

static void
sweep_is_paced(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "");
    start(&b, "203.0.113.0/24");
    assert_int_equal(counts(&b).asked, 0);
    assert_int_equal(counts(&b).left_ms, SLASH24 * 1000 / SWEEP_PER_SECOND);
    for (size_t second = 1; second <= 2; second++)
        for (size_t tenth = 1; tenth <= 10; tenth++) {
            pass(&b, 100);
            fake_resolver_deliver_all(b.engine.resolver);
            size_t due = (second - 1) * SWEEP_PER_SECOND + tenth * SWEEP_PER_SECOND / 10;
            assert_in_range(counts(&b).asked, due, due + 1);
        }
    assert_in_range((int)counts(&b).per_second, SWEEP_PER_SECOND * 9 / 10, SWEEP_PER_SECOND + 1);
    assert_in_range(counts(&b).left_ms, 500, 700);
    close_bench(&b);
}

/* A laptop that slept does not let loose what it missed. */
static void
sweep_does_not_catch_up(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "");
    start(&b, "203.0.113.0/24");
    pass(&b, 0);
    fake_resolver_deliver_all(b.engine.resolver);
    b.passed_ms = 3600000;
    pass(&b, 0);
    assert_in_range(counts(&b).asked, 2, 12);
    close_bench(&b);
}

static void
sweep_of_single_address_works(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "255.113.0.203.* A data 127.0.0.2");
    start(&b, "203.0.113.255/32");
    finish(&b);
    assert_counts(&b, 1, 1, 0, 0);
    assert_int_equal(counts(&b).phase, SWEEP_DONE);
    assert_int_equal(counts(&b).total, 1);
    close_bench(&b);
}

/* ---- what is believed ---- */

static void
sweep_answer_sets_state(void **state)
{
    (void)state;
    static const struct {
        const char *answer;
        enum list_state state;
    } cases[] = {
        {"nxdomain", STATE_CLEAR},
        {"nodata", STATE_CLEAR},
        {"data 127.0.0.2", STATE_LISTED},
        {"servfail", STATE_ERROR},
        {"refused", STATE_ERROR},
        {"unreachable", STATE_ERROR},
        {"timeout", STATE_TIMEOUT},
        {"malformed", STATE_INVALID},
        {"data 198.51.100.80", STATE_INVALID},
        {"data 127.0.0.1", STATE_INVALID},
        {"data 127.255.255.254", STATE_REFUSED},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench b;
        char script[200];
        snprintf(script, sizeof script, "77.113.0.203.* A %s", cases[i].answer);
        open_bench(&b, script);
        start(&b, "203.0.113.76/30");
        finish(&b);
        bool listed = cases[i].state == STATE_LISTED, clear = cases[i].state == STATE_CLEAR;
        bool silent = strstr(cases[i].answer, "timeout") || strstr(cases[i].answer, "unreachable");
        assert_string_equal(list_state_name(state_at(&b, 1)), list_state_name(cases[i].state));
        assert_counts(&b, 4U - silent, listed, 3U + clear, !listed && !clear);
        assert_null(sweep_problem(b.sweep));
        assert_int_equal(counts(&b).phase, SWEEP_DONE);
        close_bench(&b);
    }
}

/* Negative answers carry the zone's serial; a newer zone that comes during a sweep does not make the answers before it
 * newer. */
static void
sweep_reports_oldest_serial(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "2.113.0.203.dnsbl-1.uceprotect.net A nxdomain serial 2026070622\n");
    start(&b, "203.0.113.0/30");
    assert_int_equal(sweep_serial(b.sweep), 0);
    pass(&b, 100);
    answer_proof(&b);
    assert_int_equal(sweep_serial(b.sweep), FAKE_RESOLVER_SERIAL);
    answer(&b, 4);
    finish(&b);
    assert_int_equal(sweep_serial(b.sweep), FAKE_RESOLVER_SERIAL);
    close_bench(&b);
}

static void
sweep_before_health_check_believes_nothing(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "77.113.0.203.* A data 127.0.0.2\n78.113.0.203.* A servfail");
    start(&b, "203.0.113.76/30");
    pass(&b, 100);
    assert_int_equal(answer(&b, SIZE_MAX), 4);
    assert_counts(&b, 0, 0, 0, 0);
    assert_int_equal(answer_proof(&b), PROOFS);
    assert_counts(&b, 1, 0, 0, 1); /* the failure; the others wait for a self-test that begins after them */
    assert_int_not_equal(counts(&b).phase, SWEEP_DONE);
    assert_int_equal(state_at(&b, 0), STATE_UNASKED);
    assert_int_equal(state_at(&b, 1), STATE_UNASKED);
    assert_int_equal(state_at(&b, 2), STATE_ERROR);
    confirm(&b);
    assert_counts(&b, 4, 1, 2, 1);
    assert_int_equal(counts(&b).phase, SWEEP_DONE);
    assert_int_equal(state_at(&b, 1), STATE_LISTED);
    close_bench(&b);
}

/* What lies between the last self-test that passed and one that failed is not known. */
static void
sweep_list_that_turns_bad_is_unknown_from_last_proof(void **state)
{
    (void)state;
    static const char *const turns[] = {"*.dnsbl-1.* A nxdomain", "*.dnsbl-1.* A data 127.0.0.2"};
    for (size_t i = 0; i < COUNT(turns); i++) {
        struct bench b;
        open_bench(&b, "9.113.0.203.* A data 127.0.0.2\n200.113.0.203.* A data 127.0.0.2");
        start(&b, "203.0.113.0/24");
        answer_proof(&b);
        pass(&b, 1000);
        answer(&b, 64);
        assert_int_equal(answer_proof(&b), PROOFS);
        answer(&b, 20);
        fake_resolver_say(b.engine.resolver, turns[i]);
        finish(&b);
        assert_counts(&b, SLASH24, 1, 63, 192);
        for (size_t at = 0; at < SLASH24; at++)
            assert_int_equal(state_at(&b, at), at == 9 ? STATE_LISTED : at < 64 ? STATE_CLEAR : STATE_UNHEALTHY);
        assert_non_null(sweep_problem(b.sweep));
        close_bench(&b);
    }
}

static void
sweep_unhealthy_list_is_unknown(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        enum list_state state;
        const char *named; /* in the reason */
    } cases[] = {
        {"*.dnsbl-1.uceprotect.net A data 127.0.0.2", STATE_UNHEALTHY, "random label"},
        {"1.0.0.127.* A data 127.0.0.2", STATE_UNHEALTHY, "127.0.0.1"},
        {"2.0.0.127.* A nxdomain", STATE_UNHEALTHY, "127.0.0.2"},
        {"2.0.0.127.* A servfail", STATE_ERROR, "127.0.0.2"},
        {"probe-* A timeout", STATE_TIMEOUT, "random label"},
        {"2.0.0.127.* A data 127.255.255.254", STATE_REFUSED, "127.255.255.254"},
        {"probe-* A data 198.51.100.80", STATE_INVALID, "198.51.100.80"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench b;
        open_bench(&b, "77.113.0.203.* A data 127.0.0.2");
        fake_resolver_say(b.engine.resolver, cases[i].script);
        start(&b, "203.0.113.76/30");
        finish(&b);
        for (size_t at = 0; at < 4; at++)
            assert_string_equal(list_state_name(state_at(&b, at)), list_state_name(cases[i].state));
        assert_counts(&b, 4, 0, 0, 4);
        assert_int_equal(counts(&b).phase, SWEEP_DONE);
        assert_non_null(sweep_problem(b.sweep));
        assert_non_null(strstr(sweep_problem(b.sweep), cases[i].named));
        close_bench(&b);
    }
}

/* What no server answered was not answered, and that is what there is to say of it. */
static void
sweep_silence_is_not_answered(void **state)
{
    (void)state;
    static const struct {
        const char *script, *problem;
    } cases[] = {
        {"* A unreachable", "the resolver 127.0.0.1:53 cannot be reached"},
        {"* A timeout", "the resolver 127.0.0.1:53 gave no answer"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench b;
        open_bench(&b, cases[i].script);
        start(&b, "203.0.113.76/30");
        finish(&b);
        assert_counts(&b, 0, 0, 0, 4);
        assert_int_equal(counts(&b).phase, SWEEP_DONE);
        assert_string_equal(sweep_problem(b.sweep), cases[i].problem);
        close_bench(&b);
    }
}

/* ---- half way ---- */

static void
sweep_unanswered_is_never_clear(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "");
    start(&b, "203.0.113.0/24");
    pass(&b, 1000);
    answer_proof(&b);
    assert_int_equal(answer(&b, 100), 100);
    answer_proof(&b); /* for 64 of them; the others wait for the next */
    pass(&b, 9000);
    assert_counts(&b, 64, 0, 64, 0);
    assert_int_equal(counts(&b).total, SLASH24);
    assert_int_equal(counts(&b).asked, 64 + RESOLVER_WINDOW);
    for (size_t i = 0; i < SLASH24; i++)
        assert_int_equal(state_at(&b, i), i < 64 ? STATE_CLEAR : STATE_UNASKED);
    close_bench(&b);
}

static void
sweep_answers_out_of_order_match_address(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "9.113.0.203.* A data 127.0.0.2\n200.113.0.203.* A data 127.0.0.2");
    start(&b, "203.0.113.0/24");
    answer_proof(&b);
    pass(&b, 1100);
    assert_int_equal(fake_resolver_deliver(b.engine.resolver, "9?.113.0.203.*", NULL, SIZE_MAX), 10);
    assert_int_equal(fake_resolver_deliver(b.engine.resolver, "9.113.0.203.*", NULL, SIZE_MAX), 1);
    for (size_t i = 0; i < SLASH24; i++)
        assert_int_equal(state_at(&b, i), STATE_UNASKED);
    finish(&b);
    for (size_t i = 0; i < SLASH24; i++)
        assert_int_equal(state_at(&b, i), i == 9 || i == 200 ? STATE_LISTED : STATE_CLEAR);
    assert_counts(&b, SLASH24, 2, 254, 0);
    close_bench(&b);
}

static void
sweep_paused_asks_nothing(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "");
    start(&b, "203.0.113.0/24");
    answer_proof(&b);
    pass(&b, 499);
    fake_resolver_asked(b.engine.resolver);
    sweep_pause(b.sweep, true);
    pass(&b, 10000);
    assert_int_equal(counts(&b).phase, SWEEP_PAUSED);
    assert_int_equal(answer(&b, SIZE_MAX), 50); /* what was under way still counts */
    assert_string_equal(fake_resolver_asked(b.engine.resolver), "");
    assert_int_equal(fake_resolver_waiting(b.engine.resolver), 0);
    confirm(&b);
    assert_counts(&b, 50, 0, 50, 0);
    assert_int_not_equal(counts(&b).phase, SWEEP_DONE);
    sweep_pause(b.sweep, false);
    assert_int_equal(counts(&b).phase, SWEEP_ASKING);
    pass(&b, 10);
    assert_in_range(fake_resolver_waiting(b.engine.resolver), 1, 12);
    finish(&b);
    assert_counts(&b, SLASH24, 0, SLASH24, 0);
    assert_int_equal(counts(&b).phase, SWEEP_DONE);
    close_bench(&b);
}

static void
stop_sends_nothing_and_keeps_the_answers(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "");
    start(&b, "203.0.113.0/24");
    answer_proof(&b);
    pass(&b, 499);
    assert_int_equal(answer(&b, SIZE_MAX), 50);
    sweep_pause(b.sweep, true);
    confirm(&b);
    sweep_pause(b.sweep, false);
    pass(&b, 99);
    assert_int_equal(answer(&b, 5), 5); /* without a self-test behind them they do not count */
    assert_true(sweep_is_open(b.sweep));
    assert_false(sweep_is_asking(b.sweep, 49));
    assert_true(sweep_is_asking(b.sweep, 50));
    fake_resolver_asked(b.engine.resolver);
    sweep_stop(b.sweep);
    sweep_pause(b.sweep, false);
    pass(&b, 10000);
    assert_int_equal(counts(&b).phase, SWEEP_STOPPED);
    assert_false(sweep_is_open(b.sweep));
    assert_string_equal(fake_resolver_asked(b.engine.resolver), "");
    assert_counts(&b, 50, 0, 50, 0);
    close_bench(&b);
}

static void
on_engine_change(void *arg, unsigned what)
{
    *(unsigned *)arg |= what;
}

static void
store_has_the_last_sweep_of_each_prefix(void **state)
{
    (void)state;
    struct bench b;
    struct prefix one, other;
    unsigned changes = 0;
    open_bench(&b, "");
    b.engine.changed = on_engine_change;
    b.engine.changed_arg = &changes;
    assert_true(prefix_parse("203.0.113.0/24", &one, NULL) && prefix_parse("203.0.113.0/25", &other, NULL));
    assert_null(sweep_store_find(&b.engine, &one));
    sweep_store_start(&b.engine, &one);
    sweep_store_start(&b.engine, &other);
    struct sweep *first = sweep_store_find(&b.engine, &one);
    assert_true(prefix_equal(sweep_prefix(first), &one));
    assert_int_equal(changes, CHANGED_SWEEPS);
    finish(&b);
    assert_int_equal(sweep_state(first, 0), STATE_CLEAR);
    sweep_store_start(&b.engine, &one); /* in its place */
    assert_int_equal(sweep_state(sweep_store_find(&b.engine, &one), 0), STATE_UNASKED);
    assert_int_equal(b.engine.sweeps.count, 2);
    sweep_store_free_all(&b.engine);
    close_bench(&b);
}

static void
sweep_paused_can_end(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "");
    start(&b, "203.0.113.76/30");
    pass(&b, 100);
    sweep_pause(b.sweep, true);
    finish(&b);
    assert_int_equal(counts(&b).phase, SWEEP_DONE);
    assert_counts(&b, 4, 0, 4, 0);
    close_bench(&b);
}

static void
sweep_rate_excludes_pauses(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "");
    start(&b, "203.0.113.0/24");
    answer_proof(&b);
    pass(&b, 2000);
    answer(&b, 64);
    answer_proof(&b);
    sweep_pause(b.sweep, true);
    pass(&b, 58000);
    struct sweep_counts c = counts(&b);
    assert_int_equal((int)c.per_second, 32);
    assert_int_equal(c.left_ms, 6000);
    sweep_pause(b.sweep, false);
    pass(&b, 2000);
    assert_int_equal((int)counts(&b).per_second, 16);
    for (int i = 0; i < 60; i++) {
        answer(&b, SIZE_MAX);
        answer_proof(&b);
        pass(&b, 10);
    }
    finish(&b); /* the end stops the clock */
    int rate = (int)counts(&b).per_second;
    pass(&b, 60000);
    assert_int_equal((int)counts(&b).per_second, rate);
    assert_in_range(rate, 50, SWEEP_PER_SECOND);
    assert_int_equal(counts(&b).left_ms, 0);
    close_bench(&b);
}

static void
sweep_free_any_time_is_safe(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "");
    start(&b, "203.0.113.0/24");
    pass(&b, 490);
    answer(&b, 30);
    unsigned before = b.changes;
    sweep_free(b.sweep);
    b.sweep = NULL;
    assert_int_equal(fake_resolver_waiting(b.engine.resolver), PROOFS); /* these are the run's */
    fake_resolver_deliver_all(b.engine.resolver);
    assert_int_equal(b.changes, before);
    sweep_free(NULL);
    close_bench(&b);
}

/* One in the console and one more: the second believes what the first proved. */
static void
sweep_health_check_is_reused(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "");
    start(&b, "203.0.113.76/30");
    finish(&b);
    sweep_free(b.sweep);
    b.changes = 0;
    fake_resolver_asked(b.engine.resolver);
    start(&b, "203.0.113.80/30");
    pass(&b, 100);
    assert_null(strstr(fake_resolver_asked(b.engine.resolver), "127"));
    assert_int_equal(answer(&b, SIZE_MAX), 4);
    confirm(&b);
    assert_counts(&b, 4, 0, 4, 0);
    assert_int_equal(counts(&b).phase, SWEEP_DONE);
    close_bench(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sweep_asks_each_address_once),
        cmocka_unit_test(sweep_stays_within_window),
        cmocka_unit_test(sweep_is_paced),
        cmocka_unit_test(sweep_does_not_catch_up),
        cmocka_unit_test(sweep_of_single_address_works),
        cmocka_unit_test(sweep_answer_sets_state),
        cmocka_unit_test(sweep_reports_oldest_serial),
        cmocka_unit_test(sweep_before_health_check_believes_nothing),
        cmocka_unit_test(sweep_list_that_turns_bad_is_unknown_from_last_proof),
        cmocka_unit_test(sweep_unhealthy_list_is_unknown),
        cmocka_unit_test(sweep_silence_is_not_answered),
        cmocka_unit_test(sweep_unanswered_is_never_clear),
        cmocka_unit_test(sweep_answers_out_of_order_match_address),
        cmocka_unit_test(sweep_paused_asks_nothing),
        cmocka_unit_test(stop_sends_nothing_and_keeps_the_answers),
        cmocka_unit_test(store_has_the_last_sweep_of_each_prefix),
        cmocka_unit_test(sweep_paused_can_end),
        cmocka_unit_test(sweep_rate_excludes_pauses),
        cmocka_unit_test(sweep_free_any_time_is_safe),
        cmocka_unit_test(sweep_health_check_is_reused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

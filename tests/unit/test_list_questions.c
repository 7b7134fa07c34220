#include "../screen/fake_resolver.h"
#include "base/clock.h"
#include "builtin_lists.h"
#include "lists/health.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { NOW_MS = 1000000, TARGETS = 100, LULL_MS = 60 };
#define WALL_MS INT64_C(1783361580000)
#define EXPIRED "an expired answer of 2026-07-03 16:00 UTC by 127.0.0.1:53"

/* A target, and what came of its question. */
struct asked {
    struct bench *bench;
    size_t answers;
    enum list_state state; /* as far as the list was believed then */
    char detail[HEALTH_DETAIL];
};

struct bench {
    struct loop *loop;
    struct resolver *resolver;
    struct health *health;
    struct asked targets[TARGETS];
    int64_t passed_ms;
};

static void
on_answer(void *arg, const struct answer *answer)
{
    struct asked *asked = arg;
    const struct list_health *health = health_at(asked->bench->health, LEVEL1_LIST);
    struct addr foreign = {0};
    struct buf detail = {0};
    asked->answers++;
    asked->state = health_read(LEVEL1_LIST, answer, &detail, &foreign);
    if (list_state_is_known(asked->state) && health->state != STATE_CLEAR)
        asked->state = health->state;
    snprintf(asked->detail, sizeof asked->detail, "%s", buf_string(&detail));
    buf_free(&detail);
}

static void
open_bench(struct bench *b)
{
    *b = (struct bench){.loop = loop_new()};
    clock_fake(NOW_MS, WALL_MS);
    b->resolver = fake_resolver_new(b->loop);
    fake_resolver_hold(b->resolver);
    b->health = health_new(b->loop, b->resolver, catalogue_builtin());
    for (size_t i = 0; i < TARGETS; i++)
        b->targets[i].bench = b;
}

static void
close_bench(struct bench *b)
{
    health_free(b->health);
    assert_int_equal(fake_resolver_waiting(b->resolver), 0);
    resolver_free(b->resolver);
    assert_false(loop_turn(b->loop, INT64_MIN)); /* no timer is left */
    loop_free(b->loop);
    clock_real();
}

static void
pass(struct bench *b, int64_t ms)
{
    b->passed_ms += ms;
    clock_fake(NOW_MS + b->passed_ms, WALL_MS + b->passed_ms);
    loop_turn(b->loop, INT64_MIN);
}

static void
put(struct bench *b, size_t target, enum record_type type, unsigned flags)
{
    char name[64];
    snprintf(name, sizeof name, "%zu.113.0.203.dnsbl-1.uceprotect.net", target);
    health_put(b->health, LEVEL1_LIST, name, type, flags, on_answer, &b->targets[target]);
}

/* Answers the targets from..to of what is waiting. */
static void
answer(struct bench *b, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        char name[32];
        snprintf(name, sizeof name, "%zu.113.0.203.*", i);
        assert_int_equal(fake_resolver_deliver(b->resolver, name, NULL, 1), 1);
    }
}

static void
assert_states(const struct bench *b, size_t from, size_t to, enum list_state state)
{
    for (size_t i = from; i < to; i++) {
        assert_int_equal(b->targets[i].answers, state == STATE_UNASKED ? 0 : 1);
        assert_string_equal(list_state_name(b->targets[i].state), list_state_name(state));
    }
}

/* ---- expired answers ---- */

/* What the resolver answers, time after time, after a self-test that showed the serial 2026070620. */
static const struct {
    const char *answers[6];
    enum list_state state;
    const char *detail; /* NULL = none */
} situations[] = {
    {{"nxdomain"}, STATE_CLEAR, NULL},
    {{"data 127.0.0.2"}, STATE_LISTED, NULL},
    {{"servfail"}, STATE_ERROR, "server failure by 127.0.0.1:53"},
    /* refreshed at once, or while it is asked again */
    {{"nxdomain serial 2026070318 ttl 30", "data 127.0.0.2"}, STATE_LISTED, NULL},
    {{"nxdomain serial 2026070318 ttl 300", "nxdomain serial 2026070318 ttl 300", "data 127.0.0.2"},
     STATE_LISTED,
     NULL},
    {{"data ttl 30 127.0.0.2", "nxdomain"}, STATE_CLEAR, NULL},
    {{"data ttl 0 127.0.0.2", "data ttl 0 127.0.0.2", "nxdomain"}, STATE_CLEAR, NULL},
    {{"data stale 127.0.0.2", "nxdomain"}, STATE_CLEAR, NULL},
    {{"nxdomain stale", "nxdomain stale", "nxdomain stale", "data 127.0.0.2"}, STATE_LISTED, NULL},
    {{"nxdomain serial 2026070318 ttl 2", "nxdomain serial 2026070318 ttl 2", "nxdomain serial 2026070318 ttl 1",
      "nxdomain serial 2026070318 stale", "data 127.0.0.2"},
     STATE_LISTED,
     NULL},
    {{"nodata serial 2026070318 ttl 30", "nxdomain serial 2026070621"}, STATE_CLEAR, NULL},
    /* no proof of absence, where the others are */
    {{"nodata bare", "nxdomain serial 2026070620"}, STATE_CLEAR, NULL},
    {{"nxdomain bare", "nodata bare", "nxdomain bare", "nxdomain bare", "nodata bare"},
     STATE_INVALID,
     "malformed answer by 127.0.0.1:53"},
    /* it stays old */
    {{"nxdomain serial 2026070318", "nxdomain serial 2026070318", "nxdomain serial 2026070318",
      "nxdomain serial 2026070318", "nxdomain serial 2026070318"},
     STATE_ERROR,
     EXPIRED},
    {{"nxdomain serial 2026070619 ttl 30", "nxdomain serial 2026070619 ttl 30", "nxdomain serial 2026070619 ttl 30",
      "nxdomain serial 2026070619 ttl 30", "nxdomain serial 2026070619 ttl 30"},
     STATE_ERROR,
     "an expired answer of 2026-07-06 17:00 UTC by 127.0.0.1:53"},
    {{"data stale 127.0.0.2", "data stale 127.0.0.2", "data stale 127.0.0.2", "data stale 127.0.0.2",
      "data stale 127.0.0.2"},
     STATE_ERROR,
     "an expired answer by 127.0.0.1:53"},
    {{"data ttl 30 127.0.0.2", "data ttl 30 127.0.0.2", "data ttl 30 127.0.0.2", "data ttl 30 127.0.0.2",
      "data ttl 30 127.0.0.2"},
     STATE_ERROR,
     "an expired answer by 127.0.0.1:53"},
    /* the list's zone is denied by the one above it */
    {{"nxdomain serial 1700000000 labels 1", "data 127.0.0.2"}, STATE_LISTED, NULL},
    {{"nxdomain labels 2", "nxdomain labels 2", "nxdomain labels 2", "nxdomain labels 2", "nxdomain labels 2"},
     STATE_ERROR,
     "denied by a zone above the list's, passed on by 127.0.0.1:53"},
    {{"nxdomain labels 4"}, STATE_CLEAR, NULL},
    /* valid, though signs speak against it: they cost a question or two */
    {{"nxdomain ttl 5", "nxdomain ttl 5"}, STATE_CLEAR, NULL},
    {{"data ttl 5 127.0.0.2", "data ttl 5 127.0.0.2"}, STATE_LISTED, NULL},
    {{"data ttl 30 127.0.0.2", "data ttl 30 127.0.0.2", "data ttl 29 127.0.0.2"}, STATE_LISTED, NULL},
    {{"data ttl 1 127.0.0.2", "data 127.0.0.2"}, STATE_LISTED, NULL},
    {{"nxdomain serial 0", "nxdomain serial 0"}, STATE_CLEAR, NULL},
    {{"nxdomain serial 2026070619 ttl 90", "nxdomain serial 2026070619 ttl 89"}, STATE_CLEAR, NULL}, /* a mirror lags */
};

static void
expired_answer_is_asked_again_and_never_believed(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(situations); i++) {
        struct bench b;
        size_t asked = 0;
        open_bench(&b);
        health_ask(b.health, LEVEL1_LIST, false);
        fake_resolver_deliver_all(b.resolver);
        put(&b, 9, RECORD_A, 0);
        for (; asked < COUNT(situations[i].answers) && situations[i].answers[asked]; asked++) {
            char script[200];
            snprintf(script, sizeof script, "9.113.0.203.* A %s", situations[i].answers[asked]);
            fake_resolver_say(b.resolver, script);
            if (fake_resolver_deliver(b.resolver, "9.113.*", NULL, 1) != 1)
                fail_msg("situation %zu: was asked %zu times", i, asked);
            pass(&b, 2000);
        }
        if (b.targets[9].answers != 1 || b.targets[9].state != situations[i].state ||
            strcmp(b.targets[9].detail, situations[i].detail ? situations[i].detail : "") != 0)
            fail_msg("situation %zu: %zu answers, %s, %s", i, b.targets[9].answers, list_state_name(b.targets[9].state),
                     b.targets[9].detail);
        close_bench(&b);
    }
}

/* The self-test was answered by 127.0.0.1; the denial of a target comes from another server, which answers its own
 * test point as `knows`. Then the target is asked for again, at a server that passed. */
static void
denial_counts_only_from_server_that_knows_test_point(void **state)
{
    static const struct {
        const char *knows, *again;
        enum list_state state;
        const char *detail;
    } cases[] = {
        {"data 127.0.0.2", NULL, STATE_CLEAR, ""},
        {"nxdomain", "data 127.0.0.2", STATE_LISTED, ""},
        {"data 127.255.255.254", "data 127.0.0.2", STATE_LISTED, ""},
        {"servfail", "nxdomain server 127.0.0.1:53", STATE_CLEAR, ""},
        {"nodata", "nxdomain", STATE_ERROR, "denied by 127.0.0.9:53, which does not know the list's test entry"},
        {"timeout", "servfail", STATE_ERROR, "denied by 127.0.0.9:53, which does not know the list's test entry"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench b;
        char script[300];
        open_bench(&b);
        health_ask(b.health, LEVEL1_LIST, false);
        fake_resolver_deliver_all(b.resolver);
        put(&b, 9, RECORD_A, 0);
        fake_resolver_say(b.resolver, "9.113.0.203.* A nxdomain server 127.0.0.9:53");
        snprintf(script, sizeof script, "2.0.0.127.* A %s", cases[i].knows);
        fake_resolver_say(b.resolver, script);
        assert_int_equal(fake_resolver_deliver(b.resolver, "9.113.*", NULL, 1), 1);
        assert_int_equal(b.targets[9].answers, 0);
        assert_int_equal(fake_resolver_deliver(b.resolver, "2.0.0.127.*", NULL, 1), 1);
        if (cases[i].again) {
            bool same = strcmp(cases[i].again, "nxdomain") == 0;
            snprintf(script, sizeof script, "9.113.0.203.* A %s%s", cases[i].again, same ? " server 127.0.0.9:53" : "");
            fake_resolver_say(b.resolver, script);
            assert_int_equal(fake_resolver_deliver(b.resolver, "9.113.*", NULL, 1), 1);
        }
        assert_states(&b, 9, 10, cases[i].state);
        assert_string_equal(b.targets[9].detail, cases[i].detail);
        close_bench(&b);
    }
}

/* The same for a listing: its server answers a random label as `label`. */
static void
listing_counts_only_from_server_that_denies_random_label(void **state)
{
    static const struct {
        const char *label, *again;
        enum list_state state;
        const char *detail;
    } cases[] = {
        {"nxdomain", NULL, STATE_LISTED, ""},
        {"nodata", NULL, STATE_LISTED, ""},
        {"data 127.0.0.2", "nxdomain server 127.0.0.1:53", STATE_CLEAR, ""},
        {"data 127.0.0.2", "data 127.0.0.2", STATE_LISTED, ""},
        {"data 127.255.255.254", "nxdomain server 127.0.0.1:53", STATE_CLEAR, ""},
        {"data 127.0.0.2", "servfail", STATE_ERROR, "listed by 127.0.0.9:53, which does not deny a random label"},
        {"timeout", "data server 127.0.0.9:53 127.0.0.2", STATE_ERROR,
         "listed by 127.0.0.9:53, which does not deny a random label"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench b;
        char script[300];
        open_bench(&b);
        health_ask(b.health, LEVEL1_LIST, false);
        fake_resolver_deliver_all(b.resolver);
        put(&b, 9, RECORD_A, 0);
        snprintf(script, sizeof script, "9.113.0.203.* A data server 127.0.0.9:53 127.0.0.2\nprobe-* A %s",
                 cases[i].label);
        fake_resolver_say(b.resolver, script);
        assert_int_equal(fake_resolver_deliver(b.resolver, "9.113.*", NULL, 1), 1);
        assert_int_equal(b.targets[9].answers, 0);
        assert_int_equal(fake_resolver_deliver(b.resolver, "probe-*", NULL, 1), 1);
        if (cases[i].again) {
            snprintf(script, sizeof script, "9.113.0.203.* A %s", cases[i].again);
            fake_resolver_say(b.resolver, script);
            assert_int_equal(fake_resolver_deliver(b.resolver, "9.113.*", NULL, 1), 1);
        }
        assert_states(&b, 9, 10, cases[i].state);
        assert_string_equal(b.targets[9].detail, cases[i].detail);
        close_bench(&b);
    }
}

/* One server's clock or zone is wrong; the others are not old for that. */
static void
serial_from_the_future_makes_no_answer_expired(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b);
    fake_resolver_say(b.resolver, "probe-* A nxdomain serial 2099010100");
    health_ask(b.health, LEVEL1_LIST, false);
    fake_resolver_deliver_all(b.resolver);
    put(&b, 9, RECORD_A, 0);
    answer(&b, 9, 10);
    assert_states(&b, 9, 10, STATE_CLEAR);
    close_bench(&b);
}

/* Level 1 came first, the self-test's label second: its serial is the newer. */
static void
answer_before_the_label_is_compared_with_it(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b);
    fake_resolver_say(b.resolver, "9.113.0.203.* A nxdomain serial 2026070318");
    health_ask(b.health, LEVEL1_LIST, false);
    put(&b, 9, RECORD_A, 0);
    answer(&b, 9, 10);
    assert_states(&b, 9, 10, STATE_UNASKED);
    fake_resolver_deliver_all(b.resolver);
    assert_states(&b, 9, 10, STATE_UNASKED);
    fake_resolver_say(b.resolver, "9.113.0.203.* A data 127.0.0.2");
    pass(&b, 300);
    answer(&b, 9, 10);
    assert_states(&b, 9, 10, STATE_LISTED);
    close_bench(&b);
}

/* The list was emptied; a cache still has its test point. */
static void
expired_test_point_proves_nothing(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b);
    fake_resolver_say(b.resolver, "2.0.0.127.dnsbl-1.* A data ttl 30 127.0.0.2");
    health_ask(b.health, LEVEL1_LIST, false);
    fake_resolver_deliver_all(b.resolver);
    assert_true(health_at(b.health, LEVEL1_LIST)->pending);
    fake_resolver_say(b.resolver, "2.0.0.127.dnsbl-1.* A nxdomain");
    pass(&b, 300);
    fake_resolver_deliver_all(b.resolver);
    assert_int_equal(health_at(b.health, LEVEL1_LIST)->state, STATE_UNHEALTHY);
    close_bench(&b);
}

/* ---- answers that wait for a self-test ---- */

/* Passes the first self-test, and puts questions about the targets from..to. */
static void
begin(struct bench *b, size_t targets)
{
    open_bench(b);
    health_ask(b->health, LEVEL1_LIST, false);
    fake_resolver_deliver_all(b->resolver);
    for (size_t i = 0; i < targets; i++)
        put(b, i, RECORD_A, HEALTH_CONFIRMED);
    fake_resolver_asked(b->resolver);
}

static void
answer_waits_for_a_later_self_test(void **state)
{
    (void)state;
    struct bench b;
    begin(&b, 2);
    answer(&b, 0, 1);
    pass(&b, LULL_MS);
    assert_string_equal(fake_resolver_asked(b.resolver), ""); /* the other one is under way */
    answer(&b, 1, 2);
    pass(&b, LULL_MS);
    assert_states(&b, 0, 2, STATE_UNASKED);
    assert_non_null(strstr(fake_resolver_asked(b.resolver), "2.0.0.127.dnsbl-1.uceprotect.net A fresh\n"));
    fake_resolver_deliver_all(b.resolver);
    assert_states(&b, 0, 2, STATE_CLEAR);
    pass(&b, LULL_MS);
    assert_string_equal(fake_resolver_asked(b.resolver), "");
    close_bench(&b);
}

static void
failed_self_test_condemns_what_came_since_the_last(void **state)
{
    (void)state;
    static const char *const turns[] = {"*.dnsbl-1.* A nxdomain", "*.dnsbl-1.* A data 127.0.0.2"};
    for (size_t i = 0; i < COUNT(turns); i++) {
        struct bench b;
        begin(&b, TARGETS);
        answer(&b, 0, 64); /* enough for a self-test */
        answer(&b, 64, 70);
        fake_resolver_deliver(b.resolver, "*.0.0.127.*", NULL, 2);
        fake_resolver_deliver(b.resolver, "probe-*", NULL, 1);
        assert_states(&b, 0, 64, STATE_CLEAR);
        assert_states(&b, 64, TARGETS, STATE_UNASKED);
        fake_resolver_say(b.resolver, turns[i]);
        fake_resolver_deliver_all(b.resolver);
        pass(&b, LULL_MS);
        fake_resolver_deliver_all(b.resolver);
        assert_states(&b, 0, 64, STATE_CLEAR);
        assert_states(&b, 64, TARGETS, STATE_UNHEALTHY);
        close_bench(&b);
    }
}

static void
self_test_that_fails_once_is_repeated(void **state)
{
    (void)state;
    struct bench b;
    begin(&b, 1);
    answer(&b, 0, 1);
    pass(&b, LULL_MS);
    fake_resolver_say(b.resolver, "2.0.0.127.dnsbl-1.* A timeout");
    fake_resolver_deliver(b.resolver, "*.0.0.127.*", NULL, 2);
    fake_resolver_say(b.resolver, "2.0.0.127.dnsbl-1.* A data 127.0.0.2");
    fake_resolver_deliver_all(b.resolver);
    assert_states(&b, 0, 1, STATE_CLEAR);
    close_bench(&b);
}

/* An answer between a self-test that failed and one that passed may be of the bad time. */
static void
answer_of_a_bad_time_is_asked_again(void **state)
{
    (void)state;
    struct bench b;
    begin(&b, 2);
    answer(&b, 0, 1);
    fake_resolver_say(b.resolver, "*.dnsbl-1.* A nxdomain");
    health_ask(b.health, LEVEL1_LIST, true);
    fake_resolver_deliver(b.resolver, "*.0.0.127.*", NULL, 2);
    fake_resolver_deliver(b.resolver, "probe-*", NULL, 1);
    fake_resolver_deliver(b.resolver, "*.0.0.127.*", NULL, 2); /* the repeated one */
    fake_resolver_deliver(b.resolver, "probe-*", NULL, 1);
    assert_states(&b, 0, 1, STATE_UNHEALTHY);
    answer(&b, 1, 2);
    fake_resolver_say(b.resolver, "2.0.0.127.dnsbl-1.* A data 127.0.0.2\n1.113.0.203.* A data 127.0.0.2");
    pass(&b, LULL_MS);
    fake_resolver_deliver_all(b.resolver);
    pass(&b, LULL_MS);
    fake_resolver_deliver_all(b.resolver);
    assert_states(&b, 1, 2, STATE_LISTED);
    close_bench(&b);
}

static void
failure_waits_for_no_self_test(void **state)
{
    (void)state;
    struct bench b;
    begin(&b, 1);
    fake_resolver_say(b.resolver, "0.113.* A servfail");
    answer(&b, 0, 1);
    assert_states(&b, 0, 1, STATE_ERROR);
    close_bench(&b);
}

static void
forgotten_question_never_calls_back(void **state)
{
    (void)state;
    for (size_t stage = 0; stage < 4; stage++) {
        struct bench b;
        begin(&b, 2);
        if (stage == 1)
            health_ask(b.health, LEVEL1_LIST, true); /* the label is under way */
        if (stage == 2)
            fake_resolver_say(b.resolver, "0.113.* A nxdomain stale");
        if (stage > 0)
            answer(&b, 0, 1);
        health_forget(b.health, LEVEL1_LIST, &b.targets[0]);
        answer(&b, 1, 2);
        for (int i = 0; i < 3; i++) {
            pass(&b, 1000);
            fake_resolver_deliver_all(b.resolver);
        }
        assert_states(&b, 0, 1, STATE_UNASKED);
        assert_states(&b, 1, 2, STATE_CLEAR);
        close_bench(&b);
    }
}

static void
free_at_any_stage_is_safe(void **state)
{
    (void)state;
    struct bench b;
    begin(&b, 9);
    fake_resolver_say(b.resolver, "0.113.* A nxdomain stale");
    answer(&b, 0, 3);
    health_ask(b.health, LEVEL1_LIST, true);
    answer(&b, 3, 5);
    close_bench(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expired_answer_is_asked_again_and_never_believed),
        cmocka_unit_test(denial_counts_only_from_server_that_knows_test_point),
        cmocka_unit_test(listing_counts_only_from_server_that_denies_random_label),
        cmocka_unit_test(serial_from_the_future_makes_no_answer_expired),
        cmocka_unit_test(answer_before_the_label_is_compared_with_it),
        cmocka_unit_test(expired_test_point_proves_nothing),
        cmocka_unit_test(answer_waits_for_a_later_self_test),
        cmocka_unit_test(failed_self_test_condemns_what_came_since_the_last),
        cmocka_unit_test(self_test_that_fails_once_is_repeated),
        cmocka_unit_test(answer_of_a_bad_time_is_asked_again),
        cmocka_unit_test(failure_waits_for_no_self_test),
        cmocka_unit_test(forgotten_question_never_calls_back),
        cmocka_unit_test(free_at_any_stage_is_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

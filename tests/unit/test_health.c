#include "lists/health.h"

#include "../screen/fake_resolver.h"
#include "base/clock.h"
#include "builtin_lists.h"
#include "temp_dir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { NOW_MS = 1000000 };
#define WALL_MS INT64_C(1783361580000)

/* Who listens, and what he was told: "1 1 4 ", list by list. */
struct ear {
    struct health *health;
    struct buf dns_facts;
    struct ear *sends_away; /* another one, as soon as this one is told something */
    bool leaves;
};

struct bench {
    struct loop *loop;
    struct resolver *resolver;
    struct health *health;
    struct ear ear;
};

static void
on_proof(void *arg, const struct list *list)
{
    struct ear *ear = arg;
    buf_format(&ear->dns_facts, "%zu ", list->index);
    if (ear->sends_away)
        health_unlisten(ear->health, ear->sends_away);
    if (ear->leaves)
        health_unlisten(ear->health, ear);
}

static void
open_bench(struct bench *b, const char *script)
{
    *b = (struct bench){.loop = loop_new()};
    clock_fake(NOW_MS, WALL_MS);
    b->resolver = fake_resolver_new(b->loop);
    fake_resolver_hold(b->resolver);
    fake_resolver_say(b->resolver, script);
    b->health = health_new(b->loop, b->resolver, catalogue_builtin());
    b->ear.health = b->health;
    health_listen(b->health, on_proof, &b->ear);
}

static void
close_bench(struct bench *b)
{
    health_free(b->health);
    assert_int_equal(fake_resolver_waiting(b->resolver), 0);
    resolver_free(b->resolver);
    loop_free(b->loop);
    buf_free(&b->ear.dns_facts);
    clock_real();
}

static size_t
lines_of(const char *text)
{
    size_t lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

/* ---- the questions ---- */

static void
health_asks_three_questions(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "");
    assert_int_equal(health_at(b.health, LEVEL1_LIST)->state, STATE_UNASKED);
    health_ask(b.health, LEVEL1_LIST, false);
    const char *asked = fake_resolver_asked(b.resolver);
    assert_non_null(strstr(asked, "2.0.0.127.dnsbl-1.uceprotect.net A fresh\n"));
    assert_non_null(strstr(asked, "1.0.0.127.dnsbl-1.uceprotect.net A fresh\n"));
    assert_non_null(strstr(asked, "probe-"));
    assert_int_equal(lines_of(asked), 3);
    assert_true(health_at(b.health, LEVEL1_LIST)->pending);
    assert_false(health_at(b.health, LEVEL1_LIST)->done);
    assert_false(health_at(b.health, LEVEL2_LIST)->pending);
    close_bench(&b);
}

static void
health_list_of_domains_has_names_as_test_points(void **state)
{
    (void)state;
    struct bench b;
    struct fault fault;
    struct catalogue *own = catalogue_new();
    assert_true(catalogue_choose(own, "uceprotect, dbl.nordspam.com", &fault));
    open_bench(&b, "test.dbl.nordspam.com A data 127.0.0.2\n");
    health_free(b.health);
    b.health = health_new(b.loop, b.resolver, own);
    const struct list *list = catalogue_find(own, "dbl.nordspam.com");
    health_ask(b.health, list, false);
    const char *asked = fake_resolver_asked(b.resolver);
    assert_non_null(strstr(asked, "test.dbl.nordspam.com A fresh\n"));
    assert_non_null(strstr(asked, "invalid.dbl.nordspam.com A fresh\n"));
    assert_int_equal(lines_of(asked), 3);
    fake_resolver_deliver_all(b.resolver);
    assert_int_equal(health_at(b.health, list)->state, STATE_CLEAR);
    assert_string_equal(health_at(b.health, list)->points.at[0].name, "test point test");
    close_bench(&b);
    catalogue_free(own);
}

/* A cache, or a wildcard set up for one label, knows none of another self-test. */
static void
health_label_is_new_each_time(void **state)
{
    (void)state;
    struct bench b;
    char first[HEALTH_QUESTION];
    open_bench(&b, "");
    health_ask(b.health, LEVEL1_LIST, false);
    snprintf(first, sizeof first, "%s", health_at(b.health, LEVEL1_LIST)->points.at[2].question);
    assert_int_equal(strcspn(first, "."), strlen("probe-012345678901"));
    fake_resolver_deliver_all(b.resolver);
    health_ask(b.health, LEVEL1_LIST, true);
    assert_string_not_equal(first, health_at(b.health, LEVEL1_LIST)->points.at[2].question);
    fake_resolver_deliver_all(b.resolver);
    close_bench(&b);
}

static void
health_is_done_after_third_answer(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "");
    health_ask(b.health, LEVEL3_LIST, false);
    fake_resolver_deliver(b.resolver, NULL, NULL, 2);
    assert_true(health_at(b.health, LEVEL3_LIST)->pending);
    assert_string_equal(buf_string(&b.ear.dns_facts), "");
    fake_resolver_deliver_all(b.resolver);
    const struct list_health *list_health = health_at(b.health, LEVEL3_LIST);
    assert_true(list_health->done && !list_health->pending);
    assert_int_equal(list_health->state, STATE_CLEAR);
    assert_string_equal(list_health->detail, "");
    assert_int_equal(list_health->serial, FAKE_RESOLVER_SERIAL);
    assert_int_equal(list_health->at_ms, NOW_MS);
    assert_string_equal(buf_string(&b.ear.dns_facts), "2 ");
    close_bench(&b);
}

/* ---- defects ---- */

#define ZONE "dnsbl-1.uceprotect.net"
#define PUBLIC "the list does not serve public or unattributable resolvers"

/* What is wrong comes first in the detail. */
static const struct {
    const char *script;
    enum list_state state;
    const char *detail;
} defects[] = {
    {"", STATE_CLEAR, ""},
    {"*." ZONE " A nodata\n2.0.0.127." ZONE " A data 127.0.0.2", STATE_CLEAR, ""},
    {"2.0.0.127." ZONE " A data 127.0.0.2 127.0.0.9", STATE_CLEAR, ""},
    {"* A data 127.0.0.2", STATE_UNHEALTHY, "everything is listed, even a random label"},
    {"probe-* A data 127.0.0.2", STATE_UNHEALTHY, "everything is listed, even a random label"},
    {"1.0.0.127.* A data 127.0.0.2", STATE_UNHEALTHY, "the negative test point 127.0.0.1 is listed"},
    {"2.0.0.127.* A nxdomain", STATE_UNHEALTHY, "the test point 127.0.0.2 is not listed"},
    {"2.0.0.127.* A nodata", STATE_UNHEALTHY, "the test point 127.0.0.2 is not listed"},
    {"* A servfail", STATE_ERROR, "test point 127.0.0.2: server failure by 127.0.0.1:53"},
    {"* A refused", STATE_ERROR, "test point 127.0.0.2: refused by 127.0.0.1:53"},
    {"* A notimp", STATE_ERROR, "test point 127.0.0.2: unusual response code by 127.0.0.1:53"},
    {"* A unreachable", STATE_ERROR, "test point 127.0.0.2: server unreachable"},
    {"* A timeout", STATE_TIMEOUT, "test point 127.0.0.2: no answer"},
    {"* A malformed", STATE_INVALID, "test point 127.0.0.2: malformed answer by 127.0.0.1:53"},
    {"1.0.0.127.* A timeout", STATE_TIMEOUT, "test point 127.0.0.1: no answer"},
    {"probe-* A servfail", STATE_ERROR, "a random label: server failure by 127.0.0.1:53"},
    {"* A data 127.255.255.254", STATE_REFUSED, "test point 127.0.0.2: answered 127.255.255.254: " PUBLIC},
    {"2.0.0.127.* A data 127.255.255.254", STATE_REFUSED, "test point 127.0.0.2: answered 127.255.255.254: " PUBLIC},
    {"* A data 127.0.0.1", STATE_INVALID,
     "test point 127.0.0.2: answered 127.0.0.1: not a listing, but a refusal or a resolver that blocks the zone"},
    {"* A data 198.51.100.80", STATE_INVALID,
     "test point 127.0.0.2: answered 198.51.100.80: no DNSBL answers outside 127.0.0.0/8"},
    {"probe-* A data 198.51.100.80", STATE_INVALID,
     "a random label: answered 198.51.100.80: no DNSBL answers outside 127.0.0.0/8"},
    /* the most telling defect, whatever came first */
    {"* A timeout\nprobe-* A data 127.0.0.2", STATE_UNHEALTHY, "everything is listed, even a random label"},
    {"* A timeout\nprobe-* A data 198.51.100.80", STATE_INVALID,
     "a random label: answered 198.51.100.80: no DNSBL answers outside 127.0.0.0/8"},
    {"2.0.0.127.* A nxdomain\nprobe-* A servfail", STATE_UNHEALTHY, "the test point 127.0.0.2 is not listed"},
};

static void
health_defect_sets_state(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(defects); i++) {
        struct bench b;
        open_bench(&b, defects[i].script);
        health_ask(b.health, LEVEL1_LIST, false);
        fake_resolver_deliver_all(b.resolver);
        const struct list_health *list_health = health_at(b.health, LEVEL1_LIST);
        if (list_health->state != defects[i].state || strcmp(list_health->detail, defects[i].detail) != 0)
            fail_msg("%s\nexpected: %s, %s\n   found: %s, %s", defects[i].script, list_state_name(defects[i].state),
                     defects[i].detail, list_state_name(list_health->state), list_health->detail);
        assert_int_not_equal(list_health->state, STATE_LISTED);
        close_bench(&b);
    }
}

/* The order in which the answers come changes nothing. */
static void
health_worst_answer_wins(void **state)
{
    (void)state;
    static const char *const first[] = {"2.0.0.127.*", "1.0.0.127.*", "probe-*"};
    for (size_t i = 0; i < COUNT(defects); i++)
        for (size_t f = 0; f < COUNT(first); f++) {
            struct bench b;
            open_bench(&b, defects[i].script);
            health_ask(b.health, LEVEL1_LIST, false);
            assert_int_equal(fake_resolver_deliver(b.resolver, first[f], NULL, 1), 1);
            fake_resolver_deliver_all(b.resolver);
            assert_int_equal(health_at(b.health, LEVEL1_LIST)->state, defects[i].state);
            assert_string_equal(health_at(b.health, LEVEL1_LIST)->detail, defects[i].detail);
            close_bench(&b);
        }
}

static void
health_foreign_answer_stays_until_next_check(void **state)
{
    (void)state;
    struct bench b;
    struct addr foreign;
    addr_parse("198.51.100.80", &foreign);
    open_bench(&b, "probe-* A data 198.51.100.80");
    health_ask(b.health, LEVEL2_LIST, false);
    fake_resolver_deliver_all(b.resolver);
    assert_true(addr_equal(&health_at(b.health, LEVEL2_LIST)->foreign, &foreign));
    fake_resolver_say(b.resolver, "probe-* A nxdomain");
    health_ask(b.health, LEVEL2_LIST, true);
    fake_resolver_deliver_all(b.resolver);
    assert_int_equal(health_at(b.health, LEVEL2_LIST)->foreign.family, ADDR_NONE);
    assert_int_equal(health_at(b.health, LEVEL2_LIST)->state, STATE_CLEAR);
    close_bench(&b);
}

static void
health_point_reports_answer(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "1.0.0.127.* A refused");
    health_ask(b.health, LEVEL1_LIST, false);
    fake_resolver_deliver_all(b.resolver);
    const struct health_point *points = health_at(b.health, LEVEL1_LIST)->points.at;
    static const struct {
        const char *name;
        enum list_state wanted, state;
        const char *detail;
    } expected[] = {
        {"test point 127.0.0.2", STATE_LISTED, STATE_LISTED, ""},
        {"test point 127.0.0.1", STATE_CLEAR, STATE_ERROR, "refused by 127.0.0.1:53"},
        {"a random label", STATE_CLEAR, STATE_CLEAR, ""},
    };
    assert_int_equal(health_at(b.health, LEVEL1_LIST)->points.count, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_string_equal(points[i].name, expected[i].name);
        assert_int_equal(points[i].wanted, expected[i].wanted);
        assert_int_equal(points[i].state, expected[i].state);
        assert_string_equal(points[i].detail, expected[i].detail);
    }
    close_bench(&b);
}

static void
health_rebind_filter_is_told_from_empty_list(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        bool filtered;
    } cases[] = {
        {"2.0.0.127.* A nodata serial 0", true}, /* unbound, dnsmasq */
        {"2.0.0.127.* A nxdomain serial 0", true},
        {"2.0.0.127.* A refused", true},  /* dnscrypt-proxy */
        {"2.0.0.127.* A servfail", true}, /* BIND */
        {"*.dnsbl-1.* A nodata serial 0\nprobe-* A nxdomain serial 0", true},
        {"", false},
        {"2.0.0.127.* A nxdomain", false}, /* the list is empty */
        {"* A nxdomain serial 0", false},  /* everything is unknown */
        {"* A nodata serial 0", false},
        {"* A refused", false},
        {"2.0.0.127.* A timeout", false},
        {"2.0.0.127.* A data 127.0.0.1", false},
        {"2.0.0.127.* A nodata serial 0\nprobe-* A data 127.0.0.2", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench b;
        open_bench(&b, cases[i].script);
        health_ask(b.health, LEVEL1_LIST, false);
        for (int pause = 0; pause < 2; pause++) { /* negative answers without a SOA are asked for again */
            fake_resolver_deliver_all(b.resolver);
            clock_fake(NOW_MS + 500, WALL_MS + 500);
            loop_turn(b.loop, INT64_MIN);
        }
        assert_false(health_at(b.health, LEVEL1_LIST)->pending);
        if (health_at(b.health, LEVEL1_LIST)->filtered != cases[i].filtered)
            fail_msg("%s: %s", cases[i].script, cases[i].filtered ? "not recognised" : "recognised");
        close_bench(&b);
    }
}

/* ---- once a run ---- */

static void
on_answer(void *arg, const struct answer *answer)
{
    (void)arg, (void)answer;
}

static size_t
questions_after(struct bench *b, int64_t ms, bool again)
{
    clock_fake(NOW_MS + ms, WALL_MS + ms);
    fake_resolver_asked(b->resolver);
    health_ask(b->health, LEVEL1_LIST, again);
    size_t questions = lines_of(fake_resolver_asked(b->resolver));
    fake_resolver_deliver_all(b->resolver);
    return questions;
}

static void
health_passed_is_valid_for_ttl_of_test_points(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        int64_t valid_ms;
    } cases[] = {
        {"2.0.0.127.* A data ttl 900 127.0.0.2\n1.0.0.127.* A nxdomain ttl 600", 600000},
        {"2.0.0.127.* A data ttl 500 127.0.0.2\n1.0.0.127.* A nxdomain ttl 600", 500000},
        {"2.0.0.127.* A data ttl 900 127.0.0.2\n1.0.0.127.* A nxdomain ttl 40\n", HEALTH_VALID_MS},
        {"2.0.0.127.* A data ttl 86400 127.0.0.2\n1.0.0.127.* A nxdomain ttl 86400", HEALTH_VALID_MOST_MS},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench b;
        open_bench(&b, cases[i].script);
        assert_int_equal(questions_after(&b, 0, false), 3);
        assert_int_equal(questions_after(&b, cases[i].valid_ms - 1, false), 0);
        assert_int_equal(questions_after(&b, cases[i].valid_ms, false), 3);
        close_bench(&b);
    }
}

static void
health_asked_again_is_asked_once(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "");
    health_ask(b.health, LEVEL1_LIST, false);
    health_ask(b.health, LEVEL1_LIST, false); /* under way: not twice */
    health_ask(b.health, LEVEL1_LIST, true);
    assert_int_equal(lines_of(fake_resolver_asked(b.resolver)), 3);
    fake_resolver_deliver_all(b.resolver);
    assert_int_equal(questions_after(&b, 0, false), 0);
    assert_int_equal(questions_after(&b, 1, true), 3);
    close_bench(&b);
}

/* While other lists pass, the resolver is not to blame. */
static void
health_failed_alone_rests(void **state)
{
    (void)state;
    static const char *const ills[] = {"* A timeout", "* A data 127.0.0.2", "* A data 127.255.255.254",
                                       "* A data 198.51.100.80"};
    for (size_t i = 0; i < COUNT(ills); i++) {
        struct bench b;
        open_bench(&b, ills[i]);
        health_ask(b.health, LEVEL1_LIST, false);
        fake_resolver_deliver_all(b.resolver);
        assert_false(health_rests(b.health, LEVEL1_LIST)); /* all others may fail, too */
        fake_resolver_say(b.resolver, "*.dnsbl-2.* A nxdomain\n2.0.0.127.dnsbl-2.* A data 127.0.0.2");
        health_ask(b.health, LEVEL2_LIST, false);
        fake_resolver_deliver_all(b.resolver);
        assert_true(health_rests(b.health, LEVEL1_LIST));
        assert_false(health_rests(b.health, LEVEL2_LIST));
        assert_false(health_rests(b.health, LEVEL3_LIST)); /* not asked yet */
        assert_int_equal(questions_after(&b, HEALTH_FAILED_MS, false), 0);
        assert_int_equal(questions_after(&b, HEALTH_REST_MS - 1, false), 0);
        assert_int_equal(questions_after(&b, HEALTH_REST_MS, false), 3);
        assert_int_equal(questions_after(&b, HEALTH_REST_MS + 1, true), 3);
        fake_resolver_say(b.resolver, "* A nxdomain\n2.0.0.127.* A data 127.0.0.2");
        assert_int_equal(questions_after(&b, HEALTH_REST_MS + 2, true), 3);
        assert_false(health_rests(b.health, LEVEL1_LIST));
        close_bench(&b);
    }
}

/* Else a moment's trouble would spoil the run. */
static void
health_failed_retries_after_a_minute(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "* A timeout");
    health_ask(b.health, LEVEL1_LIST, false);
    fake_resolver_deliver_all(b.resolver);
    assert_int_equal(questions_after(&b, HEALTH_FAILED_MS - 1, false), 0);
    assert_int_equal(health_at(b.health, LEVEL1_LIST)->state, STATE_TIMEOUT);
    fake_resolver_say(b.resolver, "* A nxdomain\n2.0.0.127.* A data 127.0.0.2");
    assert_int_equal(questions_after(&b, HEALTH_FAILED_MS, false), 3);
    assert_int_equal(health_at(b.health, LEVEL1_LIST)->state, STATE_CLEAR);
    close_bench(&b);
}

/* After an outage of the network the lists are asked again soon, though some were believed all the time. */
static void
health_failed_after_others_passed_does_not_rest(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "*.dnsbl-1.* A timeout");
    health_ask(b.health, LEVEL2_LIST, false);
    fake_resolver_deliver_all(b.resolver);
    assert_int_equal(questions_after(&b, 1000, false), 3);
    assert_false(health_rests(b.health, LEVEL1_LIST));
    clock_fake(NOW_MS + 21000, WALL_MS + 21000);
    health_ask(b.health, LEVEL2_LIST, true);
    fake_resolver_deliver_all(b.resolver);
    assert_false(health_rests(b.health, LEVEL1_LIST));
    assert_int_equal(questions_after(&b, 1000 + HEALTH_FAILED_MS, false), 3);
    health_ask(b.health, LEVEL2_LIST, true);
    fake_resolver_deliver_all(b.resolver);
    assert_true(health_rests(b.health, LEVEL1_LIST));
    close_bench(&b);
}

/* A list that fails at everything rests; one whose self-test failed for the moment does not. */
static void
health_with_errors_rests_when_all_questions_fail(void **state)
{
    (void)state;
    struct bench b;
    unsigned asked = 3;
    open_bench(&b, "*.dnsbl-1.* A servfail");
    health_ask(b.health, LEVEL2_LIST, false);
    health_ask(b.health, LEVEL1_LIST, false);
    fake_resolver_deliver_all(b.resolver);
    for (; !health_rests(b.health, LEVEL1_LIST) && asked < 100; asked++) {
        health_put(b.health, LEVEL1_LIST, "77.113.0.203." ZONE, RECORD_A, 0, on_answer, NULL);
        fake_resolver_deliver_all(b.resolver);
    }
    assert_in_range(asked, 6, 12);
    fake_resolver_say(b.resolver, "77.113.0.203.* A nxdomain");
    health_put(b.health, LEVEL1_LIST, "77.113.0.203." ZONE, RECORD_A, 0, on_answer, NULL);
    fake_resolver_deliver_all(b.resolver);
    assert_false(health_rests(b.health, LEVEL1_LIST));
    close_bench(&b);
}

static void
health_recheck_keeps_last_state(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "* A refused");
    health_ask(b.health, LEVEL1_LIST, false);
    fake_resolver_deliver_all(b.resolver);
    health_ask(b.health, LEVEL1_LIST, true);
    const struct list_health *list_health = health_at(b.health, LEVEL1_LIST);
    assert_true(list_health->pending && list_health->done);
    assert_int_equal(list_health->state, STATE_ERROR);
    close_bench(&b);
}

/* ---- who listens ---- */

static void
health_listeners_run_in_order(void **state)
{
    (void)state;
    struct bench b;
    struct ear second = {0}, third = {0};
    open_bench(&b, "");
    second.health = third.health = b.health;
    health_listen(b.health, on_proof, &second);
    health_listen(b.health, on_proof, &third);
    health_ask(b.health, LEVEL1_LIST, false);
    fake_resolver_deliver_all(b.resolver);
    assert_string_equal(buf_string(&second.dns_facts), "0 ");
    assert_string_equal(buf_string(&third.dns_facts), "0 ");

    b.ear.sends_away = &third; /* before it is told */
    second.leaves = true;      /* while it is told */
    health_ask(b.health, LEVEL2_LIST, false);
    fake_resolver_deliver_all(b.resolver);
    assert_string_equal(buf_string(&b.ear.dns_facts), "0 1 ");
    assert_string_equal(buf_string(&second.dns_facts), "0 1 ");
    assert_string_equal(buf_string(&third.dns_facts), "0 ");

    health_ask(b.health, LEVEL3_LIST, false);
    fake_resolver_deliver_all(b.resolver);
    assert_string_equal(buf_string(&b.ear.dns_facts), "0 1 2 ");
    assert_string_equal(buf_string(&second.dns_facts), "0 1 ");
    assert_string_equal(buf_string(&third.dns_facts), "0 ");
    buf_free(&second.dns_facts);
    buf_free(&third.dns_facts);
    close_bench(&b);
}

static void
health_free_with_questions_pending_is_safe(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "");
    for (size_t i = 0; i < catalogue_count(catalogue_builtin()); i++)
        health_ask(b.health, catalogue_list(catalogue_builtin(), i), false);
    fake_resolver_deliver(b.resolver, NULL, NULL, 4);
    close_bench(&b); /* asserts that no question is left */
    health_free(NULL);
}

/* ---- other lists ---- */

/* The test points, codes and expected answers come from the catalogue's file. */
static void
health_points_from_file_are_asked(void **state)
{
    static const struct {
        const char *script;
        enum list_state state;
        const char *detail;
    } cases[] = {
        {"2.0.0.127.* A data 127.0.0.99", STATE_CLEAR, ""},
        {"2.0.0.127.* A data 127.0.0.2", STATE_UNHEALTHY, "test point 127.0.0.2: answered 127.0.0.2, not 127.0.0.99"},
        {"2.0.0.127.* A data 127.0.0.99\n5.0.0.127.* A data 127.0.0.4", STATE_UNHEALTHY,
         "the negative test point 127.0.0.5 is listed"},
        {"2.0.0.127.* A data 127.0.0.99\n5.0.0.127.* A data 127.0.0.1", STATE_REFUSED,
         "test point 127.0.0.5: answered 127.0.0.1: ask us first"},
    };
    const char *path = temp_dir_put("lists.conf", "[bl.example]\n"
                                                  "code = 127.0.0.1 refused ask us first\n"
                                                  "test-listed = 127.0.0.2 127.0.0.99\n"
                                                  "test-listed = 127.0.0.3\ntest-listed = 127.0.0.4\n"
                                                  "test-clear = 127.0.0.5\n");
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct catalogue *catalogue = catalogue_new();
        struct bench b;
        struct fault fault;
        assert_true(catalogue_load(catalogue, path, NULL, NULL, &fault));
        assert_true(choose_own_lists(catalogue, false));
        const struct list *list = catalogue_find(catalogue, "bl.example");
        open_bench(&b, cases[i].script);
        struct health *health = health_new(b.loop, b.resolver, catalogue);
        health_ask(health, list, false);
        assert_int_equal(lines_of(fake_resolver_asked(b.resolver)), 3); /* the first points of each kind */
        fake_resolver_deliver_all(b.resolver);
        assert_string_equal(health_at(health, list)->detail, cases[i].detail);
        assert_int_equal(health_at(health, list)->state, cases[i].state);
        health_free(health);
        close_bench(&b);
        catalogue_free(catalogue);
    }
}

/* ---- single answers ---- */

static void
health_read_judges_single_answer(void **state)
{
    (void)state;
    static const struct {
        enum outcome outcome;
        enum list_state state;
        const char *detail;
    } cases[] = {
        {OUTCOME_NODATA, STATE_CLEAR, ""},
        {OUTCOME_NXDOMAIN, STATE_CLEAR, ""},
        {OUTCOME_SERVFAIL, STATE_ERROR, "server failure by [2001:db8::53]:53"},
        {OUTCOME_REFUSED, STATE_ERROR, "refused by [2001:db8::53]:53"},
        {OUTCOME_FORMERR, STATE_ERROR, "question not understood by [2001:db8::53]:53"},
        {OUTCOME_RCODE, STATE_ERROR, "unusual response code by [2001:db8::53]:53"},
        {OUTCOME_MALFORMED, STATE_INVALID, "malformed answer by [2001:db8::53]:53"},
        {OUTCOME_TIMEOUT, STATE_TIMEOUT, "no answer"},
        {OUTCOME_UNREACHABLE, STATE_ERROR, "server unreachable"},
        {OUTCOME_CANCELLED, STATE_UNASKED, "cancelled"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct answer answer = {.outcome = cases[i].outcome};
        struct buf detail = {0};
        struct addr foreign = {0};
        bool silent = i >= COUNT(cases) - 3;
        assert_true(silent || endpoint_parse("[2001:db8::53]:53", &answer.server));
        assert_int_equal(health_read(LEVEL1_LIST, &answer, &detail, &foreign), cases[i].state);
        assert_string_equal(buf_string(&detail), cases[i].detail);
        assert_int_equal(foreign.family, ADDR_NONE);
        buf_free(&detail);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(health_asks_three_questions),
        cmocka_unit_test(health_list_of_domains_has_names_as_test_points),
        cmocka_unit_test(health_label_is_new_each_time),
        cmocka_unit_test(health_is_done_after_third_answer),
        cmocka_unit_test(health_defect_sets_state),
        cmocka_unit_test(health_worst_answer_wins),
        cmocka_unit_test(health_foreign_answer_stays_until_next_check),
        cmocka_unit_test(health_point_reports_answer),
        cmocka_unit_test(health_passed_is_valid_for_ttl_of_test_points),
        cmocka_unit_test(health_asked_again_is_asked_once),
        cmocka_unit_test(health_failed_alone_rests),
        cmocka_unit_test(health_failed_after_others_passed_does_not_rest),
        cmocka_unit_test(health_with_errors_rests_when_all_questions_fail),
        cmocka_unit_test(health_failed_retries_after_a_minute),
        cmocka_unit_test(health_recheck_keeps_last_state),
        cmocka_unit_test(health_rebind_filter_is_told_from_empty_list),
        cmocka_unit_test(health_listeners_run_in_order),
        cmocka_unit_test(health_free_with_questions_pending_is_safe),
        cmocka_unit_test_setup_teardown(health_points_from_file_are_asked, temp_dir_make, temp_dir_remove),
        cmocka_unit_test(health_read_judges_single_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

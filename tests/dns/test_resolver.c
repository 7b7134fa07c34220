/* The resolver against real servers on loopback: the scenario server beside this file, and rbldnsd where it is
 * installed. */
#include "dns_fixture.h"

#include "base/clock.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void
assert_texts(const char *name, enum record_type type, const char *expected)
{
    struct asker asker = {0};
    dns_fixture_ask(name, type, 0, &asker);
    dns_fixture_wait(dns_fixture.answers + 1);
    assert_int_equal(asker.answer.outcome, OUTCOME_DATA);
    assert_string_equal(buf_string(&asker.texts), expected);
    dns_fixture_free(&asker, 1);
}

/* ---- what an answer may be ---- */

static void
outcome_each_is_distinguished(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum outcome outcome;
        int rcode;
        uint32_t ttl, serial;
    } cases[] = {
        {"data.test", OUTCOME_DATA, 0, 77, 0},
        {"nodata.test", OUTCOME_NODATA, 0, 120, 2026070618},
        {"nxdomain.test", OUTCOME_NXDOMAIN, 3, 120, 2026070616},
        {"nosoa.test", OUTCOME_NXDOMAIN, 3, 0, 0},
        {"servfail.test", OUTCOME_SERVFAIL, 2, 0, 0},
        {"refused.test", OUTCOME_REFUSED, 5, 0, 0},
        {"formerr.test", OUTCOME_FORMERR, 1, 0, 0},
        {"notimp.test", OUTCOME_RCODE, 4, 0, 0},
        {"badvers.test", OUTCOME_RCODE, 16, 0, 0},
        {"silence.test", OUTCOME_TIMEOUT, -1, 0, 0},
        {"wrong-id.test", OUTCOME_TIMEOUT, -1, 0, 0},
        {"wrong-question.test", OUTCOME_TIMEOUT, -1, 0, 0},
        {"referral.test", OUTCOME_MALFORMED, 0, 0, 0},
        {"wrong-owner.test", OUTCOME_MALFORMED, 0, 0, 0},
        {"echo.test", OUTCOME_MALFORMED, -1, 0, 0},
        {"garbage.test", OUTCOME_MALFORMED, -1, 0, 0},
    };
    dns_fixture_serve(0,
                      "data.test A ttl=77 data 127.0.0.2\n"
                      "nodata.test A ttl=120 serial=2026070618 nodata\n"
                      "nxdomain.test A ttl=120 serial=2026070616 nxdomain\n"
                      "nosoa.test A nosoa nxdomain\n"
                      "servfail.test A servfail\n"
                      "refused.test A refused\n"
                      "formerr.test A formerr\n"
                      "notimp.test A notimp\n"
                      "badvers.test A badvers\n"
                      "silence.test A silence\n"
                      "wrong-id.test A wrong-id 127.0.0.2\n"
                      "wrong-question.test A wrong-question 127.0.0.2\n"
                      "referral.test A referral\n"
                      "wrong-owner.test A wrong-owner 127.0.0.2\n"
                      "echo.test A echo\n"
                      "garbage.test A garbage \"\\xc0\\x0c\\xc0\\xff\"\n",
                      NULL, NULL);
    dns_fixture_start(1);
    struct asker askers[COUNT(cases)] = {0};
    for (size_t i = 0; i < COUNT(cases); i++)
        dns_fixture_ask(cases[i].name, RECORD_A, 0, &askers[i]);
    dns_fixture_wait(COUNT(cases));
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct answer *a = &askers[i].answer;
        if (a->outcome != cases[i].outcome || a->rcode != cases[i].rcode || a->ttl != cases[i].ttl ||
            a->serial != cases[i].serial)
            fail_msg("%s: %s, rcode %d, ttl %u, serial %u", cases[i].name, outcome_name(a->outcome), a->rcode, a->ttl,
                     a->serial);
        assert_int_equal(askers[i].times, 1);
        buf_free(&askers[i].texts);
    }
}

static void
records_are_complete(void **state)
{
    (void)state;
    struct asker asker = {0};
    dns_fixture_serve(0,
                      "many.test A data 127.0.0.2 127.0.0.10\n"
                      "six.test AAAA data ::ffff:127.0.0.2\n"
                      "texts.test TXT data \"one\" \"in \"+\"parts\" \"\\x1b[31m\"\n"
                      "77.113.0.203.in-addr.arpa PTR data mail.example.org odd\\032name.example.org\n"
                      "alias.test TXT ttl=5 cname second.test\n"
                      "second.test TXT ttl=9 cname texts.test\n",
                      NULL, NULL);
    dns_fixture_start(1);
    dns_fixture_ask("many.test", RECORD_A, 0, &asker);
    dns_fixture_wait(1);
    assert_int_equal(asker.answer.count, 2);
    assert_int_equal(addr_to_v4(&asker.addresses[0]), 0x7f000002);
    assert_int_equal(addr_to_v4(&asker.addresses[1]), 0x7f00000a);
    dns_fixture_ask("six.test", RECORD_AAAA, 0, &asker);
    dns_fixture_wait(2);
    assert_int_equal(asker.answer.count, 1);
    assert_int_equal(asker.addresses[0].family, ADDR_V6);
    dns_fixture_free(&asker, 1);

    assert_texts("texts.test", RECORD_TXT, "one|in parts|\x1b[31m|");
    assert_texts("77.113.0.203.in-addr.arpa", RECORD_PTR, "mail.example.org|odd\\032name.example.org|");
    assert_texts("alias.test", RECORD_TXT, "one|in parts|\x1b[31m|");
    assert_int_equal(dns_fixture_answer("alias.test", RECORD_TXT, 0).ttl, 5);
}

/* What is no packet at all is passed over, or (by newer versions of c-ares) spoils the try; but only for the question
 * that provoked it. */
static void
junk_answer_harms_no_other_question(void **state)
{
    (void)state;
    struct asker askers[20] = {0}, junk = {0};
    dns_fixture_serve(0, "junk.test A raw \"no DNS\"\n* A late=20 data 127.0.0.2\n", NULL, NULL);
    dns_fixture_start(1);
    dns_fixture_ask("junk.test", RECORD_A, 0, &junk);
    dns_fixture_ask_many(askers, COUNT(askers), RECORD_A, 0);
    dns_fixture_wait(COUNT(askers) + 1);
    assert_true(junk.answer.outcome == OUTCOME_TIMEOUT || junk.answer.outcome == OUTCOME_MALFORMED);
    for (size_t i = 0; i < COUNT(askers); i++)
        assert_int_equal(askers[i].answer.outcome, OUTCOME_DATA);
    dns_fixture_free(&junk, 1);
    dns_fixture_free(askers, COUNT(askers));
}

static void
answer_names_server(void **state)
{
    (void)state;
    dns_fixture_serve(0, "* * nxdomain\n", NULL, NULL);
    dns_fixture_start(1);
    struct answer a = dns_fixture_answer("x.test", RECORD_A, 0);
    size_t count;
    const struct endpoint *servers = resolver_servers(dns_fixture.resolver, &count);
    assert_int_equal(count, 1);
    assert_true(endpoint_equal(&a.server, &servers[0]));
    assert_int_equal(a.tries, 1);
    assert_true(a.rtt_us > 0);
    assert_true(a.at_ms > 0);
    assert_false(a.remembered);
    assert_false(a.tcp);
}

static void
name_unaskable_is_not_sent(void **state)
{
    (void)state;
    static const char *const names[] = {
        "a..b",
        ".a",
        "label-of-more-than-sixty-three-bytes-label-of-more-than-sixty-three-bytes.test",
        "x.onion",
    };
    dns_fixture_serve(0, "* * nxdomain\n", NULL, NULL);
    dns_fixture_start(1);
    for (size_t i = 0; i < COUNT(names); i++) {
        struct answer a = dns_fixture_answer(names[i], RECORD_A, 0);
        assert_int_equal(a.outcome, OUTCOME_FORMERR);
        assert_int_equal(a.rcode, -1);
        assert_int_equal(a.tries, 0);
    }
    assert_int_equal(dns_fixture_counts().sent, 0);
    assert_int_equal(dns_fixture_asked(0), 0);
}

/* ---- silence, trouble, other servers ---- */

static void
silence_is_retried(void **state)
{
    (void)state;
    dns_fixture_serve(0,
                      "once.test A times=1 silence\n"
                      "once.test A data 127.0.0.2\n"
                      "never.test A silence\n"
                      "late.test A times=1 late=1600 data 127.0.0.3\n"
                      "late.test A data 127.0.0.4\n",
                      NULL, NULL);
    dns_fixture_start(1);
    struct answer a = dns_fixture_answer("once.test", RECORD_A, 0);
    assert_int_equal(a.outcome, OUTCOME_DATA);
    assert_int_equal(a.tries, 2);
    assert_int_equal(dns_fixture_counts().timeouts, 1);

    struct asker late = {0}, never = {0};
    dns_fixture_ask("late.test", RECORD_A, 0, &late);
    dns_fixture_ask("never.test", RECORD_A, 0, &never);
    dns_fixture_wait(3);
    assert_int_equal(late.times, 1);
    assert_int_equal(addr_to_v4(&late.addresses[0]), 0x7f000004);
    assert_int_equal(never.answer.outcome, OUTCOME_TIMEOUT);
    assert_in_range(never.answer.tries, 3, 12); /* a server that lost some gets six seconds */
    assert_int_equal(never.answer.rtt_us, -1);
    assert_int_equal(never.answer.server.addr.family, ADDR_NONE);
    dns_fixture_free(&late, 1);
    dns_fixture_free(&never, 1);
    assert_int_equal(dns_fixture_counts().sent, dns_fixture_counts().answered + dns_fixture_counts().timeouts);
}

/* A server that answered fast and is away for a moment loses nothing; but one that answers what was sent later does. */
static void
busy_server_is_asked_once(void **state)
{
    (void)state;
    struct asker busy[20] = {0}, lost = {0};
    dns_fixture_serve(0,
                      "fast.test A data 127.0.0.2\n"
                      "lost.test A times=1 silence\n"
                      "lost.test A data 127.0.0.2\n"
                      "* A late=350 data 127.0.0.2\n",
                      NULL, NULL);
    dns_fixture_start(1);
    for (unsigned i = 0; i < 3; i++)
        dns_fixture_answer("fast.test", RECORD_A, RESOLVER_FRESH);
    dns_fixture_ask_many(busy, COUNT(busy), RECORD_A, 0);
    dns_fixture_wait(3 + COUNT(busy));
    assert_int_equal(dns_fixture_counts().timeouts, 0);

    dns_fixture_ask("lost.test", RECORD_A, 0, &lost);
    dns_fixture_answer("fast.test", RECORD_A, RESOLVER_FRESH);
    dns_fixture_wait(3 + COUNT(busy) + 2);
    assert_int_equal(lost.answer.tries, 2);
    assert_int_equal(dns_fixture_asked(0), 3 + COUNT(busy) + 3);
    dns_fixture_free(&lost, 1);
    dns_fixture_free(busy, COUNT(busy));
}

static void
closed_port_is_unreachable(void **state)
{
    (void)state;
    dns_fixture_serve_nothing(0);
    dns_fixture_start(1);
    struct answer a = dns_fixture_answer("x.test", RECORD_A, 0);
    assert_int_equal(a.outcome, OUTCOME_UNREACHABLE);
    assert_int_equal(a.rcode, -1);
}

static void
failed_server_moves_to_next(void **state)
{
    (void)state;
    dns_fixture_serve(0,
                      "servfail.test A servfail\n"
                      "refused.test A refused\n"
                      "notimp.test A notimp\n"
                      "nonsense.test A garbage\n"
                      "nxdomain.test A nxdomain\n"
                      "both.test A refused\n",
                      NULL, NULL);
    dns_fixture_serve(1,
                      "both.test A servfail\n"
                      "* A data 127.0.0.2\n",
                      NULL, NULL);
    dns_fixture_start(2);
    static const char *const names[] = {"servfail.test", "refused.test", "notimp.test", "nonsense.test"};
    size_t count;
    struct endpoint second = resolver_servers(dns_fixture.resolver, &count)[1];
    struct answer last = dns_fixture_answer("both.test", RECORD_A, 0);
    assert_int_equal(last.outcome, OUTCOME_SERVFAIL);
    assert_in_range(last.tries, 3, 4); /* a refusal twice, unless the domain is known to be refused */
    for (size_t i = 0; i < COUNT(names); i++) {
        struct answer a = dns_fixture_answer(names[i], RECORD_A, 0);
        assert_int_equal(a.outcome, OUTCOME_DATA);
        assert_in_range(a.tries, 2, 3); /* newer versions of c-ares: nonsense twice */
        assert_true(endpoint_equal(&a.server, &second));
    }
    assert_int_equal(dns_fixture_answer("nxdomain.test", RECORD_A, 0).outcome, OUTCOME_NXDOMAIN);
    assert_in_range(dns_fixture_asked(1), COUNT(names) + 1, COUNT(names) + 2);
}

static void
error_outranks_silence(void **state)
{
    (void)state;
    dns_fixture_serve(0, "* A refused\n", NULL, NULL);
    dns_fixture_serve(1, "* A silence\n", NULL, NULL);
    dns_fixture_serve_nothing(2);
    dns_fixture_start(3);
    struct answer a = dns_fixture_answer("x.test", RECORD_A, 0);
    assert_int_equal(a.outcome, OUTCOME_REFUSED);
    assert_int_equal(a.rcode, 5);
    assert_int_equal(a.tries, 5);
}

static void
silent_server_costs_one_timeout(void **state)
{
    (void)state;
    struct asker askers[20] = {0};
    dns_fixture_serve(0, "* A silence\n", NULL, NULL);
    dns_fixture_serve(1, "* A nxdomain\n", NULL, NULL);
    dns_fixture.options.window = 2;
    dns_fixture_start(2);
    dns_fixture_ask_many(askers, COUNT(askers), RECORD_A, 0);
    dns_fixture_wait(COUNT(askers));
    for (size_t i = 0; i < COUNT(askers); i++) {
        assert_int_equal(askers[i].answer.outcome, OUTCOME_NXDOMAIN);
        buf_free(&askers[i].texts);
    }
    assert_int_equal(dns_fixture_answer("later.test", RECORD_A, 0).tries, 1);
    assert_int_equal(dns_fixture_counts().timeouts, 2);
    assert_int_equal(dns_fixture_asked(0), 2);
}

/* One name that it does not answer says nothing about a server that answers all others. */
static void
answering_server_is_kept(void **state)
{
    (void)state;
    struct asker askers[10] = {0}, silent = {0};
    dns_fixture_serve(0, "silent.test A silence\n* A late=50 nxdomain\n", NULL, NULL);
    dns_fixture_serve(1, "silent.test A data 127.0.0.2\n", NULL, NULL);
    dns_fixture_start(2);
    dns_fixture_ask("silent.test", RECORD_A, 0, &silent);
    dns_fixture_ask_many(askers, COUNT(askers), RECORD_A, 0);
    dns_fixture_wait(COUNT(askers) + 1);
    assert_int_equal(silent.answer.outcome, OUTCOME_DATA);
    assert_int_equal(silent.answer.tries, 2);
    assert_int_equal(dns_fixture_answer("later.test", RECORD_A, 0).outcome, OUTCOME_NXDOMAIN);
    assert_int_equal(dns_fixture_asked(1), 1);
    dns_fixture_free(&silent, 1);
    dns_fixture_free(askers, COUNT(askers));
}

/* ---- limits, and servers that come and go ---- */

/* Asks so many questions and expects the answers of a server without limits. */
static void
assert_all_answered(size_t count)
{
    struct asker *askers = mem_zero(count * sizeof *askers);
    dns_fixture_ask_many(askers, count, RECORD_A, RESOLVER_FORGET);
    dns_fixture_wait((unsigned)count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(askers[i].answer.outcome, OUTCOME_NXDOMAIN);
    dns_fixture_free(askers, count);
    free(askers);
}

static void
limited_server_answers_everything(void **state)
{
    static const char *const limits[] = {
        "--limit rate=50,drop",
        "--limit rate=50,refuse",
        "--limit rate=30/2,refuse",
        "--delay 20 --limit inflight=40,drop",
        "--delay 20 --limit inflight=40,refuse",
        "--gap 1-700",
    };
    for (size_t i = 0; i < COUNT(limits); i++) {
        dns_fixture_serve(0, "* A nxdomain\n", limits[i], NULL);
        dns_fixture_start(1);
        assert_all_answered(100);
        dns_fixture_close(state);
        dns_fixture_open(state);
    }
}

static void
trouble_of_a_moment_is_asked_again(void **state)
{
    (void)state;
    dns_fixture_serve(0,
                      "servfail.test A times=1 servfail\n"
                      "refused.test A times=1 refused\n"
                      "* A nxdomain\n",
                      NULL, NULL);
    dns_fixture_start(1);
    assert_int_equal(dns_fixture_answer("x.test", RECORD_A, 0).outcome, OUTCOME_NXDOMAIN);
    assert_int_equal(dns_fixture_answer("servfail.test", RECORD_A, 0).outcome, OUTCOME_NXDOMAIN);
    assert_int_equal(dns_fixture_answer("refused.test", RECORD_A, 0).outcome, OUTCOME_NXDOMAIN);
}

/* All questions at once, the domain of some is refused: only these are, and the others do not wait for them. */
static void
refused_domain_is_refused(void **state)
{
    (void)state;
    struct asker askers[40] = {0}, refused[10] = {0};
    dns_fixture_serve(0, "*.policy.test A refused\n* A nxdomain\n", NULL, NULL);
    dns_fixture_start(1);
    for (size_t i = 0; i < COUNT(refused); i++) {
        char name[32];
        snprintf(name, sizeof name, "%zu.a.policy.test", i);
        dns_fixture_ask(name, RECORD_A, 0, &refused[i]);
    }
    dns_fixture_ask_many(askers, COUNT(askers), RECORD_A, 0);
    dns_fixture_wait(COUNT(askers) + COUNT(refused));
    for (size_t i = 0; i < COUNT(refused); i++)
        assert_int_equal(refused[i].answer.outcome, OUTCOME_REFUSED);
    for (size_t i = 0; i < COUNT(askers); i++)
        assert_int_equal(askers[i].answer.outcome, OUTCOME_NXDOMAIN);
    dns_fixture_free(askers, COUNT(askers));
    dns_fixture_free(refused, COUNT(refused));
}

static struct buf reports;

static void
note_report(void *arg, const char *sentence)
{
    (void)arg;
    buf_format(&reports, "%s\n", sentence);
}

/* Names whose own servers are dead say nothing about a server that answers others, however long it takes. */
static void
dead_names_do_not_end_the_others(void **state)
{
    (void)state;
    struct asker dead[3] = {0};
    dns_fixture_serve(0, "dead.test * silence\nmx.dead.test * silence\n* A nxdomain\n", NULL, NULL);
    dns_fixture.options.timeout_ms = 1600;
    dns_fixture_start(1);
    assert_int_equal(dns_fixture_answer("first.test", RECORD_A, 0).outcome, OUTCOME_NXDOMAIN);
    dns_fixture_ask("dead.test", RECORD_TXT, 0, &dead[0]);
    dns_fixture_ask("dead.test", RECORD_A, 0, &dead[1]);
    dns_fixture_ask("mx.dead.test", RECORD_A, 0, &dead[2]);
    dns_fixture_wait(1 + COUNT(dead));
    for (size_t i = 0; i < COUNT(dead); i++)
        assert_int_equal(dead[i].answer.outcome, OUTCOME_TIMEOUT);
    assert_int_equal(dns_fixture_counts().silences, 0);
    assert_int_equal(dns_fixture_answer("later.test", RECORD_A, 0).outcome, OUTCOME_NXDOMAIN);
    dns_fixture_free(dead, COUNT(dead));
}

/* What waits for a silent server ends with what was asked; then a test notices that it is back. */
static void
silent_server_is_given_up(void **state)
{
    (void)state;
    static struct asker askers[2000];
    dns_fixture_serve(0, "* A silence\n", NULL, NULL);
    dns_fixture.options.timeout_ms = 300;
    dns_fixture_start(1);
    resolver_on_report(dns_fixture.resolver, note_report, NULL);
    dns_fixture_ask_many(askers, COUNT(askers), RECORD_A, RESOLVER_FORGET);
    dns_fixture_wait(COUNT(askers));
    for (size_t i = 0; i < COUNT(askers); i++)
        assert_int_equal(askers[i].answer.outcome, OUTCOME_TIMEOUT);
    assert_true(dns_fixture_counts().silences > 0);
    assert_true(dns_fixture_counts().sent < 200);
    assert_non_null(strstr(buf_string(&reports), "gave no answer to"));
    assert_int_equal(dns_fixture_answer("x.test", RECORD_A, 0).tries, 0);
    assert_int_equal(dns_fixture_answer("y.test", RECORD_A, RESOLVER_FRESH).tries, 1);
    dns_fixture_free(askers, COUNT(askers));
    buf_free(&reports);
}

/* ---- the system's servers ---- */

static void
write_system_file(const char *path, const char *format, unsigned port)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fprintf(out, format, port);
    assert_int_equal(fclose(out), 0);
}

static void
changed_system_file_is_followed(void **state)
{
    (void)state;
    char path[] = "/tmp/whylisted-resolv-XXXXXX";
    struct asker askers[2] = {0};
    struct fault fault;
    close(mkstemp(path));
    dns_fixture_serve(0, "* A data 127.0.0.2\n", NULL, NULL);
    dns_fixture_serve(1, "* A nxdomain\n", NULL, NULL);
    dns_fixture.options.system_file = path;
    write_system_file(path, "nameserver [127.0.0.1]:1\nnameserver 127.0.0.1:%u\n", dns_fixture_port(0));
    dns_fixture.resolver = resolver_new(dns_fixture.loop, &dns_fixture.options, &fault);
    resolver_on_report(dns_fixture.resolver, note_report, NULL);
    assert_non_null(strstr(buf_string(&reports), ":1: nameserver '[127.0.0.1]:1' is not used"));
    assert_int_equal(dns_fixture_answer("x.test", RECORD_A, 0).outcome, OUTCOME_DATA);

    dns_fixture_ask("y.test", RECORD_A, 0, &askers[0]);
    write_system_file(path, "options edns0 use-vc\nnameserver 127.0.0.1:%u\n", dns_fixture_port(1));
    dns_fixture_ask("x.test", RECORD_A, RESOLVER_FRESH, &askers[1]);
    dns_fixture_wait(3);
    for (size_t i = 0; i < COUNT(askers); i++) {
        assert_int_equal(askers[i].answer.outcome, OUTCOME_NXDOMAIN);
        assert_true(askers[i].answer.tcp);
    }
    assert_non_null(strstr(buf_string(&reports), "has changed: asking tcp:127.0.0.1:"));

    buf_clear(&reports);
    write_system_file(path, "# none\n", 0);
    assert_int_equal(dns_fixture_answer("x.test", RECORD_A, RESOLVER_FRESH).outcome, OUTCOME_NXDOMAIN);
    assert_non_null(strstr(buf_string(&reports), "names no resolver"));
    unlink(path);
    buf_free(&reports);
    dns_fixture_free(askers, COUNT(askers));
}

/* ---- truncation and EDNS ---- */

static void
server_that_drops_edns_is_asked_without(void **state)
{
    (void)state;
    dns_fixture_serve(0, "* A nxdomain\n", "--edns drop", NULL);
    dns_fixture_start(1);
    assert_all_answered(100);
    unsigned timeouts = (unsigned)dns_fixture_counts().timeouts;
    assert_in_range(timeouts, 1, 70); /* the first window, and one test */
    assert_int_equal(dns_fixture_answer("later.test", RECORD_A, 0).tries, 1);
}

static void
server_that_loses_first_questions_keeps_edns(void **state)
{
    (void)state;
    dns_fixture_serve(0, "long.test TXT data \"text\"\n* A times=64 silence\n* A nxdomain\n", NULL, NULL);
    dns_fixture_start(1);
    assert_all_answered(64);
    dns_fixture_answer("test.test", RECORD_A, 0);
    assert_false(dns_fixture_answer("long.test", RECORD_TXT, 0).partial);
}

static void
formerr_without_question_is_understood(void **state)
{
    (void)state;
    dns_fixture_serve(0, "old.test A times=1 formerr-bare\nold.test A data 127.0.0.2\nbad.test A formerr-bare\n", NULL,
                      NULL);
    dns_fixture_start(1);
    assert_int_equal(dns_fixture_answer("old.test", RECORD_A, 0).outcome, OUTCOME_DATA);
    assert_int_equal(dns_fixture_answer("bad.test", RECORD_A, 0).outcome, OUTCOME_FORMERR);
}

static void
stripped_edns_makes_full_answer_partial(void **state)
{
    (void)state;
    struct buf scenario = {0};
    buf_text(&scenario, "short.test TXT data \"text\"\nfull.test TXT data");
    for (int i = 0; i < 3; i++)
        buf_format(&scenario, " \"%d%0180d\"", i, 0);
    buf_byte(&scenario, '\n');
    dns_fixture_serve(0, buf_string(&scenario), "--edns strip", NULL);
    buf_free(&scenario);
    dns_fixture_start(1);
    struct answer full = dns_fixture_answer("full.test", RECORD_TXT, 0);
    assert_int_equal(full.count, 2);
    assert_true(full.partial);
    assert_false(dns_fixture_answer("short.test", RECORD_TXT, 0).partial);
}

static void
server_by_tcp_alone_is_asked_by_tcp(void **state)
{
    (void)state;
    dns_fixture_serve(0, "* A nxdomain\n", "--no-udp", NULL);
    dns_fixture.options.servers[0].tcp = true;
    dns_fixture_start(1);
    assert_all_answered(300);
    assert_true(dns_fixture_answer("x.test", RECORD_A, 0).tcp);
}

static void
truncated_answer_retries_over_tcp(void **state)
{
    (void)state;
    dns_fixture_serve(0,
                      "short.test TXT truncated \"by tcp\"\n"
                      "again.test TXT truncated \"by tcp too\"\n"
                      "denied.test TXT truncated\n",
                      NULL, NULL);
    dns_fixture_start(1);
    struct answer a = dns_fixture_answer("short.test", RECORD_TXT, 0);
    assert_int_equal(a.outcome, OUTCOME_DATA);
    assert_true(a.tcp);
    assert_int_equal(a.tries, 2);
    assert_texts("again.test", RECORD_TXT, "by tcp too|");
    assert_int_equal(dns_fixture_answer("denied.test", RECORD_TXT, 0).outcome, OUTCOME_NODATA);
}

/* Without TCP a truncated answer is none; and the questions beside it do not suffer. */
static void
truncated_answer_without_tcp_fails(void **state)
{
    (void)state;
    struct asker askers[50] = {0}, cut = {0};
    dns_fixture_serve(0,
                      "cut.test TXT truncated \"never seen\"\n"
                      "* TXT late=100 data \"whole\"\n",
                      "--no-tcp", NULL);
    dns_fixture_start(1);
    for (size_t i = 0; i < COUNT(askers); i++) {
        char name[32];
        snprintf(name, sizeof name, "%zu.test", i);
        dns_fixture_ask(name, RECORD_TXT, 0, &askers[i]);
    }
    dns_fixture_ask("cut.test", RECORD_TXT, 0, &cut);
    dns_fixture_wait(COUNT(askers) + 1);
    assert_int_equal(cut.answer.outcome, OUTCOME_UNREACHABLE);
    assert_true(cut.answer.tcp);
    for (size_t i = 0; i < COUNT(askers); i++) {
        assert_int_equal(askers[i].answer.outcome, OUTCOME_DATA);
        assert_int_equal(askers[i].answer.tries, 1);
        buf_free(&askers[i].texts);
    }
    buf_free(&cut.texts);
}

static void
server_without_edns_is_understood(void **state)
{
    (void)state;
    struct asker askers[30] = {0};
    dns_fixture_serve(0, "* A old 127.0.0.2\n", NULL, NULL);
    dns_fixture_start(1);
    dns_fixture_ask_many(askers, COUNT(askers), RECORD_A, 0);
    dns_fixture_wait(COUNT(askers));
    for (size_t i = 0; i < COUNT(askers); i++) {
        assert_int_equal(askers[i].answer.outcome, OUTCOME_DATA);
        buf_free(&askers[i].texts);
    }
    assert_int_equal(dns_fixture_answer("later.test", RECORD_A, 0).tries, 1);
}

/* A FORMERR that had nothing to do with EDNS must not cost us the long answers after it. */
static void
formerr_retries_without_edns(void **state)
{
    (void)state;
    struct buf scenario = {0};
    buf_text(&scenario, "bad.test TXT formerr\nlong.test TXT data");
    for (char letter = 'a'; letter < 'e'; letter++) {
        buf_text(&scenario, " \"");
        for (int i = 0; i < 250; i++)
            buf_byte(&scenario, letter);
        buf_text(&scenario, "\"");
    }
    buf_text(&scenario, "\n");
    dns_fixture_serve(0, buf_string(&scenario), NULL, NULL);
    buf_free(&scenario);
    dns_fixture_start(1);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(dns_fixture_answer("bad.test", RECORD_TXT, RESOLVER_FRESH).outcome, OUTCOME_FORMERR);
        struct answer a = dns_fixture_answer("long.test", RECORD_TXT, RESOLVER_FRESH);
        assert_int_equal(a.outcome, OUTCOME_DATA);
        assert_int_equal(a.count, 4);
        assert_false(a.tcp);
    }
}

/* ---- window, order, pace ---- */

static void
window_is_filled_never_exceeded(void **state)
{
    (void)state;
    static struct asker askers[400];
    unsigned asked, held;
    dns_fixture_serve(0, "* A nxdomain\n", "--delay", "50");
    dns_fixture.options.window = RESOLVER_WINDOW;
    dns_fixture_start(1);
    dns_fixture_ask_many(askers, COUNT(askers), RECORD_A, RESOLVER_FORGET);
    while (dns_fixture.answers < COUNT(askers)) {
        assert_true(loop_turn(dns_fixture.loop, INT64_MAX));
        assert_true(dns_fixture_counts().in_flight <= RESOLVER_WINDOW);
        assert_int_equal(dns_fixture_counts().in_flight + dns_fixture_counts().waiting + dns_fixture.answers,
                         COUNT(askers));
    }
    for (size_t i = 0; i < COUNT(askers); i++) {
        assert_int_equal(askers[i].times, 1);
        assert_int_equal(askers[i].answer.outcome, OUTCOME_NXDOMAIN);
    }
    dns_fixture_free(askers, COUNT(askers));
    dns_fixture_account(0, &asked, &held);
    assert_int_equal(asked, COUNT(askers));
    assert_int_equal(held, RESOLVER_WINDOW);
}

static size_t order[32];

static void
note_order(void *arg, const struct answer *answer)
{
    (void)answer;
    order[dns_fixture.answers++] = *(const size_t *)arg;
}

static void
queued_questions_keep_order(void **state)
{
    (void)state;
    size_t numbers[COUNT(order)];
    dns_fixture_serve(0, "* A nxdomain\n", NULL, NULL);
    dns_fixture.options.window = 1;
    dns_fixture_start(1);
    for (size_t i = 0; i < COUNT(order); i++) {
        char name[32];
        numbers[i] = i;
        snprintf(name, sizeof name, "%zu.test", i);
        resolver_ask(dns_fixture.resolver, name, RECORD_A, 0, note_order, &numbers[i]);
    }
    dns_fixture_wait(COUNT(order));
    for (size_t i = 0; i < COUNT(order); i++)
        assert_int_equal(order[i], i);
}

/* ---- asked once ---- */

static void
same_question_is_sent_once(void **state)
{
    (void)state;
    struct asker askers[4] = {0};
    dns_fixture_serve(0, "x.test A late=50 data 127.0.0.2\nx.test TXT data \"text\"\n", NULL, NULL);
    dns_fixture_start(1);
    dns_fixture_ask("x.test", RECORD_A, 0, &askers[0]);
    dns_fixture_ask("X.Test.", RECORD_A, 0, &askers[1]);
    dns_fixture_ask("x.test", RECORD_TXT, 0, &askers[2]);
    loop_turn(dns_fixture.loop, INT64_MAX);
    dns_fixture_ask("x.test", RECORD_A, RESOLVER_FRESH, &askers[3]);
    dns_fixture_wait(4);
    for (size_t i = 0; i < COUNT(askers); i++) {
        assert_int_equal(askers[i].times, 1);
        assert_int_equal(askers[i].answer.outcome, OUTCOME_DATA);
        assert_false(askers[i].answer.remembered);
        buf_free(&askers[i].texts);
    }
    struct answer again = dns_fixture_answer("x.test", RECORD_A, 0);
    assert_true(again.remembered);
    assert_int_equal(again.outcome, OUTCOME_DATA);
    assert_int_equal(again.count, 1);
    assert_int_equal(dns_fixture_counts().asked, 5);
    assert_int_equal(dns_fixture_counts().remembered, 3);
    assert_int_equal(dns_fixture_counts().sent, 2);
    assert_int_equal(dns_fixture_asked(0), 2);
}

static void
flags_control_answer_cache(void **state)
{
    (void)state;
    dns_fixture_serve(0,
                      "x.test A times=1 data 127.0.0.2\n"
                      "x.test A data 127.0.0.3 127.0.0.4\n"
                      "* A nxdomain\n",
                      NULL, NULL);
    dns_fixture_start(1);
    assert_int_equal(dns_fixture_answer("x.test", RECORD_A, 0).count, 1);
    assert_int_equal(dns_fixture_answer("x.test", RECORD_A, RESOLVER_FORGET).count, 2);
    assert_int_equal(dns_fixture_answer("x.test", RECORD_A, 0).count, 1);
    assert_int_equal(dns_fixture_answer("x.test", RECORD_A, RESOLVER_FRESH).count, 2);
    assert_int_equal(dns_fixture_answer("x.test", RECORD_A, 0).count, 2);
    assert_false(dns_fixture_answer("y.test", RECORD_A, RESOLVER_FORGET).remembered);
    assert_false(dns_fixture_answer("y.test", RECORD_A, 0).remembered);
    assert_true(dns_fixture_answer("y.test", RECORD_A, 0).remembered);
    assert_int_equal(dns_fixture_asked(0), 5);
}

static void
failure_is_cached_briefly(void **state)
{
    (void)state;
    dns_fixture_serve(0, "* A silence\n", NULL, NULL);
    dns_fixture_start(1);
    assert_false(dns_fixture_answer("x.test", RECORD_A, 0).remembered);
    struct answer a = dns_fixture_answer("x.test", RECORD_A, 0);
    assert_true(a.remembered);
    assert_int_equal(a.outcome, OUTCOME_TIMEOUT);
    assert_int_equal(dns_fixture_asked(0), 2);
}

static void
without_cache_everything_is_asked(void **state)
{
    (void)state;
    dns_fixture_serve(0, "* A nxdomain\n", NULL, NULL);
    dns_fixture.options.answer_cache = 0;
    dns_fixture_start(1);
    assert_false(dns_fixture_answer("x.test", RECORD_A, 0).remembered);
    assert_false(dns_fixture_answer("x.test", RECORD_A, 0).remembered);
}

/* ---- askers that go away ---- */

static void
forgotten_caller_is_not_called(void **state)
{
    (void)state;
    struct asker gone = {0}, stays = {0};
    dns_fixture_serve(0, "* A late=50 data 127.0.0.2\n", NULL, NULL);
    dns_fixture.options.window = 1;
    dns_fixture_start(1);
    dns_fixture_ask("shared.test", RECORD_A, 0, &gone);
    dns_fixture_ask("shared.test", RECORD_A, 0, &stays);
    dns_fixture_ask("alone.test", RECORD_A, 0, &gone);
    loop_turn(dns_fixture.loop, INT64_MAX);
    dns_fixture_ask("not-begun.test", RECORD_A, 0, &gone);
    resolver_forget(dns_fixture.resolver, &gone);
    assert_int_equal(dns_fixture_counts().waiting, 0);
    dns_fixture_wait(1);
    dns_fixture_drain();
    assert_int_equal(gone.times, 0);
    assert_int_equal(stays.times, 1);
    buf_free(&stays.texts);
    assert_int_equal(dns_fixture_asked(0), 1);
}

/* What was asked for somebody who went away is still worth remembering. */
static void
answer_to_forgotten_caller_is_cached(void **state)
{
    (void)state;
    struct asker gone = {0};
    dns_fixture_serve(0, "* A late=50 data 127.0.0.2\n", NULL, NULL);
    dns_fixture_start(1);
    dns_fixture_ask("x.test", RECORD_A, 0, &gone);
    loop_turn(dns_fixture.loop, INT64_MAX);
    resolver_forget(dns_fixture.resolver, &gone);
    dns_fixture_drain();
    assert_true(dns_fixture_answer("x.test", RECORD_A, 0).remembered);
}

static struct asker left, right;

static void
send_other_away(void *arg, const struct answer *answer)
{
    (void)answer;
    dns_fixture.answers++;
    resolver_forget(dns_fixture.resolver, arg == &left ? &right : &left);
}

/* Two wait for one question, and the first to be called makes the other forget it. */
static void
callback_may_forget_other_caller(void **state)
{
    (void)state;
    dns_fixture_serve(0, "* A nxdomain\n", NULL, NULL);
    dns_fixture_start(1);
    resolver_ask(dns_fixture.resolver, "x.test", RECORD_A, 0, send_other_away, &left);
    resolver_ask(dns_fixture.resolver, "x.test", RECORD_A, 0, send_other_away, &right);
    dns_fixture_drain();
    assert_int_equal(dns_fixture.answers, 1);
}

/* Asks once more when it is cancelled. */
static void
insist(void *arg, const struct answer *answer)
{
    struct asker *asker = arg;
    dns_fixture.answers++;
    asker->answer = *answer;
    if (asker->times++ == 0)
        resolver_ask(dns_fixture.resolver, "again.test", RECORD_A, 0, insist, asker);
}

static void
free_answers_every_caller_once(void **state)
{
    (void)state;
    enum { WINDOW = 10 };
    struct asker askers[40] = {0}, stubborn = {0}, by_tcp = {0}, joined = {0};
    dns_fixture_serve(0, "cut.test A truncated\n* A silence\n", NULL, NULL);
    dns_fixture.options.window = WINDOW;
    dns_fixture_start(1);
    dns_fixture_ask("cut.test", RECORD_A, 0, &by_tcp);
    dns_fixture_ask_many(askers, COUNT(askers) - 1, RECORD_A, 0);
    dns_fixture_ask("0.test", RECORD_A, 0, &joined);
    loop_turn(dns_fixture.loop, INT64_MAX);
    assert_int_equal(dns_fixture_counts().in_flight, WINDOW);
    dns_fixture_ask("not-begun.test", RECORD_A, 0, &askers[COUNT(askers) - 1]);
    resolver_ask(dns_fixture.resolver, "stubborn.test", RECORD_A, 0, insist, &stubborn);
    resolver_free(dns_fixture.resolver);
    dns_fixture.resolver = NULL;

    for (size_t i = 0; i < COUNT(askers); i++) {
        assert_int_equal(askers[i].times, 1);
        assert_int_equal(askers[i].answer.outcome, OUTCOME_CANCELLED);
    }
    assert_int_equal(by_tcp.times, 1);
    assert_int_equal(joined.times, 1);
    assert_int_equal(joined.answer.outcome, OUTCOME_CANCELLED);
    assert_int_equal(stubborn.times, 2);
    assert_int_equal(stubborn.answer.outcome, OUTCOME_CANCELLED);
    assert_false(loop_turn(dns_fixture.loop, INT64_MAX));
    dns_fixture_free(askers, COUNT(askers));
    dns_fixture_free(&by_tcp, 1);
    dns_fixture_free(&joined, 1);
}

/* When everything is answered there is nothing to wait for, though the sockets stay open. */
static void
idle_resolver_has_no_timer(void **state)
{
    (void)state;
    dns_fixture_serve(0, "* A nxdomain\n", NULL, NULL);
    dns_fixture_start(1);
    assert_false(loop_turn(dns_fixture.loop, INT64_MAX));
    dns_fixture_answer("x.test", RECORD_A, 0);
    dns_fixture_drain();
    assert_int_equal(dns_fixture_answer("y.test", RECORD_A, 0).outcome, OUTCOME_NXDOMAIN);
    assert_int_equal(dns_fixture_counts().in_flight + dns_fixture_counts().waiting, 0);
}

static void
system_servers_or_fault(void **state)
{
    (void)state;
    struct fault fault = {""};
    dns_fixture.options.server_count = 0;
    dns_fixture.resolver = resolver_new(dns_fixture.loop, &dns_fixture.options, &fault);
    if (dns_fixture.resolver) {
        size_t count;
        const struct endpoint *servers = resolver_servers(dns_fixture.resolver, &count);
        assert_true(count > 0 && servers[0].port > 0);
    } else {
        assert_non_null(strstr(fault.text, "--resolver"));
    }
}

/* ---- rbldnsd ---- */

static char *
long_zone(void)
{
    struct buf zone = {0};
    buf_text(&zone, "$SOA 3600 ns.example.net hostmaster.example.net 2026070618 3600 600 86400 120\n"
                    "$TTL 2100\n:127.0.0.2:\n127.0.0.2 :127.0.0.2:Test Record\n203.0.113.5\n");
    for (int i = 0; i < 6; i++)
        buf_format(&zone, "198.51.100.0/24 :127.0.0.2:%d %0240d\n", i, 0);
    return buf_take(&zone);
}

static void
rbldnsd_answers_are_understood(void **state)
{
    (void)state;
    char *zone = long_zone();
    bool up = dns_fixture_serve_zone(0, "list.test", zone);
    free(zone);
    if (!up)
        skip();
    dns_fixture_start(1);
    struct answer listed = dns_fixture_answer("2.0.0.127.list.test", RECORD_A, 0);
    assert_int_equal(listed.outcome, OUTCOME_DATA);
    assert_int_equal(listed.ttl, 2100);
    assert_texts("2.0.0.127.list.test", RECORD_TXT, "Test Record|");

    struct answer clear = dns_fixture_answer("1.0.0.127.list.test", RECORD_A, 0);
    assert_int_equal(clear.outcome, OUTCOME_NXDOMAIN);
    assert_int_equal(clear.ttl, 120);
    assert_int_equal(clear.serial, 2026070618);

    assert_int_equal(dns_fixture_answer("5.113.0.203.list.test", RECORD_TXT, 0).outcome, OUTCOME_NODATA);
    assert_int_equal(dns_fixture_answer("2.0.0.127.other.test", RECORD_A, 0).outcome, OUTCOME_REFUSED);
}

/* 1.6 KB in six records: more than 512 and 1232 bytes, of which rbldnsd would leave out some without a word. */
static void
rbldnsd_six_long_texts_arrive(void **state)
{
    (void)state;
    char *zone = long_zone();
    bool up = dns_fixture_serve_zone(0, "list.test", zone);
    free(zone);
    if (!up)
        skip();
    dns_fixture_start(1);
    struct answer texts = dns_fixture_answer("9.100.51.198.list.test", RECORD_TXT, 0);
    assert_int_equal(texts.outcome, OUTCOME_DATA);
    assert_int_equal(texts.count, 6);
    assert_false(texts.partial);
}

/* More at once than the window: rbldnsd's socket buffer is small. */
static void
rbldnsd_loses_no_question(void **state)
{
    (void)state;
    enum { QUESTIONS = 3000 };
    char *zone = long_zone();
    bool up = dns_fixture_serve_zone(0, "test", zone);
    free(zone);
    if (!up)
        skip();
    struct asker *askers = mem_zero(QUESTIONS * sizeof *askers);
    dns_fixture.options.timeout_ms = 10000;
    dns_fixture_start(1);
    dns_fixture_ask_many(askers, QUESTIONS, RECORD_A, RESOLVER_FORGET);
    dns_fixture_wait(QUESTIONS);
    assert_int_equal(dns_fixture_counts().timeouts, 0);
    assert_int_equal(dns_fixture_counts().sent, QUESTIONS);
    for (size_t i = 0; i < QUESTIONS; i++)
        assert_int_equal(askers[i].answer.outcome, OUTCOME_NXDOMAIN);
    dns_fixture_free(askers, QUESTIONS);
    free(askers);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, dns_fixture_open, dns_fixture_close)

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(outcome_each_is_distinguished),
        TEST(records_are_complete),
        TEST(junk_answer_harms_no_other_question),
        TEST(answer_names_server),
        TEST(name_unaskable_is_not_sent),
        TEST(silence_is_retried),
        TEST(busy_server_is_asked_once),
        TEST(closed_port_is_unreachable),
        TEST(failed_server_moves_to_next),
        TEST(error_outranks_silence),
        TEST(silent_server_costs_one_timeout),
        TEST(answering_server_is_kept),
        TEST(limited_server_answers_everything),
        TEST(trouble_of_a_moment_is_asked_again),
        TEST(refused_domain_is_refused),
        TEST(dead_names_do_not_end_the_others),
        TEST(silent_server_is_given_up),
        TEST(changed_system_file_is_followed),
        TEST(server_that_drops_edns_is_asked_without),
        TEST(server_that_loses_first_questions_keeps_edns),
        TEST(formerr_without_question_is_understood),
        TEST(stripped_edns_makes_full_answer_partial),
        TEST(server_by_tcp_alone_is_asked_by_tcp),
        TEST(truncated_answer_retries_over_tcp),
        TEST(truncated_answer_without_tcp_fails),
        TEST(server_without_edns_is_understood),
        TEST(formerr_retries_without_edns),
        TEST(window_is_filled_never_exceeded),
        TEST(queued_questions_keep_order),
        TEST(same_question_is_sent_once),
        TEST(flags_control_answer_cache),
        TEST(failure_is_cached_briefly),
        TEST(without_cache_everything_is_asked),
        TEST(forgotten_caller_is_not_called),
        TEST(answer_to_forgotten_caller_is_cached),
        TEST(callback_may_forget_other_caller),
        TEST(free_answers_every_caller_once),
        TEST(idle_resolver_has_no_timer),
        TEST(system_servers_or_fault),
        TEST(rbldnsd_answers_are_understood),
        TEST(rbldnsd_six_long_texts_arrive),
        TEST(rbldnsd_loses_no_question),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "../screen/fake_resolver.h"
#include "base/clock.h"
#include "builtin_lists.h"
#include "check/investigation.h"
#include "journal/recorder.h"
#include "temp_dir.h"
#include "verdict/explain.h"
#include "verdict/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { NOW_MS = 1000000, MINUTE_MS = 60000 };
#define WALL_MS INT64_C(1783361580000) /* 2026-07-06T18:13:00Z */

#define DATABASE TEST_SOURCE_ROOT "/tests/data/geolite-asn.mmdb"

/* Instead of the built-in lists, if not NULL. */
static const struct catalogue *lists;

struct bench {
    struct engine engine;
    struct investigation *inv;
    unsigned changes;
    unsigned free_at; /* at this change the investigation goes */
};

static void
on_change(void *arg)
{
    struct bench *b = arg;
    assert_non_null(b->inv);
    if (++b->changes == b->free_at) {
        investigation_free(b->inv);
        b->inv = NULL;
    }
}

/* An engine whose resolver waits for fake_resolver_deliver. */
static void
open_bench(struct bench *b, const char *script)
{
    *b = (struct bench){.engine.ask_examples = true};
    clock_fake(NOW_MS, WALL_MS);
    policy_default(&b->engine.dataset.policy);
    b->engine.dataset.catalogue = lists ? lists : catalogue_builtin();
    b->engine.loop = loop_new();
    b->engine.resolver = fake_resolver_new(b->engine.loop);
    fake_resolver_hold(b->engine.resolver);
    fake_resolver_say(b->engine.resolver, script);
    b->engine.health = health_new(b->engine.loop, b->engine.resolver, b->engine.dataset.catalogue);
}

static void
open_database(struct bench *b)
{
    struct fault fault;
    b->engine.dataset.asndb = asndb_open(DATABASE, &fault);
    assert_non_null(b->engine.dataset.asndb);
}

static void
close_bench(struct bench *b)
{
    investigation_free(b->inv);
    health_free(b->engine.health);
    assert_int_equal(b->engine.resolver ? fake_resolver_waiting(b->engine.resolver) : 0, 0);
    resolver_free(b->engine.resolver);
    asndb_close(b->engine.dataset.asndb);
    assert_false(loop_turn(b->engine.loop, INT64_MIN)); /* no timer is left */
    loop_free(b->engine.loop);
    clock_real();
}

static const struct evidence *
start(struct bench *b, const char *target)
{
    struct addr address;
    assert_true(addr_parse(target, &address));
    b->inv = investigation_new(&b->engine, target, NULL, &address, on_change, b);
    assert_int_equal(b->changes, 0);
    return investigation_evidence(b->inv);
}

static const struct evidence *
finish(struct bench *b, const char *target)
{
    const struct evidence *e = start(b, target);
    fake_resolver_deliver_all(b->engine.resolver);
    assert_int_not_equal(e->finished_ms, 0);
    assert_false(evidence_is_pending(e));
    return e;
}

/* What was asked, with the random label of the run as "probe". */
static char *
asked(struct bench *b)
{
    struct buf out = {0};
    const char *text = fake_resolver_asked(b->engine.resolver);
    for (const char *probe; (probe = strstr(text, "probe-")); text = strchr(probe, '.'))
        buf_format(&out, "%.*sprobe", (int)(probe - text), text);
    buf_text(&out, text);
    return buf_take(&out);
}

static void
assert_asked(struct bench *b, const char *expected)
{
    char *found = asked(b);
    if (strcmp(found, expected) != 0)
        fail_msg("expected:\n%s\nfound:\n%s", expected, found);
    free(found);
}

/* ---- what is asked ---- */

#define ABOUT(zone)                                                                                                    \
    "2.0.0.127." zone " A fresh\n1.0.0.127." zone " A fresh\nprobe." zone " A fresh\n77.113.0.203." zone " A\n"
#define ABOUT_LISTS                                                                                                    \
    ABOUT("dnsbl-1.uceprotect.net")                                                                                    \
    ABOUT("dnsbl-2.uceprotect.net")                                                                                    \
    ABOUT("dnsbl-3.uceprotect.net") ABOUT("ips.whitelisted.org") ABOUT("ips.backscatterer.org")

static void
investigation_asks_expected_questions_only(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "");
    start(&b, "203.0.113.77");
    assert_asked(&b, "77.113.0.203.origin.asn.cymru.com TXT\n"
                     "77.113.0.203.in-addr.arpa PTR\n" ABOUT_LISTS);
    fake_resolver_deliver_all(b.engine.resolver);
    assert_asked(&b, "");
    close_bench(&b);
}

static void
origin_with_database_asks_no_dns(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "");
    open_database(&b);
    const struct evidence *e = start(&b, "203.0.113.77");
    assert_asked(&b, "77.113.0.203.in-addr.arpa PTR\n" ABOUT_LISTS);
    assert_int_equal(e->network.source, NETWORK_MMDB);
    assert_int_equal(e->network.asn, 64497);
    assert_string_equal(e->network.org, "Harbor Net, \"Quay\" & Söhne");
    assert_true(e->network.has_record);
    assert_false(e->network.has_bgp);
    close_bench(&b);
}

static void
origin_missing_in_database_asks_dns(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "*.origin.asn.cymru.com TXT timeout");
    open_database(&b);
    const struct evidence *e = finish(&b, "192.0.2.130");
    char *questions = asked(&b);
    assert_non_null(strstr(questions, "130.2.0.192.origin.asn.cymru.com TXT\n"));
    assert_string_equal(e->network.problem, "not in the ASN database, and Team Cymru: no answer");
    free(questions);
    close_bench(&b);
}

static void
txt_is_asked_only_when_listed(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "77.113.0.203.dnsbl-2.uceprotect.net A data 127.0.0.2\n"
                   "77.113.0.203.dnsbl-3.uceprotect.net A data 127.0.0.1\n"
                   "77.113.0.203.ips.backscatterer.org A data 127.255.255.254\n");
    start(&b, "203.0.113.77");
    free(asked(&b));
    fake_resolver_deliver_all(b.engine.resolver);
    assert_asked(&b, "77.113.0.203.dnsbl-2.uceprotect.net TXT\n");
    close_bench(&b);
}

static void
ipv6_on_v4_lists_is_not_asked(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "");
    const struct evidence *e = start(&b, "2001:db8::1");
    assert_asked(&b, "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.origin6.asn.cymru.com TXT\n"
                     "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa PTR\n");
    fake_resolver_deliver_all(b.engine.resolver);
    assert_int_not_equal(e->finished_ms, 0);
    for (size_t i = 0; i < BUILTIN_LISTS; i++)
        assert_int_equal(e->lists.at[i].state, STATE_UNASKED);
    close_bench(&b);
}

static void
private_address_is_not_asked(void **state)
{
    (void)state;
    static const char *const addresses[] = {"10.1.2.3",  "192.168.0.1", "127.0.0.1",   "169.254.1.1", "203.0.113.77",
                                            "224.0.0.1", "100.64.0.1",  "2001:db8::1", "fe80::1",     "::1"};
    for (size_t i = 0; i < COUNT(addresses); i++) {
        struct bench b;
        open_bench(&b, "");
        b.engine.ask_examples = false;
        const struct evidence *e = start(&b, addresses[i]);
        assert_asked(&b, "");
        assert_non_null(e->reserved);
        assert_int_equal(e->finished_ms, WALL_MS);
        investigation_again(b.inv);
        investigation_follow(b.inv, NULL);
        assert_asked(&b, "");
        assert_false(evidence_is_pending(e));
        close_bench(&b);
    }
}

/* A resolver on loopback is what every mail server has: it opens examples alone. */
static void
loopback_resolver_opens_example_space_only(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        bool asked;
    } cases[] = {{"192.0.2.1", true},    {"198.18.0.1", true},  {"198.51.100.1", true}, {"203.0.113.1", true},
                 {"2001:db8::1", true},  {"10.1.2.3", false},   {"192.168.0.1", false}, {"127.0.0.2", false},
                 {"169.254.1.1", false}, {"100.64.0.1", false}, {"224.0.0.1", false},   {"fe80::1", false},
                 {"192.0.0.1", false},   {"fd00::1", false},    {"::1", false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench b;
        open_bench(&b, "");
        const struct evidence *e = finish(&b, cases[i].address);
        if ((e->reserved == NULL) != cases[i].asked || (e->exchanges.count > 0) != cases[i].asked)
            fail_msg("%s: %zu questions", cases[i].address, e->exchanges.count);
        close_bench(&b);
    }
}

static void
offline_sends_no_question(void **state)
{
    (void)state;
    struct bench b = {.engine.loop = loop_new()};
    policy_default(&b.engine.dataset.policy);
    b.engine.dataset.catalogue = catalogue_builtin();
    clock_fake(NOW_MS, WALL_MS);
    const struct evidence *e = start(&b, "192.0.2.1");
    assert_true(e->offline);
    assert_int_equal(e->finished_ms, WALL_MS);
    assert_int_equal(e->exchanges.count, 0);
    assert_int_equal(e->ptr.state, PTR_UNASKED);
    assert_string_equal(e->network.problem, "no ASN database");
    investigation_again(b.inv);
    assert_false(evidence_is_pending(e));
    close_bench(&b);
}

/* ---- states on the way ---- */

static void
list_counts_after_health_check(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b,
               "77.113.0.203.dnsbl-1.uceprotect.net A data 127.0.0.2\n"
               "77.113.0.203.dnsbl-1.uceprotect.net TXT data \"IP 203.0.113.77 is UCEPROTECT-Level 1 listed. x\"\n");
    const struct evidence *e = start(&b, "203.0.113.77");
    const struct list_result *f = &e->lists.at[AT_LEVEL1];
    assert_true(list_result_is_awaited(f));

    fake_resolver_deliver(b.engine.resolver, "77.113.0.203.dnsbl-1.*", "A", 1);
    assert_true(list_result_is_awaited(f));
    fake_resolver_deliver(b.engine.resolver, "probe-*.dnsbl-1.*", "A", 1); /* the age of the list, to compare with */
    assert_true(list_result_is_awaited(f));
    fake_resolver_deliver(b.engine.resolver, "77.113.0.203.dnsbl-1.*", "TXT", 1);
    assert_true(list_result_is_awaited(f));
    fake_resolver_deliver(b.engine.resolver, "*.dnsbl-1.*", "A", 1);
    assert_true(list_result_is_awaited(f));
    fake_resolver_deliver(b.engine.resolver, "*.dnsbl-1.*", "A", 1);
    assert_int_equal(f->state, STATE_LISTED);
    assert_false(f->pending);
    assert_int_equal(f->texts.at[0].form, LISTING_L1);
    assert_int_equal(f->ttl, FAKE_RESOLVER_TTL);
    assert_int_equal(f->rtt_us, FAKE_RESOLVER_RTT_MS * 1000);
    assert_int_equal(f->answered_ms, WALL_MS);
    assert_int_equal(f->serial, FAKE_RESOLVER_SERIAL);
    assert_int_equal(e->finished_ms, 0);
    assert_true(b.changes >= 3);

    fake_resolver_deliver_all(b.engine.resolver);
    assert_int_equal(e->finished_ms, WALL_MS);
    close_bench(&b);
}

/* First the proof, then the answer; and an address on the list is not told before its text, or with it missing. */
static void
answers_in_any_order_give_same_result(void **state)
{
    (void)state;
    static const char *const orders[][3] = {
        {"77.*", "probe-*", "?.0.0.127.*"}, {"probe-*", "77.*", "?.0.0.127.*"}, {"?.0.0.127.*", "probe-*", "77.*"}};
    for (size_t i = 0; i < COUNT(orders); i++) {
        struct bench b;
        open_bench(&b, "77.113.0.203.dnsbl-2.uceprotect.net A data 127.0.0.2\n"
                       "77.113.0.203.dnsbl-2.uceprotect.net TXT data \"NET 203.0.113.0/24 is UCEPROTECT-Level2 listed "
                       "because 19 impacts are seen from X, DE/AS64500 there. See: y\"\n");
        const struct evidence *e = start(&b, "203.0.113.77");
        for (size_t o = 0; o < COUNT(orders[i]); o++)
            while (fake_resolver_deliver(b.engine.resolver, orders[i][o], NULL, 1) > 0)
                if (!e->lists.at[AT_LEVEL2].pending)
                    assert_int_equal(e->nets.count, 1);
        fake_resolver_deliver_all(b.engine.resolver);
        assert_int_equal(e->lists.at[AT_LEVEL2].state, STATE_LISTED);
        assert_int_equal(e->nets.count, 1);
        assert_int_equal(e->lists.at[AT_LEVEL1].state, STATE_CLEAR);
        close_bench(&b);
    }
}

/* ---- a list that cannot be believed ---- */

static const struct {
    const char *script; /* of the list's own test points */
    enum list_state state;
} defects[] = {
    {"probe-*.dnsbl-1.* A data 127.0.0.2", STATE_UNHEALTHY},
    {"1.0.0.127.dnsbl-1.* A data 127.0.0.2", STATE_UNHEALTHY},
    {"2.0.0.127.dnsbl-1.* A nxdomain", STATE_UNHEALTHY},
    {"2.0.0.127.dnsbl-1.* A timeout", STATE_TIMEOUT},
    {"1.0.0.127.dnsbl-1.* A servfail", STATE_ERROR},
    {"probe-*.dnsbl-1.* A refused", STATE_ERROR},
    {"2.0.0.127.dnsbl-1.* A data 127.255.255.254", STATE_REFUSED},
    {"probe-*.dnsbl-1.* A data 198.51.100.80", STATE_INVALID},
    {"2.0.0.127.dnsbl-1.* A malformed", STATE_INVALID},
    {"2.0.0.127.dnsbl-1.* A unreachable", STATE_ERROR},
};

static void
unhealthy_list_neither_lists_nor_clears(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "77.113.0.203.dnsbl-1.* A nxdomain\n", "77.113.0.203.dnsbl-1.* A nodata\n",
        ("77.113.0.203.dnsbl-1.* A data 127.0.0.2\n77.113.0.203.dnsbl-1.* TXT data \"IP 203.0.113.77 is "
         "UCEPROTECT-Level 1 listed. x\"\n")};
    for (size_t i = 0; i < COUNT(defects); i++)
        for (size_t a = 0; a < COUNT(answers); a++) {
            struct bench b;
            struct verdict v;
            open_bench(&b, defects[i].script);
            fake_resolver_say(b.engine.resolver, answers[a]);
            const struct evidence *e = finish(&b, "203.0.113.77");
            const struct list_result *f = &e->lists.at[AT_LEVEL1];
            if (f->state != defects[i].state)
                fail_msg("%s: %s", defects[i].script, list_state_name(f->state));
            assert_string_not_equal(f->detail, "");
            assert_int_equal(f->texts.count, 0);
            verdict_reach(&v, e, &b.engine.dataset.policy);
            assert_int_equal(v.state, VERDICT_UNKNOWN);
            verdict_fini(&v);
            assert_int_equal(e->lists.at[AT_LEVEL2].state, STATE_CLEAR); /* each list for itself */
            close_bench(&b);
        }
}

static void
answer_sets_list_state(void **state)
{
    (void)state;
    static const struct {
        const char *answer;
        enum list_state state;
        const char *detail;
    } cases[] = {
        {"nxdomain", STATE_CLEAR, NULL},
        {"nodata", STATE_CLEAR, NULL},
        {"data 127.0.0.2", STATE_LISTED, NULL},
        {"data 127.0.0.3 127.0.0.2", STATE_LISTED, NULL},
        {"data 127.0.0.2 198.51.100.80", STATE_INVALID,
         "answered 198.51.100.80 beside 127.0.0.2: no DNSBL answers outside 127.0.0.0/8"},
        {"servfail", STATE_ERROR, "server failure by 127.0.0.1:53"},
        {"refused", STATE_ERROR, "refused by 127.0.0.1:53"},
        {"formerr", STATE_ERROR, "question not understood by 127.0.0.1:53"},
        {"notimp", STATE_ERROR, "unusual response code by 127.0.0.1:53"},
        {"unreachable", STATE_ERROR, "server unreachable"},
        {"timeout", STATE_TIMEOUT, "no answer"},
        {"malformed", STATE_INVALID, "malformed answer by 127.0.0.1:53"},
        {"cancelled", STATE_UNASKED, "cancelled by 127.0.0.1:53"},
        {"data 127.0.0.1", STATE_INVALID,
         "answered 127.0.0.1: not a listing, but a refusal or a resolver that blocks the zone"},
        {"data 198.51.100.80", STATE_INVALID, "answered 198.51.100.80: no DNSBL answers outside 127.0.0.0/8"},
        {"data 127.255.255.255", STATE_REFUSED,
         "answered 127.255.255.255: this resolver is over the list's query limit"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench b;
        char script[200];
        snprintf(script, sizeof script, "77.113.0.203.dnsbl-3.uceprotect.net A %s", cases[i].answer);
        open_bench(&b, script);
        const struct list_result *f = &finish(&b, "203.0.113.77")->lists.at[AT_LEVEL3];
        assert_int_equal(f->state, cases[i].state);
        if (cases[i].detail)
            assert_string_equal(f->detail, cases[i].detail);
        else
            assert_null(f->detail);
        close_bench(&b);
    }
}

static void
rewriting_resolver_is_detected(void **state)
{
    (void)state;
    struct bench b;
    struct addr foreign;
    addr_parse("198.51.100.80", &foreign);
    open_bench(&b, "probe-*.dnsbl-1.* A data 198.51.100.80\n");
    const struct evidence *e = finish(&b, "203.0.113.77");
    assert_false(e->rewritten); /* one list alone may be to blame itself */
    assert_true(addr_equal(&e->lists.at[AT_LEVEL1].foreign, &foreign));
    close_bench(&b);

    open_bench(&b, "probe-*.dnsbl-1.* A data 198.51.100.80\n77.113.0.203.ips.* A data 198.51.100.80");
    e = finish(&b, "203.0.113.77");
    assert_true(e->rewritten);
    assert_true(addr_equal(&e->rewriter, &foreign));
    fake_resolver_say(b.engine.resolver, "probe-* A nxdomain\n77.113.0.203.* A nxdomain");
    investigation_again(b.inv);
    fake_resolver_deliver_all(b.engine.resolver);
    assert_false(e->rewritten);
    assert_int_equal(e->lists.at[AT_LEVEL1].state, STATE_CLEAR);
    close_bench(&b);

    open_bench(&b, "probe-*.dnsbl-1.* A data 198.51.100.80\nprobe-*.dnsbl-2.* A data 198.51.100.81");
    assert_false(finish(&b, "203.0.113.77")->rewritten);
    close_bench(&b);
}

/* Lists of one operator may share a parked domain; those of several operators share the resolver alone. */
static void
rewriting_resolver_is_told_from_parked_domain(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        const char *rewriter; /* NULL = none */
    } cases[] = {
        {"*.uceprotect.net A data 198.51.100.80", NULL},
        {"*.uceprotect.net A data 198.51.100.80\n*.one.example A data 198.51.100.80", "198.51.100.80"},
        {"*.uceprotect.net A data 198.51.100.80\n*.one.example A data 198.51.100.81", NULL},
        {"*.one.example A data 198.51.100.80\n*.two.example A data 198.51.100.80", "198.51.100.80"},
        {"*.one.example A data 127.0.0.1\n*.two.example A data 127.0.0.1", "127.0.0.1"}, /* a blocker */
        {"*.one.example A data 0.0.0.0\n*.two.example A data 0.0.0.0", "0.0.0.0"},
        {"*.one.example A data 127.0.0.1\n*.three.example A data 127.0.0.1", NULL}, /* its way to refuse */
        {"*.one.example A data 127.0.0.2\n*.two.example A data 127.0.0.2", NULL},
    };
    const char *path = temp_dir_put("lists.conf", "[one.example]\noperator = One\n[two.example]\noperator = Two\n"
                                                  "[three.example]\ncode = 127.0.0.1 refused\n");
    struct catalogue *more = catalogue_new();
    struct fault fault;
    assert_true(catalogue_load(more, path, NULL, NULL, &fault));
    assert_true(catalogue_choose(more, "uceprotect, one.example, two.example, three.example", &fault));
    lists = more;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bench b;
        char text[ADDR_TEXT];
        open_bench(&b, "2.0.0.127.*.example A data 127.0.0.2");
        fake_resolver_say(b.engine.resolver, cases[i].script);
        const struct evidence *e = finish(&b, "203.0.113.77");
        assert_int_equal(e->rewritten, cases[i].rewriter != NULL);
        if (cases[i].rewriter)
            assert_string_equal(addr_text(&e->rewriter, text), cases[i].rewriter);
        close_bench(&b);
    }
    lists = NULL;
    catalogue_free(more);
}

/* Lists of domains follow those that have results about addresses; a domain is surveyed beside the address. */
static void
self_test_of_a_list_of_domains_is_not_about_addresses(void **state)
{
    struct catalogue *usual = catalogue_new();
    struct fault fault;
    struct bench b;
    (void)state;
    assert_true(catalogue_choose(usual, NULL, &fault));
    assert_true(catalogue_asked(usual) > catalogue_count(usual));
    lists = usual;
    open_bench(&b, "");
    const struct evidence *e = start(&b, "203.0.113.77");
    for (size_t i = catalogue_count(usual); i < catalogue_asked(usual); i++)
        health_ask(b.engine.health, catalogue_list(usual, i), false);
    fake_resolver_deliver_all(b.engine.resolver);
    assert_int_not_equal(e->finished_ms, 0);
    assert_int_equal(e->lists.count, catalogue_count(usual));
    close_bench(&b);
    lists = NULL;
    catalogue_free(usual);
}

/* ---- texts ---- */

#define LISTED2 "77.113.0.203.dnsbl-2.uceprotect.net A data 127.0.0.2\n77.113.0.203.dnsbl-2.uceprotect.net TXT "
#define NET(kind, net, impacts)                                                                                        \
    "\"" kind " " net " is UCEPROTECT-Level2 listed because " impacts " impacts are seen from X, DE/AS64500 there. "   \
    "x\" "

static void
nets_are_unique_narrowest_first(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, LISTED2 "data " NET("Net", "203.0.112.0/20", "50") NET("NET", "203.0.113.0/24", "19")
                       NET("Net", "203.0.112.0/22", "23") NET("NET", "203.0.113.0/24", "19")
                           NET("Net", "198.51.100.0/24", "99") "\"Something new\"\n");
    const struct evidence *e = finish(&b, "203.0.113.77");
    assert_int_equal(e->nets.count, 3); /* one came twice, one does not hold the address */
    assert_int_equal(e->nets.at[0].prefix.length, 24);
    assert_int_equal(e->nets.at[0].kind, NET_SLASH24);
    assert_int_equal(e->nets.at[0].limit, 4);
    assert_int_equal(e->nets.at[1].prefix.length, 22);
    assert_int_equal(e->nets.at[1].impacts, 23);
    assert_int_equal(e->nets.at[1].limit, 9);
    assert_int_equal(e->nets.at[2].prefix.length, 20);
    assert_int_equal(e->nets.at[2].holder.asn, 64500);
    assert_int_equal(e->lists.at[AT_LEVEL2].txt.count, 6); /* all of them stay to be shown */
    close_bench(&b);
}

static void
txt_unavailable_is_marked_missing(void **state)
{
    (void)state;
    static const char *const outcomes[] = {"timeout", "servfail", "nxdomain", "nodata", "refused"};
    for (size_t i = 0; i < COUNT(outcomes); i++) {
        struct bench b;
        open_bench(&b, LISTED2 "nxdomain");
        char script[100];
        snprintf(script, sizeof script, "77.113.0.203.dnsbl-2.* TXT %s", outcomes[i]);
        fake_resolver_say(b.engine.resolver, script);
        const struct evidence *e = finish(&b, "203.0.113.77");
        assert_int_equal(e->lists.at[AT_LEVEL2].state, STATE_LISTED);
        assert_true(e->lists.at[AT_LEVEL2].txt_missing);
        assert_int_equal(e->nets.count, 0);

        fake_resolver_say(b.engine.resolver, LISTED2 "data " NET("NET", "203.0.113.0/24", "19"));
        investigation_again(b.inv);
        fake_resolver_deliver_all(b.engine.resolver);
        assert_false(e->lists.at[AT_LEVEL2].txt_missing);
        assert_int_equal(e->nets.count, 1);
        close_bench(&b);
    }
}

static void
is_clean(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            fail_msg("the byte %02x got in", (unsigned char)*text);
}

/* The names and texts are written by the very spammers that are looked at. */
static void
hostile_text_is_cleaned(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "77.113.0.203.dnsbl-1.uceprotect.net A data 127.0.0.2\n"
                   "77.113.0.203.dnsbl-1.uceprotect.net TXT data \"\\x1b[31mred\\x0d\\x0a\\x00\\xff\\xe2\\x80\\xae|\"\n"
                   "77.113.0.203.in-addr.arpa PTR data \"evil\\x1b]0;owned\\x07.example\"\n"
                   "77.113.0.203.origin.asn.cymru.com TXT data \"64500 | 203.0.113.0/24 | D\\x1b | x | y\"\n"
                   "AS64500.asn.cymru.com TXT data \"64500 | DE | x | y | \\x9b31mEVIL\\x00, DE\"\n");
    const struct evidence *e = finish(&b, "203.0.113.77");
    assert_int_equal(e->lists.at[AT_LEVEL1].state, STATE_LISTED);
    assert_string_equal(e->lists.at[AT_LEVEL1].txt.at[0], "?[31mred ???|");
    assert_string_equal(e->ptr.name, "evil?]0;owned?.example");
    assert_int_equal(e->ptr.state, PTR_UNVERIFIED); /* no such name is asked for */
    assert_string_equal(e->network.org, "?31mEVIL?");
    assert_string_equal(e->network.country, "");
    for (size_t i = 0; i < e->exchanges.count; i++)
        for (size_t r = 0; r < e->exchanges.at[i].records.count; r++)
            is_clean(e->exchanges.at[i].records.at[r]);
    close_bench(&b);
}

/* ---- the name ---- */

#define PTR "77.113.0.203.in-addr.arpa PTR "

static const struct {
    const char *script;
    enum ptr_state state;
    const char *name;
    size_t count;
} names[] = {
    {PTR "nxdomain", PTR_NONE, NULL, 0},
    {PTR "nodata", PTR_NONE, NULL, 0},
    {PTR "servfail", PTR_FAILED, NULL, 0},
    {PTR "timeout", PTR_FAILED, NULL, 0},
    {PTR "data mail.example\nmail.example A data 203.0.113.77", PTR_CONFIRMED, "mail.example", 1},
    {PTR "data mail.example\nmail.example A data 192.0.2.1 203.0.113.77", PTR_CONFIRMED, "mail.example", 1},
    {PTR "data mail.example\nmail.example A data 192.0.2.1", PTR_UNCONFIRMED, "mail.example", 1},
    {PTR "data mail.example\nmail.example A nxdomain", PTR_UNCONFIRMED, "mail.example", 1},
    {PTR "data mail.example\nmail.example A nodata", PTR_UNCONFIRMED, "mail.example", 1},
    {PTR "data mail.example\nmail.example A servfail", PTR_UNVERIFIED, "mail.example", 1},
    {PTR "data mail.example\nmail.example A timeout", PTR_UNVERIFIED, "mail.example", 1},
    {PTR "data one.example two.example\ntwo.example A data 203.0.113.77", PTR_CONFIRMED, "two.example", 2},
    {PTR "data one.example two.example\n*.example A data 203.0.113.77", PTR_CONFIRMED, "one.example", 2},
    {PTR "data one.example two.example", PTR_UNCONFIRMED, "one.example", 2},
    {PTR "data one.example two.example\ntwo.example A timeout", PTR_UNVERIFIED, "one.example", 2},
    {PTR "data one.example one.example\none.example A data 203.0.113.77", PTR_CONFIRMED, "one.example", 2},
    {PTR "data \"not a name\" two.example\ntwo.example A data 203.0.113.77", PTR_CONFIRMED, "two.example", 2},
    {PTR "data \"not a name\"", PTR_UNVERIFIED, "not a name", 1},
    {PTR "data \"\"", PTR_UNVERIFIED, "", 1},
    {PTR "data \"a$(id).example\"", PTR_UNVERIFIED, "a$(id).example", 1},
    {PTR "data a.example b.example c.example d.example e.example f.example", PTR_UNCONFIRMED, "a.example", 6},
};

static void
ptr_is_forward_confirmed(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        struct bench b;
        open_bench(&b, names[i].script);
        const struct ptr *ptr = &finish(&b, "203.0.113.77")->ptr;
        if (ptr->state != names[i].state)
            fail_msg("%s: %d", names[i].script, (int)ptr->state);
        if (names[i].name)
            assert_string_equal(ptr->name, names[i].name);
        else
            assert_null(ptr->name);
        assert_int_equal(ptr->count, names[i].count);
        close_bench(&b);
    }
}

static void
ptr_thousand_names_ask_four_questions(void **state)
{
    (void)state;
    struct bench b;
    struct buf script = {0};
    buf_text(&script, PTR "data");
    for (int i = 0; i < ANSWER_RECORDS; i++)
        buf_format(&script, " name%d.example", i);
    open_bench(&b, buf_string(&script));
    start(&b, "203.0.113.77");
    fake_resolver_deliver(b.engine.resolver, "*.in-addr.arpa", NULL, 1);
    free(asked(&b));
    fake_resolver_deliver_all(b.engine.resolver);
    const struct evidence *e = investigation_evidence(b.inv);
    unsigned forward = 0;
    for (size_t i = 0; i < e->exchanges.count; i++)
        forward += e->exchanges.at[i].subject == SUBJECT_NAME && e->exchanges.at[i].type == RECORD_A;
    assert_int_equal(forward, 4);
    assert_int_equal(e->ptr.count, ANSWER_RECORDS);
    buf_free(&script);
    close_bench(&b);
}

static void
ptr_ipv6_is_confirmed_by_aaaa(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "*.ip6.arpa PTR data six.example\nsix.example AAAA data 2001:db8::1\nsix.example A data 192.0.2.1");
    const struct evidence *e = finish(&b, "2001:db8::1");
    assert_int_equal(e->ptr.state, PTR_CONFIRMED);
    char *questions = asked(&b);
    assert_non_null(strstr(questions, "six.example AAAA\n"));
    assert_null(strstr(questions, "six.example A\n"));
    free(questions);
    close_bench(&b);
}

/* ---- the network, without a database ---- */

#define ORIGIN "77.113.0.203.origin.asn.cymru.com TXT "
#define AS_NAME "AS64500.asn.cymru.com TXT "

static const struct {
    const char *script;
    uint32_t asn;
    const char *org, *bgp, *problem;
} networks[] = {
    {ORIGIN "data \"64500 | 203.0.112.0/22 | DE | ripencc | 2019-04-01\"\n" AS_NAME
            "data \"64500 | DE | ripencc | 2019-04-01 | EXAMPLE Example Hosting, DE\"",
     64500, "EXAMPLE Example Hosting", "203.0.112.0/22", NULL},
    {ORIGIN
     "data \"64501 | 203.0.0.0/16 | DE | x | y\" \"64500 | 203.0.113.0/24 | DE | x | y\" \"64502 | 203.0.112.0/22 "
     "| DE | x | y\"",
     64500, "", "203.0.113.0/24", NULL},
    {ORIGIN "data \"64500 64501 | 203.0.113.0/24 | | | \"\n" AS_NAME "timeout", 64500, "", "203.0.113.0/24", NULL},
    {ORIGIN "data \"garbage\" \"64500 | 203.0.113.0/24 | DE | x | y\"\n" AS_NAME "data garbage", 64500, "",
     "203.0.113.0/24", NULL},
    {ORIGIN "data garbage", 0, "", NULL, "no ASN database, and Team Cymru: answer not understood"},
    {ORIGIN "nxdomain", 0, "", NULL, "not announced according to Team Cymru"},
    {ORIGIN "nodata", 0, "", NULL, "not announced according to Team Cymru"},
    {ORIGIN "timeout", 0, "", NULL, "no ASN database, and Team Cymru: no answer"},
    {ORIGIN "refused", 0, "", NULL, "no ASN database, and Team Cymru: refused"},
};

static void
origin_without_database_comes_from_cymru(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(networks); i++) {
        struct bench b;
        char prefix[PREFIX_TEXT];
        open_bench(&b, networks[i].script);
        const struct network *n = &finish(&b, "203.0.113.77")->network;
        assert_int_equal(n->asn, networks[i].asn);
        assert_string_equal(n->org, networks[i].org);
        assert_int_equal(n->has_bgp, networks[i].bgp != NULL);
        assert_int_equal(n->source, networks[i].asn ? NETWORK_CYMRU : NETWORK_UNKNOWN);
        assert_false(n->has_record);
        if (networks[i].bgp)
            assert_string_equal(prefix_text(&n->bgp, prefix), networks[i].bgp);
        if (networks[i].problem)
            assert_string_equal(n->problem, networks[i].problem);
        else
            assert_null(n->problem);
        close_bench(&b);
    }
}

/* ---- again ---- */

static void
again_asks_everything(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, LISTED2 "data " NET("NET", "203.0.113.0/24", "19"));
    const struct evidence *e = finish(&b, "203.0.113.77");
    size_t exchanges = e->exchanges.count;
    free(asked(&b));
    investigation_again(b.inv);
    char *questions = asked(&b);
    for (const char *at = questions; *at; at = strchr(at, '\n') + 1)
        if (strncmp(strchr(at, '\n') - 6, " fresh", 6) != 0)
            fail_msg("not fresh: %s", at);
    assert_non_null(strstr(questions, "2.0.0.127.dnsbl-1.uceprotect.net A"));
    assert_non_null(strstr(questions, "77.113.0.203.dnsbl-1.uceprotect.net A"));
    assert_non_null(strstr(questions, "PTR"));
    assert_non_null(strstr(questions, "cymru"));
    free(questions);
    assert_int_equal(e->finished_ms, 0);

    assert_int_equal(e->lists.at[AT_LEVEL2].state, STATE_LISTED); /* what was known stays till there is more */
    assert_true(e->lists.at[AT_LEVEL2].pending);
    assert_int_equal(e->nets.count, 1);
    investigation_again(b.inv); /* all is under way: nothing to add */
    assert_asked(&b, "");
    fake_resolver_say(b.engine.resolver, "77.113.0.203.dnsbl-2.* A nxdomain");
    fake_resolver_deliver_all(b.engine.resolver);
    assert_int_equal(e->lists.at[AT_LEVEL2].state, STATE_CLEAR);
    assert_int_equal(e->lists.at[AT_LEVEL2].txt.count, 0);
    assert_int_equal(e->nets.count, 0);
    assert_int_equal(e->exchanges.count, exchanges); /* a question asked again takes its old place */
    assert_int_not_equal(e->finished_ms, 0);
    close_bench(&b);
}

/* Also with a database that does not know the address. */
static void
again_while_pending_asks_nothing(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, ORIGIN "data \"64500 | 203.0.112.0/22 | DE | ripencc | 2019-04-01\"\n");
    open_database(&b);
    start(&b, "192.0.2.130");
    free(asked(&b));
    investigation_again(b.inv);
    assert_asked(&b, "");
    fake_resolver_deliver_all(b.engine.resolver);
    close_bench(&b);
}

static void
list_silent_on_recheck_loses_state(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, LISTED2 "data " NET("NET", "203.0.113.0/24", "19"));
    const struct evidence *e = finish(&b, "203.0.113.77");
    fake_resolver_say(b.engine.resolver, "* * timeout");
    investigation_again(b.inv);
    fake_resolver_deliver_all(b.engine.resolver);
    for (size_t i = 0; i < BUILTIN_LISTS; i++)
        assert_int_equal(e->lists.at[i].state, STATE_TIMEOUT);
    assert_int_equal(e->nets.count, 0);
    assert_int_equal(e->ptr.state, PTR_FAILED);
    close_bench(&b);
}

/* ---- following ---- */

static void
pass(struct bench *b, int64_t ms)
{
    int64_t now = clock_now_ms() + ms;
    clock_fake(now, WALL_MS + now - NOW_MS);
    loop_turn(b->engine.loop, INT64_MIN);
}

static void
follow_asks_again_after_ttl(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, LISTED2 "data " NET("NET", "203.0.113.0/24", "19"));
    const struct evidence *e = finish(&b, "203.0.113.77");
    investigation_follow(b.inv, NULL);
    free(asked(&b));
    unsigned changes = b.changes;
    pass(&b, FAKE_RESOLVER_NEGATIVE_TTL * 1000 - 1);
    assert_asked(&b, "");
    pass(&b, 1);
    char *again = asked(&b); /* and the self-tests, because the last ones are older than a minute */
    assert_non_null(strstr(again, "77.113.0.203.dnsbl-1.uceprotect.net A fresh\n"));
    assert_non_null(strstr(again, "2.0.0.127.dnsbl-1.uceprotect.net A fresh\n"));
    assert_non_null(strstr(again, "77.113.0.203.ips.backscatterer.org A fresh\n"));
    assert_null(strstr(again, "dnsbl-2"));
    free(again);
    assert_true(b.changes > changes); /* the screen may say that it is asking */
    assert_int_equal(e->lists.at[AT_LEVEL1].state, STATE_CLEAR);
    fake_resolver_deliver_all(b.engine.resolver);

    fake_resolver_say(b.engine.resolver, LISTED2 "data " NET("NET", "203.0.113.0/24", "20"));
    pass(&b, (FAKE_RESOLVER_TTL - FAKE_RESOLVER_NEGATIVE_TTL) * 1000);
    char *questions = asked(&b);
    assert_non_null(strstr(questions, "77.113.0.203.dnsbl-2.uceprotect.net A fresh\n"));
    free(questions);
    assert_int_equal(e->nets.at[0].impacts, 19);
    fake_resolver_deliver_all(b.engine.resolver);
    assert_int_equal(e->nets.at[0].impacts, 20);
    close_bench(&b);
}

/* The proof of ten minutes ago is too old to believe by. */
static void
follow_repeats_health_check(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "77.113.0.203.* A nxdomain ttl 900");
    const struct evidence *e = finish(&b, "203.0.113.77");
    investigation_follow(b.inv, NULL);
    fake_resolver_say(b.engine.resolver, "2.0.0.127.dnsbl-1.* A nxdomain");
    free(asked(&b));
    pass(&b, 900 * 1000);
    char *questions = asked(&b);
    assert_non_null(strstr(questions, "2.0.0.127.dnsbl-1.uceprotect.net A fresh\n"));
    free(questions);
    fake_resolver_deliver_all(b.engine.resolver);
    assert_int_equal(e->lists.at[AT_LEVEL1].state, STATE_UNHEALTHY);
    assert_int_equal(e->lists.at[AT_LEVEL2].state, STATE_CLEAR);
    close_bench(&b);
}

/* A TTL of a second must not make a flood. */
static void
follow_asks_at_most_once_a_minute(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "77.113.0.203.* A nxdomain ttl 1");
    start(&b, "203.0.113.77");
    fake_resolver_deliver_all(b.engine.resolver);
    pass(&b, 300); /* so short a TTL may be that of an expired answer */
    fake_resolver_deliver_all(b.engine.resolver);
    investigation_follow(b.inv, NULL);
    free(asked(&b));
    pass(&b, MINUTE_MS - 1);
    assert_asked(&b, "");
    pass(&b, 1);
    assert_true(fake_resolver_waiting(b.engine.resolver) > 0);
    close_bench(&b);
}

static void
no_follow_asks_nothing_again(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "");
    finish(&b, "203.0.113.77");
    free(asked(&b));
    assert_false(loop_turn(b.engine.loop, INT64_MIN));
    pass(&b, 24 * 60 * MINUTE_MS);
    assert_asked(&b, "");
    close_bench(&b);
}

/* ---- lifetimes ---- */

static void
free_in_callback_is_safe(void **state)
{
    (void)state;
    unsigned most = 0;
    for (unsigned at = 1; at == 1 || at <= most; at++) {
        struct bench b;
        open_bench(&b,
                   LISTED2 "data " NET("NET", "203.0.113.0/24", "19") "\n" PTR "data mail.example\n" ORIGIN
                                                                      "data \"64500 | 203.0.112.0/22 | DE | x | y\"");
        b.free_at = at;
        start(&b, "203.0.113.77");
        investigation_follow(b.inv, NULL);
        fake_resolver_deliver_all(b.engine.resolver);
        if (at == 1) { /* how many there are */
            struct bench whole;
            open_bench(&whole, LISTED2
                       "data " NET("NET", "203.0.113.0/24", "19") "\n" PTR "data mail.example\n" ORIGIN
                                                                  "data \"64500 | 203.0.112.0/22 | DE | x | y\"");
            finish(&whole, "203.0.113.77");
            most = whole.changes;
            close_bench(&whole);
        }
        assert_null(b.inv);
        close_bench(&b);
    }
    assert_true(most > 5);
}

static void
free_with_questions_pending_is_safe(void **state)
{
    (void)state;
    for (size_t delivered = 0; delivered < 25; delivered++) {
        struct bench b;
        open_bench(&b, LISTED2 "data " NET("NET", "203.0.113.0/24", "19") "\n" PTR "data mail.example");
        start(&b, "203.0.113.77");
        fake_resolver_deliver(b.engine.resolver, NULL, NULL, delivered);
        close_bench(&b); /* asserts that no question and no timer is left */
    }
}

static void
two_targets_share_health_checks(void **state)
{
    (void)state;
    struct bench b, other;
    open_bench(&b, "");
    const struct evidence *e = start(&b, "203.0.113.77");
    free(asked(&b));
    other = (struct bench){.engine = b.engine};
    const struct evidence *e2 = start(&other, "203.0.113.78");
    assert_asked(&b, "78.113.0.203.origin.asn.cymru.com TXT\n"
                     "78.113.0.203.in-addr.arpa PTR\n"
                     "78.113.0.203.dnsbl-1.uceprotect.net A\n"
                     "78.113.0.203.dnsbl-2.uceprotect.net A\n"
                     "78.113.0.203.dnsbl-3.uceprotect.net A\n"
                     "78.113.0.203.ips.whitelisted.org A\n"
                     "78.113.0.203.ips.backscatterer.org A\n");
    fake_resolver_deliver(b.engine.resolver, "7?.113.*", NULL, 100);
    assert_true(e->lists.at[AT_LEVEL1].pending && e2->lists.at[AT_LEVEL1].pending);
    b.free_at = b.changes + 1; /* the first goes when the first list has proved itself, while the second waits */
    fake_resolver_deliver_all(b.engine.resolver);
    assert_null(b.inv);
    assert_int_not_equal(e2->finished_ms, 0);
    for (size_t i = 0; i < BUILTIN_LISTS; i++)
        assert_int_equal(e2->lists.at[i].state, STATE_CLEAR);
    investigation_free(other.inv);
    close_bench(&b);
}

/* The answer of a batch waits for no list that has failed, and no question goes there. */
static void
resting_list_gives_its_state_at_once(void **state)
{
    (void)state;
    struct bench b, other;
    open_bench(&b, "*.dnsbl-1.* A data 127.255.255.254\n*.dnsbl-3.* A data 127.0.0.2");
    const struct evidence *e = finish(&b, "203.0.113.77");
    free(asked(&b));
    other = (struct bench){.engine = b.engine};
    const struct evidence *e2 = start(&other, "203.0.113.78");
    assert_asked(&b, "78.113.0.203.origin.asn.cymru.com TXT\n"
                     "78.113.0.203.in-addr.arpa PTR\n"
                     "78.113.0.203.dnsbl-2.uceprotect.net A\n"
                     "78.113.0.203.ips.whitelisted.org A\n"
                     "78.113.0.203.ips.backscatterer.org A\n");
    for (size_t i = 0; i < 3; i += 2) {
        const struct list_result *f = &e2->lists.at[i];
        assert_false(f->pending);
        assert_int_equal(f->state, e->lists.at[i].state);
        assert_string_equal(f->detail, e->lists.at[i].detail);
    }
    assert_int_equal(e2->lists.at[AT_LEVEL1].state, STATE_REFUSED);
    fake_resolver_deliver_all(b.engine.resolver);
    assert_int_not_equal(e2->finished_ms, 0);
    investigation_again(other.inv); /* the user insists */
    char *questions = asked(&b);
    assert_non_null(strstr(questions, "78.113.0.203.dnsbl-1.uceprotect.net A fresh\n"));
    assert_non_null(strstr(questions, "probe.dnsbl-1.uceprotect.net A fresh\n"));
    free(questions);
    fake_resolver_deliver_all(b.engine.resolver);
    investigation_free(other.inv);
    close_bench(&b);
}

/* In a batch the questions to a silent list would be in the way of the others. */
static void
batch_asks_list_after_first_self_test(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "*.dnsbl-1.* A timeout\n77.113.0.203.dnsbl-2.* A data 127.0.0.2");
    b.engine.targets = SIZE_MAX;
    const struct evidence *e = start(&b, "203.0.113.77");
    char *questions = asked(&b);
    assert_null(strstr(questions, "77.113.0.203.dnsbl-"));
    assert_non_null(strstr(questions, "2.0.0.127.dnsbl-1."));
    free(questions);
    fake_resolver_deliver(b.engine.resolver, "*.dnsbl-2.*", NULL, 3); /* silence is noticed later */
    fake_resolver_deliver_all(b.engine.resolver);
    questions = asked(&b);
    assert_null(strstr(questions, "77.113.0.203.dnsbl-1."));
    assert_non_null(strstr(questions, "77.113.0.203.dnsbl-2."));
    free(questions);
    assert_int_equal(e->lists.at[AT_LEVEL1].state, STATE_TIMEOUT);
    for (unsigned i = 0; i < 20 && e->finished_ms == 0; i++) { /* answers wait for the next self-test */
        pass(&b, 50);
        fake_resolver_deliver_all(b.engine.resolver);
    }
    assert_int_equal(e->lists.at[AT_LEVEL2].state, STATE_LISTED);
    assert_int_not_equal(e->finished_ms, 0);
    close_bench(&b);
}

/* ---- what is kept ---- */

static void
hear(void *arg, const char *sentence)
{
    (void)arg;
    fail_msg("%s", sentence);
}

static unsigned
kept(const struct bench *b)
{
    assert_true(recorder_flush(b->engine.recorder));
    return recorder_version(b->engine.recorder);
}

/* Whether they come in the end or not. */
static void
record_waits_for_zone_files(void **state)
{
    (void)state;
    struct fault notice, fault;
    struct bench b;
    assert_int_equal(temp_dir_make(NULL), 0);
    open_bench(&b, "");
    b.engine.recorder =
        recorder_new(b.engine.loop,
                     journal_open(temp_dir_path("journal.db"), false, JOURNAL_WRITES, JOURNAL_WAIT_MS, &notice, &fault),
                     true, hear, NULL);
    b.engine.dataset.zones_awaited = true;
    finish(&b, "203.0.113.77");
    assert_int_equal(kept(&b), 0);
    b.engine.dataset.zones_awaited = false;
    investigation_zones_changed(b.inv);
    assert_int_equal(kept(&b), 1);

    investigation_free(b.inv);
    b.changes = 0;
    finish(&b, "203.0.113.78");
    assert_int_equal(kept(&b), 2);
    recorder_free(b.engine.recorder);
    close_bench(&b);
    assert_int_equal(temp_dir_remove(NULL), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(self_test_of_a_list_of_domains_is_not_about_addresses),
        cmocka_unit_test(investigation_asks_expected_questions_only),
        cmocka_unit_test(origin_with_database_asks_no_dns),
        cmocka_unit_test(origin_missing_in_database_asks_dns),
        cmocka_unit_test(txt_is_asked_only_when_listed),
        cmocka_unit_test(ipv6_on_v4_lists_is_not_asked),
        cmocka_unit_test(private_address_is_not_asked),
        cmocka_unit_test(loopback_resolver_opens_example_space_only),
        cmocka_unit_test(offline_sends_no_question),
        cmocka_unit_test(list_counts_after_health_check),
        cmocka_unit_test(answers_in_any_order_give_same_result),
        cmocka_unit_test(unhealthy_list_neither_lists_nor_clears),
        cmocka_unit_test(answer_sets_list_state),
        cmocka_unit_test(rewriting_resolver_is_detected),
        cmocka_unit_test_setup_teardown(rewriting_resolver_is_told_from_parked_domain, temp_dir_make, temp_dir_remove),
        cmocka_unit_test(nets_are_unique_narrowest_first),
        cmocka_unit_test(txt_unavailable_is_marked_missing),
        cmocka_unit_test(hostile_text_is_cleaned),
        cmocka_unit_test(ptr_is_forward_confirmed),
        cmocka_unit_test(ptr_thousand_names_ask_four_questions),
        cmocka_unit_test(ptr_ipv6_is_confirmed_by_aaaa),
        cmocka_unit_test(origin_without_database_comes_from_cymru),
        cmocka_unit_test(again_asks_everything),
        cmocka_unit_test(again_while_pending_asks_nothing),
        cmocka_unit_test(list_silent_on_recheck_loses_state),
        cmocka_unit_test(follow_asks_again_after_ttl),
        cmocka_unit_test(follow_repeats_health_check),
        cmocka_unit_test(follow_asks_at_most_once_a_minute),
        cmocka_unit_test(no_follow_asks_nothing_again),
        cmocka_unit_test(free_in_callback_is_safe),
        cmocka_unit_test(free_with_questions_pending_is_safe),
        cmocka_unit_test(two_targets_share_health_checks),
        cmocka_unit_test(resting_list_gives_its_state_at_once),
        cmocka_unit_test(batch_asks_list_after_first_self_test),
        cmocka_unit_test(record_waits_for_zone_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

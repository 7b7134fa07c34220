/* SPF against the scenario server: what a check says and an enumeration finds, and that both mean the same addresses.
 */
#include "dns_fixture.h"
#include "domain/spf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "spf_sample.h"

/* Documentation names and addresses alone (RFC 2606, RFC 5737, RFC 3849). */
static const char zones[] =
    "example.org TXT data \"other text\" \"v=spf1 a mx/28 -ip4:192.0.2.77 ip4:192.0.2.0/24 include:_spf.example.net "
    "ip6:2001:db8:1::/48 ?include:_maybe.example.net exists:%{i}._spf.example.org ~all\"\n"
    "example.org A data 198.51.100.10\n"
    "example.org AAAA data 2001:db8::10\n"
    "example.org MX data 10,mx1.example.org 20,mx2.example.org\n"
    "mx1.example.org A data 198.51.100.40\n"
    "mx1.example.org * nodata\n"
    "mx2.example.org AAAA data 2001:db8::25\n"
    "mx2.example.org * nodata\n"
    "198.51.100.222._spf.example.org A data 127.0.0.2\n"
    "_spf.example.net TXT data \"v=spf1 ip4:203.0.113.0/28 include:_more.example.net -all\"\n"
    "_more.example.net TXT data \"v=spf1 -ip4:203.0.113.80 ip4:203.0.113.64/26 ip4:203.0.113.80/29 ?all\"\n"
    "_maybe.example.net TXT data \"v=spf1 ip4:198.51.100.128/25 -all\"\n"
    "redirect.example.org TXT data \"v=spf1 ip4:192.0.2.1 redirect=fail.example.org exp=never.example.org\"\n"
    "fail.example.org TXT data \"v=spf1 ip4:192.0.2.2 -all exp=why.example.org\"\n"
    "why.example.org TXT data \"%{c} may not send for %{o}: %{R}, %{l1r-}\"\n"
    "mistake.example.org TXT data \"v=spf1 ip4:192.0.2.1 a:192.0.2.2 -all\"\n"
    "twice.example.org TXT data \"v=spf1 -all\" \"V=SPF1 +all\"\n"
    "open.example.org TXT data \"v=spf1 -ip4:192.0.2.128/25 +all\"\n"
    "loop.example.org TXT data \"v=spf1 ip4:192.0.2.9 include:loop2.example.org -all\"\n"
    "loop2.example.org TXT data \"v=spf1 include:LOOP.example.org -all\"\n"
    "silent.example.org TXT data \"v=spf1 ip4:192.0.2.9 include:down.example.org ip4:192.0.2.10 -all\"\n"
    "down.example.org * servfail\n"
    "void.example.org TXT data \"v=spf1 a:n1.example.org a:n2.example.org mx:n3.example.org ip4:192.0.2.5 -all\"\n"
    "many.example.org TXT data \"v=spf1 include:i1.many.example.org include:i2.many.example.org include:i3.many.example"
    ".org include:i4.many.example.org include:i5.many.example.org include:i6.many.example.org ip4:192.0.2.6 -all\"\n"
    "*.i1.many.example.org TXT data \"v=spf1 ?all\"\n"
    "*.many.example.org TXT data \"v=spf1 include:x.i1.many.example.org ip4:203.0.113.6 ?all\"\n"
    "deep.example.org TXT data \"v=spf1 include:%{d2}.deep.example.org -all\"\n"
    "*.deep.example.org TXT data \"v=spf1 include:a.%{d} include:b.%{d} -all\"\n"
    "null.example.org TXT data \"v=spf1 mx -all\"\n"
    "null.example.org MX data 0,.\n"
    "mapped.example.org TXT data \"v=spf1 ip6:::ffff:192.0.2.1 ip6:::ffff:0:0/90 -all\"\n"
    "ptr.example.org TXT data \"v=spf1 ptr:example.org -all\"\n"
    "7.2.0.192.in-addr.arpa PTR data host.example.org\n"
    "8.2.0.192.in-addr.arpa PTR data other.example.com.evil-example.org\n"
    "host.example.org A data 192.0.2.7\n"
    "other.example.com.evil-example.org A data 192.0.2.8\n"
    "* * nxdomain\n";

static void
on_done(void *arg)
{
    *(bool *)arg = true;
}

/* Evaluates to the end; the caller frees. */
static struct spf *
evaluate(const char *domain, const char *ip, const char *sender)
{
    bool done = false;
    struct spf_question question = {.domain = domain, .sender = sender, .helo = "mail.example.org"};
    if (!dns_fixture.resolver) {
        dns_fixture_serve(0, zones, NULL, NULL);
        dns_fixture_start(1);
    }
    assert_true(!ip || addr_parse(ip, &question.ip));
    struct spf *spf = spf_new(dns_fixture.loop, dns_fixture.resolver, &question, on_done, &done);
    while (!done && loop_turn(dns_fixture.loop, INT64_MAX))
        continue;
    assert_true(spf_has_ended(spf));
    return spf;
}

static void
assert_check(const char *domain, const char *ip, enum spf_result result, const char *matched)
{
    struct spf *spf = evaluate(domain, ip, "user@example.org");
    const struct spf_report *report = spf_report(spf);
    if (report->result != result)
        fail_msg("%s from %s: %s", domain, ip, spf_report_name(report->result));
    if (matched)
        assert_string_equal(report->matched, matched);
    spf_free(spf);
}

/* Appends the nets of a group, each with a blank. */
static void
assert_nets(const struct spf_report *report, unsigned group, const char *by, const char *nets)
{
    struct buf text = {0};
    char prefix[PREFIX_TEXT];
    for (size_t i = 0; i < report->nets.count; i++)
        if (report->nets.at[i].group == group)
            buf_format(&text, "%s%s ", report->nets.at[i].lost ? "!" : "",
                       prefix_text(&report->nets.at[i].prefix, prefix));
    assert_string_equal(report->groups.at[group].by, by);
    assert_string_equal(buf_string(&text), nets);
    buf_free(&text);
}

static void
check_names_result_and_term(void **state)
{
    (void)state;
    assert_check("example.org", "198.51.100.10", SPF_PASS, "a in example.org");
    assert_check("example.org", "198.51.100.47", SPF_PASS, "mx/28 in example.org");
    assert_check("example.org", "2001:db8::25", SPF_PASS, "mx/28 in example.org");
    assert_check("example.org", "::ffff:192.0.2.1", SPF_PASS, "ip4:192.0.2.0/24 in example.org");
    assert_check("example.org", "192.0.2.77", SPF_FAIL, "-ip4:192.0.2.77 in example.org");
    assert_check("example.org", "198.51.100.222", SPF_NEUTRAL, "ip4:198.51.100.128/25 in _maybe.example.net");
    assert_check("example.org", "203.0.113.80", SPF_SOFTFAIL, "~all in example.org");
    assert_check("example.org", "203.0.113.81", SPF_PASS, "ip4:203.0.113.64/26 in _more.example.net");
    assert_check("ptr.example.org", "192.0.2.7", SPF_PASS, "ptr:example.org in ptr.example.org");
    assert_check("ptr.example.org", "192.0.2.8", SPF_FAIL, "-all in ptr.example.org");
    assert_check("null.example.org", "192.0.2.8", SPF_FAIL, NULL);
    assert_check("missing.example.org", "192.0.2.8", SPF_NONE, NULL);
    assert_check("localhost", "192.0.2.8", SPF_NONE, NULL);
}

static void
check_error_says_where(void **state)
{
    (void)state;
    static const struct {
        const char *domain, *problem;
        enum spf_result result;
    } cases[] = {
        {"mistake.example.org", "mistake.example.org: \"a:192.0.2.2\" has an address: write ip4:", SPF_PERMERROR},
        {"twice.example.org", "twice.example.org has several SPF records", SPF_PERMERROR},
        {"loop.example.org", "LOOP.example.org leads to itself", SPF_PERMERROR},
        {"silent.example.org", "the TXT records of down.example.org cannot be read: server failure", SPF_TEMPERROR},
        {"void.example.org", "3 of its lookups find nothing, and receivers allow 2", SPF_PERMERROR},
        {"many.example.org", "the record needs 11 DNS lookups, and receivers allow 10", SPF_PERMERROR},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct spf *spf = evaluate(cases[i].domain, "198.51.100.1", "user@example.org");
        const struct spf_report *report = spf_report(spf);
        assert_int_equal(report->result, cases[i].result);
        assert_int_equal(report->problems.count, 1);
        assert_string_equal(report->problems.at[0], cases[i].problem);
        spf_free(spf);
    }
}

static void
redirect_explains_with_its_own_text(void **state)
{
    (void)state;
    struct spf *spf = evaluate("redirect.example.org", "198.51.100.1", "first-last@example.org");
    assert_int_equal(spf_report(spf)->result, SPF_FAIL);
    assert_string_equal(spf_report(spf)->explanation, "198.51.100.1 may not send for example.org: unknown, first");
    spf_free(spf);
}

static void
enumeration_groups_nets_by_include(void **state)
{
    (void)state;
    struct spf *spf = evaluate("example.org", NULL, NULL);
    const struct spf_report *report = spf_report(spf);
    assert_int_equal(report->result, SPF_SOFTFAIL);
    assert_int_equal(report->lookups, 6);
    assert_int_equal(report->voids, 0);
    assert_int_equal(report->problems.count, 0);
    assert_int_equal(report->groups.count, 3);
    assert_nets(report, 0, "example.org",
                "198.51.100.10/32 2001:db8::10/128 198.51.100.32/28 2001:db8::25/128 192.0.2.0/26 192.0.2.64/29 "
                "192.0.2.72/30 192.0.2.76/32 192.0.2.78/31 192.0.2.80/28 192.0.2.96/27 192.0.2.128/25 "
                "2001:db8:1::/48 ");
    assert_nets(report, 1, "_spf.example.net",
                "203.0.113.0/28 203.0.113.64/28 203.0.113.81/32 203.0.113.82/31 "
                "203.0.113.84/30 203.0.113.88/29 203.0.113.96/27 203.0.113.81/32 "
                "203.0.113.82/31 203.0.113.84/30 ");
    assert_nets(report, 2, "_maybe.example.net", "");
    assert_int_equal(report->groups.at[0].unknowable.count, 1);
    assert_string_equal(report->groups.at[0].unknowable.at[0], "exists:%{i}._spf.example.org");
    spf_free(spf);
}

static void
enumeration_goes_on_behind_errors(void **state)
{
    (void)state;
    struct spf *spf = evaluate("silent.example.org", NULL, NULL);
    assert_int_equal(spf_report(spf)->result, SPF_TEMPERROR);
    assert_nets(spf_report(spf), 0, "silent.example.org", "192.0.2.9/32 !192.0.2.10/32 ");
    spf_free(spf);
    spf = evaluate("many.example.org", NULL, NULL);
    assert_int_equal(spf_report(spf)->result, SPF_PERMERROR);
    assert_int_equal(spf_report(spf)->lookups, 12);
    assert_string_equal(spf_report(spf)->problems.at[0], "the record needs 12 DNS lookups, and receivers allow 10");
    assert_nets(spf_report(spf), 0, "many.example.org", "!192.0.2.6/32 ");
    assert_nets(spf_report(spf), 5, "i5.many.example.org", "203.0.113.6/32 ");
    spf_free(spf);
    spf = evaluate("mapped.example.org", NULL, NULL);
    assert_nets(spf_report(spf), 0, "mapped.example.org", "::ffc0:0:0/90 ");
    spf_free(spf);
    spf = evaluate("open.example.org", NULL, NULL);
    assert_int_equal(spf_report(spf)->result, SPF_PASS);
    assert_string_equal(spf_report(spf)->problems.at[0], "it lets strangers pass: anyone may send as this domain");
    spf_free(spf);
}

static void
evaluation_that_nobody_was_told_of_has_not_ended(void **state)
{
    (void)state;
    bool told = false;
    struct spf_question question = {.domain = "loop.example.org"};
    spf_free(evaluate("loop.example.org", NULL, NULL)); /* its answers are cached from here on */
    struct spf *spf = spf_new(dns_fixture.loop, dns_fixture.resolver, &question, on_done, &told);
    while (!told) {
        assert_false(spf_has_ended(spf));
        assert_true(loop_turn(dns_fixture.loop, INT64_MAX));
    }
    assert_true(spf_has_ended(spf));
    spf_free(spf);
}

/* ---- both mean the same ---- */

static void
enumeration_has_exactly_what_passes(void **state)
{
    (void)state;
    static const char *const domains[] = {"example.org",       "redirect.example.org", "open.example.org",
                                          "_more.example.net", "silent.example.org",   "many.example.org"};
    struct spf_sample sample = {0};
    srand(7208);
    for (size_t d = 0; d < sizeof domains / sizeof *domains; d++) {
        struct spf *whole = evaluate(domains[d], NULL, NULL);
        spf_sample_take(&sample, spf_report(whole));
        for (size_t i = 0; i < sample.addresses.count; i++) {
            const struct addr *address = &sample.addresses.at[i];
            char text[ADDR_TEXT];
            if (addr_to_v4(address) == 0xc63364de) /* that of the exists term */
                continue;
            struct spf *one = evaluate(domains[d], addr_text(address, text), "user@example.org");
            spf_sample_compare(&sample, spf_report(whole), address, spf_report(one), domains[d]);
            spf_free(one);
        }
        spf_free(whole);
    }
    print_message("%zu addresses inside, %zu outside\n", sample.inside, sample.outside);
    assert_true(sample.inside > 100 && sample.outside > 100);
    vec_free(&sample.addresses);
}

/* ---- hostile ---- */

static void
lookups_without_end_are_bounded(void **state)
{
    (void)state;
    struct spf *spf = evaluate("deep.example.org", NULL, NULL);
    assert_int_equal(spf_report(spf)->result, SPF_PERMERROR);
    assert_true(spf_report(spf)->lookups <= SPF_LOOKUPS_MOST + 1);
    assert_true(dns_fixture_counts().sent <= SPF_LOOKUPS_MOST + 1);
    spf_free(spf);
}

static void
long_records_are_read(void **state)
{
    (void)state;
    struct buf scenario = {0};
    buf_text(&scenario, "long.example.org TXT data \"v=spf1\"");
    for (unsigned i = 0; i < 500; i++)
        buf_format(&scenario, "+\" ip4:198.51.100.%u\"", i % 256);
    buf_text(&scenario, "+\" -all\"\nodd.example.org TXT data \"v=spf1 a:\\x00\\x1b[31m\\xff.example.org -all\"\n");
    buf_text(&scenario, "wide.example.org TXT data \"v=spf1 -ip4:192.0.2.1 ip4:0.0.0.0/0");
    for (unsigned i = 0; i < 900; i++)
        buf_format(&scenario, " -ip4:10.%u.%u.1", i % 256, i / 256);
    buf_text(&scenario, " +all\"\n* * nxdomain\n");
    dns_fixture_serve(0, buf_string(&scenario), NULL, NULL);
    dns_fixture_start(1);
    buf_free(&scenario);
    struct spf *spf = evaluate("long.example.org", NULL, NULL);
    assert_int_equal(spf_report(spf)->nets.count, 500);
    assert_int_equal(spf_report(spf)->result, SPF_FAIL);
    spf_free(spf);
    spf = evaluate("odd.example.org", NULL, NULL);
    assert_string_equal(spf_report(spf)->problems.at[0], "odd.example.org: \"a:\" has no valid domain");
    spf_free(spf);
    spf = evaluate("wide.example.org", NULL, NULL);
    assert_in_range(spf_report(spf)->nets.count, 900, SPF_NETS_MOST);
    spf_free(spf);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, dns_fixture_open, dns_fixture_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(check_names_result_and_term),
        TEST(check_error_says_where),
        TEST(redirect_explains_with_its_own_text),
        TEST(enumeration_groups_nets_by_include),
        TEST(enumeration_goes_on_behind_errors),
        TEST(evaluation_that_nobody_was_told_of_has_not_ended),
        TEST(enumeration_has_exactly_what_passes),
        TEST(lookups_without_end_are_bounded),
        TEST(long_records_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "evidence_fixture.h"
#include "temp_dir.h"
#include "verdict/reception.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void
filter_takes_numbers_ranges_and_choices(void **state)
{
    (void)state;
    static const struct {
        const char *site, *answer;
        bool taken;
    } cases[] = {
        {"a.example", "127.0.0.2", true},
        {"a.example=127.0.0.2", "127.0.0.2", true},
        {"a.example=127.0.0.2*3", "127.0.0.3", false},
        {"a.example=127.0.0.[2..11]*3", "127.0.0.11", true},
        {"a.example=127.0.0.[2..11]*3", "127.0.0.12", false},
        {"a.example=127.0.0.[2;10..12]", "127.0.0.2", true},
        {"a.example=127.0.0.[2;10..12]", "127.0.0.11", true},
        {"a.example=127.0.0.[2;10..12]", "127.0.0.3", false},
        {"a.example=127.0.[0..255].3*-8", "127.0.9.3", true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct receivers *receivers = receivers_new();
        struct buf text = {0};
        struct fault fault;
        struct addr answer;
        buf_format(&text, "[mine]\npostscreen_dnsbl_threshold = 3\npostscreen_dnsbl_sites = %s\n", cases[i].site);
        assert_true(receivers_load(receivers, temp_dir_put("receivers.conf", buf_string(&text)), NULL, NULL, &fault));
        const struct receiver *mine = &receivers->list.at[receivers->list.count - 1];
        assert_string_equal(mine->name, "mine");
        assert_true(addr_parse(cases[i].answer, &answer));
        assert_int_equal(receiver_site_takes(&mine->sites.at[0], &answer), cases[i].taken);
        receivers_free(receivers);
        buf_free(&text);
    }
}

static void
add_fault(void *arg, const char *sentence)
{
    buf_format(arg, "%s\n", strstr(sentence, "receivers.conf"));
}

/* The receivers of the same file that have none are taken. */
static void
bad_receiver_is_named_with_line_and_left_out(void **state)
{
    (void)state;
    static const struct {
        const char *text, *fault;
    } cases[] = {
        {"[mine]\nthreshold = 0\n", "receivers.conf:2: threshold = 0: not a number of points above 0"},
        {"[mine]\nthreshold = 3\nsites = a.example=127.0.0\n", "receivers.conf:3: '127.0.0' is no site of postscreen"},
        {"[mine]\nthreshold = 3\nsites = a.example*many\n", "receivers.conf:3: 'many' is no site"},
        {"[mine]\nthreshold = 3\nsites = a.example=127.0.0.[9..2]\n", "is no site"},
        {"[mine]\nthreshold = 3\nsites = a.example=127.0.0.300\n", "is no site"},
        {"[mine]\nsites = a.example\n", "receivers.conf: [mine] has no threshold"},
        {"[mine]\nlimit = 3\n", "receivers.conf:2: limit: a receiver has dated, threshold and sites"},
        {"[mine]\nreject = many;\n", "receivers.conf:2: reject = many;: not a number of points above 0"},
        {"[mine]\nSYMBOL = many\n", "receivers.conf:2: SYMBOL = many: not a number of points"},
        {"[mine]\nreject = 9\nrbls {\n a {\n  rbl = \"a.example\";\n", "receivers.conf:6: a { ... } does not end"},
        {"[mine]\nreject = 9\nrbls { a {\n rbl = \"a.example\";\n returncodes { A = \"127.0.0.x\"; } } }\n",
         "receivers.conf:5: A: '127.0.0.x' is no answer of a list"},
        {"[mine]\nrbls { a { rbl = \"a.example\" } }\n", "receivers.conf: [mine] has no threshold"},
        {"[mine]\nrbls { a { rbl = \"a.example } }\n", "receivers.conf:2: a quotation does not end"},
        {"[mine]\na { b { c { d { e { f { g { h { i { } } } } } } } } }\n", "receivers.conf:2: braces are nested too"},
        {"[mine]\nthreshold = 3\nsites =\n a.example*2\n", "receivers.conf:4: neither a [section] nor"},
        {"threshold = 3\n", "receivers.conf:1: threshold: a receiver begins with its name"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct receivers *receivers = receivers_new();
        size_t count = receivers->list.count;
        struct fault fault;
        struct buf text = {0}, faults = {0};
        buf_format(&text, "%s[after]\nthreshold = 1\n[mark x]\nforeign\n", cases[i].text);
        assert_true(
            receivers_load(receivers, temp_dir_put("receivers.conf", buf_string(&text)), add_fault, &faults, &fault));
        if (!strstr(buf_string(&faults), cases[i].fault) || strchr(buf_string(&faults), '\n')[1])
            fail_msg("case %zu: %s", i, buf_string(&faults));
        assert_int_equal(receivers->list.count, count + 1);
        assert_string_equal(receivers->list.at[count].name, "after");
        buf_free(&text);
        buf_free(&faults);
        receivers_free(receivers);
    }
}

/* Lines of Postfix are long. */
static void
line_of_any_length_is_read(void **state)
{
    (void)state;
    struct receivers *receivers = receivers_new();
    struct buf text = {0}, faults = {0};
    struct fault fault;
    buf_text(&text, "[mine]\npostscreen_dnsbl_threshold = 3\npostscreen_dnsbl_sites =");
    for (unsigned i = 0; i < 2000; i++)
        buf_format(&text, " list%u.example=127.0.0.[2..11]*%u", i, i % 9 + 1);
    buf_text(&text, "\n");
    assert_true(
        receivers_load(receivers, temp_dir_put("receivers.conf", buf_string(&text)), add_fault, &faults, &fault));
    assert_string_equal(buf_string(&faults), "");
    assert_int_equal(receivers->list.at[receivers->list.count - 1].sites.count, 2000);
    receivers_free(receivers);
    buf_free(&faults);
    buf_free(&text);
}

/* Also where the fault is cut off inside of one. */
static void
fault_shows_no_key(void **state)
{
    (void)state;
    static const struct {
        const char *before, *after;
    } lines[] = {
        {"sites =\n ", "abcdefghij1234567890klmnop.zen.dq.spamhaus.net*2\n"},
        {"sites = a.example,\n ", "abcdefghij1234567890klmnop.zen.dq.spamhaus.net=127.0.0.2*2\n"},
        {"sites = a.example=", "abcdefghij1234567890klmnop*2\n"},
        {"threshold = ", "abcdefghij1234567890klmnop\n"},
        {"", "abcdefghij1234567890klmnop = 1\n"},
        {"zen.dq.spamhaus.net.", "abcdefghij1234567890klmnop\n"},
        {"rbls { a { rbl = \"a.example\"; returncodes { \"", "abcdefghij1234567890klmnop\" = 1 } } }\n"},
        {"rbls { a { ", "abcdefghij1234567890klmnop { x"},
    };
    enum { STEP = 7 };
    for (size_t i = 0; i < COUNT(lines); i++)
        for (size_t filled = 0; filled < FAULT_ROOM; filled += STEP) {
            struct receivers *receivers = receivers_new();
            struct buf text = {0}, faults = {0};
            struct fault fault;
            buf_format(&text, "[mine]\n%s", lines[i].before);
            for (size_t k = 0; k < filled; k++)
                buf_byte(&text, k + 1 < filled && k % 2 == 0 ? 'x' : '.');
            buf_text(&text, lines[i].after);
            assert_true(receivers_load(receivers, temp_dir_put("receivers.conf", buf_string(&text)), add_fault, &faults,
                                       &fault));
            assert_true(faults.count > 0);
            if (strstr(buf_string(&faults), "abc"))
                fail_msg("%s", buf_string(&faults));
            receivers_free(receivers);
            buf_free(&faults);
            buf_free(&text);
        }
}

static const char lists[] = "[zen.spamhaus.org]\noperator = Spamhaus\ncode = 127.0.0.2 listed SBL: known\n"
                            "code = 127.0.0.3 listed CSS: snowshoe\ncode = 127.0.0.10 policy PBL: dynamic\nweight = 5\n"
                            "data = zen\n"
                            "[xbl.spamhaus.org]\ncode = 127.0.0.4/30 listed\ndata = zen\n"
                            "[zen.dq.spamhaus.net]\naccess = key\ndata = zen\n"
                            "[b.barracudacentral.org]\nweight = 1\n[bl.spamcop.net]\nweight = "
                            "1\n[bl.mailspike.net]\nweight = 1\n[psbl.surriel.com]\nweight = 1\n"
                            "[list.dnswl.org]\nscope = allow\n[gone.example]\nstatus = dead\n";

/* The state of a list, and the last byte of its answers. */
struct told {
    const char *zone;
    enum list_state state;
    unsigned char answers[2];
};

static void
tell(struct evidence *e, const struct told *told)
{
    for (size_t i = 0; i < e->lists.count; i++) {
        struct list_result *f = &e->lists.at[i];
        if (strcmp(f->list->zone, told->zone) != 0)
            continue;
        f->state = told->state;
        for (size_t k = 0; k < COUNT(told->answers) && told->answers[k]; k++)
            vec_push(&f->answers, ((struct addr){ADDR_V4, {127, 0, 0, told->answers[k]}}));
    }
}

static void
receiver_adds_up_points_of_listings(void **state)
{
    (void)state;
    static const struct {
        const char *sites;
        struct told told[3];
        const char *words;
    } cases[] = {
        {"zen.spamhaus.org*3", {{"zen.spamhaus.org", STATE_CLEAR, {0}}}, "mine: would not block, 0 of 3 points"},
        {"zen.spamhaus.org=127.0.0.[10;11]*8 zen.spamhaus.org=127.0.0.3*4",
         {{"zen.spamhaus.org", STATE_LISTED, {10}}},
         "mine: would block, 8 of 3 points: Spamhaus PBL 8"},
        {"zen.spamhaus.org=127.0.0.10*2 zen.spamhaus.org=127.0.0.3*4",
         {{"zen.spamhaus.org", STATE_LISTED, {10, 3}}},
         "mine: would block, 6 of 3 points: Spamhaus PBL 2, Spamhaus CSS 4"},
        {"bl.spamcop.net*2, psbl.surriel.com",
         {{"bl.spamcop.net", STATE_LISTED, {2}}, {"psbl.surriel.com", STATE_LISTED, {2}}},
         "mine: would block, 3 of 3 points: SpamCop 2, PSBL 1"},
        {"bl.spamcop.net*2.5 list.dnswl.org*-2",
         {{"bl.spamcop.net", STATE_LISTED, {2}}, {"list.dnswl.org", STATE_LISTED, {2}}},
         "mine: would not block, 0.5 of 3 points: SpamCop 2.5, DNSWL -2"},
        {"bl.spamcop.net*2 psbl.surriel.com*2",
         {{"bl.spamcop.net", STATE_LISTED, {2}}, {"psbl.surriel.com", STATE_TIMEOUT, {0}}},
         "mine: not known, 2 of 3 points, 1 of its 2 terms unknown: SpamCop 2"},
        {"bl.spamcop.net*1 psbl.surriel.com*1",
         {{"bl.spamcop.net", STATE_LISTED, {2}}, {"psbl.surriel.com", STATE_REFUSED, {0}}},
         "mine: would not block, 1 of 3 points: SpamCop 1"},
        {"bl.spamcop.net*4 list.dnswl.org*-2",
         {{"bl.spamcop.net", STATE_LISTED, {2}}, {"list.dnswl.org", STATE_ERROR, {0}}},
         "mine: not known, 4 of 3 points, 1 of its 2 terms unknown: SpamCop 4"},
        {"bl.spamcop.net*2 unheard.example*2",
         {{"bl.spamcop.net", STATE_LISTED, {2}}},
         "mine: not known, 2 of 3 points, 1 of its 2 terms unknown: SpamCop 2"},
        {"gone.example*9", {{0}}, "mine: would not block, 0 of 3 points"},
        /* the same data: the part has only its own codes, and a key is no part of the zone */
        {"xbl.spamhaus.org*3", {{"zen.spamhaus.org", STATE_LISTED, {3}}}, "mine: would not block, 0 of 3 points"},
        {"xbl.spamhaus.org*3",
         {{"zen.spamhaus.org", STATE_LISTED, {4}}},
         "mine: would block, 3 of 3 points: Spamhaus ZEN 3"},
        {"0123456789abcdefghijklmnop.zen.dq.spamhaus.net=127.0.0.2*3",
         {{"zen.spamhaus.org", STATE_LISTED, {3}}},
         "mine: would not block, 0 of 3 points"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct receivers *receivers = receivers_new();
        struct catalogue *catalogue = catalogue_new();
        struct evidence e;
        struct reception reception;
        struct buf text = {0}, words = {0};
        struct addr address;
        struct fault fault;
        buf_format(&text, "[mine]\nthreshold = 3\nsites = %s\n", cases[i].sites);
        assert_true(receivers_load(receivers, temp_dir_put("receivers.conf", buf_string(&text)), NULL, NULL, &fault));
        assert_true(catalogue_load(catalogue, temp_dir_put("lists.conf", lists), NULL, NULL, &fault));
        assert_true(catalogue_choose(catalogue, "all", &fault));
        assert_true(addr_parse("203.0.113.77", &address));
        evidence_init(&e, catalogue, "203.0.113.77", NULL, &address);
        for (size_t k = 0; k < COUNT(cases[i].told) && cases[i].told[k].zone; k++)
            tell(&e, &cases[i].told[k]);
        reception_of(&reception, &receivers->list.at[receivers->list.count - 1], &e);
        reception_words(&words, &reception);
        assert_string_equal(buf_string(&words), cases[i].words);
        reception_fini(&reception);
        evidence_fini(&e);
        catalogue_free(catalogue);
        receivers_free(receivers);
        buf_free(&text);
        buf_free(&words);
    }
}

/* Lines as rspamd has them, from rbl.conf, a group of symbols and actions.conf. */
static void
rules_of_rspamd_are_taken_as_they_are(void **state)
{
    (void)state;
    static const struct {
        const char *text, *zone;
        unsigned char answer;
        const char *words;
    } cases[] = {
        {"reject = 15;\nRBL_CSS = 4.0;\nrbls {\n  spamhaus {\n    rbl = \"zen.spamhaus.org\"; # theirs\n    ipv6 = "
         "true;\n"
         "    returncodes {\n      RBL_SBL = \"127.0.0.2\";\n      RBL_CSS = \"127.0.0.3\";\n    }\n  }\n}\n",
         "zen.spamhaus.org", 3, "mine: would not block, 4 of 15 points: Spamhaus CSS 4"},
        {"rbls = {\n a = {\n  returncodes = { X = [ \"127.0.0.2\", \"127.0.0.10\" ], }\n rbl = zen.spamhaus.org\n "
         "}\n}\n"
         "symbols = { \"X\" { weight = 7.5; description = \"a { b\"; } }\nactions { reject = 7; add_header = 3 }\n",
         "zen.spamhaus.org", 10, "mine: would block, 7.5 of 7 points: Spamhaus PBL 7.5"},
        {"add_header = 6\nrbls { spamcop { rbl = \"bl.spamcop.net\"; symbol = \"COP\"; checks = [\"from\", "
         "\"received\"]; } }\n"
         "group \"rbl\" { symbols { COP { score = 6; } } }\n",
         "bl.spamcop.net", 2, "mine: would mark as spam, 6 of 6 points: SpamCop 6"},
        {"reject = 3\nrbls { spamcop { rbl = \"bl.spamcop.net\"; } }\nSPAMCOP = 3\n", "bl.spamcop.net", 2,
         "mine: would block, 3 of 3 points: SpamCop 3"},
        {"reject = 3\nrbls { w { rbl = \"zen.spamhaus.org\"; returncodes { W = \"^127%.0%.%d+%.[2-4]$\" } } }\nW = "
         "-2\n",
         "zen.spamhaus.org", 3, "mine: would not block, -2 of 3 points: Spamhaus CSS -2"},
        {"reject = 3\nrbls { a { rbl = \"bl.spamcop.net\"; checks = [\"emails\"]; symbol = A }\n /* off */ b { rbl = "
         "\"bl.spamcop.net\"; enabled = false; symbol = A } }\nA = 9\n",
         "bl.spamcop.net", 2, "mine: would not block, 0 of 3 points"},
        {"reject = 3\nrbls { a { rbl = \"bl.spamcop.net\"; symbol = UNSCORED } }\n", "bl.spamcop.net", 2,
         "mine: would not block, 0 of 3 points"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct receivers *receivers = receivers_new();
        struct catalogue *catalogue = catalogue_new();
        struct evidence e;
        struct reception reception;
        struct buf text = {0}, words = {0};
        struct addr address;
        struct fault fault;
        buf_format(&text, "[mine]\n%s[after]\nthreshold = 1\n", cases[i].text);
        struct buf faults = {0};
        assert_true(
            receivers_load(receivers, temp_dir_put("receivers.conf", buf_string(&text)), add_fault, &faults, &fault));
        assert_string_equal(buf_string(&faults), "");
        assert_true(catalogue_load(catalogue, temp_dir_put("lists.conf", lists), NULL, NULL, &fault));
        assert_true(catalogue_choose(catalogue, "all", &fault));
        assert_true(addr_parse("203.0.113.77", &address));
        evidence_init(&e, catalogue, "203.0.113.77", NULL, &address);
        tell(&e, &(struct told){cases[i].zone, STATE_LISTED, {cases[i].answer}});
        reception_of(&reception, &receivers->list.at[receivers->list.count - 2], &e);
        reception_words(&words, &reception);
        assert_string_equal(buf_string(&words), cases[i].words);
        reception_fini(&reception);
        evidence_fini(&e);
        catalogue_free(catalogue);
        receivers_free(receivers);
        buf_free(&text);
        buf_free(&words);
    }
}

static void
built_in_receivers_follow_what_they_publish(void **state)
{
    (void)state;
    static const struct {
        const char *zone;
        unsigned char answer;
        const char *mailcow, *docker;
    } cases[] = {
        {"b.barracudacentral.org", 2, "would block, 7 of 6", "would not block, 2 of 3"},
        {"zen.spamhaus.org", 10, "would block, 8 of 6", "would block, 3 of 3"},
        {"zen.spamhaus.org", 3, "would not block, 4 of 6", "would block, 3 of 3"},
        {"zen.spamhaus.org", 2, "would not block, 3 of 6", "would block, 3 of 3"},
        {"bl.spamcop.net", 2, "would not block, 2 of 6", "would not block, 0 of 3"},
        {"bl.mailspike.net", 2, "would not block, 5 of 6", "would not block, 1 of 3"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct receivers *receivers = receivers_new();
        struct catalogue *catalogue = catalogue_new();
        struct evidence e;
        struct addr address;
        struct fault fault;
        assert_true(catalogue_load(catalogue, temp_dir_put("lists.conf", lists), NULL, NULL, &fault));
        for (size_t r = 0; r < receivers->list.count; r++) /* every list of theirs is known and clear, but one */
            for (size_t s = 0; s < receivers->list.at[r].sites.count; s++) {
                struct buf block = {0};
                if (catalogue_find(catalogue, receivers->list.at[r].sites.at[s].zone))
                    continue;
                buf_format(&block, "[%s]\nweight = 1\n", receivers->list.at[r].sites.at[s].zone);
                assert_true(
                    catalogue_load(catalogue, temp_dir_put("more.conf", buf_string(&block)), NULL, NULL, &fault));
                buf_free(&block);
            }
        assert_true(catalogue_choose(catalogue, "all", &fault) && addr_parse("203.0.113.77", &address));
        evidence_init(&e, catalogue, "203.0.113.77", NULL, &address);
        for (size_t k = 0; k < e.lists.count; k++)
            e.lists.at[k].state = STATE_CLEAR;
        tell(&e, &(struct told){cases[i].zone, STATE_LISTED, {cases[i].answer}});
        assert_int_equal(receivers->list.count, 2);
        for (size_t r = 0; r < 2; r++) {
            struct reception reception;
            struct buf words = {0};
            reception_of(&reception, &receivers->list.at[r], &e);
            reception_words(&words, &reception);
            assert_non_null(strstr(buf_string(&words), r == 0 ? cases[i].mailcow : cases[i].docker));
            assert_non_null(strstr(buf_string(&words), "(2026-08)"));
            reception_fini(&reception);
            buf_free(&words);
        }
        evidence_fini(&e);
        catalogue_free(catalogue);
        receivers_free(receivers);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(filter_takes_numbers_ranges_and_choices, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(bad_receiver_is_named_with_line_and_left_out, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(line_of_any_length_is_read, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(fault_shows_no_key, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(receiver_adds_up_points_of_listings, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(rules_of_rspamd_are_taken_as_they_are, temp_dir_make, temp_dir_remove),
        cmocka_unit_test_setup_teardown(built_in_receivers_follow_what_they_publish, temp_dir_make, temp_dir_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

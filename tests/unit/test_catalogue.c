#include "builtin_lists.h"

#include "base/buf.h"
#include "temp_dir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void
add_fault(void *arg, const char *sentence)
{
    const char *name = strstr(sentence, "lists.conf"); /* "/tmp/.../lists.conf:3: ..." */
    buf_format(arg, "%s\n", name ? name : "no file is named");
}

/* The built-in lists and those of the text, of which the words choose; asserts what is reported. */
static struct catalogue *
catalogue_with(const char *text, const char *words, const char *faults)
{
    struct catalogue *catalogue = catalogue_new();
    struct buf found = {0};
    struct fault fault;
    assert_true(catalogue_load(catalogue, temp_dir_put("lists.conf", text), add_fault, &found, &fault));
    assert_true(catalogue_choose(catalogue, words, &fault));
    assert_string_equal(buf_string(&found), faults);
    buf_free(&found);
    return catalogue;
}

static void
uceprotect_has_five_parts(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *part, *title, *shorter;
        unsigned level;
        enum list_scope scope;
    } expected[] = {
        {"dnsbl-1.uceprotect.net", "level1", "Level 1 address", "Level 1", 1, SCOPE_IP},
        {"dnsbl-2.uceprotect.net", "level2", "Level 2 net", "Level 2", 2, SCOPE_RANGE},
        {"dnsbl-3.uceprotect.net", "level3", "Level 3 ASN", "Level 3", 3, SCOPE_ASN},
        {"ips.whitelisted.org", "exemption", "Exemption", "Exemption", 0, SCOPE_ALLOW},
        {"ips.backscatterer.org", "backscatterer", "Backscatterer", "Backscatterer", 0, SCOPE_IP},
    };
    const struct catalogue *catalogue = catalogue_builtin();
    assert_int_equal(catalogue_count(catalogue), COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        const struct list *list = catalogue_list(catalogue, i);
        assert_int_equal(list->index, i);
        assert_string_equal(list->zone, expected[i].zone);
        assert_string_equal(list->part, expected[i].part);
        assert_string_equal(list->title, expected[i].title);
        assert_string_equal(list->shorter, expected[i].shorter);
        assert_string_equal(list->run_by, "UCEPROTECT");
        assert_int_equal(list->level, expected[i].level);
        assert_int_equal(list->scope, expected[i].scope);
        assert_int_equal(list->points.count, 2);
        assert_true(list_is_asked(list, ADDR_V4) && !list_is_asked(list, ADDR_V6));
        assert_ptr_equal(catalogue_find(catalogue, expected[i].zone), list);
        assert_ptr_equal(catalogue->parts[i], list);
    }
    assert_ptr_equal(LEVEL2_LIST, catalogue_list(catalogue, 1));
    assert_ptr_equal(EXEMPTION_LIST, catalogue_list(catalogue, 3));
    assert_ptr_equal(BACKSCATTERER_LIST, catalogue_list(catalogue, 4));
    assert_ptr_equal(catalogue_find(catalogue, "IPS.Whitelisted.ORG"), EXEMPTION_LIST);
    assert_null(catalogue_find(catalogue, "bl.example.net"));
}

/* data/lists.conf is read as a file over itself, because faults of the built-in text are not reported. */
static void
every_block_is_valid(void **state)
{
    (void)state;
    const char *path = TEST_SOURCE_ROOT "/data/lists.conf";
    struct catalogue *catalogue = catalogue_new();
    struct buf faults = {0};
    struct fault fault;
    size_t count = catalogue_known(catalogue);
    assert_true(catalogue_load(catalogue, path, add_fault, &faults, &fault));
    assert_string_equal(buf_string(&faults), "");
    assert_int_equal(catalogue_known(catalogue), count); /* no zone has two spellings */
    for (size_t i = 0; i < count; i++) {
        const struct list *list = catalogue_list(catalogue, i);
        bool listed = false, is_open = list->status == LIST_ACTIVE || list->status == LIST_BY_NAME;
        for (size_t p = 0; p < list->points.count; p++) {
            const struct test_point *point = &list->points.at[p];
            uint32_t v4 = addr_to_v4(&point->address);
            listed = listed || point->listed;
            if (*point->name)
                assert_int_equal(list->scope, SCOPE_DOMAIN);
            else
                assert_true(point->address.family == ADDR_V6 || v4 >> 24 == 127);
            assert_true(!point->answer.family || return_codes_judge(&list->codes, &point->answer, 1) <= CODE_LISTED);
        }
        assert_true(*list->run_by && *list->facts);
        for (size_t c = 0; c < list->codes.count; c++) {
            const char *text = list->codes.at[c].text;
            size_t name = strcspn(text, ":"); /* of a part of the list: "Spamhaus CSS" */
            assert_true(!text[name] || (strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == name));
        }
        assert_true(!is_open || !strchr(list->run_by, ' '));
        assert_true(listed || list->scope == SCOPE_DOMAIN || !is_open);
        assert_true(!is_open || list->weight == 0 || list->codes.count > 0);
        assert_true(!is_open || *list->zone != '*');
        assert_true((list->access == ACCESS_OPEN) == (*list->access_page == '\0'));
        assert_true((list->access == ACCESS_KEY) == (*list->key_variable != '\0'));
        assert_true(list->granularity == 128 || list->families[1]);
    }
    buf_free(&faults);
    catalogue_free(catalogue);
}

static bool
is_chosen(const struct catalogue *catalogue, const char *zone)
{
    return catalogue_find(catalogue, zone)->chosen;
}

static void
lists_of_domains_come_behind_those_of_addresses(void **state)
{
    (void)state;
    struct catalogue *catalogue = catalogue_new();
    struct fault fault;
    assert_int_equal(catalogue_asked(catalogue), catalogue_count(catalogue)); /* those of UCEPROTECT alone */
    assert_true(catalogue_choose(catalogue, NULL, &fault));
    for (size_t i = 0; i < catalogue_known(catalogue); i++) {
        const struct list *list = catalogue_list(catalogue, i);
        bool domains = i >= catalogue_count(catalogue) && i < catalogue_asked(catalogue);
        assert_int_equal(list->asked_for_domains, domains);
        assert_true(!domains || (list->scope == SCOPE_DOMAIN && !list->chosen && list->asked));
        assert_true(!domains || (list->points.count == 2 && *list->points.at[0].name && list->points.at[0].listed));
    }
    const struct list *usual = catalogue_find(catalogue, "dbl.nordspam.com");
    assert_true(usual->asked_for_domains);
    assert_string_equal(usual->points.at[0].name, "test"); /* RFC 5782 section 5 */
    assert_string_equal(usual->points.at[1].name, "invalid");
    catalogue_free(catalogue);
}

static void
words_choose_lists(void **state)
{
    (void)state;
    static const struct {
        const char *words, *chosen, *others;
    } cases[] = {
        {NULL, "zen.spamhaus.org b.barracudacentral.org dnsbl-1.uceprotect.net bl.ipv6.spameatingmonkey.net",
         "sbl.spamhaus.org bb.barracudacentral.org z.mailspike.net rbl.efnetrbl.org dbl.spamhaus.org "
         "combined.mail.abusix.zone zen.dq.spamhaus.net dnsbl.sorbs.net ivmsip.invaluement.com bl.nszones.com"},
        {"all", "zen.spamhaus.org rbl.efnetrbl.org bl.konstant.no",
         "sbl.spamhaus.org dbl.spamhaus.org dnsbl.sorbs.net ivmsip.invaluement.com bl.nszones.com"},
        {"uceprotect", "dnsbl-3.uceprotect.net ips.backscatterer.org", "zen.spamhaus.org bl.spamcop.net"},
        {"ZEN, b.barracudacentral.org", "zen.spamhaus.org b.barracudacentral.org", "dnsbl-1.uceprotect.net"},
        {"xbl.spamhaus.org", "xbl.spamhaus.org", "zen.spamhaus.org"},
        {"xbl zen", "zen.spamhaus.org", "xbl.spamhaus.org"}, /* the same data */
        {"sem", "bl.spameatingmonkey.net netbl.spameatingmonkey.net", "uribl.spameatingmonkey.net"},
        {"no-such-list", "", ""},
        {"dronebl", "dnsbl.dronebl.org", "zen.spamhaus.org"},
        {"psbl,", "psbl.surriel.com", "dnsbl.sorbs.net"},
        {"ZEN.SPAMHAUS.ORG.", "zen.spamhaus.org", "dnsbl-1.uceprotect.net"},
        {"Zen., uceprotect.", "zen.spamhaus.org dnsbl-1.uceprotect.net", "bl.spamcop.net"},
        {"z.mailspike.net bl.mailspike.net", "bl.mailspike.net", "z.mailspike.net"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct catalogue *catalogue = catalogue_new();
        struct fault fault;
        char zones[512];
        assert_int_equal(catalogue_choose(catalogue, cases[i].words, &fault), *cases[i].chosen != '\0');
        for (int chosen = 1; chosen >= 0; chosen--) {
            snprintf(zones, sizeof zones, "%s", chosen ? cases[i].chosen : cases[i].others);
            for (char *zone = strtok(zones, " "); zone; zone = strtok(NULL, " "))
                if (is_chosen(catalogue, zone) != chosen)
                    fail_msg("--lists %s: %s", cases[i].words ? cases[i].words : "(default)", zone);
        }
        catalogue_free(catalogue);
    }
}

/* What is disabled is not asked by another of its names, nor part by part, but by another way to it. */
static void
disabled_list_takes_its_twins_along(void **state)
{
    (void)state;
    static const struct {
        const char *disabled, *words, *chosen, *others, *zone, *why;
    } cases[] = {
        {"b.barracudacentral.org", "all", "zen.spamhaus.org", "b.barracudacentral.org bb.barracudacentral.org",
         "bb.barracudacentral.org", "disabled in lists.conf with b.barracudacentral.org, which has its data"},
        {"zen.spamhaus.org", "all", "bl.spamcop.net", "zen.spamhaus.org sbl.spamhaus.org pbl.spamhaus.org",
         "xbl.spamhaus.org", "disabled in lists.conf with zen.spamhaus.org, which has its data"},
        {"z.mailspike.net", NULL, "bl.mailspike.net", "z.mailspike.net", "z.mailspike.net", "disabled in lists.conf"},
        {"zen.dq.spamhaus.net", NULL, "zen.spamhaus.org", "zen.dq.spamhaus.net", "zen.dq.spamhaus.net",
         "disabled in lists.conf"},
        {"dnsbl-2.uceprotect.net", NULL, "dnsbl-1.uceprotect.net", "dnsbl-2.uceprotect.net", "dnsbl-2.uceprotect.net",
         "disabled in lists.conf"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf text = {0}, why = {0};
        char zones[512];
        buf_format(&text, "[%s]\ndisable = yes\n", cases[i].disabled);
        struct catalogue *catalogue = catalogue_with(buf_string(&text), cases[i].words, "");
        for (int chosen = 1; chosen >= 0; chosen--) {
            snprintf(zones, sizeof zones, "%s", chosen ? cases[i].chosen : cases[i].others);
            for (char *zone = strtok(zones, " "); zone; zone = strtok(NULL, " "))
                if (is_chosen(catalogue, zone) != chosen)
                    fail_msg("%s disabled: %s", cases[i].disabled, zone);
        }
        assert_true(catalogue_unasked(catalogue, catalogue_find(catalogue, cases[i].zone), ADDR_NONE, &why));
        assert_string_equal(buf_string(&why), cases[i].why);
        buf_free(&why);
        buf_free(&text);
        catalogue_free(catalogue);
    }
}

/* A key written as a part of the zone, as operators print it, is a key. */
static void
key_in_front_of_zone_is_taken_and_never_shown(void **state)
{
    (void)state;
    static const struct {
        const char *text, *zone, *asked, *faults;
    } cases[] = {
        {"[s3cret.zen.dq.spamhaus.net]\nweight = 4\n", "zen.dq.spamhaus.net", "s3cret.zen.dq.spamhaus.net", ""},
        {"[S3cret.ZEN.dq.spamhaus.net.]\n", "zen.dq.spamhaus.net", "S3cret.zen.dq.spamhaus.net", ""},
        {"[s3cret.combined.mail.abusix.zone]\nweight = 3\n", "combined.mail.abusix.zone",
         "s3cret.combined.mail.abusix.zone", ""},
        {"[0123456789abcdefghijklmnop.sbl.dq.spamhaus.net]\nweight = 4\n", "sbl.dq.spamhaus.net",
         "0123456789abcdefghijklmnop.sbl.dq.spamhaus.net", ""},
        {"[0123456789abcdefghijklmnop.bl.mine.example]\nweight = 4\n", "bl.mine.example",
         "0123456789abcdefghijklmnop.bl.mine.example", ""},
        {"[s3cret.zen.dq.spamhaus.net]\nheight = 4\n", "zen.dq.spamhaus.net", NULL,
         "lists.conf:2: [zen.dq.spamhaus.net] has no key 'height'; did you mean weight?\n"},
        {"[0123456789abcdefghijklmnop.zen.spamhaus.org]\nweight = 4\n", "zen.spamhaus.org", "zen.spamhaus.org",
         "lists.conf:1: [zen.spamhaus.org] takes no key in front of it\n"},
        {"[zen.dq.spamhaus.net]\nkey s3cret\n", "zen.dq.spamhaus.net", NULL,
         "lists.conf:2: neither a [section] nor a key = value: 'key'\n"},
        {"[zen.dq.spamhaus.net]\n  key: s3cret\n", "zen.dq.spamhaus.net", "s3cret.zen.dq.spamhaus.net", ""},
        {"[zen.dq.spamhaus.net]\nkee 0123456789abcdefghijklmnop\n", "zen.dq.spamhaus.net", NULL,
         "lists.conf:2: neither a [section] nor a key = value: 'kee KEY'\n"},
        {"[s3cret.zen.dq.spamhaus.net\nweight = 2\n", "zen.dq.spamhaus.net", NULL,
         "lists.conf:1: neither a [section] nor a key = value: '[KEY.zen.dq.spamhaus.net'\n"},
    };
    assert_int_equal(chmod(temp_dir_put("lists.conf", ""), S_IRUSR | S_IWUSR), 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct catalogue *catalogue = catalogue_with(cases[i].text, NULL, cases[i].faults);
        const struct list *list = catalogue_find(catalogue, cases[i].zone);
        assert_string_equal(list->zone, cases[i].zone);
        if (cases[i].asked)
            assert_string_equal(list->asked, cases[i].asked);
        else
            assert_null(list->asked);
        assert_int_equal(list->access == ACCESS_KEY, i != 6);
        for (size_t k = 0; k < catalogue_known(catalogue); k++)
            assert_null(strstr(catalogue_list(catalogue, k)->zone, "s3cret"));
        catalogue_free(catalogue);
    }
    assert_int_equal(chmod(temp_dir_put("lists.conf", ""), S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH), 0);
}

/* A command line can be seen by every user of the machine. */
static void
key_on_the_command_line_is_refused_unseen(void **state)
{
    (void)state;
    static const struct {
        const char *words, *fault;
    } cases[] = {
        {"s3cret.zen.dq.spamhaus.net", "--lists takes no key: write zen.dq.spamhaus.net there, and `key = ...` below "
                                       "[zen.dq.spamhaus.net] in lists.conf"},
        {"zen,S3cret.Combined.Mail.abusix.zone.", "--lists takes no key: write Combined.Mail.abusix.zone"},
        {"0123456789abcdefghijklmnop.zen.dq.spamhaus.nte", "--lists takes no key: write zen.dq.spamhaus.nte"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct catalogue *catalogue = catalogue_new();
        struct fault fault;
        assert_false(catalogue_choose(catalogue, cases[i].words, &fault));
        assert_memory_equal(fault.text, cases[i].fault, strlen(cases[i].fault));
        catalogue_free(catalogue);
    }
}

static void
unknown_word_is_told_with_the_nearest_name(void **state)
{
    (void)state;
    static const struct {
        const char *words, *fault;
    } cases[] = {
        {"zenn", "no list is called 'zenn'; did you mean 'zen'? 'whylisted lists' prints them"},
        {"zen,Spamhuas", "no list is called 'Spamhuas'; did you mean 'Spamhaus'? 'whylisted lists' prints them"},
        {"b.baracudacentral.org", "no list is called 'b.baracudacentral.org'; did you mean 'b.barracudacentral.org'? "
                                  "'whylisted lists' prints them"},
        {"quite.another.example", "no list is called 'quite.another.example': write uceprotect, all or zones; "
                                  "'whylisted lists' prints them"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct catalogue *catalogue = catalogue_new();
        struct fault fault;
        assert_false(catalogue_choose(catalogue, cases[i].words, &fault));
        assert_string_equal(fault.text, cases[i].fault);
        catalogue_free(catalogue);
    }
}

static void
lists_never_asked_are_refused_alone(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *reason;
    } cases[] = {
        {"zen.dq.spamhaus.net", "needs a key: https://"},
        {"dnsbl.sorbs.net", "shut down in 2024-06"},
        {"dbl.spamhaus.org", "lists domains, not addresses"},
        {"ivmsip.invaluement.com", "answers subscribers only: "},
        {"Invaluement", "--lists names no list that can be asked"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct catalogue *catalogue = catalogue_new();
        struct fault fault;
        assert_false(catalogue_choose(catalogue, cases[i].zone, &fault));
        assert_non_null(strstr(fault.text, cases[i].reason));
        catalogue_free(catalogue);
    }
}

static void
key_makes_keyed_list_the_one_asked(void **state)
{
    (void)state;
    struct catalogue *catalogue = catalogue_with("[zen.dq.spamhaus.net]\nkey = abc123\n", NULL,
                                                 "lists.conf: everybody on this machine can read the key in it; "
                                                 "use chmod o-r\n");
    const struct list *dqs = catalogue_find(catalogue, "zen.dq.spamhaus.net");
    assert_true(dqs->chosen && !is_chosen(catalogue, "zen.spamhaus.org"));
    assert_string_equal(dqs->asked, "abc123.zen.dq.spamhaus.net");
    assert_string_equal(dqs->zone, "zen.dq.spamhaus.net");
    catalogue_free(catalogue);
}

static void
key_in_readable_file_is_reported(void **state)
{
    (void)state;
    static const char text[] = "[zen.dq.spamhaus.net]\nkey = abc123\n[one.example]\naccess = key\nkey = abc\n";
    const char *path = temp_dir_put("lists.conf", text);
    for (int readable = 0; readable <= 1; readable++) {
        struct catalogue *catalogue = catalogue_new();
        struct buf found = {0};
        struct fault fault;
        assert_int_equal(chmod(path, readable ? 0644 : 0640), 0);
        assert_true(catalogue_load(catalogue, path, add_fault, &found, &fault));
        assert_string_equal(buf_string(&found), readable ? "lists.conf: everybody on this machine can read the key in "
                                                           "it; use chmod o-r\n"
                                                         : "");
        assert_string_equal(catalogue_find(catalogue, "one.example")->asked, "abc.one.example");
        buf_free(&found);
        catalogue_free(catalogue);
    }
}

static void
dead_list_is_found_by_any_zone_of_its_domain(void **state)
{
    (void)state;
    struct catalogue *catalogue = catalogue_with("[new.sorbs.net]\nweight = 2\n", NULL, "");
    assert_string_equal(catalogue_find(catalogue, "DUL.dnsbl.sorbs.net")->zone, "*.sorbs.net");
    assert_string_equal(catalogue_find(catalogue, "sorbs.net")->zone, "*.sorbs.net");
    assert_string_equal(catalogue_find(catalogue, "new.sorbs.net")->zone, "new.sorbs.net");
    assert_int_equal(catalogue_find(catalogue, "bl.nszones.com")->status, LIST_FRAUDULENT);
    assert_true(is_chosen(catalogue, "new.sorbs.net"));
    assert_null(catalogue_find(catalogue, "notsorbs.net"));
    catalogue_free(catalogue);
}

static void
one_block_adds_list(void **state)
{
    (void)state;
    struct catalogue *catalogue = catalogue_with("# one more\n"
                                                 "[BL.Example.net]\n"
                                                 "operator = Example\n"
                                                 "scope = policy\n"
                                                 "families = 4 6\n"
                                                 "weight = 3\n"
                                                 "code = 127.0.0.2 listed spam\n"
                                                 "bits = 0.0.0.8 policy dynamic range\n"
                                                 "test-listed = ::ffff:7f00:2 127.0.0.99\n"
                                                 "delist = https://example.net/delist\n",
                                                 "uceprotect,bl.example.net", "");
    const struct list *list = catalogue_find(catalogue, "bl.example.net");
    assert_int_equal(catalogue_count(catalogue), 6);
    assert_ptr_equal(catalogue_list(catalogue, 5), list);
    assert_string_equal(list->title, "bl.example.net");
    assert_string_equal(list->shorter, "bl.example.net");
    assert_string_equal(list->delist, "https://example.net/delist");
    assert_string_equal(list->policy, "");
    assert_int_equal(list->scope, SCOPE_POLICY);
    assert_int_equal(list->weight, 3);
    assert_true(list_is_asked(list, ADDR_V4) && list_is_asked(list, ADDR_V6));
    assert_int_equal(list->codes.count, 2);
    assert_int_equal(list->points.count, 2); /* one a family */
    assert_int_equal(list->points.at[0].answer.bytes[3], 99);
    assert_true(list->points.at[1].listed && list->points.at[1].address.family != list->points.at[0].address.family);
    assert_null(list->part);
    catalogue_free(catalogue);
}

static void
defaults_are_those_of_rfc_5782(void **state)
{
    (void)state;
    static const struct addr listed4 = {ADDR_V4, {127, 0, 0, 2}};
    struct catalogue *catalogue = catalogue_with("[a.example]\noperator = A\n[b.example]\nfamilies = 6\n", "all", "");
    const struct list *a = catalogue_find(catalogue, "a.example"), *b = catalogue_find(catalogue, "b.example");
    char text[ADDR_TEXT];
    assert_int_equal(a->points.count, 2);
    assert_true(addr_equal(&a->points.at[0].address, &listed4));
    assert_true(a->points.at[0].listed && !a->points.at[1].listed);
    assert_int_equal(b->points.at[0].address.family, ADDR_V6);
    assert_string_equal(addr_text(&b->points.at[0].address, text), "::ffff:127.0.0.2");
    assert_int_equal(a->scope, SCOPE_IP);
    assert_string_equal(a->covers, "this address");
    assert_int_equal(a->weight, 1);
    assert_false(list_is_asked(b, ADDR_V4));
    catalogue_free(catalogue);
}

/* A server may know the test points of one family alone. */
static void
each_family_has_test_points(void **state)
{
    (void)state;
    static const char *const zones[] = {"zen.spamhaus.org", "combined.mail.abusix.zone", "bl.suomispam.net"};
    for (size_t i = 0; i < COUNT(zones); i++) {
        const struct list *list = catalogue_find(catalogue_builtin(), zones[i]);
        unsigned kinds = 0;
        for (size_t p = 0; p < list->points.count; p++)
            kinds |= 1u << (2 * (list->points.at[p].address.family == ADDR_V6) + list->points.at[p].listed);
        assert_int_equal(kinds, 15);
    }
}

static void
block_of_known_zone_changes_named_keys(void **state)
{
    (void)state;
    struct catalogue *catalogue =
        catalogue_with("[dnsbl-1.uceprotect.net]\nweight = 5\ntest-listed = 127.0.0.3\n", "uceprotect", "");
    const struct list *list = catalogue_level(catalogue, 1);
    assert_int_equal(catalogue_count(catalogue), 5);
    assert_int_equal(list->weight, 5);
    assert_int_equal(list->points.count, 2); /* a named point takes the place of the old one of its kind */
    assert_true(!list->points.at[0].listed && list->points.at[1].listed);
    assert_int_equal(list->points.at[1].address.bytes[3], 3);
    assert_string_equal(list->title, "Level 1 address");
    assert_int_equal(list->codes.count, 1);
    assert_int_equal(LEVEL1_LIST->weight, 2); /* the shared ones stay as they are */
    catalogue_free(catalogue);
}

static void
negative_test_point_leaves_the_positive_one(void **state)
{
    (void)state;
    struct catalogue *catalogue = catalogue_with("[zen.spamhaus.org]\ntest-clear = 127.0.0.8\n"
                                                 "[new.example]\ntest-clear = 127.0.0.8\n",
                                                 NULL, "");
    const struct list *lists[] = {catalogue_find(catalogue, "zen.spamhaus.org"),
                                  catalogue_find(catalogue, "new.example")};
    for (size_t i = 0; i < COUNT(lists); i++) {
        size_t listed = 0, clear = 0;
        for (size_t p = 0; p < lists[i]->points.count; p++)
            lists[i]->points.at[p].listed ? listed++ : clear++;
        assert_true(listed > 0);
        assert_int_equal(clear, lists[i]->families[1] ? 2 : 1); /* one a family */
    }
    catalogue_free(catalogue);
}

static void
parts_of_the_same_data_are_no_copies(void **state)
{
    (void)state;
    struct catalogue *catalogue = catalogue_with("", "sbl.spamhaus.org,xbl.spamhaus.org", "");
    assert_true(catalogue_find(catalogue, "sbl.spamhaus.org")->chosen);
    assert_true(catalogue_find(catalogue, "xbl.spamhaus.org")->chosen);
    catalogue_free(catalogue);
    catalogue = catalogue_with("", "zen.spamhaus.org,xbl.spamhaus.org", "");
    assert_false(catalogue_find(catalogue, "xbl.spamhaus.org")->chosen);
    catalogue_free(catalogue);
    catalogue = catalogue_with("", "sbl.spamhaus.org,sbl-xbl.spamhaus.org,pbl.spamhaus.org", ""); /* a part first */
    assert_false(catalogue_find(catalogue, "sbl.spamhaus.org")->chosen);
    assert_true(catalogue_find(catalogue, "sbl-xbl.spamhaus.org")->chosen);
    assert_true(catalogue_find(catalogue, "pbl.spamhaus.org")->chosen);
    catalogue_free(catalogue);
}

static void
block_without_a_key_is_a_list(void **state)
{
    (void)state;
    struct catalogue *catalogue = catalogue_with("[mine.example]\n[other.example]", "mine.example,other.example", "");
    const struct list *list = catalogue_find(catalogue, "other.example");
    assert_true(list->chosen && catalogue_find(catalogue, "mine.example")->chosen);
    assert_int_equal(list->weight, 1);
    assert_int_equal(list->points.count, 2);
    catalogue_free(catalogue);
}

static void
bad_block_is_reported_others_stay(void **state)
{
    (void)state;
    static const struct {
        const char *block, *fault;
    } cases[] = {
        {"[bad.example]\nscop = ip\n", "lists.conf:4: [bad.example] has no key 'scop'; did you mean scope?\n"},
        {"[bad.example]\nscope = net\n",
         "lists.conf:4: scope must be ip, range, asn, domain, policy or allow, not 'net'\n"},
        {"[bad.example]\nfamilies = 5\n", "lists.conf:4: families must be 4, 6 or 4 6, not '5'\n"},
        {"[bad.example]\nweight = 6\n", "lists.conf:4: weight must be a whole number from 0 to 5, not '6'\n"},
        {"[bad.example]\nweight = 2\npart = level1\n",
         "lists.conf:5: dnsbl-1.uceprotect.net has the part level1 already\n"},
        {"[bad.example]\npace = 9/week\n",
         "lists.conf:4: pace must be a number of questions a second, at most 100000, or "
         "a day (100000/day)\n"},
        {"[bad.example]\npart = level4\n",
         "lists.conf:4: part must be level1, level2, level3, exemption or backscatterer, not 'level4'\n"},
        {"[ips.whitelisted.org]\npart = level1\n",
         "lists.conf:4: dnsbl-1.uceprotect.net has the part level1 already\n"},
        {"[dnsbl-1.uceprotect.net]\nscope = domain\n",
         "lists.conf:3: [dnsbl-1.uceprotect.net] is a part of UCEPROTECT's escalation, so its scope must stay ip; "
         "`disable = yes` leaves it out\n"},
        {"[dnsbl-2.uceprotect.net]\nstatus = dead\n",
         "lists.conf:3: [dnsbl-2.uceprotect.net] is a part of UCEPROTECT's escalation, so its status must stay active; "
         "`disable = yes` leaves it out\n"},
        {"[bad.example]\ncode = 127.0.0.2\n",
         "lists.conf:4: '127.0.0.2': behind the address goes listed, policy, allow, info, refused or invalid\n"},
        {"[bad.example]\ntest-listed = 127.0.0\n", "lists.conf:4: '127.0.0' is not an address\n"},
        {"[bad.example]\ntest-clear = 127.0.0.1 127.0.0.2\n",
         "lists.conf:4: '127.0.0.2' is not an answer in 127.0.0.0/8 of a test point that is listed\n"},
        {"[bad zone.example]\nweight = 2\n",
         "lists.conf:3: [bad zone.example] is not a zone: it must be a domain name\n"},
        {"[bad]\nweight = 2\n", "lists.conf:3: [bad] is not a zone: it must be a domain name\n"},
        {"[bad.example]\nweight = 2\nwhat is this\nscope = allow\n",
         "lists.conf:5: neither a [section] nor a key = value: 'what is this'\n"},
        {"what is this\nor that\n[bad.example\nweight = 2\n",
         "lists.conf:3: neither a [section] nor a key = value: 'what is this'\n"
         "lists.conf:4: neither a [section] nor a key = value: 'or that'\n"
         "lists.conf:5: neither a [section] nor a key = value: '[bad.example'\n"},
        {"[zen.spamhaus.org\nweight = 0\n[bad.example] scope = allow\n",
         "lists.conf:3: neither a [section] nor a key = value: '[zen.spamhaus.org'\n"
         "lists.conf:5: neither a [section] nor a key = value: '[bad.example] scope = allow'\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf text = {0};
        buf_format(&text, "[one.example]\noperator = A\n%s[two.example]\noperator = B\n", cases[i].block);
        struct catalogue *catalogue = catalogue_with(buf_string(&text), NULL, cases[i].fault);
        if (*cases[i].block == '[') /* else it is a part of the block before */
            assert_non_null(catalogue_find(catalogue, "one.example"));
        assert_non_null(catalogue_find(catalogue, "two.example"));
        assert_null(catalogue_find(catalogue, "bad.example"));
        assert_int_equal(catalogue_find(catalogue, "zen.spamhaus.org")->weight, 5);
        assert_string_equal(catalogue_exemption(catalogue)->zone, "ips.whitelisted.org");
        catalogue_free(catalogue);
        buf_free(&text);
    }
}

static void
list_not_asked_says_why(void **state)
{
    static const char blocks[] = "[open.example]\ndata = one\n[same.example]\ndata = one\n"
                                 "[dead.example]\nstatus = dead\nsince = 2024-06\nremark = listed everything\n"
                                 "[names.example]\nscope = domain\n[keyed.example]\naccess = key\n"
                                 "[six.example]\nfamilies = 6\n[small.example]\nweight = 0\n"
                                 "[left.example]\nweight = 1\n[off.example]\ndisable = yes\n";
    static const struct {
        const char *zone, *why;
    } cases[] = {
        {"open.example", ""},
        {"six.example", "lists no IPv4"},
        {"same.example", "has the same data as open.example"},
        {"dead.example", "shut down in 2024-06: listed everything"},
        {"names.example", "lists domains, not addresses"},
        {"keyed.example", "needs a key"},
        {"small.example", "asked only if --lists names it"},
        {"left.example", "not chosen with --lists"},
        {"off.example", "disabled in lists.conf"},
    };
    struct catalogue *catalogue = catalogue_with(blocks, NULL, "");
    struct fault fault;
    (void)state;
    assert_true(catalogue_choose(catalogue, "open.example,six.example", &fault));
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf why = {0};
        const struct list *list = catalogue_find(catalogue, cases[i].zone);
        assert_int_equal(catalogue_unasked(catalogue, list, ADDR_V4, &why), *cases[i].why != '\0');
        assert_string_equal(buf_string(&why), cases[i].why);
        buf_free(&why);
    }
    catalogue_free(catalogue);
}

static void
file_unreadable_is_fault(void **state)
{
    (void)state;
    struct catalogue *catalogue = catalogue_new();
    struct fault fault;
    assert_false(catalogue_load(catalogue, temp_dir_path("no-lists.conf"), NULL, NULL, &fault));
    assert_non_null(strstr(fault.text, "no-lists.conf: No such file or directory"));
    assert_false(catalogue_load(catalogue, temp_dir_folder(), NULL, NULL, &fault));
    assert_non_null(strstr(fault.text, ": it is a folder"));
    catalogue_free(catalogue);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uceprotect_has_five_parts),
        cmocka_unit_test(every_block_is_valid),
        cmocka_unit_test(lists_of_domains_come_behind_those_of_addresses),
        cmocka_unit_test(words_choose_lists),
        cmocka_unit_test(disabled_list_takes_its_twins_along),
        cmocka_unit_test(key_in_front_of_zone_is_taken_and_never_shown),
        cmocka_unit_test(key_on_the_command_line_is_refused_unseen),
        cmocka_unit_test(unknown_word_is_told_with_the_nearest_name),
        cmocka_unit_test(lists_never_asked_are_refused_alone),
        cmocka_unit_test(key_makes_keyed_list_the_one_asked),
        cmocka_unit_test(key_in_readable_file_is_reported),
        cmocka_unit_test(dead_list_is_found_by_any_zone_of_its_domain),
        cmocka_unit_test(one_block_adds_list),
        cmocka_unit_test(defaults_are_those_of_rfc_5782),
        cmocka_unit_test(each_family_has_test_points),
        cmocka_unit_test(block_of_known_zone_changes_named_keys),
        cmocka_unit_test(negative_test_point_leaves_the_positive_one),
        cmocka_unit_test(parts_of_the_same_data_are_no_copies),
        cmocka_unit_test(block_without_a_key_is_a_list),
        cmocka_unit_test(bad_block_is_reported_others_stay),
        cmocka_unit_test(file_unreadable_is_fault),
        cmocka_unit_test(list_not_asked_says_why),
    };
    return cmocka_run_group_tests(tests, temp_dir_make, temp_dir_remove);
}

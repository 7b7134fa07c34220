#include "lists/listing_text.h"

#include "lists/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "real_data.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* What a text should say. Zero stands for "the text does not say", also where the listing has LISTING_UNKNOWN. */
struct expected {
    const char *text;
    enum listing_form form;
    unsigned level;
    const char *address, *net;
    enum net_kind kind;
    int64_t impacts, abusers;
    double score;
    uint32_t asn;
    const char *org, *country;
};

static void
check(const struct expected *e)
{
    struct listing l;
    if (listing_parse(e->text, &l) != (e->form != LISTING_RAW) || l.form != e->form)
        fail_msg("form %d, expected %d: %s", l.form, e->form, e->text);
    char address[ADDR_TEXT], net[PREFIX_TEXT] = "";
    if (l.net.addr.family)
        prefix_text(&l.net, net);
    assert_string_equal(addr_text(&l.address, address), e->address ? e->address : "");
    assert_string_equal(net, e->net ? e->net : "");
    assert_int_equal(l.level, e->level);
    assert_int_equal(l.kind, e->kind);
    assert_int_equal(l.impacts, e->impacts ? e->impacts : LISTING_UNKNOWN);
    assert_int_equal(l.abusers, e->abusers ? e->abusers : LISTING_UNKNOWN);
    assert_true(l.score == (e->score != 0 ? e->score : LISTING_UNKNOWN));
    assert_int_equal(l.holder.asn, e->asn);
    assert_string_equal(l.holder.org, e->org ? e->org : "");
    assert_string_equal(l.holder.country, e->country ? e->country : "");
}

static void
check_all(const struct expected *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check(&cases[i]);
}

#define SEE " See: http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77"

static void
every_operator_text_is_parsed(void **state)
{
    (void)state;
    static const struct expected cases[] = {
        {.text = "IP 203.0.113.77 is UCEPROTECT-Level 1 listed. See "
                 "http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77",
         .form = LISTING_L1,
         .level = 1,
         .address = "203.0.113.77"},
        {.text =
             "Net 203.0.112.0/22 is UCEPROTECT-Level2 listed because 23 impacts are seen from EXAMPLE Example Hosting, "
             "DE/AS64500 there." SEE,
         .form = LISTING_L2,
         .level = 2,
         .net = "203.0.112.0/22",
         .kind = NET_ANNOUNCED,
         .impacts = 23,
         .asn = 64500,
         .org = "EXAMPLE Example Hosting",
         .country = "DE"},
        {.text =
             "NET 203.0.113.0/24 is UCEPROTECT-Level2 listed because 6 impacts are seen from EXAMPLE Example Hosting, "
             "DE/AS64500 there." SEE,
         .form = LISTING_L2,
         .level = 2,
         .net = "203.0.113.0/24",
         .kind = NET_SLASH24,
         .impacts = 6,
         .asn = 64500,
         .org = "EXAMPLE Example Hosting",
         .country = "DE"},
        {.text =
             "Net 203.0.113.0/24 is UCEPROTECT-Level2 listed because 12 abusers  are hosted by EXAMPLE-AS, DE/AS64500 "
             "there." SEE,
         .form = LISTING_L2_OLD,
         .level = 2,
         .net = "203.0.113.0/24",
         .abusers = 12,
         .asn = 64500,
         .org = "EXAMPLE-AS",
         .country = "DE"},
        {.text = "Net 203.0.113.248/29 is UCEPROTECT-Level2 PERMANENT listed ->" SEE,
         .form = LISTING_L2_PERMANENT,
         .level = 2,
         .net = "203.0.113.248/29"},
        {.text = "Your ISP EXAMPLE Example Hosting, DE/AS64500 is UCEPROTECT-Level3 listed because of a spamscore of "
                 "79.7." SEE,
         .form = LISTING_L3,
         .level = 3,
         .score = 79.7,
         .asn = 64500,
         .org = "EXAMPLE Example Hosting",
         .country = "DE"},
        {.text = "Your ISP EXAMPLE Example Hosting, DE/AS64500 is UCEPROTECT-Level3 listed for hosting a total of 123 "
                 "abusers." SEE,
         .form = LISTING_L3_OLD,
         .level = 3,
         .abusers = 123,
         .asn = 64500,
         .org = "EXAMPLE Example Hosting",
         .country = "DE"},
        {.text = "IP 203.0.113.77 is UCEPROTECT-Level 2 listed. See http://www.uceprotect.net/rblcheck.php?ipr=$",
         .form = LISTING_DEFAULT,
         .level = 2,
         .address = "203.0.113.77"},
        {.text = "IP 203.0.113.77 is UCEPROTECT-Level 3 listed. See "
                 "http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.77",
         .form = LISTING_DEFAULT,
         .level = 3,
         .address = "203.0.113.77"},
        {.text = "IP 203.0.113.77 is WHITELISTED at ips.whitelisted.org. See http://www.whitelisted.org",
         .form = LISTING_WHITELISTED,
         .address = "203.0.113.77"},
        {.text = "Sorry 203.0.113.77 is blacklisted at http://www.backscatterer.org/?ip=203.0.113.77",
         .form = LISTING_BACKSCATTER,
         .address = "203.0.113.77"},
        {.text = "Test Record. UCEPROTECT.NET LEVEL 1 List is active.", .form = LISTING_TEST, .level = 1},
        {.text = "Test Record. UCEPROTECT.NET LEVEL 2 List is active", .form = LISTING_TEST, .level = 2},
        {.text = "Test Record. UCEPROTECT.NET LEVEL 3 List is active", .form = LISTING_TEST, .level = 3},
        {.text = "Test Record. IPS.WHITELISTED.ORG List is active", .form = LISTING_TEST},
        {.text = "Onlinetest - RBL IPS.BACKSCATTERER.ORG is activ", .form = LISTING_TEST},
    };
    check_all(cases, COUNT(cases));
}

static void
text_with_odd_blanks_is_parsed(void **state)
{
    (void)state;
    static const struct expected cases[] = {
        {.text = "IP 203.0.113.77 is UCEPROTECT-Level1 listed.",
         .form = LISTING_L1,
         .level = 1,
         .address = "203.0.113.77"},
        {.text = "  IP  203.0.113.77  is  UCEPROTECT-Level  1  listed",
         .form = LISTING_L1,
         .level = 1,
         .address = "203.0.113.77"},
        {.text = "IP203.0.113.77isUCEPROTECT-Level2listed.",
         .form = LISTING_DEFAULT,
         .level = 2,
         .address = "203.0.113.77"},
        {.text = "Net  203.0.112.0/22 is UCEPROTECT-Level 2 listed because  23 impacts are seen  from EXAMPLE,  "
                 "DE/AS64500  "
                 "there.",
         .form = LISTING_L2,
         .level = 2,
         .net = "203.0.112.0/22",
         .impacts = 23,
         .asn = 64500,
         .org = "EXAMPLE",
         .country = "DE"},
        {.text = "NET203.0.113.0/24is UCEPROTECT-Level2 listed because6impacts are seen from/AS64500there",
         .form = LISTING_L2,
         .level = 2,
         .net = "203.0.113.0/24",
         .kind = NET_SLASH24,
         .impacts = 6,
         .asn = 64500},
        {.text = "Net 203.0.113.0/24 is UCEPROTECT-Level2 listed because 12 abusers are hosted by X/AS64500 there.",
         .form = LISTING_L2_OLD,
         .level = 2,
         .net = "203.0.113.0/24",
         .abusers = 12,
         .asn = 64500,
         .org = "X"},
        {.text = "Your ISP X/AS64500 is UCEPROTECT-Level 3 listed because of a spamscore of 79.7 .See",
         .form = LISTING_RAW},
        {.text = "Your ISP X/AS64500 is UCEPROTECT-Level 3 listed because of a spamscore of  79.7.See",
         .form = LISTING_L3,
         .level = 3,
         .score = 79.7,
         .asn = 64500,
         .org = "X"},
    };
    check_all(cases, COUNT(cases));
}

static void
text_case_matters_for_net_only(void **state)
{
    (void)state;
    static const struct expected cases[] = {
        {.text = "ip 203.0.113.77 IS uceprotect-LEVEL 1 Listed",
         .form = LISTING_L1,
         .level = 1,
         .address = "203.0.113.77"},
        {.text = "SORRY 203.0.113.77 is BLACKLISTED at HTTP://www.Backscatterer.ORG/",
         .form = LISTING_BACKSCATTER,
         .address = "203.0.113.77"},
        {.text = "net 203.0.113.0/24 is UCEPROTECT-Level2 PERMANENT listed", .form = LISTING_RAW},
        {.text = "nEt 203.0.113.0/24 is UCEPROTECT-Level2 PERMANENT listed", .form = LISTING_RAW},
        {.text = "NET 203.0.113.0/24 is UCEPROTECT-Level2 permanent listed",
         .form = LISTING_L2_PERMANENT,
         .level = 2,
         .net = "203.0.113.0/24",
         .kind = NET_SLASH24},
    };
    check_all(cases, COUNT(cases));
}

#define FROM(holder)                                                                                                   \
    "Net 203.0.113.0/24 is UCEPROTECT-Level2 listed because 6 impacts are seen from " holder " there." SEE
#define HELD .form = LISTING_L2, .level = 2, .net = "203.0.113.0/24", .impacts = 6

static void
holder_is_split(void **state)
{
    (void)state;
    static const struct expected cases[] = {
        {.text = FROM("/AS64500"), HELD, .asn = 64500},
        {.text = FROM(", DE/AS64500"), HELD, .asn = 64500, .country = "DE"},
        {.text = FROM("HANDLE, DE/AS64500"), HELD, .asn = 64500, .org = "HANDLE", .country = "DE"},
        {.text = FROM("HANDLE, DE /AS64500"), HELD, .asn = 64500, .org = "HANDLE", .country = "DE"},
        {.text = FROM("FOO Foo, Bar, and Baz, Inc., US/AS64500"),
         HELD,
         .asn = 64500,
         .org = "FOO Foo, Bar, and Baz, Inc.",
         .country = "US"},
        {.text = FROM("FOO This is the joint network for Foo, Bar and 1&1.../AS64500"),
         HELD,
         .asn = 64500,
         .org = "FOO This is the joint network for Foo, Bar and 1&1..."},
        /* not a country */
        {.text = FROM("FOO Foo,DE/AS64500"), HELD, .asn = 64500, .org = "FOO Foo,DE"},
        {.text = FROM("FOO Foo, de/AS64500"), HELD, .asn = 64500, .org = "FOO Foo, de"},
        {.text = FROM("FOO Foo, DEU/AS64500"), HELD, .asn = 64500, .org = "FOO Foo, DEU"},
        {.text = FROM("FOO Foo DE/AS64500"), HELD, .asn = 64500, .org = "FOO Foo DE"},
        {.text = FROM("DE/AS64500"), HELD, .asn = 64500, .org = "DE"},
        /* the last "/AS<digits>" is it */
        {.text = FROM("FOO /AS1, formerly AS2/AS3 there, DE/AS64500"),
         HELD,
         .asn = 64500,
         .org = "FOO /AS1, formerly AS2/AS3 there",
         .country = "DE"},
        {.text = FROM("FOO a/b/ASnet/AS, DE/AS64500"), HELD, .asn = 64500, .org = "FOO a/b/ASnet/AS", .country = "DE"},
        {.text = FROM("FOO/as64500"), HELD, .asn = 64500, .org = "FOO"},
        {.text = FROM("FOO/AS4294967295"), HELD, .asn = 4294967295, .org = "FOO"},
        {.text = FROM("FOO/AS0"), HELD, .org = "FOO"},
        {.text = FROM("FOO/AS4294967296"), .form = LISTING_RAW},
        {.text = FROM("FOO/AS1 there/AS99999999999999999999"), .form = LISTING_RAW},
        {.text = FROM("FOO/AS-1"), .form = LISTING_RAW},
        {.text = FROM("FOO AS64500"), .form = LISTING_RAW},
        {.text = FROM("FOO/AS"), .form = LISTING_RAW},
        {.text = FROM(""), .form = LISTING_RAW},
        /* an address of a web page that looks like a holder is not one */
        {.text = FROM("FOO, DE/AS64500") "/AS1", HELD, .asn = 64500, .org = "FOO", .country = "DE"},
        {.text = FROM("Gr\xC3\xBC\xC3\x9F Gott, AT/AS64500"),
         HELD,
         .asn = 64500,
         .org = "Gr\xC3\xBC\xC3\x9F Gott",
         .country = "AT"},
        {.text = "Your ISP FOO/AS1 is, DE/AS64500 is UCEPROTECT-Level3 listed because of a spamscore of 50.0." SEE,
         .form = LISTING_L3,
         .level = 3,
         .score = 50,
         .asn = 64500,
         .org = "FOO/AS1 is",
         .country = "DE"},
    };
    check_all(cases, COUNT(cases));
}

static void
holder_too_long_is_cut(void **state)
{
    (void)state;
    char org[600], text[1000];
    for (size_t length = LISTING_ORG - 3; length <= LISTING_ORG + 3; length++) {
        memset(org, 'x', length);
        org[length] = '\0';
        snprintf(text, sizeof text, FROM("%s, DE/AS64500"), org);
        struct listing l;
        assert_true(listing_parse(text, &l));
        assert_int_equal(l.holder.asn, 64500);
        assert_string_equal(l.holder.country, "DE");
        bool whole = length < LISTING_ORG;
        assert_int_equal(strlen(l.holder.org), whole ? length : LISTING_ORG - 1);
        assert_int_equal(strcmp(l.holder.org + strlen(l.holder.org) - 3, "...") == 0, !whole);
    }
}

#define SEEN(n) "Net 203.0.113.0/24 is UCEPROTECT-Level2 listed because " n " impacts are seen from X/AS1 there."

static void
unknown_text_stays_raw(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        " ",
        "listed",
        "203.0.113.77 is listed",
        "IP 203.0.113.77 is not UCEPROTECT-Level 1 listed.",
        "IP 203.0.113.77 is UCEPROTECT-Level 4 listed.",
        "IP 203.0.113.77 is UCEPROTECT-Level 12 listed.",
        "IP 203.0.113.77 is UCEPROTECT-Level listed.",
        "IP 203.0.113 is UCEPROTECT-Level 1 listed.",
        "IP 203.0.113.777 is UCEPROTECT-Level 1 listed.",
        "IP 2001:db8::1 is UCEPROTECT-Level 1 listed.",
        "IP $ is UCEPROTECT-Level 1 listed.",
        "See: IP 203.0.113.77 is UCEPROTECT-Level 1 listed.",
        "Net 203.0.113.77/24 is UCEPROTECT-Level2 PERMANENT listed", /* host bits */
        "Net 203.0.113.0 is UCEPROTECT-Level2 PERMANENT listed",
        "Net 203.0.113.0/33 is UCEPROTECT-Level2 PERMANENT listed",
        "Net 2001:db8::/32 is UCEPROTECT-Level2 PERMANENT listed",
        "NET 203.0.112.0/22 is UCEPROTECT-Level2 PERMANENT listed", /* NET is a /24 by meaning */
        "Net 203.0.113.0/24 is UCEPROTECT-Level3 PERMANENT listed",
        SEEN("many"),
        SEEN("1,234"),
        SEEN("1.5"),
        SEEN("-6"),
        SEEN("1000000000001"),
        SEEN("18446744073709551622"),
        "Net 203.0.113.0/24 is UCEPROTECT-Level2 listed because 99999999999999 abusers are hosted by X/AS1 there.",
        "Your ISP X/AS1 is UCEPROTECT-Level3 listed because of a spamscore of . See",
        "Your ISP X/AS1 is UCEPROTECT-Level3 listed because of a spamscore of 79,7. See",
        "Your ISP X/AS1 is UCEPROTECT-Level3 listed because of a spamscore of 1e9. See",
        "Your ISP X/AS1 is UCEPROTECT-Level3 listed because of a spamscore of inf. See",
        "Your ISP X/AS1 is UCEPROTECT-Level3 listed because of a spamscore of -1.0. See",
        "Your ISP X/AS1 is UCEPROTECT-Level3 listed because of a spamscore of 99999999999.9. See",
        "Your ISP X/AS1 is UCEPROTECT-Level3 listed for hosting a total of abusers.",
        "IP 203.0.113.77 is WHITELISTED at example.org.",
        "Sorry 203.0.113.77 is blacklisted at http://www.example.org/?ip=203.0.113.77",
        "Test Record. UCEPROTECT.NET LEVEL 4 List is active",
        "%k %p %a %i %h",
    };
    for (size_t i = 0; i < COUNT(texts); i++)
        check(&(struct expected){.text = texts[i], .form = LISTING_RAW});
}

static bool
same(const struct listing *a, const struct listing *b)
{
    return a->form == b->form && a->level == b->level && addr_equal(&a->address, &b->address) &&
           prefix_equal(&a->net, &b->net) && a->kind == b->kind && a->impacts == b->impacts &&
           a->abusers == b->abusers && a->score == b->score && a->holder.asn == b->holder.asn &&
           strcmp(a->holder.org, b->holder.org) == 0 && strcmp(a->holder.country, b->holder.country) == 0;
}

/* Zones cut at 255 bytes: what is left must say the same or nothing. Returns how much is needed to say it. */
static size_t
needed_length(const char *text)
{
    struct listing whole, part;
    assert_true(listing_parse(text, &whole));
    size_t needed = strlen(text);
    char *cut = strdup(text);
    assert_non_null(cut);
    for (size_t length = strlen(text); length-- > 0;) {
        cut[length] = '\0';
        if (!listing_parse(cut, &part))
            continue;
        if (!same(&whole, &part))
            fail_msg("cut to another meaning: %s", cut);
        needed = length;
    }
    free(cut);
    return needed;
}

static void
text_cut_anywhere_never_changes_meaning(void **state)
{
    (void)state;
    static const struct {
        const char *text, *needed;
    } cases[] = {
        {"IP 203.0.113.77 is UCEPROTECT-Level 1 listed." SEE, "IP 203.0.113.77 is UCEPROTECT-Level 1 listed"},
        {FROM("EXAMPLE, DE/AS64500"), "Net 203.0.113.0/24 is UCEPROTECT-Level2 listed because 6 impacts are seen from "
                                      "EXAMPLE, DE/AS64500 there"},
        {"Net 203.0.113.0/24 is UCEPROTECT-Level2 PERMANENT listed ->" SEE,
         "Net 203.0.113.0/24 is UCEPROTECT-Level2 PERMANENT listed"},
        {"Your ISP X/AS64500 is UCEPROTECT-Level3 listed because of a spamscore of 79.75." SEE,
         "Your ISP X/AS64500 is UCEPROTECT-Level3 listed because of a spamscore of 79.75. See"},
        {"Your ISP X/AS64500 is UCEPROTECT-Level3 listed for hosting a total of 123 abusers." SEE,
         "Your ISP X/AS64500 is UCEPROTECT-Level3 listed for hosting a total of 123 abusers"},
        {"Sorry 203.0.113.77 is blacklisted at http://www.backscatterer.org/?ip=203.0.113.77",
         "Sorry 203.0.113.77 is blacklisted at http://www.backscatterer.org"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(needed_length(cases[i].text), strlen(cases[i].needed));
}

static void
net_kind_has_contract_name(void **state)
{
    (void)state;
    assert_string_equal(net_kind_name(NET_ANNOUNCED), "announced");
    assert_string_equal(net_kind_name(NET_SLASH24), "slash24");
}

/* What the real level 2 zone says, counted. */
struct counts {
    size_t texts, announced, slash24, permanent, without_org, without_country, without_either, shortened;
};

/* The text of a zone's entry as the DNS gives it: "$" is the address asked for. */
static void
expand(const char *text, char *out, size_t room)
{
    struct buf expanded = {0};
    for (; *text && *text != '\n'; text++)
        if (*text == '$')
            buf_text(&expanded, "203.0.113.77");
        else
            buf_byte(&expanded, *text);
    assert_true(expanded.count < room);
    strcpy(out, buf_string(&expanded));
    buf_free(&expanded);
}

static void
count_row(const char *text, const struct policy *policy, struct counts *counts)
{
    struct listing l;
    if (!listing_parse(text, &l) || l.level != 2)
        fail_msg("not understood: %s", text);
    counts->texts++;
    if (l.form == LISTING_L2_PERMANENT) {
        counts->permanent++;
        assert_int_equal(l.holder.asn, 0);
        return;
    }
    assert_int_equal(l.form, LISTING_L2);
    assert_true(l.impacts >= policy_limit(policy, l.net.length) && policy_limit(policy, l.net.length) > 0);
    assert_int_not_equal(l.holder.asn, 0);
    *(l.kind == NET_SLASH24 ? &counts->slash24 : &counts->announced) += 1;
    bool has_org = l.holder.org[0] != '\0', has_country = l.holder.country[0] != '\0';
    counts->without_org += !has_org;
    counts->without_country += !has_country;
    counts->without_either += !has_org && !has_country;
    counts->shortened += strstr(l.holder.org, "...") != NULL;
    needed_length(text);
}

static void
real_level2_texts_are_all_parsed(void **state)
{
    (void)state;
    const char *path = REAL_DATA("uceprotect-2026-07-06/dnsbl-2.uceprotect.net");
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    struct policy policy;
    policy_default(&policy);
    struct counts counts = {0};
    char line[1024], text[1024];
    while (fgets(line, sizeof line, file)) {
        const char *range_end = strchr(line, ' ');
        if (line[0] < '0' || line[0] > '9' || !range_end || strncmp(line, "127.0.0.2", 9) == 0)
            continue;
        expand(range_end + 1, text, sizeof text);
        count_row(text, &policy, &counts);
    }
    fclose(file);
    assert_int_equal(counts.texts, 7849);
    assert_int_equal(counts.announced, 5166);
    assert_int_equal(counts.slash24, 2677);
    assert_int_equal(counts.permanent, 6);
    assert_int_equal(counts.without_org, 46); /* one of them, AS62212, has a country */
    assert_int_equal(counts.without_country, 88);
    assert_int_equal(counts.without_either, 45);
    assert_int_equal(counts.shortened, 43);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operator_text_is_parsed),
        cmocka_unit_test(text_with_odd_blanks_is_parsed),
        cmocka_unit_test(text_case_matters_for_net_only),
        cmocka_unit_test(holder_is_split),
        cmocka_unit_test(holder_too_long_is_cut),
        cmocka_unit_test(unknown_text_stays_raw),
        cmocka_unit_test(text_cut_anywhere_never_changes_meaning),
        cmocka_unit_test(net_kind_has_contract_name),
        cmocka_unit_test(real_level2_texts_are_all_parsed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

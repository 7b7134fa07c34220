#include "asn/cymru.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
question_name_is_built(void **state)
{
    (void)state;
    static const struct {
        const char *address, *name;
    } cases[] = {
        {"203.0.113.77", "77.113.0.203.origin.asn.cymru.com"},
        {"2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.origin6.asn.cymru.com"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct addr addr;
        struct buf name = {0};
        assert_true(addr_parse(cases[i].address, &addr));
        cymru_name(&name, &addr);
        assert_string_equal(buf_string(&name), cases[i].name);
        buf_free(&name);
    }
    struct buf name = {0};
    cymru_as_name(&name, 4294967295);
    assert_string_equal(buf_string(&name), "AS4294967295.asn.cymru.com");
    buf_free(&name);
}

static void
origin_text_is_parsed(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t asn;
        const char *prefix, *country;
    } cases[] = {
        {"23028 | 216.90.108.0/24 | US | arin | 1998-09-25", 23028, "216.90.108.0/24", "US"},
        {"64500 64501 {64502} | 203.0.113.0/24 | DE | ripencc | 2020-01-02", 64500, "203.0.113.0/24", "DE"},
        {"64500 | 203.0.113.0/24 |  | other | ", 64500, "203.0.113.0/24", ""},
        {"64500|203.0.113.0/24", 64500, "203.0.113.0/24", ""},
        {"64500 | 203.0.113.0/24 | USA | arin |", 64500, "203.0.113.0/24", ""},
        {"4294967295 | 2001:db8::/32 | ZZ | apnic | 2004-07-01", 4294967295, "2001:db8::/32", "ZZ"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cymru_origin origin;
        char prefix[PREFIX_TEXT];
        assert_true(cymru_parse(cases[i].text, &origin));
        assert_int_equal(origin.asn, cases[i].asn);
        assert_string_equal(prefix_text(&origin.prefix, prefix), cases[i].prefix);
        assert_string_equal(origin.country, cases[i].country);
    }
}

static void
origin_text_without_asn_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "|",
        "||||",
        "64500",
        "64500 |  | DE | ripencc |",
        " | 203.0.113.0/24 | DE | ripencc |",
        "NA | 203.0.113.0/24 | DE",
        "0 | 203.0.113.0/24 | DE",
        "4294967296 | 203.0.113.0/24 | DE",
        "99999999999999999999999 | 203.0.113.0/24 | DE",
        "64500x | 203.0.113.0/24 | DE",
        "{64500} | 203.0.113.0/24 | DE",
        "64500 | 203.0.113.0 | DE",
        "64500 | 203.0.113.1/24 | DE",
        "64500 | 203.0.113.0/33 | DE",
        "v=spf1 -all",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct cymru_origin origin;
        if (cymru_parse(texts[i], &origin))
            fail_msg("taken for an origin: \"%s\"", texts[i]);
    }
}

/* A prefix announced inside another is what the address is really reached by. */
static void
origin_longest_prefix_wins(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "64496 | 198.18.0.0/15 | DE | ripencc | ",
        "64498 | 198.18.200.0/22 | DE | ripencc | ",
        "64497 | 198.18.0.0/16 | DE | ripencc | ",
    };
    struct cymru_origin best = {0};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct cymru_origin origin;
        assert_true(cymru_parse(texts[i], &origin));
        if (cymru_is_better(&origin, &best))
            best = origin;
    }
    assert_int_equal(best.asn, 64498);
}

static void
as_name_text_is_parsed(void **state)
{
    (void)state;
    static const struct {
        const char *text, *org;
    } cases[] = {
        {"23028 | US | arin | 2002-01-04 | TEAM-CYMRU, US", "TEAM-CYMRU"},
        {"64500 | DE | ripencc | 2020-01-02 | PEAR Pear, Plum, Quince and Sons, Ltd., DE",
         "PEAR Pear, Plum, Quince and Sons, Ltd."},
        {"64500 | DE | ripencc |  | NO-COUNTRY No Country", "NO-COUNTRY No Country"},
        {"64500 | | | | A | B, DE", "A | B"},
        {"64500 | | | | , DE", ""},
        {"64500 | | | | ", ""},
        {"64500 | | | | DE", "DE"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char org[CYMRU_ORG];
        assert_true(cymru_parse_as(cases[i].text, org));
        assert_string_equal(org, cases[i].org);
    }
    char org[CYMRU_ORG];
    assert_false(cymru_parse_as("", org));
    assert_false(cymru_parse_as("64500 | DE | ripencc | 2020-01-02", org));
    assert_false(cymru_parse_as("NA | DE | ripencc | 2020-01-02 | NAME, DE", org));
    assert_string_equal(org, "");
}

static void
as_name_too_long_is_cut_with_dots(void **state)
{
    (void)state;
    char text[600] = "64500 | DE | ripencc | 2020-01-02 | ", org[CYMRU_ORG];
    memset(text + strlen(text), 'x', 500);
    assert_true(cymru_parse_as(text, org));
    assert_int_equal(strlen(org), CYMRU_ORG - 1);
    assert_string_equal(org + strlen(org) - 4, "x...");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(question_name_is_built),
        cmocka_unit_test(origin_text_is_parsed),
        cmocka_unit_test(origin_text_without_asn_is_refused),
        cmocka_unit_test(origin_longest_prefix_wins),
        cmocka_unit_test(as_name_text_is_parsed),
        cmocka_unit_test(as_name_too_long_is_cut_with_dots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

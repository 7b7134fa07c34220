#include "base/resource.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void
resource_has_one_text_form(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum resource_kind kind;
        const char *stored;
    } cases[] = {
        {"203.0.113.7", RESOURCE_ADDRESS, "203.0.113.7"},
        {"2001:0DB8:0::7", RESOURCE_ADDRESS, "2001:db8::7"},
        {"::ffff:203.0.113.7", RESOURCE_ADDRESS, "203.0.113.7"},
        {"203.0.113.0/24", RESOURCE_NET, "203.0.113.0/24"},
        {"203.0.113.7/32", RESOURCE_NET, "203.0.113.7/32"},
        {"0.0.0.0/0", RESOURCE_NET, "0.0.0.0/0"},
        {"2001:DB8::/32", RESOURCE_NET, "2001:db8::/32"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128", RESOURCE_NET,
         "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"},
        {"AS64500", RESOURCE_ASN, "AS64500"},
        {"as4294967295", RESOURCE_ASN, "AS4294967295"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct resource resource, again;
        char text[RESOURCE_TEXT];
        assert_true(resource_parse(cases[i].text, &resource));
        assert_int_equal(resource.kind, cases[i].kind);
        assert_string_equal(resource_text(&resource, text), cases[i].stored);
        assert_true(resource_parse(text, &again));
        assert_true(resource_equal(&resource, &again));
    }
}

static void
resource_other_text_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",     " 203.0.113.7", "203.0.113.7 ", "203.0.113",    "203.0.113.7/24",  "203.0.113.0/33",
        "AS",   "AS0",          "AS064500",     "AS64500 ",     "AS 64500",        "AS4294967296",
        "AS-1", "64500",        "ASN64500",     "mail.example", "2001:db8::%eth0", "2001:db8::7/32",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct resource resource;
        if (resource_parse(cases[i], &resource))
            fail_msg("\"%s\" was read", cases[i]);
    }
}

static void
resource_address_differs_from_slash32(void **state)
{
    (void)state;
    struct addr v4 = addr_from_v4(0xCB007107), v6 = {.family = ADDR_V6, .bytes = {[15] = 7}};
    struct prefix net = prefix_around(&v4, 32);
    struct resource all[] = {
        resource_of_address(&v4), resource_of_address(&v6), resource_of_net(&net),
        resource_of_asn(7),       resource_of_asn(8),
    };
    assert_true(prefix_equal(&all[0].prefix, &net));
    assert_int_equal(all[1].prefix.length, 128);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        for (size_t j = 0; j < sizeof all / sizeof all[0]; j++)
            assert_int_equal(resource_equal(&all[i], &all[j]), i == j);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resource_has_one_text_form),
        cmocka_unit_test(resource_other_text_is_refused),
        cmocka_unit_test(resource_address_differs_from_slash32),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

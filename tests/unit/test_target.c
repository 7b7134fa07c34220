#include "targets/target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void
argument_address_is_accepted(void **state)
{
    (void)state;
    static const struct {
        const char *argument, *text, *address;
    } cases[] = {
        {"203.0.113.77", "203.0.113.77", "203.0.113.77"},
        {" \t203.0.113.77\r", "203.0.113.77", "203.0.113.77"},
        {"[203.0.113.77]", "203.0.113.77", "203.0.113.77"},
        {"2001:DB8::0:1", "2001:DB8::0:1", "2001:db8::1"},
        {"[2001:db8::1]", "2001:db8::1", "2001:db8::1"},
        {"::ffff:192.0.2.130", "::ffff:192.0.2.130", "192.0.2.130"}, /* IPv4-mapped */
        {"::FFFF:C000:282", "::FFFF:C000:282", "192.0.2.130"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct target target;
        struct fault fault;
        char address[ADDR_TEXT];
        if (!target_parse(cases[i].argument, &target, &fault))
            fail_msg("%s", fault.text);
        assert_string_equal(target.text, cases[i].text);
        assert_string_equal(addr_text(&target.address, address), cases[i].address);
        assert_string_equal(target.label, "");
    }
}

static void
argument_other_is_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *argument, *named;
    } cases[] = {
        {"", "''"},
        {"   ", "''"},
        {"[]", "''"},
        {"[[203.0.113.77]]", "'[203.0.113.77]'"},
        {"[203.0.113.77", "'[203.0.113.77'"},
        {"203.0.113", "'203.0.113'"},
        {"203.0.113.077", "'203.0.113.077'"},
        {"203.0.113.77 mx", "'203.0.113.77 mx'"},
        {"203.0.113.77:25", "'203.0.113.77:25'"},
        {"fe80::1%eth0", "'fe80::1%eth0'"},
        {"\033[2J\xFF", "'?[2J?'"}, /* what is shown of it is clean */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct target target;
        struct fault fault;
        if (target_parse(cases[i].argument, &target, &fault))
            fail_msg("taken: %s", cases[i].argument);
        if (strncmp(fault.text, cases[i].named, strlen(cases[i].named)) != 0)
            fail_msg("%s: %s", cases[i].argument, fault.text);
        assert_non_null(strstr(fault.text, "not an address; write one such as 203.0.113.77"));
    }
}

static void
argument_host_name_is_refused_with_advice(void **state)
{
    (void)state;
    static const char *const names[] = {"mail.example.org", "example.org", "a-b.example"};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct target target;
        struct fault fault;
        assert_false(target_parse(names[i], &target, &fault));
        assert_non_null(strstr(fault.text, "is a name, not an address; look it up first"));
    }
}

static void
argument_prefix_or_asn_names_command(void **state)
{
    (void)state;
    struct target target;
    struct fault fault;
    assert_false(target_parse("203.0.113.0/24", &target, &fault));
    assert_non_null(strstr(fault.text, "is a prefix, not an address. Try: whylisted range 203.0.113.0/24"));
    assert_false(target_parse("as64500", &target, &fault));
    assert_non_null(strstr(fault.text, "is an AS number, not an address. Try: whylisted asn as64500"));
}

static void
argument_too_long_is_cut_in_message(void **state)
{
    (void)state;
    struct target target;
    struct fault fault;
    char argument[10000];
    memset(argument, '1', sizeof argument - 1);
    argument[sizeof argument - 1] = '\0';
    assert_false(target_parse(argument, &target, &fault));
    assert_non_null(strstr(fault.text, "is not an address"));
}

static void
line_has_target_and_label(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum target_line kind;
        const char *text, *label;
    } cases[] = {
        {"203.0.113.77", TARGET_FOUND, "203.0.113.77", ""},
        {"203.0.113.77\r", TARGET_FOUND, "203.0.113.77", ""},
        {"  203.0.113.77\t mx 1 \r", TARGET_FOUND, "203.0.113.77", "mx 1"},
        {"203.0.113.77 mx1 # the old one", TARGET_FOUND, "203.0.113.77", "mx1"},
        {"203.0.113.77#mx1", TARGET_FOUND, "203.0.113.77", ""},
        {"[203.0.113.77] mx1", TARGET_FOUND, "203.0.113.77", "mx1"},
        {"2001:db8::1 six", TARGET_FOUND, "2001:db8::1", "six"},
        {"203.0.113.77 a\033]0;b\007", TARGET_FOUND, "203.0.113.77", "a?]0;b?"},
        {"", TARGET_EMPTY, "", ""},
        {" \t \r", TARGET_EMPTY, "", ""},
        {"# 203.0.113.77", TARGET_EMPTY, "", ""},
        {"  # comment", TARGET_EMPTY, "", ""},
        {"mx1 203.0.113.77", TARGET_BAD, "mx1", "203.0.113.77"},
        {"203.0.113.256 mx1", TARGET_BAD, "203.0.113.256", "mx1"},
        {"203.0.113.77,mx1", TARGET_BAD, "203.0.113.77,mx1", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct target target;
        struct fault fault = {""};
        if (target_parse_line(cases[i].line, strlen(cases[i].line), &target, &fault) != cases[i].kind)
            fail_msg("'%s': %s", cases[i].line, fault.text);
        if (cases[i].kind == TARGET_EMPTY)
            continue;
        assert_string_equal(target.text, cases[i].text);
        assert_string_equal(target.label, cases[i].label);
    }
}

static void
line_ends_at_its_bytes(void **state)
{
    (void)state;
    static const char bytes[] = "203.0.113.77";
    struct target target;
    struct fault fault;
    char address[ADDR_TEXT];
    assert_int_equal(target_parse_line(bytes, strlen("203.0.113.7"), &target, &fault), TARGET_FOUND);
    assert_string_equal(addr_text(&target.address, address), "203.0.113.7");
    assert_int_equal(target_parse_line("203.0.113.7\0007", 13, &target, &fault), TARGET_BAD);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(argument_address_is_accepted),
        cmocka_unit_test(argument_other_is_refused_by_name),
        cmocka_unit_test(argument_host_name_is_refused_with_advice),
        cmocka_unit_test(argument_prefix_or_asn_names_command),
        cmocka_unit_test(argument_too_long_is_cut_in_message),
        cmocka_unit_test(line_has_target_and_label),
        cmocka_unit_test(line_ends_at_its_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

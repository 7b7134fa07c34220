#include "base/addr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct addr
addr(const char *text)
{
    struct addr a;
    if (!addr_parse(text, &a))
        fail_msg("'%s' should be an address", text);
    return a;
}

static struct prefix
prefix(const char *text)
{
    struct prefix p;
    if (!prefix_parse(text, &p, NULL))
        fail_msg("'%s' should be a prefix", text);
    return p;
}

static void
address_parsed_and_printed_is_canonical(void **state)
{
    (void)state;
    static const struct {
        const char *text, *canonical;
    } cases[] = {
        {"0.0.0.0", "0.0.0.0"},
        {"203.0.113.77", "203.0.113.77"},
        {"255.255.255.255", "255.255.255.255"},
        {"1.20.100.9", "1.20.100.9"},
        {"::", "::"},
        {"::1", "::1"},
        {"1::", "1::"},
        {"2001:DB8::A", "2001:db8::a"},
        {"2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6"},
        /* RFC 5952 section 4.2.2: one group is not shortened; 4.2.3: the longest run, the first of equals */
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
        {"0:0:1:2:3:4:5:6", "::1:2:3:4:5:6"},
        {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
        {"0:1:2:3:4:5:6:0", "0:1:2:3:4:5:6:0"},
        /* ... section 5: only a known IPv4 prefix is written with dots */
        {"::ffff:203.0.113.77", "::ffff:203.0.113.77"},
        {"::FFFF:7F00:2", "::ffff:127.0.0.2"},
        {"::203.0.113.77", "::cb00:714d"},
        {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[ADDR_TEXT];
        struct addr a = addr(cases[i].text);
        assert_string_equal(addr_text(&a, text), cases[i].canonical);
        struct addr again = addr(text);
        assert_true(addr_equal(&a, &again));
    }
}

static void
octet_any_value_round_trips(void **state)
{
    (void)state;
    for (unsigned octet = 0; octet < 256; octet++) {
        char expected[ADDR_TEXT], text[ADDR_TEXT];
        snprintf(expected, sizeof expected, "%u.%u.%u.%u", octet, 255 - octet, octet ^ 0x55, octet);
        struct addr a = addr(expected);
        assert_int_equal(a.family, ADDR_V4);
        assert_int_equal(addr_to_v4(&a), octet << 24 | (255 - octet) << 16 | (octet ^ 0x55) << 8 | octet);
        assert_string_equal(addr_text(&a, text), expected);
        struct addr again = addr_from_v4(addr_to_v4(&a));
        assert_memory_equal(&a, &again, sizeof a);
    }
}

static void
address_malformed_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        " ",
        ".",
        "1",
        "1.2.3",
        "1.2.3.",
        ".1.2.3.4",
        "1.2.3.4.",
        "1.2.3.4.5",
        "1..3.4",
        " 1.2.3.4",
        "1.2.3.4 ",
        "1.2.3.4\n",
        "010.0.0.1",
        "1.2.3.04",
        "00.0.0.0",
        "1.2.3.256",
        "1.2.3.999",
        "1.2.3.4294967297",
        "1.2.3.-4",
        "+1.2.3.4",
        "0x1.2.3.4",
        "1.2.3.4/32",
        "1,2,3,4",
        "203.0.113.77:25",
        "[1.2.3.4]",
        ":",
        ":::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1::2::3",
        "1:2:3:4:5:6:7::8:9",
        "12345::",
        "g::",
        ":1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:",
        "fe80::1%eth0",
        "fe80::1%1",
        "[::1]",
        "::1 ",
        "::01.2.3.4",
        "::1.2.3",
        "::256.1.1.1",
        "1.2.3.4::",
        "0000:0000:0000:0000:0000:0000:0000:00000",
        "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555",
        "localhost",
        "\xD9\xA1.2.3.4", /* an Arabic digit */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct addr untouched = {ADDR_V4, {9, 9, 9, 9}}, a = untouched;
        if (addr_parse(cases[i], &a))
            fail_msg("'%s' should be refused", cases[i]);
        assert_memory_equal(&a, &untouched, sizeof a);
    }
}

static void
address_parse_bytes_stops_at_count(void **state)
{
    (void)state;
    struct addr a, expected = addr("1.2.3.4");
    assert_true(addr_parse_bytes("1.2.3.45", 7, &a));
    assert_true(addr_equal(&a, &expected));
    assert_true(addr_parse_bytes("::1:2", 3, &a));
    expected = addr("::1");
    assert_true(addr_equal(&a, &expected));
    assert_false(addr_parse_bytes("1.2.3.4", 6, &a));
    assert_false(addr_parse_bytes("1.2.3.4", 0, &a));
    assert_false(addr_parse_bytes("1.2.3.4\0", 8, &a));
    assert_false(addr_parse_bytes("::1\0garbage", 11, &a));

    char *no_end = malloc(7); /* with sanitizers: nothing behind the bytes is read */
    assert_non_null(no_end);
    memcpy(no_end, "1.2.3.4", 7);
    assert_true(addr_parse_bytes(no_end, 7, &a));
    free(no_end);
}

static void
address_reversed_is_dnsbl_label(void **state)
{
    (void)state;
    static const struct {
        const char *text, *reversed;
    } cases[] = {
        {"203.0.113.77", "77.113.0.203"},
        {"127.0.0.2", "2.0.0.127"},
        {"255.255.255.255", "255.255.255.255"},
        {"2001:db8:1:2:3:4:567:89ab", "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2"},
        {"::FFFF:7F00:2", "2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0"}, /* RFC 5782 section 5 */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[ADDR_REVERSED_TEXT];
        struct addr a = addr(cases[i].text);
        assert_string_equal(addr_reversed(&a, text), cases[i].reversed);
    }
}

static void
address_none_prints_empty(void **state)
{
    (void)state;
    char text[ADDR_REVERSED_TEXT] = "x";
    struct addr none = {0};
    assert_string_equal(addr_text(&none, text), "");
    assert_string_equal(addr_reversed(&none, text), "");
    assert_null(addr_reserved(&none));
}

static void
address_compare_orders_by_family_then_value(void **state)
{
    (void)state;
    static const char *const ascending[] = {"0.0.0.0",    "9.255.255.255", "10.0.0.0", "127.0.0.2",
                                            "128.0.0.0",  "255.0.0.0",     "::",       "::1.2.3.4",
                                            "2001:db8::", "ff00::"};
    for (size_t i = 0; i < COUNT(ascending); i++)
        for (size_t j = 0; j < COUNT(ascending); j++) {
            struct addr a = addr(ascending[i]), b = addr(ascending[j]);
            int order = addr_compare(&a, &b);
            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
            assert_int_equal(addr_equal(&a, &b), i == j);
        }
}

static void
loopback_inside_127_is_recognised(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool loopback;
    } cases[] = {
        {"127.0.0.0", true},
        {"127.255.255.255", true},
        {"126.255.255.255", false},
        {"128.0.0.0", false},
        {"::1", true},
        {"::ffff:127.0.0.1", false},
        {"::2", false},
        {"7f00::", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct addr a = addr(cases[i].text);
        if (addr_is_loopback(&a) != cases[i].loopback)
            fail_msg("%s", cases[i].text);
    }
}

/* First and last address of each block. */
static const struct {
    const char *first, *last, *name;
} special[] = {
    {"0.0.0.0", "0.255.255.255", "this network, RFC 791"},
    {"10.0.0.0", "10.255.255.255", "private network, RFC 1918"},
    {"100.64.0.0", "100.127.255.255", "shared address space of carriers, RFC 6598"},
    {"127.0.0.0", "127.255.255.255", "loopback, RFC 1122"},
    {"169.254.0.0", "169.254.255.255", "link-local, RFC 3927"},
    {"172.16.0.0", "172.31.255.255", "private network, RFC 1918"},
    {"192.0.0.0", "192.0.0.8", "IETF protocol assignments, RFC 6890"},
    {"192.0.0.11", "192.0.0.255", "IETF protocol assignments, RFC 6890"},
    {"192.0.2.0", "192.0.2.255", "documentation, RFC 5737"},
    {"192.88.99.0", "192.88.99.255", "former 6to4 relays, RFC 7526"},
    {"192.168.0.0", "192.168.255.255", "private network, RFC 1918"},
    {"198.18.0.0", "198.19.255.255", "benchmarking, RFC 2544"},
    {"198.51.100.0", "198.51.100.255", "documentation, RFC 5737"},
    {"203.0.113.0", "203.0.113.255", "documentation, RFC 5737"},
    {"224.0.0.0", "239.255.255.255", "multicast, RFC 5771"},
    {"240.0.0.0", "255.255.255.254", "reserved, RFC 1112"},
    {"255.255.255.255", "255.255.255.255", "broadcast, RFC 8190"},
    {"::", "::", "unspecified address, RFC 4291"},
    {"::1", "::1", "loopback, RFC 4291"},
    {"::2", "::fffe:ffff:ffff", "not assigned, RFC 4291"},
    {"::ffff:0.0.0.0", "::ffff:255.255.255.255", "IPv4-mapped address, RFC 4291"},
    {"64:ff9b::10.0.0.0", "64:ff9b::10.255.255.255", "private network, RFC 1918"},
    {"64:ff9b::127.0.0.1", "64:ff9b::127.0.0.1", "loopback, RFC 1122"},
    {"2002:a00::", "2002:aff:ffff:ffff:ffff:ffff:ffff:ffff", "private network, RFC 1918"},
    {"2002:c0a8:101::1", "2002:c0a8:101::1", "private network, RFC 1918"},
    {"2002:e000::", "2002:efff::", "multicast, RFC 5771"},
    {"2001::f5ff:fffe", "2001::f5ff:fffe", "private network, RFC 1918"}, /* 10.0.0.1, inverted */
    {"64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "local IPv4/IPv6 translation, RFC 8215"},
    {"100::", "100::ffff:ffff:ffff:ffff", "discard-only, RFC 6666"},
    {"100:0:0:1::", "100::1:ffff:ffff:ffff:ffff", "dummy prefix, RFC 9780"},
    {"200::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "not assigned, RFC 4291"},
    {"2001:1::4", "2001:1:ffff:ffff:ffff:ffff:ffff:ffff", "IETF protocol assignments, RFC 2928"},
    {"2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff", "benchmarking, RFC 5180"},
    {"2001:10::", "2001:1f:ffff:ffff:ffff:ffff:ffff:ffff", "IETF protocol assignments, RFC 2928"},
    {"2001:40::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "IETF protocol assignments, RFC 2928"},
    {"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "documentation, RFC 3849"},
    {"3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "documentation, RFC 9637"},
    {"4000::", "5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "not assigned, RFC 4291"},
    {"5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "SRv6 segment identifiers, RFC 9602"},
    {"fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "unique local, RFC 4193"},
    {"fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "link-local, RFC 4291"},
    {"fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "former site-local, RFC 3879"},
    {"ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "multicast, RFC 4291"},
};

static const struct {
    const char *first, *last;
} public[] = {
    {"1.0.0.0", "9.255.255.255"},
    {"11.0.0.0", "100.63.255.255"},
    {"100.128.0.0", "126.255.255.255"},
    {"128.0.0.0", "169.253.255.255"},
    {"169.255.0.0", "172.15.255.255"},
    {"172.32.0.0", "191.255.255.255"},
    {"192.0.0.9", "192.0.0.10"},
    {"192.0.1.0", "192.0.1.255"},
    {"192.0.3.0", "192.88.98.255"},
    {"192.88.100.0", "192.167.255.255"},
    {"192.169.0.0", "198.17.255.255"},
    {"198.20.0.0", "198.51.99.255"},
    {"198.51.101.0", "203.0.112.255"},
    {"203.0.114.0", "223.255.255.255"},
    {"64:ff9b::8.8.8.8", "64:ff9b::9.255.255.255"},
    {"2000::", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    {"2001::f7f7:f7f7", "2001:0:ffff:ffff:ffff:ffff:f600:0"}, /* 8.8.8.8 and 9.255.255.255, inverted */
    {"2001:1::1", "2001:1::3"},
    {"2001:20::", "2001:3f:ffff:ffff:ffff:ffff:ffff:ffff"},
    {"2001:200::", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff"},
    {"2001:db9::", "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    {"2002:100::", "2002:9ff:ffff:ffff:ffff:ffff:ffff:ffff"},
    {"2003::", "29ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    {"2a00::", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    {"3fff:1000::", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
};

static void
reserved_address_names_its_block(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(special); i++) {
        struct addr first = addr(special[i].first), last = addr(special[i].last);
        if (!addr_reserved(&first) || !addr_reserved(&last))
            fail_msg("%s to %s: not reserved", special[i].first, special[i].last);
        assert_string_equal(addr_reserved(&first), special[i].name);
        assert_string_equal(addr_reserved(&last), special[i].name);
    }
}

/* Of a prefix only when all of it is in one block. */
static void
reserved_prefix_names_its_block(void **state)
{
    (void)state;
    static const struct {
        const char *prefix, *name;
    } cases[] = {{"10.0.0.0/8", "private network, RFC 1918"},
                 {"10.9.0.0/16", "private network, RFC 1918"},
                 {"8.0.0.0/6", NULL},
                 {"192.0.0.0/8", NULL},
                 {"0.0.0.0/0", NULL},
                 {"11.0.0.0/8", NULL}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct prefix prefix;
        bool host_bits;
        assert_true(prefix_parse(cases[i].prefix, &prefix, &host_bits));
        const char *name = prefix_reserved(&prefix);
        if (cases[i].name ? !name || strcmp(name, cases[i].name) != 0 : name != NULL)
            fail_msg("%s: %s", cases[i].prefix, name ? name : "public");
    }
}

static void
reserved_public_address_is_null(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(public); i++) {
        struct addr first = addr(public[i].first), last = addr(public[i].last);
        if (addr_reserved(&first) || addr_reserved(&last))
            fail_msg("%s to %s: reserved", public[i].first, public[i].last);
    }
}

static void
prefix_malformed_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *result; /* NULL: refused */
        bool host_bits;
    } cases[] = {
        {"0.0.0.0/0", "0.0.0.0/0", false},
        {"203.0.112.0/22", "203.0.112.0/22", false},
        {"203.0.113.77/32", "203.0.113.77/32", false},
        {"128.0.0.0/1", "128.0.0.0/1", false},
        {"2001:DB8::/32", "2001:db8::/32", false},
        {"::/0", "::/0", false},
        {"2001:db8::1/128", "2001:db8::1/128", false},
        {"203.0.113.77/24", "203.0.113.0/24", true},
        {"203.0.113.0/22", "203.0.112.0/22", true},
        {"255.255.255.255/1", "128.0.0.0/1", true},
        {"1.2.3.4/0", "0.0.0.0/0", true},
        {"2001:db8::1/127", "2001:db8::/127", true},
        {"203.0.113.0", NULL, false},
        {"203.0.113.0/", NULL, false},
        {"203.0.113.0/33", NULL, false},
        {"203.0.113.0/024", NULL, false},
        {"203.0.113.0/+24", NULL, false},
        {"203.0.113.0/-1", NULL, false},
        {"203.0.113.0/24 ", NULL, false},
        {"203.0.113.0 /24", NULL, false},
        {"203.0.113.0/24/24", NULL, false},
        {"203.0.113.0/255.255.255.0", NULL, false},
        {"203.0.113/24", NULL, false},
        {"203.0.113.0/4294967320", NULL, false},
        {"2001:db8::/129", NULL, false},
        {"/24", NULL, false},
        {"/", NULL, false},
        {"", NULL, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[PREFIX_TEXT];
        struct prefix p = {0};
        bool host_bits = !cases[i].host_bits;
        bool good = prefix_parse(cases[i].text, &p, &host_bits);
        if (good != (cases[i].result && !cases[i].host_bits) || host_bits != cases[i].host_bits)
            fail_msg("'%s': %s, host bits %s", cases[i].text, good ? "accepted" : "refused",
                     host_bits ? "set" : "clear");
        if (cases[i].result)
            assert_string_equal(prefix_text(&p, text), cases[i].result);
    }
}

static void
prefix_parse_bytes_stops_at_count(void **state)
{
    (void)state;
    struct prefix p, expected = prefix("128.0.0.0/2");
    assert_true(prefix_parse_bytes("128.0.0.0/24", 11, &p, NULL));
    assert_true(prefix_equal(&p, &expected));
    assert_false(prefix_parse_bytes("128.0.0.0/24", 10, &p, NULL));
    assert_false(prefix_parse_bytes("128.0.0.0/24", 9, &p, NULL));
}

static void
prefix_around_any_length_holds_address(void **state)
{
    (void)state;
    static const char *const all_ones[] = {"255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"};
    for (size_t i = 0; i < COUNT(all_ones); i++) {
        struct addr a = addr(all_ones[i]);
        unsigned bits = a.family == ADDR_V4 ? 32 : 128;
        for (unsigned length = 0; length <= bits; length++) {
            struct prefix p = prefix_around(&a, length);
            assert_int_equal(p.length, length);
            for (unsigned bit = 0; bit < 128; bit++)
                assert_int_equal(p.addr.bytes[bit / 8] >> (7 - bit % 8) & 1, bit < length);
            assert_true(prefix_holds(&p, &a));
            if (length > 0) { /* the address before the prefix */
                struct addr other = a;
                other.bytes[(length - 1) / 8] ^= (uint8_t)(0x80 >> (length - 1) % 8);
                assert_false(prefix_holds(&p, &other));
            }
        }
    }
}

static void
prefix_holds_own_family_only(void **state)
{
    (void)state;
    static const struct {
        const char *prefix, *addr;
        bool holds;
    } cases[] = {
        {"203.0.112.0/22", "203.0.112.0", true},
        {"203.0.112.0/22", "203.0.115.255", true},
        {"203.0.112.0/22", "203.0.111.255", false},
        {"203.0.112.0/22", "203.0.116.0", false},
        {"0.0.0.0/0", "255.1.2.3", true},
        {"0.0.0.0/0", "::1", false},
        {"::/0", "2001:db8::1", true},
        {"::/0", "0.0.0.0", false},
        {"2001:db8::/33", "2001:db8:7fff::", true},
        {"2001:db8::/33", "2001:db8:8000::", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct prefix p = prefix(cases[i].prefix);
        struct addr a = addr(cases[i].addr);
        if (prefix_holds(&p, &a) != cases[i].holds)
            fail_msg("%s, %s", cases[i].prefix, cases[i].addr);
    }
}

static void
prefix_covers_inner_prefixes(void **state)
{
    (void)state;
    static const struct {
        const char *outer, *inner;
        bool covers;
    } cases[] = {
        {"203.0.112.0/22", "203.0.112.0/22", true},  {"203.0.112.0/22", "203.0.113.0/24", true},
        {"203.0.112.0/22", "203.0.115.7/32", true},  {"203.0.112.0/22", "203.0.112.0/21", false},
        {"203.0.112.0/22", "203.0.116.0/24", false}, {"0.0.0.0/0", "::/128", false},
        {"2001:db8::/32", "2001:db8:1::/48", true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct prefix outer = prefix(cases[i].outer), inner = prefix(cases[i].inner);
        if (prefix_covers(&outer, &inner) != cases[i].covers)
            fail_msg("%s, %s", cases[i].outer, cases[i].inner);
    }
}

static void
prefix_compare_orders_widest_first(void **state)
{
    (void)state;
    static const char *const ascending[] = {"0.0.0.0/0",      "1.0.0.0/8",      "203.0.112.0/20", "203.0.112.0/22",
                                            "203.0.112.0/32", "203.0.113.0/24", "::/0",           "2001:db8::/32"};
    for (size_t i = 0; i < COUNT(ascending); i++)
        for (size_t j = 0; j < COUNT(ascending); j++) {
            struct prefix a = prefix(ascending[i]), b = prefix(ascending[j]);
            int order = prefix_compare(&a, &b);
            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
            assert_int_equal(prefix_equal(&a, &b), i == j);
        }
}

static void
prefix_size_is_power_of_two(void **state)
{
    (void)state;
    struct prefix all = prefix("0.0.0.0/0"), net = prefix("203.0.112.0/22"), host = prefix("203.0.113.77/32");
    assert_int_equal(prefix_size(&all), 4294967296);
    assert_int_equal(prefix_size(&net), 1024);
    assert_int_equal(prefix_size(&host), 1);
}

static void
endpoint_round_trips_with_port(void **state)
{
    (void)state;
    static const struct {
        const char *text, *result; /* NULL: refused */
    } cases[] = {
        {"127.0.0.1", "127.0.0.1:53"},
        {"127.0.0.1:5300", "127.0.0.1:5300"},
        {"255.255.255.255:65535", "255.255.255.255:65535"},
        {"::1", "[::1]:53"},
        {"[::1]", "[::1]:53"},
        {"[::1]:5300", "[::1]:5300"},
        {"::1:5300", "[::1:5300]:53"},
        {"[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"},
        {"", NULL},
        {":53", NULL},
        {"127.0.0.1:", NULL},
        {"127.0.0.1:0", NULL},
        {"127.0.0.1:65536", NULL},
        {"127.0.0.1:053", NULL},
        {"127.0.0.1:53 ", NULL},
        {"127.0.0.1:5a", NULL},
        {"127.0.0.1:-1", NULL},
        {"127.0.0.1:53:53", NULL},
        {"127.0.0.1#53", NULL},
        {"[127.0.0.1]:53", NULL},
        {"[::1", NULL},
        {"[::1]53", NULL},
        {"[::1]:", NULL},
        {"[]:53", NULL},
        {"[", NULL},
        {"fe80::1%lo", "[fe80::1%lo]:53"},
        {"[fe80::1%lo]:5300", "[fe80::1%lo]:5300"},
        {"fe80::1%1", "[fe80::1%lo]:53"},
        {"tcp:127.0.0.1", "tcp:127.0.0.1:53"},
        {"tcp:127.0.0.1:5345", "tcp:127.0.0.1:5345"},
        {"tcp:[::1]:5345", "tcp:[::1]:5345"},
        {"tcp:::1", "tcp:[::1]:53"},
        {"tcp:fe80::1%lo", "tcp:[fe80::1%lo]:53"},
        {"fe80::1", NULL},
        {"fe80::1%", NULL},
        {"fe80::1%nowhere", NULL},
        {"fe80::1%an-interface-with-a-long-name", NULL},
        {"fe80::1%0", NULL},
        {"2001:db8::1%lo", NULL},
        {"tcp:", NULL},
        {"tcp:tcp:127.0.0.1", NULL},
        {"udp:127.0.0.1", NULL},
        {"localhost", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[ENDPOINT_TEXT];
        struct endpoint e = {0}, again;
        if (endpoint_parse(cases[i].text, &e) != (cases[i].result != NULL))
            fail_msg("'%s'", cases[i].text);
        if (!cases[i].result)
            continue;
        assert_string_equal(endpoint_text(&e, text), cases[i].result);
        assert_true(endpoint_parse(text, &again));
        assert_true(endpoint_equal(&e, &again));
    }
}

static void
endpoint_equal_compares_address_and_port(void **state)
{
    (void)state;
    struct endpoint a, b;
    assert_true(endpoint_parse("127.0.0.1", &a) && endpoint_parse("127.0.0.1:54", &b));
    assert_false(endpoint_equal(&a, &b));
    assert_true(endpoint_parse("127.0.0.2:53", &b));
    assert_false(endpoint_equal(&a, &b));
    assert_true(endpoint_parse("127.0.0.1:53", &b));
    assert_true(endpoint_equal(&a, &b));
    assert_true(endpoint_parse("tcp:127.0.0.1:53", &b));
    assert_false(endpoint_equal(&a, &b));
}

static void
example_space_is_recognised(void **state)
{
    (void)state;
    static const char *const examples[] = {"192.0.2.0",    "192.0.2.255",   "198.18.0.0",  "198.19.255.255",
                                           "198.51.100.7", "203.0.113.255", "2001:db8::1", "2001:db8:ffff::"};
    static const char *const others[] = {
        "10.0.0.1", "127.0.0.2",  "192.0.1.255", "192.0.3.0",   "198.17.255.255",   "198.20.0.0", "192.168.1.1",
        "8.8.8.8",  "100.64.0.1", "169.254.1.1", "2001:db9::1", "::ffff:192.0.2.1", "fe80::1"};
    struct addr a;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++)
        if (!addr_parse(examples[i], &a) || !addr_is_example(&a))
            fail_msg("%s is one", examples[i]);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (!addr_parse(others[i], &a) || addr_is_example(&a))
            fail_msg("%s is none", others[i]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(example_space_is_recognised),
        cmocka_unit_test(address_parsed_and_printed_is_canonical),
        cmocka_unit_test(octet_any_value_round_trips),
        cmocka_unit_test(address_malformed_is_refused),
        cmocka_unit_test(address_parse_bytes_stops_at_count),
        cmocka_unit_test(address_reversed_is_dnsbl_label),
        cmocka_unit_test(address_none_prints_empty),
        cmocka_unit_test(address_compare_orders_by_family_then_value),
        cmocka_unit_test(loopback_inside_127_is_recognised),
        cmocka_unit_test(reserved_address_names_its_block),
        cmocka_unit_test(reserved_prefix_names_its_block),
        cmocka_unit_test(reserved_public_address_is_null),
        cmocka_unit_test(prefix_malformed_is_refused),
        cmocka_unit_test(prefix_parse_bytes_stops_at_count),
        cmocka_unit_test(prefix_around_any_length_holds_address),
        cmocka_unit_test(prefix_holds_own_family_only),
        cmocka_unit_test(prefix_covers_inner_prefixes),
        cmocka_unit_test(prefix_compare_orders_widest_first),
        cmocka_unit_test(prefix_size_is_power_of_two),
        cmocka_unit_test(endpoint_round_trips_with_port),
        cmocka_unit_test(endpoint_equal_compares_address_and_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

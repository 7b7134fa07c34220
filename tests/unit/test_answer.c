#include "dns/answer.h"

#include "base/buf.h"

#include <arpa/nameser.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- packets by hand ---- */

enum { QR = 0x8000, AA = 0x0400, TC = 0x0200, RA = 0x0080, USUAL = QR | AA | RA };

static struct buf packet;

static void
put16(unsigned number)
{
    buf_byte(&packet, (char)(number >> 8));
    buf_byte(&packet, (char)number);
}

static void
put32(uint32_t number)
{
    put16(number >> 16);
    put16(number & 0xffff);
}

static size_t
wire(const char *name, uint8_t out[NS_MAXCDNAME])
{
    const uint8_t *end = out;
    assert_true(ns_name_pton(name, out, NS_MAXCDNAME) >= 0);
    ns_name_skip(&end, out + NS_MAXCDNAME);
    return (size_t)(end - out);
}

/* "@" points to the question's name. */
static void
put_name(const char *name)
{
    uint8_t out[NS_MAXCDNAME];
    if (strcmp(name, "@") == 0)
        put16(0xc000 | NS_HFIXEDSZ);
    else
        buf_bytes(&packet, (char *)out, wire(name, out));
}

static void
begin(unsigned flags, const char *name, enum record_type type)
{
    buf_clear(&packet);
    put16(4711);
    put16(flags);
    put16(1);
    put16(0);
    put32(0);
    put_name(name);
    put16(type);
    put16(ns_c_in);
}

static void
put_record(ns_sect section, const char *owner, int type, uint32_t ttl, const void *data, size_t count)
{
    put_name(owner);
    put16((unsigned)type);
    put16(ns_c_in);
    put32(ttl);
    put16((unsigned)count);
    buf_bytes(&packet, data, count);
    packet.at[4 + 2 * section + 1]++;
}

static void
put_a(const char *owner, uint32_t ttl, const char *four_bytes)
{
    put_record(ns_s_an, owner, ns_t_a, ttl, four_bytes, 4);
}

static void
put_cname(const char *owner, uint32_t ttl, const char *target)
{
    uint8_t out[NS_MAXCDNAME];
    put_record(ns_s_an, owner, ns_t_cname, ttl, out, wire(target, out));
}

static void
put_soa(uint32_t ttl, uint32_t serial, uint32_t minimum)
{
    uint8_t data[2 * NS_MAXCDNAME + 20];
    size_t count = wire("ns.example.net", data);
    count += wire("hostmaster.example.net", data + count);
    uint32_t numbers[5] = {serial, 3600, 600, 86400, minimum};
    for (size_t i = 0; i < 5; i++, count += 4)
        ns_put32(numbers[i], data + count);
    put_record(ns_s_ns, "list.test", ns_t_soa, ttl, data, count);
}

static struct answer_room room;

static struct answer
parse(enum record_type want)
{
    struct answer answer = {0};
    /* In its own block, so that reading over the end is seen. */
    uint8_t *copy = malloc(packet.count ? packet.count : 1);
    memcpy(copy, buf_string(&packet), packet.count);
    answer_parse(copy, packet.count, want, &room, &answer);
    free(copy);
    return answer;
}

static void
assert_malformed(enum record_type want)
{
    struct answer a = parse(want);
    assert_int_equal(a.outcome, OUTCOME_MALFORMED);
    assert_int_equal(a.count, 0);
    assert_int_equal(a.ttl, 0);
    assert_int_equal(a.serial, 0);
}

static void
assert_text(const struct record *record, const char *expected)
{
    assert_int_equal(record->text_count, strlen(expected));
    assert_memory_equal(record->text, expected, record->text_count);
}

static int
free_packet(void **state)
{
    (void)state;
    buf_free(&packet);
    return 0;
}

/* ---- what is understood ---- */

static void
response_code_maps_to_outcome(void **state)
{
    (void)state;
    static const struct {
        unsigned rcode;
        enum outcome outcome;
    } cases[] = {
        {0, OUTCOME_NODATA}, {1, OUTCOME_FORMERR}, {2, OUTCOME_SERVFAIL}, {3, OUTCOME_NXDOMAIN},
        {4, OUTCOME_RCODE},  {5, OUTCOME_REFUSED}, {9, OUTCOME_RCODE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin(USUAL | cases[i].rcode, "2.0.0.127.list.test", RECORD_A);
        struct answer a = parse(RECORD_A);
        assert_int_equal(a.outcome, cases[i].outcome);
        assert_int_equal(a.rcode, cases[i].rcode);
        assert_true(strlen(outcome_name(a.outcome)) > 0);
    }
}

/* RFC 6891 section 6.1.3: BADVERS is 16, of which the header shows 0. */
static void
response_code_with_edns_is_extended(void **state)
{
    (void)state;
    begin(USUAL, "2.0.0.127.list.test", RECORD_A);
    put_record(ns_s_ar, "", ns_t_opt, 0x01000000, "", 0);
    struct answer a = parse(RECORD_A);
    assert_int_equal(a.outcome, OUTCOME_RCODE);
    assert_int_equal(a.rcode, 16);

    begin(USUAL, "2.0.0.127.list.test", RECORD_A);
    put_a("@", 60, "\177\0\0\2");
    put_record(ns_s_ar, "", ns_t_opt, 0x00008000, "", 0);
    assert_int_equal(parse(RECORD_A).outcome, OUTCOME_DATA);
}

static void
address_records_of_both_families_are_parsed(void **state)
{
    (void)state;
    char text[ADDR_TEXT];
    begin(USUAL, "2.0.0.127.list.test", RECORD_A);
    put_a("@", 2100, "\177\0\0\2");
    put_a("2.0.0.127.LIST.test", 60, "\177\0\0\12");
    struct answer a = parse(RECORD_A);
    assert_int_equal(a.outcome, OUTCOME_DATA);
    assert_int_equal(a.count, 2);
    assert_int_equal(a.ttl, 60);
    assert_string_equal(addr_text(&a.records[0].addr, text), "127.0.0.2");
    assert_int_equal(a.records[0].ttl, 2100);
    assert_string_equal(addr_text(&a.records[1].addr, text), "127.0.0.10");
    assert_int_equal(a.records[1].type, RECORD_A);

    begin(USUAL, "host.test", RECORD_AAAA);
    put_record(ns_s_an, "@", ns_t_aaaa, 60, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16);
    a = parse(RECORD_AAAA);
    assert_int_equal(a.count, 1);
    assert_string_equal(addr_text(&a.records[0].addr, text), "2001:db8::1");
}

static void
txt_strings_are_joined_per_record(void **state)
{
    (void)state;
    begin(USUAL, "2.0.0.127.list.test", RECORD_TXT);
    put_record(ns_s_an, "@", ns_t_txt, 60,
               "\6Net 20\0\7"
               "3.0.113",
               16);
    put_record(ns_s_an, "@", ns_t_txt, 60, "\0", 1);
    put_record(ns_s_an, "@", ns_t_txt, 60, "\3\0\x1b\xff", 4);
    struct answer a = parse(RECORD_TXT);
    assert_int_equal(a.count, 3);
    assert_text(&a.records[0], "Net 203.0.113");
    assert_int_equal(a.records[1].text_count, 0);
    assert_int_equal(a.records[2].text_count, 3);
    assert_memory_equal(a.records[2].text, "\0\x1b\xff", 3);
}

static void
ptr_name_is_in_presentation_form(void **state)
{
    (void)state;
    static const char odd[] = "\11a b\0.\x1b[m\"\4test\0";
    begin(USUAL, "77.113.0.203.in-addr.arpa", RECORD_PTR);
    put_record(ns_s_an, "@", ns_t_ptr, 60, "\4mail\7example\3org\0", 18);
    put_record(ns_s_an, "@", ns_t_ptr, 60, odd, sizeof odd - 1);
    put_record(ns_s_an, "@", ns_t_ptr, 60, "\xc0\x0c", 2);
    put_record(ns_s_an, "@", ns_t_ptr, 60, "\0", 1);
    struct answer a = parse(RECORD_PTR);
    assert_int_equal(a.count, 4);
    assert_text(&a.records[0], "mail.example.org");
    assert_text(&a.records[1], "a\\032b\\000\\.\\027[m\\\".test");
    assert_text(&a.records[2], "77.113.0.203.in-addr.arpa");
    assert_text(&a.records[3], ".");
}

static void
mx_has_preference_and_host(void **state)
{
    (void)state;
    begin(USUAL, "example.org", RECORD_MX);
    put_record(ns_s_an, "@", ns_t_mx, 60, "\1\2\3mx1\xc0\x0c", 8);
    put_record(ns_s_an, "@", ns_t_mx, 60, "\0\0\0", 3);
    struct answer a = parse(RECORD_MX);
    assert_int_equal(a.count, 2);
    assert_int_equal(a.records[0].preference, 258);
    assert_text(&a.records[0], "mx1.example.org");
    assert_text(&a.records[1], ".");
}

static void
cname_chain_in_any_order_is_followed(void **state)
{
    (void)state;
    begin(USUAL, "alias.test", RECORD_A);
    put_a("end.test", 50, "\177\0\0\2");
    put_cname("Middle.test", 40, "end.test");
    put_record(ns_s_an, "alias.test", ns_t_txt, 1, "\0", 1);
    put_cname("@", 30, "middle.test");
    struct answer a = parse(RECORD_A);
    assert_int_equal(a.outcome, OUTCOME_DATA);
    assert_int_equal(a.count, 1);
    assert_int_equal(a.ttl, 30);

    begin(USUAL, "alias.test", RECORD_A);
    put_cname("@", 30, "nowhere.test");
    put_soa(900, 7, 600);
    a = parse(RECORD_A);
    assert_int_equal(a.outcome, OUTCOME_NODATA);
    assert_int_equal(a.ttl, 30);
}

static void
denial_without_end_of_chain_or_authority_is_bare(void **state)
{
    static const struct {
        unsigned flags;
        bool alias, soa, bare;
    } cases[] = {
        {USUAL, false, true, false},        {USUAL, false, false, false},    {USUAL, true, true, false},
        {USUAL, true, false, true},         {USUAL | 3, true, false, false}, {QR | AA | 3, false, false, false},
        {QR | RA | 3, false, false, false}, {QR | 3, false, true, true},     {QR, false, true, true},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin(cases[i].flags, "1.0.0.127.list.test", RECORD_A);
        if (cases[i].alias)
            put_cname("@", 30, "nowhere.list.test");
        if (cases[i].soa)
            put_soa(900, 7, 600);
        struct answer a = parse(RECORD_A);
        assert_int_equal(a.outcome, cases[i].flags & 3 ? OUTCOME_NXDOMAIN : OUTCOME_NODATA);
        assert_int_equal(a.bare, cases[i].bare);
    }
}

static void
negative_ttl_comes_from_soa(void **state)
{
    (void)state;
    static const struct {
        uint32_t ttl, minimum, negative;
    } cases[] = {{3600, 120, 120}, {60, 120, 60}, {0, 120, 0}, {0x80000000, 5, 0}, {INT32_MAX, INT32_MAX, 86400}};
    for (size_t i = 0; i < COUNT(cases); i++)
        for (unsigned rcode = 0; rcode <= 3; rcode += 3) {
            begin(USUAL | rcode, "1.0.0.127.list.test", RECORD_A);
            put_soa(cases[i].ttl, 2026070618, cases[i].minimum);
            struct answer a = parse(RECORD_A);
            assert_int_equal(a.outcome, rcode ? OUTCOME_NXDOMAIN : OUTCOME_NODATA);
            assert_int_equal(a.ttl, cases[i].negative);
            assert_int_equal(a.serial, 2026070618);
        }
    begin(USUAL | 3, "1.0.0.127.list.test", RECORD_A);
    struct answer a = parse(RECORD_A);
    assert_int_equal(a.outcome, OUTCOME_NXDOMAIN);
    assert_int_equal(a.ttl, 0);
    assert_int_equal(a.serial, 0);
}

/* The response code says that the name does not exist, the record that it does. */
static void
name_error_with_record_is_malformed(void **state)
{
    (void)state;
    begin(USUAL | 3, "2.0.0.127.list.test", RECORD_A);
    put_a("@", 60, "\177\0\0\2");
    assert_malformed(RECORD_A);

    begin(USUAL | 3, "alias.test", RECORD_A);
    put_cname("@", 30, "nowhere.test");
    put_soa(900, 7, 600);
    assert_int_equal(parse(RECORD_A).outcome, OUTCOME_NXDOMAIN);

    begin(USUAL | 3, "alias.test", RECORD_A);
    put_cname("@", 30, "nowhere.test");
    put_a("nowhere.test", 60, "\177\0\0\2");
    assert_malformed(RECORD_A);
}

/* RFC 2308 section 2.2. To take a referral for NODATA would mean to call an address clear that nobody knows about. */
static void
referral_is_malformed(void **state)
{
    (void)state;
    begin(QR, "1.0.0.127.list.test", RECORD_A);
    put_record(ns_s_ns, "", ns_t_ns, 60, "\1a\0", 3);
    assert_malformed(RECORD_A);

    begin(USUAL, "1.0.0.127.list.test", RECORD_A);
    put_record(ns_s_ns, "list.test", ns_t_ns, 60, "\1a\0", 3);
    put_soa(60, 1, 60);
    assert_int_equal(parse(RECORD_A).outcome, OUTCOME_NODATA);
}

static void
foreign_owner_records_are_ignored(void **state)
{
    (void)state;
    begin(USUAL, "2.0.0.127.list.test", RECORD_A);
    put_a("3.0.0.127.list.test", 60, "\177\0\0\2");
    assert_malformed(RECORD_A);

    put_a("@", 60, "\177\0\0\2");
    assert_int_equal(parse(RECORD_A).count, 1);
}

static void
ttl_over_31_bits_is_zero(void **state)
{
    (void)state;
    begin(USUAL, "2.0.0.127.list.test", RECORD_A);
    put_a("@", 0x80000001, "\177\0\0\2");
    struct answer a = parse(RECORD_A);
    assert_int_equal(a.ttl, 0);
    assert_int_equal(a.records[0].ttl, 0);
}

static void
ttl_over_a_day_is_a_day(void **state)
{
    (void)state;
    begin(USUAL, "2.0.0.127.list.test", RECORD_A);
    put_a("@", INT32_MAX, "\177\0\0\2");
    struct answer a = parse(RECORD_A);
    assert_int_equal(a.ttl, 86400);
    assert_int_equal(a.records[0].ttl, 86400);
}

static void
extended_error_of_stale_answers_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *options;
        size_t count;
        bool stale;
    } cases[] = {
        {"\0\17\0\2\0\3", 6, true},
        {"\0\17\0\5\0\23old", 9, true},
        {"\0\12\0\1x\0\17\0\2\0\3", 11, true},
        {"\0\17\0\2\0\26", 6, false},
        {"\0\17\0\1\3", 5, false},
        {"\0\17\0\7\0\3", 6, false},
        {"\0\17\0", 3, false},
        {"", 0, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin(USUAL | 3, "2.0.0.127.list.test", RECORD_A);
        put_soa(900, 7, 600);
        put_record(ns_s_ar, "", ns_t_opt, 0, cases[i].options, cases[i].count);
        struct answer a = parse(RECORD_A);
        assert_int_equal(a.outcome, OUTCOME_NXDOMAIN);
        assert_int_equal(a.stale, cases[i].stale);
        assert_int_equal(a.zone_labels, 2);
    }
}

static void
depth_of_zone_counts_whole_labels(void **state)
{
    (void)state;
    static const struct {
        const char *question;
        unsigned labels;
    } cases[] = {
        {"2.0.0.127.list.test", 2}, {"LIST.Test", 2}, {"2.mylist.test", 1}, {"ist.test", 1},
        {"list.test.test", 1},      {"test", 1},      {"list.tes", 0},      {"", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin(USUAL | 3, cases[i].question, RECORD_A);
        put_soa(900, 7, 600);
        assert_int_equal(parse(RECORD_A).zone_labels, cases[i].labels);
    }
}

/* dnsmasq marks a fresh record, too, while it keeps a stale denial of the name. */
static void
stale_denial_beside_fresh_record_is_not_stale(void **state)
{
    (void)state;
    static const struct {
        uint32_t ttl;
        bool soa, stale;
    } cases[] = {{300, true, false}, {300, false, true}, {30, true, true}, {0, false, true}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin(USUAL, "2.0.0.127.list.test", RECORD_A);
        put_a("@", cases[i].ttl, "\177\0\0\2");
        if (cases[i].soa)
            put_soa(900, 7, 600);
        put_record(ns_s_ar, "", ns_t_opt, 0, "\0\17\0\2\0\3", 6);
        struct answer a = parse(RECORD_A);
        assert_int_equal(a.outcome, OUTCOME_DATA);
        assert_int_equal(a.stale, cases[i].stale);
    }
}

/* rbldnsd drops the records that do not fit, and with them the bit that says "authoritative". */
static void
answer_without_aa_may_be_partial(void **state)
{
    (void)state;
    static const struct {
        unsigned flags;
        bool partial;
    } cases[] = {{QR, true}, {QR | AA, false}, {QR | RA, false}, {QR | AA | RA, false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin(cases[i].flags, "2.0.0.127.list.test", RECORD_A);
        put_a("@", 60, "\177\0\0\2");
        assert_int_equal(parse(RECORD_A).partial, cases[i].partial);
    }
    begin(QR | 3, "2.0.0.127.list.test", RECORD_A);
    assert_false(parse(RECORD_A).partial);
}

static void
records_beyond_room_are_counted(void **state)
{
    (void)state;
    static char text[256];
    begin(USUAL, "2.0.0.127.list.test", RECORD_A);
    for (int i = 0; i < ANSWER_RECORDS + 3; i++)
        put_a("@", i == ANSWER_RECORDS ? 9 : 60, "\177\0\0\2");
    struct answer a = parse(RECORD_A);
    assert_int_equal(a.count, ANSWER_RECORDS);
    assert_int_equal(a.dropped, 3);
    assert_int_equal(a.ttl, 9);

    text[0] = '\377';
    begin(USUAL, "2.0.0.127.list.test", RECORD_TXT);
    for (int i = 0; i < 60; i++) {
        char many[1024];
        for (size_t k = 0; k < 4; k++)
            memcpy(many + 256 * k, text, 256);
        put_record(ns_s_an, "@", ns_t_txt, 60, many, sizeof many);
    }
    a = parse(RECORD_TXT);
    assert_int_equal(a.count + a.dropped, 60);
    assert_true(a.dropped > 0);
    for (size_t i = 0; i < a.count; i++)
        assert_int_equal(a.records[i].text_count, 4 * 255);
}

/* ---- what is not ---- */

static void
answer_to_other_question_is_malformed(void **state)
{
    (void)state;
    begin(USUAL & ~QR, "a.test", RECORD_A);
    assert_malformed(RECORD_A);
    begin(USUAL | TC, "a.test", RECORD_A);
    assert_malformed(RECORD_A);
    begin(USUAL, "a.test", RECORD_TXT);
    assert_malformed(RECORD_A);
    begin(USUAL, "a.test", RECORD_A);
    packet.at[packet.count - 1] = 3; /* class CHAOS */
    assert_malformed(RECORD_A);
    begin(USUAL, "a.test", RECORD_A);
    packet.at[5] = 0;
    assert_malformed(RECORD_A);
    buf_clear(&packet);
    assert_malformed(RECORD_A);
}

static void
record_data_of_wrong_size_is_malformed(void **state)
{
    (void)state;
    static const struct {
        enum record_type type;
        const char *data;
        size_t count;
    } cases[] = {
        {RECORD_A, "\177\0\0\2\0", 5}, {RECORD_A, "\177\0\0", 3},   {RECORD_AAAA, "\177\0\0\2", 4},
        {RECORD_TXT, "\5four", 5},     {RECORD_TXT, "\4four\1", 6}, {RECORD_PTR, "\1a\0\0", 4},
        {RECORD_PTR, "\1a", 2},        {RECORD_PTR, "", 0},         {RECORD_PTR, "\xff\xff", 2},
        {RECORD_PTR, "\x40\0", 2},     {RECORD_MX, "\0\1", 2},      {RECORD_MX, "\0\1\1a\0\0", 6},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        begin(USUAL, "a.test", cases[i].type);
        put_record(ns_s_an, "@", (int)cases[i].type, 60, cases[i].data, cases[i].count);
        assert_malformed(cases[i].type);
    }
    begin(USUAL | 3, "a.test", RECORD_A);
    put_record(ns_s_ns, "@", ns_t_soa, 60, "\0\0\0\0\0\1", 6);
    assert_malformed(RECORD_A);
}

static void
section_counts_too_high_are_malformed(void **state)
{
    (void)state;
    for (size_t section = 0; section < 4; section++) {
        begin(USUAL, "a.test", RECORD_A);
        put_a("@", 60, "\177\0\0\2");
        packet.at[4 + 2 * section + 1]++;
        assert_malformed(RECORD_A);
        begin(USUAL, "a.test", RECORD_A);
        put_a("@", 60, "\177\0\0\2");
        packet.at[4 + 2 * section] = '\377';
        assert_malformed(RECORD_A);
    }
    begin(USUAL, "a.test", RECORD_A);
    put_a("@", 60, "\177\0\0\2");
    buf_byte(&packet, 0);
    assert_malformed(RECORD_A);
}

static void
answer_cut_anywhere_is_malformed(void **state)
{
    (void)state;
    begin(USUAL, "alias.test", RECORD_TXT);
    put_cname("@", 30, "end.test");
    put_record(ns_s_an, "end.test", ns_t_txt, 60, "\4text", 5);
    put_soa(60, 1, 60);
    put_record(ns_s_ar, "", ns_t_opt, 0, "", 0);
    size_t whole = packet.count;
    assert_int_equal(parse(RECORD_TXT).outcome, OUTCOME_DATA);
    while (packet.count > 0) {
        packet.count--;
        assert_malformed(RECORD_TXT);
    }
    packet.count = whole;
    assert_int_equal(parse(RECORD_TXT).outcome, OUTCOME_DATA);
}

static void
compression_loop_is_malformed(void **state)
{
    (void)state;
    begin(USUAL, "a.test", RECORD_A);
    put_cname("@", 30, "b.test");
    put_cname("b.test", 30, "a.test");
    assert_malformed(RECORD_A);
    begin(USUAL, "a.test", RECORD_A);
    put_cname("@", 30, "a.test");
    assert_malformed(RECORD_A);

    /* a name that points to itself, as an owner, as a target, as the question */
    begin(USUAL, "a.test", RECORD_PTR);
    put_record(ns_s_an, "@", ns_t_ptr, 60, "\xc0\x0c", 2);
    ns_put16((uint16_t)(0xc000 | (packet.count - 2)), (uint8_t *)packet.at + packet.count - 2);
    assert_malformed(RECORD_PTR);
    begin(USUAL, "a.test", RECORD_A);
    size_t owner = packet.count;
    put_a("@", 60, "\177\0\0\2");
    ns_put16((uint16_t)(0xc000 | owner), (uint8_t *)packet.at + owner);
    assert_malformed(RECORD_A);
    begin(USUAL, "@", RECORD_A);
    assert_malformed(RECORD_A);
}

static void
cname_chain_too_long_is_malformed(void **state)
{
    (void)state;
    for (int length = 16; length <= 17; length++) {
        begin(USUAL, "0.test", RECORD_A);
        for (int i = 0; i < length; i++) {
            char from[16], to[16];
            snprintf(from, sizeof from, "%d.test", i);
            snprintf(to, sizeof to, "%d.test", i + 1);
            put_cname(from, 60, to);
        }
        put_a(length == 16 ? "16.test" : "17.test", 60, "\177\0\0\2");
        assert_int_equal(parse(RECORD_A).outcome, length == 16 ? OUTCOME_DATA : OUTCOME_MALFORMED);
    }
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(response_code_maps_to_outcome),
        cmocka_unit_test(response_code_with_edns_is_extended),
        cmocka_unit_test(address_records_of_both_families_are_parsed),
        cmocka_unit_test(txt_strings_are_joined_per_record),
        cmocka_unit_test(ptr_name_is_in_presentation_form),
        cmocka_unit_test(mx_has_preference_and_host),
        cmocka_unit_test(cname_chain_in_any_order_is_followed),
        cmocka_unit_test(denial_without_end_of_chain_or_authority_is_bare),
        cmocka_unit_test(negative_ttl_comes_from_soa),
        cmocka_unit_test(referral_is_malformed),
        cmocka_unit_test(foreign_owner_records_are_ignored),
        cmocka_unit_test(ttl_over_31_bits_is_zero),
        cmocka_unit_test(ttl_over_a_day_is_a_day),
        cmocka_unit_test(extended_error_of_stale_answers_is_read),
        cmocka_unit_test(depth_of_zone_counts_whole_labels),
        cmocka_unit_test(stale_denial_beside_fresh_record_is_not_stale),
        cmocka_unit_test(name_error_with_record_is_malformed),
        cmocka_unit_test(answer_without_aa_may_be_partial),
        cmocka_unit_test(records_beyond_room_are_counted),
        cmocka_unit_test(answer_to_other_question_is_malformed),
        cmocka_unit_test(record_data_of_wrong_size_is_malformed),
        cmocka_unit_test(section_counts_too_high_are_malformed),
        cmocka_unit_test(answer_cut_anywhere_is_malformed),
        cmocka_unit_test(compression_loop_is_malformed),
        cmocka_unit_test(cname_chain_too_long_is_malformed),
    };
    return cmocka_run_group_tests(tests, NULL, free_packet);
}

#include "base/clock.h"
#include "builtin_lists.h"
#include "verdict/evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { HOUR_MS = 60 * 60 * 1000 };

/* ---- the age of a zone ---- */

static int64_t
utc_ms(int year, int month, int day, int hour)
{
    struct tm t = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour};
    return (int64_t)timegm(&t) * 1000;
}

static void
serial_is_german_local_time(void **state)
{
    (void)state;
    static const struct {
        uint32_t serial;
        int month, day, hour; /* UTC, 2026 */
    } cases[] = {
        {2026070618, 7, 6, 16},   /* summer: two hours ahead */
        {2026011512, 1, 15, 11},  /* winter: one */
        {2026010100, 1, 0, 23},   /* the last hour of the year before */
        {2026032901, 3, 29, 0},   /* the last hour of winter time ... */
        {2026032903, 3, 29, 1},   /* ... and the first of summer time: there is no 2 o'clock between them */
        {2026032823, 3, 28, 22},  /* the evening before */
        {2026102501, 10, 24, 23}, /* summer time */
        {2026102502, 10, 25, 0},  /* comes twice; the first is meant */
        {2026102503, 10, 25, 2},  /* winter time */
        {2026102600, 10, 25, 23},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        if (data_date_serial_ms(cases[i].serial) != utc_ms(2026, cases[i].month, cases[i].day, cases[i].hour))
            fail_msg("%u", cases[i].serial);
}

/* The C library, told the rule of summer time in its own words, goes through every hour of some years. */
static void
serial_matches_libc_timezone(void **state)
{
    (void)state;
    setenv("TZ", "CET-1CEST,M3.5.0/2,M10.5.0/3", 1);
    tzset();
    uint32_t before = 0;
    for (int64_t at = utc_ms(2020, 1, 1, 0); at < utc_ms(2039, 1, 1, 0); at += HOUR_MS) {
        time_t seconds = at / 1000;
        struct tm t;
        localtime_r(&seconds, &t);
        uint32_t serial = (uint32_t)(((t.tm_year + 1900) * 100 + t.tm_mon + 1) * 100 + t.tm_mday) * 100;
        serial += (uint32_t)t.tm_hour;
        if (serial != before) /* the hour that comes twice means its first coming */
            assert_int_equal(data_date_serial_ms(serial), at);
        before = serial;
    }
    unsetenv("TZ");
    tzset();
}

static void
serial_of_other_form_is_no_time(void **state)
{
    (void)state;
    static const uint32_t serials[] = {
        0,          1,          1783361580, /* seconds since 1970 */
        2026070624,                         /* hour 24 */
        2026070099,                         /* day 0 */
        2026073200, 2026130100, 2026000100, 2026023000, 2026022900, 2026043100, 1999123123, UINT32_MAX,
    };
    for (size_t i = 0; i < COUNT(serials); i++)
        if (data_date_serial_ms(serials[i]) != -1)
            fail_msg("%u was taken for a time", serials[i]);
    assert_int_equal(data_date_serial_ms(2028022912), utc_ms(2028, 2, 29, 11));
}

static void
zone_age_comes_from_serial(void **state)
{
    (void)state;
    struct list_result f = {.serial = 2026070618};
    clock_fake(0, utc_ms(2026, 7, 6, 20));
    assert_int_equal(list_result_zone_age_ms(&f), 4 * HOUR_MS);
    assert_true(list_result_zone_age_ms(&f) > DATA_DATE_STALE_MS);
    clock_fake(0, utc_ms(2026, 7, 6, 15)); /* our clock is behind theirs */
    assert_int_equal(list_result_zone_age_ms(&f), 0);
    f.serial = 0;
    assert_int_equal(list_result_zone_age_ms(&f), -1);
    clock_real();
}

/* ---- nets ---- */

/* Evidence with these nets, narrowest first. */
static struct evidence
with_nets(const char *const *nets, size_t count)
{
    struct evidence e;
    struct addr address;
    assert_true(addr_parse("198.51.100.7", &address));
    evidence_init(&e, catalogue_builtin(), "198.51.100.7", NULL, &address);
    for (size_t i = 0; i < count; i++) {
        struct listed_net net = {.impacts = 10, .abusers = LISTING_UNKNOWN, .limit = 4};
        assert_true(prefix_parse(nets[i], &net.prefix, NULL));
        vec_push(&e.nets, net);
    }
    return e;
}

static void
hidden_nets_behind_slash24_are_possible(void **state)
{
    (void)state;
    static const struct {
        const char *net;
        unsigned hidden;
    } cases[] = {
        {"198.51.100.7/32", 24}, {"198.51.100.0/25", 24}, {"198.51.100.0/24", 16}, {"198.51.0.0/17", 16},
        {"198.51.0.0/16", 8},    {"198.0.0.0/9", 8},      {"198.0.0.0/8", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct evidence e = with_nets(&cases[i].net, 1);
        if (evidence_hidden_from(&e) != cases[i].hidden)
            fail_msg("%s hides from /%u on", cases[i].net, evidence_hidden_from(&e));
        evidence_fini(&e);
    }
    struct evidence none = with_nets(NULL, 0);
    assert_int_equal(evidence_hidden_from(&none), 0);
    evidence_fini(&none);
}

static void
hidden_from_uses_narrowest_net(void **state)
{
    (void)state;
    static const char *const nets[] = {"198.51.100.0/24", "198.51.96.0/19"};
    struct evidence e = with_nets(nets, COUNT(nets));
    assert_int_equal(evidence_hidden_from(&e), 16);
    evidence_fini(&e);
}

static void
widest_net_is_outermost_with_impacts(void **state)
{
    (void)state;
    static const char *const nets[] = {"198.51.100.0/24", "198.51.96.0/19", "198.51.0.0/16"};
    struct evidence e = with_nets(nets, COUNT(nets));
    assert_int_equal(evidence_widest_net(&e)->prefix.length, 16);
    assert_null(evidence_permanent_net(&e));
    e.nets.at[2].permanent = true;
    e.nets.at[2].impacts = LISTING_UNKNOWN;
    assert_int_equal(evidence_widest_net(&e)->prefix.length, 19);
    assert_int_equal(evidence_permanent_net(&e)->prefix.length, 16);
    e.nets.at[0].impacts = e.nets.at[1].impacts = LISTING_UNKNOWN;
    assert_null(evidence_widest_net(&e));
    evidence_fini(&e);
}

static void
deciding_net_is_farthest_over_its_limit(void **state)
{
    (void)state;
    static const char *const nets[] = {"198.51.100.0/24", "198.51.96.0/19", "198.51.0.0/16"};
    struct evidence e = with_nets(nets, COUNT(nets));
    static const int64_t figures[][2] = {{5, 4}, {300, 30}, {412, 96}};
    for (size_t i = 0; i < COUNT(nets); i++) {
        e.nets.at[i].impacts = figures[i][0];
        e.nets.at[i].limit = figures[i][1];
    }
    assert_int_equal(evidence_deciding_net(&e)->prefix.length, 19);
    e.nets.at[1].stale = true;
    assert_int_equal(evidence_deciding_net(&e)->prefix.length, 16);
    e.nets.at[0].limit = e.nets.at[2].limit = 0; /* none is known */
    assert_int_equal(evidence_deciding_net(&e)->prefix.length, 16);
    e.nets.at[2].permanent = true;
    e.nets.at[2].impacts = LISTING_UNKNOWN;
    assert_int_equal(evidence_deciding_net(&e)->prefix.length, 24);
    e.nets.at[0].impacts = LISTING_UNKNOWN;
    assert_int_equal(evidence_deciding_net(&e)->prefix.length, 16);
    evidence_fini(&e);
}

/* ---- texts ---- */

static void
add_text(struct list_result *f, const char *text)
{
    struct listing listing;
    vec_push(&f->txt, mem_copy(text));
    listing_parse(text, &listing);
    vec_push(&f->texts, listing);
}

static void
level3_text_with_score_is_chosen(void **state)
{
    (void)state;
    struct evidence e = with_nets(NULL, 0);
    struct list_result *f = &e.lists.at[AT_LEVEL3];
    assert_null(evidence_level3(&e));
    add_text(f, "Something else");
    add_text(f, "IP 198.51.100.7 is UCEPROTECT-Level 3 listed. See http://www.uceprotect.net/");
    assert_null(evidence_level3(&e));
    add_text(f,
             "Your ISP EXAMPLE-B Example Broadband, DE/AS64501 is UCEPROTECT-Level3 listed because of a spamscore of "
             "79.7. See: http://www.uceprotect.net/");
    assert_non_null(evidence_level3(&e));
    assert_int_equal(evidence_level3(&e)->holder.asn, 64501);
    evidence_fini(&e);
}

/* With one more like the last, the answer would have grown beyond the 1232 octets that resolvers offer. */
static void
answer_near_size_limit_may_be_cut(void **state)
{
    (void)state;
    char text[251];
    struct evidence e = with_nets(NULL, 0);
    struct list_result *f = &e.lists.at[AT_LEVEL2];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_false(evidence_may_be_cut(&e));
    for (int i = 0; i < 3; i++)
        add_text(f, text);
    assert_false(evidence_may_be_cut(&e)); /* about 860 octets: a fourth fits */
    add_text(f, text);
    assert_true(evidence_may_be_cut(&e)); /* about 1120: a fifth does not */
    add_text(f, text);
    assert_false(evidence_may_be_cut(&e)); /* about 1380: more was offered */
    evidence_fini(&e);
}

static void
evidence_is_pending_until_last_answer(void **state)
{
    (void)state;
    struct evidence e = with_nets(NULL, 0);
    assert_false(evidence_is_pending(&e));
    e.lists.at[AT_BACKSCATTERER].pending = true;
    assert_true(evidence_is_pending(&e));
    e.lists.at[AT_BACKSCATTERER].pending = false;
    e.network.pending = true;
    assert_true(evidence_is_pending(&e));
    e.network.pending = false;
    e.ptr.state = PTR_ASKING;
    assert_true(evidence_is_pending(&e));
    e.ptr.state = PTR_NONE;
    assert_false(evidence_is_pending(&e));
    evidence_fini(&e);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serial_is_german_local_time),
        cmocka_unit_test(serial_matches_libc_timezone),
        cmocka_unit_test(serial_of_other_form_is_no_time),
        cmocka_unit_test(zone_age_comes_from_serial),
        cmocka_unit_test(hidden_nets_behind_slash24_are_possible),
        cmocka_unit_test(hidden_from_uses_narrowest_net),
        cmocka_unit_test(widest_net_is_outermost_with_impacts),
        cmocka_unit_test(deciding_net_is_farthest_over_its_limit),
        cmocka_unit_test(level3_text_with_score_is_chosen),
        cmocka_unit_test(answer_near_size_limit_may_be_cut),
        cmocka_unit_test(evidence_is_pending_until_last_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

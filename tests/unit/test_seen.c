/* How long an address has been on a list, from looks at it. */

#include "builtin_lists.h"
#include "evidence_fixture.h"
#include "verdict/seen.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HOUR (INT64_C(3600) * 1000)
#define DAY (24 * HOUR)
/* 2026-11-01 00:00 UTC */
#define START INT64_C(1793491200000)

struct look {
    char state; /* 'l', 'c', or '?' for a list that could not be believed */
    int64_t first, last;
};

static enum list_state
state_of(char letter)
{
    return letter == 'l' ? STATE_LISTED : letter == 'c' ? STATE_CLEAR : STATE_TIMEOUT;
}

/* Level 1's past after these looks, the hours counted from START; the last look has no state. */
static struct seen
after(const struct look *looks)
{
    struct seen seen = {0};
    for (; looks->state; looks++) {
        enum list_state states[BUILTIN_LISTS] = {state_of(looks->state)};
        made_seen(&seen, states, START + looks->first * HOUR, START + looks->last * HOUR);
    }
    return seen;
}

static void
assert_words(const struct look *looks, const char *expected)
{
    struct seen seen = after(looks);
    struct buf words = {0};
    seen_words(&words, seen_find(&seen, LEVEL1_LIST->zone), seen.first_ms);
    assert_string_equal(buf_string(&words), expected);
    seen_fini(&seen);
    buf_free(&words);
}

static void
seen_never_listed_is_silent(void **state)
{
    (void)state;
    assert_words((struct look[]){{0}}, "");
    assert_words((struct look[]){{'l', 1, 1}, {0}}, "");
    assert_words((struct look[]){{'?', 0, 5}, {0}}, "");
    assert_words((struct look[]){{'c', 0, 5}, {'c', 7, 9}, {0}}, "");
}

static void
seen_start_lies_between_clear_and_listed(void **state)
{
    (void)state;
    assert_words((struct look[]){{'l', 1, 2}, {'l', 5, 5}, {0}}, "listed when first checked, 2026-11-01 01:00 UTC");
    assert_words((struct look[]){{'c', 0, 3}, {'l', 5, 9}, {0}},
                 "first seen listed 2026-11-01 05:00, last seen clear 2026-11-01 03:00 UTC");
    assert_words((struct look[]){{'c', 0, 3}, {'?', 4, 4}, {'l', 5, 9}, {'?', 10, 11}, {'l', 12, 12}, {0}},
                 "first seen listed 2026-11-01 05:00, last seen clear 2026-11-01 03:00 UTC");
}

static void
seen_counts_listings(void **state)
{
    (void)state;
    struct look looks[64] = {{'c', 0, 0}};
    static const struct {
        size_t listings;
        const char *words;
    } cases[] = {{2, "for the 2nd time since 2026-11-01"},   {3, "for the 3rd time since 2026-11-01"},
                 {4, "for the 4th time since 2026-11-01"},   {11, "for the 11th time since 2026-11-01"},
                 {12, "for the 12th time since 2026-11-01"}, {21, "for the 21st time since 2026-11-01"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        memset(looks, 0, sizeof looks);
        for (size_t n = 0; n < 2 * cases[i].listings; n++)
            looks[n] = (struct look){n % 2 ? 'l' : 'c', (int64_t)n, (int64_t)n};
        struct seen seen = after(looks);
        struct buf words = {0};
        seen_words(&words, seen_find(&seen, LEVEL1_LIST->zone), seen.first_ms);
        assert_int_equal(seen_find(&seen, LEVEL1_LIST->zone)->listings, cases[i].listings);
        assert_non_null(strstr(buf_string(&words), cases[i].words));
        seen_fini(&seen);
        buf_free(&words);
    }
}

static void
seen_ended_listing_has_span(void **state)
{
    (void)state;
    assert_words((struct look[]){{'l', 1, 1}, {'c', 5, 9}, {0}},
                 "first seen clear 2026-11-01 05:00; listed on 2026-11-01 01:00 UTC");
    assert_words((struct look[]){{'c', 0, 0}, {'l', 1, 3}, {'l', 10, 51}, {'c', 60, 60}, {0}},
                 "first seen clear 2026-11-03 12:00; listed from 2026-11-01 01:00 to 2026-11-03 03:00 (2 d 2 h) "
                 "UTC");
}

static void
seen_older_look_ends_no_run(void **state)
{
    (void)state;
    struct seen seen = after((struct look[]){{'c', 0, 0}, {'l', 10, 20}, {'c', 15, 15}, {0}});
    assert_int_equal(seen_find(&seen, LEVEL1_LIST->zone)->state, STATE_LISTED);
    assert_int_equal(seen_find(&seen, LEVEL1_LIST->zone)->since_ms, START + 10 * HOUR);
    assert_int_equal(seen_find(&seen, LEVEL1_LIST->zone)->until_ms, START + 20 * HOUR);
    assert_int_equal(seen.first_ms, START);
    seen_fini(&seen);
}

static void
seen_is_kept_per_list(void **state)
{
    (void)state;
    struct seen seen = {0};
    made_seen(&seen, (enum list_state[BUILTIN_LISTS]){STATE_LISTED, STATE_CLEAR, STATE_REFUSED}, START, START + DAY);
    made_seen(&seen, (enum list_state[BUILTIN_LISTS]){STATE_CLEAR, STATE_CLEAR, STATE_LISTED}, START + 2 * DAY,
              START + 2 * DAY);
    assert_true(seen.known);
    assert_int_equal(seen_find(&seen, LEVEL1_LIST->zone)->state, STATE_CLEAR);
    assert_int_equal(seen_find(&seen, LEVEL1_LIST->zone)->other_ms, START + DAY);
    assert_int_equal(seen_find(&seen, LEVEL2_LIST->zone)->since_ms, START);
    assert_int_equal(seen_find(&seen, LEVEL2_LIST->zone)->until_ms, START + 2 * DAY);
    assert_int_equal(seen_find(&seen, LEVEL3_LIST->zone)->since_ms, START + 2 * DAY);
    assert_int_equal(seen_find(&seen, LEVEL3_LIST->zone)->other_ms, 0);
    assert_int_equal(seen_find(&seen, EXEMPTION_LIST->zone)->state, STATE_UNASKED);
    seen_fini(&seen);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seen_never_listed_is_silent), cmocka_unit_test(seen_start_lies_between_clear_and_listed),
        cmocka_unit_test(seen_counts_listings),        cmocka_unit_test(seen_ended_listing_has_span),
        cmocka_unit_test(seen_older_look_ends_no_run), cmocka_unit_test(seen_is_kept_per_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

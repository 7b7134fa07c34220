#include "dns/answer_cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct answer_cache *answer_cache;

static void
open_memory(size_t bytes)
{
    answer_cache_free(answer_cache);
    answer_cache = answer_cache_new(bytes);
}

static int
close_memory(void **state)
{
    (void)state;
    answer_cache_free(answer_cache);
    answer_cache = NULL;
    return 0;
}

static void
keep(const char *key, enum outcome outcome, uint32_t ttl, int64_t now_ms)
{
    struct answer answer = {.outcome = outcome, .ttl = ttl};
    answer_cache_add(answer_cache, key, strlen(key), &answer, now_ms);
}

static const struct answer *
find(const char *key, int64_t now_ms)
{
    return answer_cache_find(answer_cache, key, strlen(key), now_ms);
}

static void
cache_stores_a_copy(void **state)
{
    (void)state;
    char text[] = "Net 203.0.113.0/24", key[] = "\20x.test";
    struct record records[] = {
        {.type = RECORD_TXT, .ttl = 60, .text = text, .text_count = sizeof text - 1},
        {.type = RECORD_TXT, .ttl = 70, .text = "", .text_count = 0},
    };
    struct answer answer = {.outcome = OUTCOME_DATA, .ttl = 60, .count = 2, .records = records, .rtt_us = 77};
    open_memory(1 << 20);
    answer_cache_add(answer_cache, key, sizeof key - 1, &answer, 0);
    memset(text, 'x', sizeof text - 1);
    memset(key + 1, 'x', 3);
    memset(records, 0, sizeof records);

    const struct answer *found = answer_cache_find(answer_cache, "\20x.test", 7, 0);
    assert_non_null(found);
    assert_true(found->remembered);
    assert_int_equal(found->rtt_us, 77);
    assert_int_equal(found->count, 2);
    assert_int_equal(found->records[0].ttl, 60);
    assert_int_equal(found->records[0].text_count, 18);
    assert_memory_equal(found->records[0].text, "Net 203.0.113.0/24", 18);
    assert_int_equal(found->records[1].ttl, 70);
    assert_null(answer_cache_find(answer_cache, "\20x.tes", 6, 0));
    assert_null(answer_cache_find(answer_cache, "\1x.test", 7, 0));
}

static void
cached_answer_expires_with_ttl(void **state)
{
    (void)state;
    static const struct {
        enum outcome outcome;
        uint32_t ttl;
        int64_t lives_ms;
    } cases[] = {
        {OUTCOME_DATA, 2100, 2100000},
        {OUTCOME_DATA, 0, 1000},
        {OUTCOME_NXDOMAIN, 120, 120000},
        {OUTCOME_NODATA, 0, 5000},
        {OUTCOME_TIMEOUT, 0, 5000},
        {OUTCOME_REFUSED, 0, 5000},
        {OUTCOME_DATA, INT32_MAX, (int64_t)INT32_MAX * 1000},
    };
    open_memory(1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        keep("a", cases[i].outcome, cases[i].ttl, 10);
        assert_non_null(find("a", 10 + cases[i].lives_ms - 1));
        assert_null(find("a", 10 + cases[i].lives_ms));
        assert_null(find("a", 10));
    }
}

static void
cached_answer_is_replaced_by_newer(void **state)
{
    (void)state;
    open_memory(1 << 20);
    keep("a", OUTCOME_DATA, 60, 0);
    keep("a", OUTCOME_NXDOMAIN, 60, 0);
    assert_int_equal(find("a", 0)->outcome, OUTCOME_NXDOMAIN);
}

static void
cache_full_evicts_oldest(void **state)
{
    (void)state;
    enum { KEYS = 5000 };
    char key[16];
    size_t alive = 0;
    open_memory(100000);
    for (int i = 0; i < KEYS; i++) {
        snprintf(key, sizeof key, "%d.test", i);
        keep(key, OUTCOME_NXDOMAIN, 60, 0);
        assert_non_null(find(key, 0));
    }
    for (int i = 0; i < KEYS; i++) {
        snprintf(key, sizeof key, "%d.test", i);
        if (find(key, 0))
            alive++;
        else
            assert_int_equal(alive, 0);
    }
    assert_in_range(alive, 100, 1000);
}

static void
cache_without_room_stores_nothing(void **state)
{
    (void)state;
    open_memory(0);
    keep("a", OUTCOME_DATA, 60, 0);
    assert_null(find("a", 0));
}

static void
cache_many_entries_are_found(void **state)
{
    (void)state;
    enum { KEYS = 3000 };
    char key[16];
    open_memory(16 << 20);
    for (uint32_t i = 0; i < KEYS; i++) {
        snprintf(key, sizeof key, "%u.test", i);
        keep(key, OUTCOME_NXDOMAIN, 60 + i, 0);
    }
    for (uint32_t i = 0; i < KEYS; i++) {
        snprintf(key, sizeof key, "%u.test", i);
        assert_non_null(find(key, 0));
        assert_int_equal(find(key, 0)->ttl, 60 + i);
    }
}

#define TEST(name) cmocka_unit_test_teardown(name, close_memory)

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(cache_stores_a_copy),
        TEST(cached_answer_expires_with_ttl),
        TEST(cached_answer_is_replaced_by_newer),
        TEST(cache_full_evicts_oldest),
        TEST(cache_without_room_stores_nothing),
        TEST(cache_many_entries_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

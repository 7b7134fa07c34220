#include "base/sort.h"

#include "base/mem.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { SMALL = 1000 };

static uint32_t
random_number(void)
{
    static uint32_t last = 1;
    last = last * 1664525 + 1013904223;
    return last >> 8 ^ last << 16;
}

/* By figure, then by item. */
static int
compare(const void *a, const void *b)
{
    const struct sort_item *x = a, *y = b;
    if (x->figure != y->figure)
        return x->figure < y->figure ? -1 : 1;
    return x->item < y->item ? -1 : x->item > y->item;
}

static void
assert_sorts(struct sort_item *all, size_t count)
{
    struct sort_item theirs[SMALL];
    for (size_t i = 0; i < count; i++)
        all[i].item = (uint32_t)i;
    memcpy(theirs, all, count * sizeof *all);
    qsort(theirs, count, sizeof *theirs, compare);
    sort_by_figure(all, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(all[i].item, theirs[i].item);
}

static void
sort_is_stable(void **state)
{
    (void)state;
    struct sort_item all[SMALL];
    static const double special[] = {0.0, -0.0, 1, -1, INFINITY, -INFINITY, 1e-310, -1e-310, 5e300, -5e300, .1, 1};
    enum { SPECIAL = sizeof special / sizeof special[0] };
    for (size_t i = 0; i < SPECIAL; i++)
        all[i].figure = special[i];
    assert_sorts(all, SPECIAL);
    for (size_t i = 0; i < SMALL; i++)
        all[i].figure = ((double)random_number() - 2e9) / 1e4;
    assert_sorts(all, SMALL);
    for (size_t i = 0; i < SMALL; i++)
        all[i].figure = random_number() % 7;
    assert_sorts(all, SMALL);
    for (size_t i = 0; i < SMALL; i++)
        all[i].figure = 4;
    assert_sorts(all, SMALL);
    assert_sorts(all, 1);
    assert_sorts(all, 0);
}

/* ---- numbers ---- */

/* Some are one pile, some more than fit into the cache. */
static const size_t counts[] = {0, 1, 2, 3, 1000, 32767, 32768, 32769, 200000, 1048576, 1048577, 1300000};

static uint32_t
scattered(uint32_t i, size_t count)
{
    (void)count;
    return i * 2654435761U;
}

static uint32_t
rising(uint32_t i, size_t count)
{
    (void)count;
    return i * 3;
}

static uint32_t
falling(uint32_t i, size_t count)
{
    return ((uint32_t)count - i) * 3;
}

static uint32_t
few(uint32_t i, size_t count)
{
    (void)count;
    return i * 2654435761U >> 29 << 29;
}

/* In order, but for the last. */
static uint32_t
almost_rising(uint32_t i, size_t count)
{
    return i + 1 < count ? i + 1 : 0;
}

static const struct {
    const char *name;
    uint32_t (*at)(uint32_t i, size_t count);
} kinds[] = {
    {"scattered", scattered}, {"rising", rising}, {"falling", falling}, {"few", few}, {"almost rising", almost_rising}};

static uint32_t *
make(size_t kind, size_t count)
{
    uint32_t *numbers = mem_alloc(count * sizeof *numbers);
    for (uint32_t i = 0; i < count; i++)
        numbers[i] = kinds[kind].at(i, count);
    return numbers;
}

static int
compare_numbers(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void
radix_any_order_is_sorted(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < COUNT(kinds); kind++)
        for (size_t i = 0; i < COUNT(counts); i++) {
            uint32_t *numbers = make(kind, counts[i]), *expected = make(kind, counts[i]);
            struct sort_numbers *sort = sort_numbers_new(numbers, counts[i]);
            while (!sort_numbers_step(sort))
                continue;
            sort_numbers_free(sort);
            qsort(expected, counts[i], sizeof *expected, compare_numbers);
            if (memcmp(numbers, expected, counts[i] * sizeof *numbers) != 0)
                fail_msg("%zu %s numbers", counts[i], kinds[kind].name);
            free(numbers);
            free(expected);
        }
}

/* Nothing leaks. */
static void
radix_can_be_abandoned(void **state)
{
    (void)state;
    enum { MANY = 1200000 };
    for (unsigned steps = 0; steps < 2000; steps = steps * 3 / 2 + 1) {
        uint32_t *numbers = make(0, MANY);
        struct sort_numbers *sort = sort_numbers_new(numbers, MANY);
        for (unsigned i = 0; i < steps; i++)
            sort_numbers_step(sort);
        sort_numbers_free(sort);
        free(numbers);
    }
    sort_numbers_free(NULL);
}

/* ---- searches ---- */

static void
search_of_sorted_numbers_finds_first_not_smaller(void **state)
{
    (void)state;
    static const int numbers[] = {2, 4, 4, 4, 7};
    static const size_t places[] = {0, 0, 0, 1, 1, 4, 4, 4, 5, 5};
    size_t place = 99;
    for (int wanted = 0; wanted < 10; wanted++) {
        sort_search(place, 0, 5, numbers[place] < wanted);
        assert_int_equal(place, places[wanted]);
    }
    sort_search(place, 2, 4, numbers[place] < 7);
    assert_int_equal(place, 4);
    sort_search(place, 3, 3, numbers[place] < 7);
    assert_int_equal(place, 3);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(sort_is_stable),
        cmocka_unit_test(radix_any_order_is_sorted),
        cmocka_unit_test(radix_can_be_abandoned),
        cmocka_unit_test(search_of_sorted_numbers_finds_first_not_smaller),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

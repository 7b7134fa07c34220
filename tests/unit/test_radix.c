#include "base/radix.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

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
compare(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void
numbers_are_sorted_whatever_their_order_was(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < COUNT(kinds); kind++)
        for (size_t i = 0; i < COUNT(counts); i++) {
            uint32_t *numbers = make(kind, counts[i]), *expected = make(kind, counts[i]);
            struct radix *radix = radix_new(numbers, counts[i]);
            while (!radix_step(radix))
                continue;
            radix_free(radix);
            qsort(expected, counts[i], sizeof *expected, compare);
            if (memcmp(numbers, expected, counts[i] * sizeof *numbers) != 0)
                fail_msg("%zu %s numbers", counts[i], kinds[kind].name);
            free(numbers);
            free(expected);
        }
}

/* Nothing leaks. */
static void
the_sorting_may_be_given_up(void **state)
{
    (void)state;
    enum { MANY = 1200000 };
    for (unsigned steps = 0; steps < 2000; steps = steps * 3 / 2 + 1) {
        uint32_t *numbers = make(0, MANY);
        struct radix *radix = radix_new(numbers, MANY);
        for (unsigned i = 0; i < steps; i++)
            radix_step(radix);
        radix_free(radix);
        free(numbers);
    }
    radix_free(NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_sorted_whatever_their_order_was),
        cmocka_unit_test(the_sorting_may_be_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Sorting by figures, compared with what the C library makes of the same. */

#include "base/sort.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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
equals_stay_in_order(void **state)
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

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(equals_stay_in_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "base/sort.h"

#include "base/mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A radix sort from the last digit of the figures to the first. Most of a table often has the same figure, and small
 * whole numbers have the same last digits: what tells nothing is left out. */

enum { BITS = 64, DIGIT = 11, PASSES = (BITS + DIGIT - 1) / DIGIT, DIGITS = 1 << DIGIT };

/* A number that is greater for the greater figure: IEEE 754 numbers are in order but for their sign. */
static inline uint64_t
key_of(double figure)
{
    uint64_t bits;
    figure += 0.0; /* no minus in front of a zero */
    memcpy(&bits, &figure, sizeof bits);
    return bits >> (BITS - 1) ? ~bits : bits | UINT64_C(1) << (BITS - 1);
}

static inline size_t
digit_of(const struct sort_item *one, unsigned pass)
{
    return key_of(one->figure) >> pass * DIGIT & (DIGITS - 1);
}

/* Where those with each digit of a pass begin. False: all have the same. */
static bool
find_places(const struct sort_item *all, size_t count, unsigned pass, size_t places[DIGITS])
{
    size_t sum = 0;
    memset(places, 0, DIGITS * sizeof *places);
    for (size_t i = 0; i < count; i++)
        places[digit_of(&all[i], pass)]++;
    if (count == 0 || places[digit_of(&all[0], pass)] == count)
        return false;
    for (size_t digit = 0; digit < DIGITS; digit++) {
        size_t with_it = places[digit];
        places[digit] = sum;
        sum += with_it;
    }
    return true;
}

void
sort_by_figure(struct sort_item *all, size_t count)
{
    size_t places[DIGITS];
    struct sort_item *spare = mem_alloc(count * sizeof *spare), *from = all, *to = spare;
    for (unsigned pass = 0; pass < PASSES; pass++) {
        if (!find_places(from, count, pass, places))
            continue;
        for (size_t i = 0; i < count; i++)
            to[places[digit_of(&from[i], pass)]++] = from[i];
        struct sort_item *swap = from;
        from = to;
        to = swap;
    }
    if (from != all)
        memcpy(all, from, count * sizeof *all);
    free(spare);
}

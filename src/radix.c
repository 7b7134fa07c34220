#include "radix.h"

#include "mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Many numbers are dealt out in place by their first byte; each of the 256 piles then fits into the cache, and is
 * sorted by copying to and fro, twice as fast as in place. Few numbers are one pile. */

enum {
    TOP = 8, /* bits by which many are dealt out */
    PILES = 1 << TOP,
    REST = 32 - TOP,
    DIGITS = 1 << 12, /* the most values of a digit: their counts fit into the first cache */
    FEW = 1 << 20,
};

static bool
is_sorted(const uint32_t *numbers, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (numbers[i] < numbers[i - 1])
            return false;
    return true;
}

/* By the lowest `bits` bits, in so many passes over digits of equal size; `spare` has room for as many numbers. */
static void
sort_pile(uint32_t *numbers, uint32_t *spare, size_t count, unsigned bits, unsigned passes)
{
    unsigned size = (bits + passes - 1) / passes;
    uint32_t mask = ((uint32_t)1 << size) - 1, places[DIGITS], *from = numbers, *to = spare;
    if (is_sorted(numbers, count))
        return;
    for (unsigned shift = 0; shift < bits; shift += size) {
        uint32_t sum = 0;
        memset(places, 0, (mask + 1) * sizeof *places);
        for (size_t i = 0; i < count; i++)
            places[from[i] >> shift & mask]++;
        for (uint32_t digit = 0; digit <= mask; digit++) {
            uint32_t with_it = places[digit];
            places[digit] = sum;
            sum += with_it;
        }
        for (size_t i = 0; i < count; i++)
            to[places[from[i] >> shift & mask]++] = from[i];
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != numbers)
        memcpy(numbers, from, count * sizeof *numbers);
}

/* A number that lies in a wrong pile is taken up and goes to the front of its own, where it takes the place of the next
 * to go. begins[PILES] is the end of all. */
static void
deal_out(uint32_t *numbers, const size_t begins[PILES + 1])
{
    size_t fronts[PILES];
    memcpy(fronts, begins, sizeof fronts);
    for (unsigned pile = 0; pile < PILES; pile++)
        while (fronts[pile] < begins[pile + 1]) {
            uint32_t number = numbers[fronts[pile]];
            for (unsigned own; (own = number >> REST) != pile;) {
                uint32_t next = numbers[fronts[own]];
                numbers[fronts[own]++] = number;
                number = next;
            }
            numbers[fronts[pile]++] = number;
        }
}

static void
sort_many(uint32_t *numbers, size_t count)
{
    size_t begins[PILES + 1] = {0}, largest = 0;
    for (size_t i = 0; i < count; i++)
        begins[(numbers[i] >> REST) + 1]++;
    for (unsigned pile = 0; pile < PILES; pile++) {
        if (begins[pile + 1] > largest)
            largest = begins[pile + 1];
        begins[pile + 1] += begins[pile];
    }
    deal_out(numbers, begins);
    uint32_t *spare = mem_alloc(largest * sizeof *spare);
    for (unsigned pile = 0; pile < PILES; pile++)
        sort_pile(numbers + begins[pile], spare, begins[pile + 1] - begins[pile], REST, 2);
    free(spare);
}

void
radix_sort(uint32_t *numbers, size_t count)
{
    if (is_sorted(numbers, count))
        return;
    if (count > FEW) {
        sort_many(numbers, count);
        return;
    }
    uint32_t *spare = mem_alloc(count * sizeof *spare);
    sort_pile(numbers, spare, count, 32, 3);
    free(spare);
}

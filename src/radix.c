#include "radix.h"

#include "mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Many numbers are dealt out in place by their first byte; each of the 256 piles then fits into the cache, and is
 * sorted from its last byte to its second by copying to and fro, twice as fast as in place. Few numbers are one pile.
 */

enum { DIGIT = 8, PILES = 1 << DIGIT, TOP = 32 - DIGIT, FEW = 1 << 20 };

static bool
is_sorted(const uint32_t *numbers, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (numbers[i] < numbers[i - 1])
            return false;
    return true;
}

static unsigned
digit_of(uint32_t number, unsigned shift)
{
    return number >> shift & (PILES - 1);
}

/* Where each pile begins, and behind the last the end of all. */
static void
find_piles(const uint32_t *numbers, size_t count, unsigned shift, size_t begins[PILES + 1])
{
    memset(begins, 0, (PILES + 1) * sizeof *begins);
    for (size_t i = 0; i < count; i++)
        begins[digit_of(numbers[i], shift) + 1]++;
    for (unsigned pile = 0; pile < PILES; pile++)
        begins[pile + 1] += begins[pile];
}

/* By the lowest `digits` bytes; `spare` has room for as many numbers. */
static void
sort_pile(uint32_t *numbers, uint32_t *spare, size_t count, unsigned digits)
{
    uint32_t *from = numbers, *to = spare;
    size_t places[PILES + 1];
    if (is_sorted(numbers, count))
        return;
    for (unsigned shift = 0; shift < digits * DIGIT; shift += DIGIT) {
        find_piles(from, count, shift, places);
        for (size_t i = 0; i < count; i++)
            to[places[digit_of(from[i], shift)]++] = from[i];
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != numbers)
        memcpy(numbers, from, count * sizeof *numbers);
}

/* A number that lies in a wrong pile is taken up and goes to the front of its own, where it takes the place of the next
 * to go. */
static void
deal_out(uint32_t *numbers, const size_t begins[PILES + 1])
{
    size_t fronts[PILES];
    memcpy(fronts, begins, sizeof fronts);
    for (unsigned pile = 0; pile < PILES; pile++)
        while (fronts[pile] < begins[pile + 1]) {
            uint32_t number = numbers[fronts[pile]];
            for (unsigned own; (own = digit_of(number, TOP)) != pile;) {
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
    size_t begins[PILES + 1], largest = 0;
    find_piles(numbers, count, TOP, begins);
    deal_out(numbers, begins);
    for (unsigned pile = 0; pile < PILES; pile++)
        if (begins[pile + 1] - begins[pile] > largest)
            largest = begins[pile + 1] - begins[pile];
    uint32_t *spare = mem_alloc(largest * sizeof *spare);
    for (unsigned pile = 0; pile < PILES; pile++)
        sort_pile(numbers + begins[pile], spare, begins[pile + 1] - begins[pile], TOP / DIGIT);
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
    sort_pile(numbers, spare, count, sizeof *numbers);
    free(spare);
}

#include "base/radix.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* Many numbers are dealt out in place by their first byte; each of the 256 piles then fits into the cache, and is
 * sorted by copying to and fro, twice as fast as in place. Few numbers are one pile.
 *
 * What is to be done next is a function, `turn`, that goes through a batch from the place `at` on and names the one
 * after it when it is through. */

enum {
    TOP = 8, /* bits by which many are dealt out */
    PILES = 1 << TOP,
    REST = 32 - TOP,
    DIGITS = 1 << 12, /* the most values of a digit: their counts fit into the first cache */
    FEW = 1 << 20,
    BATCH = 1 << 15,
};

struct radix {
    void (*turn)(struct radix *); /* NULL: they are sorted */
    uint32_t *numbers;
    size_t count, at;
    size_t begins[PILES + 1]; /* begins[piles] is the end of all */
    size_t fronts[PILES];     /* of each pile: how far it holds its own numbers */
    unsigned piles, pile;

    uint32_t *spare, *from, *to; /* `spare` has room for the largest pile */
    size_t pile_count;
    unsigned bits, digit_bits, shift; /* by the lowest `bits` bits, in passes over digits of equal size */
    uint32_t places[DIGITS];
};

static size_t
batch_end(const struct radix *r, size_t count)
{
    return count - r->at < BATCH ? count : r->at + BATCH;
}

/* The first place from r->at on where a number is smaller than the one before it, or the end of the batch. */
static size_t
walk_sorted(const struct radix *r, const uint32_t *numbers, size_t end)
{
    size_t at = r->at ? r->at : 1;
    while (at < end && numbers[at] >= numbers[at - 1])
        at++;
    return at;
}

/* ---- a pile ---- */

static void check_pile(struct radix *);
static void count_digits(struct radix *);

static void
begin_pile(struct radix *r, unsigned pile)
{
    r->pile = pile;
    r->at = 0;
    if (pile < r->piles) {
        r->from = r->numbers + r->begins[pile];
        r->pile_count = r->begins[pile + 1] - r->begins[pile];
    }
    r->turn = pile < r->piles ? check_pile : NULL;
}

static void
begin_pass(struct radix *r, unsigned shift)
{
    r->at = 0;
    r->shift = shift;
    memset(r->places, 0, ((size_t)1 << r->digit_bits) * sizeof *r->places);
    r->turn = count_digits;
}

static void
check_pile(struct radix *r)
{
    size_t end = batch_end(r, r->pile_count);
    r->at = walk_sorted(r, r->from, end);
    if (r->at < end) {
        r->to = r->spare;
        begin_pass(r, 0);
    } else if (end == r->pile_count) {
        begin_pile(r, r->pile + 1);
    }
}

static void
copy_back(struct radix *r)
{
    size_t end = batch_end(r, r->pile_count);
    memcpy(r->to + r->at, r->from + r->at, (end - r->at) * sizeof *r->to);
    r->at = end;
    if (end == r->pile_count)
        begin_pile(r, r->pile + 1);
}

static void
end_pass(struct radix *r)
{
    uint32_t *swap = r->from;
    r->from = r->to;
    r->to = swap;
    r->at = 0;
    if (r->shift + r->digit_bits < r->bits)
        begin_pass(r, r->shift + r->digit_bits);
    else if (r->from == r->spare)
        r->turn = copy_back;
    else
        begin_pile(r, r->pile + 1);
}

static void
deal_digits(struct radix *r)
{
    const uint32_t *from = r->from;
    uint32_t *to = r->to, *places = r->places, mask = ((uint32_t)1 << r->digit_bits) - 1;
    size_t end = batch_end(r, r->pile_count);
    unsigned shift = r->shift;
    for (size_t i = r->at; i < end; i++)
        to[places[from[i] >> shift & mask]++] = from[i];
    r->at = end;
    if (end == r->pile_count)
        end_pass(r);
}

static void
count_digits(struct radix *r)
{
    const uint32_t *from = r->from;
    uint32_t *places = r->places, mask = ((uint32_t)1 << r->digit_bits) - 1, sum = 0;
    size_t end = batch_end(r, r->pile_count);
    unsigned shift = r->shift;
    for (size_t i = r->at; i < end; i++)
        places[from[i] >> shift & mask]++;
    r->at = end;
    if (end < r->pile_count)
        return;
    for (uint32_t digit = 0; digit <= mask; digit++) {
        uint32_t with_it = places[digit];
        places[digit] = sum;
        sum += with_it;
    }
    r->at = 0;
    r->turn = deal_digits;
}

/* ---- all ---- */

static void
begin_piles(struct radix *r, unsigned piles, unsigned bits, unsigned passes)
{
    size_t largest = 0;
    for (unsigned pile = 0; pile < piles; pile++)
        if (r->begins[pile + 1] - r->begins[pile] > largest)
            largest = r->begins[pile + 1] - r->begins[pile];
    r->spare = mem_alloc(largest * sizeof *r->spare);
    r->piles = piles;
    r->bits = bits;
    r->digit_bits = (bits + passes - 1) / passes;
    begin_pile(r, 0);
}

/* A number that lies in a wrong pile is taken up and goes to the front of its own, where it takes the place of the next
 * to go. At the end of a batch the one in hand goes where the first was taken from. */
static void
deal_out(struct radix *r)
{
    uint32_t *numbers = r->numbers;
    size_t left = BATCH, *fronts = r->fronts;
    unsigned pile = r->pile;
    for (; pile < PILES; pile++)
        for (size_t end = r->begins[pile + 1]; fronts[pile] < end; fronts[pile]++) {
            uint32_t number = numbers[fronts[pile]];
            unsigned own;
            for (; (own = number >> REST) != pile && left > 0; left--) {
                uint32_t next = numbers[fronts[own]];
                numbers[fronts[own]++] = number;
                number = next;
            }
            numbers[fronts[pile]] = number;
            r->pile = pile;
            if (left == 0)
                return;
            left--;
        }
    begin_piles(r, PILES, REST, 2);
}

static void
count_piles(struct radix *r)
{
    size_t end = batch_end(r, r->count);
    for (size_t i = r->at; i < end; i++)
        r->begins[(r->numbers[i] >> REST) + 1]++;
    r->at = end;
    if (end < r->count)
        return;
    for (unsigned pile = 0; pile < PILES; pile++) {
        r->begins[pile + 1] += r->begins[pile];
        r->fronts[pile] = r->begins[pile];
    }
    r->pile = 0;
    r->turn = deal_out;
}

static void
check_all(struct radix *r)
{
    size_t end = batch_end(r, r->count);
    r->at = walk_sorted(r, r->numbers, end);
    if (r->at >= end) {
        if (end == r->count)
            r->turn = NULL;
    } else if (r->count > FEW) {
        r->at = 0;
        r->turn = count_piles;
    } else {
        r->begins[1] = r->count;
        begin_piles(r, 1, 32, 3);
    }
}

struct radix *
radix_new(uint32_t *numbers, size_t count)
{
    struct radix *r = mem_zero(sizeof *r);
    r->numbers = numbers;
    r->count = count;
    r->turn = check_all;
    return r;
}

void
radix_free(struct radix *r)
{
    if (!r)
        return;
    free(r->spare);
    free(r);
}

bool
radix_step(struct radix *r)
{
    if (r->turn)
        r->turn(r);
    return !r->turn;
}

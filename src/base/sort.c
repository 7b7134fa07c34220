#include "base/sort.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* ---- by figure: a radix sort from the last digit to the first ---- */

enum {
    BITS = 64,
    FIGURE_DIGIT = 11,
    PASSES = (BITS + FIGURE_DIGIT - 1) / FIGURE_DIGIT,
    FIGURE_DIGITS = 1 << FIGURE_DIGIT
};

/* Turns a figure into a number of the same order: IEEE 754 numbers are in order but for their sign. */
static inline size_t
figure_digit(double figure, unsigned pass)
{
    uint64_t bits;
    figure += 0.0; /* makes -0 a 0 */
    memcpy(&bits, &figure, sizeof bits);
    bits = bits >> (BITS - 1) ? ~bits : bits | UINT64_C(1) << (BITS - 1);
    return bits >> pass * FIGURE_DIGIT & (FIGURE_DIGITS - 1);
}

void
sort_by_figure(struct sort_item *all, size_t count)
{
    struct sort_item *spare = mem_alloc(count * sizeof *spare), *from = all, *to = spare;
    for (unsigned pass = 0; pass < PASSES && count > 0; pass++) {
        size_t places[FIGURE_DIGITS] = {0}, sum = 0;
        for (size_t i = 0; i < count; i++)
            places[figure_digit(from[i].figure, pass)]++;
        if (places[figure_digit(from[0].figure, pass)] == count)
            continue; /* all have the same digit: common, since small whole numbers end in zeros */
        for (size_t digit = 0; digit < FIGURE_DIGITS; digit++) {
            size_t with_it = places[digit];
            places[digit] = sum;
            sum += with_it;
        }
        for (size_t i = 0; i < count; i++)
            to[places[figure_digit(from[i].figure, pass)]++] = from[i];
        struct sort_item *swap = from;
        from = to;
        to = swap;
    }
    if (from != all)
        memcpy(all, from, count * sizeof *all);
    free(spare);
}

/* ---- numbers in steps ----
 *
 * Many numbers are dealt out in place by their first byte. Each of the 256 piles then fits into the cache and is sorted
 * by copying to and fro, from the last digit to the first, which is twice as fast as in place. Few numbers are one
 * pile. `turn` is the function for the next batch, which begins at the place `at`; it chooses its successor. */

enum {
    TOP = 8, /* bits of the first byte */
    PILES = 1 << TOP,
    REST = 32 - TOP,
    DIGITS = 1 << 12, /* most values of a digit, because their counts must fit into the first-level cache */
    FEW = 1 << 20,
    BATCH = 1 << 15,
};

struct sort_numbers {
    void (*turn)(struct sort_numbers *); /* NULL when all is sorted */
    uint32_t *numbers;
    size_t count, at;
    size_t begins[PILES + 1]; /* begins[piles] is the end of all */
    size_t fronts[PILES];     /* of each pile: behind the numbers that belong to it */
    unsigned piles, pile;

    uint32_t *spare, *from, *to; /* `spare` has room for the largest pile */
    size_t pile_count;
    unsigned bits, digit_bits, shift; /* of the lowest `bits` bits, a digit in each pass */
    uint32_t places[DIGITS];
};

static size_t
batch_end(const struct sort_numbers *s, size_t count)
{
    return count - s->at < BATCH ? count : s->at + BATCH;
}

/* Moves `at` to the first number of the batch that is smaller than the one before it. Returns false if there is none.
 */
static bool
find_disorder(struct sort_numbers *s, const uint32_t *numbers, size_t end)
{
    size_t at = s->at ? s->at : 1;
    while (at < end && numbers[at] >= numbers[at - 1])
        at++;
    s->at = at;
    return at < end;
}

static void check_pile(struct sort_numbers *);
static void count_digits(struct sort_numbers *);

static void
begin_pile(struct sort_numbers *s, unsigned pile)
{
    s->pile = pile;
    s->at = 0;
    if (pile < s->piles) {
        s->from = s->numbers + s->begins[pile];
        s->pile_count = s->begins[pile + 1] - s->begins[pile];
    }
    s->turn = pile < s->piles ? check_pile : NULL;
}

static void
check_pile(struct sort_numbers *s)
{
    size_t end = batch_end(s, s->pile_count);
    if (find_disorder(s, s->from, end)) {
        s->to = s->spare;
        s->at = 0;
        s->shift = 0;
        s->turn = count_digits;
    } else if (end == s->pile_count) {
        begin_pile(s, s->pile + 1);
    }
}

static void
copy_back(struct sort_numbers *s)
{
    size_t end = batch_end(s, s->pile_count);
    memcpy(s->to + s->at, s->from + s->at, (end - s->at) * sizeof *s->to);
    s->at = end;
    if (end == s->pile_count)
        begin_pile(s, s->pile + 1);
}

static void
deal_digits(struct sort_numbers *s)
{
    const uint32_t *from = s->from;
    uint32_t *to = s->to, *places = s->places, mask = ((uint32_t)1 << s->digit_bits) - 1;
    size_t end = batch_end(s, s->pile_count);
    unsigned shift = s->shift;
    for (size_t i = s->at; i < end; i++)
        to[places[from[i] >> shift & mask]++] = from[i];
    s->at = end;
    if (end < s->pile_count)
        return;
    uint32_t *swap = s->from;
    s->from = s->to;
    s->to = swap;
    s->at = 0;
    s->shift += s->digit_bits;
    if (s->shift < s->bits)
        s->turn = count_digits;
    else if (s->from == s->spare)
        s->turn = copy_back;
    else
        begin_pile(s, s->pile + 1);
}

static void
count_digits(struct sort_numbers *s)
{
    const uint32_t *from = s->from;
    uint32_t *places = s->places, mask = ((uint32_t)1 << s->digit_bits) - 1, sum = 0;
    size_t end = batch_end(s, s->pile_count);
    unsigned shift = s->shift;
    if (s->at == 0)
        memset(places, 0, ((size_t)mask + 1) * sizeof *places);
    for (size_t i = s->at; i < end; i++)
        places[from[i] >> shift & mask]++;
    s->at = end;
    if (end < s->pile_count)
        return;
    for (uint32_t digit = 0; digit <= mask; digit++) {
        uint32_t with_it = places[digit];
        places[digit] = sum;
        sum += with_it;
    }
    s->at = 0;
    s->turn = deal_digits;
}

static void
begin_piles(struct sort_numbers *s, unsigned piles, unsigned bits, unsigned passes)
{
    size_t largest = 0;
    for (unsigned pile = 0; pile < piles; pile++)
        if (s->begins[pile + 1] - s->begins[pile] > largest)
            largest = s->begins[pile + 1] - s->begins[pile];
    s->spare = mem_alloc(largest * sizeof *s->spare);
    s->piles = piles;
    s->bits = bits;
    s->digit_bits = (bits + passes - 1) / passes;
    begin_pile(s, 0);
}

/* In-place (American flag) step: swaps each misplaced number to the front of its pile until the cycle closes. At the
 * end of a batch the number in hand is put where the cycle began. */
static void
deal_out(struct sort_numbers *s)
{
    uint32_t *numbers = s->numbers;
    size_t left = BATCH, *fronts = s->fronts;
    for (unsigned pile = s->pile; pile < PILES; pile++)
        for (size_t end = s->begins[pile + 1]; fronts[pile] < end; fronts[pile]++) {
            uint32_t number = numbers[fronts[pile]];
            unsigned own;
            for (; (own = number >> REST) != pile && left > 0; left--) {
                uint32_t next = numbers[fronts[own]];
                numbers[fronts[own]++] = number;
                number = next;
            }
            numbers[fronts[pile]] = number;
            s->pile = pile;
            if (left == 0)
                return;
            left--;
        }
    begin_piles(s, PILES, REST, 2);
}

static void
count_piles(struct sort_numbers *s)
{
    size_t end = batch_end(s, s->count);
    for (size_t i = s->at; i < end; i++)
        s->begins[(s->numbers[i] >> REST) + 1]++;
    s->at = end;
    if (end < s->count)
        return;
    for (unsigned pile = 0; pile < PILES; pile++) {
        s->begins[pile + 1] += s->begins[pile];
        s->fronts[pile] = s->begins[pile];
    }
    s->pile = 0;
    s->turn = deal_out;
}

static void
check_all(struct sort_numbers *s)
{
    size_t end = batch_end(s, s->count);
    if (!find_disorder(s, s->numbers, end)) {
        if (end == s->count)
            s->turn = NULL;
    } else if (s->count > FEW) {
        s->at = 0;
        s->turn = count_piles;
    } else {
        s->begins[1] = s->count;
        begin_piles(s, 1, 32, 3);
    }
}

struct sort_numbers *
sort_numbers_new(uint32_t *numbers, size_t count)
{
    struct sort_numbers *s = mem_zero(sizeof *s);
    s->numbers = numbers;
    s->count = count;
    s->turn = check_all;
    return s;
}

void
sort_numbers_free(struct sort_numbers *s)
{
    if (!s)
        return;
    free(s->spare);
    free(s);
}

bool
sort_numbers_step(struct sort_numbers *s)
{
    if (s->turn)
        s->turn(s);
    return !s->turn;
}

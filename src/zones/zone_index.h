/* Where each stretch of the address space begins in a sorted array, so that little of it is left to be searched.
 *
 * The array holds numbers, or structs whose first field is a number: that `step` numbers further is the next. */
#ifndef ZONE_INDEX_H
#define ZONE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero it before use. */
struct zone_index {
    uint32_t *places;
    unsigned shift;
    uint32_t stretch, at; /* where the building is */
};

/* Builds it, a stretch of the array at each call; true when it is done. */
bool zone_index_build(struct zone_index *, const uint32_t *numbers, size_t step, size_t count);
void zone_index_free(struct zone_index *);

/* The place of the first number from low to before high that is not smaller. */
static inline size_t
zone_index_search(const uint32_t *numbers, size_t step, size_t low, size_t high, uint32_t number)
{
    for (size_t count = high - low; count > 0;) {
        size_t half = (count + 1) / 2; /* no branch to guess: half of the guesses would be wrong */
        low += numbers[(low + half - 1) * step] < number ? half : 0;
        count -= half;
    }
    return low;
}

/* The same among all. */
static inline size_t
zone_index_find(const struct zone_index *index, const uint32_t *numbers, size_t step, uint32_t number)
{
    const uint32_t *place = &index->places[number >> index->shift];
    return zone_index_search(numbers, step, place[0], place[1], number);
}

#endif

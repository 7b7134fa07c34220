/* Sorting in time linear in the count, and searching what is sorted. */
#ifndef SORT_H
#define SORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sets the size_t `place` to the first place in begin..end of a sorted array for which `is_before`, an expression about
 * `place`, is false; to `end` if it is true everywhere:
 *
 *     sort_search(place, 0, count, numbers[place] < wanted);
 */
#define sort_search(place, begin, end, is_before)                                                                      \
    do {                                                                                                               \
        size_t low_ = (begin), high_ = (end);                                                                          \
        while (low_ < high_) {                                                                                         \
            (place) = low_ + (high_ - low_) / 2;                                                                       \
            if (is_before)                                                                                             \
                low_ = (place) + 1;                                                                                    \
            else                                                                                                       \
                high_ = (place);                                                                                       \
        }                                                                                                              \
        (place) = low_;                                                                                                \
    } while (0)

struct sort_item {
    double figure; /* not NAN */
    uint32_t item;
};

/* Sorts by figure, the smallest first. Stable. */
void sort_by_figure(struct sort_item *all, size_t count);

/* Sorts numbers in place, in steps of some ten thousand, so that the caller stays responsive. Until the last step the
 * numbers are all there, in no particular order. */
struct sort_numbers;
struct sort_numbers *sort_numbers_new(uint32_t *numbers, size_t count);
void sort_numbers_free(struct sort_numbers *); /* at any time; NULL is fine */

/* Returns true when the numbers are in ascending order: soon, if they were before. */
bool sort_numbers_step(struct sort_numbers *);

#endif

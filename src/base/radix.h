/* Sorting numbers in place, in time linear in their count, and in steps for those who must not be away for long. */
#ifndef RADIX_H
#define RADIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct radix;

/* Until they are sorted the numbers stay where they are, in no order. */
struct radix *radix_new(uint32_t *numbers, size_t count);
void radix_free(struct radix *); /* at any time; NULL is fine */

/* Goes through some ten thousand of them. True when all are in ascending order, which is soon when they were before.
 * Needs little memory besides. */
bool radix_step(struct radix *);

#endif

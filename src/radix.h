/* Sorting numbers in time linear in their count. */
#ifndef RADIX_H
#define RADIX_H

#include <stddef.h>
#include <stdint.h>

/* Ascending. Needs little memory besides, and next to no time when they are in order. */
void radix_sort(uint32_t *numbers, size_t count);

#endif

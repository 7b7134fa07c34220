/* Putting things in order by a figure, in time linear in their count: tables of a hundred thousand rows. */
#ifndef ORDER_H
#define ORDER_H

#include <stddef.h>
#include <stdint.h>

struct ordered {
    double figure; /* not NAN */
    uint32_t item;
};

/* The smallest first; those of equal figures stay in the order they are in. */
void order_sort(struct ordered *all, size_t count);

#endif

/* Putting things in order by a figure, in time linear in their count: tables of a hundred thousand rows. */
#ifndef SORT_H
#define SORT_H

#include <stddef.h>
#include <stdint.h>

struct sort_item {
    double figure; /* not NAN */
    uint32_t item;
};

/* The smallest first; those of equal figures stay in the order they are in. */
void sort_by_figure(struct sort_item *all, size_t count);

#endif

/* A cursor over rows of which some show: moving, scrolling, and staying on the same thing when rows come and go. */
#ifndef LIST_H
#define LIST_H

#include "keymap.h"

#include <stddef.h>
#include <stdint.h>

struct list {
    size_t cursor; /* the selected row */
    size_t scroll; /* the first row that shows */
    uint64_t key;  /* what the selected row is about (view.h), 0 = nothing in particular */
};

/* Whether it is one of the actions below. */
bool list_is_move(enum action);
/* Up, down, page up, page down, first, last. */
void list_move(struct list *, enum action, size_t rows, size_t page);
/* Brings cursor and scroll into a list of `rows` rows of which `page` show. */
void list_fit(struct list *, size_t rows, size_t page);

#endif

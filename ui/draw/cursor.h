/* A cursor over rows of which some show: moving, scrolling, and staying on the same thing when rows come and go. */
#ifndef CURSOR_H
#define CURSOR_H

#include "console/app/keymap.h"

#include <stddef.h>
#include <stdint.h>

struct cursor {
    size_t row;    /* the selected one */
    size_t scroll; /* the first row that shows */
    uint64_t key;  /* what the selected row is about (view.h), 0 = nothing in particular */
};

/* Whether it is one of the actions below. */
bool cursor_is_move(enum action);
/* Up, down, page up, page down, first, last. */
void cursor_move(struct cursor *, enum action, size_t rows, size_t page);
/* Brings cursor and scroll into a list of `rows` rows of which `page` show. */
void cursor_fit(struct cursor *, size_t rows, size_t page);

#endif

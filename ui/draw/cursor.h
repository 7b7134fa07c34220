/* A cursor over rows of which some show: moves, scrolls, and stays on the same thing while rows come and go. */
#ifndef CURSOR_H
#define CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The moves from MOVE_UP to MOVE_LAST work in a list; a map takes all of them. */
enum move { MOVE_NONE, MOVE_UP, MOVE_DOWN, MOVE_PAGE_UP, MOVE_PAGE_DOWN, MOVE_FIRST, MOVE_LAST, MOVE_LEFT, MOVE_RIGHT };

struct cursor {
    size_t row;    /* the selected one */
    size_t scroll; /* the first row that shows */
    uint64_t key;  /* of the thing in the selected row, 0 = nothing in particular */
};

/* Moves through a list of `rows` rows of which `page` show; returns false unless the move is one of a list. */
bool cursor_move(struct cursor *, enum move, size_t rows, size_t page);
/* Brings cursor and scroll into such a list. */
void cursor_fit(struct cursor *, size_t rows, size_t page);

#endif

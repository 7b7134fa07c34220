/* A cursor over scrolled rows: moves, scrolls, and stays on its item while rows come and go. */
#ifndef CURSOR_H
#define CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The moves from MOVE_UP to MOVE_LAST work in a list; a map takes all of them. */
enum move { MOVE_NONE, MOVE_UP, MOVE_DOWN, MOVE_PAGE_UP, MOVE_PAGE_DOWN, MOVE_FIRST, MOVE_LAST, MOVE_LEFT, MOVE_RIGHT };

struct cursor {
    size_t row;    /* selected */
    size_t scroll; /* first visible row */
    uint64_t key;  /* of the item in the selected row; 0 = none */
};

/* Moves in a list of `rows` rows with `page` visible. Returns false for moves that a list does not have. */
bool cursor_move(struct cursor *, enum move, size_t rows, size_t page);
/* Brings cursor and scroll inside the list. */
void cursor_fit(struct cursor *, size_t rows, size_t page);

#endif

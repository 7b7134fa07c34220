/* A map of a prefix: at most 256 cells, 16 in a row, each a narrower prefix; with a cursor, and a mark for "you are
 * here". A /24 and what is longer shows its addresses, up to a /16 its /24s, and what is wider 256 equal parts. */
#ifndef MAP_H
#define MAP_H

#include "base/addr.h"
#include "console/app/keymap.h"
#include "draw/canvas.h"

enum { MAP_CELLS = 256, MAP_ACROSS = 16, MAP_NOWHERE = -1 };

/* Columns that it takes: the labels of its rows, two for each cell, and the bracket of the last. */
enum { MAP_LABEL = 5, MAP_COLS = MAP_LABEL + 2 * MAP_ACROSS + 1 };

struct map_cell {
    enum glyph glyph;
    enum role role;
};

struct map {
    struct prefix prefix;
    unsigned cell_length; /* the prefix length of a cell */
    int count;
    struct map_cell cells[MAP_CELLS];
    int at;   /* the cell under the cursor */
    int here; /* MAP_NOWHERE = not in it */
};

/* The map of an IPv4 prefix, all cells blank, the cursor on the first. */
void map_init(struct map *, const struct prefix *);

/* Both by the number of the cell; -1 when the address lies outside. */
struct prefix map_prefix(const struct map *, int cell);
int map_find(const struct map *, uint32_t address);

int map_rows(const struct map *);

/* Left, right, up, down, first, last, page up, page down; false for any other action. */
bool map_move(struct map *, enum action);

/* In the rows of the canvas, as many of them as it has, so that the cursor shows. The cursor's cell is marked, and has
 * the real cursor, when the map has the focus. */
void map_draw(const struct map *, const struct canvas *, bool focus);

/* What a sign on the map means. */
struct map_sign {
    struct map_cell cell;
    const char *meaning;
};

/* Draws signs side by side, as many rows as it takes in so many columns; returns their number. canvas may be NULL to
 * count them only. */
int map_legend(const struct canvas *, int row, int col, int columns, const struct map_sign *, size_t count);

#endif

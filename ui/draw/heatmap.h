/* A map of a prefix: at most 256 cells, 16 in a row, each a narrower prefix; with a cursor, and a mark for "you are
 * here". A /24 and what is longer shows its addresses, up to a /16 its /24s, and what is wider 256 equal parts. */
#ifndef HEATMAP_H
#define HEATMAP_H

#include "base/addr.h"
#include "draw/canvas.h"
#include "draw/cursor.h"

enum { HEATMAP_CELLS = 256, HEATMAP_ACROSS = 16, HEATMAP_NOWHERE = -1 };

/* Columns that it takes: the labels of its rows, two for each cell, and the bracket of the last. */
enum { HEATMAP_LABEL = 5, HEATMAP_COLS = HEATMAP_LABEL + 2 * HEATMAP_ACROSS + 1 };

struct heatmap_cell {
    enum glyph glyph;
    enum role role;
};

struct heatmap {
    struct prefix prefix;
    unsigned cell_length; /* the prefix length of a cell */
    int count;
    struct heatmap_cell cells[HEATMAP_CELLS];
    int at;   /* the cell under the cursor */
    int here; /* HEATMAP_NOWHERE = not in it */
};

/* The map of an IPv4 prefix, all cells blank, the cursor on the first. */
void heatmap_init(struct heatmap *, const struct prefix *);

/* Both by the number of the cell; -1 when the address lies outside. */
struct prefix heatmap_prefix(const struct heatmap *, int cell);
int heatmap_find(const struct heatmap *, uint32_t address);

int heatmap_rows(const struct heatmap *);

/* Moves the cursor; returns false for MOVE_NONE. */
bool heatmap_move(struct heatmap *, enum move);

/* In the rows of the canvas, as many of them as it has, so that the cursor shows. The cursor's cell is marked, and has
 * the real cursor, when the map has the focus. */
void heatmap_draw(const struct heatmap *, const struct canvas *, bool focus);

/* What a sign on the map means. */
struct heatmap_sign {
    struct heatmap_cell cell;
    const char *meaning;
};

/* Draws signs side by side, as many rows as it takes in so many columns; returns their number. canvas may be NULL to
 * count them only. */
int heatmap_legend(const struct canvas *, int row, int col, int columns, const struct heatmap_sign *, size_t count);

#endif

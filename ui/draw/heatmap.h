/* A map of a prefix: at most 256 cells, 16 in a row, each a narrower prefix; with a cursor and a mark for "you are
 * here". A /24 or longer shows addresses, a /16 or longer its /24s, a wider prefix 256 equal parts. The compact form
 * has 32 cells in a row and belongs to a page. */
#ifndef HEATMAP_H
#define HEATMAP_H

#include "base/addr.h"
#include "draw/canvas.h"
#include "draw/cursor.h"
#include "draw/page.h"

enum { HEATMAP_CELLS = 256, HEATMAP_ACROSS = 16, HEATMAP_NOWHERE = -1 };

/* The columns of a map: row labels, two per cell, and the bracket of the last cell. */
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
    int at;                /* the cell under the cursor */
    int here;              /* HEATMAP_NOWHERE = not in it */
    const char *here_name; /* in the legend of the compact form; NULL = "you" */
};

/* Sets up the map of an IPv4 prefix with blank cells, the cursor on the first, and the mark on the cell of `here` (NULL
 * = none). */
void heatmap_init(struct heatmap *, const struct prefix *, const struct addr *here);

/* Returns the prefix of a cell. */
struct prefix heatmap_prefix(const struct heatmap *, int cell);

static inline int
heatmap_rows(const struct heatmap *map)
{
    return (map->count + HEATMAP_ACROSS - 1) / HEATMAP_ACROSS;
}

/* Moves the cursor; returns false for MOVE_NONE. */
bool heatmap_move(struct heatmap *, enum move);

/* Draws as many rows as the canvas has, scrolled to the cursor. With focus, the cursor's cell is selected. */
void heatmap_draw(const struct heatmap *, const struct canvas *, bool focus);

/* A sign on the map and its meaning. */
struct heatmap_sign {
    struct heatmap_cell cell;
    const char *meaning;
};

/* Stores the signs that the map has, with their meanings, and returns how many. */
enum { HEATMAP_SIGNS = 13 };
size_t heatmap_signs(const struct heatmap *, struct heatmap_sign out[static HEATMAP_SIGNS]);

/* Returns the label of the row that begins with this cell: the first octet that changes on the map. */
int heatmap_label(const struct heatmap *, int cell);

/* Returns the cell of a count of listed addresses: none, 1-3, 4-15, 16-63, 64 and more; of one address, listed. */
struct heatmap_cell heatmap_count_cell(const struct heatmap *, size_t count);

enum { HEATMAP_COMPACT_ACROSS = 32, HEATMAP_COMPACT_LABEL = 4 };
enum { HEATMAP_COMPACT_COLS = HEATMAP_COMPACT_LABEL + HEATMAP_COMPACT_ACROSS };

/* Adds the compact form to a page: its rows, all with this key, and the meaning of the signs on it below. */
void heatmap_compact(const struct heatmap *, struct page *, int col, uint64_t key);

/* Draws the signs side by side in `columns` and returns the number of rows. A NULL canvas only counts. */
int heatmap_legend(const struct canvas *, int row, int col, int columns, const struct heatmap_sign *, size_t count);

#endif

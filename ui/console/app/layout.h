/* Places on the screen, as a function of its size alone. The title has the first row, with a rule below it on screens
 * that are high enough, the hints the last, the body the rows between. */
#ifndef LAYOUT_H
#define LAYOUT_H

#include <stdbool.h>

enum layout {
    LAYOUT_PAGE,  /* the whole body */
    LAYOUT_BOX,   /* over it, in the middle, in a frame */
    LAYOUT_LINE,  /* over its last rows, under a rule */
    LAYOUT_SIDE,  /* at its right, with a title and a line, and the page at its left; or as a line without room for both
                   */
    LAYOUT_PAPER, /* likewise, as wide as a letter; over the whole body without room for both */
};

struct rect {
    int row, col, rows, cols;
};

/* The area of the view itself; framed: with room for a frame (or a rule) around it. */
struct area {
    struct rect outer, inner;
    bool framed;
};

/* Whether a rule parts the title from the body. */
static inline bool
layout_has_rule(int rows)
{
    enum { RULED_ROWS = 16 };
    return rows >= RULED_ROWS;
}

static inline struct rect
layout_body(int rows, int cols)
{
    int head = layout_has_rule(rows) ? 2 : rows > 0, foot = rows > 2;
    return (struct rect){.row = head, .rows = rows - head - foot, .cols = cols};
}

/* Returns -1 without room for the hints. */
static inline int
layout_foot_row(int rows)
{
    return rows > 2 ? rows - 1 : -1;
}

static inline int
layout_smaller(int a, int b)
{
    return a < b ? a : b;
}

/* Columns that a view in this layout has, whatever it holds. */
int layout_cols(enum layout, int rows, int cols);
/* Columns that the page under a view in this layout has. */
int layout_cols_under(enum layout, int cols);
/* Its place when it has `wanted` rows to show. */
struct area layout_place(enum layout, int rows, int cols, int wanted);

#endif

/* Signs with a meaning, each with an ASCII twin. All are one column wide. */
#ifndef GLYPH_H
#define GLYPH_H

#include <stdbool.h>

enum glyph {
    GLYPH_BLANK,
    GLYPH_LISTED,
    GLYPH_CLEAR,
    GLYPH_WARN,    /* refused, error, timeout, invalid, unhealthy */
    GLYPH_UNKNOWN, /* not asked, dead, cannot tell */
    GLYPH_ASKING,
    GLYPH_EXEMPT,
    GLYPH_BACKSCATTER,
    GLYPH_BULLET,
    GLYPH_INTO,   /* before a line being typed, and on rows that Enter opens */
    GLYPH_HERE,   /* "you are here" */
    GLYPH_MARK,   /* on rows that the user marked */
    GLYPH_CASE,   /* on rows with a case that is not closed */
    GLYPH_AROUND, /* leads to the next wider prefix */
    GLYPH_CHAIN,  /* leads to the next level */
    GLYPH_MORE,   /* cut text */
    GLYPH_UP,
    GLYPH_DOWN,
    GLYPH_ESTIMATE, /* before an estimate */
    GLYPH_BAR_1,    /* eighths of a cell of a bar, from the left ... */
    GLYPH_BAR_2,
    GLYPH_BAR_3,
    GLYPH_BAR_4,
    GLYPH_BAR_5,
    GLYPH_BAR_6,
    GLYPH_BAR_7,
    GLYPH_BAR_FULL, /* ... to all eight */
    GLYPH_BAR_EMPTY,
    GLYPH_BAR_LIMIT, /* marks the limit on a bar */
    GLYPH_HEAT_0,    /* shares, from none to nearly all */
    GLYPH_HEAT_1,
    GLYPH_HEAT_2,
    GLYPH_HEAT_3,
    GLYPH_HEAT_4,
    GLYPH_SPARK_0, /* heights, from nothing ... */
    GLYPH_SPARK_1,
    GLYPH_SPARK_2,
    GLYPH_SPARK_3,
    GLYPH_SPARK_4,
    GLYPH_SPARK_5,
    GLYPH_SPARK_6,
    GLYPH_SPARK_7, /* ... to full */
    GLYPH_LINE_H,
    GLYPH_LINE_V,
    GLYPH_LINE_TEE, /* where a vertical one begins under a horizontal one */
    GLYPH_CORNER_TL,
    GLYPH_CORNER_TR,
    GLYPH_CORNER_BL,
    GLYPH_CORNER_BR,
    GLYPH_BRANCH, /* off what is above ... */
    GLYPH_BRANCH_LAST,
    GLYPH_COUNT
};

const char *glyph_text(enum glyph, bool ascii);

#endif

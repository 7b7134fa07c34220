/* A bar from zero with a mark at the needed value, and a row below that labels both. */
#ifndef GAUGE_H
#define GAUGE_H

#include "draw/canvas.h"

enum { GAUGE_ROWS = 2 };

struct gauge {
    double value, needed;
    const char *value_words, *needed_words; /* "~341 impacts", "50.0 needed" */
    enum role role;                         /* of the bar */
};

/* Draws both rows. The larger value ends before the right edge; each label has its sign exactly below its place. */
void gauge_draw(const struct gauge *, const struct canvas *, int row);

#endif

/* A bar from nothing on, with a mark for what is needed, and below it what both ends are: two rows. */
#ifndef GAUGE_H
#define GAUGE_H

#include "draw/canvas.h"

enum { GAUGE_ROWS = 2 };

struct gauge {
    double value, needed;
    const char *value_words, *needed_words; /* "~341 impacts", "50.0 needed" */
    enum role role;                         /* of the bar */
};

/* The larger of both stands a bit from the end; each of the words has its sign exactly under its place. */
void gauge_draw(const struct gauge *, const struct canvas *, int row);

#endif

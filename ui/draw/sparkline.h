/* A figure in the course of time, as a line of bars one row high. */
#ifndef SPARKLINE_H
#define SPARKLINE_H

#include "base/vec.h"
#include "draw/page.h"

#include <stdint.h>

/* It was so from first_ms to last_ms; between two spans it is not known. */
struct sparkline_span {
    int64_t first_ms, last_ms;
    double figure; /* not negative */
};

struct sparkline {
    VEC(struct sparkline_span) spans; /* by time */
};

/* Spans come in the order of their time; one that is not later than the last is dropped. */
void sparkline_add(struct sparkline *, int64_t first_ms, int64_t last_ms, double figure);
void sparkline_fini(struct sparkline *);

/* Whether there is a course to be shown: two looks at different times. */
bool sparkline_has_course(const struct sparkline *);

/* What a line shows. */
struct sparkline_words {
    const char *what; /* "impacts of 203.0.112.0/22" */
    bool is_state;    /* it is 1 or 0: it is so, or not */
    double limit;     /* figures from here on stand out; negative = none */
};

/* Puts it into a row of the page, at most `columns` wide, and below it what it shows, with its scale, in words. Nothing
 * where there is no course. */
void sparkline_rows(struct page *, const struct sparkline *, int col, int columns, const struct sparkline_words *);

#endif

/* A figure in the course of time, as a line of bars one row high. */
#ifndef SPARKLINE_H
#define SPARKLINE_H

#include "base/buf.h"
#include "base/vec.h"
#include "draw/page.h"

#include <stdint.h>

/* The figure from first_ms to last_ms; between two spans it is unknown. */
struct sparkline_span {
    int64_t first_ms, last_ms;
    double figure; /* not negative */
};

struct sparkline {
    VEC(struct sparkline_span) spans; /* by time */
};

/* Adds a span; one that is not later than the last is dropped. */
void sparkline_add(struct sparkline *, int64_t first_ms, int64_t last_ms, double figure);
static inline void
sparkline_fini(struct sparkline *sparkline)
{
    vec_free(&sparkline->spans);
}

/* Returns whether the figure is known at three different times at least. */
bool sparkline_has_course(const struct sparkline *);

/* What a line shows. */
struct sparkline_words {
    const char *what; /* "impacts of 203.0.112.0/22" */
    bool is_state;    /* the figure is 1 or 0: yes or no */
    double limit;     /* figures from here on stand out; negative = none */
};

/* Returns the largest figure. */
double sparkline_greatest(const struct sparkline *);

/* Appends the scale: "Impacts of 203.0.112.0/22: full height is 31, the last is 12. 2026-06-01 to 2026-07-06", without
 * a stop. Only for one that has a course. */
void sparkline_put_scale(struct buf *out, const struct sparkline *, const struct sparkline_words *);

/* Adds a row of at most `columns` bars, and below it the words with their scale. Adds nothing without a course. */
void sparkline_rows(struct page *, const struct sparkline *, int col, int columns, const struct sparkline_words *);

#endif

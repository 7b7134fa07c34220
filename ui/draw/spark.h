/* A figure in the course of time, as a line of bars one row high. */
#ifndef SPARK_H
#define SPARK_H

#include "base/vec.h"
#include "draw/page.h"

#include <stdint.h>

/* It was so from first_ms to last_ms; between two spans it is not known. */
struct spark_span {
    int64_t first_ms, last_ms;
    double figure; /* not negative */
};

struct spark {
    VEC(struct spark_span) spans; /* by time */
};

/* Spans come in the order of their time; one that is not later than the last is dropped. */
void spark_add(struct spark *, int64_t first_ms, int64_t last_ms, double figure);
void spark_fini(struct spark *);

/* Whether there is a course to be shown: two looks at different times. */
bool spark_has_course(const struct spark *);

/* What a line shows. */
struct spark_words {
    const char *what; /* "impacts of 203.0.112.0/22" */
    bool is_state;    /* it is 1 or 0: it is so, or not */
    double limit;     /* figures from here on stand out; negative = none */
};

/* Puts it into a row of the page, at most `columns` wide, and below it what it shows, with its scale, in words. Nothing
 * where there is no course. */
void spark_rows(struct page *, const struct spark *, int col, int columns, const struct spark_words *);

#endif

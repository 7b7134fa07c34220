/* The figures of a comparison as rows, with a column for each subject. */
#ifndef COMPARE_PAGE_H
#define COMPARE_PAGE_H

#include "check/comparison.h"
#include "draw/page.h"

enum compare_kind { COMPARE_INTEGER, COMPARE_TENTHS, COMPARE_TIMES, COMPARE_COVER, COMPARE_RANGE };

struct compare_row {
    const char *what; /* in JSON and CSV */
    const char *label;
    const char *source; /* of all figures of the row, in JSON */
    enum compare_kind kind;
};
extern const struct compare_row compare_rows[COMPARISON_ROWS];

/* Adds a row for each subject, whose key is its place + 1, then the figures, side by side as far as they fit, with long
 * texts in several rows, and then below. The best figure of a row has a sign. */
void compare_page(struct page *, const struct comparison *, const struct dataset *, int col);

#endif

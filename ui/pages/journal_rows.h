/* The rows of the journal as they are shown: what was found in it, and how each matter looks in one line. */
#ifndef JOURNAL_ROWS_H
#define JOURNAL_ROWS_H

#include "draw/canvas.h"
#include "draw/columns.h"
#include "journal/search.h"

enum { JOURNAL_ROWS_COLUMNS = 9 };

/* How many columns what is shown would like. Zeroed: nothing was shown yet. */
struct journal_rows_need {
    int resource, a_case; /* 0 = there is none */
};
void journal_rows_measure(struct journal_rows_need *, const struct journal_entry *, int64_t now_ms);

/* Fits the columns into so many. */
void journal_rows_fit(int cols, const struct journal_rows_need *, int widths[static JOURNAL_ROWS_COLUMNS]);

void journal_rows_head(const struct canvas *, int row, const int widths[static JOURNAL_ROWS_COLUMNS]);
/* `now_ms` tells which follow-ups are due. */
void journal_rows_draw(const struct canvas *, int row, const int widths[static JOURNAL_ROWS_COLUMNS],
                       const struct journal_entry *, int64_t now_ms);

/* What all columns say of it, parted by blanks. */
void journal_rows_text(struct buf *out, const struct journal_entry *, int64_t now_ms);

#endif

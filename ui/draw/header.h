/* The paragraphs above a table, the most important first; as many show as fit. */
#ifndef HEADER_H
#define HEADER_H

#include "draw/page.h"

/* Zeroed is empty. */
struct header {
    struct page page;
    int rows;   /* shown */
    int needed; /* rows that show if the table has room for three of its own */
};

static inline void
header_begin(struct header *top, int cols)
{
    page_begin(&top->page, cols);
    top->rows = top->needed = 0;
}

static inline void
header_fini(struct header *top)
{
    page_fini(&top->page);
}

/* Adds the text as a paragraph, unless it is empty, and clears the buffer. */
void header_add(struct header *, enum role, struct buf *);

/* Says that what was added so far is needed. */
static inline void
header_need(struct header *top)
{
    top->needed = (int)top->page.rows.count;
}

/* Chooses the whole paragraphs that fit into `room` rows. With `always` the first one shows in any case. */
void header_fit(struct header *, int room, bool always);
void header_draw(const struct header *, const struct canvas *);

/* Returns the rows that a table keeps of `rows`, however long the header is. */
static inline int
header_table_rows(int rows)
{
    return rows < 16 ? 3 : rows / 2;
}

#endif

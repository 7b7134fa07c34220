/* The paragraphs above a table, the most important first; as many show as fit. */
#ifndef HEADER_H
#define HEADER_H

#include "draw/page.h"

/* Zeroed is empty. */
struct header {
    struct page page;
    int rows; /* shown */
};

void header_begin(struct header *, int cols);
void header_fini(struct header *);

/* Adds the text as a paragraph, unless it is empty, and clears the buffer. */
void header_add(struct header *, enum role, struct buf *);

/* Chooses the whole paragraphs that fit into `room` rows. With `always` the first one shows in any case. */
void header_fit(struct header *, int room, bool always);
void header_draw(const struct header *, const struct canvas *);

/* Returns the rows that a table keeps of `rows`, however long the header is. */
int header_table_rows(int rows);

#endif

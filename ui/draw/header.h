/* What stands on top of a table: paragraphs, the most important first, of which as many show as there is room for. */
#ifndef HEADER_H
#define HEADER_H

#include "draw/page.h"

/* Zeroed is empty. */
struct header {
    struct page page;
    int rows; /* that show */
};

void header_begin(struct header *, int cols);
void header_fini(struct header *);

/* Adds what is in the buffer and empties it; nothing when it is empty. */
void header_add(struct header *, enum role, struct buf *);

/* Shows whole paragraphs in at most `room` rows. With `always` the first of them shows, whatever the room. */
void header_fit(struct header *, int room, bool always);
void header_draw(const struct header *, const struct canvas *);

/* Rows that a table keeps on a place of so many rows, whatever stands on top of it. */
int header_table_rows(int rows);

#endif

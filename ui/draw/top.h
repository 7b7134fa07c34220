/* What stands on top of a table: paragraphs, the most important first, of which as many show as there is room for. */
#ifndef TOP_H
#define TOP_H

#include "draw/page.h"

/* Zeroed is empty. */
struct top {
    struct page page;
    int rows; /* that show */
};

void top_begin(struct top *, int cols);
void top_fini(struct top *);

/* Adds what is in the buffer and empties it; nothing when it is empty. */
void top_add(struct top *, enum role, struct buf *);

/* Shows whole paragraphs in at most `room` rows. With `always` the first of them shows, whatever the room. */
void top_fit(struct top *, int room, bool always);
void top_draw(const struct top *, const struct canvas *);

/* Rows that a table keeps on a place of so many rows, whatever stands on top of it. */
int top_table_rows(int rows);

#endif

/* A page of rows made of pieces of text, laid out once for a width and drawn from then on. The same page is shown in
 * the console and printed by the command line. */
#ifndef PAGE_H
#define PAGE_H

#include "base/buf.h"
#include "base/vec.h"
#include "draw/canvas.h"

#include <stddef.h>
#include <stdint.h>

struct page_piece {
    int col, columns; /* columns: room for the text, 0 = as many as it takes */
    enum role role;
    enum glyph glyph; /* drawn when text is NULL */
    bool right;       /* flush right in its room */
    int text;         /* offset in the page's texts, PAGE_NONE = the glyph */
};

enum { PAGE_NONE = -1 };

struct page_row {
    uint64_t key;        /* what the row is about, 0 = nothing in particular */
    size_t first, count; /* its pieces */
    bool in_word;        /* the row above ends within a word that goes on here */
};

struct page {
    int cols;
    struct buf texts; /* NUL-terminated, one behind the other */
    VEC(struct page_piece) pieces;
    VEC(struct page_row) rows;
};

/* Empties the page for a new layout in so many columns (at least 1). */
void page_begin(struct page *, int cols);
void page_fini(struct page *);

/* Starts a row; what follows goes into it. */
void page_row(struct page *, uint64_t key);
/* Puts text at a column of the current row, in at most `columns` columns (0: to the end). Clean text. Returns the
 * column behind it. */
int page_text(struct page *, int col, int columns, enum role, const char *text);
int page_format(struct page *, int col, int columns, enum role, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void page_right(struct page *, int col, int columns, enum role, const char *text);
int page_glyph(struct page *, int col, enum role, enum glyph);

/* A paragraph from the current row on, as many rows as it takes at this indent; nothing is cut. */
void page_wrap(struct page *, int col, enum role, const char *text);

/* An empty row, unless the page is empty or ends in one. */
void page_gap(struct page *);

/* A row that says what follows, parted from what was before. */
void page_heading(struct page *, const char *text);

/* The columns in which nothing of it is cut that is free to go on to the end; at least its own. */
int page_whole(const struct page *);

void page_draw(const struct page *, const struct canvas *);

/* All text of the item that a row is of, pieces parted by blanks: what `copy` takes. The rows of an item have one key;
 * without a key a row stands alone. */
void page_item_text(const struct page *, size_t row, struct buf *out);

#endif

/* A page of rows made of pieces of text, laid out once for a width. The console shows it, the command line prints it.
 */
#ifndef PAGE_H
#define PAGE_H

#include "base/buf.h"
#include "base/vec.h"
#include "draw/canvas.h"

#include <stddef.h>
#include <stdint.h>

struct page_piece {
    int col, columns; /* columns: room for the text, 0 = as wide as the text */
    enum role role;
    enum glyph glyph; /* drawn when text is NULL */
    bool right;       /* flush right in `columns` */
    int text;         /* offset in the page's texts, PAGE_NONE = the glyph */
};

enum { PAGE_NONE = -1 };

struct page_row {
    uint64_t key;        /* identifies the subject of the row; 0 = none */
    size_t first, count; /* its pieces */
    bool in_word;        /* continues a word of the row above */
};

struct page {
    int cols;
    struct buf texts; /* NUL-terminated, one after the other */
    VEC(struct page_piece) pieces;
    VEC(struct page_row) rows;
};

/* Empties the page for a new layout in `cols` columns (at least 1). */
void page_begin(struct page *, int cols);
void page_fini(struct page *);

/* Starts a row; the functions below add to it. */
static inline void
page_row(struct page *p, uint64_t key)
{
    vec_push(&p->rows, ((struct page_row){.key = key, .first = p->pieces.count}));
}

/* Adds clean text at a column of the current row, in at most `columns` columns (0 = to the end). Returns the column
 * after it. */
int page_text(struct page *, int col, int columns, enum role, const char *text);
int page_format(struct page *, int col, int columns, enum role, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void page_right(struct page *, int col, int columns, enum role, const char *text);
int page_glyph(struct page *, int col, enum role, enum glyph);
/* Adds a bar as canvas_bar draws it, without blanks at its end. */
void page_bar(struct page *, int col, int columns, enum role, double share, double limit);

/* Adds a paragraph from the current row on, wrapped at this indent; nothing is cut. */
void page_wrap(struct page *, int col, enum role, const char *text);

/* Adds an empty row, unless the page is empty or ends in one. */
static inline void
page_gap(struct page *p)
{
    if (p->rows.count > 0 && p->rows.at[p->rows.count - 1].count > 0)
        page_row(p, 0);
}

/* Adds a heading after a gap. */
void page_heading(struct page *, const char *text);

void page_draw(const struct page *, const struct canvas *);

/* Appends all text of the item that a row belongs to, pieces separated by blanks, for `copy`. The rows of an item share
 * one key; a row without a key is an item of its own. */
void page_item_text(const struct page *, size_t row, struct buf *out);

#endif

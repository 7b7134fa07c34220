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

/* A part of a row that Enter opens. */
struct page_target {
    size_t row;
    int col, cols;
    uint64_t key; /* of its subject */
};

struct page {
    int cols;
    bool bounded; /* nothing goes beyond its columns: they are those of a terminal */
    bool pointed; /* the cursor visits only targets, ... */
    size_t home;  /* ... and begins on this one */
    VEC(struct page_target) targets;
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

/* Makes the columns of the current row a target; they may not overlap those of another. */
static inline void
page_target(struct page *p, uint64_t key, int col, int cols)
{
    p->pointed = true;
    vec_push(&p->targets, ((struct page_target){.row = p->rows.count - 1, .col = col, .cols = cols, .key = key}));
}

/* Adds pages side by side below the last row, with a line and a blank between each two. Targets stay, keys do not. */
enum { PAGE_COLUMN_GAP = 2 };
void page_columns(struct page *, const struct page *parts, size_t count);

/* Adds a heading after a gap. */
void page_heading(struct page *, const char *text);

void page_draw(const struct page *, const struct canvas *);

/* Appends all text of the item that a row belongs to, pieces separated by blanks, for `copy`. The rows of an item share
 * one key; a row without a key is an item of its own. */
void page_item_text(const struct page *, size_t row, struct buf *out);

/* Appends the text in these columns of a row. */
void page_part_text(const struct page *, size_t row, int col, int cols, struct buf *out);

#endif

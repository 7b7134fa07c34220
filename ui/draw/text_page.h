/* A page of text that is written line by line and laid out for any width: raw answers, help. All text is clean, and
 * copied. */
#ifndef TEXT_PAGE_H
#define TEXT_PAGE_H

#include "draw/page.h"

struct text_page_item {
    enum role role;
    char *label, *text; /* label: NULL = none */
};

struct text_page {
    char *title;
    VEC(struct text_page_item) items;
    int label_cols; /* of the widest label */
};

struct text_page *text_page_new(const char *title);
void text_page_free(struct text_page *);

/* Adds a heading, with an empty row before it unless it is the first. */
void text_page_head(struct text_page *, const char *text);
/* Adds a label (NULL = none) and a text that wraps beside it, from the same column in all of the page. */
void text_page_pair(struct text_page *, enum role, const char *label, const char *text);
/* Adds a paragraph, wrapped to the width. */
static inline void
text_page_line(struct text_page *text, enum role role, const char *words)
{
    text_page_pair(text, role, NULL, words);
}

/* Removes all of these. */
void text_page_clear(struct text_page *);

/* Lays the text out in so many columns; the key of a row is 1 + the place of its item. */
void text_page_lay_out(const struct text_page *, struct page *, int cols);

#endif

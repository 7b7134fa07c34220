/* A document of HTML that needs nothing else: its style is inside, there is no script, and pictures are SVG made of the
 * cells that the console shows. Appends to `out`; any text may be foreign. */
#ifndef HTML_H
#define HTML_H

#include "draw/heatmap.h"
#include "draw/page.h"
#include "draw/sparkline.h"
#include "draw/table_model.h"

void html_begin(struct buf *out, const char *title);
void html_end(struct buf *out);

/* Appends text with the characters of markup escaped. */
void html_text(struct buf *out, const char *text);
/* Appends an element of this name and class (NULL = none) with text inside. */
void html_element(struct buf *out, const char *name, const char *class, const char *text);

/* Appends the name of the class that draws a role, in quotes with its attribute. */
void html_class(struct buf *out, enum role);

/* Appends a bar for a share of 0 to 1, with a mark at `limit` (negative = none); what is beyond it is red. */
void html_bar(struct buf *out, double share, double limit);

/* Appends a map, each cell with its prefix as title, and below it what its signs mean. */
void html_map(struct buf *out, const struct heatmap *);

/* Appends the course of a figure with its scale; nothing without a course. */
void html_course(struct buf *out, const struct sparkline *, const struct sparkline_words *);

/* Appends rows of a table (items NULL: 0 to count - 1), without columns that are empty in all of them. */
void html_table(struct buf *out, const struct table_model *, void *self, const size_t *items, size_t count);

/* Appends a page as it is on a screen, in letters of one width. */
void html_page(struct buf *out, const struct page *);

#endif

/* The rows of a table model as part of a page: the command line prints the columns that the console shows. */
#ifndef TABLE_PAGE_H
#define TABLE_PAGE_H

#include "draw/page.h"
#include "draw/table_model.h"

/* Adds a row with titles and a row for each item (NULL: 0 to count - 1). Columns are as wide as their longest cell;
 * those without any text are left out, and so are the least important ones if the page is too narrow. Columns of words
 * come last, so that nothing has to be cut in the last one. */
void table_page(struct page *, const struct table_model *, void *self, const size_t *items, size_t count);

#endif

/* Looking for words in the rows of a view as they are drawn: for pages, which are no tables with a search of their own.
 */
#ifndef PAGE_SEARCH_H
#define PAGE_SEARCH_H

#include "console/app/layer.h"

/* The next row with these words after that of the cursor, or the one before it; round the end, which may lead back to
 * it. False when no row has them. */
bool page_search_row(const struct layer *, const char *words, bool backwards, size_t *row);

#endif

/* All there is to know of one list: what it says of an address, who can end that, and whom it answers. */
#ifndef LIST_PAGE_H
#define LIST_PAGE_H

#include "draw/text_page.h"
#include "pages/lists_table.h"

/* Adds it, without questions and answers. */
void list_page(struct text_page *, const struct lists_table *, const struct list *);

/* Returns the page that helps: of registration or keys where the list does not answer without, else of removal
 * requests; "" = none. */
const char *list_page_address(const struct lists_table *, const struct list *);

/* Writes what the user can do about it, in a sentence with that page; nothing if that is nothing. */
void list_page_remedy(struct buf *out, const struct lists_table *, const struct list *);

#endif

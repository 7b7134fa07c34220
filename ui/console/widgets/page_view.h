/* What views that show a page have in common. The page is the first thing in their state; laying it out is theirs. */
#ifndef PAGE_VIEW_H
#define PAGE_VIEW_H

#include "console/app/view.h"
#include "draw/page.h"

uint64_t page_view_key(void *page, size_t row);
void page_view_draw(void *page, const struct canvas *);
void page_view_subject(void *page, size_t row, struct buf *out);

/* `about` of a page that is about an address. */
bool page_view_about(const struct addr *, struct prefix *out);

/* For the table of such a view. */
#define PAGE_VIEW                                                                                                      \
    .scope = SCOPE_VIEW, .layout = LAYOUT_PAGE, .key = page_view_key, .draw = page_view_draw,                          \
    .subject = page_view_subject

#endif

/* What views that show a page have in common. The page is the first thing in their state; laying it out is theirs. */
#ifndef PAGEVIEW_H
#define PAGEVIEW_H

#include "console/app/view.h"
#include "draw/page.h"

uint64_t pageview_key(void *page, size_t row);
void pageview_draw(void *page, const struct canvas *);
void pageview_subject(void *page, size_t row, struct buf *out);

/* `about` of a page that is about an address. */
bool pageview_about(const struct addr *, struct prefix *out);

/* For the table of such a view. */
#define PAGE_VIEW                                                                                                      \
    .scope = SCOPE_VIEW, .layout = LAYOUT_PAGE, .key = pageview_key, .draw = pageview_draw, .subject = pageview_subject

#endif

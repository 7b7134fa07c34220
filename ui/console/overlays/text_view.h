/* Shows a page of text that scrolls. The page belongs to the view from here on. */
#ifndef TEXT_VIEW_H
#define TEXT_VIEW_H

#include "console/app/app.h"
#include "draw/text_page.h"

void text_view_open(struct app *, struct text_page *);
/* Like text_view_open, but in a box over the view below. */
void text_view_open_box(struct app *, struct text_page *);

/* Fills a page again whenever the source has changed, as long as the page is open. */
struct text_source {
    unsigned (*version)(void *arg); /* returns another number after each change */
    void (*fill)(void *arg, struct text_page *);
    void (*release)(void *arg); /* when the page closes; the thing it describes may be gone by then */
    void *arg;
};
void text_view_open_live(struct app *, struct text_page *, const struct text_source *);

#endif

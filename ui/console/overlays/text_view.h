/* Shows a page of text that scrolls. */
#ifndef TEXT_VIEW_H
#define TEXT_VIEW_H

#include "console/app/app.h"
#include "draw/text_page.h"

/* Fills a page, and fills it again whenever the source has changed, as long as the page is open. */
struct text_source {
    const unsigned *version; /* counts the changes */
    void (*fill)(void *arg, struct text_page *);
    void (*release)(void *arg); /* when the page closes; the thing it describes may be gone by then; NULL = not */
    void *arg;
    struct resource about; /* what the page is about; RESOURCE_NONE = nothing that has a page */
};

/* Opens the text as a page, which the key of its details closes again, or in a box. The text belongs to the view;
 * without a source (NULL) it stays as it is. */
void text_view_open(struct app *, enum layout, struct text_page *, const struct text_source *);

#endif

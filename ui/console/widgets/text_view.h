/* A page of text that scrolls: raw questions and answers, help. */
#ifndef TEXT_VIEW_H
#define TEXT_VIEW_H

#include "console/app/app.h"

/* The page is built line by line, then opened. All text is clean, and copied. */
struct text_page;

struct text_page *text_page_new(const char *title);
/* A heading, with an empty row before it unless it is the first. */
void text_page_head(struct text_page *, const char *text);
/* A paragraph, wrapped to the width. */
void text_page_line(struct text_page *, enum role, const char *text);
/* A label and beside it a text, wrapped beside the label; labels of a page align. Copying the row copies the text. */
void text_page_pair(struct text_page *, enum role label_role, const char *label, const char *text);

/* The page is the app's from here on. */
void text_view_open(struct app *, struct text_page *);

/* Where a page comes from that is filled anew whenever its source has changed, as long as it is open. */
struct text_source {
    unsigned (*version)(void *arg); /* another number after each change */
    void (*fill)(void *arg, struct text_page *);
    void (*release)(void *arg); /* when the page is closed; what it is about may be gone by then */
    void *arg;
};

void text_view_open_live(struct app *, struct text_page *, const struct text_source *);
/* The same in a box over what was there. */
void text_view_open_box(struct app *, struct text_page *);

#endif

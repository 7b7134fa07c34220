/* A text of several lines that is being typed, wrapped to the width of its place. */
#ifndef TEXTAREA_H
#define TEXTAREA_H

#include "base/vec.h"
#include "console/app/edit.h"
#include "draw/canvas.h"

/* One on the screen: the bytes that it shows; the next one may begin after blanks that are not shown. */
struct textarea_line {
    size_t start, count;
};

/* Users read edit.text. */
struct textarea {
    struct edit edit;
    VEC(struct textarea_line) lines;
    int cols;      /* for which they were broken */
    bool outdated; /* the text has changed since */
    size_t top;    /* the first visible line */
    size_t page;   /* visible lines */
    int wish;      /* the column that moves up and down keep to; -1 = the cursor's */
};

/* Starts zeroed, or replaces the text, with a clean one of at most so many bytes and the cursor at `at`. */
void textarea_set(struct textarea *, const char *text, size_t at, size_t most);
void textarea_fini(struct textarea *);

/* Moves, breaks the line or erases; EDIT_NOTHING at the first and the last line, too. */
enum edit_result textarea_act(struct textarea *, enum action);
/* Inserts what was typed or pasted. */
enum edit_result textarea_input(struct textarea *, const struct event *);

/* Draws the lines around the cursor, which shows if the text has the focus. */
void textarea_draw(struct textarea *, const struct canvas *, bool focus);

#endif

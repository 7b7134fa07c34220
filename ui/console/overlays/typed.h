/* A line that is being typed under a label, with the lines that were typed there before. */
#ifndef TYPED_H
#define TYPED_H

#include "console/app/edit.h"
#include "draw/canvas.h"

struct typed {
    const char *label; /* "what to type: and how" */
    struct edit edit;
    size_t back; /* how many lines ago it was typed; 0 = it is new */
    char *draft; /* the new line, while an old one shows; NULL = none */
};

#define TYPED_SPLIT ": "

/* Starts with a text (NULL = none). `label` is a literal. */
void typed_init(struct typed *, const char *label, const char *initial);
void typed_fini(struct typed *);

/* Replaces the line. */
void typed_set(struct typed *, const char *text);
enum edit_result typed_input(struct typed *, const struct event *);
/* Moves, erases, recalls, or completes the line from those before. */
enum edit_result typed_act(struct typed *, enum action);

/* Returns the line without the blanks around it; the caller frees it. */
char *typed_copy(const struct typed *);
/* Keeps a line for later. */
void typed_keep(const struct typed *, const char *line);

/* Draws the line in the first row of the canvas, and the cursor in it. */
void typed_draw(const struct typed *, const struct canvas *);

#endif

/* The first row of the screen, which shows where the user is, and the last, which shows the actions. */
#ifndef BARS_H
#define BARS_H

#include "console/app/layer.h"

/* Draws "whylisted > title > title" of the pages; on the right, as far as there is room, the status of the uppermost
 * one and its cursor's place unless all rows show; before the status, and sooner than it, the progress ("" = none). */
void bars_breadcrumb(const struct canvas *screen, struct layer *const *layers, size_t count, const char *progress);

/* Draws keys and names of actions: open, close and help at the right end, always in the same places; the others from
 * the left, the most important first. `can` says whether an action works on a row; an action that works on other rows
 * leaves its place empty, where there is room, so that the bar stands still while the cursor moves. */
typedef bool bars_can(void *arg, enum action, size_t row);
void bars_hints(const struct canvas *screen, int row, const struct view *, size_t cursor_row, bars_can *, void *arg);

/* Draws a message in place of the keys; a long one covers as many rows above it as it needs, at most half of all, but
 * never the line that is being typed. */
void bars_message(const struct canvas *screen, int row, const char *text, bool typing);

#endif

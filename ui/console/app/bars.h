/* The frame of the screen: the title above a page, the keys below it, and messages. */
#ifndef BARS_H
#define BARS_H

#include "console/app/layer.h"

/* Draws the page's title and its detail; on the right, as far as there is room, its status and its cursor's place
 * unless all rows show; before the status, and sooner than it, the progress ("" = none). On screens that are high
 * enough, a rule follows. */
void bars_head(const struct canvas *screen, const struct layer *page, const char *progress);

/* Whether an action works on a row of what the keys go to. */
typedef bool bars_can(void *arg, enum action, size_t row);

/* Draws keys and names of actions: in views first the five that stand in the same place everywhere, then others, the
 * most important first. An action that works on other rows only is dim, so that the bar stands still while the cursor
 * moves. */
void bars_foot(const struct canvas *screen, int row, const struct view *, size_t cursor_row, bars_can *, void *arg);

/* Draws a message whose last row is given; a long one covers as many rows above it as it needs, at most half of all. */
void bars_message(const struct canvas *screen, int last_row, const char *text);

#endif

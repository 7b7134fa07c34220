/* The first row, which says where you are, and the last, which says what you can do. */
#ifndef BARS_H
#define BARS_H

#include "console/app/layer.h"

/* "whylisted > title > title" of the ordinary views; on the right, as far as there is room, the status of the uppermost
 * of them, and its cursor's place when not all rows show; before it, and sooner than it, how far something is ("" =
 * nothing). */
void bars_breadcrumb(const struct canvas *screen, struct layer *const *layers, size_t count, const char *progress);

/* Keys and names of what can be done: open, close and help at the right end, always in the same places; the others from
 * the left, the most important first. `can` is asked what can be done on the selected row, `ever` what can on any; what
 * cannot now leaves its place empty, where there is room, so that the bar stands still while the cursor moves. */
typedef bool bars_can(void *arg, enum action);
void bars_hints(const struct canvas *screen, int row, const struct view *, bars_can *can, bars_can *ever, void *arg);

/* In the place of the keys; one that is longer covers as many rows above it as it needs, at most half of all, but never
 * what is being typed. */
void bars_message(const struct canvas *screen, int row, const char *text, bool typing);

#endif

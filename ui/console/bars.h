/* The first row, which says where you are, and the last, which says what you can do. */
#ifndef BARS_H
#define BARS_H

#include "layer.h"

/* "whylisted > title > title" of the ordinary views; on the right, as far as there is room, the status of the uppermost
 * of them, and its cursor's place when not all rows show. */
void bars_breadcrumb(const struct canvas *screen, struct layer *const *layers, size_t count, const struct extent *page);

/* Keys and names of what can be done, the most important first; help is always among them where it is bound. */
typedef bool bars_can(void *arg, enum action);
void bars_hints(const struct canvas *screen, int row, enum scope, bars_can *, void *arg);

#endif

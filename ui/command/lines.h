/* Lines from a descriptor. Never blocks the loop: reads only when the descriptor is readable and a line is wanted. */
#ifndef LINES_H
#define LINES_H

#include "base/loop.h"

#include <stdbool.h>
#include <stddef.h>

/* Longer lines are cut, because no target is so long. */
enum { LINES_LONGEST = 4096 };

struct lines;

struct lines *lines_new(struct loop *, int fd);
void lines_free(struct lines *);

/* Returns the next line without its newline, borrowed until the next call. The last line needs no newline. False if no
 * line is complete now: then the loop waits for more, or lines_over() is true. */
bool lines_next(struct lines *, const char **line, size_t *count);

/* True when everything was read, or reading failed: lines_error() is the errno then, else 0. */
bool lines_over(const struct lines *);
int lines_error(const struct lines *);

/* Returns the number of the last line, from 1. */
size_t lines_number(const struct lines *);

#endif

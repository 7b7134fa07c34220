/* Lines from a descriptor, without ever blocking the loop: it is read only when there is something to read and somebody
 * wants it. */
#ifndef LINES_H
#define LINES_H

#include "base/loop.h"

#include <stdbool.h>
#include <stddef.h>

/* A longer line is cut there: no target is so long. */
enum { LINES_LONGEST = 4096 };

struct lines;

struct lines *lines_new(struct loop *, int fd);
void lines_free(struct lines *);

/* The next line without its newline, borrowed until the next call. False when there is none now: then the loop is
 * watching for more, or lines_over() is true. The last line need not end in a newline. */
bool lines_next(struct lines *, const char **line, size_t *count);

/* Everything was read (or reading failed: lines_error() is then its errno, otherwise 0). */
bool lines_over(const struct lines *);
int lines_error(const struct lines *);

/* Number of the line that was given out last, from 1. */
size_t lines_number(const struct lines *);

#endif

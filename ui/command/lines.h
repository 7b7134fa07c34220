/* Lines from a descriptor. Never blocks the loop: reads only when the descriptor is readable and a line is wanted. */
#ifndef LINES_H
#define LINES_H

#include "base/loop.h"

#include <stdbool.h>
#include <stddef.h>

/* Longer lines are cut, because no target is so long. */
enum { LINES_LONGEST = 4096, LINES_ROOM = 64 * 1024 };

/* Users read number and error. */
struct lines {
    struct loop *loop;
    int fd;
    char *room;
    size_t size, start, end; /* bytes of `room`, and those that were read but not returned */
    bool eof, skipping;      /* skipping: inside a line that was cut */
    bool readable;           /* as the loop reported */
    int error;               /* errno of the read that failed; 0 = none */
    size_t number;           /* of the last line, from 1 */
};

struct lines *lines_new(struct loop *, int fd);
void lines_free(struct lines *);

/* Returns the next line without its newline, borrowed until the next call. The last line needs no newline. False if no
 * line is complete now: then the loop waits for more, or lines_over() is true. */
bool lines_next(struct lines *, const char **line, size_t *count);

/* Turns the loop until the first bytes come, or until_ms, and then until the input ends, has `most` bytes or pauses.
 * Returns the bytes that came, borrowed, which lines_next still returns as lines. */
const char *lines_peek(struct lines *, size_t most, int64_t until_ms, size_t *count);

/* True when everything was read, or reading failed. */
bool lines_over(const struct lines *);

#endif

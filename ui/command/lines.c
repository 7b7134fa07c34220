#include "command/lines.h"

#include "base/mem.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct lines *
lines_new(struct loop *loop, int fd)
{
    struct lines *lines = mem_zero(sizeof *lines);
    lines->loop = loop;
    lines->fd = fd;
    return lines;
}

void
lines_free(struct lines *lines)
{
    if (!lines)
        return;
    loop_watch(lines->loop, lines->fd, 0, NULL, NULL);
    free(lines);
}

static void
on_readable(void *arg, int fd, short revents)
{
    struct lines *lines = arg;
    (void)revents;
    lines->readable = true;
    loop_watch(lines->loop, fd, 0, NULL, NULL);
}

/* Consumes `used` bytes and returns the line before them, unless it is the rest of a line that was cut. */
static bool
consume(struct lines *lines, const char **line, size_t *count, size_t length, size_t used)
{
    bool skipped = lines->skipping;
    *line = lines->room + lines->start;
    *count = length;
    lines->start += used;
    lines->skipping = false;
    if (!skipped)
        lines->number++;
    return !skipped;
}

/* Returns a complete line, or the start of a line that is too long, or the last line without a newline. */
static bool
find_line(struct lines *lines, const char **line, size_t *count)
{
    for (;;) {
        size_t have = lines->end - lines->start;
        const char *newline = memchr(lines->room + lines->start, '\n', have);
        if (newline) {
            size_t length = (size_t)(newline - (lines->room + lines->start));
            if (consume(lines, line, count, length < LINES_LONGEST ? length : LINES_LONGEST, length + 1))
                return true;
        } else if (have >= LINES_LONGEST) {
            bool found = consume(lines, line, count, LINES_LONGEST, have);
            lines->skipping = true;
            if (found)
                return true;
        } else if (lines->eof && have > 0) {
            if (consume(lines, line, count, have, have))
                return true;
        } else {
            return false;
        }
    }
}

bool
lines_next(struct lines *lines, const char **line, size_t *count)
{
    if (find_line(lines, line, count))
        return true;
    if (lines->readable && !lines->eof) {
        memmove(lines->room, lines->room + lines->start, lines->end - lines->start);
        lines->end -= lines->start;
        lines->start = 0;
        ssize_t got =
            read(lines->fd, lines->room + lines->end, sizeof lines->room - lines->end); /* does not block after poll */
        lines->readable = false;
        if (got > 0)
            lines->end += (size_t)got;
        else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
            lines->error = got < 0 ? errno : 0;
            lines->eof = true;
        }
        if (find_line(lines, line, count))
            return true;
    }
    if (!lines->eof)
        loop_watch(lines->loop, lines->fd, POLLIN, on_readable, lines);
    return false;
}

bool
lines_over(const struct lines *lines)
{
    return lines->eof && lines->start == lines->end;
}

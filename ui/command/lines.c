#include "command/lines.h"

#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A program that writes its lines at once pauses for less. */
enum { PAUSE_MS = 100, PEEK_MS = 1000 };

struct lines *
lines_new(struct loop *loop, int fd)
{
    struct lines *lines = mem_zero(sizeof *lines);
    lines->loop = loop;
    lines->fd = fd;
    lines->size = LINES_ROOM;
    lines->room = mem_alloc(lines->size);
    return lines;
}

void
lines_free(struct lines *lines)
{
    if (!lines)
        return;
    loop_watch(lines->loop, lines->fd, 0, NULL, NULL);
    free(lines->room);
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

/* Reads once, which does not block after poll. */
static void
read_more(struct lines *lines)
{
    ssize_t got = read(lines->fd, lines->room + lines->end, lines->size - lines->end);
    lines->readable = false;
    if (got > 0) {
        lines->end += (size_t)got;
    } else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
        lines->error = got < 0 ? errno : 0;
        lines->eof = true;
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
        read_more(lines);
        if (find_line(lines, line, count))
            return true;
    }
    if (!lines->eof)
        loop_watch(lines->loop, lines->fd, POLLIN, on_readable, lines);
    return false;
}

const char *
lines_peek(struct lines *lines, size_t most, int64_t until_ms, size_t *count)
{
    int64_t pause_ms = until_ms;
    while (!lines->eof && lines->end < most) {
        if (lines->end == lines->size)
            lines->room = mem_grow(lines->room, lines->size *= 2);
        loop_watch(lines->loop, lines->fd, POLLIN, on_readable, lines);
        loop_turn(lines->loop, pause_ms);
        if (!lines->readable)
            break;
        if (lines->end == 0)
            until_ms = clock_now_ms() + PEEK_MS;
        read_more(lines);
        pause_ms = clock_now_ms() + PAUSE_MS < until_ms ? clock_now_ms() + PAUSE_MS : until_ms;
    }
    *count = lines->end - lines->start;
    return lines->room + lines->start;
}

bool
lines_over(const struct lines *lines)
{
    return lines->eof && lines->start == lines->end;
}

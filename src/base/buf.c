#include "base/buf.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

char *
buf_room(struct buf *b, size_t more)
{
    size_t need = b->count + more + 1;
    if (need > b->room) {
        b->room = need + need / 2 + 32;
        b->at = mem_grow(b->at, b->room);
    }
    return b->at + b->count;
}

void
buf_bytes(struct buf *b, const char *bytes, size_t count)
{
    char *to = buf_room(b, count);
    memcpy(to, bytes, count);
    b->count += count;
    to[count] = '\0';
}

void
buf_format(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int need = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (need < 0)
        return;
    char *to = buf_room(b, (size_t)need);
    va_start(args, format);
    vsnprintf(to, (size_t)need + 1, format, args);
    va_end(args);
    b->count += (size_t)need;
}

char *
buf_take(struct buf *b)
{
    char *string = b->at ? b->at : mem_copy("");
    *b = (struct buf){0};
    return string;
}

void
buf_free(struct buf *b)
{
    free(b->at);
    *b = (struct buf){0};
}

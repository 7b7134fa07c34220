#include "base/buf.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
reserve(struct buf *b, size_t more)
{
    size_t need = b->count + more + 1;
    if (need <= b->room)
        return;
    b->room = need + need / 2 + 32;
    b->at = mem_grow(b->at, b->room);
}

void
buf_bytes(struct buf *b, const char *bytes, size_t count)
{
    reserve(b, count);
    memcpy(b->at + b->count, bytes, count);
    b->count += count;
    b->at[b->count] = '\0';
}

void
buf_text(struct buf *b, const char *string)
{
    buf_bytes(b, string, strlen(string));
}

void
buf_byte(struct buf *b, char byte)
{
    buf_bytes(b, &byte, 1);
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
    reserve(b, (size_t)need);
    va_start(args, format);
    vsnprintf(b->at + b->count, (size_t)need + 1, format, args);
    va_end(args);
    b->count += (size_t)need;
}

char *
buf_room(struct buf *b, size_t more)
{
    reserve(b, more);
    return b->at + b->count;
}

void
buf_wrote(struct buf *b, char *end)
{
    b->count = (size_t)(end - b->at);
    *end = '\0';
}

const char *
buf_string(const struct buf *b)
{
    return b->at ? b->at : "";
}

char *
buf_take(struct buf *b)
{
    char *string = b->at ? b->at : mem_copy("");
    *b = (struct buf){0};
    return string;
}

void
buf_clear(struct buf *b)
{
    b->count = 0;
    if (b->at)
        b->at[0] = '\0';
}

void
buf_free(struct buf *b)
{
    free(b->at);
    *b = (struct buf){0};
}

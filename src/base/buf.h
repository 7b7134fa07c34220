/* A growable string of bytes, NUL-terminated as soon as anything was appended. Zero it before use. */
#ifndef BUF_H
#define BUF_H

#include <stddef.h>
#include <string.h>

struct buf {
    char *at;
    size_t count, room;
};

/* Append bytes, a string, one byte, or printf-style text. */
void buf_bytes(struct buf *, const char *bytes, size_t count);
void buf_format(struct buf *, const char *format, ...) __attribute__((format(printf, 2, 3), nonnull(2)));

static inline void
buf_text(struct buf *b, const char *string)
{
    buf_bytes(b, string, strlen(string));
}

static inline void
buf_byte(struct buf *b, char byte)
{
    buf_bytes(b, &byte, 1);
}

/* Returns room for so many more bytes and a NUL behind the content; after writing there the caller sets the new end
 * with buf_wrote. */
char *buf_room(struct buf *, size_t more);

static inline void
buf_wrote(struct buf *b, char *end)
{
    b->count = (size_t)(end - b->at);
    *end = '\0';
}

/* Returns the content as a string, "" if nothing was ever appended. Borrowed until the next append. */
static inline const char *
buf_string(const struct buf *b)
{
    return b->at ? b->at : "";
}

/* Hands the content over to the caller, who must free it, and empties the buffer. */
char *buf_take(struct buf *);

static inline void
buf_clear(struct buf *b)
{
    b->count = 0;
    if (b->at)
        b->at[0] = '\0';
}

void buf_free(struct buf *);

#endif

/* A growable string of bytes, always NUL-terminated once anything was added. */
#ifndef BUF_H
#define BUF_H

#include <stddef.h>

struct buf {
    char *at;
    size_t count, room;
};

/* Append bytes, a string, one byte, or printf-style text. */
void buf_bytes(struct buf *, const char *bytes, size_t count);
void buf_text(struct buf *, const char *string);
void buf_byte(struct buf *, char byte);
void buf_format(struct buf *, const char *format, ...) __attribute__((format(printf, 2, 3), nonnull(2)));

/* Room for so many more bytes and a NUL behind the content, where the caller writes; buf_wrote() says up to where. */
char *buf_room(struct buf *, size_t more);
void buf_wrote(struct buf *, char *end);

/* The content as a string; "" when nothing was ever added. Borrowed until the next append. */
const char *buf_string(const struct buf *);

/* Hand the content over to the caller, who frees it; the buffer is empty afterwards. */
char *buf_take(struct buf *);

void buf_clear(struct buf *);
void buf_free(struct buf *);

#endif

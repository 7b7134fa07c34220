/* The parts of a mail (RFC 2045), cut without recursion, copies or trust: whatever a mail says, the work is linear in
 * its length. */
#ifndef MIME_H
#define MIME_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mime_kind {
    MIME_TEXT, /* also a multipart whose parts cannot be told */
    MIME_HTML,
    MIME_STATUS,   /* delivery status fields, RFC 3464 and RFC 6533 */
    MIME_FEEDBACK, /* fields of a feedback report, RFC 5965 */
    MIME_RETURNED, /* the original mail or its headers */
    MIME_OTHER,
};

enum mime_encoding { MIME_PLAIN, MIME_QUOTED, MIME_BASE64 };

enum { MIME_CHARSET = 32, MIME_BOUNDARY = 200 };

/* A part as it is in the mail. */
struct mime_part {
    enum mime_kind kind;
    enum mime_encoding encoding;
    char charset[MIME_CHARSET]; /* "" = not said */
    const char *bytes;
    size_t count;
};

/* Takes the next line, which LF, CRLF or CR ends, without its end. Returns false at the end. */
bool mime_line(const char **at, const char *end, const char **line, size_t *count);

/* Takes the next field of a header block with its folded lines, which stay apart as lines, and moves *at behind it.
 * Returns false at the blank line that ends the block, which *at is then behind, with *name NULL; or at a line that is
 * no field. */
bool mime_field(const char **at, const char *end, const char **name, size_t *name_count, struct buf *value);

/* Returns whether a field has this name; case does not matter. */
bool mime_is_field(const char *name, size_t count, const char *wanted);

/* Receives a part, valid for the call. */
typedef void mime_take(void *arg, const struct mime_part *);

/* Hands over the parts of a mail that are no multiparts, in order. */
void mime_walk(const char *bytes, size_t count, mime_take *, void *arg);

/* Appends the text of a part, decoded, as UTF-8 where its charset is known, of HTML without its tags, at most `most`
 * bytes. */
void mime_decode(const struct mime_part *, size_t most, struct buf *out);

/* Parses a date of a header (RFC 5322) into seconds since 1970. Returns 0 if it is none. */
int64_t mime_date(const char *text);

#endif

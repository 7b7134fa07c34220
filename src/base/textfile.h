/* Small text files of the user, such as settings, read whole. */
#ifndef TEXTFILE_H
#define TEXTFILE_H

#include "base/buf.h"
#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>

struct stat;

/* Appends the text of a regular file (or of /dev/null, which is empty) of at most `most` bytes. Returns false with a
 * fault if the file cannot be read, is larger, contains a NUL byte, or changes during the reading. Never waits for a
 * pipe or a device. */
bool textfile_read(const char *path, size_t most, struct buf *out, struct fault *);

/* Whether nothing has this name. A link that leads nowhere, and a name in a folder that cannot be searched, are there:
 * reading them fails. */
bool textfile_is_missing(const char *path);

/* Whether a file of any kind is the one it was, and unchanged in between, to within a tick of the system's clock. */
bool textfile_is_same(const struct stat *, const struct stat *);

#endif

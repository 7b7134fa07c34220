/* Private to sync: puts files in their places, so that each is whole at any time. */
#ifndef PLACE_H
#define PLACE_H

#include "base/buf.h"
#include "base/fault.h"

#include <stdbool.h>
#include <stdint.h>

/* Returns the path beside a file at which it is made, FOLDER/.NAME.SUFFIX; the caller frees it. */
char *place_beside(const char *path, const char *suffix);

/* Returns what tells a file from any other that may take its name: size and time; NULL if it is missing. The caller
 * frees it. */
char *place_identity(const char *path);

/* Opens an empty file for writing in place of any of its name. Returns -1 with a fault. */
int place_create(const char *path, struct fault *);

/* Makes the file durable, and then moves it to `to`, over one that is there. Returns false with a fault. */
bool place_move(const char *from, const char *to, struct fault *);

/* Replaces a file by a text. Returns false with a fault. */
bool place_write(const char *path, const struct buf *text, struct fault *);

/* Copies a file that may be packed. Returns false with a fault, half a sentence without a name, if it is an HTML page,
 * its packing is damaged, or it has more than `most` bytes or PLACE_RATIO times its packed size. */
enum { PLACE_RATIO = 100 };
bool place_unpack(const char *from, const char *to, int64_t most, struct fault *);

/* Copies a plain file in the same way, with its times. */
bool place_copy(const char *from, const char *to, int64_t most, struct fault *);

#endif

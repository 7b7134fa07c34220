/* Paths with "~" for the home directory. */
#ifndef PATHS_H
#define PATHS_H

#include "base/buf.h"

/* Returns the path with "~" or "~/" at its front expanded; the caller frees it. */
char *paths_expand(const char *typed);
/* Appends the path with the home directory shortened to "~". */
void paths_shorten(struct buf *out, const char *path);

#endif

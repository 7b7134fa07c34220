/* Paths as people write them: "~" is the home directory. */
#ifndef PATHS_H
#define PATHS_H

#include "base/buf.h"

/* The whole path; the caller frees. */
char *paths_expand(const char *typed);
/* The short one. */
void paths_shorten(struct buf *out, const char *path);

#endif

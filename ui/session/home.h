/* Paths as people write them: "~" is the home directory. */
#ifndef HOME_H
#define HOME_H

#include "base/buf.h"

/* The whole path; the caller frees. */
char *home_expand(const char *typed);
/* The short one. */
void home_shorten(struct buf *out, const char *path);

#endif

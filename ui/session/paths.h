/* Paths with "~" for the home directory, and those of the user's files. */
#ifndef PATHS_H
#define PATHS_H

#include "base/buf.h"

/* Returns the path with "~" or "~/" at its front expanded; the caller frees it. */
char *paths_expand(const char *typed);
/* Appends the path with the home directory shortened to "~". */
void paths_shorten(struct buf *out, const char *path);

/* Returns the path of a file in an XDG directory of the user ("XDG_CONFIG_HOME", ".config"), whether or not it exists.
 * NULL without a home directory. The caller frees it. */
char *paths_usual(const char *variable, const char *fallback, const char *name);
/* Like paths_usual, but NULL if nothing has this name; reading it may still fail. */
char *paths_usual_file(const char *variable, const char *fallback, const char *name);

/* The folder of the machine's settings, which those of the user override. */
#define PATHS_MACHINE "/etc/whylisted"

/* Returns the path of a file or folder of the user's data, else of the machine's in /var/lib/whylisted. NULL if neither
 * has this name; reading it may still fail. The caller frees it. */
char *paths_data(const char *name);

/* Returns the path of a program that is installed with the running one, which was started as `started` (NULL = not
 * known): beside that, as in a folder where both were built, or in the folder of such programs. The caller frees it. */
char *paths_program(const char *started, const char *name);

#endif

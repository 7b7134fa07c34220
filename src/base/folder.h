/* Folders of the program's own files. */
#ifndef FOLDER_H
#define FOLDER_H

#include <stdbool.h>
#include <sys/types.h>

/* Returns the path of the folder that a path lies in, which the caller frees. */
char *folder_of(const char *path);

/* Makes a folder, and those above it that are missing. Their owner may use them whatever umask says; those that root
 * makes belong to the owner of the folder around them, because sudo leaves $HOME as it is. Returns false with errno. */
bool folder_make(const char *path, mode_t mode);

#endif

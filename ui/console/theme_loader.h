/* The theme that the user chose, read again whenever its file has changed. */
#ifndef THEME_LOADER_H
#define THEME_LOADER_H

#include "base/fault.h"
#include "draw/theme.h"

#include <stdbool.h>
#include <sys/stat.h>

/* Zeroed is none. */
struct theme_loader {
    char *path; /* NULL = built in */
    struct stat read;
    struct theme theme;
};

/* Uses the theme of this name from now on; "auto" and "mono" are no files and leave the looks alone. False with a
 * fault, and the looks for any background, if it cannot be read. */
bool theme_loader_start(struct theme_loader *, const char *name, struct fault *);
/* Reads the file again if it has changed; returns whether it has, with a fault ("" = none) as above. */
bool theme_loader_check(struct theme_loader *, struct fault *);
void theme_loader_stop(struct theme_loader *);

#endif

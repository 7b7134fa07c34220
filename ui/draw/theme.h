/* Themes as text: a line for each role, "listed = 203 bold / red bold": colour and attributes with 256 colours, and
 * with
 * 8. Roles without a line keep the look for any background. */
#ifndef THEME_H
#define THEME_H

#include "base/fault.h"
#include "draw/role.h"

#include <stdbool.h>

/* Reads a file; false with a fault that names file and line. */
bool theme_read(const char *path, struct theme *, struct fault *);

/* Returns the built-in theme of this name ("dark", "light"), or NULL. It lives as long as the process. */
const struct theme *theme_builtin(const char *name);

#endif

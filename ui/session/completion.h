/* Writes completions of the command line for shells, from the tables of commands and settings. */
#ifndef COMPLETION_H
#define COMPLETION_H

#include "base/buf.h"
#include "session/options.h"

/* Appends the script that teaches the shell commands, actions, options and their values. */
void completion_put(struct buf *out, enum shell);

#endif

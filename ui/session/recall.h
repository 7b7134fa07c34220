/* Lines typed before, for Up in prompts: kept in a file beside the journal, for its owner alone. Each prompt has lines
 * of its own, under its label. */
#ifndef RECALL_H
#define RECALL_H

#include "base/buf.h"

#include <stddef.h>

struct catalogue;

/* Sets the journal whose folder keeps the file; NULL = nothing outlives this process. The file is first read when a
 * line is asked for. Keys of the lists, borrowed until recall_stop, are left out of lines. */
void recall_start(const char *journal, const struct catalogue *);
/* Forgets what is in memory. */
void recall_stop(void);

/* Adds a clean line as the newest of a label, and saves it. A file that cannot be read or written stays as it is. */
void recall_add(const char *label, const char *line);
/* Returns the newest line of a label (back = 0) or one before it; NULL = there are no more. Lives until the next call
 * of recall_add. */
const char *recall_line(const char *label, size_t back);

/* Removes the lines that contain the text from the file beside a journal. */
void recall_forget(const char *journal, const char *text);

#endif

/* The user's own editor, for text of several lines. */
#ifndef EDITOR_H
#define EDITOR_H

#include "base/buf.h"
#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>

/* Opens $VISUAL, else $EDITOR, else vi on a file with this text, which nobody else can read, waits for its end, and
 * appends what it left, raw, at most `most` bytes. The terminal is the editor's meanwhile. False with a fault when it
 * failed or left more; what it wrote all the same is not thrown away then: the fault names the file. */
bool editor_run(const char *initial, size_t most, struct buf *out, struct fault *);

#endif

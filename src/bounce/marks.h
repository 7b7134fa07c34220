/* Marks: words in replies by which receivers and vendors are known whose lists or filters have no zone. Read from the
 * [mark NAME] blocks of data/receivers.conf, where the format is described. */
#ifndef MARKS_H
#define MARKS_H

#include "base/fault.h"
#include "bounce/rejection.h"

#include <stdbool.h>

struct marks;

/* Returns the built-in marks. */
struct marks *marks_new(void);
void marks_free(struct marks *); /* NULL is fine */

/* Adds the marks of a file in front of the others; those with a known name are replaced. Returns false with a fault,
 * which names file and line, and leaves them as they were. */
bool marks_load(struct marks *, const char *path, struct fault *);

#endif

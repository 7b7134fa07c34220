/* Lets the user edit a text in an external editor. */
#ifndef EDITOR_H
#define EDITOR_H

#include "base/buf.h"
#include "base/fault.h"

#include <stdbool.h>
#include <stddef.h>

/* Runs $VISUAL, $EDITOR or vi on a private file that contains `initial`, waits for it, and appends the uncleaned
 * result, at most `most` bytes. The editor owns the terminal meanwhile. Returns false with a fault if it failed or the
 * result is longer; the fault names the file, which is kept if the text was changed. */
bool editor_run(const char *initial, size_t most, struct buf *out, struct fault *);

/* A run of the editor as work for a screen that lends its terminal. */
struct editor_work {
    const char *initial;
    size_t most;
    struct buf result; /* the caller frees it */
    struct fault fault;
    bool ok;
};
void editor_work(void *work);

#endif

/* Bounces, replies and log lines in place of a target. */
#ifndef TARGET_BOUNCE_H
#define TARGET_BOUNCE_H

#include "base/buf.h"
#include "base/fault.h"
#include "base/vec.h"
#include "bounce/rejection.h"

#include <stdbool.h>
#include <stddef.h>

/* Starts zeroed. */
struct target_bounce {
    struct rejection first; /* of those that name an address of the sender, if any does */
    VEC(struct addr) own;   /* the rejected addresses, each once; empty = the text names none */
    struct buf lines;       /* the same, one a line, with the lines of the text between them that are targets */
    size_t left;            /* lines of a log that are neither */
    struct fault note;      /* says what was taken, and what was left; without an address, who refused and why */
};

/* Returns false if the text has no rejection. */
bool target_bounce_read(const char *text, size_t count, const struct catalogue *, struct target_bounce *out);
void target_bounce_fini(struct target_bounce *);

#endif

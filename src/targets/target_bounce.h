/* Bounces, replies and log lines in place of a target. */
#ifndef TARGET_BOUNCE_H
#define TARGET_BOUNCE_H

#include "base/fault.h"
#include "bounce/rejection.h"

#include <stdbool.h>
#include <stddef.h>

struct target_bounce {
    struct rejection_address at[1 + REJECTION_OTHERS]; /* that may be the rejected one, the likeliest first */
    size_t count;
    struct fault note; /* says what was taken, and what was left; or why nothing could be taken */
};

/* Returns false if the text has no rejection that names an address of the sender; the note of a rejection says so, and
 * is else empty. */
bool target_bounce_read(const char *text, size_t count, const struct catalogue *, struct target_bounce *out);

#endif

/* Bounces, replies and log lines in place of a target. Private to the room. */
#ifndef TARGET_BOUNCE_H
#define TARGET_BOUNCE_H

#include "base/fault.h"
#include "lists/catalogue.h"

#include <stdbool.h>
#include <stddef.h>

/* Sets the address that a rejection in the text is about, and a note that says what was taken. Returns false if the
 * text has no rejection. */
bool target_bounce_read(const char *text, size_t count, const struct catalogue *, struct addr *out, struct fault *note);

#endif

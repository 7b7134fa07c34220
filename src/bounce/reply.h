/* The scanner of reply text: what a mail server said, in any wording and any wrapping. Bounces, log lines and events
 * all feed it. */
#ifndef REPLY_H
#define REPLY_H

#include "bounce/marks.h"
#include "bounce/rejection.h"
#include "lists/catalogue.h"

#include <stdbool.h>
#include <stddef.h>

/* Reads the reply in a foreign text of one or more lines, at most REPLY_TEXT_MOST bytes, and fills what the rejection
 * does not have yet: code, status, text, own addresses, receiver, list, level, net; then judges: party, advice,
 * meaning, form. The rejection starts zeroed or with what the caller knows better (code, status, recipient, receiver).
 * Returns false if the text has no reply code, status, list or mark; the rejection is then unchanged but for `text`. */
bool reply_read(const char *text, size_t count, const struct catalogue *, const struct marks *, struct rejection *);

#endif

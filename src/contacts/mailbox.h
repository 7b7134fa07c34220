/* One mailbox as a directory publishes it, before anybody may see it or write to it. Private to the room. */
#ifndef MAILBOX_H
#define MAILBOX_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum mailbox { MAILBOX_BAD, MAILBOX_PLACEHOLDER, MAILBOX_GOOD };

/* Appends the mailbox if the text is exactly one addr-spec (RFC 5322: dot-atom "@" domain; letters of any script, RFC
 * 6531), perhaps behind "mailto:" and between blanks. MAILBOX_PLACEHOLDER: it has no reader, as in "removed@...". */
enum mailbox mailbox_read(const char *text, size_t count, struct buf *out);

#endif

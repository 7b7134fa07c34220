/* What changed of an address since the last look, in a few words. */
#ifndef CHANGES_H
#define CHANGES_H

#include "base/buf.h"
#include "journal/observation.h"

/* Appends "level 1 cleared, 831 -> 412 impacts", the most important first and the number of the rest; nothing if
 * nothing changed. Returns a bit for each level that changed: 1, 2, 4. */
unsigned changes_words(struct buf *out, const struct observation *then, const struct observation *now);

#endif
